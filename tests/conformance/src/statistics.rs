//! Whether draws follow the distribution that a case describes.

use serde_json::Value as Json;
use std::path::Path;

use super::call::Output;
use super::value::Value;

/// The numbers of an array in a case.
fn numbers(directory: &Path, json: &Json) -> Result<Vec<f64>, String> {
    match Value::load(directory, json) {
        Ok(Value::Array(array)) => Ok(array.numbers().iter().map(|x| x.re).collect()),
        other => Err(format!("no array: {other:?}")),
    }
}

fn near(what: &str, got: f64, want: Option<f64>, tolerance: Option<f64>) -> Result<(), String> {
    match (want, tolerance) {
        (Some(want), Some(tolerance)) if (got - want).abs() > tolerance => Err(format!(
            "{what} is {got}, expected {want} within {tolerance}"
        )),
        _ => Ok(()),
    }
}

/// `Ok` if the draws meet the statistics, or the property that the table has tested.
pub fn meets(directory: &Path, target: &Json, outputs: &[Output]) -> Result<(), String> {
    let draws = match outputs {
        [Output::Array(draws)] => draws,
        [Output::Text(_)] if target.get("property").is_some() => return Ok(()),
        other => return Err(format!("no draws but {other:?}")),
    };
    let mut x: Vec<f64> = draws.numbers().iter().map(|x| x.re).collect();
    let n = x.len() as f64;
    if let Some(frequencies) = target.get("frequencies") {
        let tolerance = target["tol"].as_f64();
        for (k, want) in numbers(directory, frequencies)?.into_iter().enumerate() {
            let got = x.iter().filter(|&&x| x == k as f64).count() as f64 / n;
            near(&format!("the frequency of {k}"), got, Some(want), tolerance)?;
        }
        return Ok(());
    }
    if let Some(cov) = target.get("cov") {
        let (mean, cov) = (
            numbers(directory, &target["mean"])?,
            numbers(directory, cov)?,
        );
        let d = mean.len();
        let rows: Vec<&[f64]> = x.chunks_exact(d).collect();
        let count = rows.len() as f64;
        let means: Vec<f64> = (0..d)
            .map(|i| rows.iter().map(|row| row[i]).sum::<f64>() / count)
            .collect();
        for i in 0..d {
            near(
                "the mean",
                means[i],
                Some(mean[i]),
                target["mean_tol"].as_f64(),
            )?;
            for j in 0..d {
                let got = rows
                    .iter()
                    .map(|row| (row[i] - means[i]) * (row[j] - means[j]))
                    .sum::<f64>()
                    / count;
                near(
                    "the covariance",
                    got,
                    Some(cov[i * d + j]),
                    target["cov_tol"].as_f64(),
                )?;
            }
        }
        return Ok(());
    }
    let mean = x.iter().sum::<f64>() / n;
    near(
        "the mean",
        mean,
        target["mean"].as_f64(),
        target["mean_tol"].as_f64(),
    )?;
    let var = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    near(
        "the variance",
        var,
        target["var"].as_f64(),
        target["var_tol"].as_f64(),
    )?;
    let bound = |i: usize| target["support"].get(i).and_then(Json::as_f64);
    let (low, high) = (
        bound(0).unwrap_or(f64::NEG_INFINITY),
        bound(1).unwrap_or(f64::INFINITY),
    );
    if let Some(outside) = x.iter().find(|&&x| !(low..=high).contains(&x)) {
        return Err(format!("{outside} lies outside [{low}, {high}]"));
    }
    x.sort_by(f64::total_cmp);
    let (points, probabilities) = (
        numbers(directory, &target["cdf_x"])?,
        numbers(directory, &target["cdf_p"])?,
    );
    let distance = points
        .iter()
        .zip(&probabilities)
        .fold(0.0f64, |greatest, (&point, &p)| {
            greatest.max((x.partition_point(|&x| x <= point) as f64 / n - p).abs())
        });
    match target["ks_max"].as_f64() {
        Some(limit) if distance > limit => Err(format!(
            "the distribution function is off by {distance}, allowed {limit}"
        )),
        _ => Ok(()),
    }
}
