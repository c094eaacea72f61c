//! Matrices by columns, each of which begins with a cache line: loops along columns of one matrix and along vectors are aligned.

use faer::{MatMut, MatRef};
use ndarray::ArrayView2;
use num_traits::{Float, Zero};

use super::bridge::for_tiles;
use super::decomposition::Scalar;

/// Bytes of a cache line.
const LINE: usize = 64;

/// Bytes of a page: columns that lie a multiple of it apart would contend for the same lines of the first cache.
const PAGE: usize = 4096;

/// A matrix by columns. Between a column's end and the next one's begin are zeros.
pub struct ColumnMajor<T> {
    memory: Vec<T>,
    first: usize,
    rows: usize,
    columns: usize,
    /// From one column to the next.
    pub stride: usize,
}

impl<T: Copy + Zero> ColumnMajor<T> {
    pub fn zeros(rows: usize, columns: usize) -> Self {
        let line = LINE / size_of::<T>();
        let mut stride = rows.next_multiple_of(line);
        if (stride * size_of::<T>()).is_multiple_of(PAGE) {
            stride += line;
        }
        let memory = vec![T::zero(); stride * columns + line];
        let first = memory.as_ptr().align_offset(LINE).min(line);
        ColumnMajor {
            memory,
            first,
            rows,
            columns,
            stride,
        }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The columns, one after the other.
    pub fn elements(&mut self) -> &mut [T] {
        &mut self.memory[self.first..][..self.stride * self.columns]
    }
}

impl<T: Float> ColumnMajor<T> {
    /// Multiplies all elements by a power of two if the squares of some could overflow, or vanish beside those of others. Returns what undoes
    /// it.
    pub fn scale(&mut self) -> T {
        let elements = self.elements();
        let greatest = elements.iter().fold(T::zero(), |most, x| most.max(x.abs()));
        let (least, most) = (
            T::min_positive_value().sqrt() / T::epsilon(),
            T::max_value().sqrt() * T::epsilon(),
        );
        if greatest == T::zero() || (least..most).contains(&greatest) {
            return T::one();
        }
        // Of the greatest exponents not all have a reciprocal.
        let exponent = greatest
            .log2()
            .floor()
            .max(T::min_positive_value().log2() + T::one());
        let two = T::one() + T::one();
        let factor = two.powf(-exponent);
        elements.iter_mut().for_each(|x| *x = *x * factor);
        two.powf(exponent)
    }
}

impl<T: Scalar> ColumnMajor<T> {
    /// A copy of a matrix.
    pub fn of(a: ArrayView2<'_, T>) -> Self {
        let (m, n) = a.dim();
        let mut copy = Self::zeros(m, n);
        let stride = copy.stride;
        let to = copy.elements();
        for_tiles(a, |j, rows, from| {
            let to = &mut to[j * stride..][rows];
            to.iter_mut().zip(from).for_each(|(to, &x)| *to = x);
        });
        copy
    }

    pub fn as_mat(&self) -> MatRef<'_, T> {
        let elements = &self.memory[self.first..];
        MatRef::from_column_major_slice_with_stride(elements, self.rows, self.columns, self.stride)
    }

    pub fn as_mat_mut(&mut self) -> MatMut<'_, T> {
        let (rows, columns, stride) = (self.rows, self.columns, self.stride);
        MatMut::from_column_major_slice_with_stride_mut(self.elements(), rows, columns, stride)
    }
}
