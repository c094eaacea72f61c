//! Exponentials, logarithms, roots.

use ndarray::ArrayD;
use std::mem::MaybeUninit;

use super::elementwise::map2;
use super::elementwise::table::*;
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::parallel::Sharing;
use crate::kernel::unwritten::{made, made_in_parts};

unary! {
    /// `eˣ`; integers give `f64`.
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// let (dt, tau) = (0.1f32, 10.0f32);
    /// let decay: f32 = bm::exp(-dt / tau);
    /// assert!((decay - 0.99005).abs() < 1e-6);
    /// assert_eq!(bm::exp(array![0.0]), array![1.0]);
    /// ```
    exp [exp_inplace: Inexact] exp_into <T: Number> -> T::Float, |x| x.to_float().exp(), float Exp;
    /// `2ˣ`
    exp2 [exp2_inplace: Inexact] exp2_into <T: Number> -> T::Float, |x| x.to_float().exp2(), float Exp2;
    /// `eˣ − 1`, exact near 0.
    expm1 [expm1_inplace: Inexact] expm1_into <T: Number> -> T::Float, |x| x.to_float().expm1(), float Expm1;
    /// Natural logarithm.
    log [log_inplace: Inexact] log_into <T: Number> -> T::Float, |x| x.to_float().log(), float Log;
    /// Logarithm to base 2.
    log2 [log2_inplace: Inexact] log2_into <T: Number> -> T::Float, |x| x.to_float().log2(), float Log2;
    /// Logarithm to base 10.
    log10 [log10_inplace: Inexact] log10_into <T: Number> -> T::Float, |x| x.to_float().log10(), float Log10;
    /// `log(1 + x)`, exact near 0.
    log1p [log1p_inplace: Inexact] log1p_into <T: Number> -> T::Float, |x| x.to_float().log1p(), float Log1p;
    /// Square root.
    sqrt [sqrt_inplace: Inexact] sqrt_into <T: Number> -> T::Float, |x| x.to_float().sqrt(), float Sqrt;
    /// Cube root.
    cbrt [cbrt_inplace: Float] cbrt_into <T: Number<Float: Float>> -> T::Float, |x| x.to_float().cbrt(), float Cbrt;
    /// `(eˣ − 1) / x`, 1 at 0 (SciPy's `exprel`); Hodgkin–Huxley rates are `1 / exprel`.
    exprel [exprel_inplace: Float] exprel_into <T: Number<Float: Float>> -> T::Float, |x| x.to_float().exprel(), float Exprel;
    /// Modified Bessel function of the first kind of order 0.
    i0 [i0_inplace: Float] i0_into <T: Number<Float: Float>> -> T::Float,
        |x| RealNumber::from_f64(super::special::i0(x.to_float().to_f64()));
    /// Error function.
    erf [erf_inplace: Float] erf_into <T: Number<Float: Float>> -> T::Float, |x| x.to_float().erf(), float Erf;
    /// Complement of the error function, exact where it is small.
    erfc [erfc_inplace: Float] erfc_into <T: Number<Float: Float>> -> T::Float,
        |x| RealNumber::from_f64(super::special::erfc(x.to_float().to_f64())), float Erfc;
}

binary! {
    /// `log(eˣ + eʸ)` without overflow.
    logaddexp [logaddexp_inplace: Float] logaddexp_into <T: Number<Float: Float>> -> T::Float, |x, y| {
        let (x, y) = (x.to_float(), y.to_float());
        let difference = x.minus(y);
        if x == y { x.plus(Inexact::constant(std::f64::consts::LN_2)) }
        else if difference.is_nan() { difference }
        else { larger(x, y).plus(difference.modulus().negative().exp().log1p()) }
    }, float Logaddexp;
    /// `log₂(2ˣ + 2ʸ)` without overflow.
    logaddexp2 [logaddexp2_inplace: Float] logaddexp2_into <T: Number<Float: Float>> -> T::Float, |x, y| {
        let (x, y) = (x.to_float(), y.to_float());
        let difference = x.minus(y);
        if x == y { x.plus(Number::ONE) }
        else if difference.is_nan() { difference }
        else {
            let term: T::Float = difference.modulus().negative().exp2().log1p();
            larger(x, y).plus(term.times(Inexact::constant(std::f64::consts::LOG2_E)))
        }
    }, float Logaddexp2;
}

