use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, n: usize) {
        if n > 0 {
            self.v += 1.0;
            self.update(n - 1);
        }
    }
}

fn main() {}
