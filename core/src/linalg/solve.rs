//! Linear equations, inverses and determinants, by LU decomposition with partial pivoting.

use ndarray::{Array, Array2, ArrayRef, ArrayView2, Axis, Dimension};
use num_traits::{Float, One, Zero};

use super::decomposition::Scalar;
use super::error::LinalgError;
use super::lu::Lu;
use super::rank::{ResultRank, Stack};
use super::small;
use super::stack::{matrices, square, stack};

type Scalars<T, D> = <<D as Stack>::Scalars as ResultRank>::Output<T>;

/// Sign and logarithm of a determinant.
#[derive(Clone, Debug, PartialEq)]
pub struct Slogdet<S, L> {
    /// ±1, or a complex number of modulus 1; 0 for a singular matrix.
    pub sign: S,
    /// Natural logarithm of the modulus; −∞ for a singular matrix.
    pub logabsdet: L,
}

/// The determinant; a scalar for one matrix, an array for a stack. Errors unless the matrices are square.
///
/// ```
/// use brain_jit::linalg;
/// use ndarray::array;
/// assert_eq!(linalg::det(&array![[4.0, 0.0], [2.0, 3.0]]), Ok(12.0));
/// ```
pub fn det<T: Scalar, D: Stack>(a: &ArrayRef<T, D>) -> Result<Scalars<T, D>, LinalgError> {
    let a = square("det", a)?;
    let det = |a: ArrayView2<'_, T>| {
        let lu = Lu::new(a);
        if lu.is_singular() {
            return <T as Zero>::zero();
        }
        let one = <T as One>::one();
        let product = lu.diagonal().fold(one, |product, x| product * x);
        if lu.odd { -product } else { product }
    };
    Ok(D::Scalars::arrange(
        &a.outer,
        a.all.into_iter().map(det).collect(),
    ))
}

/// Sign and logarithm of the determinant, which neither overflow nor underflow. Errors unless the matrices are square.
#[allow(clippy::type_complexity)]
pub fn slogdet<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Slogdet<Scalars<T, D>, Scalars<<T as Scalar>::Real, D>>, LinalgError> {
    let a = square("slogdet", a)?;
    let (mut signs, mut logs) = (Vec::new(), Vec::new());
    for a in a.all {
        let lu = Lu::new(a);
        if lu.is_singular() {
            signs.push(<T as Zero>::zero());
            logs.push(Float::neg_infinity());
            continue;
        }
        let one = <T as One>::one();
        let (mut sign, mut log) = (
            if lu.odd { -one } else { one },
            <<T as Scalar>::Real as Zero>::zero(),
        );
        for x in lu.diagonal() {
            let modulus = x.modulus();
            log += Float::ln(modulus);
            sign = sign * x / T::of_real(modulus);
        }
        signs.push(sign);
        logs.push(log);
    }
    Ok(Slogdet {
        sign: D::Scalars::arrange(&a.outer, signs),
        logabsdet: D::Scalars::arrange(&a.outer, logs),
    })
}

/// The solution of `a x = b`.
fn solve_matrix<T: Scalar>(
    function: &'static str,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
) -> Result<Array2<T>, LinalgError> {
    if a.nrows() <= small::LARGEST {
        return small::solve(a, b).ok_or(LinalgError::Singular { function });
    }
    let lu = Lu::new(a);
    if lu.is_singular() {
        return Err(LinalgError::Singular { function });
    }
    Ok(lu.solve(b))
}

/// The inverse of `a`.
fn inverse<T: Scalar>(
    function: &'static str,
    a: ArrayView2<'_, T>,
) -> Result<Array2<T>, LinalgError> {
    if a.nrows() <= small::LARGEST {
        return solve_matrix(function, a, Array2::eye(a.nrows()).view());
    }
    let lu = Lu::new(a);
    if lu.is_singular() {
        return Err(LinalgError::Singular { function });
    }
    Ok(lu.inverse())
}

