//! The least a method can do.

use brain_jit::prelude::*;

#[derive(BrainObject)]
pub struct Hello {
    #[variable]
    pub a: f32,
    #[variable]
    pub b: f32,
}

#[brain_jit]
impl Hello {
    pub fn transform(&mut self) {
        self.a *= self.b;
    }
}
