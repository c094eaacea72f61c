use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    t: f32,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        (self.v, self.t) = (x + 1.0, 2.0);
    }
}

fn main() {}
