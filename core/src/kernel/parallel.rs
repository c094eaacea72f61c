//! Sharing the chunks of a walk among threads.

use super::team::Team;
use super::trial::{Trial, Way};
use crate::backend::{self, Backend};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Scalar operations from which on threads that come late still find work.
const LARGE: usize = 1 << 26;

/// Scalar operations from which on sharing pays even if threads have to be woken, which costs some ten microseconds.
const MEDIUM: usize = 1 << 21;

/// Scalar operations from which on sharing pays if the threads look for work already, as they do from step to step of a model.
const SMALL: usize = 1 << 20;

/// What reading and writing an element costs beside the operations on it.
pub(super) const ELEMENT_COST: usize = 4;

/// How much work there is to share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sharing {
    /// So little that it stays on the calling thread.
    Alone,
    /// Enough for threads that look for work, if a [`Trial`] of this amount says so.
    Small(usize),
    /// Enough to wake threads for, unless a trial says that they come too late.
    Medium(usize),
    /// Enough to wake threads for.
    Large,
}

/// How work on `len` elements at `cost` operations each is shared under the backend in force.
#[inline]
pub fn sharing(len: usize, cost: usize) -> Sharing {
    let work = len.saturating_mul(cost.saturating_add(ELEMENT_COST));
    if work < SMALL || backend::backend() != Backend::Parallel {
        Sharing::Alone
    } else if work < MEDIUM {
        Sharing::Small(work)
    } else if work < LARGE {
        Sharing::Medium(work)
    } else {
        Sharing::Large
    }
}

/// Most threads that share work.
const THREADS: usize = 64;

/// Where in its parts a thread is, on a cache line of its own.
#[repr(align(64))]
struct Place(AtomicUsize);

/// Calls `work` with ranges that together are `0..parts`, on several threads as `sharing` says.
///
/// Each thread begins with the same parts at every call, so that from step to step of a model their data stays with its core, and
/// then helps the others with theirs. Which thread a part falls to is not fixed, so no result may depend on it.
pub fn for_ranges(parts: usize, sharing: Sharing, work: &(dyn Fn(Range<usize>) + Sync)) {
    if sharing == Sharing::Alone || parts <= 1 {
        return work(0..parts);
    }
    let team = backend::team();
    let threads = team.threads().min(parts).min(THREADS);
    if threads == 1 {
        return work(0..parts);
    }
    let (amount, first) = match sharing {
        Sharing::Small(amount) => (amount, Way::Alone),
        Sharing::Medium(amount) => (amount, Way::Shared),
        _ => return share(parts, threads, sharing, &team, work),
    };
    let trial = Trial::of(amount);
    let (way, counts) = trial.next(first);
    let start = Instant::now();
    match way {
        Way::Alone => work(0..parts),
        Way::Shared => share(parts, threads, sharing, &team, work),
    }
    if counts {
        trial.note(way, start.elapsed());
    }
}

/// Calls `work` with ranges that together are `0..parts`, on `threads` of the team.
fn share(
    parts: usize,
    threads: usize,
    sharing: Sharing,
    team: &Team,
    work: &(dyn Fn(Range<usize>) + Sync),
) {
    let first = |thread: usize| thread * parts / threads;
    // Small enough that threads end together, large enough that taking one costs nothing.
    let step = (parts / (threads * 8)).max(1);
    let places = [const { Place(AtomicUsize::new(0)) }; THREADS];
    let take_turns = |thread: usize| {
        for owner in (0..threads).map(|k| (thread + k) % threads) {
            let (begin, end) = (first(owner), first(owner + 1));
            loop {
                let start = begin + places[owner].0.fetch_add(step, Ordering::Relaxed);
                if start >= end {
                    break;
                }
                work(start..(start + step).min(end));
            }
        }
    };
    let in_force = backend::backend();
    team.run(threads, sharing, &|thread| {
        backend::with_backend(in_force, || take_turns(thread))
    });
}

/// Calls `work` with the index of each part of a slice and the part, on several threads as `sharing` says.
pub fn for_parts<T: Send>(
    slice: &mut [T],
    part: usize,
    sharing: Sharing,
    work: &(dyn Fn(usize, &mut [T]) + Sync),
) {
    let parts = Parts::new(slice, part);
    for_ranges(parts.count(), sharing, &|range| {
        for index in range {
            // SAFETY: each part is visited once.
            work(index, unsafe { parts.part(index) });
        }
    });
}

/// A slice in parts of equal length, but for the last, which several threads write.
pub struct Parts<'a, T> {
    start: *mut T,
    len: usize,
    part: usize,
    lent: PhantomData<&'a mut [T]>,
}

// SAFETY: stands for a `&mut [T]`, of which each thread gets its own parts.
unsafe impl<T: Send> Sync for Parts<'_, T> {}

impl<'a, T> Parts<'a, T> {
    pub fn new(slice: &'a mut [T], part: usize) -> Self {
        Parts {
            start: slice.as_mut_ptr(),
            len: slice.len(),
            part,
            lent: PhantomData,
        }
    }

    pub fn count(&self) -> usize {
        self.len.div_ceil(self.part)
    }

    /// # Safety
    /// No other call for this part is in use.
    #[allow(
        clippy::mut_from_ref,
        reason = "each part is lent once, by the caller's promise"
    )]
    pub unsafe fn part(&self, index: usize) -> &mut [T] {
        let first = index * self.part;
        assert!(first < self.len);
        // SAFETY: the part lies within the slice, and no one else has it.
        unsafe {
            std::slice::from_raw_parts_mut(self.start.add(first), self.part.min(self.len - first))
        }
    }
}
