//! Distributions as functions of a counter's random bits.

use num_traits::Float;

use super::draw::{Counter, Substream};
use super::elementary::Elementary;

/// A distribution: a pure function from a counter to `PER_COUNTER` elements.
pub trait Distribution: Clone + Send + Sync {
    /// Type of an element.
    type Output: Copy + Default + Send + Sync;
    /// How many elements one counter gives, at most four.
    const PER_COUNTER: usize;

    /// The elements of one counter; those from `PER_COUNTER` on have no meaning.
    fn sample(&self, at: Counter) -> [Self::Output; 4];
}

/// The floating-point types that draws come in: `f32` and `f64`.
#[allow(private_bounds)]
pub trait RandomFloat:
    Float + Default + Send + Sync + Elementary + std::fmt::Display + 'static
{
    /// Uniform or normal values in one counter's 128 bits: four of `f32`, two of `f64`.
    const PER_COUNTER: usize;
    /// Uniform on `[0, 1)`: multiples of 2⁻²⁴ (`f32`) or 2⁻⁵³.
    fn uniform(words: [u32; 4]) -> [Self; 4];
    /// Uniform on the open `(0, 1)`: down to 2⁻³² (`f32`) or 2⁻⁵³, so that logarithms have long tails.
    fn open(words: [u32; 4]) -> [Self; 4];
    /// Standard normal, by the method of Box and Muller (1958).
    fn normal(words: [u32; 4]) -> [Self; 4];
    /// The nearest value of this type.
    fn of(x: f64) -> Self;
    /// As `f64`.
    fn wide(self) -> f64;
}

/// `√(−2 ln u)` in the direction of an angle: two independent normals.
#[inline(always)]
fn box_muller<T: RandomFloat>(u: T, quarter: T, quadrant: u32) -> (T, T) {
    let minus_two = -(T::one() + T::one());
    let radius = (minus_two * u.ln_positive()).sqrt();
    let (cos, sin) = quarter.cos_sin_quarter(quadrant);
    (radius * cos, radius * sin)
}

/// 2 to the power of `-exponent`.
const fn unit(exponent: u64) -> f64 {
    f64::from_bits((1023 - exponent) << 52)
}

impl RandomFloat for f32 {
    const PER_COUNTER: usize = 4;

    #[inline(always)]
    fn uniform(words: [u32; 4]) -> [f32; 4] {
        words.map(|word| (word >> 8) as i32 as f32 * unit(24) as f32)
    }
    #[inline(always)]
    fn open(words: [u32; 4]) -> [f32; 4] {
        // 31 bits, as signed numbers convert faster; near 1 they would round to 1
        words.map(|word| {
            ((word >> 1) as i32 as f32 * unit(31) as f32 + unit(32) as f32)
                .min(1.0 - unit(24) as f32)
        })
    }
    #[inline(always)]
    fn normal(words: [u32; 4]) -> [f32; 4] {
        let pair = |radius: u32, angle: u32| {
            let u = (radius >> 1) as i32 as f32 * unit(31) as f32 + unit(33) as f32;
            box_muller(u, (angle << 2) as i32 as f32 * unit(32) as f32, angle >> 30)
        };
        let ((a, b), (c, d)) = (pair(words[0], words[1]), pair(words[2], words[3]));
        [a, b, c, d]
    }
    #[inline(always)]
    fn of(x: f64) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
}

/// The highest `high + low` bits of two words as a fraction of 1; signed conversions, which every SIMD level has.
#[inline(always)]
fn fraction(high_word: u32, low_word: u32, high: u64, low: u64) -> f64 {
    f64::from((high_word >> (32 - high)) as i32) * unit(high)
        + f64::from((low_word >> (32 - low)) as i32) * unit(high + low)
}

impl RandomFloat for f64 {
    const PER_COUNTER: usize = 2;

