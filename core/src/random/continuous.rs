//! Draws of floating-point numbers.

use ndarray::{Array, ArrayRef, Dimension};
use rand_distr::Distribution as _;

use super::check::{require, require_finite, require_positive};
use super::default::with_default;
use super::distribution::{Distribution, Inverse, Normal, RandomFloat, Rejection, Uniform};
use super::draw::Substream;
use super::shape::{Like, Shape};
use super::table::draws;

draws! { float T:
    /// Uniform on `[0, 1)`.
    random, random_like() => Uniform { low: T::zero(), high: T::one() };

    /// Uniform on `[0, 1)`; another name of `random`.
    rand, rand_like() => Uniform { low: T::zero(), high: T::one() };

    /// Uniform on `[0, 1)`; another name of `random`.
    random_sample, random_sample_like() => Uniform { low: T::zero(), high: T::one() };

    /// Uniform on `[low, high)`. Panics unless both are finite.
    uniform, uniform_like(low: T, high: T) => {
        require_finite("uniform", "low", low);
        require_finite("uniform", "high", high);
        Uniform { low, high }
    };

    /// Normal with mean `loc` and standard deviation `scale`. Panics if `scale` is negative or not a number.
    normal, normal_like(loc: T, scale: T) => {
        require(scale >= T::zero(), "normal", "scale", scale, "at least 0");
        Normal { loc, scale }
    };

    /// Normal with mean 0 and standard deviation 1.
    standard_normal, standard_normal_like() => Normal { loc: T::zero(), scale: T::one() };

    /// Normal with mean 0 and standard deviation 1; another name of `standard_normal`.
    randn, randn_like() => Normal { loc: T::zero(), scale: T::one() };

    /// Standard normal, restricted to `lower ≤ x ≤ upper`. Panics unless `lower < upper`.
    truncated_normal, truncated_normal_like(lower: T, upper: T) => {
        require(lower < upper, "truncated_normal", "lower", lower, "less than upper");
        Rejection::new(move |rng| T::of(truncated_standard_normal(lower.wide(), upper.wide(), rng)).max(lower).min(upper))
    };

    /// Normal with mean `loc` and standard deviation `scale`, restricted to `lower ≤ x ≤ upper`. Panics unless
    /// `lower < upper` and `scale > 0`.
    truncated_normal_with, truncated_normal_with_like(lower: T, upper: T, loc: T, scale: T) => {
        require(lower < upper, "truncated_normal_with", "lower", lower, "less than upper");
        require_positive("truncated_normal_with", "scale", scale);
        Rejection::new(move |rng| {
            let z = truncated_standard_normal(((lower - loc) / scale).wide(), ((upper - loc) / scale).wide(), rng);
            (loc + scale * T::of(z)).max(lower).min(upper)
        })
    };

    /// Exponential with mean `scale`. Panics if `scale` is negative or not a number.
    exponential, exponential_like(scale: T) => {
        require(scale >= T::zero(), "exponential", "scale", scale, "at least 0");
        Inverse::new(move |u: T| -scale * u.ln_positive())
    };

    /// Exponential with mean 1.
    standard_exponential, standard_exponential_like() => Inverse::new(|u: T| -u.ln_positive());

    /// Gumbel (extreme values, type I) with location `loc` and `scale`. Panics if `scale` is negative.
    gumbel, gumbel_like(loc: T, scale: T) => {
        require(scale >= T::zero(), "gumbel", "scale", scale, "at least 0");
        Inverse::new(move |u: T| loc - scale * (-u.ln_positive()).ln_positive())
    };

    /// Laplace (double exponential) with mean `loc` and `scale`. Panics if `scale` is negative.
    laplace, laplace_like(loc: T, scale: T) => {
        require(scale >= T::zero(), "laplace", "scale", scale, "at least 0");
        Inverse::new(move |u: T| {
            let below = u + u < T::one();
            let tail = if below { u } else { T::one() - u };
            let distance = scale * (tail + tail).ln_positive();
            if below { loc + distance } else { loc - distance }
        })
    };

    /// Logistic with mean `loc` and `scale`. Panics if `scale` is negative.
    logistic, logistic_like(loc: T, scale: T) => {
        require(scale >= T::zero(), "logistic", "scale", scale, "at least 0");
        Inverse::new(move |u: T| loc + scale * (u.ln_positive() - (T::one() - u).ln_positive()))
    };

    /// Log-normal: the exponential of a normal with mean `mean` and standard deviation `sigma`. Panics if `sigma` is negative.
    lognormal, lognormal_like(mean: T, sigma: T) => {
        require(sigma >= T::zero(), "lognormal", "sigma", sigma, "at least 0");
        LogNormal(Normal { loc: mean, scale: sigma })
    };

    /// Pareto II (Lomax) with exponent `a`: density `a (1 + x)^(−a−1)`. Panics unless `a > 0`.
    pareto, pareto_like(a: T) => {
        require_positive("pareto", "a", a);
        Inverse::new(move |u: T| (-u.ln_positive() / a).exp_m1())
    };

    /// Weibull with exponent `a` and scale 1. Panics unless `a > 0`.
    weibull, weibull_like(a: T) => {
        require_positive("weibull", "a", a);
        Inverse::new(move |u: T| (-u.ln_positive()).powf(a.recip()))
    };

    /// Weibull with exponent `a` and `scale`. Panics unless both are greater than 0.
    weibull_min, weibull_min_like(a: T, scale: T) => {
        require_positive("weibull_min", "a", a);
        require_positive("weibull_min", "scale", scale);
        Inverse::new(move |u: T| scale * (-u.ln_positive()).powf(a.recip()))
    };

    /// Rayleigh with mode `scale`. Panics if `scale` is negative.
    rayleigh, rayleigh_like(scale: T) => {
        require(scale >= T::zero(), "rayleigh", "scale", scale, "at least 0");
        Inverse::new(move |u: T| scale * (-(u.ln_positive() + u.ln_positive())).sqrt())
    };

    /// Density `a x^(a−1)` on `[0, 1]`. Panics unless `a > 0`.
    power, power_like(a: T) => {
        require_positive("power", "a", a);
        Inverse::new(move |u: T| u.powf(a.recip()))
    };

    /// Triangular on `[left, right]` with its peak at `mode`. Panics unless `left ≤ mode ≤ right` and `left < right`.
    triangular, triangular_like(left: T, mode: T, right: T) => {
        require(left <= mode && mode <= right, "triangular", "mode", mode, "between left and right");
        require(left < right, "triangular", "left", left, "less than right");
        let width = right - left;
        let peak = (mode - left) / width;
        Inverse::new(move |u: T| if u < peak {
            left + (u * width * (mode - left)).sqrt()
        } else {
            right - ((T::one() - u) * width * (right - mode)).sqrt()
        })
    };

    /// Cauchy with median 0 and scale 1.
    standard_cauchy, standard_cauchy_like() => Inverse::new(|u: T| T::of((std::f64::consts::PI * (u.wide() - 0.5)).tan()));

    /// Maxwell–Boltzmann with scale 1: the length of a vector of three standard normals.
    maxwell, maxwell_like() => Rejection::new(|rng| {
        let [x, y, z]: [f64; 3] = std::array::from_fn(|_| rand_distr::StandardNormal.sample(rng));
        T::of((x * x + y * y + z * z).sqrt())
    });

    /// Gamma with exponent `shape_parameter` and `scale`: mean `shape_parameter · scale`. Panics unless both are greater than 0.
    gamma, gamma_like(shape_parameter: T, scale: T) => {
        require_positive("gamma", "shape", shape_parameter);
        require_positive("gamma", "scale", scale);
        let gamma = gamma_of(shape_parameter.wide());
        Rejection::new(move |rng| scale * T::of(gamma.sample(rng)))
    };

    /// Gamma with exponent `shape_parameter` and scale 1. Panics unless it is greater than 0.
    standard_gamma, standard_gamma_like(shape_parameter: T) => {
        require_positive("standard_gamma", "shape", shape_parameter);
        let gamma = gamma_of(shape_parameter.wide());
        Rejection::new(move |rng| T::of(gamma.sample(rng)))
    };

    /// The logarithm of a gamma variable with exponent `a`, without underflow for small `a`. Panics unless `a > 0`.
    loggamma, loggamma_like(a: T) => {
        require_positive("loggamma", "a", a);
        let gamma = gamma_of(a.wide() + 1.0);
        // Γ(a) has the distribution of Γ(a + 1) U^(1/a)
        Rejection::new(move |rng| {
            let u: f64 = rand_distr::Open01.sample(rng);
            T::of(gamma.sample(rng).ln() + u.ln() / a.wide())
        })
    };

    /// Beta with exponents `a` and `b`, on `[0, 1]`. Panics unless both are greater than 0.
    beta, beta_like(a: T, b: T) => {
        require_positive("beta", "a", a);
        require_positive("beta", "b", b);
        let beta = rand_distr::Beta::new(a.wide(), b.wide()).expect("exponents are positive");
        Rejection::new(move |rng| T::of(beta.sample(rng)))
    };

    /// χ² with `df` degrees of freedom. Panics unless `df > 0`.
    chisquare, chisquare_like(df: T) => {
        require_positive("chisquare", "df", df);
        let chi = chi_squared(df.wide());
        Rejection::new(move |rng| T::of(chi.sample(rng)))
    };

    /// Noncentral χ² with `df` degrees of freedom and noncentrality `nonc`. Panics unless `df > 0` and `nonc ≥ 0`.
    noncentral_chisquare, noncentral_chisquare_like(df: T, nonc: T) => {
        require_positive("noncentral_chisquare", "df", df);
        require(nonc >= T::zero(), "noncentral_chisquare", "nonc", nonc, "at least 0");
        Rejection::new(move |rng| T::of(noncentral_chi_squared(df.wide(), nonc.wide(), rng)))
    };

    /// Fisher's F with `dfnum` and `dfden` degrees of freedom. Panics unless both are greater than 0.
    f, f_like(dfnum: T, dfden: T) => {
        require_positive("f", "dfnum", dfnum);
        require_positive("f", "dfden", dfden);
        let (above, below) = (chi_squared(dfnum.wide()), chi_squared(dfden.wide()));
        Rejection::new(move |rng| T::of(above.sample(rng) / dfnum.wide() / (below.sample(rng) / dfden.wide())))
    };

    /// Noncentral F with noncentrality `nonc`. Panics unless both degrees of freedom are greater than 0 and `nonc ≥ 0`.
    noncentral_f, noncentral_f_like(dfnum: T, dfden: T, nonc: T) => {
        require_positive("noncentral_f", "dfnum", dfnum);
        require_positive("noncentral_f", "dfden", dfden);
        require(nonc >= T::zero(), "noncentral_f", "nonc", nonc, "at least 0");
        let below = chi_squared(dfden.wide());
        Rejection::new(move |rng| {
            let above = noncentral_chi_squared(dfnum.wide(), nonc.wide(), rng) / dfnum.wide();
            T::of(above / (below.sample(rng) / dfden.wide()))
        })
    };

    /// Student's t with `df` degrees of freedom. Panics unless `df > 0`.
    t, t_like(df: T) => student("t", df);

    /// Student's t with `df` degrees of freedom; NumPy's name of `t`.
    standard_t, standard_t_like(df: T) => student("standard_t", df);

    /// Von Mises on `[−π, π]` with mode `mu` and concentration `kappa`. Panics if `kappa` is negative.
    vonmises, vonmises_like(mu: T, kappa: T) => {
        require(kappa >= T::zero(), "vonmises", "kappa", kappa, "at least 0");
        require_finite("vonmises", "mu", mu);
        Rejection::new(move |rng| T::of(von_mises(mu.wide(), kappa.wide(), rng)))
    };

    /// Wald (inverse Gaussian) with `mean` and `scale`. Panics unless both are greater than 0.
    wald, wald_like(mean: T, scale: T) => {
        require_positive("wald", "mean", mean);
        require_positive("wald", "scale", scale);
        let wald = rand_distr::InverseGaussian::new(mean.wide(), scale.wide()).expect("parameters are positive");
        Rejection::new(move |rng| T::of(wald.sample(rng)))
    };
}

