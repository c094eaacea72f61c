//! Products and decompositions of square matrices.

use brain_jit::linalg;
use brain_jit::random::RandomState;
use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::Array2;

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("matmul");
    group.sample_size(10);
    for n in [64, 256, 1024, 2048] {
        let a: Array2<f32> = RandomState::new(1).normal(0.0, 1.0, (n, n));
        let b = a.mapv(f64::from);
        group.bench_function(format!("f32 {n}"), |bencher| {
            bencher.iter(|| linalg::matmul(&a, &a))
        });
        group.bench_function(format!("f64 {n}"), |bencher| {
            bencher.iter(|| linalg::matmul(&b, &b))
        });
    }
    group.finish();
}

fn decompositions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decompositions");
    group.sample_size(10);
    let a: Array2<f64> = RandomState::new(1).normal(0.0, 1.0, (300, 300));
    let symmetric = &a + &a.t();
    group.bench_function("svd f64 300", |b| b.iter(|| linalg::svd(&a)));
    group.bench_function("eig f64 300", |b| b.iter(|| linalg::eig(&a)));
    group.bench_function("eigh f64 300", |b| b.iter(|| linalg::eigh(&symmetric)));
    group.bench_function("qr f64 300", |b| b.iter(|| linalg::qr(&a)));
    group.bench_function("inv f64 300", |b| b.iter(|| linalg::inv(&a)));
    let large: Array2<f32> = RandomState::new(1).normal(0.0, 1.0, (1024, 1024));
    let right = large.column(0).to_owned();
    group.bench_function("solve f32 1024", |b| {
        b.iter(|| linalg::solve(&large, &right))
    });
    group.finish();
}

criterion_group!(benches, products, decompositions);
criterion_main!(benches);
