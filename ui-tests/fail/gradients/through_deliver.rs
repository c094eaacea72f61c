use brain_jit::connect::Csr;
use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Projection {
    #[train_var]
    w: Array1<f32>,
    #[variable]
    g: Array1<f32>,
    synapses: Csr,
}

#[brain_jit]
impl Projection {
    #[grad]
    fn loss(&mut self, spikes: &[u32]) -> f32 {
        self.synapses.deliver(spikes, &self.w, &mut self.g);
        bm::sum(bm::square(&self.g))
    }
}

fn main() {}
