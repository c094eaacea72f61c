//! Means and sums of squared deviations in one pass over memory.
//!
//! Deviations of a chunk are taken from a guess, which the sums themselves correct; a guess that is farther from the mean than
//! the deviations are wide is replaced by the mean, and the chunk, which the cache still has, is read again. Down columns the guesses
//! stay. Chunks are joined by the formula of Chan, Golub and LeVeque (1983).

use super::element::Real;
use super::level::{Dispatch, Level, dispatch};
use super::parallel::{self, Sharing};
use super::registers::{WIDE, rows};
use super::space::CHUNK;

/// The moments of some elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments<T> {
    count: f64,
    mean: T,
    /// The sum of the squares of the deviations from the mean.
    pub squares: T,
}

/// How many rows are taken one after the other: errors stay small on long axes.
const SEGMENT: usize = 2048;

/// How many columns are taken together: what is known of them fits the first cache beside the rows.
const COLUMNS: usize = 1024;

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
            squares: squares.minus(excess),
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
            dispatch(Down(&block[part * columns..], inner, out));
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

/// The first columns of rows that begin a number of elements apart.
struct Down<'a, T>(&'a [T], usize, &'a mut [T]);

impl<T: Real> Dispatch for Down<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Down(x, stride, out) = self;
        let columns = out.len();
        let (mut centres, mut all) = ([T::ZERO; COLUMNS], [T::ZERO; COLUMNS]);
        let (centres, all) = (&mut centres[..columns], &mut all[..columns]);
        // Means of what is far from 0 would be rounded by more than the deviations can bear: they are taken of what lies between.
        let count = rows(x, stride, columns);
        for k in 0..4 {
            for (centre, &x) in centres.iter_mut().zip(&x[k * count / 4 * stride..]) {
                *centre = centre.plus(x.times(T::from_f64(0.25)));
            }
        }
        out.fill(T::ZERO);
        for (index, segment) in x.chunks(stride * SEGMENT).enumerate() {
            let (mut means, mut squares) = ([T::ZERO; COLUMNS], [T::ZERO; COLUMNS]);
            let (means, squares) = (&mut means[..columns], &mut squares[..columns]);
            if T::moments_down::<L>(segment, stride, centres, means, squares).is_none() {
                moments_down::<L, T>(segment, stride, centres, means, squares);
            }
            let of = |count, mean, squares| Moments {
                count,
                mean,
                squares,
            };
            let before = (index * SEGMENT) as f64;
            let count = rows(segment, stride, columns) as f64;
            for column in 0..columns {
                let known = of(before, all[column], out[column]);
                let joined = known.join(of(count, means[column], squares[column]));
                (all[column], out[column]) = (joined.mean, joined.squares);
            }
        }
    }
}

#[inline(always)]
fn moments_down<L: Level, T: Real>(
    x: &[T],
    stride: usize,
    centres: &[T],
    means: &mut [T],
    squares: &mut [T],
) {
    for row in 0..rows(x, stride, means.len()) {
        let count = (row + 1) as f64;
        let (weight, product) = (T::from_f64(1.0 / count), T::from_f64(row as f64 / count));
        let known = means.iter_mut().zip(&mut *squares);
        let there = x[row * stride..].iter().zip(centres);
        for ((mean, square), (&x, &centre)) in known.zip(there) {
            let step = x.minus(centre).minus(*mean);
            *mean = step.times_plus::<L>(weight, *mean);
            *square = step.times(product).times_plus::<L>(step, *square);
        }
    }
}
