//! Every distribution against its exact distribution function: Kolmogorov and Smirnov's distance for continuous ones, the
//! greatest distance of distribution functions for counts. Seeds are fixed, so a result is the same on every run.

use brain_jit::random::{RandomFloat, RandomState};
use ndarray::{Array1, Array2, array};
use statrs::distribution::{self as exact, ContinuousCDF, DiscreteCDF};
use statrs::function::erf::erf;

const N: usize = 40_000;
/// Kolmogorov's distribution exceeds this once in 10,000 times.
const KS_LIMIT: f64 = 2.23;

fn generator() -> RandomState {
    RandomState::new(2026)
}

/// √n times the greatest distance between the sample's and the exact distribution function.
fn ks<T: RandomFloat>(sample: Array1<T>, cdf: impl Fn(f64) -> f64) -> f64 {
    let mut sorted: Vec<f64> = sample.iter().map(|x| x.wide()).collect();
    sorted.sort_by(|a, b| a.total_cmp(b));
    let n = sorted.len() as f64;
    let distance = sorted.iter().enumerate().fold(0.0f64, |greatest, (i, &x)| {
        let p = cdf(x);
        greatest
            .max((p - i as f64 / n).abs())
            .max(((i + 1) as f64 / n - p).abs())
    });
    distance * n.sqrt()
}

#[track_caller]
fn assert_ks<T: RandomFloat>(sample: Array1<T>, cdf: impl Fn(f64) -> f64) {
    let distance = ks(sample, cdf);
    assert!(distance < KS_LIMIT, "√n D = {distance}");
}

/// As `ks`, for counts: the distribution functions at the whole numbers.
#[track_caller]
fn assert_counts(sample: Array1<i64>, cdf: impl Fn(i64) -> f64) {
    let (least, greatest) = (sample.iter().min().unwrap(), sample.iter().max().unwrap());
    let n = sample.len() as f64;
    let mut counts = vec![0usize; (greatest - least + 1).min(10_000) as usize];
    for &k in &sample {
        if let Some(count) = counts.get_mut((k - least) as usize) {
            *count += 1;
        }
    }
    let mut below = 0.0;
    let mut distance = cdf(least - 1).abs();
    for (i, &count) in counts.iter().enumerate() {
        below += count as f64;
        distance = distance.max((below / n - cdf(least + i as i64)).abs());
    }
    assert!(
        distance * n.sqrt() < KS_LIMIT,
        "√n D = {}",
        distance * n.sqrt()
    );
}

macro_rules! continuous {
    ($($test:ident: $method:ident($($p:expr),*) ~ |$x:ident| $cdf:expr;)*) => {$(
        #[test]
        fn $test() {
            let cdf = |$x: f64| -> f64 { $cdf };
            assert_ks::<f64>(generator().$method($($p,)* N), cdf);
            assert_ks::<f32>(generator().$method($($p as f32,)* N), cdf);
        }
    )*};
}

fn standard(x: f64) -> f64 {
    exact::Normal::standard().cdf(x)
}

