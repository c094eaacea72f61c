//! Local field potentials.

use ndarray::{Array1, Ix1};

use super::trains::trains;
use crate::array::number::Integer;
use crate::array::operand::Operand;
use crate::bm;
use crate::random::RandomState;

/// The neurons that a field is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpikeType {
    /// Excitatory ones.
    Exc,
    /// Inhibitory ones.
    Inh,
}

/// Where the electrode is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layer {
    /// Among the somata.
    Soma,
    /// Below them.
    Deep,
    /// Above them.
    Superficial,
    /// At the surface of the cortex.
    Surface,
}

/// The side of the square in which neurons are, in mm, with the electrode in its middle.
const SIDE: f64 = 0.2;
/// The decay of the amplitude with distance, in mm.
const DECAY: f64 = 0.2;
/// The velocity of axons, in mm/s.
const VELOCITY: f64 = 200.0;
/// The delay of the peak at no distance, in ms.
const DELAY: f64 = 10.4;
/// Beyond so many deviations a contribution is less than 1e-31 of its peak.
const REACH: f64 = 12.0;

/// The local field potential in µV at the times `at`, of spikes of neurons at random places in a square of 0.2 mm around the electrode:
/// BrainPy's `unitary_LFP` with its parameters. Times in ms.
///
/// Each spike adds a Gaussian, whose amplitude falls and whose delay grows with the neuron's distance: Telenczuk, Telenczuk and Destexhe
/// (2020), J Neurosci Methods 344:108871.
///
/// ```
/// use brain_jit::measure::{Layer, SpikeType, unitary_lfp};
/// use brain_jit::prelude::*;
/// let at = Array1::range(0.0, 50.0, 1.0);
/// let (times, ids) = ([10.0, 11.0], [0, 1]);
/// let lfp = unitary_lfp(&at, times, ids, 2, SpikeType::Inh, Layer::Soma, 1);
/// assert!(lfp[0].abs() < 1e-3 && lfp[22] > 1.0); // about 11 ms later, for ways of at most 0.14 mm
/// ```
///
/// # Panics
/// If lengths differ or a neuron is out of range.
pub fn unitary_lfp<I: Integer>(
    at: impl Operand<f64, Dim = Ix1>,
    times: impl Operand<f64>,
    ids: impl Operand<I>,
    neurons: usize,
    spike_type: SpikeType,
    layer: Layer,
    seed: u64,
) -> Array1<f64> {
    let mut rng = RandomState::new(seed);
    let x: Array1<f64> = rng.uniform(-SIDE / 2.0, SIDE / 2.0, neurons);
    let y: Array1<f64> = rng.uniform(-SIDE / 2.0, SIDE / 2.0, neurons);
    let distances = (&x * &x + &y * &y).mapv(f64::sqrt);
    unitary_lfp_at(at, times, ids, &distances, spike_type, layer)
}

/// [`unitary_lfp`] of neurons at these distances from the electrode, in mm.
///
/// # Panics
/// If lengths differ or there is no distance for a neuron.
pub fn unitary_lfp_at<I: Integer>(
    at: impl Operand<f64, Dim = Ix1>,
    times: impl Operand<f64>,
    ids: impl Operand<I>,
    distances: impl Operand<f64, Dim = Ix1>,
    spike_type: SpikeType,
    layer: Layer,
) -> Array1<f64> {
    let (peak, deviation) = match (spike_type, layer) {
        (SpikeType::Exc, Layer::Soma) => (0.48, 3.15),
        (SpikeType::Exc, Layer::Deep) => (-0.16, 3.15),
        (SpikeType::Exc, Layer::Superficial) => (0.24, 3.15),
        (SpikeType::Exc, Layer::Surface) => (-0.08, 3.15),
        (SpikeType::Inh, Layer::Soma) => (3.0, 2.1),
        (SpikeType::Inh, Layer::Deep) => (-0.2, 2.1),
        (SpikeType::Inh, Layer::Superficial) => (-1.2, 2.1),
        (SpikeType::Inh, Layer::Surface) => (0.3, 2.1),
    };
    let (at, distances) = (at.view(), distances.view());
    let ascending = at.iter().is_sorted();
    let mut lfp = Array1::zeros(at.len());
    for (neuron, time) in trains("unitary_lfp", &times, &ids, distances.len()) {
        let distance = distances[neuron];
        let amplitude = peak * bm::exp(-distance / DECAY);
        let arrival = time + DELAY + 1000.0 * distance / VELOCITY;
        // Of ascending times, those that it reaches.
        let from = match ascending {
            true => at.iter().position(|&t| t >= arrival - REACH * deviation),
            false => Some(0),
        };
        for k in from.unwrap_or(at.len())..at.len() {
            let away = (at[k] - arrival) / deviation;
            if ascending && away > REACH {
                break;
            }
            lfp[k] += amplitude * bm::exp(-0.5 * away * away);
        }
    }
    lfp
}
