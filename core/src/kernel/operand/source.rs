//! Sources: operands that compute their elements.

use super::Operand;
use super::array::read_block;
use crate::kernel::element::{Element, Integer, Number};
use crate::kernel::scratch::Unwritten;
use crate::kernel::site::Site;
use crate::kernel::space::{Access, BLOCK, Cursor, Dims, Form, Plan, Role};
use ndarray::{ArrayView, ArrayView1, Axis, Dimension, IxDyn};
use std::mem::MaybeUninit;

/// Something that can compute any run of its elements, in row-major order.
pub trait Source: Sync {
    type Element: Element;

    /// The shape, which broadcasts like an array's.
    fn shape(&self) -> Dims;

    /// The longest run to ask for at once.
    fn limit(&self) -> usize {
        usize::MAX
    }

    /// Writes all of `out`: the elements from `start` on.
    fn fill(&self, start: usize, out: &mut [MaybeUninit<Self::Element>]);
}

/// A source as an operand.
pub struct Computed<S: Source> {
    source: S,
    /// Its elements, where it is repeated along an axis and so must be walked like an array.
    elements: Option<Unwritten<S::Element>>,
    start: *const S::Element,
}

// SAFETY: while threads share it, the source and the elements are only read.
unsafe impl<S: Source> Sync for Computed<S> {}

impl<S: Source> Computed<S> {
    #[inline]
    pub fn new(source: S) -> Self {
        Computed {
            source,
            elements: None,
            start: std::ptr::null(),
        }
    }
}

// SAFETY: the staging block and the elements are the operand's own, and a source writes all it is asked for.
unsafe impl<S: Source> Operand for Computed<S> {
    type Slice<'a>
        = &'a [S::Element]
    where
        Self: 'a;
    type Output = ();
    type State = ();

    #[inline]
    fn form(&self) -> Form {
        let mut form = Form::standard(Role::Computed, self.source.shape());
        form.limit = self.source.limit();
        form
    }

    #[inline]
    fn prepare(&mut self, _site: &Site, plan: &Plan, form: &Form) {
        if form.access != Access::Direct && plan.len > 0 {
            let elements = self.elements.insert(Unwritten::new(form.dims.len()));
            self.source.fill(0, elements.elements());
            self.start = elements.elements().as_ptr().cast();
        }
    }

    #[inline(always)]
    fn begin(&self) {}

    #[inline(always)]
    unsafe fn fetch<'a>(
        &'a self,
        form: &Form,
        cursor: &Cursor<'_>,
        stage: *mut u8,
    ) -> &'a [S::Element]
    where
        Self: 'a,
    {
        // SAFETY: a plan with a source has blocks of at most BLOCK elements; elsewhere `start` is what `form` describes.
        unsafe {
            if form.access != Access::Direct {
                return read_block(self.start, form, cursor, stage);
            }
            debug_assert!(cursor.len <= BLOCK);
            let block = std::slice::from_raw_parts_mut(stage.cast(), cursor.len);
            self.source.fill(cursor.start, block);
            std::slice::from_raw_parts(stage.cast(), cursor.len)
        }
    }

    #[inline(always)]
    unsafe fn settle(&self, _state: &mut (), _form: &Form, _cursor: &Cursor<'_>, _stage: *mut u8) {}

    #[inline(always)]
    unsafe fn end(&self, _state: (), _chunk: usize) {}

    #[inline(always)]
    unsafe fn finish(self, _plan: &Plan) {}
}

/// `start + step * i` for `i` in `0..len`.
pub struct Arange<T> {
    start: T,
    step: T,
    len: usize,
}

impl<T: Number + FromIndex> Arange<T> {
    #[inline]
    #[allow(
        clippy::new_ret_no_self,
        reason = "names the operand, like every other"
    )]
    pub fn new(start: T, step: T, len: usize) -> Computed<Self> {
        Computed::new(Arange { start, step, len })
    }
}

