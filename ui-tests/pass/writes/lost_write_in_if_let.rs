use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>, gain: Option<f32>) {
        if let Some(value) = gain {
            self.v[..] = x * value;
        }
    }
}

fn main() {}
