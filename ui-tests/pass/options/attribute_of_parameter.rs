use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    tau: f32,
    #[variable]
    v: Array1<f32>,
    #[variable]
    m: Array2<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, #[static_arg] n: usize) {
        for _ in 0..n {
            self.v += 1.0;
        }
    }
}

fn main() {}
