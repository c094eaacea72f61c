//! Measures of spikes, potentials and fields.
//!
//! Spikes are two lists: the time of each, in ms, and its neuron. [`raster_plot`] makes them of a matrix with a row a step.

mod activity;
mod field;
mod trains;

pub use activity::{
    functional_connectivity, matrix_correlation, population_rate, raster_plot, voltage_fluctuation,
    weighted_correlation,
};
pub use field::{Layer, SpikeType, unitary_lfp, unitary_lfp_at};
pub use trains::{cross_correlation, cv_isi, firing_rate, isi};
