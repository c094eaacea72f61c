//! Linear equations of a few unknowns, column by column in LAPACK's order: no set-up, and NumPy's results where elements are NaN.

use ndarray::{Array2, ArrayView2, Axis};
use num_traits::{Float, One, Zero};

use super::decomposition::Scalar;

/// Matrices up to this length are solved here.
pub(super) const LARGEST: usize = 8;

/// The modulus by which pivots are compared.
fn size<T: Scalar>(x: T) -> <T as Scalar>::Real {
    let z = x.complex();
    Float::abs(z.re) + Float::abs(z.im)
}

/// Solves `a x = b` by LU decomposition with partial pivoting; `None` if a pivot is 0.
pub(super) fn solve<T: Scalar>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Option<Array2<T>> {
    let n = a.nrows();
    let zero = <T as Zero>::zero();
    let (mut lu, mut x) = (a.to_owned(), b.as_standard_layout().into_owned());
    let mut singular = false;
    for j in 0..n {
        for i in 1..n {
            let products = (0..i.min(j)).fold(zero, |sum, k| sum + lu[(i, k)] * lu[(k, j)]);
            lu[(i, j)] -= products;
        }
        // A NaN is no greater than another number, so it stays where it is.
        let pivot = (j + 1..n).fold(j, |best, i| {
            if size(lu[(i, j)]) > size(lu[(best, j)]) {
                i
            } else {
                best
            }
        });
        if pivot != j {
            for table in [&mut lu, &mut x] {
                let (mut above, mut below) = table.view_mut().split_at(Axis(0), pivot);
                above
                    .row_mut(j)
                    .iter_mut()
                    .zip(below.row_mut(0))
                    .for_each(|(a, b)| std::mem::swap(a, b));
            }
        }
        let value = lu[(j, j)];
        singular |= value == zero;
        // As in OpenBLAS, a column with a NaN for a pivot is left unscaled.
        if !Float::is_nan(size(value)) {
            let scale = <T as One>::one() / value;
            for i in j + 1..n {
                lu[(i, j)] *= scale;
            }
        }
    }
    if singular {
        return None;
    }
    for mut column in x.columns_mut() {
        for i in 1..n {
            let products = (0..i).fold(zero, |sum, k| sum + lu[(i, k)] * column[k]);
            column[i] -= products;
        }
        for i in (0..n).rev() {
            let products = (i + 1..n).fold(zero, |sum, k| sum + lu[(i, k)] * column[k]);
            column[i] = (column[i] - products) / lu[(i, i)];
        }
    }
    Some(x)
}