/// The exponential of a normal.
#[derive(Clone, Copy, Debug)]
struct LogNormal<T>(Normal<T>);

impl<T: RandomFloat> Distribution for LogNormal<T> {
    type Output = T;
    const PER_COUNTER: usize = T::PER_COUNTER;

    #[inline(always)]
    fn sample(&self, at: super::draw::Counter) -> [T; 4] {
        self.0.sample(at).map(|x| x.exp())
    }
}

fn gamma_of(shape: f64) -> rand_distr::Gamma<f64> {
    rand_distr::Gamma::new(shape, 1.0).expect("the exponent is positive")
}

fn chi_squared(df: f64) -> rand_distr::ChiSquared<f64> {
    rand_distr::ChiSquared::new(df).expect("degrees of freedom are positive")
}

#[track_caller]
fn student<T: RandomFloat>(function: &str, df: T) -> impl Distribution<Output = T> + Copy {
    require_positive(function, "df", df);
    let t = rand_distr::StudentT::new(df.wide()).expect("degrees of freedom are positive");
    Rejection::new(move |rng| T::of(t.sample(rng)))
}

fn noncentral_chi_squared(df: f64, nonc: f64, rng: &mut Substream) -> f64 {
    if df > 1.0 {
        let z: f64 = rand_distr::StandardNormal.sample(rng);
        chi_squared(df - 1.0).sample(rng) + (z + nonc.sqrt()).powi(2)
    } else {
        // a Poisson mixture of central ones
        let extra = rand_distr::Poisson::new(nonc / 2.0).map_or(0.0, |poisson| poisson.sample(rng));
        chi_squared(df + 2.0 * extra).sample(rng)
    }
}

