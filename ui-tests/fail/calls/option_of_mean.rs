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
        self.v -= self.v.mean();
        self.v[..] = self.m.mean_axis(Axis(0));
        *self.t = self.v.first();
        self.m.mean()
    }
}

fn main() {}
