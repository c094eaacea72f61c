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
    fn update(&mut self, x: &Array1<f32>) {
        let total: Array1<f32> = bm::sum_axis(&self.m, 0) * 2.0;
        let scaled: Array1<f64> = x as f64 * f64::from(self.tau);
        self.v[..] = total;
        println!("{scaled}");
    }
}

fn main() {}
