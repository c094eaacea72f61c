use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, #[static_arg(values(1, 2))] n: usize) {
        for _ in 0..n {
            self.v += 1.0;
        }
    }
}

fn main() {}
