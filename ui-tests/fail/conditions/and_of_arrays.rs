use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        let spikes = &self.v > 30.0 && x > 0.0;
        self.v[spikes] = -65.0;
    }
}

fn main() {}
