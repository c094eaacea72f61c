//! Draws from a population: choice, permutation, shuffle.

use ndarray::{Array, Array1, ArrayBase, ArrayRef, ArrayRef1, Axis, Data, Ix1, RemoveAxis};

use super::default::with_default;
use super::discrete::below;
use super::distribution::RandomFloat;
use super::draw::Counter;
use super::shape::Shape;
use super::state::RandomState;

/// What elements are chosen from: a number `n` stands for `0 .. n`; otherwise a vector, array, slice or `Vec`.
pub trait Population {
    /// Type of an element.
    type Item;
    /// Number of elements.
    fn size(&self) -> usize;
    /// Element number `i`.
    fn item(&self, i: usize) -> Self::Item;
}

impl Population for usize {
    type Item = usize;
    fn size(&self) -> usize {
        *self
    }
    fn item(&self, i: usize) -> usize {
        i
    }
}

macro_rules! indexed_population {
    ($(<$($generic:ident $(: $bound:path)?),* $(; const $N:ident)?> $item:ty, $population:ty;)*) => {$(
        impl<$($generic $(: $bound)?,)* $(const $N: usize)?> Population for $population where $item: Clone {
            type Item = $item;
            fn size(&self) -> usize {
                self.len()
            }
            fn item(&self, i: usize) -> $item {
                self[i].clone()
            }
        }
    )*};
}
indexed_population! {
    <S: Data> S::Elem, &ArrayBase<S, Ix1>;
    <T> T, &ArrayRef1<T>;
    <T> T, &[T];
    <T> T, &Vec<T>;
    <T; const N> T, [T; N];
    <T; const N> T, &[T; N];
}

/// What is permuted: a number `n` stands for `0 .. n`, an array is permuted along its first axis.
pub trait Permute {
    /// The permuted copy.
    type Output;
    /// Length of the first axis.
    fn size(&self) -> usize;
    /// The elements (rows) in the order of `indices`.
    fn select(&self, indices: Vec<usize>) -> Self::Output;
}

impl Permute for usize {
    type Output = Array1<usize>;
    fn size(&self) -> usize {
        *self
    }
    fn select(&self, indices: Vec<usize>) -> Array1<usize> {
        indices.into()
    }
}

impl<S: Data<Elem: Clone>, D: RemoveAxis> Permute for &ArrayBase<S, D> {
    type Output = Array<S::Elem, D>;
    fn size(&self) -> usize {
        self.len_of(Axis(0))
    }
    fn select(&self, indices: Vec<usize>) -> Array<S::Elem, D> {
        (***self).select(Axis(0), &indices)
    }
}

