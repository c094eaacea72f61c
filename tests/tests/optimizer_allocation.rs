//! An update allocates nothing after the first, of contiguous and of strided parameters.

use brain_jit::bm::optim::*;
use brain_jit::prelude::*;
use brain_jit_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[track_caller]
fn allocates_nothing<R: Rule>(mut optimizer: Optimizer<R>) {
    let (mut w, mut b, mut scale) = (
        Array2::<f32>::ones((30, 40)),
        Array1::<f64>::ones(40),
        1.0f32,
    );
    let mut columns = Array2::<f64>::ones((40, 30)).reversed_axes();
    let gradients = (
        w.clone(),
        b.clone(),
        0.5f32,
        Array2::from_elem((30, 40), 0.25),
    );
    let mut update = || {
        optimizer.update(&mut (&mut w, &mut b, &mut scale, &mut columns), &gradients);
    };
    for _ in 0..3 {
        update();
    }
    let before = allocations().count;
    for _ in 0..20 {
        update();
    }
    assert_eq!(allocations().count - before, 0, "{}", R::NAME);
    assert!(w[(0, 0)] != 1.0 && b[0] != 1.0 && columns[(1, 1)] != 1.0);
}

#[test]
fn an_update_allocates_nothing() {
    allocates_nothing(SGD::new(StepLR::new(0.1, 2)).weight_decay(0.1));
    allocates_nothing(Momentum::new(0.1).clip_by_value(0.1));
    allocates_nothing(MomentumNesterov::new(0.1));
    allocates_nothing(Adagrad::new(0.1));
    allocates_nothing(Adadelta::new(1.0));
    allocates_nothing(RMSProp::new(0.1));
    allocates_nothing(Adam::new(0.1).clip_by_global_norm(1.0));
    allocates_nothing(AdamW::new(MultiStepLR::new(0.1, vec![1, 5])));
    allocates_nothing(LARS::new(0.1));
    allocates_nothing(Adan::new(0.1));
}
