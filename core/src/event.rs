//! Products of sparse matrices with events: `bool` arrays, or numbers of which those that are not 0 are events.
//!
//! The weight of a synapse counts once an event, whatever the event's number. [`matvec`] takes dense matrices, [`crate::jitconn`] random
//! ones that are not kept. With the transposed matrix, which stands for
//! spikes of the presynaptic neurons of a matrix with a row a presynaptic neuron, only the rows of neurons that spike are read.
//! The parts of a matrix are those of [`crate::sparse`].
//!
//! ```
//! use brain_jit::{bm, prelude::*};
//! // Neuron 0 projects to 1 and 2, neuron 1 to 2.
//! let (indices, indptr) = (array![1, 2, 2], array![0, 2, 3]);
//! let spikes = array![true, false];
//! let current = bm::event::csrmv_transpose(0.5, &indices, &indptr, &spikes, (2, 3));
//! assert_eq!(current, array![0.0, 0.5, 0.5]);
//! ```

use ndarray::{Array1, Array2, ArrayRef1, Ix2, s};

use crate::array::number::{Integer, Number};
use crate::array::operand::{Operand, dynamic};
use crate::kernel::parallel::{for_parts, sharing};
use crate::sparse::{Csr, Events};

/// For each row of a matrix of this shape, the sum of the weights of its columns with an event.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or there is not one event a column.
pub fn csrmv<T: Number, I: Integer, J: Integer, E: Number>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    events: impl Operand<E>,
    shape: (usize, usize),
) -> Array1<T> {
    Csr::new("event::csrmv", &data, &indices, &indptr, shape).vector::<E, Events, _>(&events)
}

/// For each column of a matrix of this shape, the sum of the weights of its rows with an event.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or there is not one event a row.
pub fn csrmv_transpose<T: Number, I: Integer, J: Integer, E: Number>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    events: impl Operand<E>,
    shape: (usize, usize),
) -> Array1<T> {
    Csr::new("event::csrmv_transpose", &data, &indices, &indptr, shape)
        .transposed_vector::<E, Events, _>(&events)
}

/// [`csrmv`] with each column of a matrix of events.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or the events have not one row a column of it.
pub fn csrmm<T: Number, I: Integer, J: Integer, E: Number>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    events: impl Operand<E>,
    shape: (usize, usize),
) -> Array2<T> {
    Csr::new("event::csrmm", &data, &indices, &indptr, shape).matrix::<E, Events, _>(&events, false)
}

/// [`csrmv_transpose`] with each column of a matrix of events.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or the events have not one row a row of it.
pub fn csrmm_transpose<T: Number, I: Integer, J: Integer, E: Number>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    events: impl Operand<E>,
    shape: (usize, usize),
) -> Array2<T> {
    Csr::new("event::csrmm_transpose", &data, &indices, &indptr, shape)
        .matrix::<E, Events, _>(&events, true)
}

/// How many sums a thread takes at a time.
const SUMS: usize = 64;

/// The indices of the events.
///
/// # Panics
/// Unless there are `length` of them.
fn listed<E: Number>(
    function: &str,
    events: &impl Operand<E>,
    shape: (usize, usize),
    length: usize,
) -> Vec<usize> {
    let events = dynamic(events);
    if events.ndim() != 1 || events.len() != length {
        panic!(
            "bm::event::{function}: a matrix of shape {shape:?} with events of shape {:?}, not of length {length}",
            events.shape()
        );
    }
    let listed = events.iter().enumerate().filter(|(_, e)| e.is_true());
    listed.map(|(index, _)| index).collect()
}

/// For each row of a dense matrix, the sum of its elements in the columns with an event.
///
/// ```
/// use brain_jit::{event, prelude::*};
/// let weights = array![[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]];
/// assert_eq!(event::matvec(&weights, array![true, false, true]), array![5.0, 40.0]);
/// assert_eq!(event::matvec_transpose(&weights, array![false, true]), array![8.0, 16.0, 32.0]);
/// ```
///
/// # Panics
/// If there is not one event a column.
pub fn matvec<T: Number, E: Number>(
    matrix: impl Operand<T, Dim = Ix2>,
    events: impl Operand<E>,
) -> Array1<T> {
    let matrix = matrix.view();
    let events = listed("matvec", &events, matrix.dim(), matrix.ncols());
    let mut out = vec![T::ZERO; matrix.nrows()];
    let shared = sharing(out.len().saturating_mul(events.len()), 1);
    for_parts(&mut out, SUMS, shared, &|part, sums| {
        for (k, sum) in sums.iter_mut().enumerate() {
            let row = matrix.row(part * SUMS + k);
            *sum = events.iter().fold(T::ZERO, |sum, &j| sum.plus(row[j]));
        }
    });
    out.into()
}

