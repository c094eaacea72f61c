//! The generator's state.

use super::distribution::Distribution;
use super::draw::{Counter, Draw};
use super::philox::philox;
use super::shape::Shape;

/// Counter's last word where new keys are derived; draws use 0 there, so that both never meet.
const DERIVE: u32 = 1;

/// A counter-based random generator (Philox 4×32-10): a key and a position.
///
/// A draw takes a block of counters at the present position; its element `i` depends on the key and on the position plus `i`
/// alone. The same program gives the same numbers, serial or parallel, at any number of threads and on any processor.
///
/// The methods that draw are those of [`crate::random`]; as an [`rand::Rng`] it also feeds any distribution of `rand_distr`.
///
/// ```
/// use brain_jit::random::RandomState;
/// let mut rng = RandomState::new(42);
/// let x: ndarray::Array2<f32> = rng.normal(0.0, 1.0, (2, 5));
/// let y: f64 = rng.uniform(-1.0, 1.0, ());
/// assert_eq!(x.dim(), (2, 5));
/// assert!((-1.0..1.0).contains(&y));
/// assert_eq!(RandomState::new(42).normal(0.0f32, 1.0, (2, 5)), x);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RandomState {
    key: [u32; 2],
    position: u64,
}

impl RandomState {
    /// The generator of this seed, at its beginning.
    pub fn new(seed: u64) -> Self {
        RandomState {
            key: [seed as u32, (seed >> 32) as u32],
            position: 0,
        }
    }

    /// Starts again from a seed.
    pub fn seed(&mut self, seed: u64) {
        *self = RandomState::new(seed);
    }

    /// A new independent generator; this one moves on, so that each call gives another.
    pub fn split(&mut self) -> RandomState {
        let child = self.derive([
            self.position as u32,
            (self.position >> 32) as u32,
            0,
            DERIVE,
        ]);
        self.jump(1);
        child
    }

    /// `n` new independent generators.
    pub fn split_n(&mut self, n: usize) -> Vec<RandomState> {
        (0..n).map(|_| self.split()).collect()
    }

    /// The generator number `stream` of this one's family. It depends on the key and the number alone, not on what was drawn
    /// before; this generator does not move.
    pub fn fork(&self, stream: u64) -> RandomState {
        self.derive([stream as u32, (stream >> 32) as u32, 1, DERIVE])
    }

    fn derive(&self, counter: [u32; 4]) -> RandomState {
        let [low, high, ..] = philox(self.key, counter);
        RandomState {
            key: [low, high],
            position: 0,
        }
    }

    /// Skips `counters` counters of the 2⁶⁴: a draw of `n` `f32` takes `16 ⌈n / 64⌉` of them, one of `n` `f64` `16 ⌈n / 32⌉`.
    pub fn jump(&mut self, counters: u64) {
        self.position = self.position.wrapping_add(counters);
    }

    /// The whole state as plain numbers: key and position.
    pub fn to_words(&self) -> [u64; 2] {
        [
            u64::from(self.key[0]) | u64::from(self.key[1]) << 32,
            self.position,
        ]
    }

    /// The state that [`to_words`](Self::to_words) gave.
    pub fn from_words([key, position]: [u64; 2]) -> Self {
        RandomState {
            position,
            ..RandomState::new(key)
        }
    }

    /// This state, for a computation that takes `counters` counters; this generator jumps behind them.
    pub(super) fn reserve(&mut self, counters: u64) -> RandomState {
        let now = self.clone();
        self.jump(counters);
        now
    }

    /// A draw of `n` elements, not yet computed; the generator jumps behind it.
    pub fn draw<D: Distribution>(&mut self, distribution: D, n: usize) -> Draw<D> {
        let RandomState {
            key,
            position: base,
        } = self.reserve(Draw::<D>::counters(n));
        Draw {
            key,
            base,
            distribution,
        }
    }

    /// A draw from any distribution of `rand_distr` (or other crates on `rand`'s traits).
    ///
    /// ```
    /// use brain_jit::random::RandomState;
    /// let gamma = rand_distr::Gamma::new(2.0f64, 1.0).unwrap();
    /// assert_eq!(RandomState::new(1).sample(gamma, (2, 3)).dim(), (2, 3));
    /// ```
    pub fn sample<T, D, S>(&mut self, distribution: D, shape: S) -> S::Output<T>
    where
        T: Copy + Default + Send + Sync,
        D: rand_distr::Distribution<T> + Clone + Send + Sync,
        S: Shape,
    {
        let rejection = super::distribution::Rejection::new(move |rng| distribution.sample(rng));
        self.draw(rejection, shape.len()).collect(&shape)
    }

    /// The counter at this position.
    pub(super) fn here(&self) -> Counter {
        Counter {
            key: self.key,
            position: self.position,
        }
    }

    fn next(&mut self) -> [u32; 4] {
        let words = self.here().words();
        self.jump(1);
        words
    }
}

impl rand::TryRng for RandomState {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.next()[0])
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let [low, high, ..] = self.next();
        Ok(u64::from(low) | u64::from(high) << 32)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for block in bytes.chunks_mut(16) {
            for (part, word) in block.chunks_mut(4).zip(self.next()) {
                part.copy_from_slice(&word.to_le_bytes()[..part.len()]);
            }
        }
        Ok(())
    }
}

impl rand::SeedableRng for RandomState {
    type Seed = [u8; 8];

    fn from_seed(seed: [u8; 8]) -> Self {
        RandomState::new(u64::from_le_bytes(seed))
    }
    fn seed_from_u64(seed: u64) -> Self {
        RandomState::new(seed)
    }
}
