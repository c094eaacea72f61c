//! Orders of convergence, measured; the forms of states; noise.

use brain_jit::integrators::{Variables, ode, odeint, odeint_adaptive, sde, sdeint};
use brain_jit::prelude::*;

/// The error at time 1 of `dy/dt = (y cos t, −z² + t)` with `n` steps; y is known, z is from a fine run of order 5.
fn error(method: &str, n: usize, z: f64) -> f64 {
    let dt = 1.0 / n as f64;
    let rhs = |&(y, z): &(f64, f64), t: f64| (y * t.cos(), t - z * z);
    let integral = odeint(rhs, method, dt);
    let mut state = (1.0, 0.5);
    for i in 0..n {
        state = integral.step(&state, i as f64 * dt);
    }
    (state.0 - 1.0_f64.sin().exp()).abs() + (state.1 - z).abs()
}

#[test]
fn each_method_converges_with_its_order() {
    let fine = odeint(|&z: &f64, t| t - z * z, "rkdp", 1e-3);
    let z = (0..1000).fold(0.5, |z, i| fine.step(&z, i as f64 * 1e-3));
    for method in ode::METHODS {
        let n = if method.order >= 4 { 32 } else { 64 };
        let ratio = error(method.name, n, z) / error(method.name, 2 * n, z);
        let order = ratio.log2();
        let (name, expected) = (method.name, f64::from(method.order));
        assert!(
            (order - expected).abs() < 0.25,
            "{name}: order {order}, not {expected}"
        );
    }
}

#[test]
fn tableaux_are_consistent() {
    for method in ode::METHODS {
        let near = |sum: f64, value: f64| {
            // Ralston's paper gives eight digits.
            let digits = if method.name == "ralston4" {
                2e-8
            } else {
                1e-15
            };
            assert!(
                (sum - value).abs() < digits,
                "{}: {sum} {value}",
                method.name
            );
        };
        assert_eq!(
            (method.a.len(), method.b.len()),
            (method.c.len(), method.c.len())
        );
        for (i, (row, c)) in method.a.iter().zip(method.c).enumerate() {
            assert!(row.len() <= i);
            near(row.iter().sum(), *c);
        }
        near(method.b.iter().sum(), 1.0);
        if !method.embedded.is_empty() {
            near(method.embedded.iter().sum(), 1.0);
        }
    }
}

#[test]
fn embedded_methods_estimate_the_error_and_choose_the_step() {
    for method in ode::METHODS.iter().filter(|m| !m.embedded.is_empty()) {
        let rhs = |y: &f64, t: f64| y * t.cos();
        let error = |dt| method.step_with_error(rhs, &1.0, 0.0, dt).1;
        let order = (error(0.02_f64) / error(0.01)).log2();
        let name = method.name;
        assert!(
            order > f64::from(method.order) - 0.3,
            "{name}: the estimate is of order {order}"
        );
        let (y, longer) = method.step_adaptive(rhs, &1.0, 0.0, 0.01, 10.0);
        assert_eq!(
            (y, longer),
            (method.step(rhs, &1.0, 0.0, 0.01), 0.05),
            "{name}"
        );
        let (_, shorter) = method.step_adaptive(rhs, &1.0, 0.0, 1.0, 1e-12);
        assert!(shorter < 0.9, "{name}: {shorter}");
    }
}

#[test]
fn tolerances_are_kept_and_the_work_grows_with_them() {
    let rhs = |&(y, z): &(f64, f64), t: f64| (y * t.cos(), z * (1.0 - z));
    for method in ode::METHODS.iter().filter(|m| !m.embedded.is_empty()) {
        let at = |tolerance: f64| {
            let integral = odeint_adaptive(rhs, method.name).tolerances(tolerance, tolerance);
            let ((y, z), steps) = integral.integrate_counted(&(1.0, 0.1), 0.0, 5.0, &mut 1.0);
            let exact = (5.0_f64.sin().exp(), 1.0 / (1.0 + 9.0 * (-5.0_f64).exp()));
            ((y - exact.0).abs() + (z - exact.1).abs(), steps.taken)
        };
        let (coarse, fine) = (at(1e-4), at(1e-7));
        let name = method.name;
        assert!(
            coarse.0 < 5e-2 && fine.0 < 2e-5,
            "{name}: {coarse:?} {fine:?}"
        );
        // The length of a step follows the tolerance with the power 1 / order.
        let power = (fine.1 as f64 / coarse.1 as f64).log10() * f64::from(method.order) / 3.0;
        assert!((0.5..1.5).contains(&power), "{name}: {coarse:?} {fine:?}");
    }
    // A first step that is far too long is taken again, for arrays as for numbers.
    let integral = odeint_adaptive(|y: &Array1<f32>, _| -50.0 * y, "bs");
    let mut dt = 10.0;
    let (y, steps) = integral.integrate_counted(&array![1.0, 0.0], 0.0, 1.0, &mut dt);
    assert!(steps.rejected > 0 && dt < 0.1 && y[0].abs() < 1e-5 && y[1] == 0.0);
    assert_eq!(integral.integrate(&y, 2.0, 2.0, &mut dt), y);
    assert_eq!(ode::method("heun"), ode::method("heun2"));
    assert_eq!(ode::method("dopri"), ode::method("rkdp"));
    assert_eq!(ode::method("rk4_38"), ode::method("rk4_38rule"));
}