impl RandomState {
    /// `0 .. n` in random order, by the method of Fisher and Yates; takes `n` counters.
    fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let at = self.reserve(n as u64);
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, at.below(i as u64, i + 1));
        }
        order
    }

    /// Uniform below `range`, from the counter `number` after this position.
    fn below(&self, number: u64, range: usize) -> usize {
        let [low, high, ..] = self.counter(number).words();
        below(range as u64, high, low) as usize
    }

    /// A random permutation of `0 .. n`, or of an array's rows (a copy).
    ///
    /// ```
    /// let order = brain_jit::random::RandomState::new(3).permutation(5);
    /// let mut sorted = order.to_vec();
    /// sorted.sort();
    /// assert_eq!(sorted, [0, 1, 2, 3, 4]);
    /// ```
    pub fn permutation<P: Permute>(&mut self, population: P) -> P::Output {
        let order = self.shuffled(population.size());
        population.select(order)
    }

    /// Puts an array's rows (elements of its first axis) in random order, in place. Panics if the array has rank 0.
    pub fn shuffle<T: Clone, D: RemoveAxis>(&mut self, array: &mut ArrayRef<T, D>) {
        assert!(array.ndim() > 0, "random::shuffle: the array has rank 0");
        let order = self.shuffled(array.len_of(Axis(0)));
        let shuffled = array.select(Axis(0), &order);
        array.assign(&shuffled);
    }

    /// Elements of a population, each equally likely, with replacement. Panics if the population is empty.
    ///
    /// ```
    /// let mut rng = brain_jit::random::RandomState::new(3);
    /// let indices = rng.choice(10, (2, 3));
    /// let letters = rng.choice(&['a', 'b'], 4);
    /// assert!(indices.iter().all(|&i| i < 10) && letters.len() == 4);
    /// ```
    pub fn choice<P: Population, S: Shape>(
        &mut self,
        population: P,
        shape: S,
    ) -> S::Output<P::Item> {
        let (n, size) = (shape.len(), population.size());
        assert!(
            size > 0 || n == 0,
            "random::choice: the population is empty"
        );
        let at = self.reserve(n as u64);
        shape.arrange(
            (0..n)
                .map(|i| population.item(at.below(i as u64, size)))
                .collect(),
        )
    }

    /// Elements of a population with probabilities in proportion to `p`, with replacement. Panics if the lengths differ, or a
    /// weight is negative, or all are zero.
    pub fn choice_weighted<P: Population, T: RandomFloat, S: Shape>(
        &mut self,
        population: P,
        shape: S,
        p: &ArrayRef1<T>,
    ) -> S::Output<P::Item> {
        let sums = cumulative("choice_weighted", population.size(), p);
        let n = shape.len();
        let at = self.reserve(n as u64);
        shape.arrange(
            (0..n)
                .map(|i| population.item(at.weighted(i as u64, &sums)))
                .collect(),
        )
    }

    /// Different elements of a population (without replacement), in random order. Panics if the shape has more elements.
    pub fn choice_distinct<P: Population, S: Shape>(
        &mut self,
        population: P,
        shape: S,
    ) -> S::Output<P::Item> {
        let (n, size) = (shape.len(), population.size());
        assert!(
            n <= size,
            "random::choice_distinct: {n} different elements asked of a population of {size}"
        );
        let at = self.reserve(n as u64);
        let mut order: Vec<usize> = (0..size).collect();
        for i in 0..n {
            order.swap(i, i + at.below(i as u64, size - i));
        }
        shape.arrange(order[..n].iter().map(|&i| population.item(i)).collect())
    }

    /// Different elements of a population, drawn one after another with probabilities in proportion to `p` among those left
    /// (Efraimidis and Spirakis, 2006). Panics if the lengths differ, or fewer weights than elements asked for are positive.
    pub fn choice_distinct_weighted<P: Population, T: RandomFloat, S: Shape>(
        &mut self,
        population: P,
        shape: S,
        p: &ArrayRef1<T>,
    ) -> S::Output<P::Item> {
        cumulative("choice_distinct_weighted", population.size(), p);
        let n = shape.len();
        let possible = p.iter().filter(|&&p| p > T::zero()).count();
        assert!(
            n <= possible,
            "random::choice_distinct_weighted: {n} elements asked, {possible} have a positive weight"
        );
        let at = self.reserve(p.len() as u64);
        let waiting = |i: usize| -f64::open(at.counter(i as u64).words())[0].ln() / p[i].wide();
        let mut order: Vec<(f64, usize)> = (0..p.len()).map(|i| (waiting(i), i)).collect();
        order.sort_by(|a, b| a.partial_cmp(b).expect("waiting times are numbers"));
        shape.arrange(
            order[..n]
                .iter()
                .map(|&(_, i)| population.item(i))
                .collect(),
        )
    }

    /// One index along the last axis for each of the other positions, with probabilities in proportion to the exponentials of
    /// the logits. Panics if the last axis is empty.
    pub fn categorical<T: RandomFloat, D: RemoveAxis>(
        &mut self,
        logits: &ArrayRef<T, D>,
    ) -> Array<usize, D::Smaller> {
        let last = Axis(logits.ndim() - 1);
        assert!(
            logits.len_of(last) > 0,
            "random::categorical: the last axis of the logits is empty"
        );
        let at = self.reserve((logits.len() / logits.len_of(last)) as u64);
        let mut number = 0;
        logits.map_axis(last, |logits| {
            let greatest = logits
                .iter()
                .fold(f64::NEG_INFINITY, |greatest, x| greatest.max(x.wide()));
            let sums = logits
                .iter()
                .scan(0.0, |sum, x| {
                    *sum += (x.wide() - greatest).exp();
                    Some(*sum)
                })
                .collect::<Vec<f64>>();
            number += 1;
            at.weighted(number - 1, &sums)
        })
    }

    /// An index with probability in proportion to the growth of `sums` there.
    fn weighted(&self, number: u64, sums: &[f64]) -> usize {
        let u = f64::uniform(self.counter(number).words())[0] * sums[sums.len() - 1];
        sums.partition_point(|&sum| sum <= u).min(sums.len() - 1)
    }

    /// The counter `number` after this position.
    pub(super) fn counter(&self, number: u64) -> Counter {
        let mut at = self.clone();
        at.jump(number);
        at.here()
    }
}

