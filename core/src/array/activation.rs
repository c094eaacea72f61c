//! Activation functions, as `jax.nn` and `brainpy.math` define them. Integers give `f64`.

use ndarray::{Array, Array2, ArrayD, Axis, Dimension, Slice};

use super::axis::{AxisIndex, resolve};
use super::elementwise::{map1, table::*};
use super::operand::with_rank;
use super::reduction::{logsumexp_axis_keepdims, max_axis_keepdims, sum_axis_keepdims};

/// 1 / √2, for the exact Gaussian error unit.
const FRAC_1_SQRT_2: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// √(2 / π), for its approximation by `tanh`.
const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;
/// Scale and slope of the self-normalising unit, Klambauer et al. (2017).
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

fn constant<T: Inexact>(value: f64) -> T {
    T::constant(value)
}

fn logistic<T: Float>(x: T) -> T {
    // e^−|x| never overflows.
    let e = x.modulus().negative().exp();
    let one = T::ONE;
    if x < T::ZERO {
        e.divide(one.plus(e))
    } else {
        one.divide(one.plus(e))
    }
}

fn log1p_exp<T: Float>(x: T) -> T {
    larger(x, T::ZERO).plus(x.modulus().negative().exp().log1p())
}

fn exponential_unit<T: Float>(x: T, alpha: T) -> T {
    if x > T::ZERO {
        x
    } else {
        alpha.times(x.expm1())
    }
}

fn hard_logistic<T: Float>(x: T) -> T {
    let shifted = x.plus(constant(3.0));
    smaller(larger(shifted, T::ZERO), constant(6.0)).divide(constant(6.0))
}

unary! {
    /// `max(x, 0)`
    relu [relu_inplace: Float] relu_into <T: Number<Float: Float>> -> T::Float, |x| larger(x.to_float(), Number::ZERO), float Relu;
    /// `min(max(x, 0), 6)`
    relu6 [relu6_inplace: Float] relu6_into <T: Number<Float: Float>> -> T::Float,
        |x| smaller(larger(x.to_float(), Number::ZERO), constant(6.0)), float Relu6;
    /// `1 / (1 + e⁻ˣ)`
    sigmoid [sigmoid_inplace: Float] sigmoid_into <T: Number<Float: Float>> -> T::Float, |x| logistic(x.to_float()), float Sigmoid;
    /// `log(1 + eˣ)` without overflow; [`softplus_with`] has PyTorch's parameters.
    softplus [softplus_inplace: Float] softplus_into <T: Number<Float: Float>> -> T::Float, |x| log1p_exp(x.to_float()), float Softplus;
    /// `log(sigmoid(x))` without underflow.
    log_sigmoid [log_sigmoid_inplace: Float] log_sigmoid_into <T: Number<Float: Float>> -> T::Float,
        |x| log1p_exp(x.to_float().negative()).negative(), float LogSigmoid;
    /// `x · sigmoid(x)`
    silu [silu_inplace: Float] silu_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(logistic(x.to_float())), float Silu;
    /// The same as [`silu`].
    swish [swish_inplace: Float] swish_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(logistic(x.to_float())), float Silu;
    /// Exponential linear unit with α = 1: `eˣ − 1` below 0.
    elu [elu_inplace: Float] elu_into <T: Number<Float: Float>> -> T::Float,
        |x| exponential_unit(x.to_float(), Number::ONE), float Elu;
    /// Self-normalising unit (Klambauer et al. 2017).
    selu [selu_inplace: Float] selu_into <T: Number<Float: Float>> -> T::Float,
        |x| exponential_unit(x.to_float(), constant(SELU_ALPHA)).times(constant(SELU_SCALE)), float Selu;
    /// Gaussian error unit, `tanh` approximation (Hendrycks and Gimpel 2016).
    gelu [gelu_inplace: Float] gelu_into <T: Number<Float: Float>> -> T::Float, |x| {
        let x = x.to_float();
        let cube: T::Float = x.times(x).times(x).times(constant(0.044715));
        let t = x.plus(cube).times(constant(SQRT_2_OVER_PI)).tanh();
        x.times(t.plus(Number::ONE).times(constant(0.5)))
    }, float Gelu;
    /// Gaussian error unit by the error function.
    gelu_exact [gelu_exact_inplace: Float] gelu_exact_into <T: Number<Float: Float>> -> T::Float, |x| {
        let x = x.to_float();
        let half_erfc = super::special::erfc(-x.to_f64() * FRAC_1_SQRT_2) * 0.5;
        x.times(RealNumber::from_f64(half_erfc))
    }, float GeluExact;
    /// `x` above 0, a hundredth of it below.
    leaky_relu [leaky_relu_inplace: Float] leaky_relu_into <T: Number<Float: Float>> -> T::Float,
        |x| sloped(x.to_float(), constant(0.01)), float LeakyRelu;
    /// `min(max(x, −1), 1)`
    hard_tanh [hard_tanh_inplace: Float] hard_tanh_into <T: Number<Float: Float>> -> T::Float,
        |x| smaller(larger(x.to_float(), constant(-1.0)), constant(1.0)), float HardTanh;
    /// `min(max(x + 3, 0), 6) / 6`
    hard_sigmoid [hard_sigmoid_inplace: Float] hard_sigmoid_into <T: Number<Float: Float>> -> T::Float,
        |x| hard_logistic(x.to_float()), float HardSigmoid;
    /// `x · hard_sigmoid(x)`
    hard_silu [hard_silu_inplace: Float] hard_silu_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(hard_logistic(x.to_float())), float HardSilu;
    /// The same as [`hard_silu`].
    hard_swish [hard_swish_inplace: Float] hard_swish_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(hard_logistic(x.to_float())), float HardSilu;
    /// `x / (1 + |x|)`
    soft_sign [soft_sign_inplace: Float] soft_sign_into <T: Number<Float: Float>> -> T::Float, |x| {
        let x = x.to_float();
        x.divide(x.modulus().plus(Number::ONE))
    }, float SoftSign;
    /// `x − tanh(x)`
    tanh_shrink [tanh_shrink_inplace: Float] tanh_shrink_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().minus(x.to_float().tanh()), float TanhShrink;
    /// `x · tanh(softplus(x))` (Misra 2019).
    mish [mish_inplace: Float] mish_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(log1p_exp(x.to_float()).tanh()), float Mish;
}

