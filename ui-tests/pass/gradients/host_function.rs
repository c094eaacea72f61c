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
    fn loss(&self) -> f32 {
        let s = bm::sum(&self.w);
        s * scaled(2.0)
    }
}

fn scaled(x: f32) -> f32 {
    x * 2.0
}

fn main() {}
