//! Elementwise functions, comparisons, choices and element types.

use brain_jit::bm::{self, DType, Tolerance};

use super::Rows;
use crate::call::{Call, Outcome, Output, Stop, many, one, unify, unsupported};
use crate::on;
use crate::value::{Array, Value};

/// Rows of functions of one argument.
macro_rules! unary {
    ($rows:ident, $($family:tt: $($name:ident)*;)*) => {$($(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&[])?;
            c.at_most(1)?;
            on!($family, c.array(0)?, |x| one(bm::$name(x)))
        }));
    )*)*};
}

/// Rows of functions of two arguments of one element type.
macro_rules! binary {
    ($rows:ident, $($family:tt: $($name:literal $function:ident)*;)*) => {$($(
        $rows.push(($name, |c: &Call| {
            c.only(&[])?;
            on!($family, c.same(&[0, 1])?, |x, y| one(bm::$function(x, y)))
        }));
    )*)*};
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    unary! { rows,
        all: exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan arcsin arccos arctan asin acos atan sinh cosh tanh
            arcsinh arccosh arctanh asinh acosh atanh sinc abs absolute square real imag conj conjugate
            logical_not isnan isinf isfinite isreal iscomplex;
        number: positive negative sign reciprocal;
        rational: cbrt exprel i0 erf deg2rad rad2deg degrees radians fabs rint;
        real: floor ceil trunc fix isneginf isposinf signbit;
        bits: invert bitwise_not;
    }
    binary! { rows,
        all: "add" add "multiply" multiply "maximum" maximum "minimum" minimum "fmax" fmax "fmin" fmin "equal" equal
            "not_equal" not_equal "less" less "less_equal" less_equal "greater" greater "greater_equal" greater_equal
            "logical_and" logical_and "logical_or" logical_or "logical_xor" logical_xor "divide" divide
            "true_divide" true_divide "float_power" float_power "clamp_min" maximum "clamp_max" minimum;
        number: "subtract" subtract "power" power;
        real: "floor_divide" floor_divide "remainder" remainder "mod" mod_ "fmod" fmod;
        rational: "arctan2" arctan2 "atan2" atan2 "hypot" hypot "logaddexp" logaddexp "logaddexp2" logaddexp2
            "copysign" copysign;
        float: "heaviside" heaviside "nextafter" nextafter;
        integer: "gcd" gcd "lcm" lcm "left_shift" left_shift "right_shift" right_shift;
        bits: "bitwise_and" bitwise_and "bitwise_or" bitwise_or "bitwise_xor" bitwise_xor;
    }
    rows.push(("angle", |c| {
        c.only(&["deg"])?;
        let degrees = c.flag(1, "deg");
        let angle: Array = on!(all, c.array(0)?, |x| Ok(bm::angle(x).into()))?;
        if degrees {
            return on!(float, angle, |angle| one(bm::degrees(angle)));
        }
        one(angle)
    }));
    rows.push(("divmod", |c| {
        on!(real, c.same(&[0, 1])?, |x, y| {
            let (quotient, rest) = bm::divmod(x, y);
            many([quotient, rest])
        })
    }));
    rows.push(("modf", |c| {
        on!(float, c.array(0)?, |x| {
            let (fraction, whole) = bm::modf(x);
            many([fraction, whole])
        })
    }));
    rows.push(("frexp", |c| {
        on!(float, c.array(0)?, |x| {
            let (mantissa, exponent) = bm::frexp(x);
            Ok(vec![
                Output::Array(mantissa.into()),
                Output::Array(exponent.into()),
            ])
        })
    }));
    rows.push(("ldexp", |c| {
        let Array::I32(exponent) = c.array(1)?.cast(DType::I32) else {
            unreachable!("it was cast")
        };
        on!(float, c.array(0)?, |x| one(bm::ldexp(x, &exponent)))
    }));
    rows.push(("round", round));
    rows.push(("around", round));
    rows.push(("nan_to_num", |c| {
        c.only(&["copy", "nan", "posinf", "neginf"])?;
        let nan = c.float(2, "nan")?.unwrap_or(0.0);
        let (high, low) = (c.float(3, "posinf")?, c.float(4, "neginf")?);
        match c.array(0)? {
            Array::F32(x) => {
                let (high, low) = (
                    high.map_or(f32::MAX, |v| v as f32),
                    low.map_or(f32::MIN, |v| v as f32),
                );
                one(bm::nan_to_num_with(&x, nan as f32, high, low))
            }
            Array::F64(x) => one(bm::nan_to_num_with(
                &x,
                nan,
                high.unwrap_or(f64::MAX),
                low.unwrap_or(f64::MIN),
            )),
            other => Err(crate::call::refused(&other)),
        }
    }));
    rows.push(("clip", clip));
    rows.push(("clip_by_value", clip));
    rows.push(("clip_by_norm", |c| {
        c.only(&["axis"])?;
        let axis = c.integer(2, "axis")?;
        on!(float, c.same(&[0, 1])?, |x, norm| {
            let norm = norm[ndarray::IxDyn(&[])];
            one(match axis {
                None => bm::clip_by_norm(x, norm),
                Some(axis) => bm::clip_by_norm_axis(x, norm, axis),
            })
        })
    }));
    rows.push(("addcmul", |c| scaled_term(c, false)));
    rows.push(("addcdiv", |c| scaled_term(c, true)));
    rows.push(("unwrap", |c| {
        c.only(&["axis", "period"])?;
        c.at_most(1)?;
        let axis = c.integer(2, "axis")?.unwrap_or(-1);
        match c.float(3, "period")? {
            None if axis == -1 => on!(float, c.array(0)?, |x| one(bm::unwrap(x))),
            period => {
                let period = Value::Float(period.unwrap_or(std::f64::consts::TAU));
                on!(float, unify(&[&c.arguments[0], &period])?, |x, period| one(
                    bm::unwrap_period(x, period[ndarray::IxDyn(&[])], axis)
                ))
            }
        }
    }));
    rows.push(("isclose", |c| {
        let tolerance = tolerance(c)?;
        on!(all, c.same(&[0, 1])?, |x, y| one(bm::isclose_within(
            x, y, tolerance
        )))
    }));
    rows.push(("allclose", |c| {
        let tolerance = tolerance(c)?;
        on!(all, c.same(&[0, 1])?, |x, y| one(bm::allclose_within(
            x, y, tolerance
        )))
    }));
    rows.push(("array_equal", |c| {
        let nan = c.flag(2, "equal_nan");
        on!(all, c.same(&[0, 1])?, |x, y| {
            one(if nan {
                bm::array_equal_nan(x, y)
            } else {
                bm::array_equal(x, y)
            })
        })
    }));
    rows.push(("array_equiv", |c| {
        on!(all, c.same(&[0, 1])?, |x, y| one(bm::array_equiv(x, y)))
    }));
    rows.push(("where", where_));
    rows.push(("select", |c| {
        let [Value::List(conditions), Value::List(values)] = &c.arguments[..2] else {
            return unsupported("select without lists");
        };
        let conditions: Vec<Array> = unify(&conditions.iter().collect::<Vec<_>>())?;
        let zero = Value::Integer(0);
        let default = c.get(2, "default").unwrap_or(&zero);
        let values: Vec<Array> = unify(&values.iter().chain([default]).collect::<Vec<_>>())?;
        on!(all, values, |[values]| {
            let masks: Vec<_> = conditions
                .iter()
                .filter_map(|mask| {
                    if let Array::Bool(mask) = mask {
                        Some(mask)
                    } else {
                        None
                    }
                })
                .collect();
            let (default, values) = values.split_last().expect("the default is there");
            one(bm::select(&masks, values, default[ndarray::IxDyn(&[])]))
        })
    }));
    rows.push(("result_type", promoted));
    rows.push(("promote_types", promoted));
    rows
}

