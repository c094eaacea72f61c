//! Draws of a million elements.

use brain_jit::random::RandomState;
use criterion::{Criterion, criterion_group, criterion_main};

const N: usize = 1_000_000;

fn draws(criterion: &mut Criterion) {
    let mut rng = RandomState::new(1);
    let mut group = criterion.benchmark_group("random, 1e6");
    group.bench_function("uniform f32", |b| b.iter(|| rng.uniform(0.0f32, 1.0, N)));
    group.bench_function("uniform f64", |b| b.iter(|| rng.uniform(0.0f64, 1.0, N)));
    group.bench_function("normal f32", |b| b.iter(|| rng.normal(0.0f32, 1.0, N)));
    group.bench_function("normal f64", |b| b.iter(|| rng.normal(0.0f64, 1.0, N)));
    group.bench_function("exponential f32", |b| b.iter(|| rng.exponential(1.0f32, N)));
    group.bench_function("poisson", |b| b.iter(|| rng.poisson(5.0f32, N)));
    group.finish();
    criterion.bench_function("normal f32, a scalar", |b| {
        b.iter(|| rng.normal(0.0f32, 1.0, ()))
    });
}

criterion_group!(benches, draws);
criterion_main!(benches);
