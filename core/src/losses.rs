//! Loss functions with BrainPy's names.
//!
//! Those named `mean_…` and `l1_loss`, `nll_loss`, `cross_entropy_loss` give the mean, a scalar; the others one number an element
//! or a row, of which [`bm::mean`](crate::bm::mean) or [`bm::sum`](crate::bm::sum) make one. Predictions and targets broadcast.
//!
//! ```
//! use brain_jit::{bm, prelude::*};
//! let (predicts, targets) = (array![1.0, 2.0], array![1.0, 4.0]);
//! assert_eq!(bm::losses::mean_squared_error(&predicts, &targets), 2.0);
//! assert_eq!(bm::losses::l2_loss(&predicts, &targets), array![0.0, 2.0]);
//! ```

use ndarray::{Array, ArrayD, ArrayViewD, Dimension, IxDyn};

use crate::array::activation::log_softmax;
use crate::array::arithmetic::{absolute, multiply, negative, square, subtract};
use crate::array::elementwise::{map1, map2, stretch};
use crate::array::exponential::log1p;
use crate::array::number::{Float, Number};
use crate::array::operand::{Both, Join, Kind, Mapped, Operand, dynamic, item};
use crate::array::reduction::{mean, reduce_euclidean_norm, sum_axis};

/// An elementwise loss of predictions and targets.
type Loss<T, A, B> = <Both<T, A, T, B> as Kind>::Of<T>;

