//! Runs cases made by NumPy, JAX and BrainPy through `bm`.
//!
//! A case names a function, its arguments and what it must give. [`table`] says how each function is called on dynamic
//! values; a new function is a line there.

pub mod call;
pub mod case;
pub mod compare;
pub mod decomposition;
pub mod statistics;
pub mod table;
pub mod value;

use std::collections::BTreeMap;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use call::{Call, Stop};
use case::{Case, Expected};

/// What became of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Passed,
    Failed(String),
    /// The library has no such function or option.
    Unsupported(String),
    /// Rust's types cannot express the call.
    NotApplicable(String),
}

/// Runs one case.
pub fn verdict(case: &Case) -> Verdict {
    let Some(function) = table::find(&case.function) else {
        return Verdict::Unsupported(format!("there is no {} yet", case.function));
    };
    let call = match Call::load(case) {
        Ok(call) => call,
        Err(error) => return Verdict::Failed(format!("the case cannot be read: {error}")),
    };
    let result = panic::catch_unwind(AssertUnwindSafe(|| function(&call)));
    let outputs = match result {
        Ok(Ok(outputs)) => Ok(outputs),
        Ok(Err(Stop::NotApplicable(reason))) => return Verdict::NotApplicable(reason),
        Ok(Err(Stop::Unsupported(reason))) => return Verdict::Unsupported(reason),
        Ok(Err(Stop::Refused(reason))) => {
            return match case.expected {
                Expected::Error(_) => {
                    Verdict::NotApplicable("an error already at compile time".into())
                }
                _ => Verdict::NotApplicable(reason),
            };
        }
        Err(payload) => Err(payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| payload.downcast_ref::<&str>().map(|text| text.to_string()))
            .unwrap_or_default()),
    };
    let first = match compare::meets(case, &case.expected, &outputs) {
        Ok(()) => return Verdict::Passed,
        Err(difference) => difference,
    };
    // Where NumPy and BrainPy differ, either will do.
    if case
        .alternatives
        .iter()
        .any(|expected| compare::meets(case, expected, &outputs).is_ok())
    {
        return Verdict::Passed;
    }
    Verdict::Failed(first)
}

/// Counts of verdicts, and the text of what did not pass.
#[derive(Default)]
pub struct Report {
    functions: BTreeMap<String, [usize; 4]>,
    pub failures: Vec<String>,
    reasons: BTreeMap<String, usize>,
    unsupported: BTreeMap<String, usize>,
}

impl Report {
    fn add(&mut self, case: &Case, verdict: Verdict) {
        let row = self
            .functions
            .entry(format!("{}/{}", case.category, case.function))
            .or_default();
        match verdict {
            Verdict::Passed => row[0] += 1,
            Verdict::Failed(reason) => {
                row[1] += 1;
                self.failures.push(format!("{}: {reason}", case.id));
            }
            Verdict::Unsupported(reason) => {
                row[2] += 1;
                *self.unsupported.entry(reason).or_default() += 1;
            }
            Verdict::NotApplicable(reason) => {
                row[3] += 1;
                *self.reasons.entry(reason).or_default() += 1;
            }
        }
    }

    /// Passed, failed, unsupported, not applicable.
    pub fn totals(&self) -> [usize; 4] {
        let mut totals = [0; 4];
        for row in self.functions.values() {
            for (total, count) in totals.iter_mut().zip(row) {
                *total += count;
            }
        }
        totals
    }

    /// The report as text; the last line has the totals.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for (function, [passed, failed, unsupported, other]) in &self.functions {
            let mut line = format!("{function}: {passed} passed");
            for (count, word) in [
                (failed, "failed"),
                (unsupported, "unsupported"),
                (other, "not applicable"),
            ] {
                if *count > 0 {
                    line += &format!(", {count} {word}");
                }
            }
            lines.push(line);
        }
        let mut list = |title: &str, counts: &BTreeMap<String, usize>| {
            if !counts.is_empty() {
                lines.push(format!("\n{title}:"));
                lines.extend(
                    counts
                        .iter()
                        .map(|(reason, count)| format!("  {count} × {reason}")),
                );
            }
        };
        list("Not applicable", &self.reasons);
        list("Unsupported", &self.unsupported);
        if !self.failures.is_empty() {
            lines.push("\nFailed:".into());
            lines.extend(self.failures.iter().map(|failure| format!("  {failure}")));
        }
        let [passed, failed, unsupported, other] = self.totals();
        lines.push(format!("\n{other} not applicable"));
        lines.push(format!(
            "{passed} passed, {failed} failed, {unsupported} unsupported"
        ));
        lines.join("\n")
    }
}

/// Runs all cases of a directory, or those of one function.
pub fn run(directory: &Path, filter: Option<&str>) -> io::Result<Report> {
    let cases = case::read(directory)?;
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let mut report = Report::default();
    for case in &cases {
        if filter.is_none_or(|filter| case.function == filter || case.category == filter) {
            report.add(case, verdict(case));
        }
    }
    panic::set_hook(hook);
    Ok(report)
}
