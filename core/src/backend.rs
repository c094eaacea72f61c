//! Which of the generated code paths a compiled function takes, and on how many threads.

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::kernel::team::Team;

/// How compiled functions run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Backend {
    /// Operation by operation, with a temporary each.
    Plain,
    /// Fused kernels on the calling thread (large decompositions on one beside it).
    Serial,
    /// Fused kernels on all threads where the work is worth it. The default.
    Parallel,
}

impl Backend {
    const ALL: [Backend; 3] = [Backend::Plain, Backend::Serial, Backend::Parallel];

    /// The name that [`use_backend`] takes.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Plain => "plain",
            Backend::Serial => "serial",
            Backend::Parallel => "parallel",
        }
    }

    fn from_code(code: u8) -> Backend {
        Backend::ALL[code as usize]
    }
}

static OF_PROCESS: AtomicU8 = AtomicU8::new(Backend::Parallel as u8);

thread_local! {
    static OF_THREAD: Cell<Option<Backend>> = const { Cell::new(None) };
}

/// Sets the backend of the process. Threads inside [`with_backend`] keep theirs.
pub fn set_backend(backend: Backend) {
    OF_PROCESS.store(backend as u8, Ordering::Relaxed);
}

/// The backend in force on this thread.
#[inline]
pub fn backend() -> Backend {
    match OF_THREAD.get() {
        Some(backend) => backend,
        None => Backend::from_code(OF_PROCESS.load(Ordering::Relaxed)),
    }
}

/// Runs `body` under `backend` on this thread, then restores the present one, on a panic too.
///
/// The library's own parallel work hands the setting on to its threads; a thread that `body` starts by other means
/// sees the backend of the process.
///
/// ```
/// use brain_jit::backend::{Backend, backend, with_backend};
/// let before = backend();
/// assert_eq!(with_backend(Backend::Serial, backend), Backend::Serial);
/// assert_eq!(backend(), before);
/// ```
pub fn with_backend<R>(backend: Backend, body: impl FnOnce() -> R) -> R {
    struct Restore(Option<Backend>);
    impl Drop for Restore {
        fn drop(&mut self) {
            OF_THREAD.set(self.0);
        }
    }
    let _restore = Restore(OF_THREAD.replace(Some(backend)));
    body()
}

/// Sets the backend of the process by name.
///
/// # Panics
/// If `name` is not one of `"plain"`, `"serial"` and `"parallel"`.
pub fn use_backend(name: &str) {
    match Backend::ALL.iter().find(|backend| backend.name() == name) {
        Some(backend) => set_backend(*backend),
        None => panic!(
            "use_backend: no backend is called \"{name}\"; the names are \"plain\", \"serial\" and \"parallel\""
        ),
    }
}

/// The name of the backend in force on this thread.
pub fn get_backend_name() -> &'static str {
    backend().name()
}

/// The threads of parallel work; none before its first use.
static TEAM: RwLock<Option<Arc<Team>>> = RwLock::new(None);

/// Sets how many threads parallel work uses, the calling thread among them. Results do not depend on it.
///
/// Without it there are as many as the machine runs at once. Work that is started while a team of these threads is busy stays on
/// the thread that starts it.
///
/// # Panics
/// If `threads` is 0 or the threads cannot be started.
pub fn set_num_threads(threads: usize) {
    assert!(
        threads > 0,
        "set_num_threads: the number of threads must be at least 1"
    );
    let team = Team::new(threads).unwrap_or_else(|error| {
        panic!("set_num_threads: {threads} threads cannot be started: {error}")
    });
    let before = TEAM
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(Arc::new(team));
    // Its threads end here, not under the lock.
    drop(before);
}

/// How many threads parallel work uses.
pub fn num_threads() -> usize {
    team().threads()
}

/// The threads of parallel work.
pub(crate) fn team() -> Arc<Team> {
    let team = TEAM.read().unwrap_or_else(PoisonError::into_inner).clone();
    team.unwrap_or_else(first_team)
}

#[cold]
fn first_team() -> Arc<Team> {
    let mut team = TEAM.write().unwrap_or_else(PoisonError::into_inner);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    team.get_or_insert_with(|| {
        // Where no thread can be started, the caller's does the work.
        Arc::new(Team::new(threads).unwrap_or_else(|_| Team::alone()))
    })
    .clone()
}

/// Whether compiled methods look for NaNs: not asked yet, no, yes.
static CHECK_NAN: AtomicU8 = AtomicU8::new(0);

/// Switches the search for NaNs on or off: with it, every compiled method runs statement by statement, and panics after the
/// one that made a number of a variable NaN or infinite that was finite before. The message names method, variable, index,
/// statement and source line. For finding mistakes: it is as slow as [`Backend::Plain`], and needs the feature `plain`.
///
/// The environment variable `BRAIN_JIT_CHECK_NAN=1` does the same without a change of the program.
pub fn check_nan(on: bool) {
    CHECK_NAN.store(1 + u8::from(on), Ordering::Relaxed);
}

/// Whether [`check_nan`] is on.
#[inline]
pub(crate) fn checks_nan() -> bool {
    match CHECK_NAN.load(Ordering::Relaxed) {
        0 => asked_by_environment(),
        state => state == 2,
    }
}

#[cold]
fn asked_by_environment() -> bool {
    let on = std::env::var_os("BRAIN_JIT_CHECK_NAN")
        .is_some_and(|value| !value.is_empty() && value != "0");
    check_nan(on);
    on
}

/// Whether the plain twins run.
#[doc(hidden)]
#[inline]
pub fn is_plain() -> bool {
    backend() == Backend::Plain || checks_nan()
}