fn sloped<T: Float>(x: T, slope: T) -> T {
    if x >= T::ZERO { x } else { slope.times(x) }
}

/// Activation functions with parameters.
macro_rules! with_parameters {
    ($($(#[$doc:meta])* $name:ident($($p:ident),*) |$x:ident| $value:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name<T: Number<Float: Float>, A: Operand<T>>(x: A, $($p: T::Float),*) -> Mapped<T, A, T::Float> {
            let function = |x: T| -> T::Float { let $x = x.to_float(); $value };
            <A::Kind as Kind>::evaluate(|| function(item(&x)), || map1(dynamic(&x), function))
        }
    )*};
}

with_parameters! {
    /// `log(1 + e^(βx)) / β`, the identity where `βx` exceeds the threshold.
    softplus_with(beta, threshold) |x| if x.times(beta) > threshold { x } else { log1p_exp(x.times(beta)).divide(beta) };
    /// Exponential linear unit: `α (eˣ − 1)` below 0.
    elu_with(alpha) |x| exponential_unit(x, alpha);
    /// Continuously differentiable exponential unit: `α (e^(x/α) − 1)` below 0.
    celu(alpha) |x| larger(x, Number::ZERO).plus(smaller(alpha.times(x.divide(alpha).expm1()), Number::ZERO));
    /// `x` above 0, `slope · x` below.
    leaky_relu_with(slope) |x| sloped(x, slope);
    /// `x` above 0, `slope · x` below.
    prelu(slope) |x| sloped(x, slope);
    /// `min(max(x, low), high)`
    hard_tanh_with(low, high) |x| smaller(larger(x, low), high);
    /// 0 where `|x| ≤ λ` and for NaN, else `x`.
    hard_shrink(lambda) |x| if x.modulus() > lambda { x } else { Number::ZERO };
    /// 0 where `|x| ≤ λ` and for NaN, else `x` moved towards 0 by `λ`.
    soft_shrink(lambda) |x| if x > lambda { x.minus(lambda) }
        else if x < lambda.negative() { x.plus(lambda) }
        else { Number::ZERO };
}

