//! One long transform on several threads.
//!
//! With `n = n₁ n₂`, `j = j₁ n₂ + j₂` and `k = k₁ + n₁ k₂` a transform is `n₂` transforms of length `n₁`, a multiplication by roots
//! of unity, and `n₁` transforms of length `n₂` (Bailey, "FFTs in external or hierarchical memory", 1990). The short ones fit a
//! core's cache, and threads share them. Whether it is done depends on the length alone, so results do not depend on threads.

use std::f64::consts::TAU;

use num_complex::{Complex, Complex64};
use num_traits::{One, Zero};
use rustfft::FftDirection;

use super::element::FftElement;
use super::lanes::COST;
use super::plan::{self, FftFloat};
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::parallel::{for_parts, sharing};
use crate::kernel::unwritten::{apart, made_in_columns};

/// Shorter transforms are done in one piece.
const LONG: usize = 1 << 16;

/// Neither factor may be less.
const LEAST_FACTOR: usize = 64;

/// Rows that a thread takes at a time: together they use whole cache lines of the columns they come from.
const ROWS: usize = 16;

/// Columns that are read together: as many elements fill a cache line of a row.
const TOGETHER: usize = 8;

/// Roots of unity that are multiplied by one coarser root.
const FINE: usize = 32;

/// The factors of a long transform, the lesser one first; `None` if it is to be done in one piece.
pub(super) fn factors(n: usize) -> Option<(usize, usize)> {
    if n < LONG {
        return None;
    }
    let least = (LEAST_FACTOR..=n.isqrt()).rev().find(|d| n % d == 0)?;
    Some((least, n / least))
}

/// The transform of `lane`, cropped or padded with zeros to `n₁ n₂` elements, times `scale`.
pub(super) fn transform<A: FftElement>(
    lane: &[A],
    (n1, n2): (usize, usize),
    direction: FftDirection,
    scale: A::Float,
) -> Vec<Complex<A::Float>> {
    let n = n1 * n2;
    let lane = &lane[..n.min(lane.len())];
    let sharing = sharing(n, COST);
    let zero = Complex::zero();
    let roots = Roots::new(n, direction);
    let plan = plan::complex::<A::Float>(n1, direction);
    A::Float::with(n, |columns| {
        for_parts(columns, ROWS * n1, sharing, &|part, out| {
            let mut scratch = vec![zero; plan.get_inplace_scratch_len()];
            let first = part * ROWS;
            let column = |j1: usize| &lane[lane.len().min(j1 * n2 + first)..];
            across(out, n1, n1, column, A::complex);
            for (i, row) in out.chunks_exact_mut(n1).enumerate() {
                plan.process_with_scratch(row, &mut scratch);
                roots.turn(row, first + i, scale);
            }
        });
        let plan = plan::complex::<A::Float>(n2, direction);
        let columns = &*columns;
        made_in_columns(n2, n1, zero, sharing, &|first, out| {
            let mut scratch = vec![zero; plan.get_inplace_scratch_len()];
            let stride = apart::<Complex<A::Float>>(n2);
            across(out, n2, stride, |j2| &columns[j2 * n1 + first..], |x| x);
            for row in out.chunks_exact_mut(stride) {
                plan.process_with_scratch(&mut row[..n2], &mut scratch);
            }
        })
    })
}

/// Rows of `len` elements, `stride` apart, of which element `j` of row `i` is element `i` of `column(j)`, or 0 where that has no more.
fn across<'a, A: Copy + 'a, T: Zero>(
    rows: &mut [T],
    len: usize,
    stride: usize,
    column: impl Fn(usize) -> &'a [A],
    convert: impl Fn(A) -> T,
) {
    for left in (0..len).step_by(TOGETHER) {
        let columns: [&[A]; TOGETHER] = std::array::from_fn(|j| column(len.min(left + j + 1) - 1));
        for (i, row) in rows.chunks_exact_mut(stride).enumerate() {
            for (x, column) in row[left..len.min(left + TOGETHER)].iter_mut().zip(columns) {
                *x = column.get(i).map_or_else(T::zero, |&x| convert(x));
            }
        }
    }
}

/// The roots of unity of order `n`, each as a product of one of `coarse` and one of `fine`.
struct Roots {
    n: usize,
    step: usize,
    coarse: Vec<Complex64>,
    fine: Vec<Complex64>,
}

impl Roots {
    fn new(n: usize, direction: FftDirection) -> Self {
        let angle = match direction {
            FftDirection::Forward => -TAU / n as f64,
            FftDirection::Inverse => TAU / n as f64,
        };
        let root = |k: usize| Complex64::from_polar(1.0, angle * k as f64);
        let step = n.isqrt();
        Roots {
            n,
            step,
            coarse: (0..=n / step).map(|k| root(k * step)).collect(),
            fine: (0..step).map(root).collect(),
        }
    }

    /// Root number `k`.
    fn at(&self, k: usize) -> Complex64 {
        let k = k % self.n;
        self.coarse[k / self.step] * self.fine[k % self.step]
    }

    /// Multiplies element `k` of a row by root number `j k`, and by `scale`.
    fn turn<T: FftFloat>(&self, row: &mut [Complex<T>], j: usize, scale: T) {
        let number = |z: Complex64| {
            let part = |x: f64| T::from_f64(x).expect("a float");
            Complex::new(part(z.re), part(z.im))
        };
        let mut fine = [Complex::one(); FINE];
        for (k, root) in fine.iter_mut().enumerate() {
            *root = number(self.at(j * k));
        }
        for (part, row) in row.chunks_mut(FINE).enumerate() {
            let coarse = number(self.at(j * part * FINE)) * scale;
            let fine = &fine;
            dispatch(Turn { row, coarse, fine });
        }
    }
}

/// Multiplies a row by products of a root and others.
struct Turn<'a, T> {
    row: &'a mut [Complex<T>],
    coarse: Complex<T>,
    fine: &'a [Complex<T>; FINE],
}

impl<T: FftFloat> Dispatch for Turn<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Complex { re, im } = self.coarse;
        for (x, w) in self.row.iter_mut().zip(self.fine) {
            let (c, s) = (re * w.re - im * w.im, re * w.im + im * w.re);
            *x = Complex::new(x.re * c - x.im * s, x.re * s + x.im * c);
        }
    }
}