#[test]
#[should_panic(expected = "no step is short enough for the tolerances")]
fn a_singularity_is_reported() {
    odeint_adaptive(|y: &f64, _| y * y, "rkf45").integrate(&1.0, 0.0, 2.0, &mut 0.1);
}

#[test]
#[should_panic(
    expected = "\"rk4\" is no method that estimates its error; there are rkf12, rkf45, rkdp, ck, bs, heun_euler"
)]
fn adaptive_steps_need_an_estimate() {
    odeint_adaptive(|y: &f64, _| -y, "rk4");
}

#[test]
#[should_panic(expected = "odeint_adaptive: dt is 0, but must be greater than 0 and finite")]
fn a_first_step_of_no_length_is_refused() {
    odeint_adaptive(|y: &f64, _| -y, "bs").integrate(&1.0, 0.0, 1.0, &mut 0.0);
}

#[test]
fn states_of_any_form_take_the_same_steps() {
    let (v, w) = (array![0.5, -1.0, 2.0], array![0.1, 0.2, 0.3]);
    let single = |&(v, w): &(f64, f64), t: f64| (v - v * v * v / 3.0 - w + t, 0.08 * (v - w));
    let arrays =
        |(v, w): &(Array1<f64>, Array1<f64>), t: f64| (v - v * v * v / 3.0 - w + t, 0.08 * (v - w));
    let list = |y: &Vec<f64>, t: f64| {
        let (v, w) = single(&(y[0], y[1]), t);
        vec![v, w]
    };
    for method in ode::METHODS {
        let (a, b) = method.step(arrays, &(v.clone(), w.clone()), 0.5, 0.1);
        for i in 0..3 {
            let expected = method.step(single, &(v[i], w[i]), 0.5, 0.1);
            assert_eq!((a[i], b[i]), expected, "{}", method.name);
            let as_list = method.step(list, &vec![v[i], w[i]], 0.5, 0.1);
            assert_eq!(as_list, [expected.0, expected.1]);
        }
    }
    let narrow = ode::rk4(|v: &Array2<f32>, _| -v, &Array2::ones((2, 3)), 0.0, 0.1);
    assert!(narrow.iter().all(|v| (v - (-0.1_f32).exp()).abs() < 1e-6));
    assert_eq!(
        ode::rk2_with(single, &(0.5, 0.1), 0.2, 0.1, 0.5),
        ode::midpoint(single, &(0.5, 0.1), 0.2, 0.1)
    );
}

#[test]
fn exponential_euler_is_exact_for_linear_equations() {
    let rhs = |v: &Array1<f64>, _: f64| ((3.0 - v) / 10.0, v.mapv(|_| -0.1));
    let v = ode::exponential_euler(rhs, &array![0.0, 5.0], 0.0, 7.0);
    let exact = |v0: f64| 3.0 + (v0 - 3.0) * (-0.7_f64).exp();
    assert!((v[0] - exact(0.0)).abs() < 1e-14 && (v[1] - exact(5.0)).abs() < 1e-14);
    // Without a linear part it is Euler's method.
    let constant = ode::exponential_euler(|_: &f32, t| (t as f32, 0.0), &1.0, 2.0, 0.5);
    assert_eq!(constant, 2.0);
}

#[test]
#[should_panic(expected = "odeint: there is no method \"rk5\"; there are euler, midpoint, heun2,")]
fn an_unknown_method_is_named() {
    odeint(|y: &f64, _| -y, "rk5", 0.1);
}

