//! Reductions of all elements, of dynamic rank, and along an axis, of ranks 2 and 3.

use brain_jit::prelude::*;
use ndarray::{Dimension, Ix2, Ix3};

use super::none;
use crate::call::{Call, Outcome, one};
use crate::table::Rows;
use crate::value::Array;

/// The array with its rank known statically.
fn ranked<T: Clone, D: Dimension>(x: &ArrayD<T>) -> ndarray::Array<T, D> {
    x.clone()
        .into_dimensionality()
        .expect("the rank was tested")
}

/// The four forms of a reduction for floats, and for each further type of operands with its type of results.
macro_rules! reductions {
    ($rows:ident, $($name:ident $axis:ident $keep:ident, $result:tt: $($variant:ident $t:ident => $u:ident),*;)*) => {$(
        #[allow(non_snake_case)]
        mod $name {
            use super::*;

            pub fn row(c: &Call) -> Outcome {
                c.only(&["axis", "keepdims"])?;
                let axis = match c.integers(1, "axis")?.as_deref() {
                    None => None,
                    Some(&[axis]) => Some(axis),
                    Some(_) => return none(),
                };
                let x = c.array(0)?;
                match (&x, axis, c.flag(9, "keepdims")) {
                    (Array::F32(x), None, false) => one(whole(x)),
                    (Array::F64(x), None, false) => one(whole(x)),
                    (Array::F32(x), Some(axis), false) => floats(x, axis),
                    (Array::F64(x), Some(axis), false) => floats(x, axis),
                    (Array::F32(x), Some(axis), true) => floats_keepdims(x, axis),
                    (Array::F64(x), Some(axis), true) => floats_keepdims(x, axis),
                    $(
                        (Array::$variant(x), None, false) => one($variant::whole(x)),
                        (Array::$variant(x), Some(axis), false) => match x.ndim() {
                            2 => one($variant::axis2(&ranked::<_, Ix2>(x), axis).into_dyn()),
                            _ => none(),
                        },
                    )*
                    _ => none(),
                }
            }

            reductions!(@floats $result $name $axis $keep);

            $(
                mod $variant {
                    use brain_jit::prelude::*;

                    #[brain_jit]
                    pub fn whole(x: &ArrayD<$t>) -> $u {
                        bm::$name(x)
                    }
                    #[brain_jit]
                    pub fn axis2(x: &Array2<$t>, axis: isize) -> Array1<$u> {
                        bm::$axis(x, axis)
                    }
                }
            )*
        }
        $rows.push((stringify!($name), $name::row));
    )*};
    (@floats same $name:ident $axis:ident $keep:ident) => {
        reductions!(@functions T $name $axis $keep);
    };
    (@floats $u:ident $name:ident $axis:ident $keep:ident) => {
        reductions!(@functions $u $name $axis $keep);
    };
    (@functions $u:ident $name:ident $axis:ident $keep:ident) => {
        #[brain_jit]
        fn whole<T: Real>(x: &ArrayD<T>) -> $u {
            bm::$name(x)
        }
        #[brain_jit]
        fn axis2<T: Real>(x: &Array2<T>, axis: isize) -> Array1<$u> {
            bm::$axis(x, axis)
        }
        #[brain_jit]
        fn axis3<T: Real>(x: &Array3<T>, axis: isize) -> Array2<$u> {
            bm::$axis(x, axis)
        }
        #[brain_jit]
        fn keepdims2<T: Real>(x: &Array2<T>, axis: isize) -> Array2<$u> {
            bm::$keep(x, axis)
        }
        #[brain_jit]
        fn keepdims3<T: Real>(x: &Array3<T>, axis: isize) -> Array3<$u> {
            bm::$keep(x, axis)
        }

        fn floats<T: Real>(x: &ArrayD<T>, axis: isize) -> Outcome
        where
            Array: From<ArrayD<$u>>,
        {
            match x.ndim() {
                2 => one(axis2(&ranked::<_, Ix2>(x), axis).into_dyn()),
                3 => one(axis3(&ranked::<_, Ix3>(x), axis).into_dyn()),
                _ => none(),
            }
        }

        fn floats_keepdims<T: Real>(x: &ArrayD<T>, axis: isize) -> Outcome
        where
            Array: From<ArrayD<$u>>,
        {
            match x.ndim() {
                2 => one(keepdims2(&ranked::<_, Ix2>(x), axis).into_dyn()),
                3 => one(keepdims3(&ranked::<_, Ix3>(x), axis).into_dyn()),
                _ => none(),
            }
        }
    };
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    reductions! { rows,
        sum sum_axis sum_axis_keepdims, same: I32 i32 => i64, I64 i64 => i64, Bool bool => i64;
        prod prod_axis prod_axis_keepdims, same: I32 i32 => i64, I64 i64 => i64;
        max max_axis max_axis_keepdims, same: I32 i32 => i32, I64 i64 => i64;
        min min_axis min_axis_keepdims, same: I32 i32 => i32, I64 i64 => i64;
        amax amax_axis amax_axis_keepdims, same:;
        amin amin_axis amin_axis_keepdims, same:;
        mean mean_axis mean_axis_keepdims, same: I32 i32 => f64, I64 i64 => f64, Bool bool => f64;
        var var_axis var_axis_keepdims, same: I64 i64 => f64;
        std std_axis std_axis_keepdims, same: I64 i64 => f64;
        any any_axis any_axis_keepdims, bool: I64 i64 => bool, Bool bool => bool;
        all all_axis all_axis_keepdims, bool: I64 i64 => bool, Bool bool => bool;
        argmax argmax_axis argmax_axis_keepdims, usize: I32 i32 => usize, I64 i64 => usize;
        argmin argmin_axis argmin_axis_keepdims, usize: I32 i32 => usize, I64 i64 => usize;
    }
    rows
}
