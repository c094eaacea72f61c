use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(
        &mut self,
        #[static_arg(values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))] n: usize,
    ) {
        for _ in 0..n {
            self.v += 1.0;
        }
    }
}

fn main() {}
