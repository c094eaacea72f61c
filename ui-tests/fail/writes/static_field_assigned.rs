use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[static_arg(values(false, true))]
    soft: bool,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.soft = true;
    }
}

fn main() {}
