use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[jvp]
    fn loss(&self, n: usize) -> f32 {
        let mut s = 0.0;
        for i in 0..n {
            if i <= 3 {
                s += self.w[i];
            }
        }
        s
    }
}

fn main() {}
