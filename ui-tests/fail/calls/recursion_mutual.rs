use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn ping(&mut self) {
        self.pong();
    }

    fn pong(&mut self) {
        self.ping();
    }
}

fn main() {}
