use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
}

#[derive(BrainObject)]
struct Network {
    #[child]
    layer: Layer,
    #[train_var]
    gain: f32,
}

#[brain_jit]
impl Network {
    #[jvp(gain)]
    fn total(&self) -> f32 {
        self.gain * bm::sum(&self.layer.w)
    }
}

fn slope(network: &Network) -> f32 {
    network.total_jvp(1.0).1
}

fn main() {}