/// Best and Fisher, "Efficient simulation of the von Mises distribution" (1979).
fn von_mises(mu: f64, kappa: f64, rng: &mut Substream) -> f64 {
    use std::f64::consts::{PI, TAU};
    let mut uniform = || -> f64 { rand_distr::Open01.sample(rng) };
    let angle = if kappa < 1e-8 {
        PI * (2.0 * uniform() - 1.0)
    } else {
        // for small kappa, r = 1/kappa + kappa without the cancellation of the general formula
        let r = if kappa < 1e-5 {
            kappa.recip() + kappa
        } else {
            let tau = 1.0 + (1.0 + 4.0 * kappa * kappa).sqrt();
            let rho = (tau - (2.0 * tau).sqrt()) / (2.0 * kappa);
            (1.0 + rho * rho) / (2.0 * rho)
        };
        loop {
            let z = (PI * uniform()).cos();
            let w = ((1.0 + r * z) / (r + z)).clamp(-1.0, 1.0);
            let y = kappa * (r - w);
            let v = uniform();
            if y * (2.0 - y) >= v || (y / v).ln() + 1.0 >= y {
                break if uniform() < 0.5 { -w.acos() } else { w.acos() };
            }
        }
    };
    let turned = mu + angle;
    turned - TAU * (turned / TAU).round()
}

