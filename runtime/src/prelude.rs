//! What a model needs: `use brain_jit::prelude::*;`.

// For its errors alone.
#[doc(hidden)]
pub use crate::__private::MissingMethods as _;
pub use crate::backend::Backend;
pub use crate::bm;
pub use crate::kernel::Real;
pub use crate::object::BrainObject;
pub use crate::random::RandomState;
pub use brain_jit_macros::{BrainObject, brain_jit, jit};
pub use ndarray::{
    Array, Array0, Array1, Array2, Array3, Array4, Array5, Array6, ArrayD, ArrayRef, ArrayRef0,
    ArrayRef1, ArrayRef2, ArrayRef3, ArrayRef4, ArrayRef5, ArrayRef6, ArrayRefD, ArrayView,
    ArrayView0, ArrayView1, ArrayView2, ArrayView3, ArrayView4, ArrayView5, ArrayView6, ArrayViewD,
    ArrayViewMut, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2, ArrayViewMut3, ArrayViewMut4,
    ArrayViewMut5, ArrayViewMut6, ArrayViewMutD, Axis, array, s,
};
pub use num_complex::{Complex32, Complex64};
