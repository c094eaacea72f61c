//! Whether small work is shared, by trial.
//!
//! Work of some ten microseconds is done sooner on several threads if these come at once, and later if the system runs something else on
//! their cores, as a virtual machine's often do. Neither the amount of work nor the machine tells which: so both ways are taken in turns,
//! and the faster one in between. Results do not depend on the way.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// How often work is done before both ways are tried again.
const PERIOD: u32 = 4096;

/// How often in a row a way is tried.
const TRIES: u32 = 64;

/// How many of these do not count: threads that sleep come too late.
const FIRST: u32 = 8;

/// The weight of the present time in the mean is one over this.
const WEIGHT: u64 = 32;

/// How many times the mean counts at most: a call that the system interrupts tells little of the others.
const MOST: u64 = 4;

/// The ways to do work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Alone,
    Shared,
}

/// What one kind of work has taken.
pub struct Trial {
    calls: AtomicU32,
    /// The mean times in sixteenths of a nanosecond; 0 is none yet.
    alone: AtomicU64,
    shared: AtomicU64,
}

/// Those of all kinds, which are told apart by the amount of work: two of one place take turns in one trial, whose answer is that of both.
static TRIALS: [Trial; 64] = [const { Trial::new() }; 64];

impl Trial {
    const fn new() -> Trial {
        Trial {
            calls: AtomicU32::new(0),
            alone: AtomicU64::new(0),
            shared: AtomicU64::new(0),
        }
    }

    /// The trial of work of this amount.
    pub fn of(amount: usize) -> &'static Trial {
        // Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4.
        let hash = (amount as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &TRIALS[(hash >> 58) as usize]
    }

    /// The way of the next call, and whether its time counts.
    pub fn next(&self) -> (Way, bool) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) % PERIOD;
        if call < TRIES {
            (Way::Alone, true)
        } else if call < 2 * TRIES {
            (Way::Shared, call >= TRIES + FIRST)
        } else if self.shared.load(Ordering::Relaxed) < self.alone.load(Ordering::Relaxed) {
            (Way::Shared, true)
        } else {
            (Way::Alone, true)
        }
    }

    /// A call took so long. Threads that note times at once may lose one.
    pub fn note(&self, way: Way, time: Duration) {
        let mean = match way {
            Way::Alone => &self.alone,
            Way::Shared => &self.shared,
        };
        let time = 16 * time.as_nanos() as u64;
        let before = mean.load(Ordering::Relaxed);
        let after = match before {
            0 => time,
            _ => before - before / WEIGHT + time.min(MOST * before) / WEIGHT,
        };
        mean.store(after.max(1), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `calls` are shared, each taking what `time` says.
    fn shared(trial: &Trial, calls: u32, time: impl Fn(Way) -> u64) -> u32 {
        let mut count = 0;
        for _ in 0..calls {
            let (way, counts) = trial.next();
            count += u32::from(way == Way::Shared);
            if counts {
                trial.note(way, Duration::from_nanos(time(way)));
            }
        }
        count
    }

    #[test]
    fn the_faster_way_is_taken() {
        let (slow, fast) = (
            |way| if way == Way::Shared { 30_000 } else { 15_000 },
            |way| {
                if way == Way::Shared { 8_000 } else { 15_000 }
            },
        );
        let trial = Trial::new();
        assert_eq!(shared(&trial, PERIOD, slow), TRIES);
        // The cores of the other threads are free now.
        assert_eq!(shared(&trial, PERIOD, fast), PERIOD - TRIES);
        assert_eq!(shared(&trial, PERIOD, fast), PERIOD - TRIES);
    }

    #[test]
    fn a_way_that_gets_slow_is_left_at_once() {
        let trial = Trial::new();
        let fast = |way| if way == Way::Shared { 8_000 } else { 15_000 };
        assert_eq!(shared(&trial, 1000, fast), 1000 - TRIES);
        let slow = |way| if way == Way::Shared { 60_000 } else { 15_000 };
        assert!(shared(&trial, 1000, slow) < 20);
    }

    #[test]
    fn an_interruption_changes_nothing() {
        let trial = Trial::new();
        let time = |way| if way == Way::Shared { 14_000 } else { 16_000 };
        shared(&trial, 1000, time);
        trial.note(Way::Shared, Duration::from_millis(4));
        assert!(shared(&trial, 1000, time) > 900);
    }
}
