use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    table: Array2<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.table.mapv_inplace(|value| value * 2.0);
    }
}

fn main() {}
