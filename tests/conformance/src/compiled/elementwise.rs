//! Elementwise functions, comparisons, choices, casts and activations, of dynamic rank.

use brain_jit::prelude::*;
use ndarray::IxDyn;

use super::none;
use crate::call::{Call, Outcome, one, unify};
use crate::table::Rows;
use crate::value::Array;

/// A compiled function for each type of a family, and the row that calls the one for the case's type.
///
/// The result has the operands' type, or `bool`, or is the real part's.
macro_rules! functions {
    ($rows:ident, $($arity:ident $result:ident $family:ident: $($f:ident)*;)*) => {$($(
        functions!(@row $rows $arity $result $family (stringify!($f)) $f);
    )*)*};
    (@row $rows:ident $arity:ident $result:ident float $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f F32 f32, F64 f64);
    };
    (@row $rows:ident $arity:ident $result:ident analytic $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f F32 f32, F64 f64, C64 Complex32, C128 Complex64);
    };
    (@row $rows:ident $arity:ident $result:ident real $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f F32 f32, F64 f64, I32 i32, I64 i64);
    };
    (@row $rows:ident $arity:ident $result:ident number $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f F32 f32, F64 f64, I32 i32, I64 i64, C64 Complex32, C128 Complex64);
    };
    (@row $rows:ident $arity:ident $result:ident rational $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f F32 f32, F64 f64, I32 i32, I64 i64, Bool bool);
    };
    (@row $rows:ident $arity:ident $result:ident bits $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f I32 i32, I64 i64, Bool bool);
    };
    (@row $rows:ident $arity:ident $result:ident integer $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f I32 i32, I64 i64);
    };
    (@row $rows:ident $arity:ident $result:ident logic $name:tt $f:ident) => {
        functions!(@types $rows $arity $result $name $f Bool bool);
    };
    (@types $rows:ident unary same $name:tt $f:ident $($variant:ident $t:ident),*) => {
        $rows.push(($name, |c: &Call| {
            $(
                #[brain_jit]
                fn $variant(x: &ArrayD<$t>) -> ArrayD<$t> {
                    bm::$f(x)
                }
            )*
            functions!(@unary c $($variant)*)
        }));
    };
    (@types $rows:ident unary test $name:tt $f:ident $($variant:ident $t:ident),*) => {
        $rows.push(($name, |c: &Call| {
            $(
                #[brain_jit]
                fn $variant(x: &ArrayD<$t>) -> ArrayD<bool> {
                    bm::$f(x)
                }
            )*
            functions!(@unary c $($variant)*)
        }));
    };
    (@types $rows:ident unary part $name:tt $f:ident $($variant:ident $t:ident $part:ident),*) => {
        $rows.push(($name, |c: &Call| {
            $(
                #[brain_jit]
                fn $variant(x: &ArrayD<$t>) -> ArrayD<$part> {
                    bm::$f(x)
                }
            )*
            functions!(@unary c $($variant)*)
        }));
    };
    (@types $rows:ident binary same $name:tt $f:ident $($variant:ident $t:ident),*) => {
        $rows.push(($name, |c: &Call| {
            $(
                #[brain_jit]
                fn $variant(x: &ArrayD<$t>, y: &ArrayD<$t>) -> ArrayD<$t> {
                    bm::$f(x, y)
                }
            )*
            functions!(@binary c $($variant)*)
        }));
    };
    (@types $rows:ident binary test $name:tt $f:ident $($variant:ident $t:ident),*) => {
        $rows.push(($name, |c: &Call| {
            $(
                #[brain_jit]
                fn $variant(x: &ArrayD<$t>, y: &ArrayD<$t>) -> ArrayD<bool> {
                    bm::$f(x, y)
                }
            )*
            functions!(@binary c $($variant)*)
        }));
    };
    (@unary $c:ident $($variant:ident)*) => {{
        $c.only(&[])?;
        $c.at_most(1)?;
        match &$c.array(0)? {
            $(Array::$variant(x) => one($variant(x)),)*
            _ => none(),
        }
    }};
    (@binary $c:ident $($variant:ident)*) => {{
        $c.only(&[])?;
        let arrays = $c.same(&[0, 1])?;
        match (&arrays[0], &arrays[1]) {
            $((Array::$variant(x), Array::$variant(y)) => one($variant(x, y)),)*
            _ => none(),
        }
    }};
}

/// `where_` and `clip`, with operands that broadcast and with numbers.
macro_rules! choices {
    ($($module:ident $t:ident)*) => {$(
        mod $module {
            use brain_jit::prelude::*;

            #[brain_jit]
            pub fn choose(mask: &ArrayD<bool>, x: &ArrayD<$t>, y: &ArrayD<$t>) -> ArrayD<$t> {
                bm::where_(mask, x, y)
            }
        }
    )*};
}
choices!(where_bool bool where_i32 i32 where_i64 i64 where_f32 f32 where_f64 f64 where_c64 Complex32 where_c128 Complex64);

macro_rules! limits {
    ($($module:ident $t:ident)*) => {$(
        mod $module {
            use brain_jit::prelude::*;

            #[brain_jit]
            pub fn limit(x: &ArrayD<$t>, low: $t, high: $t) -> ArrayD<$t> {
                bm::clip(x, low, high)
            }
        }
    )*};
}
limits!(clip_i32 i32 clip_i64 i64 clip_f32 f32 clip_f64 f64);

