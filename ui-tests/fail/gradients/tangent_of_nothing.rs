use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[jvp(x)]
    fn update(&mut self, x: &Array1<f32>) {
        self.w += x;
    }
}

fn main() {}
