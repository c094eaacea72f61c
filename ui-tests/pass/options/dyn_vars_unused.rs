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
    #[brain_jit(dyn_vars(v))]
    fn update(&self, x: &Array1<f32>) -> Array1<f32> {
        x * &self.v
    }
}

fn main() {}
