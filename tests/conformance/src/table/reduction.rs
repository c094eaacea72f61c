//! Reductions and scans.

use brain_jit::bm::{self, DType};
use ndarray::ArrayD;

use super::Rows;
use crate::call::{Call, Outcome, Stop, literal, many, one, strong, unsupported};
use crate::on;
use crate::value::{Array, Value};

/// The axes of a reduction: none for all elements.
fn axes(c: &Call) -> Result<Option<Vec<isize>>, Stop> {
    c.integers(1, "axis")
}

/// The array after `dtype` and `where`, whose places get `fill`.
fn prepared(c: &Call, fill: f64) -> Result<Array, Stop> {
    let mut x = c.array(0)?;
    if let Some(dtype) = c.dtype(9)? {
        let count = matches!(c.function.as_str(), "sum" | "nansum") && dtype == DType::Bool;
        let whole = !matches!(c.function.as_str(), "sum" | "nansum" | "prod" | "nanprod")
            && matches!(dtype, DType::Bool | DType::I32 | DType::I64);
        if count || whole {
            return Err(Stop::NotApplicable(format!(
                "the {} of {dtype} has another type in Rust",
                c.function
            )));
        }
        x = x.cast(dtype);
    }
    if let Some(mask) = c.options.get("where") {
        let Array::Bool(mask) = strong(mask)? else {
            return unsupported("where that is no mask");
        };
        if fill.is_nan() && matches!(x.dtype(), DType::Bool | DType::I32 | DType::I64) {
            x = x.cast(DType::F64);
        }
        let fill = Array::from(fill).cast(x.dtype());
        x = on!(all, [x, fill], |x, fill| Ok(Array::from(bm::where_(
            &mask, x, fill
        ))))?;
    }
    Ok(x)
}

/// One call of the four forms of a reduction.
macro_rules! reduce {
    ($c:expr, $family:tt, $x:expr, $whole:ident $keepdims:ident $axis:ident $axis_keepdims:ident ($($p:expr),*)) => {{
        let keep = $c.flag(9, "keepdims");
        let axes = axes($c)?;
        on!($family, $x, |x| match (&axes, keep) {
            (None, false) => one(bm::$whole(x $(, $p)*)),
            (None, true) => one(bm::$keepdims(x $(, $p)*)),
            (Some(axes), false) => match axes[..] {
                [axis] => one(bm::$axis(x, axis $(, $p)*)),
                _ => one(bm::$axis(x, &axes[..] $(, $p)*)),
            },
            (Some(axes), true) => one(bm::$axis_keepdims(x, &axes[..] $(, $p)*)),
        })
    }};
}

macro_rules! reductions {
    ($rows:ident, $($family:tt $fill:expr, $name:literal: $whole:ident $keepdims:ident $axis:ident $axis_keepdims:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["axis", "keepdims", "dtype", "where", "initial"])?;
            let x = prepared(c, $fill)?;
            let result = reduce!(c, $family, x, $whole $keepdims $axis $axis_keepdims ())?;
            match c.options.get("initial") {
                None => Ok(result),
                Some(initial) => started($name, result, initial),
            }
        }));
    )*};
}

macro_rules! deviations {
    ($rows:ident, $($name:literal $nan:literal: $whole:ident $keepdims:ident $axis:ident $axis_keepdims:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["axis", "keepdims", "ddof", "correction", "dtype", "where"])?;
            let ddof = c.float(9, "ddof")?.or(c.float(9, "correction")?).unwrap_or(0.0);
            if c.options.contains_key("where") && !$nan {
                return match $name {
                    "std" => masked_std(c, ddof),
                    _ => masked_var(c, ddof),
                };
            }
            let x = prepared(c, f64::NAN)?;
            reduce!(c, all, x, $whole $keepdims $axis $axis_keepdims (ddof))
        }));
    )*};
}

fn masked_std(c: &Call, ddof: f64) -> Outcome {
    let x = prepared(c, f64::NAN)?;
    reduce!(c, all, x, nanstd_ddof nanstd_keepdims_ddof nanstd_axis_ddof nanstd_axis_keepdims_ddof (ddof))
}

