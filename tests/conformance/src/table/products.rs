//! Products.

use brain_jit::linalg;

use super::Rows;
use crate::call::{Call, Outcome, one, unsupported};
use crate::on;
use crate::value::Value;

macro_rules! products {
    ($rows:ident, $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&[])?;
            on!(number, c.same(&[0, 1])?, |x, y| one(linalg::$name(x, y)))
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
    rows.push(("einsum", einsum));
    rows.push(("tensordot", tensordot));
    rows
}
