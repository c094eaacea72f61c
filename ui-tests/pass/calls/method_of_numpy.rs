use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    m: Array2<f32>,
    #[variable]
    t: f32,
}

#[brain_jit]
impl Neuron {
    fn scale(&mut self) {
        self.v /= bm::max(&self.v);
        self.v[..] = bm::max_axis(&self.m, 0);
    }
}

fn main() {}
