//! Median seconds a call of each workload, a JSON line each: what `peers/compare.py` sets beside its own.
//!
//! Arguments: the workloads wanted (`gelu`, `selu`, `logreg`, `logreg20m`, `lif`, `scalar`); without, all but `logreg20m`.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_benches::lif::{self, Lif};
use brain_jit_benches::logistic_regression::LogisticRegression;
use brain_jit_benches::scalar::Hello;
use brain_jit_benches::timing::{median, row};
use brain_jit_benches::uniform::uniform;
use brain_jit_benches::{gelu, selu};
use std::hint::black_box;

/// Calls in one measurement of the scalar method, which is far below the clock's resolution.
const SCALAR_CALLS: usize = 10_000;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let on = |name: &str| {
        if wanted.is_empty() {
            name != "logreg20m"
        } else {
            wanted.iter().any(|want| want == name)
        }
    };
    if on("gelu") {
        let x = uniform(-3.0, 3.0, 100_000);
        backends("gelu 100000", 8 * x.len(), || {
            drop(black_box(gelu::gelu(black_box(&x))))
        });
    }
    if on("selu") {
        let x = uniform(-3.0, 3.0, 1_000_000);
        backends("selu 1000000", 8 * x.len(), || {
            drop(black_box(selu::selu(black_box(&x), 1.67, 1.05)))
        });
    }
    for (name, rows) in [("logreg", 200_000), ("logreg20m", 20_000_000)] {
        if on(name) {
            let x = uniform(0.0, 1.0, rows * 10)
                .into_shape_with_order((rows, 10))
                .expect("as many numbers");
            let y = uniform(0.0, 1.0, rows);
            let mut model = LogisticRegression::new(10);
            backends(&format!("logreg {rows}x10"), 44 * rows, || {
                model.call(black_box(&x), black_box(&y))
            });
        }
    }
    if on("lif") {
        for neurons in [4_000, 1_000_000] {
            let work = format!("lif {neurons}");
            let input = uniform(15.0, 60.0, neurons);
            let (mut model, mut t) = (Lif::new(neurons), 0.0);
            backends(&work, Lif::BYTES * neurons, || {
                t += 0.1;
                model.update(t, 0.1, black_box(&input));
            });
            let (mut model, mut t) = (Lif::new(neurons), 0.0);
            let seconds = median(|| {
                t += 0.1;
                lif::ndarray(&mut model, t, 0.1, black_box(&input));
            });
            row(&work, "ndarray", seconds);
        }
    }
    if on("scalar") {
        let mut hello = Hello { a: 10.0, b: 1.0 };
        let seconds = median(|| {
            for _ in 0..SCALAR_CALLS {
                black_box(&mut hello).transform();
            }
        });
        row(
            "scalar a *= b",
            "brain_jit parallel",
            seconds / SCALAR_CALLS as f64,
        );
    }
}

/// The call on each backend, and a copy that moves `bytes`.
fn backends(work: &str, bytes: usize, mut call: impl FnMut()) {
    for backend in [Backend::Parallel, Backend::Serial, Backend::Plain] {
        row(
            work,
            &format!("brain_jit {}", backend.name()),
            with_backend(backend, || median(&mut call)),
        );
    }
    let (from, mut to) = (vec![1u8; bytes / 2], vec![0u8; bytes / 2]);
    row(
        work,
        "copy",
        median(|| to.copy_from_slice(black_box(&from))),
    );
}
