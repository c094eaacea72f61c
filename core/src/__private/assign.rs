//! `v[..] = value` where only rustc knows whether the value is a number or an array.

use crate::kernel::{Element, Site};
use ndarray::{ArrayBase, ArrayRef, ArrayViewMut, Data, Dimension};

/// A value that elements can be assigned from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into an array of `{T}`",
    label = "this takes a `{T}` or an array of them",
    note = "numbers of another type are cast: `(… as {T})`; an array of unseen type by `.mapv(|x| x as {T})`",
    note = "an `Option`, as of ndarray's `x.mean()`, is no number: take the function, `bm::mean(&x)`, or `.unwrap()` it"
)]
pub trait AssignFrom<T, D: Dimension> {
    /// Writes the value to every element, or element by element.
    fn assign_to(self, site: &Site, target: ArrayViewMut<'_, T, D>);
}

/// Assigns and checks shapes.
pub fn assign<T, D: Dimension, V: AssignFrom<T, D>>(
    site: &Site,
    target: ArrayViewMut<'_, T, D>,
    value: V,
) {
    value.assign_to(site, target);
}

macro_rules! scalars {
    ($($type:ty)*) => {$(
        impl<D: Dimension> AssignFrom<$type, D> for $type {
            fn assign_to(self, _: &Site, mut target: ArrayViewMut<'_, $type, D>) {
                target.fill(self);
            }
        }
    )*};
}
scalars!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize bool num_complex::Complex32 num_complex::Complex64);

fn copy<T: Element, D: Dimension, E: Dimension>(
    site: &Site,
    mut target: ArrayViewMut<'_, T, D>,
    value: &ArrayRef<T, E>,
) {
    match value.broadcast(target.raw_dim()) {
        Some(value) => target.assign(&value),
        None => site.fail(&format!(
            "shapes do not match: {} has shape {:?}, the value has shape {:?}",
            site.operand(0),
            target.shape(),
            value.shape()
        )),
    }
}

impl<T: Element, S: Data<Elem = T>, D: Dimension, E: Dimension> AssignFrom<T, D>
    for ArrayBase<S, E>
{
    fn assign_to(self, site: &Site, target: ArrayViewMut<'_, T, D>) {
        copy(site, target, &self);
    }
}

impl<T: Element, S: Data<Elem = T>, D: Dimension, E: Dimension> AssignFrom<T, D>
    for &ArrayBase<S, E>
{
    fn assign_to(self, site: &Site, target: ArrayViewMut<'_, T, D>) {
        copy(site, target, self);
    }
}

impl<T: Element, D: Dimension> AssignFrom<T, D> for Vec<T> {
    fn assign_to(self, site: &Site, target: ArrayViewMut<'_, T, D>) {
        copy(site, target, &ndarray::ArrayView1::from(&self));
    }
}

impl<T: Element, D: Dimension> AssignFrom<T, D> for &[T] {
    fn assign_to(self, site: &Site, target: ArrayViewMut<'_, T, D>) {
        copy(site, target, &ndarray::ArrayView1::from(self));
    }
}

impl<T: Element, D: Dimension, const N: usize> AssignFrom<T, D> for [T; N] {
    fn assign_to(self, site: &Site, target: ArrayViewMut<'_, T, D>) {
        copy(site, target, &ndarray::ArrayView1::from(&self));
    }
}
