//! Accuracy and special cases of the vector math functions.

use brain_jit::kernel::level::{Baseline, Dispatch, Level, Near, dispatch};
use brain_jit::math::VectorMath;
use brain_jit_tests::binary::binary_functions;
use brain_jit_tests::double_references::worst_errors;
use brain_jit_tests::eager::eager_functions;
use brain_jit_tests::ulp;
use brain_jit_tests::unary::{bound, reference, unary_functions};

/// A dense sample of the single-precision floats: every 65,537th, so that all exponents and mantissas take part, and
/// those around zero, one and the infinities. All 2^32 are checked by the binary `math_exhaustive`.
fn single_sample() -> Vec<f32> {
    let mut sample: Vec<f32> = (0..=u32::MAX).step_by(65_537).map(f32::from_bits).collect();
    for bits in [0_u32, 0x0080_0000, 0x3f80_0000, 0x7f80_0000] {
        for step in 0..300 {
            for bits in [bits.wrapping_sub(step), bits + step] {
                sample.extend([
                    f32::from_bits(bits & 0x7fff_ffff),
                    f32::from_bits(bits | 0x8000_0000),
                ]);
            }
        }
    }
    sample
}

#[test]
fn single_precision_keeps_the_bounds() {
    let x = single_sample();
    let mut y = vec![0.0; x.len()];
    for function in unary_functions() {
        let reference = reference(function.name);
        let expected: Vec<f64> = x.iter().map(|&x| reference(f64::from(x))).collect();
        for (level, apply) in [
            ("baseline", function.baseline_f32),
            ("best", function.best_f32),
        ] {
            apply(&x, &mut y);
            for ((x, y), expected) in x.iter().zip(&y).zip(&expected) {
                let error = ulp::error_f32(*y, *expected);
                assert!(
                    error <= bound(function.name),
                    "{}({x:e}) at level {level} is {y:e}, not {expected:e}: {error} ULP",
                    function.name
                );
            }
        }
    }
}

#[test]
fn double_precision_keeps_the_bounds() {
    let worst = worst_errors(include_str!("../data/math/double.txt"));
    assert!(
        worst.len() >= 2 * 34,
        "the file has a section for each function"
    );
    for worst in worst {
        assert!(worst.points > 250);
        assert!(worst.error <= bound(&worst.name), "{worst:?}");
    }
}

/// Each function at some vector length gives the bits that it gives alone.
#[test]
fn vector_lanes_and_single_elements_agree() {
    let x: Vec<f64> = (0..67).map(|i| (f64::from(i) - 33.0) * 0.37).collect();
    let mut whole = vec![0.0; x.len()];
    for function in unary_functions() {
        (function.best_f64)(&x, &mut whole);
        for (x, whole) in x.iter().zip(&whole) {
            let mut alone = [0.0];
            (function.best_f64)(&[*x], &mut alone);
            let agree =
                alone[0].to_bits() == whole.to_bits() || alone[0].is_nan() && whole.is_nan();
            assert!(agree, "{}({x}): {} and {whole}", function.name, alone[0]);
        }
    }
}

/// The first place where two results differ in more than which NaN they are.
fn difference(a: &[f64], b: &[f64]) -> Option<usize> {
    let differ = |(a, b): (&f64, &f64)| a.to_bits() != b.to_bits() && !(a.is_nan() && b.is_nan());
    a.iter().zip(b).position(differ)
}

// All floats are compared by the binary `math_exhaustive`.
#[test]
fn eager_functions_give_the_same_bits() {
    let single = single_sample();
    let double: Vec<f64> = (0..=u32::MAX)
        .step_by(70_001)
        .map(|i| f64::from_bits(u64::from(i) << 32 | u64::from(i.wrapping_mul(0x9e37_79b9))))
        .collect();
    let wide = |x: &[f32]| x.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
    let functions = unary_functions();
    for (name, eager_single, eager_double) in eager_functions() {
        let function = functions.iter().find(|function| function.name == name);
        let function = function.expect("a function of the same name");
        // All, and lengths that fill no register.
        for length in [single.len(), 1, 31, 33] {
            let (x, mut a, mut b) = (&single[..length], vec![0.0; length], vec![0.0; length]);
            eager_single(x, &mut a);
            (function.best_f32)(x, &mut b);
            let at = difference(&wide(&a), &wide(&b));
            assert!(at.is_none(), "{name}({:e})", x[at.unwrap_or(0)]);
        }
        for length in [double.len(), 1, 15, 17] {
            let (x, mut a, mut b) = (&double[..length], vec![0.0; length], vec![0.0; length]);
            eager_double(x, &mut a);
            (function.best_f64)(x, &mut b);
            let at = difference(&a, &b);
            assert!(at.is_none(), "{name}({:e})", x[at.unwrap_or(0)]);
        }
    }
}

