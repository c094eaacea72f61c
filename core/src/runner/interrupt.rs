//! `Ctrl-C`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether runs have been asked to end.
static ASKED: AtomicBool = AtomicBool::new(false);

/// How many runs are under way that look for it.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// Ends the runs with a checkpoint that are under way, after their present step and a last checkpoint, as `Ctrl-C` does. For programs
/// with a signal handler of their own, which is left in force.
pub fn interrupt() {
    if RUNS.load(Ordering::SeqCst) > 0 {
        ASKED.store(true, Ordering::SeqCst);
    }
}

/// A run that looks whether it has been interrupted.
pub(super) struct Watch(());

impl Watch {
    pub fn new() -> Watch {
        #[cfg(feature = "runner")]
        handle();
        if RUNS.fetch_add(1, Ordering::SeqCst) == 0 {
            // What was asked of runs that have ended.
            ASKED.store(false, Ordering::SeqCst);
        }
        Watch(())
    }

    pub fn is_interrupted(&self) -> bool {
        ASKED.load(Ordering::Relaxed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        RUNS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Takes `Ctrl-C` over, once a process. Beyond runs, and if it comes again before a run has seen it, the process ends as it would
/// have without.
#[cfg(feature = "runner")]
fn handle() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // An error says that the program has a handler of its own, which may call `interrupt`.
        let _ = ctrlc::try_set_handler(|| {
            if RUNS.load(Ordering::SeqCst) == 0 || ASKED.swap(true, Ordering::SeqCst) {
                // As a shell counts a process that SIGINT ended.
                std::process::exit(130);
            }
        });
    });
}
