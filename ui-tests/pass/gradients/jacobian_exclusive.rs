use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[jacobian(x)]
    fn response(&self, x: &Array1<f32>) -> Array1<f32> {
        bm::tanh(&self.w + x)
    }
}

fn main() {}
