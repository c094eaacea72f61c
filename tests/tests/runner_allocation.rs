//! Steps of a run allocate nothing: recorders have their room from the beginning.

use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit::runner::{Every, Runner};
use brain_jit_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(BrainObject)]
struct Lif<T: Real> {
    #[variable]
    v: Array1<T>,
    #[variable]
    matrix: Array2<f32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    delay: SpikeDelay,
    #[variable]
    step: i32,
}

#[brain_jit]
impl<T: Real> Lif<T> {
    fn update(&mut self) {
        self.v += (25.0 - &self.v) * 0.005;
        self.spike[..] = &self.v > 20.0;
        self.v[..] = bm::where_(&self.spike, 0.0, &self.v);
        self.delay.update(&self.spike);
        self.step += 1;
    }
}

#[derive(BrainObject)]
struct Net {
    #[child]
    groups: Vec<Lif<f64>>,
}

#[test]
fn steps_allocate_nothing() {
    let group = |seed| Lif {
        v: RandomState::new(seed).uniform(0.0, 20.0, 300),
        matrix: Array2::zeros((3, 4)),
        spike: Array1::from_elem(300, false),
        delay: SpikeDelay::new(300, 3),
        step: 0,
    };
    let mut net = Net {
        groups: vec![group(1), group(2)],
    };
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("runner_allocation.npz");
    let runner = Runner::new(0.1)
        .monitor("groups.1.v")
        .monitor("groups.0.matrix")
        .monitor("groups.0.v")
        .indices([3, 5])
        .every(3)
        .monitor("groups.1.step")
        .monitor_with("first", |net: &Net| net.groups[0].v[0])
        .spikes("groups.0.spike")
        .spikes("groups.1.delay")
        .spikes_with("late", |net: &Net| net.groups[0].delay.arriving(..100))
        .checkpoint(path, Every::Seconds(1e6));
    let mut counts = Vec::with_capacity(5000);
    let recorded = runner.run(&mut net, 400.0, |net, _| {
        counts.push(allocations().count);
        net.groups.iter_mut().for_each(Lif::update);
    });
    assert!(recorded.unwrap().spikes("groups.0.spike").0.len() > 1000);
    assert_eq!(counts.len(), 4000);
    // The first steps fill the arenas of temporaries.
    assert_eq!(counts[3999] - counts[10], 0);
}
