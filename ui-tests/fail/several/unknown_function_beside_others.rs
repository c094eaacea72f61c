use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    tau: f32,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        self.v[..] = bm::expp(x) + bm::map(|x: f32| x * 2.0, x);
        self.tau = 1.0;
    }
}

fn main() {}