/// `eˣ` divided by its sum along an axis.
pub fn softmax<T: Number<Float: Float>, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
) -> Array<T::Float, A::Dim> {
    let x = dynamic(&x).mapv(|value| value.to_float());
    let axis = resolve("softmax", axis, x.shape());
    let e = exponentials(&x, axis);
    let sum = sum_axis_keepdims(&e, axis);
    with_rank(super::arithmetic::divide(&e, &sum))
}

fn exponentials<T: Float>(x: &ArrayD<T>, axis: usize) -> ArrayD<T> {
    if x.is_empty() {
        return x.clone();
    }
    let largest = max_axis_keepdims(x, axis);
    super::arithmetic::subtract(x, &largest).mapv(|value| value.exp())
}

/// [`softmax`] of `−x`.
pub fn softmin<T: Number<Float: Float>, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
) -> Array<T::Float, A::Dim> {
    with_rank(softmax(
        dynamic(&x).mapv(|value| value.to_float().negative()),
        axis,
    ))
}

/// The logarithm of [`softmax`].
pub fn log_softmax<T: Number<Float: Float>, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
) -> Array<T::Float, A::Dim> {
    let x = dynamic(&x).mapv(|value| value.to_float());
    let axis = resolve("log_softmax", axis, x.shape());
    if x.is_empty() {
        return with_rank(x);
    }
    let shifted = super::arithmetic::subtract(&x, max_axis_keepdims(&x, axis));
    let sum = logsumexp_axis_keepdims(&shifted, axis);
    with_rank(super::arithmetic::subtract(&shifted, &sum))
}

/// Gated linear unit: the first half of an axis times the sigmoid of the second.
///
/// # Panics
/// If the axis has odd length.
pub fn glu<T: Number<Float: Float>, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
) -> Array<T::Float, A::Dim> {
    let x = dynamic(&x).mapv(|value| value.to_float());
    let axis = Axis(resolve("glu", axis, x.shape()));
    let n = x.len_of(axis);
    assert!(
        n.is_multiple_of(2),
        "bm::glu: axis {} has odd length {n}",
        axis.index()
    );
    let (a, b) = (
        x.slice_axis(axis, Slice::from(..n / 2)),
        x.slice_axis(axis, Slice::from(n / 2..)),
    );
    with_rank(super::arithmetic::multiply(&a, sigmoid(&b)))
}

/// Shifted to mean 0 and scaled to variance 1 along an axis, with `epsilon` added to the variance.
pub fn normalize<T: Number<Float: Float>, A: Operand<T>>(
    x: A,
    axis: impl AxisIndex,
    epsilon: T::Float,
) -> Array<T::Float, A::Dim> {
    let x = dynamic(&x).mapv(|value| value.to_float());
    let axis = resolve("normalize", axis, x.shape());
    let mean = super::reduction::mean_axis_keepdims(&x, axis);
    let centred = super::arithmetic::subtract(&x, &mean);
    let variance = super::reduction::var_axis_keepdims(&x, axis);
    let scale = variance.mapv(|v: <T::Float as Inexact>::Part| v.plus(epsilon).sqrt());
    with_rank(super::arithmetic::divide(&centred, &scale))
}

/// 1 at the place that each integer names along a new last axis of length `classes`; all 0 for what is out of range.
pub fn one_hot<T: Number, I: Integer, A: Operand<I>>(
    x: A,
    classes: usize,
) -> Array<T, <A::Dim as Dimension>::Larger> {
    one_hot_axis(x, classes, -1)
}

/// [`one_hot`] along an axis of the result.
pub fn one_hot_axis<T: Number, I: Integer, A: Operand<I>>(
    x: A,
    classes: usize,
    axis: impl AxisIndex,
) -> Array<T, <A::Dim as Dimension>::Larger> {
    let view = dynamic(&x);
    let axis = resolve("one_hot", axis, view.ndim() + 1);
    let flat: Vec<i64> = view.iter().map(|class| class.to_i64()).collect();
    let rows = Array2::from_shape_fn((flat.len(), classes), |(i, class)| {
        if flat[i] == class as i64 {
            T::ONE
        } else {
            T::ZERO
        }
    });
    let mut sizes = view.shape().to_vec();
    sizes.push(classes);
    let last = rows
        .into_shape_with_order(&sizes[..])
        .expect("one row an element")
        .into_dyn();
    with_rank(super::shape::moveaxis(last, -1, axis))
}