/// The solution `x` of `a x = b`. `b` is a vector, a matrix, or a stack of matrices as long as `a`; a single `a` serves a whole
/// stack. Errors if `a` is singular or not square, or the shapes do not fit.
///
/// ```
/// use brain_jit::linalg;
/// use ndarray::array;
/// let x = linalg::solve(&array![[2.0, 0.0], [0.0, 4.0]], &array![2.0, 2.0]).unwrap();
/// assert_eq!(x, array![1.0, 0.5]);
/// assert!(linalg::solve(&array![[1.0, 2.0], [2.0, 4.0]], &array![1.0, 1.0]).is_err());
/// ```
pub fn solve<T: Scalar, D: Stack, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Result<Array<T, E>, LinalgError> {
    let function = "solve";
    let mismatch = || LinalgError::ShapeMismatch {
        function,
        left: a.shape().to_vec(),
        right: b.shape().to_vec(),
    };
    let systems = square(function, a)?;
    let n = systems.dim.0;
    if b.ndim() == 1 {
        if !systems.outer.is_empty() || b.len() != n {
            return Err(mismatch());
        }
        let column = b.view().into_dyn().insert_axis(Axis(1));
        let column = column.into_dimensionality().expect("a column");
        let x = solve_matrix(function, systems.all[0].view(), column)?;
        return Ok(x
            .index_axis_move(Axis(1), 0)
            .into_dyn()
            .into_dimensionality()
            .expect("as b"));
    }
    let right = matrices(function, b)?;
    if right.dim.0 != n || !(systems.outer.is_empty() || systems.outer == right.outer) {
        return Err(mismatch());
    }
    let system = |i: usize| systems.all[if systems.outer.is_empty() { 0 } else { i }].view();
    let solve = |(i, b): (usize, &ArrayView2<'_, T>)| solve_matrix(function, system(i), b.view());
    let solutions = right
        .all
        .iter()
        .enumerate()
        .map(solve)
        .collect::<Result<_, _>>()?;
    Ok(stack(&right.outer, right.dim, solutions))
}

/// The inverse. Errors if a matrix is singular or not square.
pub fn inv<T: Scalar, D: Stack>(a: &ArrayRef<T, D>) -> Result<Array<T, D>, LinalgError> {
    let a = square("inv", a)?;
    let inverses = a
        .all
        .into_iter()
        .map(|a| inverse("inv", a))
        .collect::<Result<_, _>>()?;
    Ok(stack(&a.outer, a.dim, inverses))
}

/// The matrix to an integer power, by repeated squaring; negative powers are those of the inverse. Errors if a matrix is not
/// square, or singular and the power is negative.
pub fn matrix_power<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    n: i64,
) -> Result<Array<T, D>, LinalgError> {
    let a = square("matrix_power", a)?;
    let one = Array2::<T>::eye(a.dim.0);
    let power = |a: ArrayView2<'_, T>| -> Result<Array2<T>, LinalgError> {
        let mut base = if n < 0 {
            inverse("matrix_power", a)?
        } else {
            a.as_standard_layout().into_owned()
        };
        let mut left = n.unsigned_abs();
        let mut result: Option<Array2<T>> = None;
        while left > 0 {
            if left & 1 == 1 {
                result = Some(match result {
                    None => base.clone(),
                    Some(result) => T::multiply(result.view(), base.view()),
                });
            }
            left >>= 1;
            if left > 0 {
                base = T::multiply(base.view(), base.view());
            }
        }
        Ok(result.unwrap_or_else(|| one.clone()))
    };
    let powers = a.all.into_iter().map(power).collect::<Result<_, _>>()?;
    Ok(stack(&a.outer, a.dim, powers))
}

/// The matrix exponential: Padé's approximant of degree 13 after scaling, squared back (Higham, "The scaling and squaring method
/// for the matrix exponential revisited", 2005). Errors if a matrix is not square or not finite.
pub fn expm<T: Scalar, D: Stack>(a: &ArrayRef<T, D>) -> Result<Array<T, D>, LinalgError> {
    let a = square("expm", a)?;
    let exponentials = a
        .all
        .into_iter()
        .map(exponential)
        .collect::<Result<_, _>>()?;
    Ok(stack(&a.outer, a.dim, exponentials))
}

/// Coefficients of Padé's approximant of the exponential, of degree 13: `b[k] = (26 − k)! / (13 − k)! / k!`, up to a factor.
fn pade() -> [f64; 14] {
    let mut b = [1.0; 14];
    for k in (0..13).rev() {
        b[k] = b[k + 1] * ((26 - k) as f64) * ((k + 1) as f64) / ((13 - k) as f64);
    }
    b
}

fn exponential<T: Scalar>(a: ArrayView2<'_, T>) -> Result<Array2<T>, LinalgError> {
    let function = "expm";
    if !a.iter().all(|x| x.is_finite()) {
        return Err(LinalgError::NotFinite { function });
    }
    let real = |x: f64| {
        T::of_real(<<T as Scalar>::Real as num_traits::NumCast>::from(x).expect("a number"))
    };
    let column_sum = |column: ndarray::ArrayView1<'_, T>| {
        column
            .iter()
            .map(|x| num_traits::cast(x.modulus()).unwrap_or(0.0))
            .sum()
    };
    let norm = a
        .columns()
        .into_iter()
        .map(column_sum)
        .fold(0.0f64, f64::max);
    // 5.37 bounds the norm for which degree 13 is exact to f64's precision
    let squarings = if norm > 5.37 {
        (norm / 5.37).log2().ceil() as i32
    } else {
        0
    };
    let scale = real(0.5f64.powi(squarings));
    let a = a.mapv(|x| x * scale);
    let product = |x: &Array2<T>, y: &Array2<T>| T::multiply(x.view(), y.view());
    let one = Array2::<T>::eye(a.nrows());
    let a2 = product(&a, &a);
    let a4 = product(&a2, &a2);
    let a6 = product(&a4, &a2);
    let b = pade().map(real);
    let sum = |k: usize| {
        a6.mapv(|x| x * b[k + 6]) + a4.mapv(|x| x * b[k + 4]) + a2.mapv(|x| x * b[k + 2])
    };
    let high =
        |k: usize| a6.mapv(|x| x * b[k + 4]) + a4.mapv(|x| x * b[k + 2]) + a2.mapv(|x| x * b[k]);
    let odd = product(
        &a,
        &(product(&a6, &high(9)) + sum(1) + one.mapv(|x| x * b[1])),
    );
    let even = product(&a6, &high(8)) + sum(0) + one.mapv(|x| x * b[0]);
    let mut result = solve_matrix(function, (&even - &odd).view(), (&even + &odd).view())?;
    for _ in 0..squarings {
        result = product(&result, &result);
    }
    Ok(result)
}
