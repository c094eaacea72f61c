//! Entry points of brain_jit.
