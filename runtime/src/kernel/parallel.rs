//! Sharing the chunks of a walk among threads.

use crate::backend::{self, Backend};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Work below this many scalar operations stays on the calling thread: waking another costs some ten microseconds.
const GRAIN: usize = 1 << 20;

/// What reading and writing an element costs beside the operations on it.
const ELEMENT_COST: usize = 4;

/// Whether work on `len` elements at `cost` operations each is worth sharing.
#[inline]
pub fn worth_sharing(len: usize, cost: usize) -> bool {
    len.saturating_mul(cost.saturating_add(ELEMENT_COST)) >= GRAIN
        && backend::backend() == Backend::Parallel
}

/// Calls `work` with ranges that together are `0..parts`, on several threads if `shared`.
///
/// How the parts fall into ranges and threads is not fixed, so no result may depend on it.
pub fn for_ranges(parts: usize, shared: bool, work: &(dyn Fn(Range<usize>) + Sync)) {
    let threads = if shared {
        backend::num_threads().min(parts)
    } else {
        1
    };
    if threads <= 1 {
        return work(0..parts);
    }
    // Small enough that threads end together, large enough that taking one costs nothing.
    let step = (parts / (threads * 8)).max(1);
    let next = AtomicUsize::new(0);
    let take_turns = || {
        loop {
            let start = next.fetch_add(step, Ordering::Relaxed);
            if start >= parts {
                return;
            }
            work(start..(start + step).min(parts));
        }
    };
    let in_force = backend::backend();
    match backend::pool() {
        Some(pool) => pool.in_place_scope(|scope| share_in(scope, threads, in_force, &take_turns)),
        None => rayon_core::in_place_scope(|scope| share_in(scope, threads, in_force, &take_turns)),
    }
}

/// Starts `work` on `threads - 1` threads and runs it here too: the caller need not wait for the others to wake.
fn share_in<'s>(
    scope: &rayon_core::Scope<'s>,
    threads: usize,
    in_force: Backend,
    work: &'s (impl Fn() + Sync),
) {
    for _ in 1..threads {
        scope.spawn(move |_| backend::with_backend(in_force, work));
    }
    work();
}

/// Calls `work` with the index of each part of a slice and the part, on several threads if `shared`.
pub fn for_parts<T: Send>(
    slice: &mut [T],
    part: usize,
    shared: bool,
    work: &(dyn Fn(usize, &mut [T]) + Sync),
) {
    let parts = Parts::new(slice, part);
    for_ranges(parts.count(), shared, &|range| {
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
