//! Shapes, joining, splitting, moving.

use brain_jit::bm;

use super::Rows;
use super::creation::shape;
use super::padding::pad;
use crate::call::{Call, Outcome, Stop, integers, many, one, unify, unsupported};
use crate::on;
use crate::value::{Array, Value};

/// Rows of functions of a list of arrays.
macro_rules! lists {
    ($rows:ident, $($name:literal |$arrays:ident| $body:expr;)*) => {$(
        $rows.push(($name, |c: &Call| on!(all, joined(&c.list(0)?)?, |[$arrays]| one($body))));
    )*};
}

/// The arrays of a list; `bool` beside numbers is not Rust.
fn joined(list: &[&Value]) -> Result<Vec<Array>, Stop> {
    unify(list)
}

fn concatenate(c: &Call) -> Outcome {
    c.only(&["axis", "dtype"])?;
    let flat = c.is_null(1, "axis");
    let axis = c.integer(1, "axis")?.unwrap_or(0);
    let Some(Value::List(list)) = c.arguments.first() else {
        return unsupported("no list");
    };
    on!(all, unify(&list.iter().collect::<Vec<_>>())?, |[arrays]| {
        one(if flat {
            bm::concatenate_flat(&arrays).into_dyn()
        } else {
            bm::concatenate(&arrays, axis)
        })
    })
}

/// Where to cut: a number of parts or places.
fn cut(c: &Call, axis: i64, equal: bool) -> Outcome {
    let Some(sections) = c.get(1, "indices_or_sections") else {
        return unsupported("no sections");
    };
    match sections {
        Value::Integer(parts) => {
            let parts = *parts as usize;
            on!(all, c.array(0)?, |x| many(if equal {
                bm::split(x, parts, axis)
            } else {
                bm::array_split(x, parts, axis)
            }))
        }
        places => {
            let places = integers(places)?;
            on!(all, c.array(0)?, |x| many(if equal {
                bm::split(x, &places[..], axis)
            } else {
                bm::array_split(x, &places[..], axis)
            }))
        }
    }
}

/// A copy in the order of the option: NumPy's `F` is the order of the transpose.
fn in_order(c: &Call, x: Array) -> Result<(Array, bool), Stop> {
    match c.text(9, "order") {
        None | Some("C" | "A" | "K") => Ok((x, false)),
        Some("F") => on!(all, x, |x| Ok((Array::from(bm::transpose(x)), true))),
        Some(other) => unsupported(format!("order {other}")),
    }
}

fn expand(c: &Call) -> Outcome {
    match &c
        .integers(
            1,
            if c.options.contains_key("dim") {
                "dim"
            } else {
                "axis"
            },
        )?
        .unwrap_or_default()[..]
    {
        &[axis] => on!(all, c.array(0)?, |x| one(bm::expand_dims(x, axis))),
        axes => on!(all, c.array(0)?, |x| one(bm::expand_dims_axes(x, axes))),
    }
}