/// `x + value · a · b` or `x + value · a / b`.
fn scaled_term(c: &Call, divide: bool) -> Outcome {
    c.only(&["value"])?;
    let unit = Value::Float(1.0);
    let value = c.options.get("value").unwrap_or(&unit);
    let arrays = unify(&c.arguments.iter().chain([value]).collect::<Vec<_>>())?;
    on!(inexact, arrays, |[arrays]| {
        let value = arrays[3][ndarray::IxDyn(&[])];
        one(if divide {
            bm::addcdiv(arrays[0], arrays[1], arrays[2], value)
        } else {
            bm::addcmul(arrays[0], arrays[1], arrays[2], value)
        })
    })
}

fn round(c: &Call) -> Outcome {
    c.only(&["decimals"])?;
    let decimals = c.integer(1, "decimals")?.unwrap_or(0) as i32;
    on!(real, c.array(0)?, |x| one(bm::round_decimals(x, decimals)))
}

fn tolerance(c: &Call) -> Result<Tolerance, Stop> {
    c.only(&["rtol", "atol", "equal_nan"])?;
    let default = Tolerance::default();
    Ok(Tolerance {
        rtol: c.float(2, "rtol")?.unwrap_or(default.rtol),
        atol: c.float(3, "atol")?.unwrap_or(default.atol),
        equal_nan: c.flag(4, "equal_nan"),
    })
}

fn clip(c: &Call) -> Outcome {
    c.only(&["min", "max", "a_min", "a_max"])?;
    let low = c.get(1, "min").or(c.get(1, "a_min"));
    let high = c.get(2, "max").or(c.get(2, "a_max"));
    let x = &c.arguments[0];
    match (low, high) {
        (None, None) => one(c.array(0)?),
        (Some(low), None) => on!(all, unify(&[x, low])?, |x, low| one(bm::maximum(x, low))),
        (None, Some(high)) => on!(all, unify(&[x, high])?, |x, high| one(bm::minimum(x, high))),
        (Some(low), Some(high)) => on!(all, unify(&[x, low, high])?, |x, low, high| one(bm::clip(
            x, low, high
        ))),
    }
}

fn where_(c: &Call) -> Outcome {
    if c.arguments.len() == 1 {
        return on!(all, c.array(0)?, |x| many(
            bm::nonzero(x).into_iter().map(|i| i.into_dyn())
        ));
    }
    let condition = c.array(0)?;
    let values = c.same(&[1, 2])?;
    on!(all, condition, |condition| {
        let mask = bm::logical_not(bm::logical_not(condition));
        on!(all, &values, |x, y| one(bm::where_(&mask, x, y)))
    })
}

fn promoted(c: &Call) -> Outcome {
    let types: Vec<DType> = c
        .arguments
        .iter()
        .map(|value| match value {
            Value::Text(name) => {
                DType::from_name(name).map_or_else(|| unsupported(format!("dtype {name}")), Ok)
            }
            Value::Array(array) => Ok(array.dtype()),
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Complex(_) => {
                Err(Stop::NotApplicable(
                    "a plain number takes the type beside it: Rust has no weak types".into(),
                ))
            }
            other => unsupported(format!("the type of {other:?}")),
        })
        .collect::<Result<_, _>>()?;
    Ok(vec![Output::Text(
        bm::result_type(&types).name().to_string(),
    )])
}
