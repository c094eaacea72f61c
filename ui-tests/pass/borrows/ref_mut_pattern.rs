use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    count: Option<u32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        if let Some(ref mut count) = self.count {
            *count += 1;
        }
    }
}

fn main() {}
