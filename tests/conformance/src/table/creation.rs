//! Creation and conversion.

use brain_jit::bm::{self, DType, Endpoint, Indexing, Powers};

use super::Rows;
use crate::call::{Call, Outcome, Stop, integers, literal, many, one, strong, unify, unsupported};
use crate::on;
use crate::value::{Array, Value};

/// The shape in an argument.
pub fn shape(c: &Call, place: usize) -> Result<Vec<isize>, Stop> {
    match c.arguments.get(place).or_else(|| c.options.get("shape")) {
        Some(value) => integers(value),
        None => unsupported("no shape"),
    }
}

/// An array of this type from the constructors of `bm`.
macro_rules! typed {
    ($dtype:expr, $function:ident($($argument:expr),*)) => {
        match $dtype {
            DType::Bool => one(bm::$function::<bool, _>($($argument),*)),
            DType::I32 => one(bm::$function::<i32, _>($($argument),*)),
            DType::I64 => one(bm::$function::<i64, _>($($argument),*)),
            DType::F32 => one(bm::$function::<f32, _>($($argument),*)),
            DType::F64 => one(bm::$function::<f64, _>($($argument),*)),
            DType::Complex32 => one(bm::$function::<num_complex::Complex32, _>($($argument),*)),
            _ => one(bm::$function::<num_complex::Complex64, _>($($argument),*)),
        }
    };
}

/// The same for functions of numbers alone.
macro_rules! typed_matrix {
    ($dtype:expr, $function:ident($($argument:expr),*)) => {
        match $dtype {
            DType::Bool => one(bm::$function::<bool>($($argument),*).into_dyn()),
            DType::I32 => one(bm::$function::<i32>($($argument),*).into_dyn()),
            DType::I64 => one(bm::$function::<i64>($($argument),*).into_dyn()),
            DType::F32 => one(bm::$function::<f32>($($argument),*).into_dyn()),
            DType::F64 => one(bm::$function::<f64>($($argument),*).into_dyn()),
            DType::Complex32 => one(bm::$function::<num_complex::Complex32>($($argument),*).into_dyn()),
            _ => one(bm::$function::<num_complex::Complex64>($($argument),*).into_dyn()),
        }
    };
}

fn arange(c: &Call) -> Outcome {
    c.only(&["dtype"])?;
    let zero = Value::Integer(0);
    if let [stop, Value::Null, step] = &c.arguments[..] {
        return arange_of(c, &[&zero, stop, step]);
    }
    let given: Vec<&Value> = c
        .arguments
        .iter()
        .filter(|value| !matches!(value, Value::Null))
        .collect();
    arange_of(c, &given)
}

fn arange_of(c: &Call, given: &[&Value]) -> Outcome {
    let mut numbers = unify(given)?;
    if let Some(dtype) = c.dtype(3)? {
        numbers = numbers.iter().map(|number| number.cast(dtype)).collect();
    }
    on!(real, numbers, |[numbers]| {
        let n: Vec<_> = numbers.iter().map(|n| n[ndarray::IxDyn(&[])]).collect();
        one(match n[..] {
            [stop] => bm::arange(stop),
            [start, stop] => bm::arange((start, stop)),
            [start, stop, step] => bm::arange((start, stop, step)),
            _ => return unsupported("arange without numbers"),
        }
        .into_dyn())
    })
}

fn matrix(c: &Call, n: usize, m: usize, k: isize) -> Outcome {
    let dtype = c.dtype(9)?.unwrap_or(DType::F64);
    typed_matrix!(dtype, eye_offset(n, m, k))
}

/// Start, stop, count and whether the end is included.
fn spaced(c: &Call) -> Result<(f64, f64, usize, Endpoint), Stop> {
    let (start, stop) = (
        c.float(0, "start")?.unwrap_or(0.0),
        c.float(1, "stop")?.unwrap_or(1.0),
    );
    let count = c.integer(2, "num")?.unwrap_or(50);
    let Ok(count) = usize::try_from(count) else {
        return Err(Stop::Refused(
            "a negative number of points is no usize".into(),
        ));
    };
    let open = matches!(c.get(3, "endpoint"), Some(Value::Bool(false)));
    Ok((
        start,
        stop,
        count,
        if open {
            Endpoint::Excluded
        } else {
            Endpoint::Included
        },
    ))
}