fn masked_var(c: &Call, ddof: f64) -> Outcome {
    let x = prepared(c, f64::NAN)?;
    reduce!(c, all, x, nanvar_ddof nanvar_keepdims_ddof nanvar_axis_ddof nanvar_axis_keepdims_ddof (ddof))
}

/// A result with an initial value taken in.
fn started(name: &str, result: Vec<crate::call::Output>, initial: &Value) -> Outcome {
    let Some(crate::call::Output::Array(result)) = result.into_iter().next() else {
        return unsupported("initial without a result");
    };
    let initial = literal(initial, result.dtype())?;
    on!(all, [result, initial], |x, y| match name {
        "sum" | "nansum" => one(bm::add(x, y)),
        "prod" | "nanprod" => one(bm::multiply(x, y)),
        "max" | "amax" | "nanmax" => one(bm::maximum(x, y)),
        _ => one(bm::minimum(x, y)),
    })
}

/// `max` and `min` with an initial value, which may stand for an empty axis or masked elements.
fn extreme(c: &Call, largest: bool, nan: bool) -> Outcome {
    c.only(&["axis", "keepdims", "initial", "where"])?;
    let mut x = c.array(0)?;
    if let Some(initial) = c.options.get("initial") {
        let initial = literal(initial, x.dtype())?;
        if let Some(mask) = c.options.get("where") {
            let Array::Bool(mask) = strong(mask)? else {
                return unsupported("where that is no mask");
            };
            x = on!(all, [x, initial.clone()], |x, fill| Ok(Array::from(
                bm::where_(&mask, x, fill)
            )))?;
        }
        // One more slice of initial values along each reduced axis.
        let rank = x.shape().len() as isize;
        let axes = axes(c)?.unwrap_or_else(|| (0..rank).collect());
        x = on!(all, [x, initial], |x, initial| {
            let mut x: ArrayD<_> = x.clone();
            for axis in axes {
                let mut shape = x.shape().to_vec();
                let place = if axis < 0 { axis + rank } else { axis };
                if let Some(n) = shape.get_mut(place as usize) {
                    *n = 1;
                    let slice = bm::full(&shape[..], initial);
                    x = bm::concatenate(&[x, slice], axis);
                }
            }
            Ok(Array::from(x))
        })?;
    } else if c.options.contains_key("where") {
        return Err(Stop::Refused(
            "masked elements need an initial value in their place".into(),
        ));
    }
    match (largest, nan) {
        (true, false) => reduce!(c, all, x, max max_keepdims max_axis max_axis_keepdims ()),
        (false, false) => reduce!(c, all, x, min min_keepdims min_axis min_axis_keepdims ()),
        (true, true) => {
            reduce!(c, all, x, nanmax nanmax_keepdims nanmax_axis nanmax_axis_keepdims ())
        }
        (false, true) => {
            reduce!(c, all, x, nanmin nanmin_keepdims nanmin_axis nanmin_axis_keepdims ())
        }
    }
}

