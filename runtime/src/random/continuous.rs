//! Draws of floating-point numbers.

use ndarray::{Array, ArrayRef, Dimension};

use super::check::{require, require_finite};
use super::default::with_default;
use super::distribution::{Distribution, Normal, RandomFloat, Uniform};
use super::shape::{Like, Shape};
use super::table::draws;

draws! { float T:
    /// Uniform on `[0, 1)`.
    random, random_like() => Uniform { low: T::zero(), high: T::one() };

    /// Uniform on `[low, high)`. Panics unless both are finite.
    uniform, uniform_like(low: T, high: T) => {
        require_finite("uniform", "low", low);
        require_finite("uniform", "high", high);
        Uniform { low, high }
    };

    /// Normal with mean `loc` and standard deviation `scale`. Panics if `scale` is negative or not a number.
    normal, normal_like(loc: T, scale: T) => {
        require(scale >= T::zero(), "normal", "scale", scale, "at least 0");
        Normal { loc, scale }
    };
}
