use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Cell {
    tau: f32,
}

#[brain_jit]
impl Cell {
    fn kernel(&self) -> impl Fn(f32) -> f32 {
        let tau = self.tau;
        move |t| (-t / tau).exp()
    }
}

#[brain_jit]
fn doubled(x: &Array1<f32>) -> impl Iterator<Item = f32> {
    (x * 2.0).into_iter()
}

fn main() {}
