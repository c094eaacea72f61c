use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    last: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        std::mem::swap(&mut self.v, &mut self.last);
    }
}

fn main() {}
