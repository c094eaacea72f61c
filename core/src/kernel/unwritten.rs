//! Memory that is written before it is read: results are not filled with zeros first.

use super::pages::room;
#[cfg(feature = "fft")]
use super::parallel::for_ranges;
use super::parallel::{Sharing, for_parts};
use std::mem::MaybeUninit;

/// Rows of a result that are written together, so that both sides of a transposition use whole cache lines.
const BAND: usize = 16;

/// Columns that are read together: as many of their elements fill a cache line of the result.
const TOGETHER: usize = 8;

/// A vector whose elements `write` makes in parts of `part` elements, on several threads as `sharing` says. `write` gets a part's number
/// and the part, and must write every element of it, as kernels do.
pub(crate) fn made_in_parts<T: Copy + Send>(
    len: usize,
    part: usize,
    sharing: Sharing,
    write: &(dyn Fn(usize, &mut [MaybeUninit<T>]) + Sync),
) -> Vec<T> {
    let mut elements: Vec<T> = room(len);
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

/// A vector whose elements `write` makes, every one, as the loops of this crate do.
#[inline]
pub(crate) fn made<T>(len: usize, write: impl FnOnce(&mut [MaybeUninit<T>])) -> Vec<T> {
    let mut elements = room(len);
    write(&mut elements.spare_capacity_mut()[..len]);
    // SAFETY: each of the first `len` places has been written.
    unsafe { elements.set_len(len) };
    elements
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
        for left in (0..columns).step_by(TOGETHER) {
            let right = columns.min(left + TOGETHER);
            let from: [&[T]; TOGETHER] = std::array::from_fn(|j| {
                &column(columns.min(left + j + 1) - 1)[first..first + height]
            });
            for i in 0..height {
                for j in left..right {
                    out[i * columns + j].write(from[j - left][i]);
                }
            }
        }
    })
}

/// A row-major matrix of `rows` rows, from what makes its columns: `make` gets the number of the first one and places for some, which lie
/// [`apart`]. They hold what was there before, `blank` at first.
#[cfg(feature = "fft")]
pub(crate) fn made_in_columns<T: Copy + Send + Sync>(
    rows: usize,
    columns: usize,
    blank: T,
    sharing: Sharing,
    make: &(dyn Fn(usize, &mut [T]) + Sync),
) -> Vec<T> {
    struct Place<T>(*mut T);
    // SAFETY: stands for the elements, of which each thread writes its own columns.
    unsafe impl<T: Send> Sync for Place<T> {}
    let stride = apart::<T>(rows);
    let mut elements: Vec<T> = room(rows * columns);
    let place = Place(elements.as_mut_ptr());
    let place = &place;
    for_ranges(columns.div_ceil(BAND), sharing, &|bands| {
        let mut made = vec![blank; BAND * stride];
        for first in bands.map(|band| band * BAND) {
            let width = BAND.min(columns - first);
            let made = &mut made[..width * stride];
            make(first, made);
            for row in 0..rows {
                for j in 0..width {
                    let to = place.0.wrapping_add(row * columns + first + j);
                    // SAFETY: the element lies within the capacity, and no other band has its column.
                    unsafe { to.write(made[j * stride + row]) };
                }
            }
        }
    });
    // SAFETY: the bands have all columns, and each has been written.
    unsafe { elements.set_len(rows * columns) };
    elements
}

/// How far vectors of `len` elements lie apart that are read side by side: not by a power of two, so that they do not contend for the same
/// lines of the cache.
#[cfg(feature = "fft")]
pub(crate) fn apart<T>(len: usize) -> usize {
    len + (64 / size_of::<T>()).max(1)
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
    fn columns_are_made_in_bands() {
        for (rows, columns) in [(1, 1), (3, 5), (16, 2), (17, 33), (40, 1), (0, 3), (3, 0)] {
            let stride = apart::<u32>(rows);
            let made = made_in_columns(rows, columns, 0, Sharing::Large, &|first, places| {
                for (j, place) in places.chunks_exact_mut(stride).enumerate() {
                    for (i, x) in place[..rows].iter_mut().enumerate() {
                        *x = (i * columns + first + j) as u32;
                    }
                }
            });
            assert_eq!(made, (0..(rows * columns) as u32).collect::<Vec<_>>());
        }
    }

    #[test]
    fn pads_what_is_short() {
        let mut place = [MaybeUninit::uninit(); 4];
        assert_eq!(written(&mut place, [1, 2].into_iter(), 9), [1, 2, 9, 9]);
        assert_eq!(written(&mut place[..1], [1, 2].into_iter(), 9), [1]);
    }
}
