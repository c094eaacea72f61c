//! What generated code calls; not public API.

mod assign;
mod beside;
mod draw;
pub mod index;
pub mod jacobian;
mod missing;
pub mod plain;
pub mod scalar;
mod shape;
mod shown;
mod statics;
pub mod watch;

pub use crate::array::number::{Arithmetic, Inexact};
pub use crate::backend::is_plain;
pub use crate::kernel::elementary::{Bits, Elementary, Fractional, Parts, Power};
pub use crate::kernel::function::{self, Functions};
pub use crate::kernel::{self, Real};
pub use crate::math::VectorMath;
pub use crate::object::variable_kind;
pub use assign::{AssignFrom, assign};
pub use beside::{Beside, TakesBeside};
pub use draw::{collect_draw, draw, draw_like, draw_shape};
pub use missing::MissingMethods;
pub use ndarray;
pub use num_complex::{Complex32, Complex64};
pub use num_traits::FloatConst;
pub use shape::{
    axis_length, broadcast_shape, check_broadcast, check_fit, check_mask, count, fixed_shape,
    same_shape, shape_of, transposed,
};
pub use shown::{ShowDebug, ShowObject, ShowType, Shown};
pub use statics::refuse_static;

pub use crate::{
    __element as element, __element_mut as element_mut, __slice_element as slice_element,
    __slice_element_mut as slice_element_mut,
};

/// Gives a closure the types of its arguments.
pub fn function1<A, R, F: Fn(A) -> R>(function: F) -> F {
    function
}

/// As [`function1`], for two arguments.
pub fn function2<A, B, R, F: Fn(A, B) -> R>(function: F) -> F {
    function
}

/// As [`function1`], for three arguments.
pub fn function3<A, B, C, R, F: Fn(A, B, C) -> R>(function: F) -> F {
    function
}

/// A written list of indices as an array.
pub fn index_list<const N: usize>(list: [isize; N]) -> ndarray::Array1<isize> {
    ndarray::arr1(&list)
}

/// The buffer of an argument passed by value for a result of this shape: the array itself if it has that shape.
pub fn donate<T: kernel::Element, D: ndarray::Dimension>(
    array: ndarray::Array<T, D>,
    shape: &[usize],
) -> ndarray::Array<T, D> {
    if array.shape() == shape && array.is_standard_layout() {
        return array;
    }
    let wide = array
        .broadcast(ndarray::IxDyn(shape))
        .map(|wide| plain::typed(wide.as_standard_layout().into_owned()));
    wide.unwrap_or(array)
}

/// A temporary that is read for the last time, in the shape of what is computed from it.
pub fn reuse<T: kernel::Element, D: ndarray::Dimension>(
    temporary: kernel::Temporary<T, D>,
    shape: &[usize],
) -> kernel::Temporary<T, D> {
    if temporary.shape() == shape && temporary.is_standard_layout() {
        return temporary;
    }
    match temporary.broadcast(ndarray::IxDyn(shape)) {
        Some(wide) => kernel::Temporary::from(plain::typed(wide.as_standard_layout().into_owned())),
        None => temporary,
    }
}

/// A new array for a routine to write.
pub fn array<T: kernel::Element, D: ndarray::Dimension, S: ndarray::IntoDimension<Dim = D>>(
    shape: S,
) -> ndarray::Array<T, D> {
    ndarray::Array::from_elem(shape.into_dimension(), T::default())
}
