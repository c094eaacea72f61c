use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[variable]
    w: Array1<f32>,
}

#[brain_jit]
impl Layer {
    #[jvp(x, gain)]
    fn update(&self, x: &Array1<f32>, gain: f32) -> Array1<f32> {
        &self.w * x * gain
    }
}

fn gain() -> f32 {
    2.0
}

#[derive(BrainObject)]
struct Network {
    #[child]
    layer: Layer,
}

#[brain_jit]
impl Network {
    #[jvp(x)]
    fn total(&self, x: &Array1<f32>) -> f32 {
        let strength: f32 = gain();
        let y: Array1<f32> = self.layer.update(x, strength);
        bm::sum(y)
    }
}

fn main() {}
