//! Sharing the chunks of a walk among threads.

use crate::backend::{self, Backend};
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
        None => rayon::in_place_scope(|scope| share_in(scope, threads, in_force, &take_turns)),
    }
}

/// Starts `work` on `threads - 1` threads and runs it here too: the caller need not wait for the others to wake.
fn share_in<'s>(
    scope: &rayon::Scope<'s>,
    threads: usize,
    in_force: Backend,
    work: &'s (impl Fn() + Sync),
) {
    for _ in 1..threads {
        scope.spawn(move |_| backend::with_backend(in_force, work));
    }
    work();
}
