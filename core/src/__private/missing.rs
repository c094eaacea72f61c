//! What NumPy's arrays have as methods and ndarray's have not: the error names the function.
//!
//! The methods belong to the last type that an array dereferences to, so that those of any other trait come first.

use ndarray::LayoutRef;

/// No array has the method `N`.
#[diagnostic::on_unimplemented(
    message = "arrays have no such method: what NumPy has under this name is a function of `bm`",
    label = "write `bm::NAME(array, …)` with the name of the method",
    note = "methods of arrays are ndarray's; what has NumPy's meaning is a function of `brain_jit::bm`"
)]
pub trait HasMethod<N> {}

macro_rules! missing {
    (alone: $($alone:ident)*; along: $($along:ident)*;) => {
        /// The names, as types for [`HasMethod`].
        #[allow(non_camel_case_types, missing_docs)]
        pub mod names {
            $(pub struct $alone;)*
            $(pub struct $along;)*
        }

        /// Each is a function of that name.
        #[allow(unused_imports)]
        mod functions {
            use crate::bm::{$($alone,)* $($along,)*};
        }

        /// The methods that are missing. No call of them compiles.
        #[allow(missing_docs)]
        pub trait MissingMethods {
            $(fn $alone<R>(&self) -> R
            where
                Self: HasMethod<names::$alone>,
            {
                unreachable!()
            })*
            $(fn $along<I, R>(&self, _: I) -> R
            where
                Self: HasMethod<names::$along>,
            {
                unreachable!()
            })*
        }
    };
}
missing! {
    alone: max min argmax argmin any all prod cumsum median ptp sort argsort unique nonzero ravel transpose
        sigmoid relu softplus sign square log1p expm1 count_nonzero;
    along: max_axis min_axis argmax_axis argmin_axis prod_axis any_axis all_axis cumsum_axis maximum minimum outer
        power roll;
}

impl<A, D> MissingMethods for LayoutRef<A, D> {}