/// A cast from each type to each, by `as`, and by `bm::astype` to `f32`.
macro_rules! casts {
    ($($variant:ident $module:ident $from:ident)*) => {
        $(
            mod $module {
                use brain_jit::prelude::*;

                #[brain_jit]
                pub fn to_bool(x: &ArrayD<$from>) -> ArrayD<bool> {
                    bm::astype::<bool, _, _>(x)
                }
                #[brain_jit]
                pub fn to_i32(x: &ArrayD<$from>) -> ArrayD<i32> {
                    x as i32
                }
                #[brain_jit]
                pub fn to_i64(x: &ArrayD<$from>) -> ArrayD<i64> {
                    x as i64
                }
                #[brain_jit]
                pub fn to_f32(x: &ArrayD<$from>) -> ArrayD<f32> {
                    bm::astype::<f32, _, _>(x)
                }
                #[brain_jit]
                pub fn to_f64(x: &ArrayD<$from>) -> ArrayD<f64> {
                    x as f64
                }
            }
        )*

        fn cast(c: &Call) -> Outcome {
            c.only(&["dtype"])?;
            let Some(dtype) = c.dtype(1)? else {
                return none();
            };
            match (&c.array(0)?, dtype) {
                $(
                    (Array::$variant(x), bm::DType::Bool) => one($module::to_bool(x)),
                    (Array::$variant(x), bm::DType::I32) => one($module::to_i32(x)),
                    (Array::$variant(x), bm::DType::I64) => one($module::to_i64(x)),
                    (Array::$variant(x), bm::DType::F32) => one($module::to_f32(x)),
                    (Array::$variant(x), bm::DType::F64) => one($module::to_f64(x)),
                )*
                _ => none(),
            }
        }
    };
}
casts!(Bool from_bool bool I32 from_i32 i32 I64 from_i64 i64 F32 from_f32 f32 F64 from_f64 f64);

fn where_(c: &Call) -> Outcome {
    c.only(&[])?;
    let (Array::Bool(mask), 3) = (c.array(0)?, c.arguments.len()) else {
        return none();
    };
    let values = c.same(&[1, 2])?;
    match (&values[0], &values[1]) {
        (Array::Bool(x), Array::Bool(y)) => one(where_bool::choose(&mask, x, y)),
        (Array::I32(x), Array::I32(y)) => one(where_i32::choose(&mask, x, y)),
        (Array::I64(x), Array::I64(y)) => one(where_i64::choose(&mask, x, y)),
        (Array::F32(x), Array::F32(y)) => one(where_f32::choose(&mask, x, y)),
        (Array::F64(x), Array::F64(y)) => one(where_f64::choose(&mask, x, y)),
        (Array::C64(x), Array::C64(y)) => one(where_c64::choose(&mask, x, y)),
        (Array::C128(x), Array::C128(y)) => one(where_c128::choose(&mask, x, y)),
        _ => none(),
    }
}

fn clip(c: &Call) -> Outcome {
    c.only(&["min", "max", "a_min", "a_max"])?;
    let low = c.get(1, "min").or(c.options.get("a_min"));
    let high = c.get(2, "max").or(c.options.get("a_max"));
    let (Some(low), Some(high)) = (low, high) else {
        return none();
    };
    let arrays = unify(&[&c.arguments[0], low, high])?;
    if arrays[1..].iter().any(|bound| !bound.shape().is_empty()) {
        return none();
    }
    let number = IxDyn(&[]);
    match (&arrays[0], &arrays[1], &arrays[2]) {
        (Array::I32(x), Array::I32(a), Array::I32(b)) => {
            one(clip_i32::limit(x, a[&number], b[&number]))
        }
        (Array::I64(x), Array::I64(a), Array::I64(b)) => {
            one(clip_i64::limit(x, a[&number], b[&number]))
        }
        (Array::F32(x), Array::F32(a), Array::F32(b)) => {
            one(clip_f32::limit(x, a[&number], b[&number]))
        }
        (Array::F64(x), Array::F64(a), Array::F64(b)) => {
            one(clip_f64::limit(x, a[&number], b[&number]))
        }
        _ => none(),
    }
}

#[allow(non_snake_case, reason = "named after the variants")]
pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    functions! { rows,
        unary same analytic: exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan arcsin arccos arctan asin acos atan
            sinh cosh tanh arcsinh arccosh arctanh asinh acosh atanh reciprocal;
        unary same float: sigmoid softplus erf erfc cbrt exprel floor ceil trunc fix rint;
        unary same number: negative square conj conjugate;
        unary same real: abs absolute sign;
        unary same bits: bitwise_not invert;
        unary same logic: logical_not;
        unary test float: isnan isinf isfinite;
        binary same number: add subtract multiply;
        binary same analytic: divide true_divide;
        binary same float: arctan2 atan2 hypot logaddexp copysign;
        binary same real: maximum minimum power remainder floor_divide;
        binary same bits: bitwise_and bitwise_or bitwise_xor;
        binary same integer: left_shift right_shift;
        binary same logic: logical_and logical_or logical_xor;
        binary test rational: less less_equal greater greater_equal equal not_equal;
    }
    functions!(@types rows binary same "mod" mod_ F32 f32, F64 f64, I32 i32, I64 i64);
    functions!(@types rows unary part "real" real C64 Complex32 f32, C128 Complex64 f64);
    functions!(@types rows unary part "imag" imag C64 Complex32 f32, C128 Complex64 f64);
    functions!(@types rows unary part "angle" angle C64 Complex32 f32, C128 Complex64 f64);
    rows.push(("where", where_));
    rows.push(("clip", clip));
    rows.push(("astype", cast));
    rows
}
