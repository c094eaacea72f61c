//! Shapes: arguments that give one, broadcasting, and functions that change the shape but not the elements.

use ndarray::{
    Array, Array1, ArrayD, ArrayViewD, Axis, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn,
};

use super::axis::{AxisIndex, resolve, resolve_all};
use super::operand::{Operand, dynamic, with_rank};

/// A shape: an integer, an array or tuple of integers, or a slice (then of dynamic rank).
pub trait Shape {
    /// Its rank.
    type Dim: Dimension;
    /// The lengths as they were written; −1 stands for "what is left" in [`reshape`].
    fn lengths(&self) -> Vec<isize>;
}

macro_rules! integer_shapes {
    ($($t:ty)*) => {$(
        impl Shape for $t {
            type Dim = Ix1;
            fn lengths(&self) -> Vec<isize> { vec![self.to_isize()] }
        }
    )*};
}
integer_shapes!(i32 i64 isize usize);

impl Shape for () {
    type Dim = Ix0;
    fn lengths(&self) -> Vec<isize> {
        Vec::new()
    }
}

macro_rules! array_shapes {
    ($($n:literal $dim:ty;)*) => {$(
        impl<I: AxisIndex> Shape for [I; $n] {
            type Dim = $dim;
            fn lengths(&self) -> Vec<isize> { self.iter().map(|n| n.to_isize()).collect() }
        }
    )*};
}
array_shapes! { 1 Ix1; 2 Ix2; 3 Ix3; 4 Ix4; 5 Ix5; 6 Ix6; }

macro_rules! tuple_shapes {
    ($($dim:ty: $($t:ident $i:tt)*;)*) => {$(
        impl<$($t: AxisIndex),*> Shape for ($($t,)*) {
            type Dim = $dim;
            fn lengths(&self) -> Vec<isize> { vec![$(self.$i.to_isize()),*] }
        }
    )*};
}
tuple_shapes! {
    Ix1: A 0;
    Ix2: A 0 B 1;
    Ix3: A 0 B 1 C 2;
    Ix4: A 0 B 1 C 2 D 3;
    Ix5: A 0 B 1 C 2 D 3 E 4;
    Ix6: A 0 B 1 C 2 D 3 E 4 F 5;
}

impl<I: AxisIndex> Shape for &[I] {
    type Dim = IxDyn;
    fn lengths(&self) -> Vec<isize> {
        self.iter().map(|n| n.to_isize()).collect()
    }
}

impl<I: AxisIndex> Shape for Vec<I> {
    type Dim = IxDyn;
    fn lengths(&self) -> Vec<isize> {
        self.iter().map(|n| n.to_isize()).collect()
    }
}

/// The lengths of a shape without −1.
///
/// # Panics
/// If a length is negative or the number of elements overflows.
pub(crate) fn sizes(function: &str, shape: &impl Shape) -> Vec<usize> {
    let lengths = shape.lengths();
    let sizes: Vec<usize> = lengths
        .iter()
        .map(|&n| {
            usize::try_from(n)
                .unwrap_or_else(|_| panic!("bm::{function}: negative length in shape {lengths:?}"))
        })
        .collect();
    if sizes
        .iter()
        .filter(|&&n| n != 0)
        .try_fold(1usize, |product, &n| product.checked_mul(n))
        .is_none()
    {
        panic!("bm::{function}: shape {lengths:?} has too many elements");
    }
    sizes
}

/// The shape that all of these broadcast to (NumPy's rules).
///
/// # Panics
/// If two lengths on one axis differ and neither is 1.
pub fn broadcast_shapes(shapes: &[&[usize]]) -> Vec<usize> {
    broadcast("broadcast_shapes", shapes)
}

pub(crate) fn broadcast(function: &str, shapes: &[&[usize]]) -> Vec<usize> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut result = vec![1; rank];
    for shape in shapes {
        for (target, &n) in result[rank - shape.len()..].iter_mut().zip(*shape) {
            if *target == 1 {
                *target = n;
            } else if n != 1 && n != *target {
                let all: Vec<String> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
                panic!(
                    "bm::{function}: shapes {} do not broadcast together",
                    all.join(" and ")
                );
            }
        }
    }
    result
}

