//! Neighbours on a grid.

use std::ops::Range;

use super::Rows;
use crate::random::{RandomState, distributions};

/// The rows and the columns of a grid of `neurons`, `width` a row, that are at most `reach` away from the place of `neuron`.
pub(super) fn window(
    neuron: usize,
    width: usize,
    neurons: usize,
    reach: usize,
) -> [Range<usize>; 2] {
    let near = |place: usize, length: usize| {
        place.saturating_sub(reach)..place.saturating_add(reach).saturating_add(1).min(length)
    };
    [
        near(neuron / width, neurons.div_ceil(width)),
        near(neuron % width, width),
    ]
}

/// The square of the distance of a neuron to a row and column.
pub(super) fn square(neuron: usize, width: usize, row: usize, column: usize) -> f64 {
    let down = (neuron / width).abs_diff(row) as f64;
    let across = (neuron % width).abs_diff(column) as f64;
    down * down + across * across
}

/// Neighbours at most `n` rows and columns away, of these those along one axis if `four`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Neighbours {
    n: usize,
    four: bool,
    width: usize,
    include_self: bool,
    periodic_boundary: bool,
}

impl Neighbours {
    fn row(&self, rule: &str, pre: usize, post: usize, targets: &mut Vec<u32>) {
        let Neighbours { n, width, .. } = *self;
        let first = targets.len();
        let mut add = |row: usize, column: usize, down: usize, across: usize| {
            let target = row * width + column;
            let wanted = !self.four || down + across <= 1;
            if wanted && target < post && (self.include_self || target != pre) {
                targets.push(target as u32);
            }
        };
        let (row, column) = (pre / width, pre % width);
        if !self.periodic_boundary {
            let [rows, columns] = window(pre, width, post, n);
            for to_row in rows {
                for to_column in columns.clone() {
                    add(
                        to_row,
                        to_column,
                        row.abs_diff(to_row),
                        column.abs_diff(to_column),
                    );
                }
            }
            return;
        }
        assert!(
            post > 0 && post.is_multiple_of(width),
            "{rule}: {post} neurons are no whole rows of {width}, which a periodic boundary needs"
        );
        // Beyond half of an axis its neighbours would come again.
        let around = |place: usize, length: usize| {
            let steps = 0..n.saturating_mul(2).saturating_add(1).min(length);
            steps.map(move |step| {
                let steps = (step + length - n % length) % length;
                ((place + steps) % length, steps.min(length - steps))
            })
        };
        for (to_row, down) in around(row, post / width) {
            for (to_column, across) in around(column, width) {
                add(to_row, to_column, down, across);
            }
        }
        targets[first..].sort_unstable();
    }
}

macro_rules! grids {
    ($($(#[$doc:meta])* $name:ident($($n:ident)?): $reach:expr, $four:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name(Neighbours);

        impl $name {
            /// The rule on a grid with rows of `width` neurons, without self-connections and beyond no border.
            ///
            /// # Panics
            /// If `width` is 0.
            pub fn new($($n: usize,)? width: usize) -> Self {
                assert!(
                    width > 0,
                    concat!(stringify!($name), "::new: width is 0, but must be at least 1")
                );
                $name(Neighbours {
                    n: $reach,
                    four: $four,
                    width,
                    include_self: false,
                    periodic_boundary: false,
                })
            }

            /// Whether neuron `i` is connected to neuron `i`.
            pub fn include_self(mut self, include_self: bool) -> Self {
                self.0.include_self = include_self;
                self
            }

            /// Whether the first row follows the last one, and the first column the last one.
            pub fn periodic_boundary(mut self, periodic_boundary: bool) -> Self {
                self.0.periodic_boundary = periodic_boundary;
                self
            }
        }

        impl Rows for $name {
            /// # Panics
            /// If the boundary is periodic and the neurons are no whole rows.
            fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
                self.0.row(stringify!($name), pre, post, targets);
            }
        }
    )*};
}

