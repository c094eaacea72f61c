use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    count: Option<u32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        let _ = self.count.take();
    }
}

fn main() {}
