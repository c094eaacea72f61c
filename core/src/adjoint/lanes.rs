//! Adjoints of functions that work along an axis: reductions, scans, sorts.
//!
//! A rule is a function of one lane: its elements, what was computed of them, and the adjoint of that.

use ndarray::{Array, ArrayD, ArrayRef, ArrayView1, Axis, Dimension, Ix1, IxDyn};

use crate::array::axis::{Axes, AxisIndex, resolve, resolve_all};
use crate::array::operand::with_rank;
use crate::array::quantile::Quantile;
use crate::array::statistics::Convolution;
use crate::kernel::Real;

fn zero<T: Real>() -> T {
    T::from_f64(0.0)
}

pub(super) fn is_nan<T: Real>(x: T) -> bool {
    num_traits::Float::is_nan(x)
}

fn number<T: Real>(value: usize) -> T {
    T::from_f64(value as f64)
}

/// What `a` receives from the adjoint `g` of `y`, which reduces all of it to one number.
pub fn whole<T: Real, D: Dimension>(
    g: T,
    a: &ArrayRef<T, D>,
    y: T,
    rule: impl Fn(&[T], T, T, &mut [T]),
) -> Array<T, D> {
    let elements: Vec<T> = a.iter().copied().collect();
    let mut adjoint = vec![zero(); elements.len()];
    // Nothing comes back from a side that was not chosen, even where the rule would give NaN.
    if g != zero() {
        rule(&elements, g, y, &mut adjoint);
    }
    Array::from_shape_vec(a.raw_dim(), adjoint).expect("an adjoint an element")
}

/// The same where the result keeps every axis.
pub fn kept<T: Real, D: Dimension>(
    g: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
    y: &ArrayRef<T, D>,
    rule: impl Fn(&[T], T, T, &mut [T]),
) -> Array<T, D> {
    let first = |x: &ArrayRef<T, D>| x.iter().next().copied().unwrap_or_else(zero);
    whole(first(g), a, first(y), rule)
}

/// What `a` receives from the adjoint `g` of `y`, which reduces it along axes, whether it keeps them or not.
pub fn over<T: Real, D: Dimension, E: Dimension, X: Axes<D>>(
    g: &ArrayRef<T, E>,
    a: &ArrayRef<T, D>,
    y: &ArrayRef<T, E>,
    axes: X,
    rule: impl Fn(&[T], T, T, &mut [T]),
) -> Array<T, D> {
    let axes = resolve_all("gradient", &axes.list(), a.shape());
    let a = a.view().into_dyn();
    // The reduced axes last.
    let mut order: Vec<usize> = (0..a.ndim()).filter(|axis| !axes.contains(axis)).collect();
    order.extend(&axes);
    let lane: usize = axes.iter().map(|&axis| a.shape()[axis]).product();
    let moved = a.view().permuted_axes(&order[..]);
    let elements: Vec<T> = moved.iter().copied().collect();
    let mut adjoint = vec![zero(); elements.len()];
    let results = g.iter().zip(y.iter());
    if lane > 0 {
        let lanes = elements.chunks(lane).zip(adjoint.chunks_mut(lane));
        for ((elements, adjoint), (&g, &y)) in lanes.zip(results) {
            if g != zero() {
                rule(elements, g, y, adjoint);
            }
        }
    }
    let mut whole = ArrayD::from_elem(a.raw_dim(), zero());
    let mut target = whole.view_mut().permuted_axes(&order[..]);
    for (element, value) in target.iter_mut().zip(adjoint) {
        *element = value;
    }
    with_rank(whole)
}

/// What `a` receives from `g`, if each lane of the result comes from one lane of `a`.
pub fn lanes<T: Real, D: Dimension>(
    g: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
    axis: impl AxisIndex,
    rule: impl Fn(&[T], &[T], &mut [T]),
) -> Array<T, D> {
    let axis = Axis(resolve("gradient", axis, a.shape()));
    let (a, g) = (a.view().into_dyn(), g.view().into_dyn());
    let mut adjoint = ArrayD::from_elem(a.raw_dim(), zero());
    let mut line = Vec::new();
    for ((a, g), mut out) in a
        .lanes(axis)
        .into_iter()
        .zip(g.lanes(axis))
        .zip(adjoint.lanes_mut(axis))
    {
        line.clear();
        line.resize(a.len(), zero());
        rule(&a.to_vec(), &g.to_vec(), &mut line);
        out.assign(&ArrayView1::from(&line[..]));
    }
    with_rank(adjoint)
}

