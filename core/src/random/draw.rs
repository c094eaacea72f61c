//! A draw: a distribution over a block of counters, as a function of the element's number.

use std::mem::MaybeUninit;

use super::distribution::Distribution;
use super::philox::philox;
use super::shape::Shape;
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::parallel::{for_parts, sharing};
use crate::kernel::unwritten::made_in_parts;

/// One counter of a generator, from which one call of a distribution takes its random bits.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    pub(super) key: [u32; 2],
    pub(super) position: u64,
}

impl Counter {
    /// Its 128 random bits.
    #[inline(always)]
    pub fn words(self) -> [u32; 4] {
        philox(
            self.key,
            [self.position as u32, (self.position >> 32) as u32, 0, 0],
        )
    }

    /// A generator over as many random words as a rejection method asks for, independent of all other counters.
    #[inline(always)]
    pub fn substream(self) -> Substream {
        Substream {
            at: self,
            block: 0,
            words: [0; 4],
            used: 4,
        }
    }
}

/// The random words of one counter, without end: see [`Counter::substream`].
#[derive(Clone, Debug)]
pub struct Substream {
    at: Counter,
    block: u32,
    words: [u32; 4],
    used: usize,
}

impl Substream {
    #[inline]
    fn word(&mut self) -> u32 {
        if self.used == 4 {
            let position = self.at.position;
            self.words = philox(
                self.at.key,
                [position as u32, (position >> 32) as u32, self.block, 0],
            );
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

impl rand::TryRng for Substream {
    type Error = std::convert::Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.word())
    }
    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let low = u64::from(self.word());
        Ok(low | u64::from(self.word()) << 32)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for part in bytes.chunks_mut(4) {
            part.copy_from_slice(&self.word().to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

/// Counters that are computed together. One counter gives `Distribution::PER_COUNTER` elements; of a group of 16 counters
/// the first elements come first, then the second ones, and so on: results are then stored without a transposition at
/// every SIMD width, and the order is the same at every width.
const LANES: usize = 16;

/// The greatest group: 16 counters of four elements.
const GROUP: usize = 4 * LANES;

/// Elements that one task of a parallel draw computes: a multiple of every group's length.
const CHUNK: usize = 1 << 14;

/// A draw from a distribution: element `i` is a pure function of the key and of `base + i`, so any part of it can be
/// computed in any order by any thread.
#[derive(Clone, Copy, Debug)]
pub struct Draw<D> {
    pub(super) key: [u32; 2],
    pub(super) base: u64,
    pub(super) distribution: D,
}

impl<D: Distribution> Draw<D> {
    /// How many counters a draw of `n` elements takes.
    pub(super) fn counters(n: usize) -> u64 {
        (n.div_ceil(D::PER_COUNTER * LANES) * LANES) as u64
    }

    /// Element `i`.
    #[inline]
    pub fn at(&self, i: usize) -> D::Output {
        let group = D::PER_COUNTER * LANES;
        let counter = (i / group * LANES + i % LANES) as u64;
        self.distribution.sample(self.counter(counter))[i % group / LANES]
    }

    #[inline(always)]
    fn counter(&self, number: u64) -> Counter {
        Counter {
            key: self.key,
            position: self.base.wrapping_add(number),
        }
    }

    /// The elements from `start` on. Branch-free inside, for the caller's SIMD level.
    #[inline(always)]
    pub fn fill<S: Slot<D::Output>>(&self, start: usize, out: &mut [S]) {
        let group = D::PER_COUNTER * LANES;
        let head = ((group - start % group) % group).min(out.len());
        let (first, rest) = out.split_at_mut(head);
        self.fill_part(start, first);
        let mut number = ((start + head) / group * LANES) as u64;
        let mut groups = rest.chunks_exact_mut(group);
        for out in &mut groups {
            self.fill_group(number, out);
            number += LANES as u64;
        }
        self.fill_part((number as usize) * D::PER_COUNTER, groups.into_remainder());
    }

    /// A part of one group.
    #[inline(always)]
    fn fill_part<S: Slot<D::Output>>(&self, start: usize, out: &mut [S]) {
        let group = D::PER_COUNTER * LANES;
        if out.len() <= LANES / 4 || D::PER_COUNTER == 1 {
            for (i, out) in out.iter_mut().enumerate() {
                out.put(self.at(start + i));
            }
        } else {
            let mut all = [D::Output::default(); GROUP];
            self.fill_group((start / group * LANES) as u64, &mut all[..group]);
            let all = &all[start % group..];
            out.iter_mut().zip(all).for_each(|(out, &x)| out.put(x));
        }
    }

    /// The elements of the group whose first counter is `number`.
    #[inline(always)]
    fn fill_group<S: Slot<D::Output>>(&self, number: u64, out: &mut [S]) {
        let mut rows = [[D::Output::default(); LANES]; 4];
        for lane in 0..LANES {
            let elements = self.distribution.sample(self.counter(number + lane as u64));
            for row in 0..D::PER_COUNTER {
                rows[row][lane] = elements[row];
            }
        }
        for (out, row) in out.chunks_exact_mut(LANES).zip(&rows) {
            out.iter_mut().zip(row).for_each(|(out, &x)| out.put(x));
        }
    }

    /// All elements of an array of this shape.
    pub fn collect<S: Shape>(&self, shape: &S) -> S::Output<D::Output> {
        let n = shape.len();
        let sharing = sharing(n, COST);
        shape.arrange(made_in_parts(n, CHUNK, sharing, &|chunk, out| {
            self.fill_at_level(chunk * CHUNK, out)
        }))
    }

    /// [`fill`](Self::fill) from element 0, at the best SIMD level, and on all threads where it pays.
    pub fn fill_parallel(&self, out: &mut [D::Output]) {
        let sharing = sharing(out.len(), COST);
        for_parts(out, CHUNK, sharing, &|chunk, out| {
            self.fill_at_level(chunk * CHUNK, out)
        });
    }

    fn fill_at_level<S: Slot<D::Output>>(&self, start: usize, out: &mut [S]) {
        dispatch(Fill {
            draw: self,
            start,
            out,
        });
    }
}

/// What an element costs, in scalar operations: Philox's ten rounds for a few elements, and the distribution.
const COST: usize = 30;

/// A part of a draw, to be computed at a SIMD level.
struct Fill<'a, D, S> {
    draw: &'a Draw<D>,
    start: usize,
    out: &'a mut [S],
}

impl<D: Distribution, S: Slot<D::Output>> Dispatch for Fill<'_, D, S> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        self.draw.fill(self.start, self.out);
    }
}

/// A place that a draw writes an element to: memory that holds one already, or none yet.
pub trait Slot<T> {
    /// Writes the element.
    fn put(&mut self, element: T);
}

impl<T> Slot<T> for T {
    #[inline(always)]
    fn put(&mut self, element: T) {
        *self = element;
    }
}

impl<T> Slot<T> for MaybeUninit<T> {
    #[inline(always)]
    fn put(&mut self, element: T) {
        self.write(element);
    }
}
