//! What the compiler makes of a method, and what that captured.
//!
//!     cargo run --release -p brain-jit-examples --example show_code

use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Lif {
    tau: f32,
    v_th: f32,
    #[variable]
    v: Array1<f32>,
    #[variable]
    spike: Array1<bool>,
}

#[brain_jit]
impl Lif {
    fn update(&mut self, dt: f32, input: &Array1<f32>) {
        self.v += (input - &self.v) * (dt / self.tau);
        self.spike[..] = &self.v >= self.v_th;
        self.v[..] = bm::where_(&self.spike, 0.0, &self.v);
    }
}

fn main() {
    let lif = Lif {
        tau: 10.0,
        v_th: 20.0,
        v: Array1::zeros(3),
        spike: Array1::from_elem(3, false),
    };
    println!("{}", Lif::update_show_code());
    println!("{}", lif.update_show_namespace());
}
