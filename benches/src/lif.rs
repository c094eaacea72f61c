//! A step of leaky integrate-and-fire neurons with refractoriness.

use brain_jit::prelude::*;
use ndarray::Zip;

#[derive(BrainObject)]
pub struct Lif {
    pub tau: f32,
    pub v_th: f32,
    pub t_ref: f32,
    #[variable]
    pub v: Array1<f32>,
    #[variable]
    pub t_last: Array1<f32>,
    #[variable]
    pub spike: Array1<bool>,
}

#[brain_jit]
impl Lif {
    pub fn new(neurons: usize) -> Self {
        Lif {
            tau: 10.0,
            v_th: 20.0,
            t_ref: 5.0,
            v: Array1::zeros(neurons),
            t_last: Array1::from_elem(neurons, -1e7),
            spike: Array1::from_elem(neurons, false),
        }
    }

    pub fn update(&mut self, t: f32, dt: f32, input: &Array1<f32>) {
        let refractory = t - &self.t_last <= self.t_ref;
        let v = bm::where_(
            refractory,
            &self.v,
            &self.v + (input - &self.v) * (dt / self.tau),
        );
        self.spike[..] = &v >= self.v_th;
        self.t_last[..] = bm::where_(&self.spike, t, &self.t_last);
        self.v[..] = bm::where_(&self.spike, 0.0, v);
    }

    /// Bytes of a neuron that a step reads or writes: `v` and `t_last` both, `input` and `spike` once.
    pub const BYTES: usize = 4 * 4 + 4 + 1;
}

/// Array expressions, with `Zip` for the choices.
pub fn ndarray(lif: &mut Lif, t: f32, dt: f32, input: &Array1<f32>) {
    let refractory = lif.t_last.mapv(|last| t - last <= lif.t_ref);
    let moved = &lif.v + (input - &lif.v) * (dt / lif.tau);
    let v = Zip::from(&refractory)
        .and(&lif.v)
        .and(&moved)
        .map_collect(|refractory, v, moved| if *refractory { *v } else { *moved });
    lif.spike = v.mapv(|v| v >= lif.v_th);
    lif.t_last.zip_mut_with(&lif.spike, |last, spike| {
        if *spike {
            *last = t
        }
    });
    lif.v = Zip::from(&lif.spike)
        .and(&v)
        .map_collect(|spike, v| if *spike { 0.0 } else { *v });
}

/// One loop over slices.
pub fn by_hand(lif: &mut Lif, t: f32, dt: f32, input: &[f32]) {
    let (tau, v_th, t_ref) = (lif.tau, lif.v_th, lif.t_ref);
    let slices = (
        lif.v.as_slice_mut(),
        lif.t_last.as_slice_mut(),
        lif.spike.as_slice_mut(),
    );
    let (Some(v), Some(t_last), Some(spike)) = slices else {
        unreachable!("made contiguous by `new`")
    };
    for (((v, last), spike), input) in v.iter_mut().zip(t_last).zip(spike).zip(input) {
        let moved = if t - *last <= t_ref {
            *v
        } else {
            *v + (input - *v) * (dt / tau)
        };
        *spike = moved >= v_th;
        *last = if *spike { t } else { *last };
        *v = if *spike { 0.0 } else { moved };
    }
}