/// A contiguous array with these lengths.
pub(crate) fn with_shape<T: Clone>(x: ArrayViewD<'_, T>, sizes: &[usize]) -> ArrayD<T> {
    let elements = x.iter().cloned().collect();
    ArrayD::from_shape_vec(IxDyn(sizes), elements).expect("the number of elements is the same")
}

/// The elements in row-major order under a new shape; one length may be −1.
///
/// # Panics
/// If the number of elements differs.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::reshape(&bm::arange(6), [-1, 2]), array![[0, 1], [2, 3], [4, 5]]);
/// ```
pub fn reshape<T: Clone, A: Operand<T>, S: Shape>(x: A, shape: S) -> Array<T, S::Dim> {
    let view = dynamic(&x);
    let lengths = shape.lengths();
    let fail = || -> ! {
        panic!(
            "bm::reshape: an array of shape {:?} cannot take shape {lengths:?}",
            view.shape()
        )
    };
    let open = lengths.iter().filter(|&&n| n == -1).count();
    let known: isize = lengths.iter().filter(|&&n| n != -1).product();
    if open > 1 || lengths.iter().any(|&n| n < -1) {
        fail();
    }
    let size = view.len();
    let rest = if open == 0 {
        1
    } else if known == 0 || !size.is_multiple_of(known as usize) {
        fail()
    } else {
        size / known as usize
    };
    let sizes: Vec<usize> = lengths
        .iter()
        .map(|&n| if n == -1 { rest } else { n as usize })
        .collect();
    if sizes.iter().product::<usize>() != size {
        fail();
    }
    with_rank(with_shape(view, &sizes))
}

/// The elements in row-major order as a vector.
pub fn ravel<T: Clone, A: Operand<T>>(x: A) -> Array1<T> {
    x.view().iter().cloned().collect()
}

/// The elements in row-major order as a vector; [`flatten_axes`] joins some axes only.
pub fn flatten<T: Clone, A: Operand<T>>(x: A) -> Array1<T> {
    ravel(x)
}

/// The axes from `start` to `end`, included, joined into one.
pub fn flatten_axes<T: Clone, A: Operand<T>>(
    x: A,
    start: impl AxisIndex,
    end: impl AxisIndex,
) -> ArrayD<T> {
    let view = dynamic(&x);
    let (start, end) = (
        resolve("flatten_axes", start, view.shape()),
        resolve("flatten_axes", end, view.shape()),
    );
    assert!(
        start <= end,
        "bm::flatten_axes: axis {start} comes after axis {end}"
    );
    let mut sizes = view.shape().to_vec();
    let joined = sizes[start..=end].iter().product();
    sizes.splice(start..=end, [joined]);
    with_shape(view, &sizes)
}

/// One axis split into several of these lengths.
pub fn unflatten<T: Clone, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
    shape: impl Shape,
) -> ArrayD<T> {
    let view = dynamic(&x);
    let axis = resolve("unflatten", axis, view.shape());
    let mut lengths: Vec<isize> = view.shape().iter().map(|&n| n as isize).collect();
    lengths.splice(axis..=axis, shape.lengths());
    reshape(view, lengths)
}

/// Repeats or drops elements until the shape is filled.
pub fn resize<T: Clone, A: Operand<T>, S: Shape>(x: A, shape: S) -> Array<T, S::Dim> {
    let sizes = sizes("resize", &shape);
    let view = x.view();
    let size = sizes.iter().product();
    let mut elements: Vec<T> = view.iter().cycle().take(size).cloned().collect();
    if elements.len() < size {
        panic!("bm::resize: an empty array cannot be repeated into shape {sizes:?}");
    }
    elements.truncate(size);
    with_rank(ArrayD::from_shape_vec(IxDyn(&sizes), elements).expect("the lengths are right"))
}

/// The axes in reverse order (NumPy's `x.T`).
pub fn transpose<T: Clone, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    x.view().reversed_axes().as_standard_layout().into_owned()
}

