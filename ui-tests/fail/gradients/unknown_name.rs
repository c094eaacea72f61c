use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
    #[variable]
    count: usize,
}

#[brain_jit]
impl Layer {
    #[grad(v)]
    fn loss(&self, x: &Array1<f32>) -> f32 {
        bm::sum(x * &self.w)
    }
}

fn main() {}
