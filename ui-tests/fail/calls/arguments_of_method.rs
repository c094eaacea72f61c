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
        self.v /= self.v.std();
        self.v -= self.m.sum_axis(0);
        *self.t = self.v.var(1);
    }
}

fn main() {}
