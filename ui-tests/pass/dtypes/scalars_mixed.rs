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
        self.v += x * a as f32;
        self.v += x * ((1.0 - self.gain) as f32) + self.t as f32;
        self.v *= *b as f32;
        self.v[..] = bm::maximum(x, i as f32);
        self.v[2..] = x[2..] / x.len() as f32;
        self.v[0] = a as f32;
        self.v -= u8::from(on) as f32;
        self.v *= 2.0;
        self.mask[..] = &self.mask & true;
    }
}

fn main() {}