impl<T: Number + FromIndex> Source for Arange<T> {
    type Element = T;

    fn shape(&self) -> Dims {
        Dims::new(&[self.len])
    }

    #[inline(always)]
    fn fill(&self, start: usize, out: &mut [MaybeUninit<T>]) {
        for (index, out) in out.iter_mut().enumerate() {
            out.write(
                self.start
                    .plus(self.step.times(T::from_index(start + index))),
            );
        }
    }
}

/// A number that an index can be turned into.
pub trait FromIndex {
    fn from_index(index: usize) -> Self;
}

macro_rules! from_index {
    ($($type:ident)*) => {$(
        impl FromIndex for $type {
            #[inline(always)]
            fn from_index(index: usize) -> Self {
                index as $type
            }
        }
    )*};
}

from_index!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

/// The items of an array along its first axis, in the order of a list of indices: NumPy's `array[indices]`.
///
/// A negative index counts from the end.
pub struct Gather<'x, T, I> {
    array: ArrayView<'x, T, IxDyn>,
    indices: ArrayView1<'x, I>,
    /// How many elements an item has.
    item: usize,
}

impl<'x, T: Element, I: Integer> Gather<'x, T, I> {
    /// # Panics
    /// If an index is out of range.
    #[allow(
        clippy::new_ret_no_self,
        reason = "names the operand, like every other"
    )]
    pub fn new<D: Dimension>(
        site: &Site,
        array: ArrayView<'x, T, D>,
        indices: ArrayView1<'x, I>,
    ) -> Computed<Self> {
        check_indices(site, indices, array.len_of(Axis(0)));
        let item = array.shape()[1..].iter().product();
        Computed::new(Gather {
            array: array.into_dyn(),
            indices,
            item,
        })
    }
}

impl<T: Element, I: Integer> Source for Gather<'_, T, I> {
    type Element = T;

    fn shape(&self) -> Dims {
        let shape = self.array.shape();
        let mut dims = Dims::new(shape);
        dims.set_first(self.indices.len());
        dims
    }

    #[inline]
    fn fill(&self, start: usize, out: &mut [MaybeUninit<T>]) {
        let len = self.array.len_of(Axis(0));
        if self.array.ndim() == 1 {
            let array = self.array.as_ptr();
            let stride = self.array.strides()[0];
            for (index, out) in self.indices.iter().skip(start).zip(out) {
                let at = wrap(*index, len) as isize;
                // SAFETY: `new` has checked every index, and the view cannot change while it is borrowed.
                out.write(unsafe { *array.offset(at * stride) });
            }
            return;
        }
        let (mut row, mut column) = (start / self.item, start % self.item);
        let mut rest = out;
        while !rest.is_empty() {
            let item = self.array.index_axis(Axis(0), wrap(self.indices[row], len));
            let (now, later) = rest.split_at_mut(rest.len().min(self.item - column));
            match item.to_slice() {
                Some(item) => now.write_copy_of_slice(&item[column..column + now.len()]),
                None => {
                    for (element, out) in item.iter().skip(column).zip(now) {
                        out.write(*element);
                    }
                    &mut []
                }
            };
            (rest, row, column) = (later, row + 1, 0);
        }
    }
}

/// A valid index as a position from the start.
#[inline(always)]
pub(crate) fn wrap<I: Integer>(index: I, len: usize) -> usize {
    let index = index.to_index();
    (if index < 0 { index + len as i64 } else { index }) as usize
}

/// # Panics
/// If an index is not in `-len..len`.
pub(crate) fn check_indices<I: Integer, D: Dimension>(
    site: &Site,
    indices: ArrayView<'_, I, D>,
    len: usize,
) {
    let bad = |index: &&I| !(-(len as i64)..len as i64).contains(&index.to_index());
    if let Some(index) = indices.iter().find(bad) {
        site.fail(&format!(
            "index {index:?} is out of range for an axis of length {len}"
        ));
    }
}
