//! A long transform, and many short ones.

use brain_jit::fft;
use brain_jit::random::RandomState;
use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::{Array1, Array2};
use num_complex::Complex32;

fn transforms(criterion: &mut Criterion) {
    let mut rng = RandomState::new(1);
    let long: Array1<Complex32> = rng
        .normal(0.0f32, 1.0, 1 << 20)
        .mapv(|x| Complex32::new(x, -x));
    let lanes: Array2<Complex32> = rng
        .normal(0.0f32, 1.0, (1000, 1024))
        .mapv(|x| Complex32::new(x, -x));
    let real: Array2<f32> = rng.normal(0.0, 1.0, (1000, 1024));
    criterion.bench_function("fft of 2^20 c64", |b| b.iter(|| fft::fft(&long)));
    criterion.bench_function("fft of 1000 lanes of 1024 c64", |b| {
        b.iter(|| fft::fft(&lanes))
    });
    criterion.bench_function("rfft of 1000 lanes of 1024 f32", |b| {
        b.iter(|| fft::rfft(&real))
    });
}

criterion_group!(benches, transforms);
criterion_main!(benches);