/// For each column of a dense matrix, the sum of its elements in the rows with an event: with a row a presynaptic neuron, what its spikes
/// bring to the postsynaptic ones. Other rows are not read.
///
/// # Panics
/// If there is not one event a row.
pub fn matvec_transpose<T: Number, E: Number>(
    matrix: impl Operand<T, Dim = Ix2>,
    events: impl Operand<E>,
) -> Array1<T> {
    let matrix = matrix.view();
    let events = listed("matvec_transpose", &events, matrix.dim(), matrix.nrows());
    let mut out = vec![T::ZERO; matrix.ncols()];
    let shared = sharing(out.len().saturating_mul(events.len()), 1);
    for_parts(&mut out, SUMS, shared, &|part, sums| {
        let columns = part * SUMS..part * SUMS + sums.len();
        for &i in &events {
            let row = matrix.slice(s![i, columns.clone()]);
            for (sum, &weight) in sums.iter_mut().zip(row) {
                *sum = sum.plus(weight);
            }
        }
    });
    out.into()
}

/// For each of `post_num` neurons, the sum of the weights of the synapses whose presynaptic neuron has an event. `pre2post` are
/// the synapses of each presynaptic neuron: the postsynaptic ones, and where those of each presynaptic one begin.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let (indices, indptr) = (array![1, 2, 2], array![0, 2, 3]);
/// let current = bm::pre2post_event_sum(array![true, true], (&indices, &indptr), 3, 1.0);
/// assert_eq!(current, array![0.0, 1.0, 2.0]);
/// ```
///
/// # Panics
/// If the synapses do not belong to as many neurons as there are events, or to a postsynaptic neuron out of range.
pub fn pre2post_event_sum<T: Number, I: Integer, J: Integer, E: Number, X: Operand<E>>(
    events: X,
    (indices, indptr): (impl Operand<I>, impl Operand<J>),
    post_num: usize,
    values: impl Operand<T>,
) -> Array1<T> {
    let shape = (events.view().len(), post_num);
    Csr::new("pre2post_event_sum", &values, &indices, &indptr, shape)
        .transposed_vector::<E, Events, _>(&events)
}

/// Writes the indices of the events into `list`, in ascending order. For a
/// contiguous array it takes little more than reading the array.
///
/// ```
/// use brain_jit::{event, prelude::*};
/// let mut list = Vec::new();
/// event::list_into(&array![false, true, true], &mut list);
/// assert_eq!(list, [1, 2]);
/// ```
///
/// # Panics
/// If indices need more than 32 bits.
pub fn list_into(events: &ArrayRef1<bool>, list: &mut Vec<u32>) {
    list.clear();
    assert!(
        u32::try_from(events.len()).is_ok(),
        "event::list_into: too many elements, {}",
        events.len()
    );
    let Some(events) = events.as_slice() else {
        let indices = (0..).zip(events).filter(|(_, event)| **event);
        return list.extend(indices.map(|(index, _)| index));
    };
    // Few are true, so most groups are passed over.
    let (groups, rest) = events.as_chunks::<64>();
    for (start, group) in (0..).step_by(64).zip(groups) {
        if group.iter().fold(false, |any, &event| any | event) {
            list_bytes(start, group, list);
        }
    }
    list_bytes((events.len() - rest.len()) as u32, rest, list);
}

/// Appends the indices of events, which are counted from `start`, eight at a time.
fn list_bytes(start: u32, events: &[bool], list: &mut Vec<u32>) {
    let (groups, rest) = events.as_chunks::<8>();
    for (start, group) in (start..).step_by(8).zip(groups) {
        let mut bytes = u64::from_le_bytes(group.map(u8::from));
        while bytes != 0 {
            list.push(start + bytes.trailing_zeros() / 8);
            bytes &= bytes - 1;
        }
    }
    let indices = (start + 8 * groups.len() as u32..).zip(rest);
    list.extend(indices.filter(|(_, event)| **event).map(|(index, _)| index));
}
