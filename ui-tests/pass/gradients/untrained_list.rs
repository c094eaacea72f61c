use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array2<f32>,
}

#[derive(BrainObject)]
struct Layers {
    #[child]
    layers: Vec<Layer>,
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
