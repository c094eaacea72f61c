use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    table: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        self.table.assign(x);
    }
}

fn main() {}
