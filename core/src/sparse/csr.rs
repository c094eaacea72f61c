//! A matrix in compressed rows, borrowed, and its products.

use ndarray::{Array1, Array2, ArrayView2, Axis, Zip};
use std::borrow::Cow;
use std::ops::Range;

use crate::array::number::{Integer, Number};
use crate::array::operand::{Operand, dynamic};
use crate::kernel::parallel::{for_parts, sharing};

/// How many rows a thread takes at a time.
const ROWS: usize = 64;

/// What a weight and an element of the other factor give.
pub(crate) trait Rule<T, X>: Sync {
    /// Whether an element takes part at all.
    fn counts(x: X) -> bool;
    /// The product.
    fn product(weight: T, x: X) -> T;
}

/// Ordinary products; 0 counts, since 0 · ∞ is NaN.
pub(crate) struct Product;

impl<T: Number> Rule<T, T> for Product {
    #[inline(always)]
    fn counts(_: T) -> bool {
        true
    }
    #[inline(always)]
    fn product(weight: T, x: T) -> T {
        weight.times(x)
    }
}

/// Events: the weight where one is.
pub(crate) struct Events;

impl<T: Number, E: Number> Rule<T, E> for Events {
    #[inline(always)]
    fn counts(x: E) -> bool {
        x.is_true()
    }
    #[inline(always)]
    fn product(weight: T, _: E) -> T {
        weight
    }
}

/// The elements of a vector (or scalar), copied if they are strided.
pub(super) fn flat<'a, T: Copy, A: Operand<T>>(
    function: &str,
    what: &str,
    x: &'a A,
) -> Cow<'a, [T]> {
    let view = dynamic(x);
    if view.ndim() > 1 {
        panic!(
            "bm::{function}: {what} is a vector, not an array of shape {:?}",
            view.shape()
        );
    }
    match view.to_slice() {
        Some(elements) => Cow::Borrowed(elements),
        None => Cow::Owned(view.iter().copied().collect()),
    }
}

/// The elements of a vector or matrix row by row, the number of rows, and how many elements each has.
fn lanes<'a, T: Copy, A: Operand<T>>(function: &str, x: &'a A) -> (Cow<'a, [T]>, usize, usize) {
    let view = dynamic(x);
    let (rows, width) = match *view.shape() {
        [rows] => (rows, 1),
        [rows, width] => (rows, width),
        ref shape => panic!("bm::{function}: a factor of shape {shape:?}"),
    };
    let elements = match view.to_slice() {
        Some(elements) => Cow::Borrowed(elements),
        None => Cow::Owned(view.iter().copied().collect()),
    };
    (elements, rows, width)
}

/// An index as a place below `n`.
#[inline(always)]
pub(super) fn place<I: Integer>(function: &str, index: I, n: usize) -> usize {
    match usize::try_from(index.to_i64()) {
        Ok(place) if place < n => place,
        _ => panic!("bm::{function}: index {index:?} is out of bounds for an axis of length {n}"),
    }
}

/// One weight for all elements, or one for each.
pub(super) fn weights<'a, T: Number, A: Operand<T>>(
    function: &str,
    data: &'a A,
    elements: usize,
) -> Cow<'a, [T]> {
    let data = flat(function, "data", data);
    if data.len() != 1 && data.len() != elements {
        panic!(
            "bm::{function}: {} weights for {elements} elements",
            data.len()
        );
    }
    data
}

/// A sparse matrix: `indices[indptr[r]..indptr[r + 1]]` are the columns of row `r`.
pub(crate) struct Csr<'a, T: Clone, I: Clone, J: Clone> {
    function: &'static str,
    data: Cow<'a, [T]>,
    indices: Cow<'a, [I]>,
    indptr: Cow<'a, [J]>,
    shape: (usize, usize),
}

impl<'a, T: Number, I: Integer, J: Integer> Csr<'a, T, I, J> {
    pub(crate) fn new<A: Operand<T>, B: Operand<I>, C: Operand<J>>(
        function: &'static str,
        data: &'a A,
        indices: &'a B,
        indptr: &'a C,
        shape: (usize, usize),
    ) -> Self {
        let indices = flat(function, "indices", indices);
        let indptr = flat(function, "indptr", indptr);
        if indptr.len() != shape.0 + 1 {
            panic!(
                "bm::{function}: indptr of length {} for {} rows",
                indptr.len(),
                shape.0
            );
        }
        Csr {
            function,
            data: weights(function, data, indices.len()),
            indices,
            indptr,
            shape,
        }
    }

    pub(super) fn range(&self, row: usize) -> Range<usize> {
        let (start, end) = (self.indptr[row].to_i64(), self.indptr[row + 1].to_i64());
        if start < 0 || end < start || end > self.indices.len() as i64 {
            panic!(
                "bm::{}: row {row} is {start}..{end} of {} elements",
                self.function,
                self.indices.len()
            );
        }
        start as usize..end as usize
    }

