//! Reading and writing by lists of indices and by masks.

use super::{check_out, fixed, with_standard};
use crate::kernel::element::{Element, Integer, Number};
use crate::kernel::operand::{check_indices, wrap};
use crate::kernel::site::Site;
use crate::kernel::space::Dims;
use ndarray::{ArrayView, ArrayView1, ArrayViewMut, Axis, Dimension, IxDyn};

fn picked(site: &Site, shape: &[usize], count: usize) -> Dims {
    if shape.is_empty() {
        site.fail(&format!("{} has no axes to index", site.operand(0)));
    }
    let mut dims = Dims::new(shape);
    dims.set_first(count);
    dims
}

/// The shape of `array[indices]` for `count` indices along the first axis.
pub fn take_shape<const N: usize>(site: &Site, shape: &[usize], count: usize) -> [usize; N] {
    fixed(picked(site, shape, count).as_slice())
}

/// `array[indices]`: the items along the first axis.
///
/// # Panics
/// If an index is out of range; nothing has been written then. So for all of this file.
pub fn take_into<T: Element, I: Integer, D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, T, D>,
    indices: ArrayView1<'_, I>,
    out: ArrayViewMut<'_, T, E>,
) {
    check_out(
        site,
        picked(site, array.shape(), indices.len()).as_slice(),
        out.shape(),
    );
    let len = array.len_of(Axis(0));
    check_indices(site, indices, len);
    let (array, mut out) = (array.into_dyn(), out.into_dyn());
    if array.ndim() == 1 {
        for (out, &index) in out.iter_mut().zip(indices) {
            *out = array[wrap(index, len)];
        }
        return;
    }
    for (mut out, &index) in out.outer_iter_mut().zip(indices) {
        out.assign(&array.index_axis(Axis(0), wrap(index, len)));
    }
}

/// Calls `write(element, value)` for the items that `indices` name, in their order, with `values` broadcast to them.
fn write_at<T: Element, I: Integer, D: Dimension, E: Dimension>(
    site: &Site,
    target: ArrayViewMut<'_, T, D>,
    indices: ArrayView1<'_, I>,
    values: ArrayView<'_, T, E>,
    write: impl Fn(&mut T, T),
) {
    let shape = picked(site, target.shape(), indices.len());
    let len = target.len_of(Axis(0));
    check_indices(site, indices, len);
    let given = values.shape().to_vec();
    let values = values.into_dyn();
    let Some(values) = values.broadcast(IxDyn(shape.as_slice())) else {
        site.fail(&format!(
            "shapes do not match: the indices select shape {:?}, the values have shape {given:?}",
            shape.as_slice()
        ))
    };
    let mut target = target.into_dyn();
    if target.ndim() == 1 {
        for (&index, &value) in indices.iter().zip(&values) {
            write(&mut target[wrap(index, len)], value);
        }
        return;
    }
    for (&index, values) in indices.iter().zip(values.outer_iter()) {
        let mut item = target.index_axis_mut(Axis(0), wrap(index, len));
        item.zip_mut_with(&values, |element, &value| write(element, value));
    }
}

/// `target[indices] = values`: where an index is repeated, the last value stays.
pub fn index_put<T: Element, I: Integer, D: Dimension, E: Dimension>(
    site: &Site,
    target: ArrayViewMut<'_, T, D>,
    indices: ArrayView1<'_, I>,
    values: ArrayView<'_, T, E>,
) {
    write_at(site, target, indices, values, |element, value| {
        *element = value
    });
}

/// Adds `values` at `indices`: where an index is repeated, all its values are added, in their order.
pub fn add_at<T: Number, I: Integer, D: Dimension, E: Dimension>(
    site: &Site,
    target: ArrayViewMut<'_, T, D>,
    indices: ArrayView1<'_, I>,
    values: ArrayView<'_, T, E>,
) {
    write_at(site, target, indices, values, |element, value| {
        *element = element.plus(value)
    });
}

fn check_mask(site: &Site, shape: &[usize], mask: &[usize]) {
    if shape != mask {
        site.fail(&format!(
            "shapes do not match: the mask has shape {mask:?}, {} has shape {shape:?}",
            site.operand(0)
        ));
    }
}

/// The shape of `array[mask]`: how many elements it selects.
pub fn mask_select_shape<D: Dimension>(
    site: &Site,
    shape: &[usize],
    mask: ArrayView<'_, bool, D>,
) -> [usize; 1] {
    check_mask(site, shape, mask.shape());
    [mask.iter().filter(|&&selected| selected).count()]
}

/// `array[mask]`: the elements that the mask selects, in row-major order.
pub fn mask_select_into<T: Element, D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, T, D>,
    mask: ArrayView<'_, bool, D>,
    mut out: ArrayViewMut<'_, T, E>,
) {
    check_out(
        site,
        &mask_select_shape(site, array.shape(), mask.view()),
        out.shape(),
    );
    let mut out = out.iter_mut();
    for (&element, &selected) in array.iter().zip(&mask) {
        if selected && let Some(out) = out.next() {
            *out = element;
        }
    }
}

/// `target[mask] = values`: as many values as the mask selects, in row-major order, or one for all.
pub fn mask_put<T: Element, D: Dimension, E: Dimension>(
    site: &Site,
    mut target: ArrayViewMut<'_, T, D>,
    mask: ArrayView<'_, bool, D>,
    values: ArrayView<'_, T, E>,
) {
    let [count] = mask_select_shape(site, target.shape(), mask.view());
    let one = values.len() == 1;
    if !one && values.shape() != [count] {
        let given = values.shape();
        site.fail(&format!("shapes do not match: the mask selects {count} elements, the values have shape {given:?}"));
    }
    with_standard(values, |values| {
        let mut next = 0;
        for (element, &selected) in target.iter_mut().zip(&mask) {
            if selected {
                *element = values[if one { 0 } else { next }];
                next += 1;
            }
        }
    });
}

/// `target[mask] = value`.
pub fn mask_fill<T: Element, D: Dimension>(
    site: &Site,
    mut target: ArrayViewMut<'_, T, D>,
    mask: ArrayView<'_, bool, D>,
    value: T,
) {
    check_mask(site, target.shape(), mask.shape());
    target.zip_mut_with(&mask, |element, &selected| {
        if selected {
            *element = value;
        }
    });
}
