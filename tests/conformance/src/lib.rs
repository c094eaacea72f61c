//! Runs cases made by NumPy, JAX and BrainPy through `bm`, and once more through compiled functions.
//!
//! A case names a function, its arguments and what it must give. [`table`] says how each function is called on dynamic
//! values; a new function is a line there. [`compiled`] has those that fuse.

pub mod call;
pub mod case;
pub mod compare;
pub mod compiled;
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

/// Runs one case eagerly.
pub fn verdict(case: &Case) -> Verdict {
    match table::find(&case.function) {
        Some(function) => judged(case, function),
        None => Verdict::Unsupported(format!("there is no {} yet", case.function)),
    }
}

/// Runs one case through a compiled function; nothing if the call does not fuse in this form.
pub fn compiled_verdict(case: &Case) -> Option<Verdict> {
    match judged(case, compiled::find(&case.function)?) {
        verdict @ (Verdict::Passed | Verdict::Failed(_)) => Some(verdict),
        Verdict::Unsupported(_) | Verdict::NotApplicable(_) => None,
    }
}

fn judged(case: &Case, function: table::Function) -> Verdict {
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

/// What became of the cases of one function.
#[derive(Default)]
struct Row {
    /// Passed, failed, unsupported, not applicable; failed are those, too, that fail compiled only.
    cases: [usize; 4],
    /// Passed, failed through compiled functions.
    compiled: [usize; 2],
}

/// Counts of verdicts, and the text of what did not pass.
#[derive(Default)]
pub struct Report {
    functions: BTreeMap<String, Row>,
    pub failures: Vec<String>,
    reasons: BTreeMap<String, usize>,
    unsupported: BTreeMap<String, usize>,
}

impl Report {
    fn add(&mut self, case: &Case, verdict: Verdict, compiled: Option<Verdict>) {
        let row = self
            .functions
            .entry(format!("{}/{}", case.category, case.function))
            .or_default();
        match compiled {
            None => {}
            Some(Verdict::Failed(reason)) => {
                row.compiled[1] += 1;
                self.failures
                    .push(format!("{}: compiled: {reason}", case.id));
                if verdict == Verdict::Passed {
                    row.cases[1] += 1;
                    return;
                }
            }
            Some(_) => row.compiled[0] += 1,
        }
        match verdict {
            Verdict::Passed => row.cases[0] += 1,
            Verdict::Failed(reason) => {
                row.cases[1] += 1;
                self.failures.push(format!("{}: {reason}", case.id));
            }
            Verdict::Unsupported(reason) => {
                row.cases[2] += 1;
                *self.unsupported.entry(reason).or_default() += 1;
            }
            Verdict::NotApplicable(reason) => {
                row.cases[3] += 1;
                *self.reasons.entry(reason).or_default() += 1;
            }
        }
    }

    /// Passed, failed, unsupported, not applicable.
    pub fn totals(&self) -> [usize; 4] {
        let rows = self.functions.values();
        std::array::from_fn(|k| rows.clone().map(|row| row.cases[k]).sum())
    }

    /// Passed and failed through compiled functions.
    pub fn compiled_totals(&self) -> [usize; 2] {
        let rows = self.functions.values();
        std::array::from_fn(|k| rows.clone().map(|row| row.compiled[k]).sum())
    }

    /// The report as text; the last line has the totals.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for (function, row) in &self.functions {
            let [passed, failed, unsupported, other] = &row.cases;
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
            match row.compiled {
                [0, 0] => {}
                [passed, 0] => line += &format!("; compiled: {passed} passed"),
                [passed, failed] => {
                    line += &format!("; compiled: {passed} passed, {failed} failed")
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
        let [compiled_passed, compiled_failed] = self.compiled_totals();
        lines.push(format!("\n{other} not applicable"));
        lines.push(format!(
            "through compiled functions: {compiled_passed} passed, {compiled_failed} failed"
        ));
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
            report.add(case, verdict(case), compiled_verdict(case));
        }
    }
    panic::set_hook(hook);
    Ok(report)
}
