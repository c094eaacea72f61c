//! Checks of a distribution's parameters: panics that name function, parameter and value.

use std::fmt::Display;

use super::distribution::RandomFloat;

#[track_caller]
pub(super) fn require(
    holds: bool,
    function: &str,
    parameter: &str,
    value: impl Display,
    needed: &str,
) {
    assert!(
        holds,
        "random::{function}: {parameter} = {value} must be {needed}"
    );
}

#[track_caller]
pub(super) fn require_positive<T: RandomFloat>(function: &str, parameter: &str, value: T) {
    require(
        value > T::zero() && value.is_finite(),
        function,
        parameter,
        value,
        "finite and greater than 0",
    );
}

#[track_caller]
pub(super) fn require_finite<T: RandomFloat>(function: &str, parameter: &str, value: T) {
    require(value.is_finite(), function, parameter, value, "finite");
}
