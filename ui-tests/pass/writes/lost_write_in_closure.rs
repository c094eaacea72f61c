use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    t: f32,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        let mut set = |value: f32| *self.t = value;
        set(1.0);
    }
}

fn main() {}