#[test]
#[should_panic(expected = "integrators: a derivative of shape [3] for a state of shape [2]")]
fn a_derivative_of_another_shape_is_refused() {
    ode::euler(
        |_: &Array1<f64>, _| Array1::zeros(3),
        &Array1::zeros(2),
        0.0,
        0.1,
    );
}

/// Paths of geometric Brownian motion `dy = y dt / 2 + y dW`, by each method and exactly, from the same noise.
fn strong_error(
    method: impl Fn(&Array1<f64>, f64, &mut RandomState) -> Array1<f64>,
    stratonovich: bool,
    n: usize,
) -> f64 {
    let (paths, dt) = (4000, 1.0 / n as f64);
    let (mut y, mut w) = (Array1::ones(paths), Array1::<f64>::zeros(paths));
    let mut rng = RandomState::new(7);
    for _ in 0..n {
        // The same draw as in the method.
        w = w + y.normal_like(dt.sqrt(), &mut rng.clone());
        y = method(&y, dt, &mut rng);
    }
    let drift = if stratonovich { 0.5 } else { 0.0 };
    bm::mean(bm::abs(y - w.mapv(|w| (w + drift).exp())))
}

#[test]
fn noise_is_integrated_with_the_strong_orders() {
    let f = |y: &Array1<f64>, _: f64| 0.5 * y;
    let g = |y: &Array1<f64>, _: f64| y.clone();
    let with_slope = |y: &Array1<f64>, _: f64| (y.clone(), Array1::ones(y.len()));
    let order = |step: &dyn Fn(&Array1<f64>, f64, &mut RandomState) -> Array1<f64>,
                 stratonovich| {
        let errors = [16, 256].map(|n| strong_error(step, stratonovich, n));
        assert!(errors[0] < 0.5, "{errors:?}");
        (errors[0] / errors[1]).log2() / 4.0
    };
    let near =
        |order: f64, expected: f64| assert!((order - expected).abs() < 0.2, "{order} {expected}");
    near(
        order(&|y, dt, rng| sde::euler(f, g, y, 0.0, dt, rng), false),
        0.5,
    );
    near(
        order(
            &|y, dt, rng| sde::milstein(f, with_slope, y, 0.0, dt, rng),
            false,
        ),
        1.0,
    );
    near(
        order(
            &|y, dt, rng| sde::milstein_grad_free(f, g, y, 0.0, dt, rng),
            false,
        ),
        1.0,
    );
    near(
        order(&|y, dt, rng| sde::heun(f, g, y, 0.0, dt, rng), true),
        1.0,
    );
    let exponential = |y: &Array1<f64>, dt: f64, rng: &mut RandomState| {
        sde::exponential_euler(
            |y: &Array1<f64>, _| (0.5 * y, Array1::from_elem(y.len(), 0.5)),
            g,
            y,
            0.0,
            dt,
            rng,
        )
    };
    near(order(&exponential, false), 0.5);
}

#[test]
fn integrals_by_name_are_the_functions() {
    let f = |&(x, y): &(f64, f32), t: f64| (-x + t, y);
    let g = |&(x, y): &(f64, f32), _: f64| (0.1 * x, 0.2 * y);
    let start = (1.0, 2.0);
    let mut rng = RandomState::new(3);
    let by_name = |name: &str| sdeint(f, g, name, 0.1).step(&start, 0.5, &mut RandomState::new(3));
    assert_eq!(
        by_name("euler"),
        sde::euler(f, g, &start, 0.5, 0.1, &mut rng.clone())
    );
    assert_eq!(
        by_name("heun"),
        sde::heun(f, g, &start, 0.5, 0.1, &mut rng.clone())
    );
    assert_eq!(
        by_name("milstein2"),
        sde::milstein_grad_free(f, g, &start, 0.5, 0.1, &mut rng)
    );
    assert_eq!(
        odeint(f, "rk4", 0.1).step(&start, 0.5),
        ode::rk4(f, &start, 0.5, 0.1)
    );
}

brain_jit_tests::panics! {
    no_step: odeint(|v: &f64, _| -v, "rk4", 0.0) => "odeint: dt is 0, but must be greater than 0 and finite";
    a_step_backwards: odeint(|v: &f64, _| -v, "euler", -0.1) => "odeint: dt is -0.1";
    no_number: sdeint(|v: &f64, _| -v, |_: &f64, _| 1.0, "heun", f64::NAN) => "sdeint: dt is NaN, but must be greater than 0 and finite";
}
