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
        self.v /= bm::std(&self.v);
        self.v -= bm::sum_axis(&self.m, 0);
        *self.t = bm::var_ddof(&self.v, 1.0);
    }
}

fn main() {}
