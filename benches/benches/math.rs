//! Time per element of the vector math functions, one thread, 4096 elements, at the level of the process.

use std::hint::black_box;

use brain_jit::kernel::level::level_name;
use brain_jit_tests::unary::unary_functions;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const LENGTH: usize = 4096;

fn math(criterion: &mut Criterion) {
    // Values in (0, 1), inside the domain of every function but acosh.
    let x64: Vec<f64> = (1..=LENGTH)
        .map(|i| i as f64 / (LENGTH + 1) as f64)
        .collect();
    let x32: Vec<f32> = x64.iter().map(|&x| x as f32).collect();
    let (mut y32, mut y64) = (vec![0.0; LENGTH], vec![0.0; LENGTH]);
    let mut group = criterion.benchmark_group(format!("math {}", level_name()));
    group.throughput(Throughput::Elements(LENGTH as u64));
    for function in unary_functions() {
        group.bench_function(format!("{} f32", function.name), |bencher| {
            bencher.iter(|| (function.best_f32)(black_box(&x32), &mut y32));
        });
        group.bench_function(format!("{} f64", function.name), |bencher| {
            bencher.iter(|| (function.best_f64)(black_box(&x64), &mut y64));
        });
    }
    group.finish();
}

criterion_group!(benches, math);
criterion_main!(benches);
