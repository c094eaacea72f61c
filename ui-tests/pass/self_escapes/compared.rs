use brain_jit::prelude::*;

#[derive(PartialEq, BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn same(&self, other: &Neuron) -> bool {
        self.tau == other.tau
    }
}

fn main() {}
