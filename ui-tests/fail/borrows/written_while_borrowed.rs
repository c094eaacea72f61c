use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    dv: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        let last = &self.v;
        self.v[..] = &self.v + x;
        self.dv[..] = &self.v - last;
    }
}

fn main() {}
