//! Whether small work is shared, by trial.
//!
//! Work of some ten microseconds is done sooner on several threads if these come at once, and later if the system runs something else on
//! their cores, as a virtual machine's often do. Neither the amount of work nor the machine tells which: so both ways are taken in turns,
//! and the faster one in between. Results do not depend on the way.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// How often work is done before both ways are tried again.
const PERIOD: u32 = 4096;

/// How often in a row work is tried alone, and how many of these tries do not count.
const ALONE: (u32, u32) = (16, 2);

/// The same for threads together, which come too late at first if they have slept.
const SHARED: (u32, u32) = (64, 8);

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

/// Those of all kinds, which are told apart by the amount of work, to a quarter of a power of two: the deliveries of spikes differ from step to
/// step. Two of one amount have one trial, whose answer is that of both.
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
        let power = amount.max(4).ilog2();
        let quarter = (amount >> (power - 2)) % 4;
        &TRIALS[(4 * power as usize + quarter) % TRIALS.len()]
    }

    /// The way of the next call, and whether its time counts. `first` is tried first.
    pub fn next(&self, first: Way) -> (Way, bool) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) % PERIOD;
        let tries = match first {
            Way::Alone => [(Way::Alone, ALONE), (Way::Shared, SHARED)],
            Way::Shared => [(Way::Shared, SHARED), (Way::Alone, ALONE)],
        };
        let mut start = 0;
        for (way, (tries, uncounted)) in tries {
            if call < start + tries {
                return (way, call >= start + uncounted);
            }
            start += tries;
        }
        if self.shared.load(Ordering::Relaxed) < self.alone.load(Ordering::Relaxed) {
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
            let (way, counts) = trial.next(Way::Alone);
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
        assert_eq!(shared(&trial, PERIOD, slow), SHARED.0);
        // The cores of the other threads are free now.
        assert_eq!(shared(&trial, PERIOD, fast), PERIOD - ALONE.0);
        assert_eq!(shared(&trial, PERIOD, fast), PERIOD - ALONE.0);
    }

    #[test]
    fn large_work_is_shared_first() {
        let trial = Trial::new();
        let ways: Vec<Way> = (0..PERIOD).map(|_| trial.next(Way::Shared).0).collect();
        let (first, rest) = ways.split_at(SHARED.0 as usize);
        assert!(first.iter().all(|way| *way == Way::Shared));
        assert!(
            rest[..ALONE.0 as usize]
                .iter()
                .all(|way| *way == Way::Alone)
        );
    }

    #[test]
    fn a_way_that_gets_slow_is_left_at_once() {
        let trial = Trial::new();
        let fast = |way| if way == Way::Shared { 8_000 } else { 15_000 };
        assert_eq!(shared(&trial, 1000, fast), 1000 - ALONE.0);
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
