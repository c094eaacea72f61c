//! Element types as values, and NumPy's promotion between them.

use std::fmt;

/// An element type as a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum DType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Isize,
    U8,
    U16,
    U32,
    U64,
    Usize,
    F32,
    F64,
    Complex32,
    Complex64,
}

impl DType {
    /// NumPy's name, such as `float32`; `isize` is `int64`.
    pub fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::I8 => "int8",
            DType::I16 => "int16",
            DType::I32 => "int32",
            DType::I64 | DType::Isize => "int64",
            DType::U8 => "uint8",
            DType::U16 => "uint16",
            DType::U32 => "uint32",
            DType::U64 | DType::Usize => "uint64",
            DType::F32 => "float32",
            DType::F64 => "float64",
            DType::Complex32 => "complex64",
            DType::Complex64 => "complex128",
        }
    }

    /// The type of NumPy's name.
    pub fn from_name(name: &str) -> Option<DType> {
        use DType::*;
        [
            Bool, I8, I16, I32, I64, U8, U16, U32, U64, F32, F64, Complex32, Complex64,
        ]
        .into_iter()
        .find(|dtype| dtype.name() == name)
    }

    /// Bytes of one real part.
    fn bits(self) -> u32 {
        match self {
            DType::Bool | DType::I8 | DType::U8 => 8,
            DType::I16 | DType::U16 => 16,
            DType::I32 | DType::U32 | DType::F32 | DType::Complex32 => 32,
            _ => 64,
        }
    }

    fn is_signed(self) -> bool {
        matches!(
            self,
            DType::I8 | DType::I16 | DType::I32 | DType::I64 | DType::Isize
        )
    }

    fn is_inexact(self) -> bool {
        matches!(self, DType::F32 | DType::F64) || self.is_complex()
    }

    fn is_complex(self) -> bool {
        matches!(self, DType::Complex32 | DType::Complex64)
    }
}

impl fmt::Display for DType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The smallest type that both convert to without loss of range, by NumPy's rules (`i32` with `f32` is `f64`).
///
/// ```
/// use brain_jit::bm::{self, DType};
/// assert_eq!(bm::promote_types(DType::I32, DType::F32), DType::F64);
/// ```
pub fn promote_types(a: DType, b: DType) -> DType {
    if a == b || b == DType::Bool {
        return a;
    }
    if a == DType::Bool {
        return b;
    }
    if a.is_inexact() || b.is_inexact() {
        // An integer of 16 bits fits f32; a wider one needs f64.
        let wide = |t: DType| {
            if t.is_inexact() {
                t.bits() == 64
            } else {
                t.bits() > 16
            }
        };
        return match (a.is_complex() || b.is_complex(), wide(a) || wide(b)) {
            (false, false) => DType::F32,
            (false, true) => DType::F64,
            (true, false) => DType::Complex32,
            (true, true) => DType::Complex64,
        };
    }
    let (small, large) = if a.bits() < b.bits() { (a, b) } else { (b, a) };
    if a.is_signed() == b.is_signed() || (large.is_signed() && large.bits() > small.bits()) {
        return large;
    }
    let unsigned = if a.is_signed() { b } else { a };
    match unsigned.bits() {
        8 => DType::I16,
        16 => DType::I32,
        32 => DType::I64,
        _ => DType::F64,
    }
}

/// The type that all of these promote to.
pub fn result_type(types: &[DType]) -> DType {
    let mut types = types.iter().copied();
    let first = types
        .next()
        .expect("bm::result_type: at least one type is needed");
    types.fold(first, promote_types)
}

/// Whether every value of `from` has a place in `to` (NumPy's safe casting).
pub fn can_cast(from: DType, to: DType) -> bool {
    promote_types(from, to) == to
}