macro_rules! scans {
    ($rows:ident, $($name:literal: $whole:ident $axis:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["axis", "dtype"])?;
            let mut x = c.array(0)?;
            if let Some(dtype) = c.dtype(2)? {
                if dtype == DType::Bool && $name.ends_with("sum") {
                    return Err(Stop::NotApplicable("sums of bool are counts in Rust".into()));
                }
                x = x.cast(dtype);
            }
            let axis = c.integer(1, "axis")?;
            on!(all, x, |x| match axis {
                None => one(bm::$whole(x).into_dyn()),
                Some(axis) => one(bm::$axis(x, axis)),
            })
        }));
    )*};
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    reductions! { rows,
        all 0.0, "sum": sum sum_keepdims sum_axis sum_axis_keepdims;
        all 1.0, "prod": prod prod_keepdims prod_axis prod_axis_keepdims;
        all 0.0, "nansum": nansum nansum_keepdims nansum_axis nansum_axis_keepdims;
        all 1.0, "nanprod": nanprod nanprod_keepdims nanprod_axis nanprod_axis_keepdims;
        number 0.0, "ptp": ptp ptp_keepdims ptp_axis ptp_axis_keepdims;
        all 1.0, "all": all all_keepdims all_axis all_axis_keepdims;
        all 0.0, "any": any any_keepdims any_axis any_axis_keepdims;
        all 0.0, "count_nonzero": count_nonzero count_nonzero_keepdims count_nonzero_axis count_nonzero_axis_keepdims;
        all 0.0, "argmax": argmax argmax_keepdims argmax_axis argmax_axis_keepdims;
        all 0.0, "argmin": argmin argmin_keepdims argmin_axis argmin_axis_keepdims;
        all 0.0, "nanargmax": nanargmax nanargmax_keepdims nanargmax_axis nanargmax_axis_keepdims;
        all 0.0, "nanargmin": nanargmin nanargmin_keepdims nanargmin_axis nanargmin_axis_keepdims;
        all f64::NAN, "nanmean": nanmean nanmean_keepdims nanmean_axis nanmean_axis_keepdims;
        rational 0.0, "median": median median_keepdims median_axis median_axis_keepdims;
        rational f64::NAN, "nanmedian": nanmedian nanmedian_keepdims nanmedian_axis nanmedian_axis_keepdims;
        rational 0.0, "reduce_logsumexp": logsumexp logsumexp_keepdims logsumexp_axis logsumexp_axis_keepdims;
        rational 0.0, "logsumexp": logsumexp logsumexp_keepdims logsumexp_axis logsumexp_axis_keepdims;
        all 0.0, "reduce_euclidean_norm": reduce_euclidean_norm reduce_euclidean_norm_keepdims
            reduce_euclidean_norm_axis reduce_euclidean_norm_axis_keepdims;
    }
    deviations! { rows,
        "var" false: var_ddof var_keepdims_ddof var_axis_ddof var_axis_keepdims_ddof;
        "std" false: std_ddof std_keepdims_ddof std_axis_ddof std_axis_keepdims_ddof;
        "nanvar" true: nanvar_ddof nanvar_keepdims_ddof nanvar_axis_ddof nanvar_axis_keepdims_ddof;
        "nanstd" true: nanstd_ddof nanstd_keepdims_ddof nanstd_axis_ddof nanstd_axis_keepdims_ddof;
    }
    scans! { rows,
        "cumsum": cumsum cumsum_axis;
        "cumprod": cumprod cumprod_axis;
        "nancumsum": nancumsum nancumsum_axis;
        "nancumprod": nancumprod nancumprod_axis;
    }
    rows.push(("max", |c| extreme(c, true, false)));
    rows.push(("amax", |c| extreme(c, true, false)));
    rows.push(("min", |c| extreme(c, false, false)));
    rows.push(("amin", |c| extreme(c, false, false)));
    rows.push(("nanmax", |c| extreme(c, true, true)));
    rows.push(("nanmin", |c| extreme(c, false, true)));
    for (plain, alias) in [
        ("sum", "reduce_sum"),
        ("prod", "reduce_prod"),
        ("max", "reduce_max"),
        ("min", "reduce_min"),
        ("all", "reduce_all"),
        ("any", "reduce_any"),
        ("std", "reduce_std"),
        ("var", "reduce_variance"),
    ] {
        let function = rows
            .iter()
            .find(|row| row.0 == plain)
            .expect("it is above")
            .1;
        rows.push((alias, function));
    }
    rows.push(("mean", mean));
    rows.push(("reduce_mean", mean));
    rows.push(("average", |c| match c.options.get("weights") {
        None => mean(c),
        Some(weights) => {
            c.only(&["axis", "weights", "keepdims"])?;
            let pair = crate::call::unify(&[&c.arguments[0], weights])?;
            let axis = c.integer(1, "axis")?;
            let keep = c.flag(9, "keepdims");
            on!(all, pair, |x, weights| match axis {
                None if keep => one(bm::reshape(
                    ndarray::arr0(bm::average(x, weights)),
                    vec![1; x.ndim()]
                )),
                None => one(bm::average(x, weights)),
                Some(axis) if keep =>
                    one(bm::expand_dims(bm::average_axis(x, axis, weights), axis)),
                Some(axis) => one(bm::average_axis(x, axis, weights)),
            })
        }
    }));
    rows.push(("diff", |c| {
        c.only(&["n", "axis", "prepend", "append"])?;
        let n = c.count(1, "n")?.unwrap_or(1);
        let axis = c.integer(2, "axis")?.unwrap_or(-1);
        let x = c.array(0)?;
        let end = |name: &str| {
            c.options
                .get(name)
                .map(|value| literal(value, x.dtype()))
                .transpose()
        };
        let (before, after) = (end("prepend")?, end("append")?);
        on!(all, x, |x| {
            // An absent end is an empty slice of the array itself.
            let same = |end: &Option<Array>| end.as_ref().map(|end| typed(x, end)).transpose();
            one(bm::diff_ends(x, n, axis, same(&before)?, same(&after)?))
        })
    }));
    rows.push(("ediff1d", |c| {
        c.only(&["to_begin", "to_end"])?;
        let differences: Array = on!(all, c.array(0)?, |x| Ok(bm::ediff1d(x).into_dyn().into()))?;
        let end = |name: &str| {
            c.get(9, name)
                .map(|value| literal(value, differences.dtype()))
                .transpose()
        };
        let mut parts = Vec::new();
        parts.extend(end("to_begin")?);
        parts.push(differences.clone());
        parts.extend(end("to_end")?);
        on!(all, parts, |[parts]| {
            let parts: Vec<_> = parts.into_iter().map(bm::ravel).collect();
            one(bm::concatenate(&parts, 0).into_dyn())
        })
    }));
    rows.push(("gradient", |c| {
        c.only(&["axis"])?;
        let x = match c.array(0)? {
            x if matches!(x.dtype(), DType::I32 | DType::I64 | DType::Bool) => x.cast(DType::F64),
            x => x,
        };
        // One distance for all axes, or one for each.
        let mut spacings = (1..c.arguments.len())
            .map(|place| c.float(place, "spacing").map(|s| s.unwrap_or(1.0)))
            .collect::<Result<Vec<f64>, Stop>>()?;
        let rank = x.shape().len() as isize;
        let axes = c
            .integers(9, "axis")?
            .unwrap_or_else(|| (0..rank).collect());
        if spacings.len() < 2 {
            spacings = vec![spacings.first().copied().unwrap_or(1.0); axes.len()];
        }
        if spacings.len() != axes.len() {
            return Err(Stop::Refused("a distance for each axis".into()));
        }
        let mut slopes = Vec::new();
        for (axis, spacing) in axes.into_iter().zip(spacings) {
            let spacing = literal(&Value::Float(spacing), x.dtype())?;
            slopes.push(on!(inexact, [x.clone(), spacing], |x, spacing| Ok(
                Array::from(bm::gradient_axis(x, spacing[ndarray::IxDyn(&[])], axis))
            ))?);
        }
        many(slopes)
    }));
    rows
}

/// An array known to have the element type of another.
fn typed<T: 'static + Clone>(_: &ArrayD<T>, array: &Array) -> Result<ArrayD<T>, Stop> {
    crate::each!(array, |array| {
        match (array as &dyn std::any::Any).downcast_ref::<ArrayD<T>>() {
            Some(array) => Ok(array.clone()),
            None => unsupported("an end of another type"),
        }
    })
}

fn mean(c: &Call) -> Outcome {
    c.only(&["axis", "keepdims", "dtype", "where"])?;
    let x = c.array(0)?;
    if c.options.contains_key("where") {
        let x = prepared(c, f64::NAN)?;
        return reduce!(c, all, x, nanmean nanmean_keepdims nanmean_axis nanmean_axis_keepdims ());
    }
    let x = if c.options.contains_key("dtype") {
        prepared(c, f64::NAN)?
    } else {
        x
    };
    reduce!(c, all, x, mean mean_keepdims mean_axis mean_axis_keepdims ())
}
