use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v[..] = bm::where_(&self.v > 30.0, -65.0, &self.v);
    }
}

fn main() {}
