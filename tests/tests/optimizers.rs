//! Optimizers against formulas written out, their checks, and training that resumes from a file.

use brain_jit::bm::optim::*;
use brain_jit::object::State;
use brain_jit::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Six updates of a scalar with the gradients of `3 (x − 1)²`.
fn path(mut update: impl FnMut(&mut f64, f64)) -> Vec<f64> {
    let mut x = -0.5;
    (0..6)
        .map(|_| {
            let gradient = 6.0 * (x - 1.0);
            update(&mut x, gradient);
            x
        })
        .collect()
}

#[track_caller]
fn same_path<R: Rule>(mut optimizer: Optimizer<R>, by_hand: impl FnMut(&mut f64, f64)) {
    let got = path(|x, g| optimizer.update(x, &g));
    for (got, expected) in got.iter().zip(path(by_hand)) {
        assert!(
            (got - expected).abs() < 1e-14,
            "{}: {got} {expected}",
            R::NAME
        );
    }
}

#[test]
fn the_rules_are_those_of_the_papers() {
    same_path(SGD::new(0.1), |x, g| *x -= 0.1 * g);
    same_path(SGD::new(0.1).weight_decay(0.2), |x, g| {
        *x = 0.8 * *x - 0.1 * g
    });
    let mut v = 0.0;
    same_path(Momentum::new(0.1).momentum(0.7), |x, g| {
        v = 0.7 * v - 0.1 * g;
        *x += v;
    });
    let mut v = 0.0;
    same_path(NesterovMomentum::new(0.1), |x, g| {
        v = 0.9 * v - 0.1 * g;
        *x += 0.9 * v - 0.1 * g;
    });
    let mut c = 0.0;
    same_path(Adagrad::new(0.1), |x, g| {
        c += g * g;
        *x -= 0.1 * g / (c + 1e-6f64).sqrt();
    });
    let (mut c, mut d) = (0.0, 0.0);
    same_path(Adadelta::default(), |x, g| {
        c = 0.95 * c + 0.05 * g * g;
        let update = g * ((d + 1e-6) / (c + 1e-6f64)).sqrt();
        d = 0.95 * d + 0.05 * update * update;
        *x -= update;
    });
    let (mut m, mut v, mut n, mut last, mut t) = (0.0, 0.0, 0.0, f64::NAN, 0);
    same_path(Adan::new(0.1).betas((0.1, 0.2, 0.3)), |x, g| {
        t += 1;
        let change = if t == 1 { 0.0 } else { g - last };
        last = g;
        m = 0.9 * m + 0.1 * g;
        v = 0.8 * v + 0.2 * change;
        n = 0.7 * n + 0.3 * (g + 0.8 * change) * (g + 0.8 * change);
        let corrected = |average: f64, beta: f64| average / (1.0 - (1.0 - beta).powi(t));
        let ahead = corrected(m, 0.1) + 0.8 * corrected(v, 0.2);
        *x = (*x - 0.1 * ahead / (corrected(n, 0.3).sqrt() + 1e-8)) / (1.0 + 0.1 * 0.02);
    });
    let mut c = 0.0;
    same_path(RMSProp::new(0.1), |x, g| {
        c = 0.9 * c + 0.1 * g * g;
        *x -= 0.1 * g / (c + 1e-6f64).sqrt();
    });
}

