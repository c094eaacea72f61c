use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Cell {
    tau: f32,
}

#[brain_jit]
impl Cell {
    fn kernel(&self) -> Box<dyn Fn(f32) -> f32> {
        let tau = self.tau;
        Box::new(move |t| (-t / tau).exp())
    }
}

#[brain_jit]
fn doubled(x: &Array1<f32>) -> Array1<f32> {
    x * 2.0
}

fn main() {}
