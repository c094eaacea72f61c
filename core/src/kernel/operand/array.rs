//! Arrays and slices of the user: `In`, `InOut`, `Out`. With `MOVES` they are another row of their array in each pass of a launch of
//! several.

use super::{Moving, Operand};
use crate::kernel::element::Element;
use crate::kernel::site::Site;
use crate::kernel::space::{Access, Cursor, Form, MAX_RANK, Plan, Role};
use ndarray::{ArrayView, ArrayViewMut, Dimension};
use std::marker::PhantomData;

/// An array that is read.
#[derive(Clone, Copy)]
pub struct In<'x, T, const MOVES: bool = false> {
    start: *const T,
    form: Form,
    lent: PhantomData<&'x [T]>,
}

/// An array that is read and written.
pub struct InOut<'x, T, const MOVES: bool = false> {
    start: *mut T,
    form: Form,
    lent: PhantomData<&'x mut [T]>,
}

/// An array that is written; its elements are not read.
pub struct Out<'x, T, const MOVES: bool = false> {
    start: *mut T,
    form: Form,
    lent: PhantomData<&'x mut [T]>,
}

// SAFETY: stands for a `&[T]`, and elements can be shared.
unsafe impl<T: Element, const MOVES: bool> Sync for In<'_, T, MOVES> {}
// SAFETY: stands for a `&mut [T]`, of which the launcher gives each thread its own part.
unsafe impl<T: Element, const MOVES: bool> Sync for InOut<'_, T, MOVES> {}
// SAFETY: as `InOut`.
unsafe impl<T: Element, const MOVES: bool> Sync for Out<'_, T, MOVES> {}

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

impl<'x, T: Element> In<'x, T, true> {
    /// In each pass the place that `rows` says along `axis`.
    #[inline]
    pub fn rows<D: Dimension>(array: ArrayView<'x, T, D>, axis: usize, rows: Rows) -> Self {
        In {
            start: array.as_ptr(),
            form: rows.form(Role::Read, axis, array.shape(), array.strides()),
            lent: PhantomData,
        }
    }
}

/// The places of the first and the last of several passes along an axis; those between lie evenly between them.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    pub first: usize,
    pub last: usize,
    pub passes: usize,
}

impl Rows {
    /// The form of the array at the first place.
    ///
    /// # Panics
    /// If a place is out of bounds, or those between are no whole numbers.
    fn form(self, role: Role, axis: usize, shape: &[usize], strides: &[isize]) -> Form {
        let Rows {
            first,
            last,
            passes,
        } = self;
        assert!(
            first.max(last) < shape[axis],
            "places {first} to {last} of {} along an axis",
            shape[axis]
        );
        let (way, steps) = (last as isize - first as isize, passes.max(2) as isize - 1);
        assert!(way % steps == 0, "{passes} places from {first} to {last}");
        let (mut lens, mut moves) = ([0; MAX_RANK], [0; MAX_RANK]);
        let rest = shape.len() - 1;
        assert!(rest <= MAX_RANK, "an array of {} axes", shape.len());
        for k in 0..rest {
            let from = if k < axis { k } else { k + 1 };
            (lens[k], moves[k]) = (shape[from], strides[from]);
        }
        let mut form = Form::array(role, &lens[..rest], &moves[..rest]);
        form.offset = first as isize * strides[axis];
        form.step = way / steps * strides[axis];
        form
    }
}

// SAFETY: the memory is borrowed for `'x`, and shapes and strides are those of a valid view.
unsafe impl<'x, T: Element, const MOVES: bool> Operand for In<'x, T, MOVES> {
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

// SAFETY: a place is where `fetch` takes the block from.
unsafe impl<T: Element, const MOVES: bool> Moving for In<'_, T, MOVES> {
    const SIZE: usize = size_of::<T>();
    const MOVES: bool = MOVES;
    const WRITTEN: bool = false;

    #[inline(always)]
    fn place(&self, form: &Form, cursor: &Cursor<'_>, stage: *mut u8) -> *mut u8 {
        in_place(self.start.cast_mut(), form, cursor).map_or(stage, <*mut T>::cast)
    }

    #[inline(always)]
    unsafe fn slice<'a>(place: *mut u8, len: usize) -> &'a [T]
    where
        Self: 'a,
    {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts(place.cast(), len) }
    }
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
        let there = cursor.again && form.step == 0;
        if (form.period == 0 || cursor.first) && !there {
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

        impl<'x, T: Element> $name<'x, T, true> {
            /// In each pass the place that `rows` says along `axis`.
            #[inline]
            pub fn rows<D: Dimension>(
                mut array: ArrayViewMut<'x, T, D>,
                axis: usize,
                rows: Rows,
            ) -> Self {
                $name {
                    start: array.as_mut_ptr(),
                    form: rows.form(Role::Written, axis, array.shape(), array.strides()),
                    lent: PhantomData,
                }
            }
        }

        // SAFETY: the memory is borrowed for `'x` alone, and shapes and strides are those of a valid view.
        unsafe impl<'x, T: Element, const MOVES: bool> Operand for $name<'x, T, MOVES> {
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
                    let there = cursor.again && form.step == 0;
                    if $loads && !there {
                        T::load(self.start, form, cursor, block);
                    } else if cursor.first && !there {
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
                // What every pass writes at the same place is brought there by the last one.
                let stays = cursor.more && form.step == 0;
                if form.access == Access::Staged && !stays {
                    // SAFETY: the block holds the elements that belong there.
                    unsafe { T::store(self.start, form, cursor, stage.cast::<T>()) };
                }
            }

            #[inline(always)]
            unsafe fn end(&self, _state: (), _chunk: usize) {}

            #[inline(always)]
            unsafe fn finish(self, _plan: &Plan) {}
        }

        // SAFETY: a place is where `fetch` takes the block from.
        unsafe impl<T: Element, const MOVES: bool> Moving for $name<'_, T, MOVES> {
            const SIZE: usize = size_of::<T>();
            const MOVES: bool = MOVES;
            const WRITTEN: bool = true;

            #[inline(always)]
            fn place(&self, form: &Form, cursor: &Cursor<'_>, stage: *mut u8) -> *mut u8 {
                in_place(self.start, form, cursor).map_or(stage, <*mut T>::cast)
            }

            #[inline(always)]
            unsafe fn slice<'a>(place: *mut u8, len: usize) -> &'a mut [T]
            where
                Self: 'a,
            {
                // SAFETY: the caller's promise.
                unsafe { std::slice::from_raw_parts_mut(place.cast(), len) }
            }
        }
    };
}

written!(InOut, loads: true);
written!(Out, loads: false);
