use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Cell {
    #[train_var]
    w: Array1<f32>,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Cell {
    #[grad(w, checkpoint = 8)]
    fn loss(&mut self, n: usize) -> f32 {
        self.v[..] = bm::tanh(&self.v * &self.w) * n as f32;
        bm::sum(&self.v)
    }
}

fn main() {}
