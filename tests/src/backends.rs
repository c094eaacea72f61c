//! Tests on every backend.

use brain_jit::prelude::*;
use brain_jit::with_backend;

/// Calls `test` under each backend, which it is told.
pub fn each(test: impl Fn(Backend)) {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, || test(backend));
    }
}
