//! Arrays and slices of the user: `In`, `InOut`, `Out`.

use super::Operand;
use crate::kernel::element::Element;
use crate::kernel::site::Site;
use crate::kernel::space::{Access, Cursor, Form, Plan, Role};
use ndarray::{ArrayView, ArrayViewMut, Dimension};
use std::marker::PhantomData;

/// An array that is read.
#[derive(Clone, Copy)]
pub struct In<'x, T> {
    start: *const T,
    form: Form,
    lent: PhantomData<&'x [T]>,
}

/// An array that is read and written.
pub struct InOut<'x, T> {
    start: *mut T,
    form: Form,
    lent: PhantomData<&'x mut [T]>,
}

/// An array that is written; its elements are not read.
pub struct Out<'x, T> {
    start: *mut T,
    form: Form,
    lent: PhantomData<&'x mut [T]>,
}

// SAFETY: stands for a `&[T]`, and elements can be shared.
unsafe impl<T: Element> Sync for In<'_, T> {}
// SAFETY: stands for a `&mut [T]`, of which the launcher gives each thread its own part.
unsafe impl<T: Element> Sync for InOut<'_, T> {}
// SAFETY: as `InOut`.
unsafe impl<T: Element> Sync for Out<'_, T> {}

impl<'x, T: Element> In<'x, T> {
    #[inline]
    pub fn array<D: Dimension>(array: ArrayView<'x, T, D>) -> Self {
        let form = Form::array(Role::Read, array.shape(), array.strides());
        In {
            start: array.as_ptr(),
            form,
            lent: PhantomData,
        }
    }

    #[inline]
    pub fn slice(slice: &'x [T]) -> Self {
        let form = Form::array(Role::Read, &[slice.len()], &[1]);
        In {
            start: slice.as_ptr(),
            form,
            lent: PhantomData,
        }
    }
}

// SAFETY: the memory is borrowed for `'x`, and shapes and strides are those of a valid view.
unsafe impl<'x, T: Element> Operand for In<'x, T> {
    type Slice<'a>
        = &'a [T]
    where
        Self: 'a;
    type Output = ();
    type State = ();

    #[inline(always)]
    fn form(&self) -> Form {
        self.form
    }

    #[inline(always)]
    fn prepare(&mut self, _site: &Site, _plan: &Plan, _form: &Form) {}

    #[inline(always)]
    fn begin(&self) {}

    #[inline(always)]
    unsafe fn fetch<'a>(&'a self, form: &Form, cursor: &Cursor<'_>, stage: *mut u8) -> &'a [T]
    where
        Self: 'a,
    {
        // SAFETY: the plan's walk stays within the view; the block is this operand's own.
        unsafe { read_block(self.start, form, cursor, stage) }
    }

    #[inline(always)]
    unsafe fn settle(&self, _state: &mut (), _form: &Form, _cursor: &Cursor<'_>, _stage: *mut u8) {}

    #[inline(always)]
    unsafe fn end(&self, _state: (), _chunk: usize) {}

    #[inline(always)]
    unsafe fn finish(self, _plan: &Plan) {}
}

/// The elements of a block, in place or staged.
///
/// # Safety
/// As [`Operand::fetch`]: `start` is the operand that `form` describes.
#[inline(always)]
pub(super) unsafe fn read_block<'a, T: Element>(
    start: *const T,
    form: &Form,
    cursor: &Cursor<'_>,
    stage: *mut u8,
) -> &'a [T] {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(first) = in_place(start.cast_mut(), form, cursor) {
            return std::slice::from_raw_parts(first, cursor.len);
        }
        let block: *mut T = stage.cast();
        if form.period == 0 || cursor.first {
            T::load(start, form, cursor, block);
        }
        std::slice::from_raw_parts(block, cursor.len)
    }
}

/// Where a block begins in the operand's own memory, if it lies contiguous there.
#[inline(always)]
pub(super) fn in_place<T>(start: *mut T, form: &Form, cursor: &Cursor<'_>) -> Option<*mut T> {
    match form.access {
        Access::Direct => Some(start.wrapping_offset(form.offset + cursor.start as isize)),
        Access::Row => Some(start.wrapping_offset(cursor.position(form).1)),
        Access::Staged => None,
    }
}

macro_rules! written {
    ($name:ident, loads: $loads:literal) => {
        impl<'x, T: Element> $name<'x, T> {
            #[inline]
            pub fn array<D: Dimension>(mut array: ArrayViewMut<'x, T, D>) -> Self {
                let form = Form::array(Role::Written, array.shape(), array.strides());
                $name {
                    start: array.as_mut_ptr(),
                    form,
                    lent: PhantomData,
                }
            }

            #[inline]
            pub fn slice(slice: &'x mut [T]) -> Self {
                let form = Form::array(Role::Written, &[slice.len()], &[1]);
                $name {
                    start: slice.as_mut_ptr(),
                    form,
                    lent: PhantomData,
                }
            }
        }

        // SAFETY: the memory is borrowed for `'x` alone, and shapes and strides are those of a valid view.
        unsafe impl<'x, T: Element> Operand for $name<'x, T> {
            type Slice<'a>
                = &'a mut [T]
            where
                Self: 'a;
            type Output = ();
            type State = ();

            #[inline(always)]
            fn form(&self) -> Form {
                self.form
            }

            #[inline(always)]
            fn prepare(&mut self, _site: &Site, _plan: &Plan, _form: &Form) {}

            #[inline(always)]
            fn begin(&self) {}

            #[inline(always)]
            unsafe fn fetch<'a>(
                &'a self,
                form: &Form,
                cursor: &Cursor<'_>,
                stage: *mut u8,
            ) -> &'a mut [T]
            where
                Self: 'a,
            {
                // SAFETY: the plan's walk stays within the view, blocks do not overlap, and a staging block is this
                // operand's own. One that is not loaded is filled, so that the slice is initialised.
                unsafe {
                    if let Some(first) = in_place(self.start, form, cursor) {
                        return std::slice::from_raw_parts_mut(first, cursor.len);
                    }
                    let block: *mut T = stage.cast();
                    if $loads {
                        T::load(self.start, form, cursor, block);
                    } else if cursor.first {
                        std::slice::from_raw_parts_mut(block, crate::kernel::space::BLOCK)
                            .fill(T::default());
                    }
                    std::slice::from_raw_parts_mut(block, cursor.len)
                }
            }

            #[inline(always)]
            unsafe fn settle(
                &self,
                _state: &mut (),
                form: &Form,
                cursor: &Cursor<'_>,
                stage: *mut u8,
            ) {
                if form.access == Access::Staged {
                    // SAFETY: the block holds the elements that belong there.
                    unsafe { T::store(self.start, form, cursor, stage.cast::<T>()) };
                }
            }

            #[inline(always)]
            unsafe fn end(&self, _state: (), _chunk: usize) {}

            #[inline(always)]
            unsafe fn finish(self, _plan: &Plan) {}
        }
    };
}

written!(InOut, loads: true);
written!(Out, loads: false);