/// The result in the type that `dtype` asks for.
fn as_asked(c: &Call, result: impl Into<Array>) -> Outcome {
    let result = result.into();
    one(match c.dtype(9)? {
        // NumPy rounds down.
        Some(dtype @ (DType::I32 | DType::I64)) => {
            on!(float, result, |x| Ok(Array::from(bm::floor(x))))?.cast(dtype)
        }
        Some(dtype) => result.cast(dtype),
        None => result,
    })
}

/// The array that the `_like` functions follow, in the type and the shape that the options ask for.
fn model(c: &Call, place: usize) -> Result<Array, Stop> {
    c.only(&["dtype", "shape"])?;
    let x = c.array(0)?;
    let x = match c.dtype(place)? {
        Some(dtype) => x.cast(dtype),
        None => x,
    };
    match c.integers(9, "shape")? {
        None => Ok(x),
        Some(lengths) => on!(all, x, |x| {
            let element = x.first().copied().unwrap_or_default();
            Ok(Array::from(bm::full(&lengths[..], element)))
        }),
    }
}

fn array(c: &Call) -> Outcome {
    c.only(&["dtype", "ndmin", "copy"])?;
    let mut x = match c.arguments.first() {
        Some(Value::List(list)) => on!(all, unify(&list.iter().collect::<Vec<_>>())?, |[rows]| {
            Ok(Array::from(bm::stack(&rows, 0)))
        })?,
        _ => c.array(0)?,
    };
    if let Some(dtype) = c.dtype(1)? {
        x = x.cast(dtype);
    }
    let least = c.integer(9, "ndmin")?.unwrap_or(0) as usize;
    let mut lengths: Vec<isize> = x.shape().iter().map(|&n| n as isize).collect();
    while lengths.len() < least {
        lengths.insert(0, 1);
    }
    on!(all, x, |x| one(bm::reshape(bm::array(x), lengths.clone())))
}

