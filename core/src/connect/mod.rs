//! Connections between neurons: which presynaptic neuron projects to which postsynaptic ones, and the delivery of spikes.
//!
//! A [`Csr`] holds the targets of each presynaptic neuron. Its [`deliver`](Connectivity::deliver) takes a list of the neurons
//! that spike and adds a weight to each of their targets: only the rows of neurons that spike are read, so that a step costs what
//! its spikes cost. A model holds the connectivity as a constant and calls it in a compiled method:
//!
//! ```
//! use brain_jit::connect::{Connectivity, Csr};
//! use brain_jit::delay::SpikeDelay;
//! use brain_jit::prelude::*;
//!
//! #[derive(BrainObject)]
//! struct Chain {
//!     synapses: Csr,
//!     #[variable]
//!     delay: SpikeDelay,
//!     #[variable]
//!     spike: Array1<bool>,
//!     #[variable]
//!     g: Array1<f64>,
//! }
//!
//! #[brain_jit]
//! impl Chain {
//!     fn update(&mut self, input: &Array1<f64>) {
//!         self.g *= 0.5;
//!         self.spike[..] = input + &self.g > 1.0;
//!         self.delay.update(&self.spike);
//!         self.synapses.deliver(self.delay.arriving(..), 4.0, &mut self.g);
//!     }
//! }
//!
//! let neurons = 3;
//! let mut chain = Chain {
//!     synapses: Csr::from_pairs([0, 1], [1, 2], neurons, neurons),
//!     delay: SpikeDelay::new(neurons, 0),
//!     spike: Array1::from_elem(neurons, false),
//!     g: Array1::zeros(neurons),
//! };
//! chain.update(&array![2.0, 0.0, 0.0]);
//! assert_eq!(chain.g, array![0.0, 4.0, 0.0]);
//! chain.update(&array![0.0, 0.0, 0.0]);
//! assert_eq!(chain.g, array![0.0, 2.0, 4.0]);
//! ```

mod connectivity;
mod connector;
mod csr;
mod custom;
mod fixed_number;
mod fixed_prob;
mod gaussian_prob;
mod grid;
mod incoming;
mod just_in_time;
mod random_graph;
mod regular;

pub use connectivity::{Connectivity, Count, PerNeuron, Weights};
pub use connector::{Connector, Rows};
pub use csr::Csr;
pub use custom::{IJConn, MatConn};
pub use fixed_number::{FixedPostNum, FixedPreNum, FixedTotalNum};
pub use fixed_prob::FixedProb;
pub use gaussian_prob::GaussianProb;
pub use grid::{GridEight, GridFour, GridN, ProbDist};
pub use incoming::Incoming;
pub use just_in_time::JustInTime;
pub use random_graph::{PowerLaw, ScaleFreeBA, ScaleFreeBADual, SmallWorld};
pub use regular::{All2All, One2One};
