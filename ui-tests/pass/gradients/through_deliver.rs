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
    fn loss(&mut self, spikes: &Array1<bool>) -> f32 {
        let (indices, indptr) = (self.synapses.indices(), self.synapses.indptr());
        let input: Array1<f32> =
            bm::event::csrmv_transpose(&self.w, indices, indptr, spikes, (4, 3));
        self.g += input;
        bm::sum(bm::square(&self.g))
    }
}

fn main() {}
