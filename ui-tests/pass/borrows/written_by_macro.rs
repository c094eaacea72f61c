use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    log: String,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        use std::fmt::Write;
        let _ = write!(self.log, "spike");
    }
}

fn main() {}
