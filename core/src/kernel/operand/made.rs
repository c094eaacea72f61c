//! Arrays that a launch makes: `New` for results, `Scratch` for temporaries.

use super::Operand;
use super::array::in_place;
use crate::kernel::element::Element;
use crate::kernel::pages;
use crate::kernel::scratch::{Temporary, Unwritten};
use crate::kernel::site::Site;
use crate::kernel::space::{Access, Cursor, Dims, Form, Plan, Role};
use ndarray::{Array, Dimension, ShapeBuilder};
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// A new array in the shape of the space.
pub struct New<T, D> {
    shape: Dims,
    array: Option<Array<MaybeUninit<T>, D>>,
    start: *mut T,
}

/// A temporary in the shape of the space, from the thread's pool.
pub struct Scratch<T: Element, D> {
    shape: Dims,
    memory: Option<Unwritten<T>>,
    start: *mut T,
    rank: PhantomData<D>,
}

// SAFETY: while threads share it, only `start` is used, of which the launcher gives each thread its own part.
unsafe impl<T: Element, D> Sync for New<T, D> {}
// SAFETY: as `New`.
unsafe impl<T: Element, D> Sync for Scratch<T, D> {}

impl<T: Element, D: Dimension> New<T, D> {
    #[inline]
    #[allow(
        clippy::new_without_default,
        reason = "a default operand has no meaning"
    )]
    pub fn new() -> Self {
        New::with_shape(&[])
    }

    /// For a launch that reads no array: it has no other shape.
    #[inline]
    pub fn with_shape(shape: &[usize]) -> Self {
        New {
            shape: Dims::new(shape),
            array: None,
            start: std::ptr::null_mut(),
        }
    }
}

impl<T: Element, D: Dimension> Scratch<T, D> {
    #[inline]
    #[allow(
        clippy::new_without_default,
        reason = "a default operand has no meaning"
    )]
    pub fn new() -> Self {
        Scratch::with_shape(&[])
    }

    /// For a launch that reads no array: it has no other shape.
    #[inline]
    pub fn with_shape(shape: &[usize]) -> Self {
        Scratch {
            shape: Dims::new(shape),
            memory: None,
            start: std::ptr::null_mut(),
            rank: PhantomData,
        }
    }
}

/// The shape of the space as a dimension of static type.
fn dimension<D: Dimension>(plan: &Plan) -> D {
    let shape = plan.space.as_slice();
    let rank = D::NDIM.unwrap_or(shape.len());
    assert!(
        rank == shape.len(),
        "a result of shape {shape:?} does not have the {rank} axes that its type says"
    );
    let mut dimension = D::zeros(rank);
    dimension.slice_mut().copy_from_slice(shape);
    dimension
}

macro_rules! made {
    ($name:ident, $output:ty) => {
        // SAFETY: the memory belongs to the operand and has the size of the space.
        unsafe impl<T: Element, D: Dimension> Operand for $name<T, D> {
            type Slice<'a>
                = &'a mut [MaybeUninit<T>]
            where
                Self: 'a;
            type Output = $output;
            type State = ();

            #[inline(always)]
            fn form(&self) -> Form {
                Form::new(Role::Made, self.shape)
            }

            #[inline]
            fn prepare(&mut self, _site: &Site, plan: &Plan, _form: &Form) {
                self.allocate(plan);
            }

            #[inline(always)]
            fn begin(&self) {}

            #[inline(always)]
            unsafe fn fetch<'a>(
                &'a self,
                form: &Form,
                cursor: &Cursor<'_>,
                stage: *mut u8,
            ) -> &'a mut [MaybeUninit<T>]
            where
                Self: 'a,
            {
                let first = in_place(self.start, form, cursor).unwrap_or(stage.cast());
                // SAFETY: the walk stays within the memory made for it, and blocks do not overlap; a staging block is
                // this operand's own.
                unsafe { std::slice::from_raw_parts_mut(first.cast(), cursor.len) }
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
                    // SAFETY: the kernel has written the block.
                    unsafe { T::store(self.start, form, cursor, stage.cast::<T>()) };
                }
            }

            #[inline(always)]
            unsafe fn end(&self, _state: (), _chunk: usize) {}

            #[inline]
            unsafe fn finish(self, plan: &Plan) -> $output {
                // SAFETY: every block has been written.
                unsafe { self.written(plan) }
            }
        }
    };
}

made!(New, Array<T, D>);
made!(Scratch, Temporary<T, D>);

impl<T: Element, D: Dimension> New<T, D> {
    #[inline]
    fn allocate(&mut self, plan: &Plan) {
        let array = self
            .array
            .insert(Array::uninit(dimension::<D>(plan).set_f(plan.fortran)));
        self.start = array.as_mut_ptr().cast();
        pages::ask(self.start, plan.len);
    }

    #[inline]
    unsafe fn written(self, _plan: &Plan) -> Array<T, D> {
        let array = self.array.expect("the launch has prepared its operands");
        // SAFETY: the caller has written every element.
        unsafe { array.assume_init() }
    }
}

impl<T: Element, D: Dimension> Scratch<T, D> {
    #[inline]
    fn allocate(&mut self, plan: &Plan) {
        let memory = self.memory.insert(Unwritten::new(plan.len));
        self.start = memory.elements().as_mut_ptr().cast();
    }

    #[inline]
    unsafe fn written(self, plan: &Plan) -> Temporary<T, D> {
        let memory = self.memory.expect("the launch has prepared its operands");
        // SAFETY: the caller has written every element; the memory was made for this plan.
        unsafe { memory.into_temporary(dimension(plan), plan.fortran) }
    }
}
