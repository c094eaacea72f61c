use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Synapse {
    #[variable]
    g: Array1<f32>,
    scale: f32,
}

#[derive(BrainObject)]
struct Neuron {
    #[child]
    e: Synapse,
    #[variable]
    v: Array1<f32>,
    #[variable]
    t: f32,
    tau: f32,
    table: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, x: &Array1<f32>) {
        self.v = &self.v + x;
        self.tau = 1.0;
        for value in &mut self.table {
            *value += 1.0;
        }
        self.e.g = x + 1.0;
    }

    fn reset(&mut self) {
        self.table.fill(0.0);
        self.t = 0.0;
        self.report();
        self.update(self.tabel);
    }

    fn energy(&self) -> f32 {
        self.t += 1.0;
        self.energy()
    }
}

fn main() {}
