use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>, n: usize) {
        match n {
            0 => self.v[..] = x + 1.0,
            _ => self.v[..] = x,
        }
    }
}

fn main() {}
