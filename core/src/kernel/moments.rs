//! Means and sums of squared deviations in one pass over memory.
//!
//! Deviations of a chunk, or of a segment of columns, are taken from a guess, which the sums themselves correct; a guess that is farther
//! from the mean than the deviations are wide is replaced by the mean, and the chunk, which the cache still has, is read again. Chunks
//! are joined by the formula of Chan, Golub and LeVeque (1983).

use super::element::Real;
use super::level::{Dispatch, Level, dispatch};
use super::parallel::{self, Sharing};
use super::registers::{APART, Aligned, TOGETHER, WIDE, rows};
use super::space::CHUNK;

/// The moments of some elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments<T> {
    count: f64,
    mean: T,
    /// The sum of the squares of the deviations from the mean.
    pub squares: T,
}

/// Elements of a segment of columns, which the second cache keeps.
const SEGMENT: usize = 1 << 16;

/// Most rows of a segment: errors stay small on long axes.
const ROWS: usize = 256;

/// How many columns are taken together: what is known of them fits the first cache beside the rows.
const COLUMNS: usize = 1024;

/// So few columns that room for more would be a burden.
const FEW: usize = 64;

impl<T: Real> Moments<T> {
    const NONE: Self = Moments {
        count: 0.0,
        mean: T::ZERO,
        squares: T::ZERO,
    };

    /// Of both.
    #[inline(always)]
    fn join(self, other: Self) -> Self {
        let count = self.count + other.count;
        let (weight, product) = (other.count / count, self.count * other.count / count);
        let step = other.mean.minus(self.mean);
        let between = step.times(T::from_f64(product)).times(step);
        Moments {
            count,
            mean: self.mean.plus(step.times(T::from_f64(weight))),
            squares: self.squares.plus(other.squares).plus(between),
        }
    }

    /// Of at most [`CHUNK`] elements.
    #[inline(always)]
    fn of_chunk<L: Level>(x: &[T]) -> Self {
        if x.is_empty() {
            return Self::NONE;
        }
        let quarter = T::from_f64(0.25);
        let at = |k: usize| x[k * x.len() / 4].times(quarter);
        let guess = at(0).plus(at(1)).plus(at(2).plus(at(3)));
        let (moments, near) = Self::about::<L>(x, guess);
        match near {
            true => moments,
            false => Self::about::<L>(x, moments.mean).0,
        }
    }

    /// By deviations from `centre`, and whether that is no farther from the mean than the deviations are wide.
    #[inline(always)]
    fn about<L: Level>(x: &[T], centre: T) -> (Self, bool) {
        let sums = T::deviations::<L>(x, centre);
        let (sum, squares) = sums.unwrap_or_else(|| deviations::<L, T>(x, centre));
        let step = sum / T::from_f64(x.len() as f64);
        let excess = sum.times(step);
        let moments = Moments {
            count: x.len() as f64,
            mean: centre.plus(step),
            squares: less(squares, excess),
        };
        let near = excess == T::ZERO || excess < squares.times(T::from_f64(0.5));
        (moments, near)
    }

    /// Of all elements.
    pub fn of(x: &[T]) -> Self {
        if x.len() <= CHUNK {
            return dispatch(Chunk(x));
        }
        let mut parts = vec![Self::NONE; x.len().div_ceil(CHUNK)];
        let sharing = parallel::sharing(x.len(), 3);
        parallel::for_parts(&mut parts, 1, sharing, &|index, part| {
            let end = x.len().min((index + 1) * CHUNK);
            part[0] = dispatch(Chunk(&x[index * CHUNK..end]));
        });
        tree(&parts)
    }
}

/// Squares about the mean from those about a centre, which may be more than there are numbers for.
#[inline(always)]
fn less<T: Real>(squares: T, excess: T) -> T {
    match squares == T::infinity() {
        true => squares,
        false => squares.minus(excess),
    }
}

/// A balanced tree.
fn tree<T: Real>(parts: &[Moments<T>]) -> Moments<T> {
    match parts {
        [] => Moments::NONE,
        [one] => *one,
        _ => {
            let (left, right) = parts.split_at(parts.len().next_power_of_two() / 2);
            tree(left).join(tree(right))
        }
    }
}

struct Chunk<'a, T>(&'a [T]);

impl<T: Real> Dispatch for Chunk<'_, T> {
    type Output = Moments<T>;

    #[inline(always)]
    fn run<L: Level>(self) -> Moments<T> {
        Moments::of_chunk::<L>(self.0)
    }
}

/// The sums of the deviations from `centre` and of their squares.
#[inline(always)]
fn deviations<L: Level, T: Real>(x: &[T], centre: T) -> (T, T) {
    let (mut sums, mut squares) = ([T::ZERO; WIDE], [T::ZERO; WIDE]);
    for row in x.chunks(WIDE) {
        for ((sum, square), &x) in sums.iter_mut().zip(&mut squares).zip(row) {
            let deviation = x.minus(centre);
            *sum = sum.plus(deviation);
            *square = deviation.times_plus::<L>(deviation, *square);
        }
    }
    let mut width = WIDE / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] = sums[lane].plus(sums[lane + width]);
            squares[lane] = squares[lane].plus(squares[lane + width]);
        }
        width /= 2;
    }
    (sums[0], squares[0])
}