fn moves(c: &Call) -> Outcome {
    let source = c.integers(1, "source")?.unwrap_or_default();
    let destination = c.integers(2, "destination")?.unwrap_or_default();
    on!(all, c.array(0)?, |x| one(bm::moveaxis(
        x,
        &source[..],
        &destination[..]
    )))
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    lists! { rows,
        "vstack" |arrays| bm::vstack(&arrays);
        "hstack" |arrays| bm::hstack(&arrays);
        "dstack" |arrays| bm::dstack(&arrays);
        "column_stack" |arrays| bm::column_stack(&arrays).into_dyn();
    }
    for name in ["concatenate", "concat", "cat"] {
        rows.push((name, concatenate));
    }
    rows.push(("stack", |c| {
        let axis = c.integer(1, "axis")?.unwrap_or(0);
        let Some(Value::List(list)) = c.arguments.first() else {
            return unsupported("no list");
        };
        on!(all, unify(&list.iter().collect::<Vec<_>>())?, |[arrays]| {
            one(bm::stack(&arrays, axis))
        })
    }));
    rows.push(("block", |c| {
        let Some(Value::List(list)) = c.arguments.first() else {
            return unsupported("no list");
        };
        let mut lengths = Vec::new();
        let mut all = Vec::new();
        for row in list {
            match row {
                Value::List(row) => {
                    lengths.push(row.len());
                    all.extend(row);
                }
                single => {
                    lengths.push(1);
                    all.push(single);
                }
            }
        }
        on!(all, unify(&all)?, |[arrays]| {
            let mut rest = &arrays[..];
            let mut rows = Vec::new();
            for &n in &lengths {
                rows.push(rest[..n].to_vec());
                rest = &rest[n..];
            }
            // A flat list is one row.
            if lengths.iter().all(|&n| n == 1)
                && list.iter().all(|row| !matches!(row, Value::List(_)))
            {
                return one(bm::hstack(&arrays));
            }
            one(bm::block(&rows))
        })
    }));
    rows.push(("reshape", |c| {
        c.only(&["shape", "order"])?;
        let mut shape = shape(c, 1)?;
        let (x, turned) = in_order(c, c.array(0)?)?;
        if turned {
            shape.reverse();
        }
        on!(all, x, |x| {
            let result = bm::reshape(x, &shape[..]);
            one(if turned {
                bm::transpose(result)
            } else {
                result
            })
        })
    }));
    rows.push(("resize", |c| {
        let shape = shape(c, 1)?;
        on!(all, c.array(0)?, |x| one(bm::resize(x, &shape[..])))
    }));
    rows.push(("broadcast_to", |c| {
        let shape = shape(c, 1)?;
        on!(all, c.array(0)?, |x| one(bm::broadcast_to(x, &shape[..])))
    }));
    rows.push(("broadcast_arrays", |c| {
        on!(all, unify(&c.list(0)?)?, |[arrays]| many(
            bm::broadcast_arrays(&arrays)
        ))
    }));
    rows.push(("ravel", |c| {
        c.only(&["order"])?;
        on!(all, in_order(c, c.array(0)?)?.0, |x| one(
            bm::ravel(x).into_dyn()
        ))
    }));
    rows.push(("flatten", |c| {
        let rank = c.array(0)?.shape().len() as i64;
        let (start, end) = (c.integer(1, "start_dim")?, c.integer(2, "end_dim")?);
        on!(all, c.array(0)?, |x| one(match (start, end) {
            (None, None) => bm::flatten(x).into_dyn(),
            (start, end) => bm::flatten_axes(x, start.unwrap_or(0), end.unwrap_or(rank - 1)),
        }))
    }));
    rows.push(("unflatten", |c| {
        let axis = c.integer(1, "dim")?.unwrap_or(0);
        let shape = shape(c, 2)?;
        on!(all, c.array(0)?, |x| one(bm::unflatten(
            x,
            axis,
            &shape[..]
        )))
    }));
    rows.push(("transpose", |c| match c.integers(1, "axes")? {
        None => on!(all, c.array(0)?, |x| one(bm::transpose(x))),
        Some(axes) => on!(all, c.array(0)?, |x| one(bm::transpose_axes(x, &axes))),
    }));
    rows.push(("swapaxes", |c| {
        let (a, b) = (
            c.integer(1, "axis1")?.unwrap_or(0),
            c.integer(2, "axis2")?.unwrap_or(0),
        );
        on!(all, c.array(0)?, |x| one(bm::swapaxes(x, a, b)))
    }));
    rows.push(("moveaxis", moves));
    rows.push(("rollaxis", |c| {
        let (axis, start) = (
            c.integer(1, "axis")?.unwrap_or(0),
            c.integer(2, "start")?.unwrap_or(0),
        );
        on!(all, c.array(0)?, |x| one(bm::rollaxis(x, axis, start)))
    }));
    rows.push(("squeeze", |c| match &c.integers(1, "axis")? {
        None => on!(all, c.array(0)?, |x| one(bm::squeeze(x))),
        Some(axes) => {
            // From the last to the first, so that the places stay right.
            let rank = c.array(0)?.shape().len() as isize;
            let mut axes: Vec<isize> = axes
                .iter()
                .map(|&axis| if axis < 0 { axis + rank } else { axis })
                .collect();
            axes.sort_unstable();
            on!(all, c.array(0)?, |x| {
                let squeeze = |x: ndarray::ArrayD<_>, axis: &isize| bm::squeeze_axis(x, *axis);
                one(axes.iter().rev().fold(x.clone(), squeeze))
            })
        }
    }));
    rows.push(("expand_dims", expand));
    rows.push(("unsqueeze", expand));
    rows.push(("atleast_1d", |c| {
        on!(all, unify(&c.list(0)?)?, |[arrays]| many(
            arrays.into_iter().map(bm::atleast_1d)
        ))
    }));
    rows.push(("atleast_2d", |c| {
        on!(all, unify(&c.list(0)?)?, |[arrays]| many(
            arrays.into_iter().map(bm::atleast_2d)
        ))
    }));
    rows.push(("atleast_3d", |c| {
        on!(all, unify(&c.list(0)?)?, |[arrays]| many(
            arrays.into_iter().map(bm::atleast_3d)
        ))
    }));
    rows.push(("append", |c| match c.integer(2, "axis")? {
        None => on!(all, c.same(&[0, 1])?, |x, y| one(
            bm::append(x, y).into_dyn()
        )),
        Some(axis) => on!(all, c.same(&[0, 1])?, |x, y| one(bm::append_axis(
            x, y, axis
        ))),
    }));
    rows.push(("split", |c| {
        cut(c, c.integer(2, "axis")?.unwrap_or(0), true)
    }));
    rows.push(("array_split", |c| {
        cut(c, c.integer(2, "axis")?.unwrap_or(0), false)
    }));
    rows.push(("vsplit", |c| match c.get(1, "indices_or_sections") {
        Some(Value::Integer(parts)) => {
            let parts = *parts as usize;
            on!(all, c.array(0)?, |x| many(bm::vsplit(x, parts)))
        }
        Some(places) => {
            let places = integers(places)?;
            on!(all, c.array(0)?, |x| many(bm::vsplit(x, &places[..])))
        }
        None => unsupported("no sections"),
    }));
    rows.push(("hsplit", |c| match c.get(1, "indices_or_sections") {
        Some(Value::Integer(parts)) => {
            let parts = *parts as usize;
            on!(all, c.array(0)?, |x| many(bm::hsplit(x, parts)))
        }
        Some(places) => {
            let places = integers(places)?;
            on!(all, c.array(0)?, |x| many(bm::hsplit(x, &places[..])))
        }
        None => unsupported("no sections"),
    }));
    rows.push(("dsplit", |c| match c.get(1, "indices_or_sections") {
        Some(Value::Integer(parts)) => {
            let parts = *parts as usize;
            on!(all, c.array(0)?, |x| many(bm::dsplit(x, parts)))
        }
        Some(places) => {
            let places = integers(places)?;
            on!(all, c.array(0)?, |x| many(bm::dsplit(x, &places[..])))
        }
        None => unsupported("no sections"),
    }));
    rows.push(("tile", |c| {
        let repeats = c.integers(1, "reps")?.unwrap_or_default();
        on!(all, c.array(0)?, |x| one(bm::tile(x, &repeats[..])))
    }));
    rows.push(("repeat", |c| {
        let repeats = c.integers(1, "repeats")?.unwrap_or_default();
        match c.integer(2, "axis")? {
            None => on!(all, c.array(0)?, |x| one(
                bm::repeat(x, &repeats[..]).into_dyn()
            )),
            Some(axis) => on!(all, c.array(0)?, |x| one(bm::repeat_axis(
                x,
                &repeats[..],
                axis
            ))),
        }
    }));
    rows.push(("flip", |c| match c.integers(1, "axis")? {
        None => on!(all, c.array(0)?, |x| one(bm::flip(x))),
        Some(axes) => on!(all, c.array(0)?, |x| one(bm::flip_axis(x, &axes[..]))),
    }));
    rows.push(("fliplr", |c| on!(all, c.array(0)?, |x| one(bm::fliplr(x)))));
    rows.push(("flipud", |c| on!(all, c.array(0)?, |x| one(bm::flipud(x)))));
    rows.push(("roll", |c| {
        let shifts = c.integers(1, "shift")?.unwrap_or_default();
        match c.integers(2, "axis")? {
            None => on!(all, c.array(0)?, |x| one(bm::roll(x, shifts.iter().sum()))),
            Some(axes) => on!(all, c.array(0)?, |x| {
                // One shift for all axes, one axis for all shifts, or pairs.
                let mut result = x.clone();
                for i in 0..axes.len().max(shifts.len()) {
                    let (shift, axis) = (i.min(shifts.len() - 1), i.min(axes.len() - 1));
                    result = bm::roll_axis(&result, shifts[shift], axes[axis]);
                }
                one(result)
            }),
        }
    }));
    rows.push(("rot90", |c| {
        let turns = c.integer(1, "k")?.unwrap_or(1) as isize;
        match c.integers(2, "axes")?.as_deref() {
            None => on!(all, c.array(0)?, |x| one(bm::rot90(x, turns))),
            Some(&[a, b]) => on!(all, c.array(0)?, |x| one(bm::rot90_axes(x, turns, (a, b)))),
            Some(other) => unsupported(format!("axes {other:?}")),
        }
    }));
    rows.push(("pad", pad));
    rows.push(("delete", |c| {
        let places = match &c.arguments[1] {
            Value::Array(Array::Bool(mask)) => {
                let x = c.array(0)?;
                let length = match c.integer(2, "axis")? {
                    None => x.shape().iter().product(),
                    Some(axis) => on!(all, x, |x| Ok(bm::size_axis(x, axis)))?,
                };
                if mask.len() != length {
                    return Err(Stop::NotApplicable(
                        "places are given by number, not by a mask".into(),
                    ));
                }
                bm::flatnonzero(mask).iter().map(|&i| i as isize).collect()
            }
            places => integers(places)?,
        };
        match c.integer(2, "axis")? {
            None => on!(all, c.array(0)?, |x| one(
                bm::delete(x, &places[..]).into_dyn()
            )),
            Some(axis) => on!(all, c.array(0)?, |x| one(bm::delete_axis(
                x,
                &places[..],
                axis
            ))),
        }
    }));
    rows.push(("insert", |c| {
        let places = match &c.arguments[1] {
            Value::Array(Array::Bool(mask)) => {
                bm::flatnonzero(mask).iter().map(|&i| i as isize).collect()
            }
            places => integers(places)?,
        };
        let axis = c.integer(3, "axis")?;
        if let Value::Integer(place) = c.arguments[1] {
            let place = place as isize;
            return on!(all, c.same(&[0, 2])?, |x, values| match axis {
                None => one(bm::insert(x, place, values).into_dyn()),
                Some(axis) => one(bm::insert_axis(x, place, values, axis)),
            });
        }
        on!(all, c.same(&[0, 2])?, |x, values| match axis {
            None => one(bm::insert(x, &places[..], values).into_dyn()),
            Some(axis) => one(bm::insert_axis(x, &places[..], values, axis)),
        })
    }));
    rows.push(("trim_zeros", |c| {
        c.only(&[])?;
        c.at_most(1)?;
        on!(all, c.array(0)?, |x| one(bm::trim_zeros(x).into_dyn()))
    }));
    rows.push(("remove_diag", |c| {
        on!(all, c.array(0)?, |x| one(bm::remove_diag(x).into_dyn()))
    }));
    rows.push(("ndim", |c| on!(all, c.array(0)?, |x| one(bm::ndim(x)))));
    rows.push(("size", |c| match c.integer(1, "axis")? {
        None => on!(all, c.array(0)?, |x| one(bm::size(x))),
        Some(axis) => on!(all, c.array(0)?, |x| one(bm::size_axis(x, axis))),
    }));
    rows.push(("shape", |c| {
        on!(
            all,
            c.array(0)?,
            |x| one(bm::array(bm::shape(x)).into_dyn())
        )
    }));
    rows.push(("broadcast_shapes", |c| {
        let shapes: Vec<Vec<usize>> = c
            .arguments
            .iter()
            .map(|shape| Ok(integers(shape)?.into_iter().map(|n| n as usize).collect()))
            .collect::<Result<_, Stop>>()?;
        let shapes: Vec<&[usize]> = shapes.iter().map(|shape| &shape[..]).collect();
        one(bm::array(bm::broadcast_shapes(&shapes)).into_dyn())
    }));
    rows
}