fn permuted<T: Clone, D: Dimension>(view: ArrayViewD<'_, T>, order: &[usize]) -> Array<T, D> {
    with_rank(view.permuted_axes(order).as_standard_layout().into_owned())
}

/// The axes in the order given: axis `i` of the result is axis `axes[i]` of `x`.
pub fn transpose_axes<T: Clone, A: Operand<T>, I: AxisIndex>(x: A, axes: &[I]) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let written: Vec<isize> = axes.iter().map(|axis| axis.to_isize()).collect();
    if written.len() != view.ndim() {
        panic!(
            "bm::transpose_axes: {written:?} does not name every axis of an array of rank {}",
            view.ndim()
        );
    }
    let order = resolve_all("transpose_axes", &written, view.shape());
    permuted(view, &order)
}

/// Two axes exchanged.
pub fn swapaxes<T: Clone, A: Operand<T>>(
    x: A,
    a: impl AxisIndex,
    b: impl AxisIndex,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let (a, b) = (
        resolve("swapaxes", a, view.shape()),
        resolve("swapaxes", b, view.shape()),
    );
    let mut order: Vec<usize> = (0..view.ndim()).collect();
    order.swap(a, b);
    permuted(view, &order)
}

/// One axis, or a list of them, moved to another place; the others keep their order.
pub fn moveaxis<T: Clone, A: Operand<T>>(
    x: A,
    source: impl AxisList,
    destination: impl AxisList,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let source = resolve_all("moveaxis", &source.axes(), view.shape());
    let destination = resolve_all("moveaxis", &destination.axes(), view.shape());
    if source.len() != destination.len() {
        panic!(
            "bm::moveaxis: {} axes to move to {} places",
            source.len(),
            destination.len()
        );
    }
    let mut order: Vec<usize> = (0..view.ndim())
        .filter(|axis| !source.contains(axis))
        .collect();
    let mut moves: Vec<(usize, usize)> = destination.into_iter().zip(source).collect();
    moves.sort_unstable();
    for (place, axis) in moves {
        order.insert(place, axis);
    }
    permuted(view, &order)
}

/// Axis `axis` moved back until it lies before place `start`.
pub fn rollaxis<T: Clone, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
    start: impl AxisIndex,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = resolve("rollaxis", axis, view.shape());
    // A place from the end is that of an axis; only one from the front may lie behind the last.
    let reach = view.ndim() + usize::from(start.to_isize() >= 0);
    let start = resolve("rollaxis", start, reach);
    let mut order: Vec<usize> = (0..view.ndim()).collect();
    order.remove(axis);
    order.insert(if axis < start { start - 1 } else { start }, axis);
    permuted(view, &order)
}

/// One axis or a list of axes.
pub trait AxisList {
    /// The axes as they were written.
    fn axes(&self) -> Vec<isize>;
}

impl<I: AxisIndex> AxisList for I {
    fn axes(&self) -> Vec<isize> {
        vec![self.to_isize()]
    }
}

impl<I: AxisIndex, const N: usize> AxisList for [I; N] {
    fn axes(&self) -> Vec<isize> {
        self.iter().map(|axis| axis.to_isize()).collect()
    }
}

impl<I: AxisIndex> AxisList for &[I] {
    fn axes(&self) -> Vec<isize> {
        self.iter().map(|axis| axis.to_isize()).collect()
    }
}

/// Without the axes of length 1.
pub fn squeeze<T: Clone, A: Operand<T>>(x: A) -> ArrayD<T> {
    let view = dynamic(&x);
    let sizes: Vec<usize> = view.shape().iter().copied().filter(|&n| n != 1).collect();
    with_shape(view, &sizes)
}

/// Without one axis of length 1.
///
/// # Panics
/// If its length is not 1.
pub fn squeeze_axis<T: Clone, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
) -> Array<T, <A::Dim as Dimension>::Smaller> {
    let view = dynamic(&x);
    let axis = resolve("squeeze_axis", axis, view.shape());
    let mut sizes = view.shape().to_vec();
    if sizes[axis] != 1 {
        panic!("bm::squeeze_axis: axis {axis} of shape {sizes:?} does not have length 1");
    }
    sizes.remove(axis);
    with_rank(with_shape(view, &sizes))
}

