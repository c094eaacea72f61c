#![allow(unused)]
use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Net {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    tau: f64,
}

#[brain_jit]
impl Net {
    #[grad]
    #[hessian(x)]
    fn loss(&self, x: &Array1<f64>) -> f64 {
        let mut total = bm::sum(x * &self.w);
        self.tau = 2.0;
        total
    }

    #[grad(w)]
    fn with_others(&self, x: &Array1<f64>) -> (f64, Array1<f64>) {
        (bm::sum(x * &self.w), x * 2.0)
    }

    #[jvp(x)]
    #[jacobian(x)]
    #[vector_grad(x)]
    fn forward(&self, x: &Array1<f64>) -> Array1<f64> {
        x * &self.w
    }

    #[differentiable]
    fn layer(&self, x: &Array1<f64>) -> Array1<f64> {
        x * &self.w
    }

    #[integrate(rk4)]
    fn dv(&self, v: f64, t: f64) -> f64 {
        -v / self.tau
    }
}

fn main() {
    let x = Array1::zeros(3);
    let net = Net { w: x.clone(), v: x.clone(), tau: 1.0 };
    let (loss, gradients) = net.loss_grad(&x);
    let mut into = gradients;
    let again: f64 = net.loss_grad_into(&x, &mut into);
    let hessian = net.loss_hessian(&x);
    let ((value, others), gradients) = net.with_others_grad(&x);
    let (y, tangent) = net.forward_jvp(&x, &x);
    let jacobian = net.forward_jacobian(&x);
    let slopes = net.forward_vector_grad(&x);
    let v = net.dv_step(1.0, 0.0, 0.1);
}