#[test]
fn adam_and_its_kin_correct_their_start() {
    let adam = || {
        let (mut m, mut v, mut t) = (0.0, 0.0, 0);
        move |g: f64| {
            t += 1;
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            let (m, v) = (m / (1.0 - 0.9f64.powi(t)), v / (1.0 - 0.999f64.powi(t)));
            0.1 * m / v.sqrt()
        }
    };
    let mut step = adam();
    same_path(Adam::new(0.1).eps(0.0), |x, g| *x -= step(g));
    let mut step = adam();
    same_path(AdamW::new(0.1).eps(0.0), |x, g| {
        *x = (1.0 - 0.001) * *x - step(g)
    });
    let (mut v, mut x): (f64, _) = (0.0, array![3.0_f64, 4.0]);
    let mut lars = LARS::new(1.0).tc(0.1);
    for _ in 0..3 {
        let norm = x.dot(&x).sqrt();
        let rate = 0.1 * norm / (2.0 + 1e-4 * norm + 1e-5);
        v = 0.9 * v + rate * (2.0 + 1e-4 * x[1]);
        let expected = x[1] - v;
        lars.update(&mut x, &array![0.0, 2.0]);
        assert!((x[1] - expected).abs() < 1e-14, "{x} {expected}");
    }
    // The average of squares falls after a large gradient; with amsgrad the denominator does not.
    let gradients = [10.0, 0.1, 0.1];
    let last_step = |optimizer: AdamW| {
        let (mut optimizer, mut x) = (optimizer.weight_decay(0.0).beta2(0.5), 0.0);
        let mut before = 0.0;
        for g in gradients {
            before = x;
            optimizer.update(&mut x, &g);
        }
        before - x
    };
    assert!(last_step(AdamW::new(0.1).amsgrad(true)) < 0.8 * last_step(AdamW::new(0.1)));
}

#[test]
fn any_layout_and_both_types_give_the_same() {
    let w = Array2::from_shape_fn((40, 50), |(i, j)| (i * 3 + j) as f64 / 7.0);
    let g = w.mapv(|w| (w * 3.0).sin());
    let mut rows = w.clone();
    let mut columns = bm::transpose(&w)
        .as_standard_layout()
        .into_owned()
        .reversed_axes();
    assert!(!columns.is_standard_layout());
    let mut narrow = w.mapv(|w| w as f32);
    let (mut one, mut two, mut three) = (Adam::new(0.01), Adam::new(0.01), Adam::new(0.01));
    for _ in 0..5 {
        one.update(&mut rows, &g);
        two.update(&mut columns, &g);
        three.update(&mut narrow, &g.mapv(|g| g as f32));
    }
    assert_eq!(rows, columns);
    assert!(
        rows.iter()
            .zip(&narrow)
            .all(|(a, &b)| (a - f64::from(b)).abs() < 1e-5)
    );
}

#[test]
fn empty_and_scalar_arrays_are_parameters_too() {
    let (mut none, mut one) = (Array2::<f32>::zeros((0, 3)), Array0::from_elem((), 1.0));
    let gradients = (none.clone(), Array0::from_elem((), 1.0));
    let mut adam = Adam::new(0.5).clip_by_global_norm(10.0);
    adam.update(&mut (&mut none, &mut one), &gradients);
    assert!((one[()] - 0.5_f64).abs() < 1e-6);
    adam.update(&mut (&mut none, &mut one), &gradients);
    assert!(one[()] < 0.1);
    // Nothing to train is nothing to remember.
    let mut sgd = SGD::new(0.5);
    sgd.update(&mut (), &());
    assert_eq!(sgd.updates(), 1);
}

#[test]
fn objects_tuples_and_lists_are_visited_in_order() {
    struct Layer {
        w: Array2<f32>,
        b: Array1<f64>,
    }
    struct LayerGrads {
        w: Array2<f32>,
        b: Array1<f64>,
    }
    impl Trained<LayerGrads> for Layer {
        fn visit(&mut self, gradients: &LayerGrads, visitor: &mut impl Visitor) {
            self.w.visit(&gradients.w, visitor);
            self.b.visit(&gradients.b, visitor);
        }
    }
    let layer = || Layer {
        w: Array2::ones((2, 2)),
        b: Array1::ones(3),
    };
    let grads = || LayerGrads {
        w: Array2::ones((2, 2)),
        b: Array1::ones(3),
    };
    let (mut layers, mut scale) = (vec![layer(), layer()], 1.0f32);
    let mut sgd = Momentum::new(0.5);
    sgd.update(
        &mut (&mut layers, &mut scale, ()),
        &(vec![grads(), grads()], 2.0f32, ()),
    );
    assert_eq!(
        (layers[1].w[(0, 1)], layers[0].b[2], scale),
        (0.5, 0.5, 0.0)
    );
    let mut three = [0.0, 1.0, 2.0];
    SGD::new(1.0).update(&mut three, &[1.0, 1.0, 1.0]);
    assert_eq!(three, [-1.0, 0.0, 1.0]);
}

