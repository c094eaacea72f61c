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
    fn update(&mut self, n: usize, x: &Array1<f32>, other: &mut Other) {
        let mut sum = Array1::zeros(n);
        sum += x * self.tau;
        let mut part = buffer(n);
        part[1..] = &x[1..] + 1.0;
        other.v[..] = x * 2.0;
    }
}

fn main() {}

struct Other {
    v: Array1<f32>,
}

fn buffer(n: usize) -> Array1<f32> {
    Array1::zeros(n)
}
