//! The largest error of the single-precision functions of one argument, over all 2^32 floats.
//!
//! cargo run --release -p brain-jit-tests --bin math_exhaustive -- [--stride N] [FUNCTION…]
//!
//! Runs without SIMD extensions and at the level of the process (`BRAIN_JIT_LEVEL`); exit code 1 where a bound is passed.

use brain_jit::kernel::level::level_name;
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

fn main() {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let mut stride = 1;
    if names.first().is_some_and(|name| name == "--stride") {
        stride = names[1].parse().expect("a stride");
        names.drain(..2);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let mut failed = false;
    for function in unary_functions() {
        if !names.is_empty() && !names.iter().any(|name| name == function.name) {
            continue;
        }
        for (level, apply) in [
            ("baseline", function.baseline_f32),
            (level_name(), function.best_f32),
        ] {
            let part = (1_u64 << 32) / threads;
            let (error, at) = std::thread::scope(|scope| {
                let parts: Vec<_> = (0..threads)
                    .map(|i| {
                        let last = if i + 1 == threads {
                            1 << 32
                        } else {
                            (i + 1) * part
                        };
                        scope.spawn(move || {
                            worst(apply, reference(function.name), i * part, last, stride)
                        })
                    })
                    .collect();
                parts
                    .into_iter()
                    .map(|part| part.join().unwrap())
                    .fold((0.0, 0.0), |a, b| if b.0 > a.0 { b } else { a })
            });
            let passed = error <= bound(function.name);
            failed |= !passed;
            let mark = if passed { "" } else { "  above the bound" };
            println!(
                "{:12} {level:9} {error:.4} ULP at {at:e} ({:#010x}){mark}",
                function.name,
                at.to_bits()
            );
        }
    }
    std::process::exit(i32::from(failed));
}