/// Sums of the weights up to each one, checked.
#[track_caller]
fn cumulative<T: RandomFloat>(function: &str, size: usize, p: &ArrayRef1<T>) -> Vec<f64> {
    assert!(
        p.len() == size,
        "random::{function}: {} weights for a population of {size}",
        p.len()
    );
    let mut sum = 0.0;
    let sums: Vec<f64> = p
        .iter()
        .map(|p| {
            assert!(
                *p >= T::zero() && p.is_finite(),
                "random::{function}: weight {p} must be finite and at least 0"
            );
            sum += p.wide();
            sum
        })
        .collect();
    assert!(sum > 0.0, "random::{function}: all weights are zero");
    sums
}

/// [`RandomState::permutation`] on the process-wide generator.
pub fn permutation<P: Permute>(population: P) -> P::Output {
    with_default(|rng| rng.reserve(population.size() as u64)).permutation(population)
}

/// [`RandomState::shuffle`] on the process-wide generator.
pub fn shuffle<T: Clone, D: RemoveAxis>(array: &mut ArrayRef<T, D>) {
    with_default(|rng| rng.reserve(array.shape().first().map_or(0, |&n| n as u64))).shuffle(array);
}

/// [`RandomState::choice`] on the process-wide generator.
pub fn choice<P: Population, S: Shape>(population: P, shape: S) -> S::Output<P::Item> {
    with_default(|rng| rng.reserve(shape.len() as u64)).choice(population, shape)
}

/// [`RandomState::choice_weighted`] on the process-wide generator.
pub fn choice_weighted<P: Population, T: RandomFloat, S: Shape>(
    population: P,
    shape: S,
    p: &ArrayRef1<T>,
) -> S::Output<P::Item> {
    with_default(|rng| rng.reserve(shape.len() as u64)).choice_weighted(population, shape, p)
}

/// [`RandomState::choice_distinct`] on the process-wide generator.
pub fn choice_distinct<P: Population, S: Shape>(population: P, shape: S) -> S::Output<P::Item> {
    with_default(|rng| rng.reserve(shape.len() as u64)).choice_distinct(population, shape)
}

/// [`RandomState::choice_distinct_weighted`] on the process-wide generator.
pub fn choice_distinct_weighted<P: Population, T: RandomFloat, S: Shape>(
    population: P,
    shape: S,
    p: &ArrayRef1<T>,
) -> S::Output<P::Item> {
    with_default(|rng| rng.reserve(p.len() as u64)).choice_distinct_weighted(population, shape, p)
}

/// [`RandomState::categorical`] on the process-wide generator.
pub fn categorical<T: RandomFloat, D: RemoveAxis>(
    logits: &ArrayRef<T, D>,
) -> Array<usize, D::Smaller> {
    with_default(|rng| rng.reserve(logits.len() as u64)).categorical(logits)
}
