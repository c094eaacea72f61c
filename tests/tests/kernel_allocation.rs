//! In the steady state a launch allocates nothing, neither for staging nor for temporaries nor for partial results.

use brain_jit::kernel::{In, InOut, Kernel, Level, Scratch, Site, Sum, launch, scratch};
use brain_jit::{Backend, with_backend};
use brain_jit_tests::allocations::{Counting, allocations};
use ndarray::{Array1, Array2, Ix2, s};
use std::mem::MaybeUninit;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static SITE: Site = Site {
    method: "Lif::update",
    statement: "self.v += x * a",
    operands: &["self.v", "x"],
};

struct Step;

impl Kernel<(InOut<'_, f64>, In<'_, f64>, Scratch<f64, Ix2>, Sum<f64>)> for Step {
    #[inline(always)]
    fn run<L: Level>(
        &self,
        n: usize,
        (v, x, t, sum): (
            &mut [f64],
            &[f64],
            &mut [MaybeUninit<f64>],
            &mut [MaybeUninit<f64>],
        ),
    ) {
        for i in 0..n {
            v[i] += x[i];
            t[i].write(v[i] * 2.0);
            sum[i].write(v[i]);
        }
    }
}

#[test]
fn a_repeated_launch_allocates_nothing() {
    let mut v = Array2::<f64>::zeros((300, 70));
    let row = Array1::<f64>::ones(70);
    let mut step = || {
        let v = v.slice_mut(s![..;2, ..]);
        let operands = (
            InOut::array(v),
            In::array(row.view()),
            Scratch::<f64, Ix2>::new(),
            Sum::<f64>::new(),
        );
        let (_, _, temporary, sum) = launch(&SITE, 3, operands, &Step);
        let mut other = scratch::<f64, Ix2>([10, 20]);
        other.assign(&temporary.slice(s![..10, ..20]));
        sum + other[(3, 4)]
    };
    with_backend(Backend::Serial, || {
        for _ in 0..3 {
            step();
        }
        let before = allocations().count;
        let mut last = 0.0;
        for _ in 0..20 {
            last = step();
        }
        assert_eq!(allocations().count - before, 0, "after 20 steps");
        // Each step adds 1 everywhere: half the rows, after 23 of them, and twice the value of one.
        assert_eq!(last, 23.0 * 150.0 * 70.0 + 46.0);
    });
}
