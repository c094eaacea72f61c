//! Singular values of bidiagonal matrices by the differential quotient-difference algorithm with shifts (Fernando and Parlett, "Accurate
//! singular values and differential qd algorithms", 1994).
//!
//! A sweep turns the squares `q` of the diagonal and `e` of the elements above it into those of a matrix whose squared singular values are
//! less by the shift. With shifts a little below the least of them the last `e` vanishes after some sweeps, and the last `q` is then what is
//! left of that least one.

/// Sweeps for each value after which it is given up: three are usual.
const SWEEPS: usize = 100;

/// Squares up to this part of the greatest are zeros: rounding a matrix has as much of an effect on its singular values.
const NOTHING: f64 = f64::EPSILON * f64::EPSILON;

/// A block is turned round if its last square is so many times the first.
const STEEP: f64 = 1.5;

/// The singular values, descending, of the matrix with this diagonal and these elements above it; `None` if the iteration does not
/// converge, as it does not for infinities and NaN.
pub(super) fn singular_values(diagonal: &[f64], above: &[f64]) -> Option<Vec<f64>> {
    let n = diagonal.len();
    let all = || diagonal.iter().chain(above);
    if !all().all(|x| x.is_finite()) {
        return None;
    }
    let scale = all().fold(0.0f64, |most, x| most.max(x.abs()));
    if scale == 0.0 {
        return Some(vec![0.0; n]);
    }
    let square = |x: &f64| (x / scale) * (x / scale);
    let mut blocks = vec![Block {
        q: diagonal.iter().map(square).collect(),
        e: above.iter().map(square).collect(),
        shift: Shift::default(),
    }];
    let mut values = Vec::with_capacity(n);
    while let Some(block) = blocks.pop() {
        block.solve(&mut values, &mut blocks)?;
    }
    values.iter_mut().for_each(|x| *x = x.sqrt() * scale);
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    Some(values)
}

/// The sum of all shifts, with what rounding has lost of it.
#[derive(Clone, Copy, Default)]
struct Shift {
    sum: f64,
    lost: f64,
}

impl Shift {
    fn add(&mut self, x: f64) {
        let x = x + self.lost;
        let sum = self.sum + x;
        self.lost = x - (sum - self.sum);
        self.sum = sum;
    }

    /// A square of the shifted matrix as one of the matrix.
    fn of(&self, x: f64) -> f64 {
        (self.sum + (x + self.lost)).max(0.0)
    }
}

/// What a sweep leaves of the diagonal is at least the square of the least singular value, and its reciprocals add up to the trace of the
/// inverse: bounds from both sides.
#[derive(Clone, Copy, Default)]
struct Bounds {
    /// The last of the diagonal, if it is known.
    last: Option<f64>,
    /// The sum of the reciprocals of the others.
    inverse: f64,
    least: f64,
}

impl Bounds {
    /// A number that the least square is not below, but for rounding: Newton's step from 0 to the least root of the characteristic
    /// polynomial.
    fn safe(&self) -> f64 {
        1.0 / (self.inverse + self.last.map_or(0.0, |last| 1.0 / last))
    }
}

/// Why a sweep has come to a negative square.
struct Negative {
    /// What is left of the last one, if the others are positive: with the shift together an excellent bound.
    last: Option<f64>,
}

/// A part of the matrix that the rest does not depend on.
struct Block {
    q: Vec<f64>,
    e: Vec<f64>,
    shift: Shift,
}

impl Block {
    /// Adds the squares of the singular values to `values`, and the parts that come off to `blocks`.
    fn solve(mut self, values: &mut Vec<f64>, blocks: &mut Vec<Block>) -> Option<()> {
        let (mut new_q, mut new_e) = (self.q.clone(), self.e.clone());
        let mut bounds: Option<Bounds> = None;
        // How far from the lower to the upper bound shifts go: the further, the fewer of them have failed.
        let mut part = 0.25;
        self.turn();
        for _ in 0..SWEEPS * self.q.len() {
            // What has come off at the end, one value or more.
            while let Some(k) = self.e.iter().rposition(|&e| e <= NOTHING) {
                let shift = self.shift;
                let (q, e) = (self.q.split_off(k + 1), self.e.split_off(k + 1));
                self.e.pop();
                match q[..] {
                    [last] => values.push(shift.of(last)),
                    _ => blocks.push(Block { q, e, shift }),
                }
                bounds = bounds.map(|bounds| Bounds {
                    last: None,
                    ..bounds
                });
                self.turn();
            }
            let n = self.q.len();
            if let [first, last] = self.q[..] {
                let (sum, e) = (first + last + self.e[0], self.e[0]);
                let difference = first + e - last;
                let greater = (sum + (difference * difference + 4.0 * e * last).sqrt()) / 2.0;
                values.push(self.shift.of(greater));
                values.push(self.shift.of(first * (last / greater)));
                return Some(());
            }
            if let [only] = self.q[..] {
                values.push(self.shift.of(only));
                return Some(());
            }
            let guess = bounds.map_or(0.0, |bounds| self.guess(bounds, part));
            let (mut shift, mut late) = (guess, false);
            let swept = loop {
                match self.sweep(shift, &mut new_q[..n], &mut new_e[..n - 1]) {
                    Ok(bounds) => break bounds,
                    Err(Negative { last: Some(last) }) if !late => {
                        late = true;
                        shift = ((shift + last) * (1.0 - 2.0 * f64::EPSILON)).max(0.0);
                    }
                    // Squares stay positive without a shift.
                    Err(_) if shift == 0.0 => return None,
                    Err(_) => {
                        let safe = bounds.map_or(0.0, |bounds| bounds.safe());
                        shift = if safe < shift { safe } else { 0.0 };
                    }
                }
            };
            part = if shift < guess {
                part / 4.0
            } else {
                (1.0 + 2.0 * part) / 3.0
            };
            self.shift.add(shift);
            new_q.truncate(n);
            new_e.truncate(n - 1);
            std::mem::swap(&mut self.q, &mut new_q);
            std::mem::swap(&mut self.e, &mut new_e);
            bounds = Some(swept);
        }
        None
    }

