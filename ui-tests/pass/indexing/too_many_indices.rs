use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    m: Array2<f32>,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.m[(0, 1)] = 1.0;
    }
}

fn main() {}
