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
    #[grad]
    fn loss(&self, x: &Array1<f32>) -> Array1<f32> {
        x * &self.w
    }
}

fn main() {}
