//! Threads that work on one launch together.
//!
//! A general pool wakes its threads through a queue and puts the caller to sleep until they have ended, which takes some twenty
//! microseconds: as long as many a kernel. Here the caller starts at once, who comes too late for its work is not waited for, and
//! threads look for the next launch for a while before they sleep, so that from step to step of a model none has to be woken.

use super::parallel::Sharing;
use std::any::Any;
use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long a thread looks for work before it sleeps: several times what waking it costs.
const AWAKE: Duration = Duration::from_micros(100);

/// How often the caller looks whether the others have ended before it lets the system run something else.
const LOOKS: usize = 2000;

/// The bit of `Shared::present` that says that threads may still join; the rest counts those that have.
const OPEN: usize = 1 << (usize::BITS - 1);

/// A caller's work, given the number of the thread: 0 is the caller's.
type Work<'a> = &'a (dyn Fn(usize) + Sync + 'a);

/// The calling thread and some others.
pub struct Team {
    shared: Arc<Shared>,
    helpers: Vec<Helper>,
    // Held by the caller whose work it is: when work has begun last.
    lead: Mutex<Option<Instant>>,
}

/// A thread beside the caller's.
struct Helper {
    asleep: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

struct Shared {
    // Counts the pieces of work, so that a thread sees that there is another.
    count: AtomicU32,
    present: AtomicUsize,
    work: Slot,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    ended: AtomicBool,
}

/// The work that threads join, of which the lifetime is not known here.
struct Slot(UnsafeCell<Option<Work<'static>>>);

// SAFETY: written by the leading caller alone, while `present` is 0; read by threads that have joined, that is after the store of
// `OPEN` that follows the write.
unsafe impl Sync for Slot {}

impl Team {
    /// The caller's thread.
    pub fn alone() -> Team {
        Team {
            shared: Arc::new(Shared {
                count: AtomicU32::new(0),
                present: AtomicUsize::new(0),
                work: Slot(UnsafeCell::new(None)),
                panic: Mutex::new(None),
                ended: AtomicBool::new(false),
            }),
            helpers: Vec::new(),
            lead: Mutex::new(None),
        }
    }

    /// A team of `threads`, the caller's among them.
    pub fn new(threads: usize) -> std::io::Result<Team> {
        let mut team = Team::alone();
        for number in 1..threads {
            let asleep = Arc::new(AtomicBool::new(false));
            let (of_thread, shared) = (asleep.clone(), team.shared.clone());
            let thread = thread::Builder::new()
                .name(format!("brain_jit {number}"))
                .spawn(move || help(&shared, number, &of_thread))?;
            team.helpers.push(Helper { asleep, thread });
        }
        Ok(team)
    }

    pub fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Calls `work` here and on those other threads that come while the call here runs, and returns when all have ended. If the
    /// team works already, the call here is the only one. Of the threads that sleep so many are woken that there are `threads`, for
    /// large work, and for small work that follows other work closely.
    ///
    /// # Panics
    /// If a call does.
    pub fn run(&self, threads: usize, sharing: Sharing, work: Work<'_>) {
        let mut lead = match self.lead.try_lock() {
            Ok(lead) => lead,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return work(0),
        };
        let now = Instant::now();
        let wakes = !matches!(sharing, Sharing::Small(_))
            || lead.is_some_and(|before| now.duration_since(before) < AWAKE);
        *lead = Some(now);
        // One is left where the caller's own call has panicked, too.
        drop(self.shared.take_panic());
        // SAFETY: `present` is 0, so that no thread reads the slot. The work is not used after `Joined` has been dropped, which
        // happens in this call.
        unsafe {
            *self.shared.work.0.get() = Some(std::mem::transmute::<Work<'_>, Work<'static>>(work));
        }
        self.shared.present.store(OPEN, Ordering::Release);
        let joined = Joined(&self.shared);
        self.shared.count.fetch_add(1, Ordering::SeqCst);
        if wakes {
            for helper in &self.helpers[..threads - 1] {
                if helper.asleep.load(Ordering::SeqCst)
                    && helper.asleep.swap(false, Ordering::SeqCst)
                {
                    helper.thread.thread().unpark();
                }
            }
        }
        work(0);
        drop(joined);
        let panic = self.shared.take_panic();
        drop(lead);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        for helper in self.helpers.drain(..) {
            helper.thread.thread().unpark();
            // A thread ends without a panic: those of the work are caught.
            let _ = helper.thread.join();
        }
    }
}

impl Shared {
    fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.panic
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Does what is left of the present work, if there is any.
    fn join(&self, number: usize) {
        let joined = self
            .present
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, |present| {
                (present & OPEN != 0).then_some(present + 1)
            });
        if joined.is_err() {
            return;
        }
        // SAFETY: this thread has joined, so the caller keeps the work until it leaves.
        let work = unsafe { *self.work.0.get() };
        if let Some(work) = work
            && let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(number)))
        {
            *self.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
        }
        self.present.fetch_sub(1, Ordering::Release);
    }
}

/// Lets no more threads join and waits for those that have, on a panic of the caller too.
struct Joined<'a>(&'a Shared);

impl Drop for Joined<'_> {
    fn drop(&mut self) {
        self.0.present.fetch_and(!OPEN, Ordering::Relaxed);
        let mut looks = 0;
        while self.0.present.load(Ordering::Acquire) != 0 {
            if looks < LOOKS {
                looks += 1;
                spin_loop();
            } else {
                thread::yield_now();
            }
        }
    }
}

/// The life of a thread beside the caller's.
fn help(shared: &Shared, number: usize, asleep: &AtomicBool) {
    let mut done = 0;
    loop {
        let count = next(shared, asleep, done);
        if shared.ended.load(Ordering::Relaxed) {
            return;
        }
        done = count;
        shared.join(number);
    }
}

/// Waits until there is other work than `done` and gives its count, or the team has ended.
fn next(shared: &Shared, asleep: &AtomicBool, done: u32) -> u32 {
    let news = || {
        let count = shared.count.load(Ordering::SeqCst);
        (count != done || shared.ended.load(Ordering::SeqCst)).then_some(count)
    };
    let start = Instant::now();
    while start.elapsed() < AWAKE {
        for _ in 0..100 {
            if let Some(count) = news() {
                return count;
            }
            spin_loop();
        }
    }
    loop {
        // Either the caller sees that this thread sleeps and wakes it, or this thread sees the news.
        asleep.store(true, Ordering::SeqCst);
        if let Some(count) = news() {
            asleep.store(false, Ordering::SeqCst);
            return count;
        }
        thread::park();
    }
}
