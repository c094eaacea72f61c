use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

fn report(tau: f32) -> f32 {
    tau
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v *= report(self.tau);
    }
}

fn main() {}
