//! Whether a decomposition is one: its factors are not unique, so they are multiplied and compared with the matrix.

use ndarray::{Array1, Array2};
use num_complex::Complex64;

use super::call::Output;
use super::case::Case;
use super::value::{Array, Value};

fn matrix(array: &Array) -> Result<Array2<Complex64>, String> {
    let [m, n] = *array.shape() else {
        return Err(format!("shape {:?} is no matrix", array.shape()));
    };
    Array2::from_shape_vec((m, n), array.numbers()).map_err(|error| error.to_string())
}

fn norm(a: &Array2<Complex64>) -> f64 {
    a.iter().map(|x| x.norm_sqr()).sum::<f64>().sqrt()
}

fn adjoint(a: &Array2<Complex64>) -> Array2<Complex64> {
    a.t().mapv(|x| x.conj())
}

/// `Ok` if the outputs are the decomposition that `mode` names.
pub fn meets(
    mode: &str,
    case: &Case,
    expected: &[Value],
    outputs: &[Output],
) -> Result<(), String> {
    let a = match Value::load(&case.directory, &case.arguments[0]) {
        Ok(Value::Array(a)) => matrix(&a)?,
        other => return Err(format!("no matrix: {other:?}")),
    };
    let got: Vec<&Array> = outputs
        .iter()
        .filter_map(|output| {
            if let Output::Array(array) = output {
                Some(array)
            } else {
                None
            }
        })
        .collect();
    let wanted: Vec<&Array> = expected
        .iter()
        .filter_map(|value| {
            if let Value::Array(array) = value {
                Some(array)
            } else {
                None
            }
        })
        .collect();
    for (got, wanted) in got.iter().zip(&wanted) {
        if got.shape() != wanted.shape() {
            return Err(format!(
                "shape {:?}, expected {:?}",
                got.shape(),
                wanted.shape()
            ));
        }
    }
    let limit = 10.0 * (case.atol + case.rtol * norm(&a));
    let within = |what: &str, distance: f64| {
        if distance <= limit {
            Ok(())
        } else {
            Err(format!("{what}: off by {distance:e}, allowed {limit:e}"))
        }
    };
    let orthonormal = |what: &str, q: &Array2<Complex64>| {
        let unit = 10.0 * (case.atol + case.rtol * (q.ncols() as f64).sqrt());
        let distance = norm(&(adjoint(q).dot(q) - Array2::<Complex64>::eye(q.ncols())));
        if distance <= unit {
            Ok(())
        } else {
            Err(format!("{what} is not orthonormal: {distance:e}"))
        }
    };
    let values = |got: &Array, wanted: &Array| {
        let distance = got
            .numbers()
            .iter()
            .zip(wanted.numbers())
            .map(|(a, b)| (a - b).norm())
            .fold(0.0, f64::max);
        within("values", distance)
    };
    match (mode, &got[..]) {
        ("eig" | "eigh", &[w, v]) => {
            let v = matrix(v)?;
            let w = Array1::from(w.numbers());
            within("A V - V W", norm(&(a.dot(&v) - &v * &w)))?;
            if mode == "eigh" {
                values(got[0], wanted[0])?;
                return orthonormal("V", &v);
            }
            let mut left = w.to_vec();
            for want in wanted[0].numbers() {
                let nearest = (0..left.len()).find(|&i| (left[i] - want).norm() <= limit);
                left.swap_remove(
                    nearest.ok_or_else(|| format!("the eigenvalue {want} is missing"))?,
                );
            }
            let unit = |column: ndarray::ArrayView1<'_, Complex64>| {
                column.iter().map(|x| x.norm_sqr()).sum::<f64>()
            };
            let off = v
                .columns()
                .into_iter()
                .map(|column| (unit(column).sqrt() - 1.0).abs())
                .fold(0.0, f64::max);
            within("length of an eigenvector", off)
        }
        ("svd", &[u, s, vh]) => {
            values(s, wanted[1])?;
            let (u, vh, s) = (matrix(u)?, matrix(vh)?, Array1::from(s.numbers()));
            let k = s.len();
            let product =
                (&u.slice(ndarray::s![.., ..k]) * &s).dot(&vh.slice(ndarray::s![..k, ..]));
            within("U S Vh - A", norm(&(product - a)))?;
            orthonormal("U", &u)?;
            orthonormal("V", &adjoint(&vh))
        }
        ("qr", &[q, r]) => {
            let (q, r) = (matrix(q)?, matrix(r)?);
            within("Q R - A", norm(&(q.dot(&r) - a)))?;
            if r.indexed_iter().any(|((i, j), x)| i > j && x.norm() > 0.0) {
                return Err("R is not upper triangular".into());
            }
            orthonormal("Q", &q)
        }
        (mode, outputs) => Err(format!("{} outputs for {mode}", outputs.len())),
    }
}
