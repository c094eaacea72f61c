use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Dense {
    w: Array2<f32>,
}

#[brain_jit]
impl Dense {
    fn update(&self, x: &Array2<f32>) -> Array2<f32> {
        bm::dot(x, &self.w)
    }
}

#[derive(BrainObject)]
struct Network {
    #[child]
    layer: Dense,
}

#[brain_jit]
impl Network {
    #[jvp(x)]
    fn slope(&self, x: &Array2<f32>) -> f32 {
        let y: Array2<f32> = self.layer.update(x);
        bm::sum(&y)
    }
}

fn main() {}
