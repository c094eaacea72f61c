//! A global allocator that counts what each thread allocates, for tests that nothing is allocated:
//!
//! ```
//! use brain_jit_tests::allocations::Counting;
//!
//! #[global_allocator]
//! static ALLOCATOR: Counting = Counting;
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, with counts.
pub struct Counting;

/// What the present thread has allocated.
#[derive(Clone, Copy)]
pub struct Allocations {
    /// How often.
    pub count: usize,
    /// Bytes, whether they are still held or not.
    pub bytes: usize,
    /// Bytes that are held. Negative if others' memory was given back.
    pub held: isize,
    /// The most bytes that were held since [`watch`].
    pub most: isize,
}

thread_local! {
    static ALLOCATIONS: Cell<Allocations> = const {
        Cell::new(Allocations { count: 0, bytes: 0, held: 0, most: 0 })
    };
}

/// The counts of this thread.
pub fn allocations() -> Allocations {
    ALLOCATIONS.get()
}

/// Begins to watch for the most bytes that this thread holds, and gives the bytes that it holds now.
pub fn watch() -> isize {
    let mut now = ALLOCATIONS.get();
    now.most = now.held;
    ALLOCATIONS.set(now);
    now.held
}

fn note(change: impl FnOnce(&mut Allocations)) {
    // A thread that ends has no counts any more.
    let _ = ALLOCATIONS.try_with(|counts| {
        let mut now = counts.get();
        change(&mut now);
        now.most = now.most.max(now.held);
        counts.set(now);
    });
}

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(|counts| {
            counts.count += 1;
            counts.bytes += layout.size();
            counts.held += layout.size() as isize;
        });
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        note(|counts| counts.held -= layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}
