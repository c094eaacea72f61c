//! Memory that is written before it is read: results are not filled with zeros first.

use super::parallel::{Sharing, for_parts};
use std::mem::MaybeUninit;

/// Rows of a result that are written together, so that both sides of a transposition use whole cache lines.
const BAND: usize = 16;

/// A vector whose elements `write` makes in parts of `part` elements, on several threads as `sharing` says. `write` gets a part's number
/// and the part, and must write every element of it, as kernels do.
pub(crate) fn made_in_parts<T: Copy + Send>(
    len: usize,
    part: usize,
    sharing: Sharing,
    write: &(dyn Fn(usize, &mut [MaybeUninit<T>]) + Sync),
) -> Vec<T> {
    let mut elements: Vec<T> = Vec::with_capacity(len);
    for_parts(
        &mut elements.spare_capacity_mut()[..len],
        part.max(1),
        sharing,
        write,
    );
    // SAFETY: the parts make up the first `len` places, and each has been written.
    unsafe { elements.set_len(len) };
    elements
}

/// The first `len` elements as a vector, by a loop that belongs to the caller: that of `collect` may be a function of its own, which is
/// then not compiled for the caller's SIMD level.
#[inline(always)]
pub(crate) fn collected<T>(len: usize, elements: impl Iterator<Item = T>) -> Vec<T> {
    let mut results = Vec::with_capacity(len);
    let mut count = 0;
    for (place, element) in results.spare_capacity_mut()[..len].iter_mut().zip(elements) {
        place.write(element);
        count += 1;
    }
    // SAFETY: `count` places have been written.
    unsafe { results.set_len(count) };
    results
}

/// Writes `elements`, then `padding` up to the end.
#[cfg(feature = "fft")]
pub(crate) fn written<T: Copy>(
    out: &mut [MaybeUninit<T>],
    elements: impl Iterator<Item = T>,
    padding: T,
) -> &mut [T] {
    let mut count = 0;
    for (out, element) in out.iter_mut().zip(elements) {
        out.write(element);
        count += 1;
    }
    for out in &mut out[count..] {
        out.write(padding);
    }
    // SAFETY: both loops together have written every element.
    unsafe { out.assume_init_mut() }
}

/// A row-major matrix of `rows` rows, from what holds its columns: `column(j)` is column `j`.
pub(crate) fn from_columns<'a, T: Copy + Send + Sync + 'a>(
    rows: usize,
    columns: usize,
    sharing: Sharing,
    column: &(dyn Fn(usize) -> &'a [T] + Sync),
) -> Vec<T> {
    made_in_parts(rows * columns, BAND * columns, sharing, &|band, out| {
        let first = band * BAND;
        let height = out.len() / columns.max(1);
        for j in 0..columns {
            let from = &column(j)[first..first + height];
            for (i, &element) in from.iter().enumerate() {
                out[i * columns + j].write(element);
            }
        }
    })
}

#[cfg(all(test, feature = "fft"))]
mod tests {
    use super::*;

    #[test]
    fn transposes_any_shape() {
        for (rows, columns) in [(1, 1), (3, 5), (16, 2), (17, 33), (40, 1), (0, 3), (3, 0)] {
            let stored: Vec<u32> = (0..(rows * columns) as u32).collect();
            let column = |j: usize| &stored[j * rows..(j + 1) * rows];
            let made = from_columns(rows, columns, Sharing::Alone, &column);
            for i in 0..rows {
                for j in 0..columns {
                    assert_eq!(made[i * columns + j], stored[j * rows + i]);
                }
            }
        }
    }

    #[test]
    fn pads_what_is_short() {
        let mut place = [MaybeUninit::uninit(); 4];
        assert_eq!(written(&mut place, [1, 2].into_iter(), 9), [1, 2, 9, 9]);
        assert_eq!(written(&mut place[..1], [1, 2].into_iter(), 9), [1]);
    }
}
