//! Element types, ranks and containers of the values that the compiler knows.

use proc_macro2::TokenStream;
use quote::quote;
use std::fmt;

/// The type of one array element or of a scalar.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum DType {
    F32,
    F64,
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
    Bool,
    Complex32,
    Complex64,
    /// A generic parameter of the user, such as `T: Real`.
    Generic(String),
}

impl DType {
    /// Recognises a primitive by the last segment of its path.
    pub fn from_name(name: &str) -> Option<DType> {
        Some(match name {
            "f32" => DType::F32,
            "f64" => DType::F64,
            "i8" => DType::I8,
            "i16" => DType::I16,
            "i32" => DType::I32,
            "i64" => DType::I64,
            "isize" => DType::Isize,
            "u8" => DType::U8,
            "u16" => DType::U16,
            "u32" => DType::U32,
            "u64" => DType::U64,
            "usize" => DType::Usize,
            "bool" => DType::Bool,
            "Complex32" => DType::Complex32,
            "Complex64" => DType::Complex64,
            _ => return None,
        })
    }

    /// The Rust type, as it is written in generated code.
    pub fn tokens(&self) -> TokenStream {
        match self {
            DType::Complex32 => quote!(::brain_jit::__private::Complex32),
            DType::Complex64 => quote!(::brain_jit::__private::Complex64),
            other => {
                let name = quote::format_ident!("{}", other.to_string());
                quote!(#name)
            }
        }
    }

    pub fn is_float(&self) -> bool {
        matches!(self, DType::F32 | DType::F64 | DType::Generic(_))
    }

    pub fn is_complex(&self) -> bool {
        matches!(self, DType::Complex32 | DType::Complex64)
    }

    /// The type of the modulus and of the parts of a complex number; of a real one, the type itself.
    pub fn part(&self) -> DType {
        match self {
            DType::Complex32 => DType::F32,
            DType::Complex64 => DType::F64,
            real => real.clone(),
        }
    }

    /// The type of sums and products, NumPy's: those of narrow integers and bools are 64 bits wide.
    pub fn sum(&self) -> DType {
        match self {
            DType::U8 | DType::U16 | DType::U32 => DType::U64,
            DType::Bool | DType::I8 | DType::I16 | DType::I32 => DType::I64,
            other => other.clone(),
        }
    }

    pub fn is_integer(&self) -> bool {
        !self.is_float() && !self.is_complex() && *self != DType::Bool
    }

    pub fn is_unsigned(&self) -> bool {
        matches!(
            self,
            DType::U8 | DType::U16 | DType::U32 | DType::U64 | DType::Usize
        )
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DType::F32 => "f32",
            DType::F64 => "f64",
            DType::I8 => "i8",
            DType::I16 => "i16",
            DType::I32 => "i32",
            DType::I64 => "i64",
            DType::Isize => "isize",
            DType::U8 => "u8",
            DType::U16 => "u16",
            DType::U32 => "u32",
            DType::U64 => "u64",
            DType::Usize => "usize",
            DType::Bool => "bool",
            DType::Complex32 => "Complex32",
            DType::Complex64 => "Complex64",
            DType::Generic(name) => name,
        })
    }
}

/// The number of axes of an array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rank {
    Static(usize),
    /// `ArrayD` or a generic dimension: known at run time only.
    Dynamic,
}

/// How the elements are held, which decides how generated code borrows them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Container {
    /// `Array`, `ArcArray`, `CowArray`: owns its elements.
    Owned,
    /// `ArrayRef`, `ArrayView`, `ArrayViewMut`.
    View,
    /// A slice, `Vec` or `[T; N]`: rank 1, contiguous.
    Slice,
}

/// An array type as it is written by the user.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ArrayType {
    pub dtype: DType,
    pub rank: Rank,
    pub container: Container,
}

impl ArrayType {
    pub fn owned(dtype: DType, rank: Rank) -> Self {
        ArrayType {
            dtype,
            rank,
            container: Container::Owned,
        }
    }
}

/// What the compiler knows of a field, parameter or local from its written type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ValueType {
    Array(ArrayType),
    Scalar(DType),
    RandomState,
    /// Anything else: host code handles it.
    Other,
}

impl ValueType {
    /// The element type of an array, the type of a number.
    pub fn dtype(&self) -> Option<DType> {
        match self {
            ValueType::Array(array) => Some(array.dtype.clone()),
            ValueType::Scalar(dtype) => Some(dtype.clone()),
            ValueType::RandomState | ValueType::Other => None,
        }
    }
}