/// Mantissa in [0.5, 1) and exponent of each element.
pub fn frexp<T: Float, A: Operand<T>>(x: A) -> (Mapped<T, A, T>, Mapped<T, A, i32>) {
    <A::Kind as Kind>::evaluate_both(
        || item(&x).frexp(),
        || {
            let x = dynamic(&x);
            match x.as_slice() {
                Some(elements) => {
                    let (mantissas, exponents) = split(elements);
                    let shaped = "one result an element";
                    (
                        ArrayD::from_shape_vec(x.raw_dim(), mantissas).expect(shaped),
                        ArrayD::from_shape_vec(x.raw_dim(), exponents).expect(shaped),
                    )
                }
                None => (x.map(|x| x.frexp().0), x.map(|x| x.frexp().1)),
            }
        },
    )
}

/// How many elements are looked at together, whether they need no case of their own.
const PART: usize = 1024;

/// [`frexp`] of a vector.
fn split<T: Float>(x: &[T]) -> (Vec<T>, Vec<i32>) {
    let mut exponents = Vec::new();
    let mantissas = made(x.len(), |mantissas| {
        exponents = made(x.len(), |exponents| {
            let out = mantissas.chunks_mut(PART).zip(exponents.chunks_mut(PART));
            for (x, (mantissas, exponents)) in x.chunks(PART).zip(out) {
                dispatch(Split(x, mantissas, exponents));
            }
        });
    });
    (mantissas, exponents)
}

/// Writes mantissas and exponents. Where all numbers are normal ones, there is no more to it than to take the bits apart; others are a second way.
struct Split<'a, T>(
    &'a [T],
    &'a mut [MaybeUninit<T>],
    &'a mut [MaybeUninit<i32>],
);

impl<T: Float> Dispatch for Split<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Split(x, mantissas, exponents) = self;
        let mut normal = true;
        write_both(x, mantissas, exponents, |x| {
            normal &= x.is_normal();
            x.parts_of_normal()
        });
        if !normal {
            write_both(x, mantissas, exponents, T::frexp);
        }
    }
}

#[inline(always)]
fn write_both<T: Copy>(
    x: &[T],
    mantissas: &mut [MaybeUninit<T>],
    exponents: &mut [MaybeUninit<i32>],
    mut f: impl FnMut(T) -> (T, i32),
) {
    for ((&x, mantissa), exponent) in x.iter().zip(mantissas).zip(exponents) {
        let (value, n) = f(x);
        mantissa.write(value);
        exponent.write(n);
    }
}

/// `x · 2ⁿ`
pub fn ldexp<T: Float, A: Operand<T>, B: Operand<i32>>(
    x: A,
    n: B,
) -> <Both<T, A, i32, B> as Kind>::Of<T>
where
    A::Kind: Join<B::Kind>,
{
    <Both<T, A, i32, B> as Kind>::evaluate(
        || item(&x).ldexp(item(&n)),
        || {
            let (x, n) = (dynamic(&x), dynamic(&n));
            match (x.shape() == n.shape(), x.as_slice(), n.as_slice()) {
                (true, Some(left), Some(right)) => {
                    ArrayD::from_shape_vec(x.raw_dim(), scaled(left, right)).expect("as many")
                }
                _ => map2("ldexp", x, n, |x, n| x.ldexp(n)),
            }
        },
    )
}

/// [`ldexp`] of vectors.
fn scaled<T: Float>(x: &[T], n: &[i32]) -> Vec<T> {
    made_in_parts(x.len(), PART, Sharing::Alone, &|part, out| {
        let part = part * PART..part * PART + out.len();
        dispatch(Scale(&x[part.clone()], &n[part], out));
    })
}

/// Writes products with powers of two. Where all powers are normal numbers, there is no more to it.
struct Scale<'a, T>(&'a [T], &'a [i32], &'a mut [MaybeUninit<T>]);

impl<T: Float> Dispatch for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let normal = |n: &i32| (T::LEAST_POWER..=-T::LEAST_POWER).contains(n);
        if self.1.iter().fold(true, |all, n| all & normal(n)) {
            write(self.0, self.1, self.2, |x, n| x.times(T::power_of_two(n)));
        } else {
            write(self.0, self.1, self.2, T::ldexp);
        }
    }
}

// Parameters and not fields: LLVM knows then that the slices do not overlap.
#[inline(always)]
fn write<T: Copy>(x: &[T], n: &[i32], out: &mut [MaybeUninit<T>], f: impl Fn(T, i32) -> T) {
    for ((&x, &n), out) in x.iter().zip(n).zip(out) {
        out.write(f(x, n));
    }
}
