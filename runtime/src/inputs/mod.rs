//! Time-varying inputs: arrays with an element a step under BrainPy's names, samples by time, and groups of neurons that spike by chance
//! or at given times. Times and dt have one unit, ms where frequencies or rates in Hz stand beside them.
//!
//! ```
//! use brain_jit::{inputs, prelude::*};
//! let current = inputs::section_input([0.0, 5.0], [0.2, 0.3], 0.1);
//! assert_eq!(current, array![0.0, 0.0, 5.0, 5.0, 5.0]);
//! ```

mod groups;

#[doc(inline)]
pub use brain_jit_core::inputs::*;
pub use groups::{PoissonGroup, SpikeTimeGroup};
