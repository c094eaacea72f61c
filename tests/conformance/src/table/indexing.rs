//! Elements by index, to read and to write.

use brain_jit::bm::{self, OutOfRange};

use super::Rows;
use super::creation::shape;
use crate::call::{Call, Outcome, Stop, literal, many, one, strong, unify, unsupported};
use crate::on;
use crate::value::{Array, Value};
use brain_jit::bm::DType;

fn mode(c: &Call, place: usize) -> Result<OutOfRange, Stop> {
    match c.text(place, "mode") {
        None | Some("raise") => Ok(OutOfRange::Raise),
        Some("wrap") => Ok(OutOfRange::Wrap),
        Some("clip") => Ok(OutOfRange::Clip),
        Some(other) => unsupported(format!("mode {other}")),
    }
}

/// Indices as 64-bit integers.
fn places(value: &Value) -> Result<ndarray::ArrayD<i64>, Stop> {
    match strong(value)?.cast(DType::I64) {
        Array::I64(places) => Ok(places),
        _ => unreachable!("it was cast"),
    }
}

/// The value of an assignment in the array's type: NumPy casts, Rust's user writes `as`.
fn assigned(c: &Call, x: &Array) -> Result<Array, Stop> {
    let value = &c.arguments[2];
    match (value, x.dtype()) {
        (Value::Complex(_), DType::F32 | DType::F64 | DType::I32 | DType::I64 | DType::Bool) => {
            Err(Stop::Refused("a complex number for a real array".into()))
        }
        (Value::Integer(number), DType::I32) if i32::try_from(*number).is_err() => {
            Err(Stop::Refused("an integer literal out of range".into()))
        }
        (Value::Float(number), DType::I32 | DType::I64) if !number.is_finite() => {
            Err(Stop::Refused(format!("{number} for {}", x.dtype())))
        }
        _ => Ok(strong(value)?.cast(x.dtype())),
    }
}

macro_rules! updates {
    ($rows:ident, $($family:tt $name:literal $function:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            let x = c.array(0)?;
            let value = literal(&c.arguments[2], x.dtype())?;
            let index = c.index(1)?;
            on!($family, [x, value], |x, value| {
                let mut x = x.clone();
                bm::$function(&mut x, index, value);
                one(x)
            })
        }));
    )*};
}