/// Robert, "Simulation of truncated normal variables" (1995): normal, uniform or exponential proposals, by the interval.
fn truncated_standard_normal(lower: f64, upper: f64, rng: &mut Substream) -> f64 {
    if upper <= 0.0 && lower < 0.0 {
        return -truncated_standard_normal(-upper, -lower, rng);
    }
    let accept = |log_probability: f64, rng: &mut Substream| {
        let e: f64 = rand_distr::Exp1.sample(rng);
        e >= -log_probability
    };
    if lower <= 0.0 && upper - lower > 2.5 {
        loop {
            let x: f64 = rand_distr::StandardNormal.sample(rng);
            if (lower..=upper).contains(&x) {
                return x;
            }
        }
    }
    let rate = (lower + (lower * lower + 4.0).sqrt()) / 2.0;
    let uniform_pays = lower <= 0.0 || upper - lower < 2.0 / rate;
    let nearest = lower.max(0.0);
    loop {
        if uniform_pays {
            let u: f64 = rand_distr::Open01.sample(rng);
            let x = lower + (upper - lower) * u;
            if accept((nearest * nearest - x * x) / 2.0, rng) {
                return x;
            }
        } else {
            let e: f64 = rand_distr::Exp1.sample(rng);
            let x = lower + e / rate;
            if x <= upper && accept(-(x - rate).powi(2) / 2.0, rng) {
                return x;
            }
        }
    }
}
