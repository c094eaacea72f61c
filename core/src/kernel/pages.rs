//! Large pages for large memory, where the system gives them to those who ask.
//!
//! New memory is mapped when it is first written, page by page: to take 32 MB in pages of 4 KB is some 15 ms of work for the system,
//! and later each page that has not been used for a while is looked up again.

/// A large page, in bytes.
const PAGE: usize = 2 << 20;

/// Bytes from which on memory is worth the question: it may have a whole page in it.
const LARGE: usize = PAGE;

/// Room for `len` elements.
pub(crate) fn room<T>(len: usize) -> Vec<T> {
    let room = Vec::with_capacity(len);
    ask(room.as_ptr(), len);
    room
}

/// Asks for large pages under memory that holds `len` elements or will hold them.
#[inline]
pub(crate) fn ask<T>(start: *const T, len: usize) {
    let bytes = len * size_of::<T>();
    if bytes >= LARGE {
        ask_for(start.cast(), bytes);
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
#[cold]
fn ask_for(start: *const u8, bytes: usize) {
    use std::ffi::{c_int, c_void};
    unsafe extern "C" {
        fn madvise(start: *mut c_void, bytes: usize, advice: c_int) -> c_int;
    }
    /// `MADV_HUGEPAGE`.
    const HUGE: c_int = 14;
    let before = start.align_offset(PAGE);
    let pages = bytes.saturating_sub(before) / PAGE;
    // SAFETY: whole pages of the memory, of which nothing changes but how they are mapped. A refusal changes nothing at all.
    unsafe {
        madvise(
            start.wrapping_add(before).cast_mut().cast(),
            pages * PAGE,
            HUGE,
        )
    };
}

#[cfg(not(all(target_os = "linux", not(miri))))]
fn ask_for(_start: *const u8, _bytes: usize) {}
