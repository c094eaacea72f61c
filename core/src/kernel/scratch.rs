//! Buffers that outlive a call but not a thread: temporaries of the steady state cost no allocation.

use super::element::Element;
use super::pages::room;
use ndarray::{Array, Dimension, IntoDimension};
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};

/// A thread's spare buffers of one element type. It only grows.
pub struct Pool<T> {
    spare: Vec<Buffer<T>>,
}

impl<T> Pool<T> {
    pub(super) const fn new() -> Self {
        Pool { spare: Vec::new() }
    }
}

/// Memory from the pool, of which the first `initialised` elements have a value.
struct Buffer<T> {
    memory: Vec<T>,
    initialised: usize,
}

impl<T: Element> Buffer<T> {
    /// Takes the smallest spare buffer that has room for `len` elements, or makes the largest one larger.
    fn take(len: usize) -> Buffer<T> {
        let found = T::with_pool(|pool| {
            let fits = |buffer: &Buffer<T>| buffer.memory.capacity() >= len;
            let capacity = |index: &usize| pool.spare[*index].memory.capacity();
            let all = 0..pool.spare.len();
            let best = all
                .clone()
                .filter(|index| fits(&pool.spare[*index]))
                .min_by_key(capacity);
            best.or_else(|| all.max_by_key(capacity))
                .map(|index| pool.spare.swap_remove(index))
        });
        match found {
            Some(buffer) if buffer.memory.capacity() >= len => buffer,
            // A larger buffer takes the place of the one found: its contents are of no use.
            _ => Buffer {
                memory: room(len),
                initialised: 0,
            },
        }
    }

    fn give_back(self) {
        if self.memory.capacity() > 0 {
            // A thread that is ending has no pool any more; then the memory is simply freed.
            T::with_pool(|pool| pool.spare.push(self));
        }
    }
}

/// An array whose memory comes from the thread's pool and goes back there.
pub struct Temporary<T: Element, D: Dimension> {
    array: Array<T, D>,
}

impl<T: Element, D: Dimension> Deref for Temporary<T, D> {
    type Target = Array<T, D>;

    fn deref(&self) -> &Array<T, D> {
        &self.array
    }
}

impl<T: Element, D: Dimension> DerefMut for Temporary<T, D> {
    fn deref_mut(&mut self) -> &mut Array<T, D> {
        &mut self.array
    }
}

impl<T: Element, D: Dimension> From<Array<T, D>> for Temporary<T, D> {
    fn from(array: Array<T, D>) -> Self {
        Temporary { array }
    }
}

impl<T: Element, D: Dimension> Drop for Temporary<T, D> {
    fn drop(&mut self) {
        let empty = Array::from_shape_vec(D::zeros(self.array.ndim()), Vec::new());
        let Ok(empty) = empty else { return };
        let (mut memory, _) = std::mem::replace(&mut self.array, empty).into_raw_vec_and_offset();
        let initialised = memory.len();
        memory.clear();
        Buffer {
            memory,
            initialised,
        }
        .give_back();
    }
}

/// An array from the thread's pool, with unspecified contents.
///
/// ```
/// use brain_jit::kernel::scratch;
/// let mut total = scratch::<f32, ndarray::Ix1>([3]);
/// total.fill(1.0);
/// assert_eq!(total.sum(), 3.0);
/// ```
pub fn scratch<T: Element, D: Dimension>(shape: impl IntoDimension<Dim = D>) -> Temporary<T, D> {
    let dim = shape.into_dimension();
    let mut unwritten = Unwritten::new(dim.size());
    let known = unwritten.buffer.initialised;
    for element in unwritten.elements().iter_mut().skip(known) {
        element.write(T::default());
    }
    // SAFETY: the elements before `known` have a value, and the others have just been given one.
    unsafe { unwritten.into_temporary(dim, false) }
}

/// Memory from the pool that is yet to be written.
pub(crate) struct Unwritten<T: Element> {
    buffer: Buffer<T>,
    len: usize,
}

impl<T: Element> Unwritten<T> {
    pub(crate) fn new(len: usize) -> Self {
        Unwritten {
            buffer: Buffer::take(len),
            len,
        }
    }

    pub(crate) fn elements(&mut self) -> &mut [MaybeUninit<T>] {
        debug_assert!(self.buffer.memory.is_empty());
        &mut self.buffer.memory.spare_capacity_mut()[..self.len]
    }

    /// # Safety
    /// Every element has been written.
    pub(crate) unsafe fn as_slice(&self) -> &[T] {
        // SAFETY: `len` elements lie within the capacity, and the caller has written them.
        unsafe { std::slice::from_raw_parts(self.buffer.memory.as_ptr(), self.len) }
    }

    /// # Safety
    /// Every element has been written, and the size of `dim` is that of the memory.
    pub(crate) unsafe fn into_temporary<D: Dimension>(
        mut self,
        dim: D,
        fortran: bool,
    ) -> Temporary<T, D> {
        use ndarray::ShapeBuilder;
        let mut buffer = std::mem::replace(
            &mut self.buffer,
            Buffer {
                memory: Vec::new(),
                initialised: 0,
            },
        );
        // SAFETY: `len` elements lie within the capacity, and the caller has written them.
        unsafe { buffer.memory.set_len(self.len) };
        // SAFETY: the vector has as many elements as the shape, by the caller's promise.
        let array = unsafe { Array::from_shape_vec_unchecked(dim.set_f(fortran), buffer.memory) };
        Temporary { array }
    }
}

impl<T: Element> Drop for Unwritten<T> {
    fn drop(&mut self) {
        std::mem::replace(
            &mut self.buffer,
            Buffer {
                memory: Vec::new(),
                initialised: 0,
            },
        )
        .give_back();
    }
}
