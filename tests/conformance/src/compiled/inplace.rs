//! Augmented assignments: operators of dynamic rank, and functions written into `x[..]` of ranks 1 and 2.

use brain_jit::prelude::*;
use ndarray::{Axis, Dimension, Ix1, Ix2};

use super::none;
use crate::call::{Call, Stop, one};
use crate::table::Rows;
use crate::value::Array;

macro_rules! augmented {
    ($rows:ident, $($name:literal |$x:ident, $y:ident| $statement:expr, $($variant:ident $t:ident),*;)*) => {$(
        $rows.push(($name, |c: &Call| {
            $(
                #[brain_jit]
                fn $variant($x: &mut ArrayD<$t>, $y: &ArrayD<$t>) {
                    $statement;
                }
            )*
            c.only(&[])?;
            let arrays = c.same(&[0, 1])?;
            match (&arrays[0], &arrays[1]) {
                $((Array::$variant(x), Array::$variant(y)) => {
                    let mut x = x.clone();
                    let address = x.as_ptr();
                    $variant(&mut x, y);
                    assert_eq!(address, x.as_ptr(), "the buffer was replaced");
                    one(x)
                })*
                _ => none(),
            }
        }));
    )*};
}

macro_rules! written {
    ($rows:ident, $($name:literal $function:ident, $($variant:ident $t:ident),*;)*) => {$(
        $rows.push(($name, |c: &Call| {
            $(
                mod $variant {
                    use brain_jit::prelude::*;

                    #[brain_jit]
                    pub fn vector(x: &mut Array1<$t>, y: &Array1<$t>) {
                        x[..] = bm::$function(&*x, y);
                    }
                    #[brain_jit]
                    pub fn matrix(x: &mut Array2<$t>, y: &Array2<$t>) {
                        x[..] = bm::$function(&*x, y);
                    }
                }
            )*
            c.only(&[])?;
            let arrays = c.same(&[0, 1])?;
            match (&arrays[0], &arrays[1]) {
                $((Array::$variant(x), Array::$variant(y)) if y.ndim() <= x.ndim() => match x.ndim() {
                    1 => {
                        let (mut x, y) = (ranked::<_, Ix1>(x)?, ranked(y)?);
                        $variant::vector(&mut x, &y);
                        one(x.into_dyn())
                    }
                    2 => {
                        let (mut x, y) = (ranked::<_, Ix2>(x)?, ranked(y)?);
                        $variant::matrix(&mut x, &y);
                        one(x.into_dyn())
                    }
                    _ => none(),
                })*
                _ => none(),
            }
        }));
    )*};
}

/// The array in a rank that is not below its own, with axes of length 1 in front.
fn ranked<T: Clone, D: Dimension>(x: &ArrayD<T>) -> Result<ndarray::Array<T, D>, Stop> {
    let mut x = x.clone();
    while x.ndim() < D::NDIM.unwrap_or_default() {
        x.insert_axis_inplace(Axis(0));
    }
    x.into_dimensionality().or_else(|_| none())
}

#[allow(non_snake_case, reason = "named after the variants")]
pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    augmented! { rows,
        "iadd" |x, y| *x += y, F32 f32, F64 f64, I32 i32, I64 i64, C64 Complex32, C128 Complex64;
        "isub" |x, y| *x -= y, F32 f32, F64 f64, I32 i32, I64 i64, C64 Complex32, C128 Complex64;
        "imul" |x, y| *x *= y, F32 f32, F64 f64, I32 i32, I64 i64, C64 Complex32, C128 Complex64;
        "itruediv" |x, y| *x /= y, F32 f32, F64 f64, C64 Complex32, C128 Complex64;
        "iand" |x, y| *x &= y, I32 i32, I64 i64, Bool bool;
        "ior" |x, y| *x |= y, I32 i32, I64 i64, Bool bool;
        "ixor" |x, y| *x ^= y, I32 i32, I64 i64, Bool bool;
    }
    written! { rows,
        "ifloordiv" floor_divide, F32 f32, F64 f64, I32 i32, I64 i64;
        "imod" remainder, F32 f32, F64 f64, I32 i32, I64 i64;
        "ipow" power, F32 f32, F64 f64, I32 i32, I64 i64;
        "ilshift" left_shift, I32 i32, I64 i64;
        "irshift" right_shift, I32 i32, I64 i64;
    }
    rows
}
