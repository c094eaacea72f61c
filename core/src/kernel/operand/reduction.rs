//! Whole reductions as operands: the kernel writes the values, the launch folds them.

use super::Operand;
use crate::kernel::element::Element;
use crate::kernel::reduce::{self, Accumulator, Combine};
use crate::kernel::scratch::Unwritten;
use crate::kernel::site::Site;
use crate::kernel::space::{CHUNK, Cursor, Dims, Form, Plan, Role};
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// Folds what the kernel writes.
pub struct Reduction<T: Element, C> {
    partials: Option<Unwritten<T>>,
    start: *mut MaybeUninit<T>,
    combine: PhantomData<C>,
}

/// The sum.
pub type Sum<T> = Reduction<T, reduce::Add>;
/// The product.
pub type Product<T> = Reduction<T, reduce::Multiply>;
/// The greatest value, NaN if there is one.
pub type Maximum<T> = Reduction<T, reduce::Greater>;
/// The least value, NaN if there is one.
pub type Minimum<T> = Reduction<T, reduce::Lesser>;
/// Whether one is true.
pub type Any = Reduction<bool, reduce::Or>;
/// Whether all are true.
pub type All = Reduction<bool, reduce::And>;

// SAFETY: while threads share it, only `start` is used, and each chunk writes its own place.
unsafe impl<T: Element, C> Sync for Reduction<T, C> {}

impl<T: Element, C: Combine<T>> Reduction<T, C> {
    #[inline]
    #[allow(
        clippy::new_without_default,
        reason = "a default operand has no meaning"
    )]
    pub fn new() -> Self {
        Reduction {
            partials: None,
            start: std::ptr::null_mut(),
            combine: PhantomData,
        }
    }
}

// SAFETY: the staging block is the operand's own, and each chunk has its own partial result.
unsafe impl<T: Element, C: Combine<T>> Operand for Reduction<T, C> {
    type Slice<'a>
        = &'a mut [MaybeUninit<T>]
    where
        Self: 'a;
    type Output = T;
    type State = Accumulator<T, C>;

    #[inline(always)]
    fn form(&self) -> Form {
        Form::new(Role::Folded, Dims::default())
    }

    #[inline]
    fn prepare(&mut self, site: &Site, plan: &Plan, _form: &Form) {
        if plan.len == 0 && C::EMPTY.is_none() {
            site.fail(&format!("{} of an array without elements", C::NAME));
        }
        let partials = self
            .partials
            .insert(Unwritten::new(plan.len.div_ceil(CHUNK)));
        self.start = partials.elements().as_mut_ptr();
    }

    #[inline(always)]
    fn begin(&self) -> Accumulator<T, C> {
        Accumulator::new()
    }

    #[inline(always)]
    unsafe fn fetch<'a>(
        &'a self,
        _form: &Form,
        cursor: &Cursor<'_>,
        stage: *mut u8,
    ) -> &'a mut [MaybeUninit<T>]
    where
        Self: 'a,
    {
        // SAFETY: a plan with a reduction has blocks of at most BLOCK elements.
        unsafe { std::slice::from_raw_parts_mut(stage.cast(), cursor.len) }
    }

    #[inline(always)]
    unsafe fn settle(
        &self,
        state: &mut Accumulator<T, C>,
        _form: &Form,
        cursor: &Cursor<'_>,
        stage: *mut u8,
    ) {
        // SAFETY: the kernel has written the block.
        state.feed(unsafe { std::slice::from_raw_parts(stage.cast::<T>(), cursor.len) });
    }

    #[inline(always)]
    unsafe fn end(&self, state: Accumulator<T, C>, chunk: usize) {
        // SAFETY: there is a place for each chunk, and only this call writes it.
        unsafe {
            self.start
                .add(chunk)
                .write(MaybeUninit::new(state.finish()))
        };
    }

    #[inline]
    unsafe fn finish(self, _plan: &Plan) -> T {
        let partials = self.partials.expect("the launch has prepared its operands");
        // SAFETY: every chunk has ended.
        reduce::tree::<T, C>(unsafe { partials.as_slice() })
    }
}
