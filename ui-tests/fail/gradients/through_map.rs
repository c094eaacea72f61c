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
        let y = bm::map(|w| w * w, &self.w);
        bm::sum(y)
    }
}

fn main() {}
