use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    t: f64,
}

#[brain_jit]
impl Neuron {
    fn advance(&mut self) -> f64 {
        self.t += 1.0;
        self.t
    }

    fn peek(&mut self) -> f64 {
        self.advance()
    }
}

fn main() {}
