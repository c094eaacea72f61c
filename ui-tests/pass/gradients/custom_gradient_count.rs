use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[custom_grad(slope)]
    fn spike(x: f32) -> f32 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }

    fn slope(x: f32) -> f32 {
        1.0 / (1.0 + x * x)
    }

    #[grad]
    fn loss(&self) -> f32 {
        bm::sum(Self::spike(&self.w))
    }
}

fn main() {}