    /// Turns the block round if it is steep: values are found at its end, the least one first.
    fn turn(&mut self) {
        if let [first, .., last] = self.q[..]
            && STEEP * first < last
        {
            self.q.reverse();
            self.e.reverse();
        }
    }

    /// A shift between the bounds.
    fn guess(&self, bounds: Bounds, part: f64) -> f64 {
        let safe = bounds.safe();
        let most = bounds
            .last
            .map_or(bounds.least, |last| last.min(bounds.least));
        let between = safe + part * (most - safe);
        if bounds.last != Some(most) {
            return between;
        }
        // The last square, less what the elements beside it change of it at most.
        let n = self.q.len();
        let beside = (most * self.e[n - 2]).sqrt();
        let before = (self.q[n - 2] * self.e[n - 3]).sqrt();
        let gap = self.q[n - 2] + self.e[n - 2] - most - beside - before;
        if gap > beside {
            safe.max(most - beside * beside / gap)
        } else {
            between
        }
    }

    fn sweep(&self, shift: f64, q: &mut [f64], e: &mut [f64]) -> Result<Bounds, Negative> {
        let mut bounds = Bounds {
            last: None,
            inverse: 0.0,
            least: f64::INFINITY,
        };
        let mut left = self.q[0] - shift;
        let steps = self
            .e
            .iter()
            .zip(&self.q[1..])
            .zip(q.iter_mut().zip(e.iter_mut()));
        for ((&old_e, &old_q), (q, e)) in steps {
            if left < 0.0 || left.is_nan() {
                return Err(Negative { last: None });
            }
            bounds.inverse += 1.0 / left;
            bounds.least = bounds.least.min(left);
            *q = left + old_e;
            let ratio = old_q / *q;
            *e = old_e * ratio;
            left = left * ratio - shift;
        }
        if left < 0.0 || left.is_nan() {
            return Err(Negative { last: Some(left) });
        }
        q[self.q.len() - 1] = left;
        bounds.last = Some(left);
        Ok(bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::singular_values;
    use std::f64::consts::PI;

    fn assert_near(values: &[f64], expected: impl Iterator<Item = f64>, greatest: f64) {
        for (value, expected) in values.iter().zip(expected) {
            assert!(
                (value - expected).abs() < 1e-14 * greatest,
                "{value:e} is not {expected:e}"
            );
        }
    }

    #[test]
    fn values_with_a_formula() {
        for n in [1, 2, 3, 10, 200] {
            let cosine = |k: usize| 2.0 * (PI * k as f64 / (2 * n + 1) as f64).cos();
            for scale in [1.0, 1e300, 1e-300] {
                let values = singular_values(&vec![scale; n], &vec![-scale; n - 1]).unwrap();
                let values: Vec<f64> = values.iter().map(|x| x / scale).collect();
                assert_eq!(values.len(), n);
                assert_near(&values, (1..=n).map(cosine), 2.0);
            }
        }
    }

    /// The squares add up to those of the elements, and the product is that of the diagonal.
    #[test]
    fn sums_and_products() {
        let n = 60;
        let graded = |base: f64| (0..n).map(|k| base.powi(k)).collect::<Vec<f64>>();
        for diagonal in [graded(1.0), graded(0.5), graded(2.0), graded(-0.9)] {
            for part in [1e-9, 0.3, 1.0] {
                let above: Vec<f64> = diagonal[1..].iter().map(|x| x * part).collect();
                let values = singular_values(&diagonal, &above).unwrap();
                assert!(values.is_sorted_by(|a, b| a >= b));
                let square = |x: &f64| x * x;
                let expected: f64 = diagonal.iter().chain(&above).map(square).sum();
                let sum: f64 = values.iter().map(square).sum();
                assert!((sum / expected - 1.0).abs() < 1e-13);
                let logarithm = |x: &f64| x.abs().ln();
                let expected: f64 = diagonal.iter().map(logarithm).sum();
                let sum: f64 = values.iter().map(logarithm).sum();
                // Only what is above the rounding of the greatest value is exact.
                if values[values.len() - 1] > 1e-8 * values[0] {
                    assert!((sum - expected).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn zeros_and_what_is_no_number() {
        assert_eq!(singular_values(&[], &[]), Some(vec![]));
        assert_eq!(singular_values(&[0.0; 3], &[0.0; 2]), Some(vec![0.0; 3]));
        assert_eq!(singular_values(&[-2.0, 3.0], &[0.0]), Some(vec![3.0, 2.0]));
        // A zero on the diagonal: a singular matrix.
        for place in 0..9 {
            let mut diagonal = [1.0; 9];
            diagonal[place] = 0.0;
            let values = singular_values(&diagonal, &[0.7; 8]).unwrap();
            assert!(values[8] < 1e-15 && values[7] > 0.1, "{values:?}");
        }
        assert_eq!(singular_values(&[1.0, f64::NAN], &[1.0]), None);
        assert_eq!(singular_values(&[1.0, 1.0], &[f64::INFINITY]), None);
    }
}
