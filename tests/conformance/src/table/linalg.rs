//! Linear algebra.

use brain_jit::linalg::{self, LinalgError, NormOrder, QrMode, Triangle};

use super::Rows;
use crate::call::{Call, Outcome, Output, one, unsupported};
use crate::on;
use crate::value::{Array, Value};

/// The result, or the panic that the runner takes for an error.
fn done<T>(result: Result<T, LinalgError>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

fn outputs(arrays: Vec<Array>) -> Outcome {
    Ok(arrays.into_iter().map(Output::Array).collect())
}

macro_rules! of_one {
    ($rows:ident, $($name:literal $function:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&[])?;
            on!(inexact, c.array(0)?, |a| one(done(linalg::$function(a))))
        }));
    )*};
}

fn cholesky(c: &Call) -> Outcome {
    c.only(&["upper"])?;
    let triangle = if c.flag(9, "upper") {
        Triangle::Upper
    } else {
        Triangle::Lower
    };
    on!(inexact, c.array(0)?, |a| one(done(linalg::cholesky_with(
        a, triangle
    ))))
}

fn eig(c: &Call) -> Outcome {
    c.only(&[])?;
    on!(inexact, c.array(0)?, |a| {
        let linalg::Eig { values, vectors } = done(linalg::eig(a));
        outputs(vec![values.into(), vectors.into()])
    })
}

fn eigh(c: &Call) -> Outcome {
    c.only(&[])?;
    on!(inexact, c.array(0)?, |a| {
        let linalg::Eig { values, vectors } = done(linalg::eigh(a));
        outputs(vec![values.into(), vectors.into()])
    })
}

fn slogdet(c: &Call) -> Outcome {
    c.only(&[])?;
    on!(inexact, c.array(0)?, |a| {
        let linalg::Slogdet { sign, logabsdet } = done(linalg::slogdet(a));
        outputs(vec![sign.into(), logabsdet.into()])
    })
}

fn svd(c: &Call) -> Outcome {
    c.only(&["full_matrices", "compute_uv"])?;
    let given = |name: &str| c.get(9, name).is_none() || c.flag(9, name);
    let (full, vectors) = (given("full_matrices"), given("compute_uv"));
    on!(inexact, c.array(0)?, |a| {
        if !vectors {
            return one(done(linalg::svdvals(a)));
        }
        let linalg::Svd { u, s, vh } = done(linalg::svd_with(a, full));
        outputs(vec![u.into(), s.into(), vh.into()])
    })
}

fn qr(c: &Call) -> Outcome {
    c.only(&["mode"])?;
    let mode = match c.text(1, "mode") {
        None | Some("reduced") => QrMode::Reduced,
        Some("complete") => QrMode::Complete,
        Some(other) => return unsupported(format!("mode {other}")),
    };
    on!(inexact, c.array(0)?, |a| {
        let linalg::Qr { q, r } = done(linalg::qr_with(a, mode));
        outputs(vec![q.into(), r.into()])
    })
}

fn solve(c: &Call) -> Outcome {
    c.only(&[])?;
    on!(inexact, c.same(&[0, 1])?, |a, b| one(done(linalg::solve(
        a, b
    ))))
}

fn lstsq(c: &Call) -> Outcome {
    c.only(&["rcond"])?;
    on!(inexact, c.same(&[0, 1])?, |a, b| {
        let a = a
            .view()
            .into_dimensionality::<ndarray::Ix2>()
            .unwrap_or_else(|error| panic!("{error}"));
        one(done(linalg::lstsq(&a, b)).solution)
    })
}

fn matrix_power(c: &Call) -> Outcome {
    c.only(&["n"])?;
    let n = c.integer(1, "n")?.unwrap_or(1);
    on!(inexact, c.array(0)?, |a| one(done(linalg::matrix_power(
        a, n
    ))))
}

fn norm(c: &Call) -> Outcome {
    c.only(&["ord", "axis", "keepdims"])?;
    let order = match c.get(1, "ord") {
        None => None,
        Some(Value::Text(name)) => Some(NormOrder::from(name.as_str())),
        Some(_) => c.float(1, "ord")?.map(NormOrder::P),
    };
    let keepdims = c.flag(3, "keepdims");
    let axes = c.integers(2, "axis")?;
    on!(inexact, c.array(0)?, |a| {
        let result = match (order, axes.as_deref()) {
            (None, None) => return one(linalg::norm(a)),
            (Some(order), None) => return one(done(linalg::norm_with(a, order))),
            (order, Some(&[axis])) => done(linalg::norm_axis(
                a,
                order.unwrap_or(NormOrder::P(2.0)),
                axis,
            )),
            (order, Some(&[rows, columns])) => done(linalg::norm_axes(
                a,
                order.unwrap_or(NormOrder::Frobenius),
                (rows, columns),
            )),
            (_, Some(other)) => return unsupported(format!("axis={other:?}")),
        };
        let mut result = result;
        if keepdims {
            let mut kept: Vec<usize> = axes
                .iter()
                .flatten()
                .map(|&axis| axis.rem_euclid(a.ndim() as isize) as usize)
                .collect();
            kept.sort_unstable();
            for axis in kept {
                result.insert_axis_inplace(ndarray::Axis(axis));
            }
        }
        one(result)
    })
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    of_one! { rows,
        "linalg.det" det;
        "linalg.inv" inv;
        "linalg.pinv" pinv;
        "linalg.eigvals" eigvals;
        "linalg.eigvalsh" eigvalsh;
        "linalg.cond" cond;
        "linalg.matrix_rank" matrix_rank;
    }
    let others: [(&'static str, fn(&Call) -> Outcome); 10] = [
        ("linalg.cholesky", cholesky),
        ("linalg.eig", eig),
        ("linalg.eigh", eigh),
        ("linalg.slogdet", slogdet),
        ("linalg.svd", svd),
        ("linalg.qr", qr),
        ("linalg.solve", solve),
        ("linalg.lstsq", lstsq),
        ("linalg.matrix_power", matrix_power),
        ("linalg.norm", norm),
    ];
    rows.extend(others);
    rows
}
