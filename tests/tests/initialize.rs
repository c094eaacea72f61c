//! Initializers: moments, ranges, orthogonality, and that the generator alone decides.

use brain_jit::bm::initialize::*;
use brain_jit::prelude::*;

#[track_caller]
fn variance(initializer: impl Initializer, shape: (usize, usize), expected: f64, largest: f64) {
    let x: Array2<f64> = initializer.initialize(shape, &mut RandomState::new(5));
    let n = x.len() as f64;
    // The variance of a sample variance is at most 2 σ⁴ / n for these distributions.
    assert!(
        (x.var(0.0) - expected).abs() < 5.0 * expected * (2.0 / n).sqrt(),
        "{}",
        x.var(0.0)
    );
    assert!(x.mean().unwrap().abs() < 5.0 * (expected / n).sqrt());
    let limit = x.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    assert!(
        limit <= largest && limit > 0.95 * largest.min(4.0 * expected.sqrt()),
        "{limit}"
    );
}

#[test]
fn variances_follow_the_connections() {
    let (shape, fan_in, fan_out) = ((200, 50), 200.0, 50.0);
    let cut = |variance: f64| 2.0 * variance.sqrt() / 0.879_625_661_034_239_8;
    let uniform = |variance: f64| (3.0 * variance).sqrt();
    variance(
        KaimingNormal::default(),
        shape,
        2.0 / fan_in,
        cut(2.0 / fan_in),
    );
    variance(
        KaimingUniform::default(),
        shape,
        2.0 / fan_in,
        uniform(2.0 / fan_in),
    );
    variance(
        XavierNormal::default(),
        shape,
        2.0 / (fan_in + fan_out),
        cut(2.0 / 250.0),
    );
    variance(
        XavierUniform::default(),
        shape,
        2.0 / (fan_in + fan_out),
        uniform(2.0 / 250.0),
    );
    variance(
        LecunNormal::default(),
        shape,
        1.0 / fan_in,
        cut(1.0 / fan_in),
    );
    variance(
        LecunUniform::default(),
        shape,
        1.0 / fan_in,
        uniform(1.0 / fan_in),
    );
    let out = KaimingUniform {
        scale: 3.0,
        mode: ScaleMode::FanOut,
    };
    variance(out, shape, 3.0 / fan_out, uniform(3.0 / fan_out));
    let plain = VarianceScaling {
        scale: 1.0,
        mode: ScaleMode::FanIn,
        distribution: ScaleDistribution::Normal,
    };
    variance(plain, shape, 1.0 / fan_in, f64::INFINITY);
    // The window of a convolution counts on both sides; a vector has as many of both as elements.
    let kernel: Array4<f32> =
        LecunUniform::default().initialize((3, 3, 16, 8), &mut RandomState::new(1));
    let vector: Array1<f32> = LecunUniform::default().initialize(144, &mut RandomState::new(1));
    let limit = (3.0_f32 / 144.0).sqrt();
    for largest in [
        kernel.iter().copied().fold(0.0, f32::max),
        vector.iter().copied().fold(0.0, f32::max),
    ] {
        assert!(largest <= limit && largest > 0.9 * limit);
    }
}

#[test]
fn distributions_have_their_parameters() {
    variance(
        Normal {
            mean: 0.0,
            scale: 0.2,
        },
        (100, 100),
        0.04,
        f64::INFINITY,
    );
    let x: Array1<f32> = Normal {
        mean: 3.0,
        scale: 0.0,
    }
    .initialize(4, &mut RandomState::new(0));
    assert_eq!(x, array![3.0, 3.0, 3.0, 3.0]);
    let x: Array2<f64> = Uniform {
        min_val: 2.0,
        max_val: 3.0,
    }
    .initialize((30, 30), &mut RandomState::new(0));
    assert!(x.iter().all(|x| (2.0..3.0).contains(x)) && (x.mean().unwrap() - 2.5).abs() < 0.05);
    let x: Array2<f64> = TruncatedNormal {
        loc: 1.0,
        ..Default::default()
    }
    .initialize((30, 30), &mut RandomState::new(0));
    assert!(x.iter().all(|x| (-2.0..=2.0).contains(x)) && x.mean().unwrap() > 0.6);
}

#[test]
fn fixed_values_need_no_draw() {
    let mut rng = RandomState::new(0);
    let before = rng.clone();
    assert_eq!(
        ZeroInit.initialize::<f64, _>((2, 1), &mut rng),
        array![[0.0], [0.0]]
    );
    assert_eq!(OneInit.initialize::<f32, _>(2, &mut rng), array![1.0, 1.0]);
    assert_eq!(
        Constant { value: 0.5 }.initialize::<f64, _>((), &mut rng),
        0.5
    );
    assert_eq!(
        Identity::default().initialize::<f64, _>((2, 2), &mut rng),
        Array2::<f64>::eye(2)
    );
    assert_eq!(rng, before);
    let one: Array1<f64> = KaimingNormal::default().initialize(3, &mut rng);
    let other: Array1<f64> = KaimingNormal::default().initialize(3, &mut before.clone());
    assert_eq!(one, other);
}

#[test]
#[should_panic(expected = "initialize::Identity: the shape [2, 2, 2] is not that of a matrix")]
fn an_identity_is_a_matrix() {
    Identity::default().initialize::<f64, _>((2, 2, 2), &mut RandomState::new(0));
}

#[track_caller]
fn orthonormal_rows(rows: &Array2<f64>) {
    let product = rows.dot(&rows.t());
    let error = bm::max(bm::abs(&product - &Array2::<f64>::eye(rows.nrows())));
    assert!(error < 1e-13, "{product}");
}

#[test]
fn orthogonal_matrices_have_orthonormal_rows_or_columns() {
    let mut rng = RandomState::new(2);
    let q = Orthogonal::default();
    let wide: Array2<f64> = q.initialize((4, 9), &mut rng);
    orthonormal_rows(&wide);
    let tall: Array2<f64> = q.initialize((9, 4), &mut rng);
    orthonormal_rows(&tall.reversed_axes());
    // The kept axis against all others.
    let first = Orthogonal { axis: 0, ..q };
    let deep: Array3<f64> = first.initialize((5, 3, 4), &mut rng);
    orthonormal_rows(&deep.into_shape_with_order((5, 12)).unwrap());
    let last: Array3<f64> = q.initialize((3, 4, 5), &mut rng);
    orthonormal_rows(&last.into_shape_with_order((12, 5)).unwrap().reversed_axes());
    let scaled: Array2<f32> = Orthogonal { scale: 2.0, ..q }.initialize((3, 3), &mut rng);
    assert!((scaled.row(1).dot(&scaled.row(1)) - 4.0).abs() < 1e-5);
    // Uniform: the mean of an entry's square is 1 / n.
    let squares: f64 = (0..400)
        .map(|_| q.initialize::<f64, _>((3, 3), &mut rng)[(0, 0)].powi(2))
        .sum();
    assert!((squares / 400.0 - 1.0 / 3.0).abs() < 0.06, "{squares}");
}
