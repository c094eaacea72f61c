//! Double-precision functions against a file that `tests/data/math/references.py` wrote.

use crate::binary::binary_functions;
use crate::ulp;
use crate::unary::unary_functions;

/// A function's largest error at a level.
#[derive(Debug)]
pub struct Worst {
    pub name: String,
    pub level: &'static str,
    pub error: f64,
    pub arguments: Vec<f64>,
    pub points: usize,
}

/// The largest error of each function of the file, without SIMD extensions and at the level of the process.
pub fn worst_errors(text: &str) -> Vec<Worst> {
    text.split("= ").skip(1).flat_map(section).collect()
}

fn section(text: &str) -> Vec<Worst> {
    let (name, lines) = text.split_once('\n').expect("a section has lines");
    let rows: Vec<(Vec<f64>, f64, f64)> = lines.lines().map(row).collect();
    let argument = |k: usize| -> Vec<f64> { rows.iter().map(|row| row.0[k]).collect() };
    let mut results = vec![0.0; rows.len()];
    let mut worst = Vec::new();
    let mut judge = |level, results: &[f64]| {
        let mut found = Worst {
            name: name.into(),
            level,
            error: 0.0,
            arguments: Vec::new(),
            points: rows.len(),
        };
        for ((arguments, reference, residual), &result) in rows.iter().zip(results) {
            let error = ulp::error_f64(result, *reference, *residual);
            if error > found.error {
                found.error = error;
                found.arguments = arguments.clone();
            }
        }
        worst.push(found);
    };
    if let Some(function) = unary_functions()
        .into_iter()
        .find(|function| function.name == name)
    {
        (function.baseline_f64)(&argument(0), &mut results);
        judge("baseline", &results);
        (function.best_f64)(&argument(0), &mut results);
        judge("best", &results);
    } else {
        let function = binary_functions()
            .into_iter()
            .find(|function| function.name == name);
        let function = function.unwrap_or_else(|| panic!("no function {name}"));
        (function.baseline_f64)(&argument(0), &argument(1), &mut results);
        judge("baseline", &results);
        (function.best_f64)(&argument(0), &argument(1), &mut results);
        judge("best", &results);
    }
    worst
}

/// The arguments, the nearest double to the result, and what is left of it in spacings.
fn row(line: &str) -> (Vec<f64>, f64, f64) {
    let words: Vec<&str> = line.split(' ').collect();
    let (residual, floats) = words.split_last().expect("a line has words");
    let float =
        |word: &&str| f64::from_bits(u64::from_str_radix(word, 16).expect("hexadecimal digits"));
    let mut floats: Vec<f64> = floats.iter().map(float).collect();
    let reference = floats.pop().expect("a line has a result");
    (
        floats,
        reference,
        residual.parse::<f64>().expect("a residual") / 64.0,
    )
}
