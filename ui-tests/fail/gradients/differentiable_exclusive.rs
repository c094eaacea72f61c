use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[differentiable]
    fn update(&mut self, x: &Array1<f32>) -> Array1<f32> {
        self.w *= 0.9;
        x * &self.w
    }
}

fn main() {}
