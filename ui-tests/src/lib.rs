//! Support code of the brain_jit ui-tests.
