//! Draws of integers and booleans. Counts are `i64`.

use ndarray::{Array, ArrayRef, Dimension};
use rand_distr::Distribution as _;

use super::check::{require, require_positive};
use super::default::with_default;
use super::distribution::{Distribution, Inverse, RandomFloat, Rejection};
use super::draw::{Counter, Substream};
use super::shape::{Like, Shape};
use super::table::draws;

pub(super) mod counts {
    use super::*;

    draws! { fixed T:
        /// True with probability `p`. Panics unless `0 ≤ p ≤ 1`.
        bernoulli, bernoulli_like(p: T) -> bool => {
            require(p >= T::zero() && p <= T::one(), "bernoulli", "p", p, "between 0 and 1");
            Bernoulli(p)
        };

        /// Poisson with mean `lam`. Panics unless `lam ≥ 0`.
        poisson, poisson_like(lam: T) -> i64 => {
            require(lam >= T::zero() && lam.wide() < 9e18, "poisson", "lam", lam, "at least 0 and below 9e18");
            let poisson = rand_distr::Poisson::new(lam.wide()).ok();
            Rejection::new(move |rng| poisson.map_or(0, |poisson| poisson.sample(rng) as i64))
        };

        /// Number of successes in `n` trials of probability `p`. Panics unless `0 ≤ p ≤ 1`.
        binomial, binomial_like(n: u64, p: T) -> i64 => {
            require(p >= T::zero() && p <= T::one(), "binomial", "p", p, "between 0 and 1");
            let binomial = rand_distr::Binomial::new(n, p.wide()).expect("p is a probability");
            Rejection::new(move |rng| binomial.sample(rng) as i64)
        };

        /// Number of trials of probability `p` up to the first success: 1, 2, …. Panics unless `0 < p ≤ 1`.
        geometric, geometric_like(p: T) -> i64 => {
            require(p > T::zero() && p <= T::one(), "geometric", "p", p, "greater than 0 and at most 1");
            let rate = (-p.wide()).ln_1p();
            Inverse::new(move |u: f64| ((u.ln() / rate).ceil() as i64).max(1))
        };

        /// Number of failures before the `n`-th success, of probability `p`; `n` need not be whole. Panics unless `n > 0` and
        /// `0 < p ≤ 1`.
        negative_binomial, negative_binomial_like(n: T, p: T) -> i64 => {
            require_positive("negative_binomial", "n", n);
            require(p > T::zero() && p <= T::one(), "negative_binomial", "p", p, "greater than 0 and at most 1");
            let (n, odds) = (n.wide(), (1.0 - p.wide()) / p.wide());
            let gamma = rand_distr::Gamma::new(n, 1.0).expect("n is positive");
            // Poisson with a gamma-distributed mean
            Rejection::new(move |rng| {
                let mean = gamma.sample(rng) * odds;
                rand_distr::Poisson::new(mean).map_or(0, |poisson| poisson.sample(rng) as i64)
            })
        };

        /// Zipf (zeta) with exponent `a`: 1, 2, … with probabilities in proportion to `k^−a`. Panics unless `a > 1`.
        zipf, zipf_like(a: T) -> i64 => {
            require(a > T::one(), "zipf", "a", a, "greater than 1");
            let zeta = rand_distr::Zeta::new(a.wide()).expect("a exceeds 1");
            Rejection::new(move |rng| zeta.sample(rng) as i64)
        };

        /// Logarithmic series: 1, 2, … with probabilities in proportion to `p^k / k`. Panics unless `0 ≤ p < 1`.
        logseries, logseries_like(p: T) -> i64 => {
            require(p >= T::zero() && p < T::one(), "logseries", "p", p, "at least 0 and less than 1");
            Rejection::new(move |rng| logarithmic_series(p.wide(), rng))
        };
    }
}

pub(super) mod urns {
    use super::*;

    draws! { plain:
        /// Number of good ones among `nsample` drawn without replacement from `ngood` good and `nbad` bad ones. Panics if
        /// `nsample > ngood + nbad`.
        hypergeometric, hypergeometric_like(ngood: u64, nbad: u64, nsample: u64) -> i64 => {
            require(nsample <= ngood + nbad, "hypergeometric", "nsample", nsample, "at most ngood + nbad");
            let urn = rand_distr::Hypergeometric::new(ngood + nbad, ngood, nsample).expect("the sample fits the urn");
            Rejection::new(move |rng| urn.sample(rng) as i64)
        };
    }
}

pub(super) mod integers {
    use super::*;

    draws! { integer T:
        /// Uniform on the integers `low ≤ k < high`. Panics unless `low < high`.
        randint, randint_like(low: T, high: T) => {
            require(low < high, "randint", "low", low, &format!("less than high = {high}"));
            Integers { low, range: high.offset_from(low) }
        };
    }
}

/// The integer types that draws come in.
pub trait RandomInteger:
    Copy + Default + Send + Sync + PartialOrd + std::fmt::Display + 'static
{
    /// `self − low`, for `low ≤ self`.
    fn offset_from(self, low: Self) -> u64;
    /// `self + offset`.
    fn plus(self, offset: u64) -> Self;
}

macro_rules! random_integer {
    ($($integer:ty),*) => {$(
        impl RandomInteger for $integer {
            #[inline(always)]
            fn offset_from(self, low: Self) -> u64 {
                (self as u64).wrapping_sub(low as u64)
            }
            #[inline(always)]
            fn plus(self, offset: u64) -> Self {
                self.wrapping_add(offset as $integer)
            }
        }
    )*};
}
random_integer!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// `range · word / 2⁶⁴`, rounded down: uniform below `range` to within `range / 2⁶⁴`.
#[inline(always)]
pub(super) fn below(range: u64, high: u32, low: u32) -> u64 {
    if range >> 32 == 0 {
        // 32-bit products only, which vectorise
        (u64::from(high) * range + ((u64::from(low) * range) >> 32)) >> 32
    } else {
        ((u128::from(u64::from(high) << 32 | u64::from(low)) * u128::from(range)) >> 64) as u64
    }
}

#[derive(Clone, Copy, Debug)]
struct Integers<T> {
    low: T,
    range: u64,
}

impl<T: RandomInteger> Distribution for Integers<T> {
    type Output = T;
    const PER_COUNTER: usize = 2;

    #[inline(always)]
    fn sample(&self, at: Counter) -> [T; 4] {
        let [a, b, c, d] = at.words();
        [
            self.low.plus(below(self.range, b, a)),
            self.low.plus(below(self.range, d, c)),
            self.low,
            self.low,
        ]
    }
}

#[derive(Clone, Copy, Debug)]
struct Bernoulli<T>(T);

impl<T: RandomFloat> Distribution for Bernoulli<T> {
    type Output = bool;
    const PER_COUNTER: usize = T::PER_COUNTER;

    #[inline(always)]
    fn sample(&self, at: Counter) -> [bool; 4] {
        T::uniform(at.words()).map(|u| u < self.0)
    }
}

/// Kemp, "Efficient generation of logarithmically distributed pseudo-random variables" (1981), algorithm LK.
fn logarithmic_series(p: f64, rng: &mut Substream) -> i64 {
    let v: f64 = rand_distr::Open01.sample(rng);
    if v >= p {
        return 1;
    }
    let u: f64 = rand_distr::Open01.sample(rng);
    let q = -((-p).ln_1p() * u).exp_m1();
    if v <= q * q {
        ((1.0 + v.ln() / q.ln()).floor() as i64).max(1)
    } else if v <= q {
        2
    } else {
        1
    }
}