/// The sums of the squared deviations from their mean, for each line along the middle one of three axes, the first of which has as
/// many elements as come out.
pub(crate) fn squares_along<T: Real>(x: &[T], len: usize, inner: usize, out: &mut [T]) {
    if len == 0 || out.is_empty() {
        return out.fill(T::ZERO);
    }
    if inner == 1 && len > CHUNK {
        for (line, out) in x.chunks_exact(len).zip(out) {
            *out = Moments::of(line).squares;
        }
        return;
    }
    let sharing = parallel::sharing(x.len(), 3);
    if inner == 1 {
        let lines = CHUNK.div_ceil(len);
        parallel::for_parts(out, lines, sharing, &|part, out| {
            let first = part * lines * len;
            dispatch(Lines(&x[first..first + out.len() * len], len, out));
        });
        return;
    }
    let columns = match sharing {
        Sharing::Alone => COLUMNS,
        _ => COLUMNS / 4,
    };
    for (block, out) in x.chunks_exact(len * inner).zip(out.chunks_exact_mut(inner)) {
        parallel::for_parts(out, columns, sharing, &|part, out| {
            let block = &block[part * columns..];
            match inner <= FEW {
                true => dispatch(Down::<_, { FEW + APART }>(block, inner, out)),
                false => dispatch(Down::<_, { COLUMNS + APART }>(block, inner, out)),
            }
        });
    }
}

/// Lines of a length.
struct Lines<'a, T>(&'a [T], usize, &'a mut [T]);

impl<T: Real> Dispatch for Lines<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Lines(x, len, out) = self;
        for (line, out) in x.chunks_exact(len).zip(out) {
            *out = Moments::of_chunk::<L>(line).squares;
        }
    }
}

/// The first columns of rows that begin a number of elements apart, with room for `N`.
struct Down<'a, T, const N: usize>(&'a [T], usize, &'a mut [T]);

impl<T: Real, const N: usize> Dispatch for Down<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Down(x, stride, out) = self;
        let columns = out.len();
        let mut known = Aligned([[T::ZERO; N]; 4]);
        let [centres, means, sums, squares] = &mut known.0;
        let (centres, means) = (&mut centres[..columns], &mut means[..columns]);
        let (sums, squares) = (&mut sums[..columns], &mut squares[..columns]);
        let count = rows(x, stride, columns);
        // So many that a guess is hardly ever far for one of a thousand columns.
        const GUESSED: usize = 16;
        let guessed = GUESSED.min(count);
        for k in 0..guessed {
            let weight = T::from_f64(1.0 / (k + 1) as f64);
            for (centre, &x) in centres.iter_mut().zip(&x[k * count / guessed * stride..]) {
                *centre = centre.plus(x.minus(*centre).times(weight));
            }
        }
        out.fill(T::ZERO);
        let height = (SEGMENT / columns).min(ROWS) / TOGETHER * TOGETHER;
        let mut before = 0.0;
        for segment in x.chunks(stride * height) {
            let count = rows(segment, stride, columns) as f64;
            let mean = |sum: T| sum / T::from_f64(count);
            deviations_down::<L, T>(segment, stride, centres, sums, squares);
            let far = sums
                .iter()
                .zip(&*squares)
                .fold(false, |far, (&sum, &square)| {
                    let excess = sum.times(mean(sum));
                    far | !(excess == T::ZERO || excess < square.times(T::from_f64(0.5)))
                });
            if far {
                for ((centre, known), &sum) in centres.iter_mut().zip(&mut *means).zip(&*sums) {
                    let before = *centre;
                    *centre = before.plus(mean(sum));
                    *known = known.plus(before.minus(*centre));
                }
                deviations_down::<L, T>(segment, stride, centres, sums, squares);
            }
            // Means less their centres: those of what is far from 0 would be rounded by more than the deviations can bear.
            for column in 0..columns {
                let step = mean(sums[column]);
                let joined = Moments {
                    count: before,
                    mean: means[column],
                    squares: out[column],
                }
                .join(Moments {
                    count,
                    mean: step,
                    squares: less(squares[column], sums[column].times(step)),
                });
                (means[column], out[column]) = (joined.mean, joined.squares);
            }
            before += count;
        }
    }
}

/// The sums of the deviations of columns from their centres and of their squares.
#[inline(always)]
fn deviations_down<L: Level, T: Real>(
    x: &[T],
    stride: usize,
    centres: &[T],
    sums: &mut [T],
    squares: &mut [T],
) {
    sums.fill(T::ZERO);
    squares.fill(T::ZERO);
    if T::deviations_down::<L>(x, stride, centres, sums, squares).is_some() {
        return;
    }
    for row in 0..rows(x, stride, sums.len()) {
        let known = sums.iter_mut().zip(&mut *squares);
        let there = x[row * stride..].iter().zip(centres);
        for ((sum, square), (&x, &centre)) in known.zip(there) {
            let deviation = x.minus(centre);
            *sum = sum.plus(deviation);
            *square = deviation.times_plus::<L>(deviation, *square);
        }
    }
}
