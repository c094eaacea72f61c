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
    fn center(&mut self) -> f32 {
        self.v -= bm::mean(&self.v);
        self.v[..] = bm::mean_axis(&self.m, 0);
        *self.t = self.v[0];
        self.m.mean().unwrap()
    }
}

fn main() {}