    /// Calls `f` with column and weight of each element of a row.
    #[inline(always)]
    pub(super) fn each(&self, row: usize, mut f: impl FnMut(usize, T)) {
        let range = self.range(row);
        let columns = self.indices[range.clone()].iter();
        let columns = columns.map(|&index| place(self.function, index, self.shape.1));
        match &*self.data {
            &[weight] => columns.for_each(|column| f(column, weight)),
            data => columns
                .zip(&data[range])
                .for_each(|(column, &weight)| f(column, weight)),
        }
    }

    fn expect(&self, length: usize, wanted: usize) {
        if length != wanted {
            panic!(
                "bm::{}: a matrix of shape {:?} with a factor of length {length}, not {wanted}",
                self.function, self.shape
            );
        }
    }

    /// The product with a vector. Each row is one sum, in order, so that threads do not matter.
    pub(crate) fn vector<X: Number, R: Rule<T, X>, V: Operand<X>>(&self, x: &V) -> Array1<T> {
        let x = flat(self.function, "the vector", x);
        self.expect(x.len(), self.shape.1);
        let row = |row: usize| {
            let mut sum = T::ZERO;
            self.each(row, |column, weight| {
                if R::counts(x[column]) {
                    sum = sum.plus(R::product(weight, x[column]));
                }
            });
            sum
        };
        let mut out = vec![T::ZERO; self.shape.0];
        let shared = sharing(self.indices.len(), 4);
        for_parts(&mut out, ROWS, shared, &|part, sums| {
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum = row(part * ROWS + k);
            }
        });
        out.into()
    }

    /// The product of the transposed matrix with a vector: only rows whose element counts are read.
    pub(crate) fn transposed_vector<X: Number, R: Rule<T, X>, V: Operand<X>>(
        &self,
        x: &V,
    ) -> Array1<T> {
        let x = flat(self.function, "the vector", x);
        self.expect(x.len(), self.shape.0);
        let mut out = vec![T::ZERO; self.shape.1];
        for (row, &x) in x.iter().enumerate() {
            if R::counts(x) {
                self.each(row, |column, weight| {
                    out[column] = out[column].plus(R::product(weight, x));
                });
            }
        }
        out.into()
    }

    /// What each weight takes of `g`, the derivative by the product with a vector or matrix `x`, or by that of the transposed matrix: as
    /// many as there are weights.
    pub(super) fn weights<X: Number, R: Rule<T, X>, V: Operand<X>, G: Operand<T>>(
        &self,
        x: &V,
        g: &G,
        transposed: bool,
    ) -> Array1<T> {
        let (rows, columns) = self.shape;
        let (from, to) = if transposed {
            (rows, columns)
        } else {
            (columns, rows)
        };
        let (x, x_rows, width) = lanes(self.function, x);
        let (g, g_rows, g_width) = lanes(self.function, g);
        self.expect(x_rows, from);
        self.expect(g_rows, to);
        if width != g_width {
            panic!(
                "bm::{}: {width} columns, and {g_width} of the derivative",
                self.function
            );
        }
        let mut out = vec![T::ZERO; self.data.len()];
        for row in 0..rows {
            for element in self.range(row) {
                let column = place(self.function, self.indices[element], columns);
                let (from, to) = match transposed {
                    true => (row, column),
                    false => (column, row),
                };
                let pairs = x[from * width..][..width].iter();
                for (&x, &g) in pairs.zip(&g[to * width..][..width]) {
                    if R::counts(x) {
                        let weight = if out.len() == 1 { 0 } else { element };
                        out[weight] = out[weight].plus(R::product(g, x));
                    }
                }
            }
        }
        out.into()
    }

    /// The product with a matrix, or that of the transposed matrix.
    pub(crate) fn matrix<X: Number, R: Rule<T, X>, V: Operand<X>>(
        &self,
        x: &V,
        transposed: bool,
    ) -> Array2<T> {
        let view = dynamic(x);
        let Ok(x): Result<ArrayView2<'_, X>, _> = view.into_dimensionality() else {
            panic!(
                "bm::{}: the second factor is a matrix, not an array of shape {:?}",
                self.function,
                dynamic(x).shape()
            );
        };
        let (rows, columns) = self.shape;
        let (from, to) = if transposed {
            (rows, columns)
        } else {
            (columns, rows)
        };
        self.expect(x.nrows(), from);
        let mut out = Array2::from_elem((to, x.ncols()), T::ZERO);
        for row in 0..rows {
            if transposed && !x.row(row).iter().any(|&x| R::counts(x)) {
                continue;
            }
            self.each(row, |column, weight| {
                let (read, written) = if transposed {
                    (row, column)
                } else {
                    (column, row)
                };
                Zip::from(out.index_axis_mut(Axis(0), written))
                    .and(x.row(read))
                    .for_each(|out, &x| {
                        if R::counts(x) {
                            *out = out.plus(R::product(weight, x));
                        }
                    });
            });
        }
        out
    }
}
