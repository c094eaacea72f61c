//! Copies of the factors in the order in which a product reads them: slivers of some rows of the left one or columns of the right one.

use super::tile::Lanes;
use ndarray::ArrayView2;

/// Lanes that are copied together where they are not whole vectors.
const SIDE: usize = 8;

/// Some rows of the left factor, or of the transpose of the right one: the lanes, of which each has a step in each column.
pub(super) struct Strip<'a, T>(pub ArrayView2<'a, T>);

impl<T: Lanes> Strip<'_, T> {
    fn lanes(&self) -> usize {
        self.0.nrows()
    }

    fn steps(&self) -> usize {
        self.0.ncols()
    }

    fn at(&self, lane: usize, step: usize) -> *const T {
        let strides = self.0.strides();
        let offset = lane as isize * strides[0] + step as isize * strides[1];
        self.0.as_ptr().wrapping_offset(offset)
    }

    /// Writes the strip step by step, `width` lanes each: a multiple of 8. Lanes that the strip does not have are zeros. `PAST` says that
    /// whole lines are written past the cache, where they are vectors.
    ///
    /// # Safety
    /// The processor has AVX-512 F, and all of the sliver can be written. If it is written past the cache, it begins with a line of it,
    /// `width` is a multiple of a vector, and [`settle`] comes before others read it.
    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn pack<const PAST: bool>(&self, width: usize, sliver: *mut T) {
        // SAFETY: the caller's promise; what is read at once lies in the strip.
        unsafe {
            if self.0.strides()[0] == 1 && self.lanes() == width && width % T::LANES == 0 {
                return self.copy::<PAST>(sliver);
            }
            for left in (0..width).step_by(SIDE) {
                let sliver = sliver.add(left);
                let done = if left + SIDE > self.lanes() {
                    0
                } else if self.0.strides()[0] == 1 {
                    self.copy_lanes(left, width, sliver)
                } else if self.0.strides()[1] == 1 {
                    self.transpose(left, width, sliver)
                } else {
                    0
                };
                for step in done..self.steps() {
                    for lane in 0..SIDE {
                        let inside = left + lane < self.lanes();
                        let x = if inside {
                            *self.at(left + lane, step)
                        } else {
                            T::ZERO
                        };
                        sliver.add(step * width + lane).write(x);
                    }
                }
            }
        }
    }

    /// Lanes that lie side by side and are whole vectors.
    ///
    /// # Safety
    /// As [`Strip::pack`].
    #[inline]
    #[target_feature(enable = "avx512f")]
    unsafe fn copy<const PAST: bool>(&self, sliver: *mut T) {
        for step in 0..self.steps() {
            for lane in (0..self.lanes()).step_by(T::LANES) {
                // SAFETY: the caller's promise.
                unsafe {
                    let x = T::read(self.at(lane, step));
                    let to = sliver.add(step * self.lanes() + lane);
                    if PAST {
                        T::write_past(to, x);
                    } else {
                        T::write(to, x);
                    }
                }
            }
        }
    }

    /// [`SIDE`] lanes that lie side by side. Returns the steps that are done: all.
    ///
    /// # Safety
    /// As [`Strip::pack`], and the strip has the lanes.
    #[inline]
    #[target_feature(enable = "avx512f")]
    unsafe fn copy_lanes(&self, left: usize, width: usize, sliver: *mut T) -> usize {
        for step in 0..self.steps() {
            // SAFETY: the caller's promise.
            unsafe {
                let x = self.at(left, step).cast::<[T; SIDE]>().read_unaligned();
                let to = sliver.add(step * width).cast::<[T; SIDE]>();
                to.write_unaligned(x);
            }
        }
        self.steps()
    }

    /// [`SIDE`] lanes of which each lies together, a vector of each at a time. Returns the steps that are done.
    ///
    /// # Safety
    /// As [`Strip::pack`], and the strip has the lanes.
    #[inline]
    #[target_feature(enable = "avx512f")]
    unsafe fn transpose(&self, left: usize, width: usize, sliver: *mut T) -> usize {
        let done = self.steps() / T::LANES * T::LANES;
        for top in (0..done).step_by(T::LANES) {
            // SAFETY: the caller's promise; so many vectors hold as many groups of lanes.
            unsafe {
                let mut rows: [T::Vector; SIDE] =
                    std::array::from_fn(|lane| T::read(self.at(left + lane, top)));
                // An element's place is its lane, then its step, in bits. Each round moves the highest bit to the lower end, and
                // there are as many as a lane has.
                for _ in 0..SIDE.ilog2() {
                    rows = std::array::from_fn(|i| {
                        let (x, y) = (rows[i / 2], rows[i / 2 + SIDE / 2]);
                        match i % 2 {
                            0 => T::first(x, y),
                            _ => T::second(x, y),
                        }
                    });
                }
                let groups = rows.as_ptr().cast::<[T; SIDE]>();
                for step in 0..T::LANES {
                    let to = sliver.add((top + step) * width).cast::<[T; SIDE]>();
                    to.write_unaligned(groups.add(step).read());
                }
            }
        }
        done
    }
}

/// Sees to it that what this thread has written past the cache comes before what it writes next.
pub(super) fn settle() {
    // SAFETY: every processor of the target has the instruction.
    unsafe { std::arch::x86_64::_mm_sfence() }
}
