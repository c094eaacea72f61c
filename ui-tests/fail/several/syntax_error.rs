use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[train_var]
    w: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>, #[static_arg] n: usize) {
        self.v[0:n] = x;
    }

    #[grad]
    fn loss(&self, x: &Array1<f32>) -> f32 {
        bm::sum(x * &self.w)
    }

    fn lost(&mut self, x: &Array1<f32>) {
        self.v = x + 1.0;
    }
}

#[brain_jit(grad(x))]
fn square(x: f32) -> f32 {
    x * * ;
}

fn main() {
    let x = Array1::zeros(3);
    let mut neuron = Neuron { v: x.clone(), w: x.clone() };
    neuron.update::<2>(&x);
    neuron.update_plain::<2>(&x);
    Neuron::update_jit::<2>(&mut neuron.v, &x);
    let (loss, gradients) = neuron.loss_grad(&x);
    let (value, slope) = square_grad(2.0);
    println!("{loss} {} {value} {slope:?} {}", gradients.w, Neuron::lost_show_code());
}
