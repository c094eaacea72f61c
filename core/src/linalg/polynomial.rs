//! Polynomials in NumPy's first form: a vector of coefficients, that of the highest power first.

use ndarray::Array1;

use crate::array::elementwise::map1;
use crate::array::number::{Arithmetic, Inexact, Number};
use crate::array::operand::{Kind, Mapped, Operand, dynamic, item};
use crate::array::statistics::{Convolution, convolve};

fn coefficients<T: Number, A: Operand<T>>(function: &str, p: &A) -> Vec<T> {
    let view = dynamic(p);
    if view.ndim() != 1 {
        panic!(
            "bm::{function}: the coefficients are a vector, not an array of shape {:?}",
            view.shape()
        );
    }
    view.iter().copied().collect()
}

/// The polynomial with these zeros and the leading coefficient 1.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::poly(&array![1.0, 2.0]), array![1.0, -3.0, 2.0]);
/// ```
pub fn poly<T: Number, A: Operand<T>>(zeros: A) -> Array1<T::Float> {
    let mut p = vec![T::Float::ONE];
    for zero in coefficients("poly", &zeros) {
        p.push(Number::ZERO);
        for i in (1..p.len()).rev() {
            p[i] = p[i].minus(zero.to_float().times(p[i - 1]));
        }
    }
    p.into()
}

/// The values of a polynomial at `x`, by Horner's rule.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::polyval([3.0, 0.0, 1.0], &array![0.0, 2.0]), array![1.0, 13.0]);
/// assert_eq!(bm::polyval([1, 2], 10), 12);
/// ```
pub fn polyval<T: Number, P: Operand<T>, A: Operand<T>>(p: P, x: A) -> Mapped<T, A, T> {
    let p = coefficients("polyval", &p);
    let value = |x: T| p.iter().fold(T::ZERO, |sum, &c| sum.times(x).plus(c));
    <A::Kind as Kind>::evaluate(|| value(item(&x)), || map1(dynamic(&x), value))
}

/// Both with as many coefficients, by zeros in front.
fn aligned<T: Number>(mut a: Vec<T>, mut b: Vec<T>) -> impl Iterator<Item = (T, T)> {
    let n = a.len().max(b.len());
    for p in [&mut a, &mut b] {
        p.splice(..0, std::iter::repeat_n(T::ZERO, n - p.len()));
    }
    a.into_iter().zip(b)
}

/// The sum of two polynomials.
pub fn polyadd<T: Number, A: Operand<T>, B: Operand<T>>(a: A, b: B) -> Array1<T> {
    let (a, b) = (coefficients("polyadd", &a), coefficients("polyadd", &b));
    aligned(a, b).map(|(a, b)| a.plus(b)).collect()
}

/// The difference of two polynomials.
pub fn polysub<T: Arithmetic, A: Operand<T>, B: Operand<T>>(a: A, b: B) -> Array1<T> {
    let (a, b) = (coefficients("polysub", &a), coefficients("polysub", &b));
    aligned(a, b).map(|(a, b)| a.minus(b)).collect()
}

/// The product of two polynomials.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::polymul([1, 1], [1, -1]), array![1, 0, -1]);
/// ```
///
/// # Panics
/// If one has no coefficients.
pub fn polymul<T: Number, A: Operand<T>, B: Operand<T>>(a: A, b: B) -> Array1<T> {
    let (a, b) = (coefficients("polymul", &a), coefficients("polymul", &b));
    assert!(
        !a.is_empty() && !b.is_empty(),
        "bm::polymul: a polynomial without coefficients"
    );
    convolve(a, b, Convolution::Full)
}

/// Quotient and remainder of two polynomials, the remainder without leading zeros.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let (quotient, remainder) = bm::polydiv([3.0, 5.0, 2.0], [2.0, 1.0]);
/// assert_eq!((quotient, remainder), (array![1.5, 1.75], array![0.25]));
/// ```
///
/// # Panics
/// If the divisor has no coefficients or starts with 0.
pub fn polydiv<T: Number, A: Operand<T>, B: Operand<T>>(
    u: A,
    v: B,
) -> (Array1<T::Float>, Array1<T::Float>) {
    let float = |p: Vec<T>| -> Vec<T::Float> { p.into_iter().map(T::to_float).collect() };
    let mut rest = float(coefficients("polydiv", &u));
    let v = float(coefficients("polydiv", &v));
    let zero = <T::Float as Number>::ZERO;
    assert!(
        v.first().is_some_and(|&leading| leading != zero),
        "bm::polydiv: the divisor must start with a coefficient that is not 0"
    );
    let steps = (rest.len() + 1).saturating_sub(v.len());
    let mut quotient = vec![zero; steps.max(1)];
    for k in 0..steps {
        quotient[k] = rest[k].divide(v[0]);
        for (i, &c) in v.iter().enumerate() {
            rest[k + i] = rest[k + i].minus(quotient[k].times(c));
        }
    }
    // The subtraction above need not give 0 exactly where it must.
    rest.drain(..steps);
    let leading = rest.iter().take_while(|&&c| c == zero).count();
    rest.drain(..leading.min(rest.len().saturating_sub(1)));
    if rest.is_empty() {
        rest.push(zero);
    }
    (quotient.into(), rest.into())
}

