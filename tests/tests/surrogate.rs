//! Surrogate derivatives against finite differences of the smooth functions that they belong to.

use brain_jit::bm::surrogate::*;
use brain_jit::prelude::*;

fn sigmoid_of(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A grid that misses the kinks at 0, ±1/2 and ±1.
fn grid() -> Array1<f64> {
    Array1::from_shape_fn(61, |i| (i as f64 - 30.0) * 0.0837 + 0.0013)
}

#[track_caller]
fn slope(grad: Array1<f64>, smooth: impl Fn(f64) -> f64) {
    let h = 1e-5;
    for (x, grad) in grid().iter().zip(&grad) {
        let difference = (smooth(x + h) - smooth(x - h)) / (2.0 * h);
        assert!(
            (grad - difference).abs() < 1e-8 * (1.0 + grad.abs()),
            "at {x}: {grad} {difference}"
        );
    }
}

#[test]
fn derivatives_are_those_of_the_smooth_functions() {
    let x = grid();
    slope(sigmoid_grad(&x, 4.0), |x| sigmoid_of(4.0 * x));
    slope(piecewise_quadratic_grad(&x, 2.0), |x| match x {
        x if x.abs() > 0.5 => 0.5 + 0.5 * x.signum(),
        x => 2.0 * x * (1.0 - x.abs()) + 0.5,
    });
    slope(piecewise_exp_grad(&x, 1.5), |x| {
        0.5 + 0.5 * x.signum() * (1.0 - (-1.5 * x.abs()).exp())
    });
    slope(soft_sign_grad(&x, 3.0), |x| {
        0.5 * (3.0 * x / (1.0 + 3.0 * x.abs()) + 1.0)
    });
    slope(arctan_grad(&x, 2.0), |x| {
        (std::f64::consts::PI * x).atan() / std::f64::consts::PI
    });
    slope(nonzero_sign_log_grad(&x, 2.0), |x| {
        x.signum() * (2.0 * x.abs() + 1.0).ln()
    });
    slope(erf_grad(&x, 1.5), |x| 0.5 * bm::erf(1.5 * x));
    slope(piecewise_leaky_relu_grad(&x, 0.02, 0.5), |x| match x {
        x if x < -0.5 => 0.02 * x + 0.01,
        x if x > 0.5 => 0.02 * x - 0.01 + 1.0,
        x => x + 0.5,
    });
    for n in [1, 2, 5] {
        let w = std::f64::consts::TAU / 4.0;
        slope(squarewave_fourier_series_grad(&x, n, 4.0), |x| {
            let term = |i: usize| ((2 * i + 1) as f64 * w * x).sin() / (2 * i + 1) as f64;
            2.0 / std::f64::consts::PI * (0..n).map(term).sum::<f64>()
        });
    }
    slope(s2nn_grad(&x, 4.0, 0.7, 0.0), |x| match x {
        x if x < 0.0 => sigmoid_of(4.0 * x),
        x => 0.7 * (x + 1.0).ln() + 0.5,
    });
    slope(q_pseudo_spike_grad(&x, 2.0), |x| {
        -1.5 * x.signum() / (1.0 + 2.0 / 3.0 * x.abs())
    });
    slope(leaky_relu_grad(&x, 0.1, 0.9), |x| {
        if x < 0.0 { 0.1 * x } else { 0.9 * x }
    });
    slope(log_tailed_relu_grad(&x, 0.3), |x| match x {
        x if x > 1.0 => 1.0 + x.ln(),
        x if x > 0.0 => x,
        x => 0.3 * x,
    });
    slope(relu_grad_grad(&x, 0.3, 1.0), |x| match x {
        x if x.abs() > 1.0 => 0.15 * x.signum(),
        x => 0.3 * (x - 0.5 * x * x.abs()),
    });
    slope(gaussian_grad_grad(&x, 0.5, 0.4), |x| {
        0.2 * bm::erf(x / 0.5_f64 / 2.0_f64.sqrt())
    });
    slope(multi_gaussian_grad_grad(&x, 0.15, 6.0, 0.5, 0.5), |x| {
        let phi = |x: f64, sigma: f64| 0.5 * bm::erf(x / sigma / 2.0_f64.sqrt());
        0.5 * (1.15 * phi(x, 0.5) - 0.15 * (phi(x - 0.5, 3.0) + phi(x + 0.5, 3.0)))
    });
    slope(inv_square_grad_grad(&x, 2.0), |x| {
        0.5 * x.signum() * (1.0 - 1.0 / (1.0 + 2.0 * x.abs()))
    });
    slope(slayer_grad_grad(&x, 2.0), |x| {
        -0.5 * x.signum() * (-2.0 * x.abs()).exp()
    });
}

#[test]
fn the_function_is_the_step_whatever_the_parameters() {
    let x = array![
        f32::NEG_INFINITY,
        -1.0,
        -1e-30,
        -0.0,
        0.0,
        1e-30,
        f32::INFINITY,
        f32::NAN
    ];
    let steps = array![0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    assert_eq!(sigmoid(&x, 4.0), steps);
    assert_eq!(multi_gaussian_grad(&x, 0.15, 6.0, 0.5, 0.5), steps);
    assert_eq!(squarewave_fourier_series(&x, 3, 8.0), steps);
    assert_eq!((arctan(0.5, 1.0), arctan(-0.5, 1.0)), (1.0, 0.0));
}

#[test]
fn scalars_types_and_layouts_agree() {
    let x = grid().into_shape_with_order((1, 61)).unwrap();
    let narrow = x.mapv(|x| x as f32);
    let wide = multi_gaussian_grad_grad(&x, 0.15, 6.0, 0.5, 0.5);
    let single = multi_gaussian_grad_grad(&narrow, 0.15, 6.0, 0.5, 0.5);
    assert!(
        wide.iter()
            .zip(&single)
            .all(|(a, &b)| (a - f64::from(b)).abs() < 1e-6)
    );
    let turned = multi_gaussian_grad_grad(x.t(), 0.15, 6.0, 0.5, 0.5);
    assert_eq!(turned.t(), wide);
    assert_eq!(sigmoid_grad(x[(0, 7)], 4.0), sigmoid_grad(&x, 4.0)[(0, 7)]);
    // Far tails neither overflow nor vanish too early.
    assert!(sigmoid_grad(-20.0_f32, 4.0) > 0.0 && sigmoid_grad(1e30_f32, 4.0) == 0.0);
    assert!((sigmoid_grad(20.0_f64, 1.0) / (-20.0_f64).exp() - 1.0).abs() < 1e-8);
}
