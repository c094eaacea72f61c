//! The past of an array.

use ndarray::{Array1, Array2, ArrayRef1, ArrayView1};

use crate::kernel::Number;
use crate::object::{Mismatch, Saved, State};

/// The values that an array had in the last steps: a ring of rows; BrainPy's `LengthDelay`.
///
/// Takes memory for `length + 1` arrays. No step allocates.
///
/// ```
/// use brain_jit::delay::LengthDelay;
/// use brain_jit::prelude::*;
/// let mut delay = LengthDelay::new(&array![0.0, 0.0], 2);
/// delay.update(&array![1.0, 2.0]);
/// delay.update(&array![3.0, 4.0]);
/// assert_eq!(delay.at(0), array![3.0, 4.0]);
/// assert_eq!(delay.at(1), array![1.0, 2.0]);
/// assert_eq!(delay.at(2), array![0.0, 0.0]);
/// let mut mixed = array![0.0, 0.0];
/// delay.at_each(&array![0, 1], &mut mixed);
/// assert_eq!(mixed, array![3.0, 2.0]);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct LengthDelay<T> {
    rows: Array2<T>,
    now: usize,
}

impl<T: Number> LengthDelay<T> {
    /// A past of `length` steps in which the array was `start`, which it also is now.
    ///
    /// # Panics
    /// If steps cannot be numbered by 32 bits.
    pub fn new(start: &ArrayRef1<T>, length: usize) -> Self {
        assert!(
            u32::try_from(length).is_ok(),
            "LengthDelay::new: a past of {length} steps is too long"
        );
        let rows = Array2::from_shape_fn((length + 1, start.len()), |(_, i)| start[i]);
        LengthDelay { rows, now: 0 }
    }

    /// How many steps are kept beside the present one.
    pub fn length(&self) -> usize {
        self.rows.nrows() - 1
    }

    /// Goes to the next step, in which the array is `value`.
    ///
    /// # Panics
    /// If it has another length.
    pub fn update(&mut self, value: &ArrayRef1<T>) {
        assert!(
            value.len() == self.rows.ncols(),
            "LengthDelay::update: an array of length {}, not {}",
            value.len(),
            self.rows.ncols()
        );
        self.now = (self.now + 1) % self.rows.nrows();
        self.rows.row_mut(self.now).assign(value);
    }

    /// The array of `steps` steps ago.
    ///
    /// # Panics
    /// If that is not kept.
    pub fn at(&self, steps: usize) -> ArrayView1<'_, T> {
        self.rows.row(self.place(steps))
    }

    /// Writes each element of a number of steps ago of its own to `out`.
    ///
    /// # Panics
    /// If lengths differ or a value is not kept.
    pub fn at_each(&self, steps: &Array1<usize>, out: &mut ArrayRef1<T>) {
        assert!(
            steps.len() == self.rows.ncols() && out.len() == self.rows.ncols(),
            "LengthDelay::at_each: {} delays and a result of length {} for {} elements",
            steps.len(),
            out.len(),
            self.rows.ncols()
        );
        for (i, (out, &steps)) in out.iter_mut().zip(steps).enumerate() {
            *out = self.rows[(self.place(steps), i)];
        }
    }

    /// The row of `steps` steps ago.
    fn place(&self, steps: usize) -> usize {
        assert!(
            steps <= self.length(),
            "LengthDelay: {steps} steps ago, of which {} are kept",
            self.length()
        );
        (self.now + self.rows.nrows() - steps) % self.rows.nrows()
    }
}

/// The rows from the oldest on.
impl<T: Number> State for LengthDelay<T>
where
    Array2<T>: State,
{
    fn shape(&self) -> Vec<usize> {
        State::shape(&self.rows)
    }

    fn save(&self) -> Saved {
        let oldest_first = |(row, i)| self.rows[(self.place(self.length() - row), i)];
        Array2::from_shape_fn(self.rows.raw_dim(), oldest_first).save()
    }

    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        self.rows.check(saved)
    }

    fn load(&mut self, saved: Saved) {
        self.rows.load(saved);
        self.now = self.length();
    }
}