/// The same for a function of the raveled array.
pub fn raveled<T: Real, D: Dimension>(
    g: &ArrayRef<T, Ix1>,
    a: &ArrayRef<T, D>,
    rule: impl Fn(&[T], &[T], &mut [T]),
) -> Array<T, D> {
    let elements: Vec<T> = a.iter().copied().collect();
    let mut adjoint = vec![zero(); elements.len()];
    rule(&elements, &g.to_vec(), &mut adjoint);
    Array::from_shape_vec(a.raw_dim(), adjoint).expect("an adjoint an element")
}

// Reductions.

pub fn sum<T: Real>(_: &[T], g: T, _: T, out: &mut [T]) {
    out.fill(g);
}

pub fn mean<T: Real>(a: &[T], g: T, _: T, out: &mut [T]) {
    out.fill(g / number(a.len()));
}

/// With one zero only that element has a slope, with two none has.
pub fn prod<T: Real>(a: &[T], g: T, y: T, out: &mut [T]) {
    let zeros = a.iter().filter(|x| **x == zero()).count();
    let others = a
        .iter()
        .filter(|x| **x != zero())
        .fold(T::from_f64(1.0), |p, &x| p * x);
    for (out, &x) in out.iter_mut().zip(a) {
        *out = match (zeros, x == zero()) {
            (0, _) => g * y / x,
            (1, true) => g * others,
            _ => zero(),
        };
    }
}

/// The product of the other elements of a lane, or of the whole array, for each.
pub fn others<T: Real, D: Dimension>(a: &ArrayRef<T, D>, axis: Option<usize>) -> Array<T, D> {
    along(a, a, axis, |a, _, out| {
        let others = without(a, a).into_iter();
        out.iter_mut()
            .zip(others)
            .for_each(|(out, (p, _))| *out = p);
    })
}

/// How they move if the elements do.
pub fn others_along<T: Real, D: Dimension>(
    moved: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
    axis: Option<usize>,
) -> Array<T, D> {
    along(moved, a, axis, |a, moved, out| {
        let others = without(a, moved).into_iter();
        out.iter_mut()
            .zip(others)
            .for_each(|(out, (_, dp))| *out = dp);
    })
}

fn along<T: Real, D: Dimension>(
    g: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
    axis: Option<usize>,
    rule: impl Fn(&[T], &[T], &mut [T]),
) -> Array<T, D> {
    match axis {
        Some(axis) => lanes(g, a, axis, rule),
        None => raveled(&g.iter().copied().collect::<Array<T, Ix1>>(), a, rule),
    }
}

/// The product of what stands before and after each element, and its tangent.
fn without<T: Real>(a: &[T], moved: &[T]) -> Vec<(T, T)> {
    let times = |(p, dp): (T, T), (q, dq): (T, T)| (p * q, dp * q + p * dq);
    let element = |k: usize| (a[k], moved[k]);
    let one = (T::from_f64(1.0), zero());
    let mut all = vec![one; a.len()];
    for k in (1..a.len()).rev() {
        all[k - 1] = times(all[k], element(k));
    }
    let mut before = one;
    for (k, product) in all.iter_mut().enumerate() {
        *product = times(before, *product);
        before = times(before, element(k));
    }
    all
}

/// The elements that are `value` share.
fn shared<T: Real>(a: &[T], g: T, value: T, out: &mut [T]) {
    let ties = a.iter().filter(|x| **x == value).count();
    for (out, &x) in out.iter_mut().zip(a) {
        if x == value {
            *out += g / number(ties);
        }
    }
}

/// `max` and `min`, NaN or no NaN.
pub fn extreme<T: Real>(a: &[T], g: T, y: T, out: &mut [T]) {
    shared(a, g, y, out);
}

pub fn ptp<T: Real>(a: &[T], g: T, _: T, out: &mut [T]) {
    let first = a.iter().copied();
    let high = first
        .clone()
        .fold(T::LOWEST, |m, x| if x > m { x } else { m });
    let low = first.fold(T::HIGHEST, |m, x| if x < m { x } else { m });
    shared(a, g, high, out);
    shared(a, -g, low, out);
}

pub fn var<T: Real>(a: &[T], g: T, _: T, ddof: f64, out: &mut [T]) {
    let mean = a.iter().fold(zero(), |sum: T, &x| sum + x) / number(a.len());
    let factor = T::from_f64(2.0) * g / (number::<T>(a.len()) - T::from_f64(ddof));
    for (out, &x) in out.iter_mut().zip(a) {
        *out = factor * (x - mean);
    }
}