continuous! {
    random: random() ~ |x| x;
    uniform: uniform(-2.0, 3.0) ~ |x| (x + 2.0) / 5.0;
    normal: normal(-3.0, 0.5) ~ |x| standard((x + 3.0) / 0.5);
    standard_normal: standard_normal() ~ |x| standard(x);
    truncated_both: truncated_normal(-0.5, 1.5) ~ |x| (standard(x) - standard(-0.5)) / (standard(1.5) - standard(-0.5));
    truncated_wide: truncated_normal(-1.0, 4.0) ~ |x| (standard(x) - standard(-1.0)) / (standard(4.0) - standard(-1.0));
    truncated_tail: truncated_normal(2.0, 9.0) ~ |x| (standard(-2.0) - standard(-x)) / standard(-2.0);
    truncated_left: truncated_normal(-3.0, -2.5) ~ |x| (standard(x) - standard(-3.0)) / (standard(-2.5) - standard(-3.0));
    truncated_scaled: truncated_normal_with(0.0, 4.0, 1.0, 2.0) ~
        |x| (standard((x - 1.0) / 2.0) - standard(-0.5)) / (standard(1.5) - standard(-0.5));
    exponential: exponential(2.0) ~ |x| 1.0 - (-x / 2.0).exp();
    standard_exponential: standard_exponential() ~ |x| 1.0 - (-x).exp();
    gumbel: gumbel(1.0, 2.0) ~ |x| (-(-(x - 1.0) / 2.0).exp()).exp();
    laplace: laplace(1.0, 2.0) ~ |x| if x < 1.0 { 0.5 * ((x - 1.0) / 2.0).exp() } else { 1.0 - 0.5 * (-(x - 1.0) / 2.0).exp() };
    logistic: logistic(-1.0, 0.5) ~ |x| 1.0 / (1.0 + (-(x + 1.0) / 0.5).exp());
    lognormal: lognormal(0.3, 0.7) ~ |x| standard((x.ln() - 0.3) / 0.7);
    pareto: pareto(5.0) ~ |x| 1.0 - (1.0 + x).powf(-5.0);
    weibull: weibull(1.5) ~ |x| 1.0 - (-x.powf(1.5)).exp();
    weibull_min: weibull_min(2.0, 3.0) ~ |x| 1.0 - (-(x / 3.0).powi(2)).exp();
    rayleigh: rayleigh(2.0) ~ |x| 1.0 - (-x * x / 8.0).exp();
    power: power(3.0) ~ |x| x.powi(3);
    triangular: triangular(-1.0, 0.0, 2.0) ~ |x| if x < 0.0 { (x + 1.0).powi(2) / 3.0 } else { 1.0 - (2.0 - x).powi(2) / 6.0 };
    standard_cauchy: standard_cauchy() ~ |x| 0.5 + x.atan() / std::f64::consts::PI;
    maxwell: maxwell() ~ |x| erf(x / 2f64.sqrt()) - (2.0 / std::f64::consts::PI).sqrt() * x * (-x * x / 2.0).exp();
    gamma: gamma(2.5, 3.0) ~ |x| exact::Gamma::new(2.5, 1.0 / 3.0).unwrap().cdf(x);
    gamma_small: standard_gamma(0.5) ~ |x| exact::Gamma::new(0.5, 1.0).unwrap().cdf(x);
    loggamma: loggamma(2.0) ~ |x| exact::Gamma::new(2.0, 1.0).unwrap().cdf(x.exp());
    beta: beta(2.0, 5.0) ~ |x| exact::Beta::new(2.0, 5.0).unwrap().cdf(x);
    arcsine: beta(0.5, 0.5) ~ |x| exact::Beta::new(0.5, 0.5).unwrap().cdf(x);
    chisquare: chisquare(3.0) ~ |x| exact::ChiSquared::new(3.0).unwrap().cdf(x);
    f: f(4.0, 12.0) ~ |x| exact::FisherSnedecor::new(4.0, 12.0).unwrap().cdf(x);
    t: t(9.0) ~ |x| exact::StudentsT::new(0.0, 1.0, 9.0).unwrap().cdf(x);
    wald: wald(2.0, 3.0) ~ |x| {
        let root = (3.0f64 / x).sqrt();
        standard(root * (x / 2.0 - 1.0)) + 3f64.exp() * standard(-root * (x / 2.0 + 1.0))
    };
    vonmises: vonmises(0.0, 4.0) ~ |x| {
        let density = |x: f64| (4.0 * x.cos()).exp();
        let integral = |to: f64| {
            let (from, steps) = (-std::f64::consts::PI, 200);
            let h = (to - from) / f64::from(steps);
            (0..steps).map(|i| density(from + (f64::from(i) + 0.5) * h)).sum::<f64>() * h
        };
        integral(x) / integral(std::f64::consts::PI)
    };
    noncentral_chisquare: noncentral_chisquare(3.0, 2.0) ~ |x| noncentral(3.0, 2.0, x);
    noncentral_chisquare_small: noncentral_chisquare(0.8, 2.0) ~ |x| noncentral(0.8, 2.0, x);
}

/// Noncentral χ² as its Poisson mixture.
fn noncentral(df: f64, nonc: f64, x: f64) -> f64 {
    let mut weight = (-nonc / 2.0).exp();
    (0..40)
        .map(|j| {
            let term = weight
                * exact::ChiSquared::new(df + 2.0 * f64::from(j))
                    .unwrap()
                    .cdf(x);
            weight *= nonc / 2.0 / f64::from(j + 1);
            term
        })
        .sum()
}

#[test]
fn poisson() {
    for lam in [0.7, 5.0, 25.0, 400.0] {
        let cdf = |k: i64| {
            if k < 0 {
                0.0
            } else {
                exact::Poisson::new(lam).unwrap().cdf(k as u64)
            }
        };
        assert_counts(generator().poisson(lam, N), cdf);
    }
    assert!(generator().poisson(0.0, 10).iter().all(|&k| k == 0));
}

#[test]
fn binomial() {
    for (n, p) in [(10, 0.3), (1, 0.9), (1000, 0.02), (500, 0.5)] {
        let cdf = |k: i64| {
            if k < 0 {
                0.0
            } else {
                exact::Binomial::new(p, n).unwrap().cdf(k as u64)
            }
        };
        assert_counts(generator().binomial(n, p, N), cdf);
    }
}

#[test]
fn geometric() {
    assert_counts(generator().geometric(0.3, N), |k| {
        1.0 - 0.7f64.powi(k as i32)
    });
    assert!(generator().geometric(1.0, 10).iter().all(|&k| k == 1));
}