/// Bases and exponents, of which some have special powers, in stretches where none has and in others.
fn powers() -> (Vec<f64>, Vec<f64>) {
    let mut pairs = Vec::new();
    for i in 0..4096_u32 {
        let base = f64::from(i.wrapping_mul(0x9e37_79b9)) / f64::from(u32::MAX);
        pairs.push((0.01 + 10.0 * base, f64::from(i) / 512.0 - 4.0));
    }
    for x in SPECIAL {
        for y in SPECIAL {
            pairs.extend([(x, y), (1.5, y), (x, 2.5)]);
        }
    }
    for i in 0..3001 {
        let scale = f64::from(i - 1500) * 0.05;
        pairs.extend([(scale.exp2(), 1.7), (1.0 + 1e-3 * scale, 100.0 * scale)]);
    }
    pairs.into_iter().unzip()
}

#[test]
fn eager_powers_give_the_same_bits() {
    use brain_jit::bm;
    use ndarray::Array1;
    let (x, y) = powers();
    let binary = binary_functions();
    let power = binary.iter().find(|function| function.name == "power");
    let power = power.expect("power is a function");
    for length in [x.len(), 1, 33, 1000] {
        let (x, y) = (&x[..length], &y[..length]);
        let mut expected = vec![0.0; length];
        (power.best_f64)(x, y, &mut expected);
        let got = bm::power(&Array1::from(x.to_vec()), &Array1::from(y.to_vec())).to_vec();
        let at = difference(&got, &expected);
        assert!(
            at.is_none(),
            "{:e}^{:e}",
            x[at.unwrap_or(0)],
            y[at.unwrap_or(0)]
        );
        let narrow = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<f32>>();
        let wide = |x: &[f32]| x.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
        let (x, y) = (narrow(x), narrow(y));
        let mut expected = vec![0.0; length];
        (power.best_f32)(&x, &y, &mut expected);
        let got = bm::power(&Array1::from(x.clone()), &Array1::from(y.clone())).to_vec();
        let at = difference(&wide(&got), &wide(&expected));
        assert!(
            at.is_none(),
            "{:e}^{:e}",
            x[at.unwrap_or(0)],
            y[at.unwrap_or(0)]
        );
    }
}

/// Runs a test body at the baseline and at the level of this process.
fn at_both_levels<T: Dispatch<Output = ()> + Copy>(test: T) {
    test.run::<Baseline>();
    dispatch(test);
}

macro_rules! levels {
    ($test:ident, $level:ident, $body:block) => {
        #[test]
        fn $test() {
            #[derive(Clone, Copy)]
            struct Test;
            impl Dispatch for Test {
                type Output = ();
                #[inline(always)]
                fn run<$level: Level>(self) $body
            }
            at_both_levels(Test);
        }
    };
}

/// Equal bits, or both NaN.
fn same(got: f64, expected: f64, what: &str) {
    let equal = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
    assert!(equal, "{what}: {got:e}, not {expected:e}");
}

// The short way of the trigonometric functions is a matter of speed alone.
levels!(near_arguments_give_the_same_bits, L, {
    for i in 0..200_000 {
        let x = f64::from(i - 100_000) * 3.7 * f64::from(i % 97) * f64::from(i % 31);
        assert!(VectorMath::is_near(x));
        same(
            VectorMath::sin::<Near<L>>(x),
            VectorMath::sin::<L>(x),
            "sin",
        );
        same(
            VectorMath::cos::<Near<L>>(x),
            VectorMath::cos::<L>(x),
            "cos",
        );
        same(
            VectorMath::tan::<Near<L>>(x),
            VectorMath::tan::<L>(x),
            "tan",
        );
        let x = (x / 32768.0) as f32;
        assert!(VectorMath::is_near(x));
        let same = |near: f32, full: f32| assert_eq!(near.to_bits(), full.to_bits(), "at {x}");
        same(VectorMath::sin::<Near<L>>(x), VectorMath::sin::<L>(x));
        same(VectorMath::cos::<Near<L>>(x), VectorMath::cos::<L>(x));
        same(VectorMath::tan::<Near<L>>(x), VectorMath::tan::<L>(x));
    }
    for far in [1e12, -1e300, f64::INFINITY, f64::NAN] {
        assert!(!VectorMath::is_near(far));
        assert!(!VectorMath::is_near(far as f32));
    }
});

const SPECIAL: [f64; 21] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    -2.0,
    3.0,
    -3.0,
    0.5,
    -0.5,
    2.5,
    -2.5,
    1e10,
    -1e10,
    1e300,
    -1e300,
    5e-324,
    -5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

