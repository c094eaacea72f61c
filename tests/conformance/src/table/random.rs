//! Draws: enough of them for statistics. A case that states a property in words passes if its row finds it.

use brain_jit::random::RandomState;
use ndarray::{Array1, Array2};

use super::Rows;
use crate::call::{Call, Outcome, Output, one, unsupported};
use crate::value::Array;

/// How many elements statistics are made for.
const N: usize = 100_000;

fn generator() -> RandomState {
    RandomState::new(20_260)
}

macro_rules! distributions {
    ($rows:ident, $($name:literal $function:ident($($parameter:literal $default:expr),*);)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&[$($parameter),*])?;
            one(generator().$function($(c.float(9, $parameter)?.unwrap_or($default),)* N).into_dyn())
        }));
    )*};
}

/// Distributions without parameters.
macro_rules! standard {
    ($rows:ident, $($name:literal $function:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&[])?;
            one(generator().$function::<f64, _>(N).into_dyn())
        }));
    )*};
}

fn whole(c: &Call, name: &str) -> u64 {
    c.integer(9, name).ok().flatten().unwrap_or(0) as u64
}

fn property(holds: bool) -> Outcome {
    assert!(holds, "the property does not hold");
    Ok(vec![Output::Text("holds".into())])
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    distributions! { rows,
        "random.uniform" uniform("low" 0.0, "high" 1.0);
        "random.normal" normal("loc" 0.0, "scale" 1.0);
        "random.truncated_normal" truncated_normal_with("lower" -1.0, "upper" 1.0, "loc" 0.0, "scale" 1.0);
        "random.exponential" exponential("scale" 1.0);
        "random.gamma" gamma("shape" 1.0, "scale" 1.0);
        "random.standard_gamma" standard_gamma("shape" 1.0);
        "random.beta" beta("a" 1.0, "b" 1.0);
        "random.chisquare" chisquare("df" 1.0);
        "random.noncentral_chisquare" noncentral_chisquare("df" 1.0, "nonc" 0.0);
        "random.f" f("dfnum" 1.0, "dfden" 1.0);
        "random.noncentral_f" noncentral_f("dfnum" 1.0, "dfden" 1.0, "nonc" 0.0);
        "random.t" t("df" 1.0);
        "random.standard_t" standard_t("df" 1.0);
        "random.laplace" laplace("loc" 0.0, "scale" 1.0);
        "random.logistic" logistic("loc" 0.0, "scale" 1.0);
        "random.lognormal" lognormal("mean" 0.0, "sigma" 1.0);
        "random.gumbel" gumbel("loc" 0.0, "scale" 1.0);
        "random.pareto" pareto("a" 1.0);
        "random.weibull" weibull("a" 1.0);
        "random.weibull_min" weibull_min("a" 1.0, "scale" 1.0);
        "random.rayleigh" rayleigh("scale" 1.0);
        "random.power" power("a" 1.0);
        "random.triangular" triangular("left" 0.0, "mode" 0.5, "right" 1.0);
        "random.vonmises" vonmises("mu" 0.0, "kappa" 1.0);
        "random.wald" wald("mean" 1.0, "scale" 1.0);
        "random.loggamma" loggamma("a" 1.0);
        "random.bernoulli" bernoulli("p" 0.5);
        "random.poisson" poisson("lam" 1.0);
        "random.geometric" geometric("p" 0.5);
        "random.negative_binomial" negative_binomial("n" 1.0, "p" 0.5);
        "random.logseries" logseries("p" 0.5);
        "random.zipf" zipf("a" 2.0);
    }
    standard! { rows,
        "random.random" random;
        "random.rand" rand;
        "random.random_sample" random_sample;
        "random.randn" randn;
        "random.standard_normal" standard_normal;
        "random.standard_exponential" standard_exponential;
        "random.standard_cauchy" standard_cauchy;
        "random.maxwell" maxwell;
    }
    rows.push(("random.binomial", |c| {
        one(generator()
            .binomial(whole(c, "n"), c.float(9, "p")?.unwrap_or(0.5), N)
            .into_dyn())
    }));
    rows.push(("random.hypergeometric", |c| {
        one(generator()
            .hypergeometric(whole(c, "ngood"), whole(c, "nbad"), whole(c, "nsample"), N)
            .into_dyn())
    }));
    rows.push(("random.randint", |c| {
        one(generator()
            .randint(whole(c, "low"), whole(c, "high"), N)
            .into_dyn())
    }));
    rows.push(("random.choice", |c| {
        let size = c.integer(0, "a")?.unwrap_or(1) as usize;
        one(generator().choice(size, N).into_dyn())
    }));
    rows.push(("random.multivariate_normal", |c| {
        match (c.array(0)?, c.array(1)?) {
            (Array::F64(mean), Array::F64(cov)) => {
                let mean = mean
                    .into_dimensionality()
                    .unwrap_or_else(|error| panic!("{error}"));
                let cov = cov
                    .into_dimensionality()
                    .unwrap_or_else(|error| panic!("{error}"));
                one(generator().multivariate_normal(&mean, &cov, N).into_dyn())
            }
            _ => unsupported("multivariate_normal of other types"),
        }
    }));
    rows.push(("random.permutation", |c| {
        let n = c.integer(0, "x")?.unwrap_or(1) as usize;
        let mut rng = generator();
        let (first, second) = (rng.permutation(n), rng.permutation(n));
        let mut sorted = first.to_vec();
        sorted.sort_unstable();
        property(sorted.into_iter().eq(0..n) && first != second)
    }));
    rows.push(("random.orthogonal", |c| {
        let q: Array2<f64> = generator().orthogonal(c.integer(0, "n")?.unwrap_or(1) as usize);
        property(
            (q.t().dot(&q) - Array2::<f64>::eye(q.nrows()))
                .iter()
                .all(|d| d.abs() < 1e-12),
        )
    }));
    rows.push(("random.seed", |c| {
        let seed = c.integer(0, "seed")?.unwrap_or(0) as u64;
        let draw = || -> Array1<f64> {
            let mut rng = RandomState::new(0);
            rng.seed(seed);
            rng.random(100)
        };
        property(draw() == draw())
    }));
    rows
}