#[test]
fn negative_binomial() {
    let cdf = |k: i64| {
        if k < 0 {
            0.0
        } else {
            exact::NegativeBinomial::new(5.0, 0.4)
                .unwrap()
                .cdf(k as u64)
        }
    };
    assert_counts(generator().negative_binomial(5.0, 0.4, N), cdf);
}

#[test]
fn hypergeometric() {
    let cdf = |k: i64| {
        if k < 0 {
            0.0
        } else {
            exact::Hypergeometric::new(25, 15, 8).unwrap().cdf(k as u64)
        }
    };
    assert_counts(generator().hypergeometric(15, 10, 8, N), cdf);
}

#[test]
fn zipf() {
    let zeta4 = std::f64::consts::PI.powi(4) / 90.0;
    assert_counts(generator().zipf(4.0, N), |k| {
        (1..=k).map(|k| (k as f64).powi(-4)).sum::<f64>() / zeta4
    });
}

#[test]
fn logseries() {
    let norm = -(0.4f64.ln());
    assert_counts(generator().logseries(0.6, N), |k| {
        (1..=k)
            .map(|k| 0.6f64.powi(k as i32) / k as f64)
            .sum::<f64>()
            / norm
    });
}

#[test]
fn bernoulli() {
    let hits = generator()
        .bernoulli(0.3, N)
        .iter()
        .filter(|&&hit| hit)
        .count() as f64
        / N as f64;
    assert!((hits - 0.3).abs() < 4.0 * (0.21 / N as f64).sqrt());
    assert!(generator().bernoulli(1.0, 100).iter().all(|&hit| hit));
    assert!(!generator().bernoulli(0.0, 100).iter().any(|&hit| hit));
}

#[test]
fn randint() {
    let sample = generator().randint(-3, 7, N);
    assert_counts(sample.mapv(i64::from), |k| {
        ((k + 4) as f64 / 10.0).clamp(0.0, 1.0)
    });
    let wide: Array1<i64> = generator().randint(i64::MIN, i64::MAX, N);
    let cdf = |x: f64| x / 2f64.powi(64) + 0.5;
    assert_ks(wide.mapv(|k| k as f64), cdf);
    assert!(generator().randint(5u8, 6, 9).iter().all(|&k| k == 5));
}

#[test]
fn moments_of_the_normal() {
    let x: Array1<f32> = generator().normal(0.0, 1.0, 1_000_000);
    let moment = |k: i32| x.iter().map(|&x| f64::from(x).powi(k)).sum::<f64>() / x.len() as f64;
    for (k, exact, deviation) in [
        (1, 0.0, 1.0),
        (2, 1.0, 2.0f64),
        (3, 0.0, 15.0),
        (4, 3.0, 96.0),
    ] {
        assert!(
            (moment(k) - exact).abs() < 4.0 * deviation.sqrt() / 1000.0,
            "moment {k}: {}",
            moment(k)
        );
    }
    let beyond_four = x.iter().filter(|x| x.abs() > 4.0).count();
    assert!(
        (30..100).contains(&beyond_four),
        "63 of a million lie beyond 4, here {beyond_four}"
    );
}

/// Lags that the layout of words could show: the pairs of Box and Muller, lanes and groups.
#[test]
fn no_correlation_at_any_lag() {
    let x: Array1<f64> = generator().normal(0.0f32, 1.0, 200_000).mapv(f64::from);
    for lag in [1, 2, 4, 15, 16, 17, 31, 32, 33, 48, 64, 128] {
        let n = x.len() - lag;
        for power in [1, 2] {
            let y = x.mapv(|x| x.powi(power) - f64::from(power - 1));
            let correlation =
                (0..n).map(|i| y[i] * y[i + lag]).sum::<f64>() / n as f64 / f64::from(power);
            assert!(
                correlation.abs() < 4.5 / (n as f64).sqrt(),
                "lag {lag}, power {power}: {correlation}"
            );
        }
    }
}

#[test]
fn streams_are_independent() {
    let rng = generator();
    let rows: Vec<Array1<f64>> = (0..40)
        .map(|stream| rng.fork(stream).normal(0.0, 1.0, 5000))
        .collect();
    for (i, a) in rows.iter().enumerate() {
        for b in &rows[..i] {
            let correlation = a.dot(b) / 5000.0;
            assert!(correlation.abs() < 4.8 / 5000f64.sqrt(), "{correlation}");
        }
    }
    let first: Array1<f64> = (0..N as u64)
        .map(|stream| rng.fork(stream).random::<f64, _>(()))
        .collect();
    assert_ks(first, |x| x);
    let mut parent = generator();
    let first: Array1<f64> = parent
        .split_n(N)
        .iter_mut()
        .map(|child| child.random::<f64, _>(()))
        .collect();
    assert_ks(first, |x| x);
}

