//! Reductions: `NAME` over all elements, `NAME_axis` over one axis or several, each with `_keepdims`.
//!
//! Every reduction is a function of one line of elements; this file lays out the lines.

use ndarray::{Array, ArrayD, ArrayView1, ArrayViewD, IxDyn};

use super::axis::Axes;
use super::fold::{Extreme, Fold, truths};
use super::number::{Arithmetic, Float, Inexact, Number, maximum};
use super::operand::{Operand, dynamic, with_rank};
use crate::kernel::level::at_level;
use crate::kernel::parallel::Sharing;
use crate::kernel::unwritten::from_columns;

/// The value of `line` on the elements of `axes`, which disappear.
pub(crate) fn over<T: Copy + Send + Sync, U>(
    view: ArrayViewD<'_, T>,
    axes: &[usize],
    line: &dyn Fn(ArrayView1<'_, T>) -> U,
) -> ArrayD<U> {
    let mut order: Vec<usize> = (0..view.ndim())
        .filter(|axis| !axes.contains(axis))
        .collect();
    let sizes: Vec<usize> = order.iter().map(|&axis| view.shape()[axis]).collect();
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    let length: usize = sorted.iter().map(|&axis| view.shape()[axis]).product();
    order.extend(sorted);
    let shape =
        |results| ArrayD::from_shape_vec(IxDyn(&sizes), results).expect("one result a line");
    if let (&[axis], Some(elements)) = (axes, view.as_slice()) {
        let inner: usize = view.shape()[axis + 1..].iter().product();
        if inner > 1 && length > 0 {
            // A block of rows of `inner` elements is turned at a time, which caches bear better than single elements.
            let blocks = elements.chunks_exact(length * inner).flat_map(|block| {
                let row = |j: usize| &block[j * inner..(j + 1) * inner];
                let lines = from_columns(inner, length, Sharing::Alone, &row);
                let results = lines
                    .chunks_exact(length)
                    .map(|x| line(ArrayView1::from(x)));
                results.collect::<Vec<U>>()
            });
            return shape(blocks.collect());
        }
    }
    let lines = view.permuted_axes(&order[..]);
    let lines = lines.as_standard_layout();
    let elements = lines.as_slice().expect("standard layout");
    let count: usize = sizes.iter().product();
    let lines = (0..count).map(|i| ArrayView1::from(&elements[i * length..(i + 1) * length]));
    shape(lines.map(line).collect())
}

/// The value of `line` on all elements.
pub(crate) fn whole<T: Clone, U>(
    view: ArrayViewD<'_, T>,
    line: impl FnOnce(ArrayView1<'_, T>) -> U,
) -> U {
    let standard = view.as_standard_layout();
    line(ArrayView1::from(
        standard.as_slice().expect("standard layout"),
    ))
}

/// The shape with length 1 at `axes`.
pub(crate) fn kept(shape: &[usize], axes: &[usize]) -> Vec<usize> {
    shape
        .iter()
        .enumerate()
        .map(|(axis, &n)| if axes.contains(&axis) { 1 } else { n })
        .collect()
}

/// Panics if `axes` have no elements to reduce and there are results to give.
pub(crate) fn nonempty(function: &str, shape: &[usize], axes: &[usize]) {
    let none = |reduced: bool| {
        (0..shape.len()).any(|axis| axes.contains(&axis) == reduced && shape[axis] == 0)
    };
    if none(true) && !none(false) {
        panic!("bm::{function}: no elements to reduce in an array of shape {shape:?}");
    }
}

/// [`nonempty`] for a reduction of all axes.
pub(crate) fn nonempty_whole(function: &str, shape: &[usize]) {
    nonempty(function, shape, &(0..shape.len()).collect::<Vec<_>>());
}

/// The four forms of a reduction; `parameter`s come last. With `nonempty` there must be something to reduce. A [`Fold`]
/// is taken where the type has SIMD loops, its result converted; a function after `=>` is tried for axes.
macro_rules! reductions {
    ($(
        $(#[$doc:meta])*
        $whole:ident $keepdims:ident $axis:ident $axis_keepdims:ident
        <$t:ident: $bound:path> -> $u:ty, ($($parameter:ident: $p:ty),*), $($nonempty:ident)? |$line:ident| $value:expr
            $(=> $along:expr)? $(, $fold:expr => |$found:ident| $convert:expr)?;
    )*) => {$(
        $(#[$doc])*
        pub fn $whole<$t: $bound, A: Operand<$t>>(x: A $(, $parameter: $p)*) -> $u {
            let view = dynamic(&x);
            $(reductions!(@$nonempty stringify!($whole), view.shape());)?
            $(if let Some($found) = <$t as Number>::fold($fold, &view) {
                return $convert;
            })?
            $crate::array::reduction::whole(view, &|$line: ndarray::ArrayView1<'_, $t>| $value)
        }

        #[doc = concat!("[`", stringify!($whole), "()`] with every axis kept at length 1.")]
        pub fn $keepdims<$t: $bound, A: Operand<$t>>(x: A $(, $parameter: $p)*) -> Array<$u, A::Dim> {
            let view = dynamic(&x);
            let shape = vec![1; view.ndim()];
            $(reductions!(@$nonempty stringify!($keepdims), view.shape());)?
            let whole = || -> $u {
                $(if let Some($found) = <$t as Number>::fold($fold, &view) {
                    return $convert;
                })?
                $crate::array::reduction::whole(view.view(), &|$line: ndarray::ArrayView1<'_, $t>| $value)
            };
            let value = whole();
            with_rank(ArrayD::from_elem(IxDyn(&shape), value))
        }

        #[doc = concat!("[`", stringify!($whole), "()`] along one axis or a list of axes, negative from the end.")]
        pub fn $axis<$t: $bound, A: Operand<$t>, X: Axes<A::Dim>>(
            x: A, axis: X $(, $parameter: $p)*
        ) -> Array<$u, X::Smaller> {
            let view = dynamic(&x);
            let axes = $crate::array::axis::resolve_reduced(stringify!($axis), &axis.list(), view.shape());
            $(reductions!(@$nonempty stringify!($axis), view.shape(), &axes);)?
            $(if let Some(found) = <$t as Number>::fold_axes($fold, &view, &axes) {
                return with_rank(found.mapv(|$found| $convert));
            })?
            $(if let Some(found) = ($along)(&view, &axes) {
                return with_rank(found);
            })?
            with_rank($crate::array::reduction::over(view, &axes, &|$line: ndarray::ArrayView1<'_, $t>| $value))
        }

        #[doc = concat!("[`", stringify!($axis), "`] with the axes kept at length 1.")]
        pub fn $axis_keepdims<$t: $bound, A: Operand<$t>, X: Axes<A::Dim>>(
            x: A, axis: X $(, $parameter: $p)*
        ) -> Array<$u, A::Dim> {
            let view = dynamic(&x);
            let axes = $crate::array::axis::resolve_reduced(stringify!($axis_keepdims), &axis.list(), view.shape());
            $(reductions!(@$nonempty stringify!($axis_keepdims), view.shape(), &axes);)?
            let shape = $crate::array::reduction::kept(view.shape(), &axes);
            let reduce = || -> ArrayD<$u> {
                $(if let Some(found) = <$t as Number>::fold_axes($fold, &view, &axes) {
                    return found.mapv(|$found| $convert);
                })?
                $(if let Some(found) = ($along)(&view, &axes) {
                    return found;
                })?
                $crate::array::reduction::over(view.view(), &axes, &|$line: ndarray::ArrayView1<'_, $t>| $value)
            };
            let reduced = reduce();
            with_rank(reduced.into_shape_with_order(IxDyn(&shape)).expect("only lengths of 1 are added"))
        }
    )*};
    (@nonempty $function:expr, $shape:expr) => { $crate::array::reduction::nonempty_whole($function, $shape) };
    (@nonempty $function:expr, $shape:expr, $axes:expr) => { $crate::array::reduction::nonempty($function, $shape, $axes) };
}
pub(crate) use reductions;

/// How many partial results a fold keeps: they fill vector registers and wait for no one.
const LANES: usize = 32;

/// Sum of converted elements by halves, so that the rounding error grows with the logarithm of the length.
pub(crate) fn pairwise<T: Copy, U: Number>(line: &[T], convert: &impl Fn(T) -> U) -> U {
    if line.len() > 1024 {
        let half = line.len() / 2 / LANES * LANES;
        return pairwise(&line[..half], convert).plus(pairwise(&line[half..], convert));
    }
    at_level(
        #[inline(always)]
        || {
            let mut lanes = [U::ZERO; LANES];
            let rows = line.chunks_exact(LANES);
            let rest = rows.remainder();
            for row in rows {
                for (lane, &value) in lanes.iter_mut().zip(row) {
                    *lane = lane.plus(convert(value));
                }
            }
            for (lane, &value) in lanes.iter_mut().zip(rest) {
                *lane = lane.plus(convert(value));
            }
            let mut width = LANES / 2;
            while width > 0 {
                for k in 0..width {
                    lanes[k] = lanes[k].plus(lanes[k + width]);
                }
                width /= 2;
            }
            lanes[0]
        },
    )
}

/// The elements of a line as a slice, copied if they are strided.
pub(crate) fn contiguous<T: Clone, R>(line: ArrayView1<'_, T>, f: impl FnOnce(&[T]) -> R) -> R {
    match line.as_slice() {
        Some(slice) => f(slice),
        None => f(&line.to_vec()),
    }
}

pub(crate) fn line_sum<T: Number>(line: ArrayView1<'_, T>) -> T::Sum {
    contiguous(line, T::sum_of_line)
}

/// The sum in floating point over the number of elements.
pub(crate) fn line_mean<T: Number>(line: ArrayView1<'_, T>) -> T::Float {
    let sum = contiguous(line, |line| pairwise(line, &T::to_float));
    sum.divide(Inexact::constant(line.len() as f64))
}

pub(crate) fn floats<T: Number>(line: ArrayView1<'_, T>) -> ndarray::Array1<T::Float> {
    line.iter().map(|value| value.to_float()).collect()
}

fn line_variance<T: Number>(line: ArrayView1<'_, T>, ddof: f64) -> <T::Float as Inexact>::Part {
    let mean = line_mean(line);
    let deviation = |value: T| value.to_float().minus(mean).squared_modulus();
    let squares = contiguous(line, |line| pairwise(line, &deviation));
    let count = line.len() as f64 - ddof;
    squares.divide(Inexact::constant(count.max(0.0)))
}

/// Why a line has a first element.
const CHECKED: &str = "`nonempty` has looked";

/// Folds a line that is not empty, in any order.
#[inline]
pub(crate) fn fold_line<T: Number>(line: &[T], f: impl Fn(T, T) -> T) -> T {
    fold_from(line, *line.first().expect(CHECKED), f)
}

/// Folds a line in any order from `start`, which may count several times.
#[inline]
pub(crate) fn fold_from<T: Number>(line: &[T], start: T, f: impl Fn(T, T) -> T) -> T {
    at_level(
        #[inline(always)]
        || {
            let mut lanes = [start; LANES];
            let rows = line.chunks_exact(LANES);
            let rest = rows.remainder();
            for row in rows {
                for (lane, &value) in lanes.iter_mut().zip(row) {
                    *lane = f(*lane, value);
                }
            }
            let result = lanes.into_iter().fold(start, &f);
            rest.iter().copied().fold(result, &f)
        },
    )
}

/// The extreme element of a line that is not empty.
fn line_extreme<T: Number>(extreme: Extreme, line: ArrayView1<'_, T>) -> T {
    contiguous(line, |line| T::extreme(extreme, line))
}

/// The largest less the smallest element of a line that is not empty.
fn line_range<T: Arithmetic>(line: ArrayView1<'_, T>) -> T {
    let (smallest, largest) = contiguous(line, T::extremes);
    largest.minus(smallest)
}

/// The extreme element of a line that is not empty, of what is not NaN.
fn nan_extreme<T: Number>(extreme: Extreme, line: ArrayView1<'_, T>) -> T {
    contiguous(line, |line| T::extreme_present(extreme, line))
}

/// Whether a test holds for some element; a part of the line at a time, so that the tests need no branches.
fn some<T: Number>(line: ArrayView1<'_, T>, test: impl Fn(T) -> bool) -> bool {
    contiguous(line, |line| {
        at_level(
            #[inline(always)]
            || {
                line.chunks(1024)
                    .any(|part| part.iter().fold(false, |found, &value| found | test(value)))
            },
        )
    })
}

/// The number of elements for which a test holds, in parts whose counts fit a byte.
fn count<T: Number>(line: ArrayView1<'_, T>, test: impl Fn(T) -> bool) -> usize {
    let part = |part: &[T]| part.iter().map(|&value| u8::from(test(value))).sum::<u8>();
    contiguous(line, |line| {
        at_level(
            #[inline(always)]
            || line.chunks(255).map(|x| usize::from(part(x))).sum(),
        )
    })
}

/// The sum of what is not NaN.
fn nan_sum<T: Number>(line: ArrayView1<'_, T>) -> T::Sum {
    contiguous(line, T::sum_of_present)
}

/// `value`, or what counts instead of it where `x` is NaN.
#[inline]
pub(crate) fn present<T: Number, U>(x: T, value: U, instead: U) -> U {
    if x.is_nan() { instead } else { value }
}

/// How many elements are not NaN.
pub(crate) fn present_count<T: Number>(line: ArrayView1<'_, T>) -> f64 {
    count(line, |value| !value.is_nan()) as f64
}

/// The mean of what is not NaN.
fn nan_mean<T: Number>(line: ArrayView1<'_, T>) -> T::Float {
    contiguous(line, T::mean_of_present)
}

/// The variance of what is not NaN.
fn nan_variance<T: Number>(line: ArrayView1<'_, T>, ddof: f64) -> <T::Float as Inexact>::Part {
    let mean = nan_mean(line);
    let square = |value: T| {
        let square = value.to_float().minus(mean).squared_modulus();
        present(value, square, Number::ZERO)
    };
    let squares = contiguous(line, |line| pairwise(line, &square));
    let count = present_count(line) - ddof;
    // As in NumPy, where `var` divides by zero.
    if count > 0.0 {
        squares.divide(Inexact::constant(count))
    } else {
        Inexact::constant(f64::NAN)
    }
}

/// Index of the first element that no other one precedes; a NaN wins.
fn arg<T: Number>(
    line: ArrayView1<'_, T>,
    extreme: Extreme,
    before: impl Fn(T, T) -> bool,
) -> usize {
    if let Some(place) = line
        .as_slice()
        .and_then(|line| T::place_of_extreme(extreme, line))
    {
        return place;
    }
    let mut elements = line.iter().copied().enumerate();
    let (mut best, mut value) = elements.next().expect(CHECKED);
    for (i, element) in elements {
        if value.is_nan() {
            break;
        }
        if element.is_nan() || before(element, value) {
            (best, value) = (i, element);
        }
    }
    best
}

fn nan_arg<T: Number>(
    function: &str,
    line: ArrayView1<'_, T>,
    before: impl Fn(T, T) -> bool,
) -> usize {
    let mut best: Option<(usize, T)> = None;
    for (i, &element) in line.iter().enumerate() {
        if !element.is_nan() && best.is_none_or(|(_, value)| before(element, value)) {
            best = Some((i, element));
        }
    }
    match best {
        Some((i, _)) => i,
        None => panic!("bm::{function}: all of {} elements are NaN", line.len()),
    }
}

fn less<T: Number>(a: T, b: T) -> bool {
    a.precedes(b)
}

fn line_logsumexp<T: Number<Float: Float>>(line: ArrayView1<'_, T>) -> T::Float {
    let line = floats(line);
    let Some(largest) = line.iter().copied().reduce(maximum) else {
        return <T::Float as Float>::INFINITY.negative();
    };
    if largest.is_infinite() || largest.is_nan() {
        return largest;
    }
    let terms = line.mapv(|value| value.minus(largest).exp());
    line_sum(terms.view()).log().plus(largest)
}

reductions! {
    /// Sum. Integers narrower than 64 bits and `bool` are summed as 64-bit integers, as in NumPy.
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// let m = array![[1.0, 2.0], [3.0, 4.0]];
    /// assert_eq!(bm::sum(&m), 10.0);
    /// assert_eq!(bm::sum_axis(&m, -1), array![3.0, 7.0]);
    /// assert_eq!(bm::sum_axis_keepdims(&m, 0), array![[4.0, 6.0]]);
    /// ```
    sum sum_keepdims sum_axis sum_axis_keepdims <T: Number> -> T::Sum, (), |line| line_sum(line),
        Fold::Sum => |sum| sum.to_sum();
    /// Product; integers widen as in [`sum`].
    prod prod_keepdims prod_axis prod_axis_keepdims <T: Number> -> T::Sum, (),
        |line| line.iter().fold(T::Sum::ONE, |product, value| product.times(value.to_sum())),
        Fold::Product => |product| product.to_sum();
    /// Largest element; NaN if one is. Panics if there is none.
    max max_keepdims max_axis max_axis_keepdims <T: Number> -> T, (), nonempty |line| line_extreme(Extreme::Largest, line),
        Fold::Maximum => |value| value;
    /// Smallest element; NaN if one is. Panics if there is none.
    min min_keepdims min_axis min_axis_keepdims <T: Number> -> T, (), nonempty |line| line_extreme(Extreme::Smallest, line),
        Fold::Minimum => |value| value;
    /// The same as [`max`].
    amax amax_keepdims amax_axis amax_axis_keepdims <T: Number> -> T, (), nonempty |line| line_extreme(Extreme::Largest, line),
        Fold::Maximum => |value| value;
    /// The same as [`min`].
    amin amin_keepdims amin_axis amin_axis_keepdims <T: Number> -> T, (), nonempty |line| line_extreme(Extreme::Smallest, line),
        Fold::Minimum => |value| value;
    /// Largest minus smallest element. Panics if there is none.
    ptp ptp_keepdims ptp_axis ptp_axis_keepdims <T: Arithmetic> -> T, (),
        nonempty |line| line_range(line);
    /// Arithmetic mean; NaN if there is no element. Integers give `f64`.
    mean mean_keepdims mean_axis mean_axis_keepdims <T: Number> -> T::Float, (), |line| line_mean(line),
        Fold::Mean => |mean| mean.to_float();
    /// Variance, the mean square of the deviations from the mean (`ddof` 0).
    var var_keepdims var_axis var_axis_keepdims <T: Number> -> <T::Float as Inexact>::Part, (),
        |line| line_variance(line, 0.0),
        Fold::Variance(0.0) => |value| value.to_float().modulus();
    /// Variance with the divisor `n − ddof`.
    var_ddof var_keepdims_ddof var_axis_ddof var_axis_keepdims_ddof <T: Number> -> <T::Float as Inexact>::Part,
        (ddof: f64), |line| line_variance(line, ddof),
        Fold::Variance(ddof) => |value| value.to_float().modulus();
    /// Standard deviation (`ddof` 0).
    std std_keepdims std_axis std_axis_keepdims <T: Number> -> <T::Float as Inexact>::Part, (),
        |line| line_variance(line, 0.0).sqrt(),
        Fold::StandardDeviation(0.0) => |value| value.to_float().modulus();
    /// Standard deviation with the divisor `n − ddof`.
    std_ddof std_keepdims_ddof std_axis_ddof std_axis_keepdims_ddof <T: Number> -> <T::Float as Inexact>::Part,
        (ddof: f64), |line| line_variance(line, ddof).sqrt(),
        Fold::StandardDeviation(ddof) => |value| value.to_float().modulus();
    /// Whether all elements are true (not 0).
    all all_keepdims all_axis all_axis_keepdims <T: Number> -> bool, (), |line| !some(line, |value| !value.is_true())
        => |view, axes: &[usize]| truths(true, view, axes);
    /// Whether any element is true (not 0).
    any any_keepdims any_axis any_axis_keepdims <T: Number> -> bool, (), |line| some(line, T::is_true)
        => |view, axes: &[usize]| truths(false, view, axes);
    /// Number of elements that are not 0.
    count_nonzero count_nonzero_keepdims count_nonzero_axis count_nonzero_axis_keepdims <T: Number> -> usize, (),
        |line| count(line, T::is_true);
    /// Index of the largest element, the first of several; of the first NaN if there is one. Panics if empty.
    argmax argmax_keepdims argmax_axis argmax_axis_keepdims <T: Number> -> usize, (),
        nonempty |line| arg(line, Extreme::Largest, |a, b| less(b, a))
        => |view, axes: &[usize]| T::places_of_extremes(Extreme::Largest, view, axes);
    /// Index of the smallest element, the first of several; of the first NaN if there is one. Panics if empty.
    argmin argmin_keepdims argmin_axis argmin_axis_keepdims <T: Number> -> usize, (), nonempty |line| arg(line, Extreme::Smallest, less)
        => |view, axes: &[usize]| T::places_of_extremes(Extreme::Smallest, view, axes);
    /// Sum of what is not NaN.
    nansum nansum_keepdims nansum_axis nansum_axis_keepdims <T: Number> -> T::Sum, (),
        |line| nan_sum(line);
    /// Product of what is not NaN.
    nanprod nanprod_keepdims nanprod_axis nanprod_axis_keepdims <T: Number> -> T::Sum, (),
        |line| line.iter().fold(T::Sum::ONE, |product, value| product.times(present(*value, value.to_sum(), T::Sum::ONE)));
    /// Largest element that is not NaN. Panics if empty; NaN if all are.
    nanmax nanmax_keepdims nanmax_axis nanmax_axis_keepdims <T: Number> -> T, (),
        nonempty |line| nan_extreme(Extreme::Largest, line);
    /// Smallest element that is not NaN. Panics if empty; NaN if all are.
    nanmin nanmin_keepdims nanmin_axis nanmin_axis_keepdims <T: Number> -> T, (),
        nonempty |line| nan_extreme(Extreme::Smallest, line);
    /// Mean of what is not NaN.
    nanmean nanmean_keepdims nanmean_axis nanmean_axis_keepdims <T: Number> -> T::Float, (),
        |line| nan_mean(line);
    /// Variance of what is not NaN.
    nanvar nanvar_keepdims nanvar_axis nanvar_axis_keepdims <T: Number> -> <T::Float as Inexact>::Part, (),
        |line| nan_variance(line, 0.0);
    /// Variance of what is not NaN with the divisor `n − ddof`.
    nanvar_ddof nanvar_keepdims_ddof nanvar_axis_ddof nanvar_axis_keepdims_ddof
        <T: Number> -> <T::Float as Inexact>::Part, (ddof: f64), |line| nan_variance(line, ddof);
    /// Standard deviation of what is not NaN.
    nanstd nanstd_keepdims nanstd_axis nanstd_axis_keepdims <T: Number> -> <T::Float as Inexact>::Part, (),
        |line| nan_variance(line, 0.0).sqrt();
    /// Standard deviation of what is not NaN with the divisor `n − ddof`.
    nanstd_ddof nanstd_keepdims_ddof nanstd_axis_ddof nanstd_axis_keepdims_ddof
        <T: Number> -> <T::Float as Inexact>::Part, (ddof: f64),
        |line| nan_variance(line, ddof).sqrt();
    /// [`argmax`] among what is not NaN. Panics if nothing is.
    nanargmax nanargmax_keepdims nanargmax_axis nanargmax_axis_keepdims <T: Number> -> usize, (),
        nonempty |line| nan_arg("nanargmax", line, |a, b| less(b, a));
    /// [`argmin`] among what is not NaN. Panics if nothing is.
    nanargmin nanargmin_keepdims nanargmin_axis nanargmin_axis_keepdims <T: Number> -> usize, (),
        nonempty |line| nan_arg("nanargmin", line, less);
    /// `log Σ eˣ` without overflow.
    logsumexp logsumexp_keepdims logsumexp_axis logsumexp_axis_keepdims <T: Number<Float: Float>> -> T::Float, (),
        |line| line_logsumexp(line);
    /// Square root of the sum of squares.
    reduce_euclidean_norm reduce_euclidean_norm_keepdims reduce_euclidean_norm_axis
        reduce_euclidean_norm_axis_keepdims <T: Number> -> <T::Float as Inexact>::Part, (), |line| {
            let squares: ndarray::Array1<_> = line.iter().map(|value| value.to_float().squared_modulus()).collect();
            line_sum(squares.view()).sqrt()
        };
}
