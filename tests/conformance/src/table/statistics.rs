//! Quantiles, correlations, histograms, windows.

use brain_jit::bm::{self, Bins, Convolution, Covariance, DType, Quantile};

use super::Rows;
use crate::call::{Call, Outcome, Output, Stop, one, unify, unsupported};
use crate::on;
use crate::value::{Array, Value};

fn method(c: &Call) -> Result<Quantile, Stop> {
    match c.text(9, "method") {
        None | Some("linear") => Ok(Quantile::Linear),
        Some("lower") => Ok(Quantile::Lower),
        Some("higher") => Ok(Quantile::Higher),
        Some("nearest") => Ok(Quantile::Nearest),
        Some("midpoint") => Ok(Quantile::Midpoint),
        Some("inverted_cdf") => Ok(Quantile::InvertedCdf),
        Some("averaged_inverted_cdf") => Ok(Quantile::AveragedInvertedCdf),
        Some("closest_observation") => Ok(Quantile::ClosestObservation),
        Some("interpolated_inverted_cdf") => Ok(Quantile::InterpolatedInvertedCdf),
        Some("hazen") => Ok(Quantile::Hazen),
        Some("weibull") => Ok(Quantile::Weibull),
        Some("median_unbiased") => Ok(Quantile::MedianUnbiased),
        Some("normal_unbiased") => Ok(Quantile::NormalUnbiased),
        Some(other) => unsupported(format!("quantile method {other}")),
    }
}

/// One call for each share; several shares give a new first axis.
macro_rules! quantiles {
    ($rows:ident, $($name:literal: $whole:ident $keepdims:ident $axis:ident $axis_keepdims:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["axis", "keepdims", "method"])?;
            let method = method(c)?;
            let keep = c.flag(9, "keepdims");
            let axes = c.integers(2, "axis")?;
            let q = c.array(1)?;
            let shares: Vec<f64> = q.numbers().iter().map(|q| q.re).collect();
            on!(real, c.array(0)?, |x| {
                let results: Vec<_> = shares
                    .iter()
                    .map(|&q| match (&axes, keep) {
                        (None, false) => ndarray::arr0(bm::$whole(x, q, method)).into_dyn(),
                        (None, true) => bm::$keepdims(x, q, method),
                        (Some(axes), false) => bm::$axis(x, &axes[..], q, method),
                        (Some(axes), true) => bm::$axis_keepdims(x, &axes[..], q, method),
                    })
                    .collect();
                if q.shape().is_empty() {
                    return one(results[0].clone());
                }
                let mut lengths: Vec<isize> = q.shape().iter().map(|&n| n as isize).collect();
                lengths.extend(results[0].shape().iter().map(|&n| n as isize));
                one(bm::reshape(bm::stack(&results, 0), lengths))
            })
        }));
    )*};
}

fn covariance(c: &Call) -> Result<Covariance, Stop> {
    c.only(&["rowvar", "ddof", "bias"])?;
    Ok(Covariance {
        rowvar: !matches!(c.options.get("rowvar"), Some(Value::Bool(false))),
        ddof: c
            .float(9, "ddof")?
            .unwrap_or(if c.flag(9, "bias") { 0.0 } else { 1.0 }),
    })
}

/// NumPy computes covariances in double precision.
fn double(array: Array) -> Array {
    match array.dtype() {
        DType::F32 => array.cast(DType::F64),
        DType::Complex32 => array.cast(DType::Complex64),
        _ => array,
    }
}

fn bins(value: Option<&Value>, range: Option<&Value>) -> Result<Bins, Stop> {
    let ten = Value::Integer(10);
    let value = value.unwrap_or(&ten);
    match (value, range) {
        (Value::Integer(count), None | Some(Value::Null)) => Ok(Bins::Count(*count as usize)),
        (Value::Integer(count), Some(Value::Json(range))) => {
            let end = |i: usize| range[i].as_f64().unwrap_or(f64::NAN);
            Ok(Bins::Range(*count as usize, end(0), end(1)))
        }
        (edges, _) => Ok(Bins::Edges(
            crate::call::strong(edges)?
                .numbers()
                .iter()
                .map(|edge| edge.re)
                .collect(),
        )),
    }
}

fn histogram(c: &Call) -> Outcome {
    c.only(&["bins", "range", "weights", "density"])?;
    let bins = bins(c.get(1, "bins"), c.get(2, "range"))?;
    let weights = c
        .options
        .get("weights")
        .map(crate::call::strong)
        .transpose()?;
    let density = c.flag(9, "density");
    if density && weights.is_some() {
        return unsupported("a density of weights");
    }
    on!(real, c.array(0)?, |x| {
        let (counts, edges): (Array, _) = if density {
            let (counts, edges) = bm::histogram_density(x, bins.clone());
            (counts.into_dyn().into(), edges)
        } else if let Some(weights) = &weights {
            let Array::F64(weights) = weights.cast(DType::F64) else {
                unreachable!("it was cast")
            };
            let (counts, edges) = bm::histogram_weights(x, bins.clone(), Some(&weights));
            (counts.into_dyn().into(), edges)
        } else {
            let (counts, edges) = bm::histogram(x, bins.clone());
            (counts.into_dyn().into(), edges)
        };
        Ok(vec![
            Output::Array(counts),
            Output::Array(edges.into_dyn().into()),
        ])
    })
}

