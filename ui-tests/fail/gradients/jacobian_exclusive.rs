use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[jacobian(x)]
    fn response(&mut self, x: &Array1<f32>) -> Array1<f32> {
        self.w += x;
        bm::tanh(&self.w)
    }
}

fn main() {}
