use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    rng: RandomState,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v[..] = self.rng.normal(0.0, 1.0, 10);
    }
}

fn main() {}
