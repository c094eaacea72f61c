use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        let v = &mut self.v;
        *v += x;
        let mut copy = self.v.clone();
        copy += 1.0;
    }
}

fn main() {}
