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
        self.v[1.5] = 1.0;
    }
}

fn main() {}
