//! The documents' workloads: jitted, plain, as array expressions of ndarray, as a hand-written loop, and a copy of the same bytes.
//!
//! `BRAIN_JIT_LARGE=1` adds logistic regression on 20,000,000 rows (2 GB).

use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_benches::lif::Lif;
use brain_jit_benches::logistic_regression::LogisticRegression;
use brain_jit_benches::scalar::Hello;
use brain_jit_benches::uniform::uniform;
use brain_jit_benches::{gelu, lif, logistic_regression, native_loop, selu};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// The call on each backend.
fn backends(group: &mut BenchmarkGroup<'_, WallTime>, mut call: impl FnMut()) {
    for backend in [Backend::Serial, Backend::Parallel, Backend::Plain] {
        with_backend(backend, || {
            group.bench_function(backend.name(), |bencher| bencher.iter(&mut call))
        });
    }
}

/// A copy that moves `bytes`: half of them read, half of them written.
fn copy(group: &mut BenchmarkGroup<'_, WallTime>, bytes: usize) {
    let (from, mut to) = (vec![1u8; bytes / 2], vec![0u8; bytes / 2]);
    group.bench_function("copy", |bencher| {
        bencher.iter(|| to.copy_from_slice(black_box(&from)))
    });
}

fn activations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gelu 100000");
    let x = uniform(-3.0, 3.0, 100_000);
    backends(&mut group, || drop(black_box(gelu::gelu(black_box(&x)))));
    group.bench_function("ndarray", |bencher| {
        bencher.iter(|| gelu::ndarray(black_box(&x)))
    });
    group.bench_function("loop", |bencher| {
        bencher.iter(|| gelu::by_hand(black_box(x.as_slice().unwrap())))
    });
    copy(&mut group, 8 * x.len());
    group.finish();

    let mut group = criterion.benchmark_group("selu 1000000");
    let x = uniform(-3.0, 3.0, 1_000_000);
    backends(&mut group, || {
        drop(black_box(selu::selu(black_box(&x), 1.67, 1.05)))
    });
    group.bench_function("ndarray", |bencher| {
        bencher.iter(|| selu::ndarray(black_box(&x), 1.67, 1.05))
    });
    group.bench_function("loop", |bencher| {
        bencher.iter(|| selu::by_hand(black_box(x.as_slice().unwrap()), 1.67, 1.05))
    });
    copy(&mut group, 8 * x.len());
    group.finish();
}

fn regression(criterion: &mut Criterion) {
    let large = std::env::var_os("BRAIN_JIT_LARGE").map(|_| 20_000_000);
    for rows in [200_000].into_iter().chain(large) {
        let mut group = criterion.benchmark_group(format!("logistic regression {rows}x10"));
        group.sample_size(10);
        let x = uniform(0.0, 1.0, rows * 10)
            .into_shape_with_order((rows, 10))
            .expect("as many numbers");
        let y = uniform(0.0, 1.0, rows);
        let mut model = LogisticRegression::new(10);
        backends(&mut group, || model.call(black_box(&x), black_box(&y)));
        let mut w = Array1::from_elem(10, 0.7);
        group.bench_function("ndarray", |bencher| {
            bencher.iter(|| logistic_regression::ndarray(&mut w, black_box(&x), &y))
        });
        let (x, y) = (x.as_slice().unwrap(), y.as_slice().unwrap());
        let w = w.as_slice_mut().unwrap();
        group.bench_function("loop", |bencher| {
            bencher.iter(|| logistic_regression::by_hand(w, black_box(x), y))
        });
        copy(&mut group, 4 * 11 * rows);
        group.finish();
    }
}

fn neurons(criterion: &mut Criterion) {
    for neurons in [4_000, 1_000_000] {
        let mut group = criterion.benchmark_group(format!("lif {neurons}"));
        let input = uniform(15.0, 60.0, neurons);
        let (mut model, mut t) = (Lif::new(neurons), 0.0);
        backends(&mut group, || {
            t += 0.1;
            model.update(t, 0.1, black_box(&input));
        });
        let (mut model, mut t) = (Lif::new(neurons), 0.0);
        group.bench_function("ndarray", |bencher| {
            bencher.iter(|| {
                t += 0.1;
                lif::ndarray(&mut model, t, 0.1, black_box(&input));
            })
        });
        let (mut model, mut t) = (Lif::new(neurons), 0.0);
        group.bench_function("loop", |bencher| {
            bencher.iter(|| {
                t += 0.1;
                lif::by_hand(&mut model, t, 0.1, black_box(input.as_slice().unwrap()));
            })
        });
        copy(&mut group, Lif::BYTES * neurons);
        group.finish();
    }
}

fn scalar(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scalar a *= b");
    let mut hello = Hello { a: 10.0, b: 1.0 };
    backends(&mut group, || black_box(&mut hello).transform());
    let (mut a, b) = (10.0f32, 1.0f32);
    group.bench_function("loop", |bencher| {
        bencher.iter(|| *black_box(&mut a) *= black_box(b))
    });
    group.finish();
}

fn elements(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("native loop 100000");
    let mut arr = Array1::<f64>::ones(100_000);
    backends(&mut group, || native_loop::native_loop(black_box(&mut arr)));
    group.bench_function("ndarray", |bencher| {
        bencher.iter(|| native_loop::ndarray(black_box(&mut arr)))
    });
    let arr = arr.as_slice_mut().expect("contiguous");
    group.bench_function("loop", |bencher| {
        bencher.iter(|| native_loop::by_hand(black_box(arr)))
    });
    group.finish();
}

criterion_group!(benches, activations, regression, neurons, scalar, elements);
criterion_main!(benches);