#[track_caller]
fn message(action: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(action)).expect_err("it panics");
    payload.downcast_ref::<String>().cloned().expect("a text")
}

#[test]
fn what_does_not_fit_is_told_before_anything_is_written() {
    let (mut a, mut b) = (array![1.0, 2.0], array![[1.0]]);
    let mut adam = Adam::new(0.1);
    let wrong = array![1.0, 1.0];
    let text = message(|| adam.update(&mut (&mut a, &mut b), &(wrong.clone(), array![[1.0, 2.0]])));
    assert_eq!(
        text,
        "optim::Adam: parameter 1 has shape [1, 1], its gradient [1, 2]"
    );
    assert_eq!((&a, adam.updates()), (&array![1.0, 2.0], 0));
    adam.update(&mut (&mut a, &mut b), &(wrong.clone(), array![[1.0]]));
    let after = a.clone();
    let text = message(|| adam.update(&mut a, &wrong));
    assert_eq!(text, "optim::Adam: 1 parameters, 2 at the first update");
    let text = message(|| adam.update(&mut (&mut a, &mut 1.0), &(wrong.clone(), 1.0)));
    assert_eq!(
        text,
        "optim::Adam: parameter 1 is f64 [], at the first update f64 [1, 1]"
    );
    let mut single = array![[1.0f32]];
    let text = message(|| adam.update(&mut (&mut a, &mut single), &(wrong, array![[1.0f32]])));
    assert_eq!(
        text,
        "optim::Adam: parameter 1 is f32 [1, 1], at the first update f64 [1, 1]"
    );
    assert_eq!(a, after);
    let text = message(|| SGD::new(0.1).update(&mut vec![1.0], &vec![1.0, 2.0]));
    assert_eq!(text, "optim: a list of 1 with 2 gradients");
    let text = message(|| drop(SGD::new(0.1).weight_decay(2.0)));
    assert_eq!(text, "optim::SGD: weight_decay(2) is not in 0 … 1");
}

#[test]
fn gradients_are_clipped() {
    let (mut a, mut b) = (array![0.0f32, 0.0], 0.0f64);
    let gradients = (array![3.0f32, 0.0], 4.0);
    SGD::new(1.0)
        .clip_by_global_norm(1.0)
        .update(&mut (&mut a, &mut b), &gradients);
    assert!((a[0] + 0.6).abs() < 1e-6 && (b + 0.8).abs() < 1e-12);
    let (mut a, mut b) = (array![0.0f32, 0.0], 0.0);
    SGD::new(1.0)
        .clip_by_global_norm(5.0)
        .clip_by_value(3.5)
        .update(&mut (&mut a, &mut b), &gradients);
    assert_eq!((a[0], b), (-3.0, -3.5));
    let mut x = array![0.0, 0.0];
    SGD::new(1.0)
        .clip_by_value(1.0)
        .update(&mut x, &array![f64::NAN, -7.0]);
    assert!(x[0].is_nan() && x[1] == 1.0);
}

#[test]
fn schedules_follow_their_formulas() {
    let at = |s: Schedule, epochs, updates| s.learning_rate(epochs, updates);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
    near(at(StepLR::new(1.0, 3).into(), 6, 0), 0.01);
    let many = MultiStepLR::new(1.0, vec![2, 5]).gamma(0.5);
    assert_eq!(
        [2, 3, 5, 6].map(|epoch| at(many.clone().into(), epoch, 0)),
        [1.0, 0.5, 0.5, 0.25]
    );
    near(
        at(CosineAnnealingLR::new(1.0, 10).eta_min(0.5).into(), 5, 0),
        0.75,
    );
    near(at(CosineAnnealingLR::new(1.0, 10).into(), 10, 0), 0.0);
    let restarts = CosineAnnealingWarmRestarts::new(1.0, 2, 3).t_mult(2);
    let expected = [
        (0, 1.0),
        (3, 0.5),
        (6, 1.0),
        (12, 0.5),
        (18, 1.0),
        (30, 0.5),
    ];
    for (update, lr) in expected {
        near(at(restarts.clone().into(), 0, update), lr);
    }
    let restarts = CosineAnnealingWarmRestarts::new(1.0, 1, 4);
    near(at(restarts.into(), 0, 10), 0.5);
    near(at(ExponentialLR::new(1.0, 0.5).into(), 3, 0), 0.125);
    near(
        at(ExponentialDecayLR::new(1.0, 2.0, 0.25).into(), 0, 3),
        0.125,
    );
    near(at(InverseTimeDecayLR::new(1.0, 2.0, 1.0).into(), 0, 3), 0.4);
    near(
        at(
            InverseTimeDecayLR::new(1.0, 2.0, 1.0)
                .staircase(true)
                .into(),
            0,
            3,
        ),
        0.5,
    );
    near(
        at(
            PolynomialDecayLR::new(1.0, 4.0, 0.5).power(2.0).into(),
            0,
            2,
        ),
        0.625,
    );
    near(at(PolynomialDecayLR::new(1.0, 4.0, 0.5).into(), 0, 9), 0.5);
    let pieces = PiecewiseConstantLR::new(vec![2, 4], vec![3.0, 2.0, 1.0]);
    assert_eq!(
        [2, 3, 4, 5].map(|update| at(pieces.clone().into(), 0, update)),
        [3.0, 2.0, 2.0, 1.0]
    );
}