fn diagonal(c: &Call) -> Outcome {
    c.only(&["offset", "axis1", "axis2"])?;
    let offset = c.integer(1, "offset")?.unwrap_or(0) as isize;
    let (a, b) = (
        c.integer(2, "axis1")?.unwrap_or(0),
        c.integer(3, "axis2")?.unwrap_or(1),
    );
    on!(all, c.array(0)?, |x| one(bm::diagonal_axes(
        x, offset, a, b
    )))
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    rows.push(("zeros", |c| {
        typed!(c.dtype(1)?.unwrap_or(DType::F64), zeros(shape(c, 0)?))
    }));
    rows.push(("ones", |c| {
        typed!(c.dtype(1)?.unwrap_or(DType::F64), ones(shape(c, 0)?))
    }));
    rows.push(("full", |c| {
        let value = match c.dtype(2)? {
            Some(dtype) => c.array(1)?.cast(dtype),
            None => c.array(1)?,
        };
        let shape = shape(c, 0)?;
        on!(all, value, |value| one(bm::full(shape.clone(), value)))
    }));
    rows.push(("zeros_like", |c| {
        on!(all, model(c, 1)?, |x| one(bm::zeros_like(x)))
    }));
    rows.push(("ones_like", |c| {
        on!(all, model(c, 1)?, |x| one(bm::ones_like(x)))
    }));
    // What an empty array holds is anything, so only its type and shape are tested.
    rows.push(("empty_like", |c| {
        on!(all, model(c, 1)?, |x| one(bm::empty_like(x)))
    }));
    rows.push(("empty", |c| {
        typed!(c.dtype(1)?.unwrap_or(DType::F64), empty(shape(c, 0)?))
    }));
    rows.push(("full_like", |c| {
        let x = model(c, 2)?;
        let value = match &c.arguments[1] {
            // NumPy casts the value; Rust's user writes it in the type wanted.
            value @ (Value::Bool(_) | Value::Integer(_) | Value::Float(_)) => {
                strong(value)?.cast(x.dtype())
            }
            value => literal(value, x.dtype())?,
        };
        on!(all, [x, value], |x, value| one(bm::full_like(x, value)))
    }));
    rows.push(("arange", arange));
    rows.push(("linspace", |c| {
        c.only(&["endpoint", "num", "dtype"])?;
        let (start, stop, count, endpoint) = spaced(c)?;
        as_asked(
            c,
            bm::linspace_endpoint(start, stop, count, endpoint).into_dyn(),
        )
    }));
    rows.push(("logspace", |c| {
        c.only(&["endpoint", "num", "base", "dtype"])?;
        let (start, stop, count, endpoint) = spaced(c)?;
        let base = c.float(4, "base")?.unwrap_or(10.0);
        as_asked(
            c,
            bm::logspace_base(start, stop, count, endpoint, base).into_dyn(),
        )
    }));
    rows.push(("geomspace", |c| {
        c.only(&["endpoint", "num", "dtype"])?;
        let (start, stop, count, endpoint) = spaced(c)?;
        as_asked(
            c,
            bm::geomspace_endpoint(start, stop, count, endpoint).into_dyn(),
        )
    }));
    rows.push(("eye", |c| {
        let n = c.count(0, "N")?.unwrap_or(0);
        let m = c.count(1, "M")?.unwrap_or(n);
        matrix(c, n, m, c.integer(2, "k")?.unwrap_or(0) as isize)
    }));
    rows.push(("identity", |c| {
        let n = c.count(0, "n")?.unwrap_or(0);
        matrix(c, n, n, 0)
    }));
    rows.push(("tri", |c| {
        let n = c.count(0, "N")?.unwrap_or(0);
        let m = c.count(1, "M")?.unwrap_or(n);
        let k = c.integer(2, "k")?.unwrap_or(0) as isize;
        let dtype = c.dtype(9)?.unwrap_or(DType::F64);
        typed_matrix!(dtype, tri(n, m, k))
    }));
    rows.push(("tril", |c| {
        let k = c.integer(1, "k")?.unwrap_or(0) as isize;
        on!(all, c.array(0)?, |x| one(bm::tril(x, k)))
    }));
    rows.push(("triu", |c| {
        let k = c.integer(1, "k")?.unwrap_or(0) as isize;
        on!(all, c.array(0)?, |x| one(bm::triu(x, k)))
    }));
    rows.push(("diag", |c| {
        let k = c.integer(1, "k")?.unwrap_or(0) as isize;
        on!(all, c.array(0)?, |x| one(bm::diag(x, k)))
    }));
    rows.push(("diagflat", |c| {
        let k = c.integer(1, "k")?.unwrap_or(0) as isize;
        on!(all, c.array(0)?, |x| one(bm::diagflat(x, k).into_dyn()))
    }));
    rows.push(("diagonal", diagonal));
    rows.push(("trace", |c| {
        c.only(&["offset", "axis1", "axis2", "dtype"])?;
        let offset = c.integer(1, "offset")?.unwrap_or(0) as isize;
        let (a, b) = (
            c.integer(2, "axis1")?.unwrap_or(0),
            c.integer(3, "axis2")?.unwrap_or(1),
        );
        let x = c.array(0)?;
        let x = match c.dtype(4)? {
            Some(dtype) => x.cast(dtype),
            None => x,
        };
        on!(all, x, |x| one(bm::trace_axes(x, offset, a, b)))
    }));
    rows.push(("meshgrid", |c| {
        c.only(&["indexing", "sparse"])?;
        let indexing = if c.text(9, "indexing") == Some("ij") {
            Indexing::Ij
        } else {
            Indexing::Xy
        };
        let sparse = c.flag(9, "sparse");
        on!(all, unify(&c.list(0)?)?, |[vectors]| many(if sparse {
            bm::meshgrid_sparse(&vectors, indexing)
        } else {
            bm::meshgrid_indexing(&vectors, indexing)
        }))
    }));
    rows.push(("indices", |c| {
        c.only(&["dtype", "sparse"])?;
        let lengths = shape(c, 0)?;
        if c.flag(9, "sparse") {
            let axes: Vec<_> = lengths.iter().map(|&n| bm::arange(n as i64)).collect();
            return many(bm::meshgrid_sparse(&axes, Indexing::Ij));
        }
        let indices = Array::from(bm::indices(lengths));
        one(match c.dtype(1)? {
            Some(dtype) => indices.cast(dtype),
            None => indices,
        })
    }));
    rows.push(("vander", |c| {
        let columns = c.integer(1, "N")?;
        let powers = if c.flag(2, "increasing") {
            Powers::Increasing
        } else {
            Powers::Decreasing
        };
        on!(number, c.array(0)?, |x| one(bm::vander(
            x,
            columns.map_or(x.len(), |n| n as usize),
            powers
        )
        .into_dyn()))
    }));
    for name in [
        "array",
        "asarray",
        "asanyarray",
        "ascontiguousarray",
        "as_jax",
        "as_numpy",
    ] {
        rows.push((name, array));
    }
    rows.push(("copy", |c| on!(all, c.array(0)?, |x| one(bm::copy(x)))));
    rows.push(("astype", |c| match c.dtype(1)? {
        Some(dtype) => one(c.array(0)?.cast(dtype)),
        None => unsupported("astype without dtype"),
    }));
    rows
}
