use brain_jit::prelude::*;

mod other {
    use brain_jit::prelude::*;

    pub struct Weights {
        pub w: Array1<f32>,
    }

    pub fn noise(n: usize) -> Array1<f32> {
        Array1::ones(n)
    }
}

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    weights: other::Weights,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        let noise = other::noise(x.len());
        self.v += x * &self.weights.w;
        self.v += noise * 0.5;
    }
}

fn main() {}
