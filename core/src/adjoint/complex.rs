//! Adjoints of complex numbers.
//!
//! That of `z` is `∂/∂Re z + i ∂/∂Im z`: a function with the derivative `f'` hands `g · conj(f')` on. A real number beside complex ones
//! receives the real part.

use ndarray::{Array, ArrayD, ArrayRef, Axis, Dimension, Zip, arr0};
use num_complex::{Complex, Complex32, Complex64};

use crate::array::operand::with_rank;
use crate::kernel::Real;

/// A real or complex number.
pub trait Part: Copy {
    type Real: Real;
    fn complex(self) -> Complex<Self::Real>;
    /// Of a complex number, what such a number can take.
    fn part(z: Complex<Self::Real>) -> Self;
}

macro_rules! part {
    ($($real:ident $complex:ident)*) => {$(
        impl Part for $real {
            type Real = $real;
            fn complex(self) -> Complex<$real> {
                Complex::new(self, 0.0)
            }
            fn part(z: Complex<$real>) -> $real {
                z.re
            }
        }

        impl Part for $complex {
            type Real = $real;
            fn complex(self) -> $complex {
                self
            }
            fn part(z: $complex) -> $complex {
                z
            }
        }
    )*};
}

part!(f32 Complex32 f64 Complex64);

/// An operand of an elementwise function.
pub fn array<A: Part, D: Dimension>(a: &ArrayRef<A, D>) -> ArrayD<Complex<A::Real>> {
    a.map(|a| a.complex()).into_dyn()
}

/// The same of a number.
pub fn number<A: Part>(a: A) -> ArrayD<Complex<A::Real>> {
    arr0(a.complex()).into_dyn()
}

/// What the operand `like` of an elementwise function receives: `rule` of adjoint, operands and result, summed where `like` was broadcast.
pub fn operand<A: Part, D: Dimension>(
    like: &ArrayRef<A, D>,
    terms: [ArrayD<Complex<A::Real>>; 4],
    rule: impl Fn(
        Complex<A::Real>,
        Complex<A::Real>,
        Complex<A::Real>,
        Complex<A::Real>,
    ) -> Complex<A::Real>,
) -> Array<A, D> {
    let mut g = elementwise(terms, rule);
    while g.ndim() > like.ndim() {
        g = g.sum_axis(Axis(0));
    }
    for (axis, &length) in like.shape().iter().enumerate() {
        if length == 1 && g.len_of(Axis(axis)) != 1 {
            g = g.sum_axis(Axis(axis)).insert_axis(Axis(axis));
        }
    }
    with_rank(g.mapv(A::part))
}

/// The same of a number.
pub fn scalar<A: Part>(
    terms: [ArrayD<Complex<A::Real>>; 4],
    rule: impl Fn(
        Complex<A::Real>,
        Complex<A::Real>,
        Complex<A::Real>,
        Complex<A::Real>,
    ) -> Complex<A::Real>,
) -> A {
    A::part(elementwise(terms, rule).sum())
}

fn elementwise<T: Real>(
    [mut g, a, b, y]: [ArrayD<Complex<T>>; 4],
    rule: impl Fn(Complex<T>, Complex<T>, Complex<T>, Complex<T>) -> Complex<T>,
) -> ArrayD<Complex<T>> {
    let shape = y.raw_dim();
    let (a, b) = (a.broadcast(shape.clone()), b.broadcast(shape));
    let (a, b) = (
        a.expect("an operand is broadcast"),
        b.expect("an operand is broadcast"),
    );
    Zip::from(&mut g)
        .and(a)
        .and(b)
        .and(&y)
        .for_each(|g, &a, &b, &y| *g = rule(*g, a, b, y));
    g
}

/// What operands receive: of the adjoint, both operands and the result.
macro_rules! rules {
    ($($name:ident |$g:pat_param, $a:pat_param, $b:pat_param, $y:pat_param| $slope:expr;)*) => {$(
        pub fn $name<T: Real>(
            $g: Complex<T>,
            $a: Complex<T>,
            $b: Complex<T>,
            $y: Complex<T>,
        ) -> Complex<T> {
            $slope
        }
    )*};
}

rules! {
    same |g, _, _, _| g;
    negative |g, _, _, _| -g;
    conjugate |g, _, _, _| g.conj();
    imaginary |g, _, _, _| Complex::new(-g.im, g.re);
    multiplied |g, _, b, _| g * b.conj();
    multiplier |g, a, _, _| g * a.conj();
    numerator |g, _, b, _| g / b.conj();
    denominator |g, _, b, y| -g * (y / b).conj();
    square |g, a, _, _| (g + g) * a.conj();
    reciprocal |g, _, _, y| -g * (y * y).conj();
    sqrt |g, _, _, y| g / (y + y).conj();
    exp |g, _, _, y| g * y.conj();
    log |g, a, _, _| g / a.conj();
    sin |g, a, _, _| g * a.cos().conj();
    cos |g, a, _, _| -g * a.sin().conj();
    tanh |g, _, _, y| g - g * (y * y).conj();
    // There is no slope at zero, and nothing is handed on.
    modulus |g, a, _, y| a * over(g.re, y.re);
    argument |g, a, _, _| Complex::new(-a.im, a.re) * over(g.re, a.norm_sqr());
}

fn over<T: Real>(g: T, length: T) -> T {
    match length == T::zero() {
        true => length,
        false => g / length,
    }
}

/// The adjoint of an array of which elements are read.
pub fn zeros<A: Part, D: Dimension>(like: &ArrayRef<A, D>) -> Array<A, D> {
    let zero = Complex::new(num_traits::zero(), num_traits::zero());
    Array::from_elem(like.raw_dim(), A::part(zero))
}
