use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[grad]
    fn loss(&self) -> f32 {
        bm::sum(&self.w * &self.w)
    }
}

fn main() {}
