use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v *= self.scale(self.tau);
    }

    #[brain_jit]
    fn scale(x: f32) -> f32 {
        2.0 * x
    }
}

fn main() {}
