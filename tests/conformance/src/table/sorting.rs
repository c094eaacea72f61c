//! Sorting, searching, sets, interpolation.

use brain_jit::bm::{self, DType, Interpolation, Side};

use super::Rows;
use crate::call::{Call, Outcome, Output, Stop, one, strong, unify, unsupported};
use crate::on;
use crate::value::{Array, Value};

macro_rules! sets {
    ($rows:ident, $($name:literal $function:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["assume_unique"])?;
            on!(all, c.same(&[0, 1])?, |x, y| one(bm::$function(x, y).into_dyn()))
        }));
    )*};
}

fn side(c: &Call) -> Side {
    if c.text(2, "side") == Some("right") {
        Side::Right
    } else {
        Side::Left
    }
}

fn unique(c: &Call) -> Outcome {
    c.only(&["return_index", "return_inverse", "return_counts", "axis"])?;
    if let Some(axis) = c.integer(9, "axis")? {
        c.only(&["axis"])?;
        return on!(all, c.array(0)?, |x| one(bm::unique_axis(x, axis)));
    }
    let (index, inverse, counts) = (
        c.flag(1, "return_index"),
        c.flag(2, "return_inverse"),
        c.flag(3, "return_counts"),
    );
    let shape = c.array(0)?.shape().to_vec();
    on!(all, c.array(0)?, |x| {
        if !index && !inverse && !counts {
            return one(bm::unique(x).into_dyn());
        }
        let found = bm::unique_with(x);
        let mut outputs = vec![Output::Array(found.values.into_dyn().into())];
        if index {
            outputs.push(Output::Array(found.indices.into_dyn().into()));
        }
        if inverse {
            outputs.push(Output::Array(
                bm::reshape(
                    found.inverse,
                    &shape.iter().map(|&n| n as isize).collect::<Vec<_>>()[..],
                )
                .into(),
            ));
        }
        if counts {
            outputs.push(Output::Array(found.counts.into_dyn().into()));
        }
        Ok(outputs)
    })
}

fn interpolated(c: &Call) -> Outcome {
    c.only(&["left", "right", "period"])?;
    let options = Interpolation {
        left: c.float(3, "left")?,
        right: c.float(4, "right")?,
        period: c.float(5, "period")?,
    };
    let arrays = unify(&c.arguments[..3].iter().collect::<Vec<&Value>>())?;
    on!(real, arrays, |x, xp, fp| one(bm::interp_with(
        x, xp, fp, options
    )))
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    rows.push(("sort", |c| {
        c.only(&["axis", "stable", "kind"])?;
        let flat = c.is_null(1, "axis");
        let axis = c.integer(1, "axis")?.unwrap_or(-1);
        on!(all, c.array(0)?, |x| one(if flat {
            bm::sort_flat(x).into_dyn()
        } else {
            bm::sort_axis(x, axis)
        }))
    }));
    rows.push(("argsort", |c| {
        c.only(&["axis", "stable", "kind"])?;
        let flat = c.is_null(1, "axis");
        let axis = c.integer(1, "axis")?.unwrap_or(-1);
        on!(all, c.array(0)?, |x| one(if flat {
            bm::argsort_flat(x).into_dyn()
        } else {
            bm::argsort_axis(x, axis)
        }))
    }));
    rows.push(("sort_complex", |c| {
        on!(inexact, c.array(0)?, |x| one(bm::sort_complex(x)))
    }));
    rows.push(("lexsort", |c| {
        let keys = match c.arguments.first() {
            Some(Value::List(list)) => unify(&list.iter().collect::<Vec<_>>())?,
            _ => return Err(Stop::Unsupported("no list of keys".into())),
        };
        c.only(&["axis"])?;
        if !matches!(c.integer(1, "axis")?, None | Some(-1)) {
            return unsupported("lexsort along another axis than the last");
        }
        on!(all, keys, |[keys]| one(bm::lexsort(&keys)))
    }));
    rows.push(("searchsorted", |c| {
        c.only(&["side", "sorter"])?;
        let side = side(c);
        let sorter = match c.get(3, "sorter").map(strong).transpose()? {
            Some(sorter) => match sorter.cast(DType::I64) {
                Array::I64(sorter) => Some(sorter),
                _ => unreachable!("it was cast"),
            },
            None => None,
        };
        on!(all, c.same(&[0, 1])?, |sorted, values| one(match &sorter {
            None => bm::searchsorted_side(sorted, values, side),
            Some(sorter) => bm::searchsorted_side(bm::take(sorted, sorter), values, side),
        }))
    }));
    rows.push(("digitize", |c| {
        c.only(&["right"])?;
        let closed = if c.flag(2, "right") {
            Side::Right
        } else {
            Side::Left
        };
        on!(real, c.same(&[0, 1])?, |x, bins| one(bm::digitize_side(
            x, bins, closed
        )))
    }));
    rows.push(("unique", unique));
    rows.push(("isin", |c| {
        c.only(&["invert", "assume_unique"])?;
        let invert = c.flag(3, "invert");
        on!(all, c.same(&[0, 1])?, |x, values| {
            let found = bm::isin(x, values);
            one(if invert {
                bm::logical_not(found)
            } else {
                found
            })
        })
    }));
    sets! { rows, "union1d" union1d; "intersect1d" intersect1d; "setdiff1d" setdiff1d; "setxor1d" setxor1d; }
    rows.push(("interp", interpolated));
    rows
}
