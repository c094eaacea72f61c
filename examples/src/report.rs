//! What a simulation says of itself.

use crate::memory::peak_rss_mb;

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
    /// The mean rate of a neuron in Hz.
    fn rate(&self) -> f64 {
        self.spikes as f64 / (self.neurons as f64 * self.t / 1000.0).max(f64::MIN_POSITIVE)
    }

    /// One line of JSON, with these `results` besides.
    fn json(&self, results: &[(&str, f64)]) -> String {
        let Report {
            work,
            neurons,
            t,
            dt,
            build_s,
            run_s,
            spikes,
        } = self;
        let threads = brain_jit::backend::num_threads();
        let (rate, peak) = (self.rate(), peak_rss_mb());
        let results: String = results
            .iter()
            .map(|(name, value)| format!(", \"{name}\": {}", shown(*value)))
            .collect();
        format!(
            "{{\"work\": \"{work}\", \"neurons\": {neurons}, \"t_ms\": {t}, \"dt\": {dt}, \"threads\": {threads}, \
             \"build_s\": {build_s:.4}, \"run_s\": {run_s:.4}, \"spikes\": {spikes}, \"mean_rate_hz\": {rate:.4}, \
             \"peak_rss_mb\": {peak:.1}{results}}}"
        )
    }

    /// Prints one line of JSON with these `results` besides, or the same in words.
    pub fn print(&self, json: bool, results: &[(&str, f64)]) {
        if json {
            return println!("{}", self.json(results));
        }
        let Report {
            work,
            neurons,
            t,
            dt,
            build_s,
            run_s,
            spikes,
        } = self;
        println!("{work}: {neurons} neurons, {t} ms in steps of {dt} ms");
        println!(
            "built in {build_s:.3} s, ran in {run_s:.3} s, at most {:.0} MB of memory",
            peak_rss_mb()
        );
        println!("{spikes} spikes, {:.2} Hz a neuron", self.rate());
        for (name, value) in results {
            println!("{name}: {}", shown(*value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_the_fields_that_all_examples_share_and_the_results() {
        let report = Report {
            work: "some-model",
            neurons: 4000,
            t: 500.0,
            dt: 0.1,
            build_s: 0.25,
            run_s: 0.5,
            spikes: 3000,
        };
        let line = report.json(&[("coherence", 0.5)]);
        let names: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let expected = [
            "work",
            "some-model",
            "neurons",
            "t_ms",
            "dt",
            "threads",
            "build_s",
            "run_s",
            "spikes",
            "mean_rate_hz",
            "peak_rss_mb",
            "coherence",
        ];
        assert_eq!(names, expected);
        assert!(
            line.contains("\"mean_rate_hz\": 1.5000, ") && line.ends_with("\"coherence\": 0.5000}")
        );
        assert_eq!(line.lines().count(), 1);
    }
}