macro_rules! elementwise {
    ($($(#[$doc:meta])* $name:ident($($p:ident)?) |$x:ident, $y:ident| $value:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name<T: Float, A: Operand<T>, B: Operand<T>>(predicts: A, targets: B $(, $p: T)?) -> Loss<T, A, B>
        where
            A::Kind: Join<B::Kind>,
        {
            let loss = |$x: T, $y: T| -> T { $value };
            <Both<T, A, T, B> as Kind>::evaluate(
                || loss(item(&predicts), item(&targets)),
                || map2(concat!("losses::", stringify!($name)), dynamic(&predicts), dynamic(&targets), loss),
            )
        }
    )*};
}

/// `log cosh x`, without overflow.
fn log_cosh_of<T: Float>(x: T) -> T {
    let a = x.modulus();
    let twice = T::constant(-2.0).times(a);
    a.plus(twice.exp().log1p())
        .minus(T::constant(std::f64::consts::LN_2))
}

/// `log(1 + eˣ)`, without overflow.
fn softplus_of<T: Float>(x: T) -> T {
    let positive = if x > T::ZERO { x } else { T::ZERO };
    positive.plus(x.modulus().negative().exp().log1p())
}

elementwise! {
    /// Half the squared error.
    l2_loss() |x, y| T::constant(0.5).times(x.minus(y).times(x.minus(y)));
    /// Huber's loss: half the squared error up to `delta`, linear beyond (Huber 1964).
    huber_loss(delta) |x, y| {
        let error = x.minus(y).modulus();
        let quadratic = if error < delta { error } else { delta };
        T::constant(0.5).times(quadratic.times(quadratic)).plus(delta.times(error.minus(quadratic)))
    };
    /// The logarithm of the hyperbolic cosine of the error.
    log_cosh_loss() |x, y| log_cosh_of(x.minus(y));
    /// Cross entropy of the probability `sigmoid(logit)` and the probability `label`.
    sigmoid_binary_cross_entropy() |logit, label| softplus_of(logit).minus(label.times(logit));
    /// The same as [`sigmoid_binary_cross_entropy`].
    cross_entropy_sigmoid() |logit, label| softplus_of(logit).minus(label.times(logit));
    /// Logistic loss of a logit for the label 0 or 1: `log(1 + e^∓logit)`.
    binary_logistic_loss() |logit, label| softplus_of(logit).minus(label.times(logit));
}

/// `log cosh` of the errors.
pub fn log_cosh<T: Float, A: Operand<T>>(errors: A) -> Mapped<T, A, T> {
    <A::Kind as Kind>::evaluate(
        || log_cosh_of(item(&errors)),
        || map1(dynamic(&errors), log_cosh_of),
    )
}

fn differences<T: Float, A: Operand<T>, B: Operand<T>>(x: &A, y: &B) -> ArrayD<T> {
    subtract(dynamic(x), dynamic(y))
}

/// The mean of the squared errors.
pub fn mean_squared_error<T: Float, A: Operand<T>, B: Operand<T>>(predicts: A, targets: B) -> T {
    mean(square(differences(&predicts, &targets)))
}

/// The mean of the absolute errors.
pub fn mean_absolute_error<T: Float, A: Operand<T>, B: Operand<T>>(predicts: A, targets: B) -> T {
    mean(absolute(differences(&predicts, &targets)))
}

/// The same as [`mean_absolute_error`].
pub fn l1_loss<T: Float, A: Operand<T>, B: Operand<T>>(predicts: A, targets: B) -> T {
    mean_absolute_error(predicts, targets)
}

/// The mean of the squared differences of `log(1 + predicts)` and `log(1 + targets)`.
pub fn mean_squared_log_error<T: Float, A: Operand<T>, B: Operand<T>>(
    predicts: A,
    targets: B,
) -> T {
    mean_squared_error(log1p(dynamic(&predicts)), log1p(dynamic(&targets)))
}

/// The mean of the squares.
pub fn mean_square<T: Float, A: Operand<T>>(predicts: A) -> T {
    mean(square(dynamic(&predicts)))
}

/// The mean of the moduli.
pub fn mean_absolute<T: Float, A: Operand<T>>(outputs: A) -> T {
    mean(absolute(dynamic(&outputs)))
}

/// The square root of the sum of squares.
pub fn l2_norm<T: Float, A: Operand<T>>(x: A) -> T {
    reduce_euclidean_norm(dynamic(&x))
}

/// Labels mixed with the uniform distribution over the last axis: `(1 − α) labels + α / classes`.
pub fn smooth_labels<T: Float, A: Operand<T>>(labels: A, alpha: T) -> Mapped<T, A, T> {
    let classes = T::constant(dynamic(&labels).shape().last().map_or(1.0, |&n| n as f64));
    let smooth = |x: T| T::ONE.minus(alpha).times(x).plus(alpha.divide(classes));
    <A::Kind as Kind>::evaluate(|| smooth(item(&labels)), || map1(dynamic(&labels), smooth))
}

/// What a classifier should have said: the number of the class (an integer), or a probability for each class.
pub trait Target<T>: Copy {
    /// `−Σ p log q` over the last axis, with `log q` given.
    #[doc(hidden)]
    fn cross_entropy(function: &str, targets: ArrayViewD<'_, Self>, log_q: &ArrayD<T>)
    -> ArrayD<T>;

    /// The probabilities of the classes, in the shape of the predictions.
    #[doc(hidden)]
    fn probabilities(targets: ArrayViewD<'_, Self>, shape: &[usize]) -> ArrayD<T>;
}

macro_rules! classes {
    ($($t:ty)*) => {$(
        impl<T: Float> Target<T> for $t {
            fn cross_entropy(function: &str, targets: ArrayViewD<'_, $t>, log_q: &ArrayD<T>) -> ArrayD<T> {
                let (rows, classes) = log_q.shape().split_at(log_q.ndim() - 1);
                if targets.shape() != rows {
                    panic!("bm::{function}: classes of shape {:?} for predictions of shape {:?}", targets.shape(), log_q.shape());
                }
                let mut rows = log_q.rows().into_iter();
                targets.mapv(|class| {
                    let row = rows.next().expect("a row a class");
                    match usize::try_from(class).ok().and_then(|class| row.get(class)) {
                        Some(log_q) => log_q.negative(),
                        None => panic!("bm::{function}: class {class} of {}", classes[0]),
                    }
                })
            }

            fn probabilities(targets: ArrayViewD<'_, $t>, shape: &[usize]) -> ArrayD<T> {
                let mut all = ArrayD::from_elem(IxDyn(shape), T::ZERO);
                for (mut row, &class) in all.rows_mut().into_iter().zip(&targets) {
                    row[class as usize] = T::ONE;
                }
                all
            }
        }
    )*};
}
classes!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl<T: Float> Target<T> for T {
    fn cross_entropy(_: &str, targets: ArrayViewD<'_, T>, log_q: &ArrayD<T>) -> ArrayD<T> {
        negative(sum_axis(multiply(targets, log_q), &[-1][..]))
    }

    fn probabilities(targets: ArrayViewD<'_, T>, shape: &[usize]) -> ArrayD<T> {
        stretch("losses", &targets, shape).to_owned()
    }
}

fn rows_of<T: Number, A: Operand<T>>(function: &str, logits: &A) {
    if dynamic(logits).ndim() == 0 {
        panic!(
            "bm::{function}: the predictions are an array with the classes along its last axis, not a scalar"
        );
    }
}

/// For each row of the last axis, the cross entropy of the softmax of the logits and the probabilities in `labels`.
///
/// # Panics
/// If the shapes do not broadcast.
pub fn softmax_cross_entropy<T: Float + Target<T>, A: Operand<T>, B: Operand<T>>(
    logits: A,
    labels: B,
) -> Array<T, <A::Dim as Dimension>::Smaller> {
    rows_of("losses::softmax_cross_entropy", &logits);
    let log_q = log_softmax(dynamic(&logits), -1);
    let losses = T::cross_entropy("losses::softmax_cross_entropy", dynamic(&labels), &log_q);
    losses
        .into_dimensionality()
        .expect("an axis less than the logits")
}

/// For each row of the last axis, the cross entropy of the softmax of the logits and a class, given by its number.
///
/// # Panics
/// If the shapes do not fit or a class is out of range.
pub fn cross_entropy_sparse<T: Float, I: Target<T>, A: Operand<T>, B: Operand<I>>(
    predicts: A,
    targets: B,
) -> Array<T, <A::Dim as Dimension>::Smaller> {
    rows_of("losses::cross_entropy_sparse", &predicts);
    let log_q = log_softmax(dynamic(&predicts), -1);
    let losses = I::cross_entropy("losses::cross_entropy_sparse", dynamic(&targets), &log_q);
    losses
        .into_dimensionality()
        .expect("an axis less than the predictions")
}

/// The mean over rows of the cross entropy of the softmax of the predictions and the targets: classes, by their numbers, or
/// probabilities for each class.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let logits = array![[0.0, 0.0], [0.0, 0.0]];
/// assert_eq!(bm::losses::cross_entropy_loss(&logits, array![0, 1]), 2f64.ln());
/// assert_eq!(bm::losses::cross_entropy_loss(&logits, array![[1.0, 0.0], [0.5, 0.5]]), 2f64.ln());
/// ```
///
/// # Panics
/// If the shapes do not fit or a class is out of range.
pub fn cross_entropy_loss<T: Float, U: Target<T>, A: Operand<T>, B: Operand<U>>(
    predicts: A,
    targets: B,
) -> T {
    let function = "losses::cross_entropy_loss";
    rows_of(function, &predicts);
    mean(U::cross_entropy(
        function,
        dynamic(&targets),
        &log_softmax(dynamic(&predicts), -1),
    ))
}

/// The mean over rows of `−input` at the class of each row: the cross entropy of logarithms of probabilities.
///
/// # Panics
/// If the shapes do not fit or a class is out of range.
pub fn nll_loss<T: Float, I: Target<T>, A: Operand<T>, B: Operand<I>>(input: A, target: B) -> T {
    let function = "losses::nll_loss";
    rows_of(function, &input);
    mean(I::cross_entropy(
        function,
        dynamic(&target),
        &dynamic(&input).to_owned(),
    ))
}
