//! Products.

use brain_jit::linalg;

use super::Rows;
use crate::call::{Call, Outcome, many, one, unsupported};
use crate::on;
use crate::value::{Array, Value};

macro_rules! products {
    ($rows:ident, $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&[])?;
            on!(number, c.same(&[0, 1])?, |x, y| one(linalg::$name(x, y)))
        }));
    )*};
}

macro_rules! of_polynomials {
    ($rows:ident, $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&[])?;
            on!(number, c.same(&[0, 1])?, |x, y| one(linalg::$name(x, y).into_dyn()))
        }));
    )*};
}

fn einsum(c: &Call) -> Outcome {
    c.only(&[])?;
    let Some(subscripts) = c.text(0, "subscripts") else {
        return unsupported("einsum without subscripts");
    };
    let places: Vec<usize> = (1..c.arguments.len()).collect();
    on!(number, c.same(&places)?, |[operands]| {
        let views: Vec<_> = operands.iter().map(|x| x.view()).collect();
        one(linalg::einsum(subscripts, &views[..]))
    })
}

fn tensordot(c: &Call) -> Outcome {
    c.only(&["axes"])?;
    let axes = match c.get(2, "axes") {
        None => None,
        Some(Value::Integer(n)) => {
            return on!(number, c.same(&[0, 1])?, |x, y| one(linalg::tensordot(
                x,
                y,
                *n as usize
            )));
        }
        Some(Value::Json(pair)) => {
            serde_json::from_value::<(Vec<isize>, Vec<isize>)>(pair.clone()).ok()
        }
        Some(other) => return unsupported(format!("axes={other:?}")),
    };
    match axes {
        None => on!(number, c.same(&[0, 1])?, |x, y| one(linalg::tensordot(
            x, y, 2
        ))),
        Some((left, right)) => on!(number, c.same(&[0, 1])?, |x, y| one(linalg::tensordot(
            x,
            y,
            (&left, &right)
        ))),
    }
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    products! { rows, dot inner matmul kron vdot }
    rows.push(("outer", |c| {
        c.only(&[])?;
        on!(number, c.same(&[0, 1])?, |x, y| one(
            linalg::outer(x, y).into_dyn()
        ))
    }));
    rows.push(("cross", |c| {
        c.only(&[])?;
        on!(number, c.same(&[0, 1])?, |x, y| one(linalg::cross(x, y)))
    }));
    rows.push(("einsum", einsum));
    rows.push(("tensordot", tensordot));
    of_polynomials! { rows, polyadd polysub polymul }
    rows.push(("polyval", |c| {
        c.only(&[])?;
        on!(number, c.same(&[0, 1])?, |p, x| one(linalg::polyval(p, x)))
    }));
    rows.push(("polydiv", |c| {
        c.only(&[])?;
        on!(number, c.same(&[0, 1])?, |u, v| {
            let (quotient, rest) = linalg::polydiv(u, v);
            many([Array::from(quotient.into_dyn()), rest.into_dyn().into()])
        })
    }));
    rows.push(("poly", |c| {
        c.only(&[])?;
        on!(number, c.array(0)?, |x| one(linalg::poly(x).into_dyn()))
    }));
    rows.push(("polyder", |c| {
        c.only(&["m"])?;
        let order = c.integer(1, "m")?.unwrap_or(1) as usize;
        on!(number, c.array(0)?, |p| one(
            linalg::polyder(p, order).into_dyn()
        ))
    }));
    rows.push(("polyint", |c| {
        c.only(&["m"])?;
        let order = c.integer(1, "m")?.unwrap_or(1) as usize;
        on!(number, c.array(0)?, |p| one(
            linalg::polyint(p, order).into_dyn()
        ))
    }));
    rows.push(("roots", |c| {
        c.only(&[])?;
        on!(inexact, c.array(0)?, |p| {
            let p = p
                .view()
                .into_dimensionality()
                .expect("a vector of coefficients");
            one(linalg::roots(&p)
                .unwrap_or_else(|error| panic!("{error}"))
                .into_dyn())
        })
    }));
    rows.push(("polyfit", |c| {
        c.only(&["deg"])?;
        let degree = c.integer(2, "deg")?.unwrap_or(1) as usize;
        on!(inexact, c.same(&[0, 1])?, |x, y| {
            let x = x.view().into_dimensionality().expect("a vector of places");
            let y = y.view().into_dimensionality().expect("a vector of values");
            one(linalg::polyfit(&x, &y, degree)
                .unwrap_or_else(|error| panic!("{error}"))
                .into_dyn())
        })
    }));
    rows
}
