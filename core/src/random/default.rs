//! The process-wide generator behind the functions of [`crate::random`].

use std::sync::{Mutex, PoisonError};

use super::state::RandomState;

/// Seed of the process-wide generator until [`seed`] is called: a fixed one, so that programs repeat.
const FIRST_SEED: u64 = 0;

static DEFAULT: Mutex<Option<RandomState>> = Mutex::new(None);

/// Runs `take` on the process-wide generator. It must only take counters, not compute draws: the lock is held.
pub(super) fn with_default<R>(take: impl FnOnce(&mut RandomState) -> R) -> R {
    let mut state = DEFAULT.lock().unwrap_or_else(PoisonError::into_inner);
    take(state.get_or_insert_with(|| RandomState::new(FIRST_SEED)))
}

/// Seeds the process-wide generator.
///
/// ```
/// use brain_jit::random;
/// random::seed(7);
/// let x = random::normal(0.0, 2.0, (2, 5));
/// random::seed(7);
/// assert_eq!(random::normal(0.0, 2.0, (2, 5)), x);
/// ```
pub fn seed(seed: u64) {
    set_state(RandomState::new(seed));
}

/// A copy of the process-wide generator's state.
pub fn get_state() -> RandomState {
    with_default(|state| state.clone())
}

/// Sets the process-wide generator's state.
pub fn set_state(new: RandomState) {
    with_default(|state| *state = new);
}

/// Runs `body` with the process-wide generator seeded, and puts its state back, on a panic too.
///
/// ```
/// use brain_jit::random;
/// let before = random::get_state();
/// let x = random::seed_context(7, || random::normal(0.0, 1.0, 3));
/// assert_eq!(x, random::seed_context(7, || random::normal(0.0, 1.0, 3)));
/// assert_eq!(random::get_state(), before);
/// ```
pub fn seed_context<R>(seed: u64, body: impl FnOnce() -> R) -> R {
    struct Restore(RandomState);
    impl Drop for Restore {
        fn drop(&mut self) {
            set_state(self.0.clone());
        }
    }
    let _restore = Restore(get_state());
    set_state(RandomState::new(seed));
    body()
}

/// A new generator, independent of the process-wide one, which moves on.
pub fn split() -> RandomState {
    with_default(RandomState::split)
}

/// `n` new generators, independent of each other and of the process-wide one.
pub fn split_n(n: usize) -> Vec<RandomState> {
    with_default(|state| state.split_n(n))
}

/// The generator of a seed (NumPy's name).
pub fn default_rng(seed: u64) -> RandomState {
    RandomState::new(seed)
}