/// A new axis of length 1 at this place of the result.
pub fn expand_dims<T: Clone, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
) -> Array<T, <A::Dim as Dimension>::Larger> {
    let view = dynamic(&x);
    let axis = resolve("expand_dims", axis, view.ndim() + 1);
    let mut sizes = view.shape().to_vec();
    sizes.insert(axis, 1);
    with_rank(with_shape(view, &sizes))
}

/// New axes of length 1 at these places of the result.
pub fn expand_dims_axes<T: Clone, A: Operand<T>, I: AxisIndex>(x: A, axes: &[I]) -> ArrayD<T> {
    let view = dynamic(&x);
    let written: Vec<isize> = axes.iter().map(|axis| axis.to_isize()).collect();
    let mut places = resolve_all("expand_dims_axes", &written, view.ndim() + written.len());
    places.sort_unstable();
    let mut sizes = view.shape().to_vec();
    for place in places {
        sizes.insert(place, 1);
    }
    with_shape(view, &sizes)
}

/// The same as [`expand_dims`], PyTorch's name.
pub fn unsqueeze<T: Clone, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
) -> Array<T, <A::Dim as Dimension>::Larger> {
    expand_dims(x, axis)
}

/// At least rank 1.
pub fn atleast_1d<T: Clone, A: Operand<T>>(x: A) -> ArrayD<T> {
    let view = dynamic(&x);
    if view.ndim() == 0 {
        with_shape(view, &[1])
    } else {
        view.into_owned()
    }
}

/// At least rank 2: a vector becomes a row.
pub fn atleast_2d<T: Clone, A: Operand<T>>(x: A) -> ArrayD<T> {
    let view = dynamic(&x);
    match view.ndim() {
        0 | 1 => {
            let n = view.len();
            with_shape(view, &[1, n])
        }
        _ => view.into_owned(),
    }
}

/// At least rank 3: a vector lies along the middle axis, a matrix gets a last axis.
pub fn atleast_3d<T: Clone, A: Operand<T>>(x: A) -> ArrayD<T> {
    let view = dynamic(&x);
    let sizes = match *view.shape() {
        [] => vec![1, 1, 1],
        [n] => vec![1, n, 1],
        [n, m] => vec![n, m, 1],
        ref other => other.to_vec(),
    };
    with_shape(view, &sizes)
}

/// The array repeated along axes of length 1 and new leading axes until it has this shape.
pub fn broadcast_to<T: Clone, A: Operand<T>, S: Shape>(x: A, shape: S) -> Array<T, S::Dim> {
    let sizes = sizes("broadcast_to", &shape);
    let view = dynamic(&x);
    match view.broadcast(IxDyn(&sizes)) {
        Some(wide) => with_rank(wide.to_owned()),
        None => panic!(
            "bm::broadcast_to: shape {:?} does not broadcast to {sizes:?}",
            view.shape()
        ),
    }
}

/// All of these, broadcast to one shape.
pub fn broadcast_arrays<T: Clone, A: Operand<T>>(arrays: &[A]) -> Vec<ArrayD<T>> {
    let views: Vec<_> = arrays.iter().map(dynamic).collect();
    let shapes: Vec<&[usize]> = views.iter().map(|view| view.shape()).collect();
    let shape = broadcast("broadcast_arrays", &shapes);
    views
        .iter()
        .map(|view| broadcast_to(view, &shape[..]))
        .collect()
}

/// Number of axes.
pub fn ndim<T, A: Operand<T>>(x: A) -> usize {
    x.view().ndim()
}

/// Number of elements.
pub fn size<T, A: Operand<T>>(x: A) -> usize {
    x.view().len()
}

/// Length of one axis.
pub fn size_axis<T, A: Operand<T>>(x: A, axis: impl AxisIndex) -> usize {
    let view = x.view();
    view.len_of(Axis(resolve("size_axis", axis, view.shape())))
}

/// The lengths of the axes.
pub fn shape<T, A: Operand<T>>(x: A) -> Vec<usize> {
    x.view().shape().to_vec()
}
