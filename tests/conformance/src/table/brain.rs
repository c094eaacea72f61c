//! BrainPy's own: segments, synapses, sparse products and events, losses.

use brain_jit::bm::{self, DType};
use brain_jit::bm::{event, losses, sparse};
use ndarray::ArrayD;

use super::Rows;
use crate::call::{Call, Outcome, Stop, integers, one, unsupported};
use crate::on;
use crate::value::{Array, Value};

/// An index argument.
fn indices(c: &Call, place: usize) -> Result<ArrayD<i64>, Stop> {
    match c.array(place)?.cast(DType::I64) {
        Array::I64(indices) => Ok(indices),
        _ => unreachable!("it was cast"),
    }
}

/// A number of segments or neurons.
fn count(c: &Call, place: usize, name: &str) -> Result<usize, Stop> {
    match c.integer(place, name)? {
        Some(n) => Ok(n as usize),
        None => unsupported(format!("{} without {name}", c.function)),
    }
}

macro_rules! segments {
    ($rows:ident, $family:ident: $($name:ident $unsorted:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&["num_segments"])?;
            let ids = indices(c, 1)?;
            match c.get(2, "num_segments") {
                None => on!($family, c.array(0)?, |x| one(bm::$name(x, &ids))),
                Some(_) => {
                    let n = count(c, 2, "num_segments")?;
                    on!($family, c.array(0)?, |x| one(bm::$unsorted(x, &ids, n)))
                }
            }
        }));
        $rows.push((stringify!($unsorted), |c: &Call| {
            c.only(&["num_segments"])?;
            let (ids, n) = (indices(c, 1)?, count(c, 2, "num_segments")?);
            on!($family, c.array(0)?, |x| one(bm::$unsorted(x, &ids, n)))
        }));
    )*};
}

macro_rules! syn2post {
    ($rows:ident, $family:ident: $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&["post_num"])?;
            let (ids, n) = (indices(c, 1)?, count(c, 2, "post_num")?);
            on!($family, c.array(0)?, |x| one(bm::$name(x, &ids, n)))
        }));
    )*};
}

macro_rules! pre2post {
    ($rows:ident, $family:ident: $($name:ident)*) => {$(
        $rows.push((stringify!($name), |c: &Call| {
            c.only(&["post_num"])?;
            let (n, post, pre) = (count(c, 1, "post_num")?, indices(c, 2)?, indices(c, 3)?);
            on!($family, c.array(0)?, |x| one(bm::$name(x, n, &post, &pre)))
        }));
    )*};
}

fn shape(c: &Call) -> Result<(usize, usize), Stop> {
    match c.get(9, "shape").map(integers) {
        Some(Ok(shape)) if shape.len() == 2 => Ok((shape[0] as usize, shape[1] as usize)),
        _ => unsupported(format!("{} without shape", c.function)),
    }
}

/// Products of a matrix and a dense factor of its element type, or of its transposed.
macro_rules! sparse {
    ($($name:ident $transposed:ident)*) => {$(
        fn $name(c: &Call) -> Outcome {
            c.only(&["shape", "transpose"])?;
            let (columns, starts, shape) = (indices(c, 1)?, indices(c, 2)?, shape(c)?);
            on!(float, c.same(&[0, 3])?, |data, x| if c.flag(9, "transpose") {
                one(sparse::$transposed(data, &columns, &starts, x, shape).into_dyn())
            } else {
                one(sparse::$name(data, &columns, &starts, x, shape).into_dyn())
            })
        }
    )*};
}
sparse! { csrmv csrmv_transpose csrmm csrmm_transpose }

/// The same with events; a number that is not 0 is one.
macro_rules! events {
    ($($name:ident: $function:ident $transposed:ident;)*) => {$(
        fn $name(c: &Call) -> Outcome {
            c.only(&["shape", "transpose"])?;
            let (columns, starts, shape) = (indices(c, 1)?, indices(c, 2)?, shape(c)?);
            let Array::Bool(x) = c.array(3)?.cast(DType::Bool) else { unreachable!("it was cast") };
            on!(float, c.array(0)?, |data| if c.flag(9, "transpose") {
                one(event::$transposed(data, &columns, &starts, &x, shape).into_dyn())
            } else {
                one(event::$function(data, &columns, &starts, &x, shape).into_dyn())
            })
        }
    )*};
}
events! {
    event_vector: csrmv csrmv_transpose;
    event_matrix: csrmm csrmm_transpose;
}

fn csr_to_dense(c: &Call) -> Outcome {
    c.only(&["shape"])?;
    let (columns, starts, shape) = (indices(c, 1)?, indices(c, 2)?, shape(c)?);
    on!(float, c.array(0)?, |data| {
        one(sparse::csr_to_dense(data, &columns, &starts, shape).into_dyn())
    })
}

macro_rules! losses {
    ($rows:ident, $($name:ident)*) => {$(
        $rows.push((concat!("losses.", stringify!($name)), |c: &Call| {
            c.only(&[])?;
            on!(float, c.same(&[0, 1])?, |x, y| one(losses::$name(x, y)))
        }));
    )*};
}

fn huber_loss(c: &Call) -> Outcome {
    c.only(&["delta"])?;
    let delta = c.float(2, "delta")?.unwrap_or(1.0);
    match c.same(&[0, 1])?.as_slice() {
        [Array::F32(x), Array::F32(y)] => one(losses::huber_loss(x, y, delta as f32)),
        [Array::F64(x), Array::F64(y)] => one(losses::huber_loss(x, y, delta)),
        _ => unsupported("huber_loss of integers"),
    }
}

/// Losses of classes, given by number or by probabilities.
fn cross_entropy_loss(c: &Call) -> Outcome {
    c.only(&[])?;
    match c.arguments.get(1) {
        Some(Value::Array(Array::I32(_) | Array::I64(_))) => {
            let classes = indices(c, 1)?;
            on!(float, c.array(0)?, |x| one(losses::cross_entropy_loss(
                x, &classes
            )))
        }
        _ => on!(float, c.same(&[0, 1])?, |x, y| one(
            losses::cross_entropy_loss(x, y)
        )),
    }
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    segments! { rows, number: segment_sum unsorted_segment_sum segment_prod unsorted_segment_prod }
    segments! { rows, real: segment_max unsorted_segment_max segment_min unsorted_segment_min
    segment_mean unsorted_segment_mean segment_sqrt_n unsorted_segment_sqrt_n }
    syn2post! { rows, number: syn2post syn2post_sum syn2post_prod }
    syn2post! { rows, real: syn2post_max syn2post_min syn2post_mean syn2post_softmax }
    pre2post! { rows, number: pre2post_sum pre2post_prod }
    pre2post! { rows, real: pre2post_max pre2post_min pre2post_mean }
    losses! { rows, mean_squared_error mean_absolute_error mean_squared_log_error l1_loss l2_loss log_cosh_loss
    softmax_cross_entropy sigmoid_binary_cross_entropy cross_entropy_sigmoid binary_logistic_loss }
    rows.push(("pre2syn", |c| {
        c.only(&[])?;
        let ids = indices(c, 1)?;
        on!(all, c.array(0)?, |x| one(bm::pre2syn(x, &ids)))
    }));
    rows.push(("losses.huber_loss", huber_loss));
    rows.push(("losses.cross_entropy_loss", cross_entropy_loss));
    rows.push(("sparse.csrmv", csrmv));
    rows.push(("sparse.csrmm", csrmm));
    rows.push(("sparse.csr_to_dense", csr_to_dense));
    rows.push(("event.csrmv", event_vector));
    rows.push(("event.csrmm", event_matrix));
    rows
}
