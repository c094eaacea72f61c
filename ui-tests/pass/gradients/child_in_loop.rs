use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Input {
    #[variable]
    x: Array1<f32>,
}

#[brain_jit]
impl Input {
    fn next(&mut self) -> Array1<f32> {
        self.x += 1.0;
        &self.x * 2.0
    }
}

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array1<f32>,
    #[child]
    input: Input,
}

#[brain_jit]
impl Layer {
    #[grad]
    fn loss(&mut self) -> f32 {
        let x: Array1<f32> = self.input.next();
        let mut s = 0.0;
        for _ in 0..3 {
            s += bm::sum(&x * &self.w);
        }
        s
    }
}

fn main() {}