fn convolution(c: &Call, default: Convolution) -> Result<Convolution, Stop> {
    match c.text(2, "mode") {
        None => Ok(default),
        Some("full") => Ok(Convolution::Full),
        Some("same") => Ok(Convolution::Same),
        Some("valid") => Ok(Convolution::Valid),
        Some(other) => unsupported(format!("mode {other}")),
    }
}

macro_rules! windows {
    ($rows:ident, $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            one(bm::$name::<f64>(c.integer(0, "M")?.unwrap_or(0).max(0) as usize).into_dyn())
        }));
    )*};
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    quantiles! { rows,
        "quantile": quantile quantile_keepdims quantile_axis quantile_axis_keepdims;
        "percentile": percentile percentile_keepdims percentile_axis percentile_axis_keepdims;
        "nanquantile": nanquantile nanquantile_keepdims nanquantile_axis nanquantile_axis_keepdims;
        "nanpercentile": nanpercentile nanpercentile_keepdims nanpercentile_axis nanpercentile_axis_keepdims;
    }
    rows.push(("cov", |c| {
        let options = covariance(c)?;
        let arrays: Vec<Array> = unify(&c.arguments.iter().collect::<Vec<_>>())?
            .into_iter()
            .map(double)
            .collect();
        match arrays.len() {
            1 => on!(number, &arrays[0], |x| one(bm::cov_with(x, options))),
            _ => on!(number, arrays, |x, y| one(
                bm::cov_xy(x, y, options).into_dyn()
            )),
        }
    }));
    rows.push(("corrcoef", |c| {
        let options = covariance(c)?;
        let arrays: Vec<Array> = unify(&c.arguments.iter().collect::<Vec<_>>())?
            .into_iter()
            .map(double)
            .collect();
        match arrays.len() {
            1 => on!(number, &arrays[0], |x| one(bm::corrcoef_with(x, options))),
            _ => on!(number, arrays, |x, y| one(
                bm::corrcoef_xy(x, y, options).into_dyn()
            )),
        }
    }));
    rows.push(("convolve", |c| {
        let mode = convolution(c, Convolution::Full)?;
        on!(all, c.same(&[0, 1])?, |x, y| one(
            bm::convolve(x, y, mode).into_dyn()
        ))
    }));
    rows.push(("correlate", |c| {
        let mode = convolution(c, Convolution::Valid)?;
        on!(all, c.same(&[0, 1])?, |x, y| one(
            bm::correlate(x, y, mode).into_dyn()
        ))
    }));
    rows.push(("bincount", |c| {
        c.only(&["weights", "minlength"])?;
        let least = c.integer(2, "minlength")?.unwrap_or(0) as usize;
        let weights = match c.get(1, "weights") {
            Some(weights) => match crate::call::strong(weights)?.cast(DType::F64) {
                Array::F64(weights) => Some(weights),
                _ => unreachable!("it was cast"),
            },
            None => None,
        };
        on!(integer, c.array(0)?, |x| match &weights {
            None => one(bm::bincount(x, least).into_dyn()),
            Some(weights) => one(bm::bincount_weights(x, Some(weights), least).into_dyn()),
        })
    }));
    rows.push(("histogram", histogram));
    rows.push(("histogram_bin_edges", |c| {
        c.only(&["bins", "range"])?;
        let bins = bins(c.get(1, "bins"), c.get(2, "range"))?;
        on!(real, c.array(0)?, |x| one(bm::histogram_bin_edges(
            x,
            bins.clone()
        )
        .into_dyn()))
    }));
    rows.push(("histogram2d", |c| {
        c.only(&["bins", "range"])?;
        // One for both axes, or a pair.
        let both = |value: Option<&Value>, place: usize| match value {
            Some(Value::Json(pair)) if pair.as_array().is_some_and(|pair| pair.len() == 2) => {
                Some(match &pair[place] {
                    n if n.is_i64() => Value::Integer(n.as_i64().unwrap_or(0).into()),
                    other => Value::Json(other.clone()),
                })
            }
            other => other.cloned(),
        };
        let along = |place: usize| {
            bins(
                both(c.get(2, "bins"), place).as_ref(),
                both(c.get(3, "range"), place).as_ref(),
            )
        };
        let bins = (along(0)?, along(1)?);
        on!(real, c.same(&[0, 1])?, |x, y| {
            let (counts, rows, columns) = bm::histogram2d(x, y, bins.clone());
            let arrays: [Array; 3] = [
                counts.into_dyn().into(),
                rows.into_dyn().into(),
                columns.into_dyn().into(),
            ];
            Ok(arrays.into_iter().map(Output::Array).collect())
        })
    }));
    windows!(rows, bartlett blackman hamming hanning);
    rows.push(("kaiser", |c| {
        let count = c.integer(0, "M")?.unwrap_or(0).max(0) as usize;
        one(bm::kaiser::<f64>(count, c.float(1, "beta")?.unwrap_or(0.0)).into_dyn())
    }));
    rows
}
