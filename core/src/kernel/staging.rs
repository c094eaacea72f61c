//! Staging blocks: operands that do not lie contiguous are copied to and from short contiguous blocks in the cache.

use super::space::{Access, BLOCK, Cursor, Form, MAX_RANK};
use std::cell::Cell;

/// The memory of one operand's block: `BLOCK` elements of at most 16 bytes, and some lines more, lest the blocks lie a multiple of
/// 4096 bytes apart: processors look at the last bits of an address first, and take a load for one of what was just stored.
pub const STAGE_BYTES: usize = BLOCK * 16 + 5 * size_of::<Line>();

/// The bytes of a cache line.
pub const LINE: usize = 64;

/// Memory that begins with a cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub struct Line([u8; LINE]);

thread_local! {
    static SPARE: Cell<Vec<Line>> = const { Cell::new(Vec::new()) };
}

/// Memory for the blocks of some operands, which may be none. It goes back to the thread when it is dropped.
///
/// A guard, not a function that takes a closure: a closure would be compiled apart from the clone of the SIMD level that
/// it is written in, without the level's instructions.
pub struct Stages(Vec<Line>);

impl Stages {
    /// Takes the thread's memory; a nested launch gets memory of its own.
    #[inline]
    pub fn take(operands: usize) -> Self {
        if operands == 0 {
            return Stages(Vec::new());
        }
        let mut memory = SPARE.take();
        memory.reserve(operands * STAGE_BYTES / size_of::<Line>());
        Stages(memory)
    }

    #[inline]
    pub fn start(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

impl Drop for Stages {
    #[inline]
    fn drop(&mut self) {
        if self.0.capacity() > 0 {
            SPARE.set(std::mem::take(&mut self.0));
        }
    }
}

/// Copies the elements of a block, in the order of the walk, to `block`.
///
/// # Safety
/// `source` is the operand that `form` describes, alive and not written meanwhile; `block` has room for the block.
#[inline(always)]
pub unsafe fn load<T: Copy>(source: *const T, form: &Form, cursor: &Cursor<'_>, block: *mut T) {
    if form.period == 1 {
        // The block serves the whole chunk, whose later blocks may be longer.
        // SAFETY: a constant operand has its element at the offset; the staging block has room for BLOCK elements.
        unsafe {
            fill(
                block,
                *source.offset(form.offset),
                BLOCK.min(cursor.plan.len),
            )
        };
        return;
    }
    let mut filled = 0;
    // SAFETY: the segments lie within the operand, and their lengths add up to that of the block.
    unsafe {
        segments(form, cursor, |offset, stride, len| {
            let from = source.offset(offset);
            let to = block.add(filled);
            match stride {
                0 => fill(to, *from, len),
                1 if len >= 32 => std::ptr::copy_nonoverlapping(from, to, len),
                _ => {
                    for index in 0..len {
                        *to.add(index) = *from.offset(index as isize * stride);
                    }
                }
            }
            filled += len;
        });
    }
}

/// Copies `block` to the elements of a block of the operand.
///
/// # Safety
/// `target` is the operand that `form` describes, alive and not used by others meanwhile; `block` holds the block.
#[inline(always)]
pub unsafe fn store<T: Copy>(target: *mut T, form: &Form, cursor: &Cursor<'_>, block: *const T) {
    debug_assert!(form.access == Access::Staged);
    let mut emptied = 0;
    // SAFETY: the segments lie within the operand, and their lengths add up to that of the block.
    unsafe {
        segments(form, cursor, |offset, stride, len| {
            let from = block.add(emptied);
            let to = target.offset(offset);
            if stride == 1 && len >= 32 {
                std::ptr::copy_nonoverlapping(from, to, len);
            } else {
                for index in 0..len {
                    *to.offset(index as isize * stride) = *from.add(index);
                }
            }
            emptied += len;
        });
    }
}

#[inline(always)]
unsafe fn fill<T: Copy>(to: *mut T, value: T, len: usize) {
    for index in 0..len {
        // SAFETY: the caller has room for `len` elements.
        unsafe { *to.add(index) = value };
    }
}

/// Calls `visit(offset, stride, len)` for each part of the block that lies along the innermost axis.
#[inline(always)]
unsafe fn segments(form: &Form, cursor: &Cursor<'_>, mut visit: impl FnMut(isize, isize, usize)) {
    let axes = cursor.plan.axes.as_slice();
    let Some(inner) = axes.len().checked_sub(1) else {
        visit(form.offset, 0, cursor.len);
        return;
    };
    let (mut position, mut offset) = cursor.position(form);
    let stride = form.strides[inner];
    let mut left = cursor.len;
    loop {
        let len = left.min(axes[inner] - position[inner]);
        visit(offset, stride, len);
        left -= len;
        if left == 0 {
            return;
        }
        offset -= position[inner] as isize * stride;
        position[inner] = 0;
        for axis in (0..inner).rev() {
            position[axis] += 1;
            offset += form.strides[axis];
            if position[axis] < axes[axis] {
                break;
            }
            offset -= axes[axis] as isize * form.strides[axis];
            position[axis] = 0;
        }
    }
}

const _: () = assert!(MAX_RANK >= 1 && STAGE_BYTES % size_of::<Line>() == 0);