    #[inline(always)]
    fn uniform(words: [u32; 4]) -> [f64; 4] {
        [
            fraction(words[1], words[0], 27, 26),
            fraction(words[3], words[2], 27, 26),
            0.0,
            0.0,
        ]
    }
    #[inline(always)]
    fn open(words: [u32; 4]) -> [f64; 4] {
        let open = |high, low| fraction(high, low, 27, 25) + unit(53);
        [open(words[1], words[0]), open(words[3], words[2]), 0.5, 0.5]
    }
    #[inline(always)]
    fn normal(words: [u32; 4]) -> [f64; 4] {
        let u = fraction(words[1], words[0], 27, 25) + unit(53);
        let quarter = f64::from((words[3] << 2) as i32) * unit(32)
            + f64::from((words[2] >> 4) as i32) * unit(58);
        let (a, b) = box_muller(u, quarter, words[3] >> 30);
        [a, b, 0.0, 0.0]
    }
    #[inline(always)]
    fn of(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
}

/// Uniform on `[low, high)`.
#[derive(Clone, Copy, Debug)]
pub struct Uniform<T> {
    pub(super) low: T,
    pub(super) high: T,
}

impl<T: RandomFloat> Distribution for Uniform<T> {
    type Output = T;
    const PER_COUNTER: usize = T::PER_COUNTER;

    #[inline(always)]
    fn sample(&self, at: Counter) -> [T; 4] {
        let width = self.high - self.low;
        T::uniform(at.words()).map(|u| {
            let x = self.low + width * u;
            // rounding can reach `high`
            if x >= self.high && self.high > self.low {
                self.low
            } else {
                x
            }
        })
    }
}

/// Normal with mean `loc` and standard deviation `scale`.
#[derive(Clone, Copy, Debug)]
pub struct Normal<T> {
    pub(super) loc: T,
    pub(super) scale: T,
}

impl<T: RandomFloat> Distribution for Normal<T> {
    type Output = T;
    const PER_COUNTER: usize = T::PER_COUNTER;

    #[inline(always)]
    fn sample(&self, at: Counter) -> [T; 4] {
        T::normal(at.words()).map(|z| self.loc + self.scale * z)
    }
}

/// A function of a uniform number on `(0, 1)`: mostly the inverse of a distribution function.
#[derive(Clone, Copy, Debug)]
pub struct Inverse<T, F> {
    pub(super) inverse: F,
    pub(super) argument: std::marker::PhantomData<T>,
}

impl<T, F> Inverse<T, F> {
    pub(super) fn new<U>(inverse: F) -> Self
    where
        F: Fn(T) -> U,
    {
        Inverse {
            inverse,
            argument: std::marker::PhantomData,
        }
    }
}

impl<T: RandomFloat, U: Copy + Default + Send + Sync, F: Fn(T) -> U + Clone + Send + Sync>
    Distribution for Inverse<T, F>
{
    type Output = U;
    const PER_COUNTER: usize = T::PER_COUNTER;

    #[inline(always)]
    fn sample(&self, at: Counter) -> [U; 4] {
        T::open(at.words()).map(
            #[inline(always)]
            |u| (self.inverse)(u),
        )
    }
}

/// A function of a generator, for methods that need a random number of random numbers (rejection). Each element has a
/// generator of its own, so that this too is a function of the element's number.
#[derive(Clone, Copy, Debug)]
pub struct Rejection<F>(pub(super) F);

impl<F> Rejection<F> {
    pub(super) fn new<U>(sample: F) -> Self
    where
        F: Fn(&mut Substream) -> U,
    {
        Rejection(sample)
    }
}

impl<U: Copy + Default + Send + Sync, F: Fn(&mut Substream) -> U + Clone + Send + Sync> Distribution
    for Rejection<F>
{
    type Output = U;
    const PER_COUNTER: usize = 1;

    #[inline]
    fn sample(&self, at: Counter) -> [U; 4] {
        let element = (self.0)(&mut at.substream());
        [element, U::default(), U::default(), U::default()]
    }
}