// The C standard's cases (annex F.10), which std's powf, atan2, hypot and NumPy follow. Where the result is neither
// special nor exact, the bound holds instead of equality.
levels!(special_cases_of_two_arguments, L, {
    for x in SPECIAL {
        for y in SPECIAL {
            for (name, got, expected) in [
                ("power", VectorMath::power::<L>(x, y), x.powf(y)),
                ("atan2", VectorMath::atan2::<L>(x, y), x.atan2(y)),
                ("hypot", VectorMath::hypot::<L>(x, y), x.hypot(y)),
                ("fmod", VectorMath::fmod::<L>(x, y), x % y),
                ("copysign", VectorMath::copysign::<L>(x, y), x.copysign(y)),
            ] {
                let error = ulp::error_f64(got, expected, 0.0);
                assert!(
                    error <= 2.0,
                    "{name}({x:e}, {y:e}) = {got:e}, not {expected:e}"
                );
            }
            let (a, b) = (x as f32, y as f32);
            for (name, got, expected) in [
                (
                    "power",
                    VectorMath::power::<L>(a, b),
                    f64::from(a).powf(f64::from(b)),
                ),
                (
                    "atan2",
                    VectorMath::atan2::<L>(a, b),
                    f64::from(a).atan2(f64::from(b)),
                ),
                (
                    "hypot",
                    VectorMath::hypot::<L>(a, b),
                    f64::from(a).hypot(f64::from(b)),
                ),
            ] {
                let error = ulp::error_f32(got, expected);
                assert!(
                    error <= 2.0,
                    "{name}({a:e}, {b:e}) = {got:e}, not {expected:e}"
                );
            }
        }
    }
});

levels!(single_precision_of_two_arguments, L, {
    // A lattice of magnitudes and signs, with exponents that reach overflow and underflow.
    let values: Vec<f32> = (0..120)
        .map(|i| (i as f32 * 0.37 - 22.0).exp() * if i % 3 == 0 { -1.0 } else { 1.0 })
        .collect();
    for &a in &values {
        for &b in &values {
            let (x, y) = (f64::from(a), f64::from(b));
            for (name, got, expected) in [
                ("power", VectorMath::power::<L>(a.abs(), b), x.abs().powf(y)),
                ("atan2", VectorMath::atan2::<L>(a, b), x.atan2(y)),
                ("hypot", VectorMath::hypot::<L>(a, b), x.hypot(y)),
            ] {
                let error = ulp::error_f32(got, expected);
                assert!(
                    error <= 2.0,
                    "{name}({a:e}, {b:e}) = {got:e}, not {expected:e}: {error} ULP"
                );
            }
        }
    }
});

levels!(logaddexp_of_special_values, L, {
    let infinity = f64::INFINITY;
    same(
        VectorMath::logaddexp::<L>(infinity, infinity),
        infinity,
        "two infinities",
    );
    same(
        VectorMath::logaddexp::<L>(-infinity, -infinity),
        -infinity,
        "two negative infinities",
    );
    same(
        VectorMath::logaddexp::<L>(-infinity, 3.0),
        3.0,
        "a sum with 0",
    );
    same(
        VectorMath::logaddexp::<L>(1e300, -1e300),
        1e300,
        "far apart",
    );
    same(VectorMath::logaddexp2::<L>(1.0, 1.0), 2.0, "twice 2");
    same(
        VectorMath::logaddexp::<L>(f64::NAN, 1.0),
        f64::NAN,
        "NaN first",
    );
    same(
        VectorMath::logaddexp::<L>(1.0, f64::NAN),
        f64::NAN,
        "NaN second",
    );
});

// The expected values are Python's: a % b and a // b.
levels!(remainders_take_the_sign_of_the_divisor, L, {
    for (a, b, remainder, quotient) in [
        (7.0, 3.0, 1.0, 2.0),
        (-7.0, 3.0, 2.0, -3.0),
        (7.0, -3.0, -2.0, -3.0),
        (-7.0, -3.0, -1.0, 2.0),
        (6.0, -3.0, -0.0, -2.0),
        (0.0, 3.0, 0.0, 0.0),
        (1.0, 0.1, 0.099_999_999_999_999_95, 9.0),
        (1e300, 7.0, 1.0, 1.4285714285714286e+299),
    ] {
        same(VectorMath::remainder::<L>(a, b), remainder, "remainder");
        same(
            VectorMath::floor_divide::<L>(a, b),
            quotient,
            "floor_divide",
        );
    }
    same(
        VectorMath::floor_divide::<L>(1.0, 0.0),
        f64::INFINITY,
        "floor_divide by 0",
    );
    same(
        VectorMath::remainder::<L>(1.0, 0.0),
        f64::NAN,
        "remainder by 0",
    );
});

