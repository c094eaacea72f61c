use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    tau: f32,
    #[variable]
    v: Array1<f32>,
    #[variable]
    m: Array2<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.m[..] = bm::where_(&self.v > 1.0, 0.0, &self.m);
        self.v[..] = bm::sum_axis(&self.m, 0) + bm::sum(self.m[&self.m < 0.0]);
    }
}

fn main() {}
