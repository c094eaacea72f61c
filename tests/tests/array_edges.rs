//! Places from the end, special values and definitions that NumPy has and a plain formula misses.

use brain_jit::prelude::*;
use std::panic::catch_unwind;

/// The message of a panic.
fn message(call: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = catch_unwind(call).expect_err("the call must panic");
    *payload
        .downcast::<String>()
        .expect("the message is formatted")
}

#[test]
fn inserting_before_the_last_element() {
    let x = array![1, 2, 3];
    assert_eq!(bm::insert(&x, -1, 9), array![1, 2, 9, 3]);
    assert_eq!(bm::insert(&x, -3, 9), array![9, 1, 2, 3]);
    assert_eq!(bm::insert(&x, 3, 9), array![1, 2, 3, 9]);
    assert_eq!(
        message(|| drop(bm::insert(array![1, 2, 3], -4, 9))),
        "bm::insert_axis: index -4 is out of bounds for an axis of length 3"
    );
}

#[test]
fn an_axis_rolled_to_a_place_from_the_end() {
    let x = Array3::<f64>::zeros((2, 3, 4));
    assert_eq!(bm::rollaxis(&x, 0, -1).shape(), [3, 2, 4]);
    assert_eq!(bm::rollaxis(&x, 1, -1).shape(), [2, 3, 4]);
    assert_eq!(bm::rollaxis(&x, 0, 3).shape(), [3, 4, 2]);
    assert_eq!(bm::rollaxis(&x, 2, -3).shape(), [4, 2, 3]);
}

#[test]
fn sorting_by_keys_goes_along_the_last_axis() {
    let first = array![[2, 1, 3], [0, 1, 0]];
    let last = array![[1, 1, 0], [1, 0, 0]];
    assert_eq!(bm::lexsort(&[&first, &last]), array![[2, 1, 0], [2, 1, 0]]);
    assert!(
        message(|| drop(bm::lexsort(&[array![1, 2], array![1, 2, 3]])))
            .contains("keys of shapes [2] and [3]")
    );
    assert_eq!(
        bm::sort_complex(array![[2.0, 1.0], [4.0, 3.0]]),
        array![[1.0, 2.0], [3.0, 4.0]]
    );
}

#[test]
fn ranks_and_places_that_are_refused() {
    let cases: [(&str, fn()); 3] = [
        ("bm::vander: needs a vector", || {
            bm::vander(array![[1.0]], 2, bm::Powers::Increasing);
        }),
        ("bm::column_stack: needs vectors and matrices", || {
            bm::column_stack(&[Array3::<f64>::zeros((1, 2, 3))]);
        }),
        ("bm::unravel_index: index -1 is negative", || {
            bm::unravel_index(array![-1], [2, 3]);
        }),
    ];
    for (start, call) in cases {
        let message = message(call);
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn nan_leaves_no_range() {
    let x = array![1.0, f64::NAN, 2.0];
    assert!(
        message(|| drop(bm::histogram(array![1.0, f64::NAN], 2))).contains("an element is NaN")
    );
    let (counts, _) = bm::histogram(&x, bm::Bins::Range(2, 0.0, 4.0));
    assert_eq!(counts, array![1, 1]);
}

#[test]
fn too_few_elements_for_a_variance() {
    let x = array![1.0, f64::NAN, 3.0];
    assert_eq!(bm::nanvar_ddof(&x, 1.0), 2.0);
    for ddof in [2.0, 3.0] {
        assert!(bm::nanvar_ddof(&x, ddof).is_nan());
        assert!(bm::nanstd_ddof(&x, ddof).is_nan());
    }
}

#[test]
fn functions_at_infinity() {
    assert_eq!(bm::i0(f64::MAX), f64::INFINITY);
    let c = Complex64::new;
    let inf = f64::INFINITY;
    for (function, found, expected) in [
        ("sinh", bm::sinh(c(inf, 0.0)), c(inf, 0.0)),
        ("cosh", bm::cosh(c(-inf, 0.0)), c(inf, -0.0)),
        ("sin", bm::sin(c(0.0, inf)), c(0.0, inf)),
        ("cos", bm::cos(c(0.0, inf)), c(inf, -0.0)),
        ("tanh", bm::tanh(c(-inf, 1.0)), c(-1.0, 0.0)),
        ("tan", bm::tan(c(0.5, inf)), c(0.0, 1.0)),
        ("sign", bm::sign(c(3.0, -inf)), c(0.0, -1.0)),
        ("sign", bm::sign(c(inf, 3.0)), c(1.0, 0.0)),
    ] {
        assert_eq!(found, expected, "{function}");
    }
}

#[test]
fn slopes_of_complex_numbers() {
    let c = Complex64::new;
    let x = array![c(1.0, 1.0), c(2.0, 0.0), c(4.0, -1.0), c(8.0, 0.0)];
    assert_eq!(
        bm::gradient_axis(&x, c(0.5, 0.0), 0),
        array![c(2.0, -2.0), c(3.0, -2.0), c(6.0, 0.0), c(8.0, 2.0)]
    );
}

/// The values are NumPy's.
#[test]
fn definitions_of_a_quantile() {
    use bm::Quantile::*;
    let x = array![3.0, 1.0, 4.0, 1.5, 9.0, 2.6];
    for (method, expected) in [
        (InvertedCdf, [1.0, 1.5, 2.6, 2.6, 9.0]),
        (AveragedInvertedCdf, [1.0, 1.5, 2.8, 2.6, 9.0]),
        (ClosestObservation, [1.0, 1.5, 2.6, 1.5, 9.0]),
        (InterpolatedInvertedCdf, [1.0, 1.25, 2.6, 1.94, 9.0]),
        (Hazen, [1.0, 1.5, 2.8, 2.49, 9.0]),
        (Weibull, [1.0, 1.375, 2.8, 2.38, 9.0]),
        (
            MedianUnbiased,
            [
                1.0,
                1.0 + 0.5 * 11.0 / 12.0,
                2.8,
                1.5 + 1.1 * 13.0 / 15.0,
                9.0,
            ],
        ),
        (NormalUnbiased, [1.0, 1.46875, 2.8, 2.4625, 9.0]),
        (Linear, [1.0, 1.775, 2.8, 2.6, 9.0]),
        (Lower, [1.0, 1.5, 2.6, 2.6, 9.0]),
        (Higher, [1.0, 2.6, 3.0, 2.6, 9.0]),
        (Nearest, [1.0, 1.5, 2.6, 2.6, 9.0]),
        (Midpoint, [1.0, 2.05, 2.8, 2.6, 9.0]),
    ] {
        for (q, expected) in [0.0, 0.25, 0.5, 0.4, 1.0].into_iter().zip(expected) {
            let found: f64 = bm::quantile(&x, q, method);
            assert!(
                (found - expected).abs() < 1e-12,
                "{method:?} of {q}: {found}, {expected} expected"
            );
        }
    }
}
