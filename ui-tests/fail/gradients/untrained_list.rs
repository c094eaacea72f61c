use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layers {
    #[train_var]
    w: Vec<Array2<f32>>,
    #[train_var]
    b: Array1<f32>,
}

#[brain_jit]
impl Layers {
    #[grad]
    fn loss(&self, x: &Array1<f32>) -> f32 {
        bm::sum(bm::square(x - &self.b))
    }
}

fn main() {}
