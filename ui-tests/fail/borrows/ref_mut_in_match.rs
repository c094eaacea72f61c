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
        match self.count {
            Some(ref mut count) => *count += 1,
            None => {}
        }
    }
}

fn main() {}
