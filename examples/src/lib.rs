//! Support code of the brain_jit examples.
