use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    #[brain_jit(skip)]
    fn update(&mut self, n: usize) {
        self.v += n as f32;
    }
}

fn main() {}