#[test]
fn choice() {
    let mut rng = generator();
    let picks = rng.choice(3, N);
    assert_counts(picks.mapv(|k| k as i64), |k| {
        ((k + 1) as f64 / 3.0).clamp(0.0, 1.0)
    });
    let picks = rng.choice_weighted(&array!['a', 'b', 'c'], N, &array![0.2, 0.0, 0.8]);
    let of_a = picks.iter().filter(|&&letter| letter == 'a').count() as f64 / N as f64;
    assert!((of_a - 0.2).abs() < 0.01 && !picks.iter().any(|&letter| letter == 'b'));
    let mut distinct = rng.choice_distinct(10, 10).to_vec();
    distinct.sort();
    assert_eq!(distinct, (0..10).collect::<Vec<_>>());
    let firsts: Array1<i64> = (0..N)
        .map(|_| rng.choice_distinct_weighted(3, 2, &array![0.5, 0.3, 0.2])[0] as i64)
        .collect();
    assert_counts(firsts, |k| {
        [0.0, 0.5, 0.8, 1.0][(k + 1).clamp(0, 3) as usize]
    });
}

#[test]
fn permutation_and_shuffle() {
    let mut rng = generator();
    let (first, second) = (rng.permutation(50), rng.permutation(50));
    assert_ne!(first, second);
    let mut sorted = first.to_vec();
    sorted.sort();
    assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    let mut counts = [0; 6];
    for _ in 0..6000 {
        let p = rng.permutation(3);
        counts[p[0] * 2 + usize::from(p[1] > p[2])] += 1;
    }
    let chi: f64 = counts
        .iter()
        .map(|&c| (f64::from(c) - 1000.0).powi(2) / 1000.0)
        .sum();
    assert!(
        chi < 25.7,
        "χ² of the six orders with 5 degrees of freedom: {chi}"
    );
    let mut rows: Array2<i32> = Array2::from_shape_fn((20, 3), |(i, j)| (10 * i + j) as i32);
    rng.shuffle(&mut rows);
    assert!(
        rows.rows()
            .into_iter()
            .all(|row| row[1] == row[0] + 1 && row[0] % 10 == 0)
    );
    let mut firsts: Vec<i32> = rows.column(0).to_vec();
    assert_ne!(firsts, (0..20).map(|i| 10 * i).collect::<Vec<_>>());
    firsts.sort();
    assert_eq!(firsts, (0..20).map(|i| 10 * i).collect::<Vec<_>>());
}

#[test]
fn multivariate_normal() {
    let (mean, cov) = (
        array![1.0, -2.0, 0.5],
        array![[2.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 0.5]],
    );
    let x = generator().multivariate_normal(&mean, &cov, N);
    let centred = &x - &mean;
    let got = centred.t().dot(&centred) / N as f64;
    assert!((&got - &cov).iter().all(|d| d.abs() < 0.06), "{got}");
    let singular = generator().multivariate_normal(
        &array![0.0f32, 0.0],
        &array![[1.0, 1.0], [1.0, 1.0]],
        (3, 4),
    );
    assert_eq!(singular.dim(), (3, 4, 2));
    assert!(
        singular
            .rows()
            .into_iter()
            .all(|row| (row[0] - row[1]).abs() < 1e-5)
    );
}

#[test]
fn simplex_draws() {
    let x: Array2<f64> = generator().dirichlet(&array![2.0, 3.0, 5.0], N);
    assert!(
        x.rows()
            .into_iter()
            .all(|row| (row.sum() - 1.0).abs() < 1e-12)
    );
    assert_ks(x.column(0).to_owned(), |x| {
        exact::Beta::new(2.0, 8.0).unwrap().cdf(x)
    });
    let counts = generator().multinomial(20, &array![0.1, 0.6, 0.3], N);
    assert!(counts.rows().into_iter().all(|row| row.sum() == 20));
    let cdf = |k: i64| {
        if k < 0 {
            0.0
        } else {
            exact::Binomial::new(0.6, 20).unwrap().cdf(k as u64)
        }
    };
    assert_counts(counts.column(1).to_owned(), cdf);
    let picks = generator().categorical(&Array2::from_shape_fn((N, 2), |(_, j)| [0.0, 1.0f32][j]));
    let ones = picks.sum() as f64 / N as f64;
    assert!((ones - 1.0 / (1.0 + (-1f64).exp())).abs() < 0.01);
}

#[test]
fn orthogonal() {
    let q: Array2<f64> = generator().orthogonal(5);
    assert!(
        (q.t().dot(&q) - Array2::<f64>::eye(5))
            .iter()
            .all(|d| d.abs() < 1e-14)
    );
}
