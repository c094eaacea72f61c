//! What the process takes of the machine's memory.

use crate::flags::fail;

/// The number of kilobytes that a file of Linux has behind a name, in MB; none on other systems.
fn megabytes(file: &str, name: &str) -> Option<f64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// The most memory that the process has had, in MB; 0 where the system does not say.
pub fn peak_rss_mb() -> f64 {
    megabytes("/proc/self/status", "VmHWM:").unwrap_or(0.0)
}

/// Ends the program if `what` needs more memory than is free, before the system would end it without a word; `help` says what else there is.
pub fn check_memory(what: &str, bytes: f64, help: &str) {
    let needed = bytes / f64::from(1 << 20);
    if let Some(free) = megabytes("/proc/meminfo", "MemAvailable:").filter(|free| needed > *free) {
        fail(format!(
            "{what} needs about {:.0} GB of memory, of which {:.1} GB are free{help}",
            needed / 1024.0,
            free / 1024.0
        ));
    }
}
