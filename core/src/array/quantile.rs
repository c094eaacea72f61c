//! Definitions of a quantile.
//!
//! The numbers are those of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).

/// What a quantile between two elements is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Quantile {
    /// On the line between them.
    #[default]
    Linear,
    /// The lower one.
    Lower,
    /// The higher one.
    Higher,
    /// The nearer one; half way the one with the even place.
    Nearest,
    /// The middle.
    Midpoint,
    /// The smallest element whose rank is at least the share (Hyndman and Fan's definition 1).
    InvertedCdf,
    /// As [`Quantile::InvertedCdf`], but the mean of two where the share falls between them (2).
    AveragedInvertedCdf,
    /// The element of the nearest rank, the even one of two (3).
    ClosestObservation,
    /// On the line through the ranks (4).
    InterpolatedInvertedCdf,
    /// On the line through the middles of the ranks (5).
    Hazen,
    /// On the line through the expected ranks of a uniform distribution (6).
    Weibull,
    /// About the median of the true quantile, whatever the distribution (8).
    MedianUnbiased,
    /// About the expectation of the true quantile of a normal distribution (9).
    NormalUnbiased,
}

impl Quantile {
    /// The two places of `n` sorted elements between which the quantile lies, and the weight of the second.
    pub(crate) fn between(self, q: f64, n: usize) -> (usize, usize, f64) {
        let count = n as f64;
        let spread = |alpha: f64, beta: f64| count * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
        let at = match self {
            Quantile::Linear
            | Quantile::Lower
            | Quantile::Higher
            | Quantile::Nearest
            | Quantile::Midpoint => q * (count - 1.0),
            Quantile::InvertedCdf | Quantile::AveragedInvertedCdf => count * q - 1.0,
            Quantile::ClosestObservation => count * q - 1.5,
            Quantile::InterpolatedInvertedCdf => spread(0.0, 1.0),
            Quantile::Hazen => spread(0.5, 0.5),
            Quantile::Weibull => spread(0.0, 0.0),
            Quantile::MedianUnbiased => spread(1.0 / 3.0, 1.0 / 3.0),
            Quantile::NormalUnbiased => spread(0.375, 0.375),
        };
        let below = at.floor();
        let rest = at - below;
        let weight = match self {
            Quantile::Lower => 0.0,
            Quantile::Higher | Quantile::InvertedCdf => f64::from(rest > 0.0),
            Quantile::Nearest => at.round_ties_even() - below,
            Quantile::Midpoint if rest > 0.0 => 0.5,
            Quantile::AveragedInvertedCdf => {
                if rest > 0.0 {
                    1.0
                } else {
                    0.5
                }
            }
            Quantile::ClosestObservation => f64::from(rest > 0.0 || below.rem_euclid(2.0) != 1.0),
            _ => rest,
        };
        let place = |at: f64| at.clamp(0.0, count - 1.0) as usize;
        let (low, high) = (place(below), place(below + 1.0));
        match weight {
            0.0 => (low, low, 0.0),
            1.0 => (high, high, 0.0),
            _ => (low, high, weight),
        }
    }

    /// Whether it lies on lines between elements at every share.
    pub(crate) fn is_straight(self) -> bool {
        matches!(
            self,
            Quantile::Linear
                | Quantile::InterpolatedInvertedCdf
                | Quantile::Hazen
                | Quantile::Weibull
                | Quantile::MedianUnbiased
                | Quantile::NormalUnbiased
        )
    }
}
