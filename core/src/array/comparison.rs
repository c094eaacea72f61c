//! Comparisons and tests of single numbers.

use super::elementwise::table::*;

binary! {
    /// `x == y`
    equal _ equal_into <T: Number> -> bool, |x, y| x == y;
    /// `x != y`
    not_equal _ not_equal_into <T: Number> -> bool, |x, y| x != y;
    /// `x < y`; complex numbers by real, then imaginary part.
    less _ less_into <T: Number> -> bool, |x, y| x.is_less(y);
    /// `x <= y`
    less_equal _ less_equal_into <T: Number> -> bool,
        |x, y| x.is_at_most(y);
    /// `x > y`
    greater _ greater_into <T: Number> -> bool, |x, y| y.is_less(x);
    /// `x >= y`
    greater_equal _ greater_equal_into <T: Number> -> bool,
        |x, y| y.is_at_most(x);
    /// Whether both are true (not 0).
    logical_and _ logical_and_into <T: Number> -> bool, |x, y| x.is_true() & y.is_true();
    /// Whether at least one is true.
    logical_or _ logical_or_into <T: Number> -> bool, |x, y| x.is_true() | y.is_true();
    /// Whether just one is true.
    logical_xor _ logical_xor_into <T: Number> -> bool, |x, y| x.is_true() ^ y.is_true();
}

unary! {
    /// Whether it is 0 (false).
    logical_not _ logical_not_into <T: Number> -> bool, |x| !x.is_true();
    /// Whether it is NaN.
    isnan _ isnan_into <T: Number> -> bool, |x| x.is_nan(), test Nan;
    /// Whether it is infinite.
    isinf _ isinf_into <T: Number> -> bool, |x| x.is_infinite(), test Infinite;
    /// Whether it is neither NaN nor infinite.
    isfinite _ isfinite_into <T: Number> -> bool, |x| !x.is_nan() && !x.is_infinite(), test Finite;
    /// Whether it is −∞.
    isneginf _ isneginf_into <T: RealNumber> -> bool, |x| x.is_infinite() && x < T::ZERO;
    /// Whether it is +∞.
    isposinf _ isposinf_into <T: RealNumber> -> bool, |x| x.is_infinite() && x > T::ZERO;
    /// Whether its imaginary part is 0.
    isreal _ isreal_into <T: Number> -> bool, |x| Number::imag(x) == Number::ZERO;
    /// Whether its imaginary part is not 0.
    iscomplex _ iscomplex_into <T: Number> -> bool, |x| Number::imag(x) != Number::ZERO;
    /// Whether the sign bit is set, of −0.0 too.
    signbit _ signbit_into <T: RealNumber> -> bool, |x| x.signbit();
}

/// How close is close: `|x − y| ≤ atol + rtol · |y|`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tolerance {
    /// Relative to the second operand.
    pub rtol: f64,
    /// Absolute.
    pub atol: f64,
    /// Whether two NaN are close.
    pub equal_nan: bool,
}

impl Default for Tolerance {
    /// NumPy's: `rtol` 1e-5, `atol` 1e-8, a NaN is close to nothing.
    fn default() -> Self {
        Tolerance {
            rtol: 1e-5,
            atol: 1e-8,
            equal_nan: false,
        }
    }
}

impl Tolerance {
    fn holds<T: Number>(self, x: T, y: T) -> bool {
        if x.is_nan() || y.is_nan() {
            return self.equal_nan && x.is_nan() && y.is_nan();
        }
        if x == y || x.is_infinite() || y.is_infinite() {
            return x == y;
        }
        let (x, y) = (x.to_float(), y.to_float());
        x.minus(y).modulus().to_f64() <= self.atol + self.rtol * y.modulus().to_f64()
    }
}

/// Whether each pair is close, with NumPy's tolerance.
pub fn isclose<T: Number, A: Operand<T>, B: Operand<T>>(
    x: A,
    y: B,
) -> <Both<T, A, T, B> as Kind>::Of<bool>
where
    A::Kind: Join<B::Kind>,
{
    isclose_within(x, y, Tolerance::default())
}

/// Whether each pair is close.
pub fn isclose_within<T: Number, A: Operand<T>, B: Operand<T>>(
    x: A,
    y: B,
    tolerance: Tolerance,
) -> <Both<T, A, T, B> as Kind>::Of<bool>
where
    A::Kind: Join<B::Kind>,
{
    <Both<T, A, T, B> as Kind>::evaluate(
        || tolerance.holds(item(&x), item(&y)),
        || {
            super::elementwise::map2("isclose", dynamic(&x), dynamic(&y), |x, y| {
                tolerance.holds(x, y)
            })
        },
    )
}

/// Whether all pairs are close, with NumPy's tolerance.
pub fn allclose<T: Number, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> bool {
    allclose_within(x, y, Tolerance::default())
}

/// Whether all pairs are close.
pub fn allclose_within<T: Number, A: Operand<T>, B: Operand<T>>(
    x: A,
    y: B,
    tolerance: Tolerance,
) -> bool {
    let close = |x, y| tolerance.holds(x, y);
    super::elementwise::map2("allclose", dynamic(&x), dynamic(&y), close)
        .iter()
        .all(|&close| close)
}

/// Whether shape and elements are equal.
pub fn array_equal<T: PartialEq, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> bool {
    dynamic(&x) == dynamic(&y)
}

/// [`array_equal`], where NaN equals NaN.
pub fn array_equal_nan<T: Number, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> bool {
    let (x, y) = (dynamic(&x), dynamic(&y));
    x.shape() == y.shape()
        && x.iter()
            .zip(&y)
            .all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}

/// Whether the arrays broadcast to each other and are equal then.
pub fn array_equiv<T: PartialEq, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> bool {
    let (x, y) = (dynamic(&x), dynamic(&y));
    match (x.broadcast(y.raw_dim()), y.broadcast(x.raw_dim())) {
        (Some(wide), _) => wide == y,
        (None, Some(wide)) => x == wide,
        (None, None) => false,
    }
}
