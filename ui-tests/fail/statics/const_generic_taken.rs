use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron<const N: usize> {
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl<const N: usize> Neuron<N> {
    fn update(&mut self, #[static_arg] n: usize) {
        for _ in 0..n {
            self.v += 1.0;
        }
    }
}

fn main() {}
