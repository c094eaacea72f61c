use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, #[static_arg] n: Array1<f32>) {
        let _ = n;
        self.v += 1.0;
    }
}

fn main() {}
