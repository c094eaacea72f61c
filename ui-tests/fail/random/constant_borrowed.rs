use brain_jit::prelude::*;

fn roll(rng: &mut RandomState) {
    let _ = rng;
}

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    rng: RandomState,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        roll(&mut self.rng);
    }
}

fn main() {}