#[test]
fn updates_and_epochs_drive_the_schedule() {
    let mut sgd = SGD::new(PiecewiseConstantLR::new(vec![0], vec![1.0, 0.5]));
    let mut x = 0.0;
    sgd.update(&mut x, &1.0);
    sgd.update(&mut x, &1.0);
    assert_eq!(x, -1.5);
    sgd.set_learning_rate(StepLR::new(1.0, 1));
    assert_eq!(sgd.learning_rate(), 1.0);
    sgd.step_epoch();
    assert_eq!(sgd.learning_rate(), 0.1);
    sgd.reset();
    assert_eq!((sgd.learning_rate(), sgd.updates()), (1.0, 0));
}

#[derive(BrainObject)]
struct Trainer {
    #[train_var]
    w: Array2<f32>,
    #[train_var]
    b: f64,
    #[variable]
    optimizer: Adam,
}

impl Trainer {
    fn new() -> Self {
        let schedule = ExponentialDecayLR::new(0.1, 3.0, 0.5);
        Trainer {
            w: Array2::ones((3, 2)),
            b: 1.0,
            optimizer: Adam::new(schedule),
        }
    }

    fn train(&mut self, steps: usize) {
        for _ in 0..steps {
            let gradients = (self.w.mapv(|w| w * w), self.b);
            self.optimizer
                .update(&mut (&mut self.w, &mut self.b), &gradients);
            self.optimizer.step_epoch();
        }
    }
}

#[test]
fn training_resumes_exactly() {
    let path = std::env::temp_dir().join(format!("optimizers_{}.npz", std::process::id()));
    let mut first = Trainer::new();
    first.train(4);
    first.save_state(&path).unwrap();
    first.train(3);
    let mut second = Trainer::new();
    second.load_state(&path).unwrap();
    assert_eq!(second.optimizer.updates(), 4);
    second.train(3);
    assert_eq!((&second.w, second.b), (&first.w, first.b));
    assert_eq!(second.optimizer, first.optimizer);
    // Into one that has been trained too; then all of it is as it was.
    first.load_state(&path).unwrap();
    first.train(3);
    assert_eq!(second.optimizer, first.optimizer);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(second.vars().get("optimizer").unwrap().type_name(), "Adam");
}

#[test]
fn a_state_of_other_parameters_is_refused() {
    let (mut one, mut other) = (Adam::new(0.1), Adam::new(0.1));
    one.update(&mut array![1.0, 2.0], &array![1.0, 1.0]);
    other.update(&mut array![1.0, 2.0, 3.0], &array![1.0, 1.0, 1.0]);
    assert!(one.check(&other.save()).is_err());
    assert!(one.check(&one.clone().save()).is_ok());
    assert!(Adam::new(1.0).check(&one.save()).is_ok());
    // Adam's memory is no momentum's.
    assert!(Momentum::new(0.1).check(&one.save()).is_err());
    let rest = brain_jit::object::Saved::list(vec![1.0, 0.0, 64.0, 1e300]);
    assert!(one.check(&rest).is_err());
}
