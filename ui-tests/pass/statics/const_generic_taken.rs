use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron<const N: usize> {
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl<const N: usize> Neuron<N> {
    fn update(&mut self, #[static_arg] steps: usize) {
        for _ in 0..steps {
            self.v += 1.0;
        }
    }
}

fn main() {}
