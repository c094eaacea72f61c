//! The largest error of the single-precision functions of one argument, over all 2^32 floats.
//!
//! cargo run --release -p brain-jit-tests --bin math_exhaustive -- [--stride N] [FUNCTION…]
//!
//! Runs without SIMD extensions and at the level of the process (`BRAIN_JIT_LEVEL`); and compares with the eager functions; exit code 1 where a bound is passed or bits differ.

use brain_jit::kernel::level::level_name;
use brain_jit_tests::eager::{Eager, eager_functions};
use brain_jit_tests::ulp;
use brain_jit_tests::unary::{Apply, bound, reference, unary_functions};

const BLOCK: usize = 4096;

/// The largest error and where it is, over every `stride`-th float from `first` to `last`.
fn worst(
    apply: Apply<f32>,
    reference: fn(f64) -> f64,
    first: u64,
    last: u64,
    stride: u64,
) -> (f64, f32) {
    let (mut x, mut y) = (vec![0.0; BLOCK], vec![0.0; BLOCK]);
    let mut worst = (0.0, 0.0);
    let mut bits = first;
    while bits < last {
        for value in &mut x {
            *value = f32::from_bits(bits.min(last - 1) as u32);
            bits += stride;
        }
        apply(&x, &mut y);
        for (&x, &y) in x.iter().zip(&y) {
            let error = ulp::error_f32(y, reference(f64::from(x)));
            if error > worst.0 {
                worst = (error, x);
            }
        }
    }
    worst
}

/// How many floats give other bits eagerly than in a loop over the function.
fn differences(eager: Eager<f32>, apply: Apply<f32>, first: u64, last: u64, stride: u64) -> usize {
    let (mut x, mut y, mut z) = (vec![0.0; BLOCK], vec![0.0; BLOCK], vec![0.0; BLOCK]);
    let (mut count, mut bits) = (0, first);
    while bits < last {
        for value in &mut x {
            *value = f32::from_bits(bits.min(last - 1) as u32);
            bits += stride;
        }
        eager(&x, &mut y);
        apply(&x, &mut z);
        let differ =
            |(y, z): &(&f32, &f32)| y.to_bits() != z.to_bits() && !(y.is_nan() && z.is_nan());
        count += y.iter().zip(&z).filter(differ).count();
    }
    count
}

/// What `work` gives of each of as many parts of the floats as there are threads.
fn parts<T: Send>(work: impl Fn(u64, u64) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let end = |i: u64| (1_u64 << 32) * i / threads;
    let work = &work;
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|i| scope.spawn(move || work(end(i), end(i + 1))))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    })
}

fn main() {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let mut stride = 1;
    if names.first().is_some_and(|name| name == "--stride") {
        stride = names[1].parse().expect("a stride");
        names.drain(..2);
    }
    let mut failed = false;
    for function in unary_functions() {
        if !names.is_empty() && !names.iter().any(|name| name == function.name) {
            continue;
        }
        for (level, apply) in [
            ("baseline", function.baseline_f32),
            (level_name(), function.best_f32),
        ] {
            let reference = reference(function.name);
            let errors = parts(|first, last| worst(apply, reference, first, last, stride));
            let larger = |a: (f64, f32), b: (f64, f32)| if b.0 > a.0 { b } else { a };
            let (error, at) = errors.into_iter().fold((0.0, 0.0), larger);
            let passed = error <= bound(function.name);
            failed |= !passed;
            let mark = if passed { "" } else { "  above the bound" };
            println!(
                "{:12} {level:9} {error:.4} ULP at {at:e} ({:#010x}){mark}",
                function.name,
                at.to_bits()
            );
        }
        let mut eager = eager_functions().into_iter();
        if let Some((name, eager, _)) = eager.find(|eager| eager.0 == function.name) {
            let apply = function.best_f32;
            let count = parts(|first, last| differences(eager, apply, first, last, stride));
            let count: usize = count.iter().sum();
            failed |= count > 0;
            println!("{name:12} eagerly   {count} differ");
        }
    }
    std::process::exit(i32::from(failed));
}