pub fn std<T: Real>(a: &[T], g: T, y: T, ddof: f64, out: &mut [T]) {
    var(a, g / (T::from_f64(2.0) * y), y, ddof, out);
}

pub fn logsumexp<T: Real>(a: &[T], g: T, y: T, out: &mut [T]) {
    for (out, &x) in out.iter_mut().zip(a) {
        *out = g * num_traits::Float::exp(x - y);
    }
}

pub fn euclidean_norm<T: Real>(a: &[T], g: T, y: T, out: &mut [T]) {
    for (out, &x) in out.iter_mut().zip(a) {
        *out = g * x / y;
    }
}

/// The places that sort a lane.
pub(super) fn order<T: Real>(a: &[T]) -> Vec<usize> {
    // NaN comes last, as in `sort`.
    let mut order: Vec<usize> = (0..a.len()).collect();
    order.sort_by(|&i, &j| {
        a[i].partial_cmp(&a[j])
            .unwrap_or_else(|| is_nan(a[i]).cmp(&is_nan(a[j])))
    });
    order
}

pub fn median<T: Real>(a: &[T], g: T, y: T, out: &mut [T]) {
    quantile(a, g, y, 0.5, Quantile::Midpoint, out);
}

/// The two elements between which the quantile lies share, as it interpolates.
pub fn quantile<T: Real>(a: &[T], g: T, _: T, q: f64, method: Quantile, out: &mut [T]) {
    if a.is_empty() {
        return;
    }
    let order = order(a);
    let (low, high, weight) = method.between(q, a.len());
    let (low, high) = (order[low], order[high]);
    out[low] += g * T::from_f64(1.0 - weight);
    out[high] += g * T::from_f64(weight);
}

/// A rule for the elements that are not NaN.
pub fn present<T: Real>(rule: impl Fn(&[T], T, T, &mut [T])) -> impl Fn(&[T], T, T, &mut [T]) {
    move |a, g, y, out| {
        let elements: Vec<T> = a.iter().copied().filter(|x| !is_nan(*x)).collect();
        let mut adjoint = vec![zero(); elements.len()];
        rule(&elements, g, y, &mut adjoint);
        let places = out.iter_mut().zip(a).filter(|(_, x)| !is_nan(**x));
        for ((out, _), adjoint) in places.zip(adjoint) {
            *out = adjoint;
        }
    }
}

// Lane to lane.

pub fn cumsum<T: Real>(_: &[T], g: &[T], out: &mut [T]) {
    let mut sum = zero::<T>();
    for (out, &g) in out.iter_mut().zip(g).rev() {
        sum += g;
        *out = sum;
    }
}

/// What follows a zero has no slope; the zero's is the product of the others.
pub fn cumprod<T: Real>(a: &[T], g: &[T], out: &mut [T]) {
    let first = a.iter().position(|x| *x == zero()).unwrap_or(a.len());
    let mut products = Vec::with_capacity(first);
    let mut product = T::from_f64(1.0);
    for &x in &a[..first] {
        product *= x;
        products.push(product);
    }
    let mut sum = zero::<T>();
    for i in (0..first).rev() {
        sum += g[i] * products[i];
        out[i] = sum / a[i];
    }
    if first < a.len() {
        // From here on the product is that of all elements but the zero.
        out[first] = g[first] * product;
        for i in first + 1..a.len() {
            product *= a[i];
            out[first] += g[i] * product;
        }
    }
}

pub fn nancumsum<T: Real>(a: &[T], g: &[T], out: &mut [T]) {
    cumsum(a, g, out);
    drop_nan(a, out);
}

pub fn nancumprod<T: Real>(a: &[T], g: &[T], out: &mut [T]) {
    let filled: Vec<T> = a
        .iter()
        .map(|&x| if is_nan(x) { T::from_f64(1.0) } else { x })
        .collect();
    cumprod(&filled, g, out);
    drop_nan(a, out);
}

fn drop_nan<T: Real>(a: &[T], out: &mut [T]) {
    for (out, x) in out.iter_mut().zip(a) {
        if is_nan(*x) {
            *out = zero();
        }
    }
}

pub fn sorted<T: Real>(a: &[T], g: &[T], out: &mut [T]) {
    for (place, &g) in order(a).into_iter().zip(g) {
        out[place] += g;
    }
}

/// Differences of neighbours, taken `n` times.
pub fn diff<T: Real>(n: usize) -> impl Fn(&[T], &[T], &mut [T]) {
    move |_, g, out| {
        let mut g = g.to_vec();
        for _ in 0..n {
            let mut longer = vec![zero(); g.len() + 1];
            for (i, &g) in g.iter().enumerate() {
                longer[i] -= g;
                longer[i + 1] += g;
            }
            g = longer;
        }
        // More differences than elements leave nothing.
        for (out, g) in out.iter_mut().zip(g) {
            *out = g;
        }
    }
}