grids! {
    /// Connects the neurons of a grid to those above, below, left and right: neuron `i` stands at row `i / width` and column `i % width`.
    ///
    /// ```
    /// use brain_jit::connect::{Connector, GridFour};
    /// let synapses = GridFour::new(3).csr(9, 9);
    /// assert_eq!(synapses.targets(4), [1, 3, 5, 7]);
    /// assert_eq!(synapses.targets(0), [1, 3]);
    /// assert_eq!(GridFour::new(3).periodic_boundary(true).csr(9, 9).targets(0), [1, 2, 3, 6]);
    /// ```
    GridFour(): 1, true;

    /// Connects the neurons of a grid to the eight around them; [`GridFour`] says how neurons stand.
    ///
    /// ```
    /// use brain_jit::connect::{Connector, GridEight};
    /// assert_eq!(GridEight::new(3).csr(9, 9).targets(4), [0, 1, 2, 3, 5, 6, 7, 8]);
    /// ```
    GridEight(): 1, false;

    /// Connects the neurons of a grid to those at most `n` rows and `n` columns away; [`GridFour`] says how neurons stand.
    ///
    /// ```
    /// use brain_jit::connect::{Connector, GridN};
    /// let synapses = GridN::new(2, 10).csr(100, 100);
    /// assert_eq!(synapses.targets(55).len(), 24);
    /// assert_eq!(synapses.targets(0), [1, 2, 10, 11, 12, 20, 21, 22]);
    /// ```
    GridN(n): n, false;
}

/// Connects neurons on a grid at most `dist` apart with probability `prob`; neuron `i` stands at row `i / width` and column `i % width`.
///
/// ```
/// use brain_jit::connect::{Connector, ProbDist};
/// let synapses = ProbDist::new(1.5, 1.0, 5, 1).csr(25, 25);
/// assert_eq!(synapses.targets(12), [6, 7, 8, 11, 12, 13, 16, 17, 18]);
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ProbDist {
    dist: f64,
    prob: f64,
    pre_ratio: f64,
    width: usize,
    include_self: bool,
    seed: u64,
}

impl ProbDist {
    /// The rule on a grid with rows of `width` neurons; with as many as there are neurons they stand on a line. Self-connections
    /// included.
    ///
    /// # Panics
    /// Unless `dist` is at least 0, `prob` between 0 and 1, and `width` greater than 0.
    pub fn new(dist: f64, prob: f64, width: usize, seed: u64) -> Self {
        assert!(
            dist >= 0.0 && (0.0..=1.0).contains(&prob) && width > 0,
            "ProbDist::new: dist is {dist}, prob {prob} and width {width}, but must be at least 0, between 0 and 1, and at least 1"
        );
        ProbDist {
            dist,
            prob,
            pre_ratio: 1.0,
            width,
            include_self: true,
            seed,
        }
    }

    /// The probability of a presynaptic neuron to have synapses at all.
    ///
    /// # Panics
    /// Unless it is between 0 and 1.
    pub fn pre_ratio(self, pre_ratio: f64) -> Self {
        assert!(
            (0.0..=1.0).contains(&pre_ratio),
            "ProbDist::pre_ratio: it is {pre_ratio}, but must be between 0 and 1"
        );
        ProbDist { pre_ratio, ..self }
    }

    /// Whether neuron `i` may be connected to neuron `i`.
    pub fn include_self(self, include_self: bool) -> Self {
        ProbDist {
            include_self,
            ..self
        }
    }
}

impl Rows for ProbDist {
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        let mut rng = RandomState::new(self.seed).fork(pre as u64);
        if rng.random::<f64, _>(()) >= self.pre_ratio {
            return;
        }
        let [rows, columns] = window(pre, self.width, post, self.dist as usize);
        let mut chances = vec![0.0; columns.len()];
        for row in rows {
            let draw = rng.draw(distributions::random::<f64>(), chances.len());
            draw.fill_parallel(&mut chances);
            for (column, chance) in columns.clone().zip(&chances) {
                let target = row * self.width + column;
                let near = square(pre, self.width, row, column) <= self.dist * self.dist;
                let wanted = target < post && (self.include_self || target != pre);
                if near && wanted && *chance < self.prob {
                    targets.push(target as u32);
                }
            }
        }
    }
}
