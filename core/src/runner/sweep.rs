//! The same work with many parameters.

use crate::backend::{Backend, backend, with_backend};
use crate::kernel::parallel::{Sharing, for_parts};

/// What `run` gives for each of the parameters, in their order, on all threads.
///
/// Each call is on one thread, on which compiled methods run serially ([`Backend::Plain`] stays in force), so results are the same at
/// any number of threads: give each instance a seed of its own.
///
/// ```
/// use brain_jit::{prelude::*, runner::sweep};
///
/// #[derive(BrainObject)]
/// struct Leak {
///     tau: f64,
///     #[variable]
///     v: Array1<f64>,
/// }
///
/// #[brain_jit]
/// impl Leak {
///     fn update(&mut self, dt: f64) {
///         self.v -= &self.v * (dt / self.tau);
///     }
/// }
///
/// let rest = sweep([5.0, 10.0, 20.0], |tau| {
///     let mut model = Leak { tau, v: array![1.0] };
///     (0..100).for_each(|_| model.update(0.1));
///     model.v[0]
/// });
/// assert!(rest.len() == 3 && rest[0] < rest[1] && rest[1] < rest[2]);
/// ```
///
/// `Ctrl-C` ends the runs with a checkpoint that are under way; calls that have not begun do begin, unless `run` looks at what came of
/// those before.
///
/// # Panics
/// If a call panics; the others that have begun are finished before.
pub fn sweep<P: Send, R: Send>(
    parameters: impl IntoIterator<Item = P>,
    run: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    let inner = match backend() {
        Backend::Plain => Backend::Plain,
        _ => Backend::Serial,
    };
    let slot = |parameter| (Some(parameter), None);
    let mut slots: Vec<(Option<P>, Option<R>)> = parameters.into_iter().map(slot).collect();
    with_backend(inner, || {
        for_parts(&mut slots, 1, Sharing::Large, &|_, part| {
            let (parameter, result) = &mut part[0];
            *result = parameter.take().map(&run);
        });
    });
    slots.into_iter().filter_map(|(_, result)| result).collect()
}
