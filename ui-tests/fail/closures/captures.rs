use brain_jit::prelude::*;

struct Parameters {
    w: Array1<f64>,
}

fn main() {
    let parameters = Parameters { w: array![1.0] };
    let w = array![1.0];
    let _ = jit!([w] |x: &Array1<f64>| x * &w);
    let _ = jit!([parameters.w: &Array1<f64>] |x: &Array1<f64>| x * &parameters.w);
    let _ = jit!(w * 2.0);
    let _ = (&parameters.w, &w);
}