/// The derivative of order `m`.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::polyder([1.0, 1.0, 1.0, 1.0], 2), array![6.0, 2.0]);
/// ```
pub fn polyder<T: Number, A: Operand<T>>(p: A, m: usize) -> Array1<T> {
    let mut p = coefficients("polyder", &p);
    for _ in 0..m {
        p.pop();
        // n, as a sum of ones: every number type has it.
        let mut power = T::ZERO;
        for c in p.iter_mut().rev() {
            power = power.plus(T::ONE);
            *c = c.times(power);
        }
    }
    p.into()
}

/// The antiderivative of order `m` whose constants of integration are 0.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::polyint([6.0, 2.0], 1), array![3.0, 2.0, 0.0]);
/// ```
pub fn polyint<T: Number, A: Operand<T>>(p: A, m: usize) -> Array1<T::Float> {
    let p = coefficients("polyint", &p);
    let mut p: Vec<T::Float> = p.into_iter().map(T::to_float).collect();
    for _ in 0..m {
        let n = p.len();
        for (i, c) in p.iter_mut().enumerate() {
            *c = c.divide(Inexact::constant((n - i) as f64));
        }
        p.push(Number::ZERO);
    }
    p.into()
}

/// What solves equations.
#[cfg(feature = "linalg")]
pub(super) mod fitting {
    use ndarray::{Array2, ArrayRef1};
    use num_complex::Complex;
    use num_traits::{One, Zero};

    use super::*;
    use crate::linalg::decomposition::Scalar;
    use crate::linalg::{LinalgError, eigvals, lstsq};

    /// The zeros of a polynomial, as the eigenvalues of its companion matrix. Errors if a coefficient is not finite or the
    /// iteration does not converge.
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// let zeros = bm::roots(&array![1.0f64, 0.0, 1.0]).unwrap();
    /// assert!(zeros.iter().all(|z| z.re.abs() < 1e-15 && (z.im.abs() - 1.0).abs() < 1e-15));
    /// ```
    pub fn roots<T: Scalar>(
        p: &ArrayRef1<T>,
    ) -> Result<Array1<Complex<<T as Scalar>::Real>>, LinalgError> {
        let zero = <T as Zero>::zero();
        let Some(first) = p.iter().position(|&c| c != zero) else {
            return Ok(Array1::default(0));
        };
        let last = p.iter().rposition(|&c| c != zero).unwrap_or(first);
        let n = last - first;
        let companion = Array2::from_shape_fn((n, n), |(i, j)| match i {
            0 => -p[first + 1 + j] / p[first],
            _ if i == j + 1 => <T as One>::one(),
            _ => zero,
        });
        let at_zero = p.len() - 1 - last;
        Ok(eigvals(&companion)?
            .into_iter()
            .chain(std::iter::repeat_n(Complex::default(), at_zero))
            .collect())
    }

    /// The polynomial of this degree nearest to the points (`x`, `y`) in the sense of least squares. Errors if lengths differ
    /// or a number is not finite.
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// let line = bm::polyfit(&array![0.0f64, 1.0, 2.0], &array![1.0, 3.0, 5.0], 1).unwrap();
    /// assert!((line - array![2.0, 1.0]).iter().all(|d| d.abs() < 1e-12));
    /// ```
    pub fn polyfit<T: Scalar>(
        x: &ArrayRef1<T>,
        y: &ArrayRef1<T>,
        degree: usize,
    ) -> Result<Array1<T>, LinalgError> {
        let mut powers = Array2::<T>::ones((x.len(), degree + 1));
        for j in (0..degree).rev() {
            let next: Array1<T> = &powers.column(j + 1) * &x.view();
            powers.column_mut(j).assign(&next);
        }
        // Columns of length 1, or high powers would hide the low ones.
        let lengths: Vec<T> = powers
            .columns()
            .into_iter()
            .map(|column: ndarray::ArrayView1<'_, T>| {
                let squares = column.iter().map(|c| c.modulus() * c.modulus());
                let sum = squares.fold(Zero::zero(), |sum: <T as Scalar>::Real, square| {
                    sum + square
                });
                T::of_real(num_traits::Float::sqrt(sum))
            })
            .collect();
        for (mut column, &length) in powers.columns_mut().into_iter().zip(&lengths) {
            column.mapv_inplace(|c| c / length);
        }
        let mut fit = lstsq(&powers, y)?.solution;
        fit.iter_mut()
            .zip(&lengths)
            .for_each(|(c, &length)| *c /= length);
        Ok(fit)
    }
}
