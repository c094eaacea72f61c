use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    table: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        for value in self.table.iter_mut() {
            *value += 1.0;
        }
    }
}

fn main() {}
