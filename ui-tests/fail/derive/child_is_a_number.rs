use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Cell {
    #[child]
    rate: f32,
    #[child]
    inputs: Array1<f32>,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Cell {
    fn update(&mut self) {
        self.v *= 0.5;
    }
}

fn main() {}
