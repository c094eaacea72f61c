//! How long a call takes.

use std::time::Instant;

/// The median seconds of calls for about two seconds, at least 5 and at most 2000 of them, after two for warming up. With
/// `BRAIN_JIT_LEAST=1` the least, for a machine that does other work.
pub fn median(mut call: impl FnMut()) -> f64 {
    let mut seconds = || {
        let start = Instant::now();
        call();
        start.elapsed().as_secs_f64()
    };
    seconds();
    seconds();
    let calls = ((2.0 / seconds().max(1e-7)) as usize).clamp(5, 2000);
    let mut all: Vec<f64> = (0..calls).map(|_| seconds()).collect();
    all.sort_by(f64::total_cmp);
    match std::env::var_os("BRAIN_JIT_LEAST") {
        Some(_) => all[0],
        None => all[calls / 2],
    }
}

/// Prints a measurement as `peers/compare.py` reads it.
pub fn row(work: &str, peer: &str, seconds: f64) {
    println!(r#"{{"work": "{work}", "peer": "{peer}", "seconds": {seconds:e}}}"#);
}
