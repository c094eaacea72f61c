//! Time-varying inputs: arrays with an element a step, and samples by time. `brain_jit::inputs` adds groups of neurons that spike.

mod noise;
mod steps;
mod timed_array;
mod waveforms;

pub use noise::{ou_process, wiener_process};
pub use timed_array::TimedArray;
pub use waveforms::{
    constant_input, ramp_input, section_input, sinusoidal_input, spike_input, square_input,
};

pub(crate) use steps::{ceil_steps, floor_steps};
