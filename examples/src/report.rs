//! What a simulation says of itself.

use crate::benchmark::peak_rss_mb;

/// A result: counts as they are, all else with four digits.
fn shown(value: f64) -> String {
    match value.fract() == 0.0 {
        true => format!("{value}"),
        false => format!("{value:.4}"),
    }
}

/// How large a simulation was and what it took.
pub struct Report {
    pub work: &'static str,
    pub neurons: usize,
    /// The simulated time in ms, and the length of a step.
    pub t: f64,
    pub dt: f64,
    pub build_s: f64,
    pub run_s: f64,
    pub spikes: usize,
}

impl Report {
    /// Prints one line of JSON with these `results` besides, or the same in words.
    pub fn print(&self, json: bool, results: &[(&str, f64)]) {
        let Report {
            work,
            neurons,
            t,
            dt,
            build_s,
            run_s,
            spikes,
        } = self;
        let rate = *spikes as f64 / (*neurons as f64 * t / 1000.0).max(f64::MIN_POSITIVE);
        let peak = peak_rss_mb();
        if json {
            let threads = brain_jit::backend::num_threads();
            let results: String = results
                .iter()
                .map(|(name, value)| format!(", \"{name}\": {}", shown(*value)))
                .collect();
            println!(
                "{{\"work\": \"{work}\", \"neurons\": {neurons}, \"t_ms\": {t}, \"dt\": {dt}, \"threads\": {threads}, \
                 \"build_s\": {build_s:.4}, \"run_s\": {run_s:.4}, \"spikes\": {spikes}, \"mean_rate_hz\": {rate:.4}, \
                 \"peak_rss_mb\": {peak:.1}{results}}}"
            );
        } else {
            println!("{work}: {neurons} neurons, {t} ms in steps of {dt} ms");
            println!(
                "built in {build_s:.3} s, ran in {run_s:.3} s, at most {peak:.0} MB of memory"
            );
            println!("{spikes} spikes, {rate:.2} Hz a neuron");
            for (name, value) in results {
                println!("{name}: {}", shown(*value));
            }
        }
    }
}
