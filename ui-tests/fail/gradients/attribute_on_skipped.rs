use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[brain_jit(skip)]
    #[grad]
    fn loss(&self) -> f32 {
        self.w.sum()
    }
}

fn main() {}