/// Central differences with points `spacing` apart, one-sided at the ends.
pub fn slope<T: Real>(spacing: T) -> impl Fn(&[T], &[T], &mut [T]) {
    move |_, g, out| {
        let n = out.len();
        let twice = spacing + spacing;
        for (i, &g) in g.iter().enumerate() {
            let (before, after) = (i.saturating_sub(1), (i + 1).min(n - 1));
            let width = if after - before == 2 { twice } else { spacing };
            out[after] += g / width;
            out[before] -= g / width;
        }
    }
}

/// The first half of a lane times the sigmoid of the second.
pub fn glu<T: Real>(a: &[T], g: &[T], out: &mut [T]) {
    let half = a.len() / 2;
    let one = T::from_f64(1.0);
    for (i, &g) in g.iter().enumerate() {
        let gate = one / (one + num_traits::Float::exp(-a[half + i]));
        out[i] = g * gate;
        out[half + i] = g * a[i] * gate * (one - gate);
    }
}

/// What the factors of a convolution receive.
pub fn convolve<T: Real>(
    g: &ArrayRef<T, Ix1>,
    a: &ArrayRef<T, Ix1>,
    v: &ArrayRef<T, Ix1>,
    mode: Convolution,
) -> (Array<T, Ix1>, Array<T, Ix1>) {
    let short = a.len().min(v.len());
    let skipped = match mode {
        Convolution::Full => 0,
        Convolution::Same => (short - 1) / 2,
        Convolution::Valid => short - 1,
    };
    factors(g, a, v, skipped)
}

/// The same of a correlation, which is the convolution with the reversed `v`.
pub fn correlate<T: Real>(
    g: &ArrayRef<T, Ix1>,
    a: &ArrayRef<T, Ix1>,
    v: &ArrayRef<T, Ix1>,
    mode: Convolution,
) -> (Array<T, Ix1>, Array<T, Ix1>) {
    let reversed: Array<T, Ix1> = v.iter().rev().copied().collect();
    let (to_a, to_v) = match mode {
        // As the function has it: from the other end.
        Convolution::Same if a.len() < v.len() => factors(g, a, &reversed, a.len() / 2),
        _ => convolve(g, a, &reversed, mode),
    };
    (to_a, to_v.iter().rev().copied().collect())
}

/// `g` is the full convolution's adjoint from the place `skipped` on.
fn factors<T: Real>(
    g: &ArrayRef<T, Ix1>,
    a: &ArrayRef<T, Ix1>,
    v: &ArrayRef<T, Ix1>,
    skipped: usize,
) -> (Array<T, Ix1>, Array<T, Ix1>) {
    let mut to_a = Array::from_elem(a.len(), zero::<T>());
    let mut to_v = Array::from_elem(v.len(), zero::<T>());
    for (k, &g) in g.iter().enumerate() {
        for (j, &factor) in v.iter().enumerate() {
            let place = (k + skipped).checked_sub(j).filter(|i| *i < a.len());
            if let Some(i) = place {
                to_a[i] += g * factor;
                to_v[j] += g * a[i];
            }
        }
    }
    (to_a, to_v)
}

/// What an array receives from `g`, of the places of which `ids` says which of its slices each took.
pub fn segment_mean<T: Real, D: Dimension>(
    g: &ArrayRef<T, D>,
    like: &ArrayRef<T, D>,
    ids: &[usize],
    power: f64,
) -> Array<T, D> {
    let mut counts = vec![0usize; g.shape().first().copied().unwrap_or(0)];
    ids.iter().for_each(|&id| counts[id] += 1);
    let mut adjoint = ArrayD::from_elem(IxDyn(like.shape()), zero::<T>());
    let g = g.view().into_dyn();
    for (mut slice, &id) in adjoint.axis_iter_mut(Axis(0)).zip(ids) {
        let divisor = T::from_f64((counts[id].max(1) as f64).powf(power));
        slice.zip_mut_with(&g.index_axis(Axis(0), id), |out, &g| *out = g / divisor);
    }
    with_rank(adjoint)
}

/// The places of labels of any integer type.
pub fn labels<I: crate::array::number::Integer, B: crate::array::operand::Operand<I>>(
    ids: B,
) -> Vec<usize> {
    ids.view().iter().map(|id| id.to_i64() as usize).collect()
}
