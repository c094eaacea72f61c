use brain_jit::prelude::*;

struct Parameters {
    w: Array1<f64>,
}

fn main() {
    let parameters = Parameters { w: array![1.0] };
    let w = array![1.0];
    let of_parameters = &parameters.w;
    let _ = jit!([w: &Array1<f64>] |x: &Array1<f64>| x * &w);
    let _ = jit!([of_parameters: &Array1<f64>] |x: &Array1<f64>| x * of_parameters);
    let _ = jit!([w: &Array1<f64>] || w * 2.0);
    let _ = (&parameters.w, &w);
}
