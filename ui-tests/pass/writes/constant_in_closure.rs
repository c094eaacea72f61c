use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        let mut add = |value: f32| self.tau += value;
        add(1.0);
    }
}

fn main() {}
