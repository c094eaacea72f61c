use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    w: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    #[brain_jit(dyn_vars(v))]
    fn update(&mut self, x: &Array1<f32>, #[static_arg] n: usize) -> f32 {
        self.v += x * self.tau;
        self.w = x + 1.0;
        bm::sum(&self.w) * n as f32
    }
}

fn main() {
    let x = Array1::zeros(3);
    let mut neuron = Neuron { v: x.clone(), w: x.clone(), tau: 1.0 };
    let value: f32 = neuron.update::<2>(&x) + neuron.update_plain::<2>(&x);
    let frozen = neuron.update_frozen();
    let other: f32 = frozen.call::<2>(&mut neuron, &x);
    let third: f32 = Neuron::update_jit::<2>(&mut neuron.v, &mut neuron.w, neuron.tau, &x);
    let code: &'static str = Neuron::update_show_code();
    println!("{value} {other} {third} {code} {}", neuron.update_show_namespace());
}
