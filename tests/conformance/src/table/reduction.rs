//! Reductions and scans.

use brain_jit::bm::{self, DType};
use ndarray::ArrayD;

use super::Rows;
use crate::call::{Call, Outcome, Stop, literal, many, one, strong, unsupported};
use crate::value::{Array, Value};
use crate::on;

/// The axes of a reduction: none for all elements.
fn axes(c: &Call) -> Result<Option<Vec<isize>>, Stop> {
    c.integers(1, "axis")
}

/// The array after `dtype` and `where`, whose places get `fill`.
fn prepared(c: &Call, fill: f64) -> Result<Array, Stop> {
    let mut x = c.array(0)?;
    if let Some(dtype) = c.dtype(9)? {
        x = x.cast(dtype);
    }
    if let Some(mask) = c.options.get("where") {
        let Array::Bool(mask) = strong(mask)? else { return unsupported("where that is no mask") };
        if fill.is_nan() && !matches!(x.dtype(), DType::F32 | DType::F64) {
            x = x.cast(DType::F64);
        }
        let fill = Array::from(fill).cast(x.dtype());
        x = on!(all, [x, fill], |x, fill| Ok(Array::from(bm::where_(&mask, x, fill))))?;
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
            c.only(&["axis", "keepdims", "ddof", "dtype", "where"])?;
            let ddof = c.float(9, "ddof")?.unwrap_or(0.0);
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
            let Array::Bool(mask) = strong(mask)? else { return unsupported("where that is no mask") };
            x = on!(all, [x, initial.clone()], |x, fill| Ok(Array::from(bm::where_(&mask, x, fill))))?;
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
        return unsupported("where without initial");
    }
    match (largest, nan) {
        (true, false) => reduce!(c, all, x, max max_keepdims max_axis max_axis_keepdims ()),
        (false, false) => reduce!(c, all, x, min min_keepdims min_axis min_axis_keepdims ()),
        (true, true) => reduce!(c, all, x, nanmax nanmax_keepdims nanmax_axis nanmax_axis_keepdims ()),
        (false, true) => reduce!(c, all, x, nanmin nanmin_keepdims nanmin_axis nanmin_axis_keepdims ()),
    }
}

macro_rules! scans {
    ($rows:ident, $($name:literal: $whole:ident $axis:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            c.only(&["axis", "dtype"])?;
            let mut x = c.array(0)?;
            if let Some(dtype) = c.dtype(2)? {
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
        let function = rows.iter().find(|row| row.0 == plain).expect("it is above").1;
        rows.push((alias, function));
    }
    rows.push(("mean", mean));
    rows.push(("reduce_mean", mean));
    rows.push(("average", |c| match c.options.get("weights") {
        None => mean(c),
        Some(weights) => {
            c.only(&["axis", "weights"])?;
            let pair = crate::call::unify(&[&c.arguments[0], weights])?;
            let axis = c.integer(1, "axis")?;
            on!(all, pair, |x, weights| match axis {
                None => one(bm::average(x, weights)),
                Some(axis) => one(bm::average_axis(x, axis, weights)),
            })
        }
    }));
    rows.push(("diff", |c| {
        c.only(&["n", "axis", "prepend", "append"])?;
        let n = c.integer(1, "n")?.unwrap_or(1) as usize;
        let axis = c.integer(2, "axis")?.unwrap_or(-1);
        let x = c.array(0)?;
        let end = |name: &str| c.options.get(name).map(|value| literal(value, x.dtype())).transpose();
        let (before, after) = (end("prepend")?, end("append")?);
        on!(all, x, |x| {
            // An absent end is an empty slice of the array itself.
            let same = |end: &Option<Array>| end.as_ref().map(|end| typed(x, end)).transpose();
            one(bm::diff_ends(x, n, axis, same(&before)?, same(&after)?))
        })
    }));
    rows.push(("ediff1d", |c| {
        c.only(&[])?;
        on!(all, c.array(0)?, |x| one(bm::ediff1d(x).into_dyn()))
    }));
    rows.push(("gradient", |c| {
        c.only(&["axis"])?;
        let spacing = c.float(1, "spacing")?.unwrap_or(1.0);
        match c.array(0)? {
            Array::F32(x) => slopes(&x, c, spacing as f32),
            other => match other.cast(DType::F64) {
                Array::F64(x) => slopes(&x, c, spacing),
                _ => unreachable!("it was cast"),
            },
        }
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

fn slopes<T>(x: &ArrayD<T>, c: &Call, spacing: T) -> Outcome
where
    T: brain_jit::array::number::Float,
    ArrayD<T>: Into<Array>,
{
    match c.integers(9, "axis")? {
        Some(axes) => many(axes.into_iter().map(|axis| bm::gradient_axis(x, spacing, axis))),
        None => many((0..x.ndim()).map(|axis| bm::gradient_axis(x, spacing, axis))),
    }
}

fn mean(c: &Call) -> Outcome {
    c.only(&["axis", "keepdims", "dtype", "where"])?;
    let x = c.array(0)?;
    if c.options.contains_key("where") {
        let x = prepared(c, f64::NAN)?;
        return reduce!(c, all, x, nanmean nanmean_keepdims nanmean_axis nanmean_axis_keepdims ());
    }
    let x = match c.dtype(2)? {
        Some(dtype) => x.cast(dtype),
        None => x,
    };
    reduce!(c, all, x, mean mean_keepdims mean_axis mean_axis_keepdims ())
}
