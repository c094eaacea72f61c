use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    tau: f32,
    #[variable]
    v: Array1<f32>,
    #[variable]
    m: Array2<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, k: i32) {
        let k = k as usize;
        self.v[k] = 1.0;
        self.v[self.v.len() - k] = 2.0;
        self.m[(k + 1, 0)] += self.v[0];
        for i in 0..k {
            self.v[i] *= 2.0;
        }
    }
}

fn main() {}