levels!(extrema_and_nan, L, {
    let nan = f64::NAN;
    for (a, b) in [(nan, 1.0), (1.0, nan)] {
        same(VectorMath::minimum::<L>(a, b), nan, "minimum");
        same(VectorMath::maximum::<L>(a, b), nan, "maximum");
        same(VectorMath::fmin::<L>(a, b), 1.0, "fmin");
        same(VectorMath::fmax::<L>(a, b), 1.0, "fmax");
    }
    same(VectorMath::minimum::<L>(2.0, 1.0), 1.0, "minimum");
    same(VectorMath::maximum::<L>(2.0, 1.0), 2.0, "maximum");
    same(VectorMath::clip::<L>(5.0, 0.0, 1.0), 1.0, "clip");
    same(VectorMath::clip::<L>(nan, 0.0, 1.0), nan, "clip");
    same(VectorMath::heaviside::<L>(-1.0, 0.5), 0.0, "heaviside");
    same(VectorMath::heaviside::<L>(0.0, 0.5), 0.5, "heaviside");
    same(VectorMath::heaviside::<L>(nan, 0.5), nan, "heaviside");
});

levels!(neighbours_and_parts, L, {
    for x in SPECIAL {
        same(
            VectorMath::nextafter::<L>(x, f64::INFINITY),
            if x == f64::INFINITY { x } else { x.next_up() },
            "up",
        );
        same(
            VectorMath::nextafter::<L>(x, f64::NEG_INFINITY),
            if x == f64::NEG_INFINITY {
                x
            } else {
                x.next_down()
            },
            "down",
        );
        let (fraction, exponent) = VectorMath::frexp::<L>(x);
        same(
            VectorMath::ldexp::<L>(fraction, exponent),
            x,
            "ldexp of frexp",
        );
        if x.is_finite() && x != 0.0 {
            assert!(
                (0.5..1.0).contains(&fraction.abs()),
                "frexp({x}) gives {fraction}"
            );
        }
    }
    same(
        VectorMath::ldexp::<L>(1.0, -1074),
        5e-324,
        "the smallest double",
    );
    same(
        VectorMath::ldexp::<L>(1.0, i32::MAX),
        f64::INFINITY,
        "overflow",
    );
    same(VectorMath::ldexp::<L>(-1.0, i32::MIN), -0.0, "underflow");
    assert_eq!(
        VectorMath::ldexp::<L>(3.0_f32, -150),
        f32::from_bits(2),
        "one rounding, ties to even"
    );
});

levels!(integer_powers, L, {
    for n in -40..=40 {
        let (mut product, mut reciprocal) = (1.0_f64, 1.0_f64);
        for _ in 0..i32::abs(n) {
            product *= 2.0;
            reciprocal *= 0.5;
        }
        same(
            VectorMath::powi::<L>(2.0_f64, n),
            if n < 0 { reciprocal } else { product },
            "powers of two",
        );
    }
    same(VectorMath::powi::<L>(-3.0_f64, 3), -27.0, "a negative base");
    same(VectorMath::powi::<L>(0.0_f64, -1), f64::INFINITY, "1 / 0");
    same(VectorMath::powi::<L>(f64::NAN, 0), 1.0, "x^0");
    same(
        VectorMath::powi::<L>(-1.0_f64, i32::MIN),
        1.0,
        "the smallest exponent",
    );
});

#[brain_jit::brain_jit]
fn oscillate(phase: &mut ndarray::Array1<f64>, x: &ndarray::Array1<f32>) -> ndarray::Array1<f32> {
    *phase += brain_jit::bm::sin(&*phase) * 0.5;
    brain_jit::bm::cos(x * 2.0) + brain_jit::bm::tan(x)
}

// A kernel looks at its arguments first, all of a chunk, and takes the short way if that is open to all of them.
#[test]
fn kernels_give_the_same_bits_near_and_far() {
    use ndarray::Array1;
    let near: Array1<f64> = Array1::from_shape_fn(20_000, |i| (i as f64 - 9_000.0) * 1.37);
    for (at, far) in [(0, 0.0), (17, 1e12), (19_999, -1e30), (8_192, f64::NAN)] {
        let mut phase = near.clone();
        phase[at] = far;
        let x = phase.mapv(|x| x as f32);
        let mut plain = phase.clone();
        let jitted = oscillate(&mut phase, &x);
        let expected = oscillate_plain(&mut plain, &x);
        let bits = |x: &Array1<f64>| x.mapv(f64::to_bits);
        assert_eq!(bits(&phase), bits(&plain));
        assert_eq!(jitted.mapv(f32::to_bits), expected.mapv(f32::to_bits));
    }
}
