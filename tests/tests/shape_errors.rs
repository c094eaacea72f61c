//! Shapes that do not go together: one message, and nothing written.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(BrainObject, Clone, Debug, PartialEq)]
struct Network {
    gain: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f64>,
    #[variable]
    m: Array2<f64>,
    #[variable]
    t: f64,
}

#[brain_jit]
impl Network {
    fn elementwise(&mut self, x: &Array1<f64>) {
        self.v += &self.gain;
        self.w[..] = &self.w + x * 2.0;
    }

    fn after_a_scalar(&mut self, x: &Array1<f64>) {
        self.t += 1.0;
        self.v += x;
    }

    fn product(&mut self, x: &Array1<f64>) {
        self.v += 1.0;
        self.w[..] = bm::dot(&self.m, x);
    }

    fn reduced(&mut self, x: &Array1<f64>) {
        self.v += 1.0;
        self.w[..] = bm::sum_axis(&self.m, 0) + bm::exp(x);
    }

    fn part(&mut self, x: &Array1<f64>) {
        self.v += 1.0;
        self.w[1..] = x - 1.0;
    }

    fn mask(&mut self, x: &Array1<f64>) {
        self.v += 1.0;
        self.w[x > 0.0] = 0.0;
    }

    fn picked(&mut self, x: &Array1<f64>, index: &Array1<usize>) {
        self.v += 1.0;
        self.w[index] = x;
    }

    fn local(&mut self, x: &Array1<f64>) {
        let mut a = &self.v * 2.0;
        self.t += 3.0;
        a += x;
        self.v[..] = a;
    }

    fn position(&mut self, x: &Array1<f64>, k: usize) {
        self.v += 1.0;
        self.m[(k, ..)] = x;
    }

    fn leaves_before(&mut self, x: &Array1<f64>) {
        self.v += 1.0;
        if x.len() != self.w.len() {
            return;
        }
        self.w += x;
    }

    // Without the semicolon `return` is the value of its block.
    #[rustfmt::skip]
    fn leaves_without_semicolon(&mut self, x: &Array1<f64>) -> f64 {
        self.v += 1.0;
        if x.len() != self.w.len() {
            return 7.0
        }
        self.w += x;
        1.0
    }

    fn not_reached(&mut self, x: &Array1<f64>, go: bool) {
        self.v += 1.0;
        if go {
            self.w += x;
        }
    }
}

fn network() -> Network {
    Network {
        gain: Array1::ones(3),
        v: Array1::zeros(3),
        w: Array1::zeros(3),
        m: Array2::zeros((3, 3)),
        t: 0.0,
    }
}

/// The message, after every backend left the model as it was.
fn refused(call: impl Fn(&mut Network)) -> String {
    let mut messages = Vec::new();
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        let mut model = network();
        let caught = with_backend(backend, || {
            catch_unwind(AssertUnwindSafe(|| call(&mut model)))
        });
        let message = *caught.expect_err("a panic").downcast::<String>().unwrap();
        assert_eq!(model, network(), "{backend:?} wrote before: {message}");
        messages.push(message);
    }
    assert!(messages.iter().all(|m| *m == messages[0]), "{messages:?}");
    messages.remove(0)
}

#[test]
fn nothing_is_written_and_the_message_names_all() {
    let x = Array1::ones(5);
    for (message, parts) in [
        (
            refused(|n| n.elementwise(&x)),
            [
                "Network::elementwise",
                "self.w has shape [3]",
                "x has shape [5]",
            ],
        ),
        (
            refused(|n| n.after_a_scalar(&x)),
            [
                "Network::after_a_scalar",
                "self.v has shape [3]",
                "x has shape [5]",
            ],
        ),
        (
            refused(|n| n.product(&x)),
            [
                "Network::product",
                "self.m has shape [3, 3]",
                "x has shape [5]",
            ],
        ),
        (
            refused(|n| n.reduced(&x)),
            ["Network::reduced", "has shape [3]", "x has shape [5]"],
        ),
        (
            refused(|n| n.part(&x)),
            ["Network::part", "self.w has shape [2]", "x has shape [5]"],
        ),
        (
            refused(|n| n.mask(&x)),
            ["Network::mask", "self.w has shape [3]", "x has shape [5]"],
        ),
        (
            refused(|n| n.picked(&x, &array![0, 1])),
            ["Network::picked", "has shape [2]", "x has shape [5]"],
        ),
        (
            refused(|n| n.local(&x)),
            ["Network::local", "has shape [3]", "x has shape [5]"],
        ),
        (
            refused(|n| n.position(&Array1::ones(3), 7)),
            ["Network::position", "self.m", "7"],
        ),
    ] {
        for part in parts {
            assert!(message.contains(part), "{message:?} lacks {part:?}");
        }
    }
}

#[test]
fn what_may_not_run_is_not_checked_before() {
    let x = Array1::ones(5);
    let mut model = network();
    model.leaves_before(&x);
    assert_eq!(model.v, Array1::ones(3));
    model.not_reached(&x, false);
    assert_eq!(model.leaves_without_semicolon(&x), 7.0);
    assert_eq!(model.v, Array1::ones(3) * 3.0);
}

#[test]
fn shapes_that_broadcast_pass() {
    let mut model = network();
    model.elementwise(&Array1::ones(1));
    assert_eq!(model.w, Array1::ones(3) * 2.0);
    model.part(&Array1::ones(2));
    model.mask(&Array1::ones(3));
    model.picked(&Array1::ones(2), &array![0, 1]);
    model.position(&Array1::ones(3), 2);
    assert_eq!(model.w, array![1.0, 1.0, 0.0]);
}
