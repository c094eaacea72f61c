//! Borders around arrays.

use brain_jit::bm::{self, PadMode};

use crate::call::{Call, Outcome, Stop, integers, literal, one, unsupported};
use crate::on;
use crate::value::{Array, Value};

/// The pairs of a pad width.
fn widths(value: &Value) -> Result<Vec<(usize, usize)>, Stop> {
    let pair = |list: &[isize]| match *list {
        _ if list.iter().any(|&n| n < 0) => {
            Err(Stop::Refused("a negative width is no usize".into()))
        }
        [n] => Ok((n as usize, n as usize)),
        [a, b] => Ok((a as usize, b as usize)),
        _ => unsupported("a pad width of more than two numbers"),
    };
    if let Value::Json(json) = value
        && let Some(rows) = json.as_array()
        && rows.iter().all(|row| row.is_array())
    {
        return rows
            .iter()
            .map(|row| pair(&integers(&Value::Json(row.clone()))?))
            .collect();
    }
    Ok(vec![pair(&integers(value)?)?])
}

pub fn pad(c: &Call) -> Outcome {
    c.only(&["mode", "constant_values"])?;
    let x = c.array(0)?;
    let widths = widths(&c.arguments[1])?;
    match c.text(2, "mode").unwrap_or("constant") {
        "constant" => {
            let zero = Value::Integer(0);
            if let Some(pairs @ Value::Json(_)) = c.options.get("constant_values") {
                return pad_pairs(x, &widths, pairs);
            }
            let fill = literal(c.options.get("constant_values").unwrap_or(&zero), x.dtype())?;
            on!(all, [x, fill], |x, fill| match fill.first() {
                Some(&fill) => one(bm::pad(x, &widths[..], fill)),
                None => unsupported("no fill value"),
            })
        }
        mode => {
            let mode = match mode {
                "edge" => PadMode::Edge,
                "reflect" => PadMode::Reflect,
                "symmetric" => PadMode::Symmetric,
                "wrap" => PadMode::Wrap,
                other => return unsupported(format!("pad mode {other}")),
            };
            on!(all, x, |x| one(bm::pad_mode(x, &widths[..], mode)))
        }
    }
}

/// Other values before than after, or for each axis: one side after the other.
fn pad_pairs(x: Array, widths: &[(usize, usize)], values: &Value) -> Outcome {
    let pair = |value: &Value| match integers(value)?[..] {
        [one] => Ok((one, one)),
        [before, after] => Ok((before, after)),
        _ => unsupported("more than two constant values"),
    };
    let pairs = match values {
        Value::Json(json) => match json.as_array() {
            Some(rows) if rows.iter().all(|row| row.is_array()) => rows
                .iter()
                .map(|row| pair(&Value::Json(row.clone())))
                .collect::<Result<Vec<_>, Stop>>()?,
            _ => vec![pair(values)?],
        },
        single => vec![pair(single)?],
    };
    let mut x = x;
    let rank = x.shape().len();
    if [widths.len(), pairs.len()]
        .iter()
        .any(|&n| n != 1 && n != rank)
    {
        return Err(Stop::Refused("a pair for each axis".into()));
    }
    for axis in 0..rank {
        let (Some(&width), Some(&values)) = (
            widths.get(if widths.len() == 1 { 0 } else { axis }),
            pairs.get(if pairs.len() == 1 { 0 } else { axis }),
        ) else {
            return Err(Stop::Refused("a pair for each axis".into()));
        };
        for (side, value) in [((width.0, 0), values.0), ((0, width.1), values.1)] {
            let mut sides = vec![(0, 0); rank];
            sides[axis] = side;
            let fill = literal(&Value::Integer(value as i128), x.dtype())?;
            x = on!(all, [x, fill], |x, fill| Ok(Array::from(bm::pad(
                x,
                &sides[..],
                fill[ndarray::IxDyn(&[])]
            ))))?;
        }
    }
    one(x)
}