fn diagonal_indices(pair: (ndarray::Array1<usize>, ndarray::Array1<usize>)) -> Outcome {
    many([pair.0.into_dyn(), pair.1.into_dyn()])
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    rows.push(("getitem", |c| {
        let index = c.index(1)?;
        on!(all, c.array(0)?, |x| one(bm::index(x, index)))
    }));
    rows.push(("setitem", |c| {
        let x = c.array(0)?;
        let value = assigned(c, &x)?;
        let index = c.index(1)?;
        on!(all, [x, value], |x, value| {
            let mut x = x.clone();
            bm::index_put(&mut x, index, value);
            one(x)
        })
    }));
    updates! { rows,
        all "setitem_add" index_add;
        number "setitem_sub" index_subtract;
        all "setitem_mul" index_multiply;
        inexact "setitem_div" index_divide;
        all "add_at" add_at;
    }
    rows.push(("take", |c| {
        let places = places(&c.arguments[1])?;
        let mode = mode(c, 3)?;
        match c.integer(2, "axis")? {
            None => on!(all, c.array(0)?, |x| one(bm::take_mode(x, &places, mode))),
            Some(axis) => on!(all, c.array(0)?, |x| one(bm::take_axis(
                x, &places, axis, mode
            ))),
        }
    }));
    rows.push(("take_along_axis", |c| {
        let places = places(&c.arguments[1])?;
        let flat = c.is_null(2, "axis");
        let axis = c.integer(2, "axis")?.unwrap_or(-1);
        on!(all, c.array(0)?, |x| one(if flat {
            bm::take_along_axis(bm::ravel(x).into_dyn(), &places, 0)
        } else {
            bm::take_along_axis(x, &places, axis)
        }))
    }));
    rows.push(("choose", |c| {
        let which = places(&c.arguments[0])?;
        let mode = mode(c, 2)?;
        let Some(Value::List(list)) = c.arguments.get(1) else {
            return unsupported("no list");
        };
        on!(all, unify(&list.iter().collect::<Vec<_>>())?, |[arrays]| {
            one(bm::choose(&which, &arrays, mode))
        })
    }));
    rows.push(("compress", |c| {
        let Array::Bool(condition) = c.array(0)?.cast(DType::Bool) else {
            unreachable!("it was cast")
        };
        match c.integer(2, "axis")? {
            None => on!(all, c.array(1)?, |x| one(
                bm::compress(&condition, x).into_dyn()
            )),
            Some(axis) => on!(all, c.array(1)?, |x| one(bm::compress_axis(
                &condition, x, axis
            ))),
        }
    }));
    rows.push(("extract", |c| {
        let Array::Bool(condition) = c.array(0)?.cast(DType::Bool) else {
            unreachable!("it was cast")
        };
        on!(all, c.array(1)?, |x| one(
            bm::extract(&condition, x).into_dyn()
        ))
    }));
    rows.push(("nonzero", |c| {
        on!(all, c.array(0)?, |x| many(
            bm::nonzero(x).into_iter().map(|i| i.into_dyn())
        ))
    }));
    rows.push(("argwhere", |c| {
        on!(all, c.array(0)?, |x| one(bm::argwhere(x).into_dyn()))
    }));
    rows.push(("flatnonzero", |c| {
        on!(all, c.array(0)?, |x| one(bm::flatnonzero(x).into_dyn()))
    }));
    rows.push(("diag_indices", |c| {
        let n = c.count(0, "n")?.unwrap_or(0);
        let rank = c.integer(1, "ndim")?.unwrap_or(2) as usize;
        many(bm::diag_indices(n, rank).into_iter().map(|i| i.into_dyn()))
    }));
    rows.push(("diag_indices_from", |c| {
        on!(all, c.array(0)?, |x| many(
            bm::diag_indices_from(x).into_iter().map(|i| i.into_dyn())
        ))
    }));
    rows.push(("tril_indices", |c| {
        let n = c.count(0, "n")?.unwrap_or(0);
        let m = c.count(2, "m")?.unwrap_or(n);
        diagonal_indices(bm::tril_indices(
            n,
            c.integer(1, "k")?.unwrap_or(0) as isize,
            m,
        ))
    }));
    rows.push(("triu_indices", |c| {
        let n = c.count(0, "n")?.unwrap_or(0);
        let m = c.count(2, "m")?.unwrap_or(n);
        diagonal_indices(bm::triu_indices(
            n,
            c.integer(1, "k")?.unwrap_or(0) as isize,
            m,
        ))
    }));
    rows.push(("tril_indices_from", |c| {
        let k = c.integer(1, "k")?.unwrap_or(0) as isize;
        on!(all, c.array(0)?, |x| diagonal_indices(
            bm::tril_indices_from(x, k)
        ))
    }));
    rows.push(("triu_indices_from", |c| {
        let k = c.integer(1, "k")?.unwrap_or(0) as isize;
        on!(all, c.array(0)?, |x| diagonal_indices(
            bm::triu_indices_from(x, k)
        ))
    }));
    rows.push(("ravel_multi_index", |c| {
        let Some(Value::List(list)) = c.arguments.first() else {
            return unsupported("no list");
        };
        let indices: Vec<_> = list.iter().map(places).collect::<Result<_, _>>()?;
        c.only(&["mode"])?;
        one(bm::ravel_multi_index(
            &indices,
            &shape(c, 1)?[..],
            mode(c, 2)?,
        ))
    }));
    rows.push(("unravel_index", |c| {
        c.only(&["shape"])?;
        if !matches!(strong(&c.arguments[0])?, Array::I32(_) | Array::I64(_)) {
            return Err(Stop::Refused("a place is an integer".into()));
        }
        many(bm::unravel_index(
            &places(&c.arguments[0])?,
            &shape(c, 1)?[..],
        ))
    }));
    rows.push(("ix_", |c| {
        on!(all, unify(&c.list(0)?)?, |[vectors]| many(bm::ix_(
            &vectors
        )))
    }));
    rows.push(("put", |c| {
        let places = places(&c.arguments[1])?;
        let mode = mode(c, 3)?;
        let x = c.array(0)?;
        let values = literal(&c.arguments[2], x.dtype())?;
        on!(all, [x, values], |x, values| {
            let mut x = x.clone();
            bm::put(&mut x, &places, values, mode);
            one(x)
        })
    }));
    rows.push(("place", |c| {
        let Array::Bool(mask) = c.array(1)?.cast(DType::Bool) else {
            unreachable!("it was cast")
        };
        let x = c.array(0)?;
        let values = literal(&c.arguments[2], x.dtype())?;
        on!(all, [x, values], |x, values| {
            let mut x = x.clone();
            bm::place(&mut x, &mask, values);
            one(x)
        })
    }));
    rows.push(("putmask", |c| {
        let Array::Bool(mask) = c.array(1)?.cast(DType::Bool) else {
            unreachable!("it was cast")
        };
        let x = c.array(0)?;
        let values = literal(&c.arguments[2], x.dtype())?;
        on!(all, [x, values], |x, values| {
            let mut x = x.clone();
            bm::putmask(&mut x, &mask, values);
            one(x)
        })
    }));
    rows.push(("copyto", |c| {
        c.only(&["where"])?;
        if let Some(mask) = c.options.get("where").map(strong).transpose()? {
            let Array::Bool(mask) = mask else {
                return unsupported("where that is no mask");
            };
            return on!(all, c.same(&[0, 1])?, |x, source| one(bm::where_(
                &mask, source, x
            )));
        }
        on!(all, c.same(&[0, 1])?, |x, source| {
            let mut x = x.clone();
            bm::copyto(&mut x, source);
            one(x)
        })
    }));
    rows.push(("fill_diagonal", |c| {
        c.only(&["wrap"])?;
        let wrap = c.flag(2, "wrap");
        on!(all, c.same(&[0, 1])?, |x, value| {
            let mut x = x.clone();
            if wrap {
                bm::fill_diagonal_wrap(&mut x, value);
            } else {
                bm::fill_diagonal(&mut x, value);
            }
            one(x)
        })
    }));
    rows
}
