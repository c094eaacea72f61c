//! The gamma function's logarithm and its derivative.

use brain_jit::bm;
use brain_jit::prelude::*;
use brain_jit_tests::ulp;

/// Bounds of both functions for positive arguments, in ULP and, near a zero of the derivative, as a difference.
const BOUND: f64 = 3.0;
const NEAR_ZERO: f64 = 3e-16;

#[test]
fn double_precision_keeps_the_bound() {
    let mut points = 0;
    for line in include_str!("../data/math/gamma.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let number = |field: &str| f64::from_bits(u64::from_str_radix(field, 16).unwrap());
        let (x, expected, rest) = (
            number(fields[1]),
            number(fields[2]),
            fields[3].parse::<f64>().unwrap(),
        );
        let got = match fields[0] {
            "lgamma" => bm::lgamma(x),
            "digamma" => bm::digamma(x),
            other => panic!("no function {other}"),
        };
        let error = ulp::error_f64(got, expected, rest / 64.0);
        assert!(
            error <= BOUND || (got - expected).abs() < NEAR_ZERO,
            "{}({x:e}) is {got:e}, not {expected:e}: {error} ULP",
            fields[0]
        );
        points += 1;
    }
    assert!(points > 600);
}

/// Γ(x) Γ(1 − x) = π / sin πx, and what follows for the derivative.
#[test]
fn negative_arguments_reflect() {
    for i in 1..200 {
        let x = -0.0371 * f64::from(i);
        let sine = (std::f64::consts::PI * (x - x.round())).sin().abs();
        let sum = (std::f64::consts::PI / sine).ln();
        let got = bm::lgamma(x) + bm::lgamma(1.0 - x);
        assert!((got - sum).abs() < 1e-13 * (1.0 + sum.abs()), "lgamma({x})");
        let slope = std::f64::consts::PI / (std::f64::consts::PI * (x - x.round())).tan();
        let got = bm::digamma(1.0 - x) - bm::digamma(x);
        assert!(
            (got - slope).abs() < 1e-12 * (1.0 + slope.abs()),
            "digamma({x})"
        );
    }
}

#[test]
fn poles_and_ends() {
    let x = array![
        0.0,
        -0.0,
        -1.0,
        -30.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN
    ];
    let lgamma = bm::lgamma(&x);
    assert!(lgamma.iter().take(6).all(|&y| y == f64::INFINITY) && lgamma[6].is_nan());
    let digamma = bm::digamma(&x);
    assert_eq!(
        (digamma[0], digamma[1], digamma[4]),
        (f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY)
    );
    assert!([2, 3, 5, 6].iter().all(|&i: &usize| digamma[i].is_nan()));
    assert_eq!(bm::lgamma(array![1.0f32, 2.0]), array![0.0, 0.0]);
    assert_eq!(bm::lgamma(3), 2f64.ln());
}
