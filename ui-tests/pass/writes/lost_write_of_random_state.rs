use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    rng: RandomState,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        *self.rng = RandomState::new(0);
    }
}

fn main() {}
