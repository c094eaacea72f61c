use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    mask: Array1<bool>,
    #[variable]
    t: f64,
    gain: f64,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>, a: f64, b: &f64, i: usize, on: bool) {
        self.v += x * a;
        self.v += x * (1.0 - self.gain) + self.t;
        self.v *= b;
        self.v[..] = bm::maximum(x, i);
        self.v[2..] = x[2..] / x.len();
        self.v[0] = a;
        self.v -= on;
        self.v *= 2.0f64;
        self.mask[..] = &self.mask & 1;
    }
}

fn main() {}
