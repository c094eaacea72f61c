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
    #[grad(w, checkpoint = 4 * 8)]
    fn loss(&mut self, n: usize) -> f32 {
        for _ in 0..n {
            self.v[..] = bm::tanh(&self.v * &self.w);
        }
        bm::sum(&self.v)
    }
}

fn main() {}
