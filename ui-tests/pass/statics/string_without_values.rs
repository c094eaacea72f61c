use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, #[static_arg(values("soft", "hard"))] mode: &'static str) {
        if mode == "soft" {
            self.v *= 0.5;
        }
    }
}

fn main() {}
