use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[differentiable]
    fn update(&self, x: &Array1<f32>) -> Array1<f32> {
        x * (0.9 * &self.w)
    }
}

fn main() {}
