use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    n: Array1<f64>,
    #[variable]
    m: Array2<f32>,
    #[variable]
    k: Array1<i32>,
    gain: f64,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>, i: usize) {
        self.v[..] = bm::where_(&self.v & x, 1.0, 0.0);
    }
}

fn main() {}
