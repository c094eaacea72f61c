//! Rules that connect neurons: counts and distributions, and the same connections at any number of threads.

use brain_jit::connect::*;
use brain_jit::delay::SynapseDelay;
use brain_jit::prelude::*;
use brain_jit::{set_num_threads, with_backend};

fn in_degrees(csr: &Csr) -> Vec<usize> {
    let mut degrees = vec![0; csr.post()];
    csr.indices()
        .iter()
        .for_each(|&target| degrees[target as usize] += 1);
    degrees
}

fn out_degrees(csr: &Csr) -> Vec<usize> {
    (0..csr.pre()).map(|pre| csr.targets(pre).len()).collect()
}

fn mean_and_variance(x: &[usize]) -> (f64, f64) {
    let mean = x.iter().sum::<usize>() as f64 / x.len() as f64;
    let squares = x.iter().map(|&x| (x as f64 - mean).powi(2));
    (mean, squares.sum::<f64>() / x.len() as f64)
}

/// Rows ascend strictly: no synapse twice.
fn assert_simple(csr: &Csr) {
    assert!((0..csr.pre()).all(|pre| csr.targets(pre).is_sorted_by(|a, b| a < b)));
}

#[test]
fn degrees_of_fixed_prob_are_binomial() {
    for prob in [0.001, 0.05, 0.5, 0.9] {
        let n = 4000;
        let csr = FixedProb::new(prob, 11).csr(n, n);
        assert_simple(&csr);
        let (mean, variance) = (n as f64 * prob, n as f64 * prob * (1.0 - prob));
        for degrees in [in_degrees(&csr), out_degrees(&csr)] {
            let (got, spread) = mean_and_variance(&degrees);
            // Five standard errors: of the mean of n degrees, and of the variance of about normal ones.
            assert!(
                (got - mean).abs() < 5.0 * (variance / n as f64).sqrt(),
                "{prob}: mean {got}"
            );
            let error = variance * (2.0 / n as f64).sqrt() + (mean / n as f64).sqrt();
            assert!(
                (spread - variance).abs() < 5.0 * error,
                "{prob}: variance {spread}"
            );
        }
    }
    assert_eq!(FixedProb::new(0.0, 1).csr(10, 10).synapses(), 0);
    assert_eq!(
        FixedProb::new(1.0, 1).csr(10, 10),
        All2All::new().csr(10, 10)
    );
}

#[test]
fn fixed_numbers_are_uniform() {
    let (pre, post) = (3000, 50);
    for num in [0, 1, 10, 40, 50] {
        let csr = FixedPostNum::new(num, 2).csr(pre, post);
        assert_simple(&csr);
        assert!(out_degrees(&csr).iter().all(|&degree| degree == num));
        let prob = num as f64 / post as f64;
        let spread = (pre as f64 * prob * (1.0 - prob)).sqrt();
        for degree in in_degrees(&csr) {
            assert!(
                (degree as f64 - pre as f64 * prob).abs() <= 5.0 * spread,
                "{num}: {degree}"
            );
        }
        let csr = FixedPreNum::new(num, 2).csr(post, pre);
        assert_simple(&csr);
        assert!(in_degrees(&csr).iter().all(|&degree| degree == num));
        for degree in out_degrees(&csr) {
            assert!(
                (degree as f64 - pre as f64 * prob).abs() <= 5.0 * spread,
                "{num}: {degree}"
            );
        }
    }
}

#[test]
fn neurons_can_be_left_out_of_their_own_targets() {
    for num in [0, 1, 7, 19] {
        let post = FixedPostNum::new(num, 3).include_self(false).csr(20, 20);
        let pre = FixedPreNum::new(num, 3).include_self(false).csr(20, 20);
        assert!(out_degrees(&post).iter().all(|n| *n == num));
        assert!(in_degrees(&pre).iter().all(|n| *n == num));
        for csr in [&post, &pre] {
            assert_simple(csr);
            assert!((0..20).all(|i| !csr.targets(i).contains(&(i as u32))));
        }
    }
    // Those that have no self among the others keep all.
    let rule = FixedPostNum::new(5, 1).include_self(false);
    let mut targets = Vec::new();
    rule.row(7, 5, &mut targets);
    assert_eq!(targets, [0, 1, 2, 3, 4]);
}

#[test]
fn a_total_number_is_met_and_shared_evenly() {
    let (pre, post) = (300, 500);
    for (num, multi) in [
        (0, false),
        (1000, false),
        (140_000, false),
        (150_000, false),
        (0, true),
        (1000, true),
        (600_000, true),
    ] {
        let csr = FixedTotalNum::new(num, 7)
            .allow_multi_conn(multi)
            .csr(pre, post);
        assert_eq!(csr.synapses(), num);
        if !multi {
            assert_simple(&csr);
        }
        for degrees in [in_degrees(&csr), out_degrees(&csr)] {
            // Binomial with replacement, else hypergeometric.
            let share = 1.0 / degrees.len() as f64;
            let left = match multi {
                true => 1.0,
                false => 1.0 - num as f64 / (pre * post) as f64,
            };
            let variance = num as f64 * share * (1.0 - share) * left;
            let (_, spread) = mean_and_variance(&degrees);
            let error = variance * (2.0 * share).sqrt();
            assert!(
                (spread - variance).abs() <= 5.0 * error,
                "{num}: variance {spread}, not {variance}"
            );
        }
    }
}

#[test]
fn parts_make_one_connectivity() {
    let (a, b) = (
        FixedProb::new(0.3, 1).csr(10, 20),
        FixedProb::new(0.3, 2).csr(15, 12),
    );
    let csr = Csr::from_parts(
        25,
        20,
        &[(0, 0, a.clone()), (10, 8, b.clone()), (0, 0, a.clone())],
    );
    assert_eq!((csr.pre(), csr.post()), (25, 20));
    for pre in 0..10 {
        let mut twice = [a.targets(pre), a.targets(pre)].concat();
        twice.sort_unstable();
        assert_eq!(csr.targets(pre), twice);
    }
    for pre in 0..15 {
        let moved: Vec<u32> = b.targets(pre).iter().map(|target| target + 8).collect();
        assert_eq!(csr.targets(10 + pre), moved);
    }
}

#[test]
#[should_panic(
    expected = "Csr::from_parts: connections of 4 with 4 neurons from 7 and 0 on, of 10 and 10"
)]
fn parts_out_of_range_are_refused() {
    Csr::from_parts(10, 10, &[(7, 0, One2One.csr(4, 4))]);
}

#[test]
#[should_panic(expected = "FixedTotalNum: 13 synapses of 12 pairs")]
fn more_synapses_than_pairs_are_refused() {
    FixedTotalNum::new(13, 1).csr(3, 4);
}

#[test]
fn given_connections_are_kept() {
    let csr = IJConn::new([3, 0, 3, 3], [1, 4, 1, 0]).csr(4, 5);
    assert_eq!(
        (csr.targets(0), csr.targets(1), csr.targets(3)),
        (&[4][..], &[][..], &[0, 1, 1][..])
    );
    let matrix = Array2::from_shape_fn((20, 30), |(i, j)| (i * j) % 7 == 1);
    let csr = MatConn::new(matrix.clone()).csr(20, 30);
    let back = Array2::from_shape_fn((20, 30), |(i, j)| csr.targets(i).contains(&(j as u32)));
    assert_eq!(back, matrix);
    assert_eq!(One2One.csr(4, 6).indices(), array![0, 1, 2, 3]);
}

/// The other forms that BrainPy's `require` gives.
#[test]
fn forms_of_connections() {
    let csr = FixedProb::new(0.3, 2).csr(20, 30);
    let (pre_ids, post_ids) = bm::sparse::csr_to_coo(csr.indices(), csr.indptr());
    assert_eq!(Csr::from_pairs(&pre_ids, &post_ids, 20, 30), csr);
    let shape = (csr.pre(), csr.post());
    let matrix = bm::sparse::csr_to_dense(true, csr.indices(), csr.indptr(), shape);
    assert_eq!(MatConn::new(matrix).csr(20, 30), csr);
    assert_eq!(Csr::new(csr.indptr(), csr.indices(), 30), csr);
}

#[test]
fn probability_falls_with_distance() {
    let (width, sigma) = (100, 3.0);
    let csr = GaussianProb::new(sigma, width, 4).csr(width * width, width * width);
    assert_simple(&csr);
    // Pairs that are d columns apart, of neurons away from the border.
    for d in 0..10 {
        let inner: Vec<usize> = (30..70)
            .flat_map(|row| (30..70).map(move |column| row * width + column))
            .collect();
        let met = inner
            .iter()
            .filter(|&&i| csr.targets(i).contains(&((i + d) as u32)))
            .count();
        let prob = (-0.5 * (d as f64 / sigma).powi(2)).exp();
        let n = inner.len() as f64;
        let spread = (n * prob * (1.0 - prob)).sqrt();
        assert!(
            (met as f64 - n * prob).abs() <= 5.0 * spread,
            "distance {d}: {met}"
        );
    }
    // The widest are all to all, on a line and on a grid.
    let all = All2All::new().csr(10, 10);
    for sigma in [1e9, 1e30, f64::MAX] {
        assert_eq!(GaussianProb::new(sigma, 10, 1).csr(10, 10), all);
        assert_eq!(GaussianProb::new(sigma, 3, 1).csr(10, 10), all);
    }
    // The sum of exp(-d² / 2σ²) over the plane is 2 π σ².
    let (mean, _) = mean_and_variance(
        &(4000..6000)
            .filter(|i| (30..70).contains(&(i % width)))
            .map(|i| csr.targets(i).len())
            .collect::<Vec<_>>(),
    );
    assert!(
        (mean / (2.0 * bm::PI * sigma * sigma) - 1.0).abs() < 0.02,
        "{mean}"
    );
}

/// Each pair of a grid by its definition.
fn on_grid(
    (width, neurons): (usize, usize),
    periodic: bool,
    wanted: impl Fn(usize, usize) -> bool,
) -> Csr {
    let apart = |a: usize, b: usize, length: usize| match a.abs_diff(b) {
        steps if periodic => steps.min(length - steps),
        steps => steps,
    };
    let matrix = Array2::from_shape_fn((neurons, neurons), |(i, j)| {
        let down = apart(i / width, j / width, neurons / width);
        wanted(down, apart(i % width, j % width, width))
    });
    MatConn::new(matrix).csr(neurons, neurons)
}

#[test]
fn neighbours_on_a_grid() {
    for (width, neurons) in [(7, 35), (7, 33), (1, 5), (2, 4), (12, 12)] {
        let n = neurons;
        for own in [false, true] {
            let four = on_grid((width, n), false, |a, b| a + b <= 1 && (own || a + b > 0));
            assert_eq!(GridFour::new(width).include_self(own).csr(n, n), four);
            for reach in [0, 1, 2, 5, usize::MAX] {
                let near = |a: usize, b: usize| a.max(b) <= reach && (own || a + b > 0);
                let rule = GridN::new(reach, width).include_self(own);
                let found = rule.csr(n, n);
                assert_eq!(found, on_grid((width, n), false, near), "{width}, {reach}");
                if reach == 1 {
                    assert_eq!(GridEight::new(width).include_self(own).csr(n, n), found);
                }
                if n % width == 0 {
                    let found = rule.periodic_boundary(true).csr(n, n);
                    assert_eq!(found, on_grid((width, n), true, near), "{width}, {reach}");
                }
            }
        }
        if n % width == 0 {
            let rule = GridFour::new(width).periodic_boundary(true);
            assert_eq!(rule.csr(n, n), on_grid((width, n), true, |a, b| a + b == 1));
        }
    }
}

#[test]
#[should_panic(
    expected = "GridEight: 33 neurons are no whole rows of 7, which a periodic boundary needs"
)]
fn rows_that_are_not_whole_have_no_periodic_boundary() {
    GridEight::new(7).periodic_boundary(true).csr(33, 33);
}

#[test]
fn pairs_within_a_distance() {
    for dist in [0.0, 1.0, 2.3, 1e300] {
        let near = |a: usize, b: usize| ((a * a + b * b) as f64).sqrt() <= dist;
        let rule = ProbDist::new(dist, 1.0, 6, 1);
        assert_eq!(rule.csr(33, 33), on_grid((6, 33), false, near), "{dist}");
        let others = on_grid((6, 33), false, |a, b| a + b > 0 && near(a, b));
        assert_eq!(rule.include_self(false).csr(33, 33), others);
    }
    let all = ProbDist::new(3.0, 1.0, 100, 2).csr(10_000, 10_000);
    let some = ProbDist::new(3.0, 0.3, 100, 2)
        .pre_ratio(0.5)
        .csr(10_000, 10_000);
    assert_simple(&some);
    let degrees = out_degrees(&some);
    let silent = degrees.iter().filter(|degree| **degree == 0).count();
    assert!((silent as f64 - 5000.0).abs() < 5.0 * 50.0, "{silent}");
    let share = some.synapses() as f64 / all.synapses() as f64;
    assert!((share - 0.15).abs() < 0.005, "{share}");
}

/// The mean share of the pairs of neighbours that are neighbours themselves.
fn clustering(csr: &Csr) -> f64 {
    let of = |neuron: usize| {
        let near = csr.targets(neuron);
        let pairs = near.len() * near.len().saturating_sub(1);
        let closed: usize = near
            .iter()
            .map(|&a| {
                near.iter()
                    .filter(|b| csr.targets(a as usize).binary_search(b).is_ok())
                    .count()
            })
            .sum();
        if pairs == 0 {
            0.0
        } else {
            closed as f64 / pairs as f64
        }
    };
    (0..csr.pre()).map(of).sum::<f64>() / csr.pre() as f64
}

#[test]
fn small_world_keeps_edges_and_loses_clustering() {
    let n = 1000;
    // A ring of 10 neighbours has a clustering of 3 (k - 2) / (4 (k - 1)); moving edges takes (1 - p)³ of it, about.
    for prob in [0.0, 0.1, 0.5] {
        let csr = SmallWorld::new(10, prob, 3).csr(n, n);
        assert_simple(&csr);
        assert_eq!(csr.synapses(), 10 * n);
        assert!((0..n).all(|i| {
            csr.targets(i)
                .iter()
                .all(|&j| j as usize != i && csr.targets(j as usize).contains(&(i as u32)))
        }));
        let expected = 3.0 * 8.0 / (4.0 * 9.0) * f64::powi(1.0 - prob, 3);
        assert!(
            (clustering(&csr) - expected).abs() < 0.03,
            "{prob}: {}",
            clustering(&csr)
        );
    }
}

#[test]
fn degrees_of_scale_free_graphs_fall_as_the_third_power() {
    let (n, m) = (20_000, 3);
    let csr = ScaleFreeBA::new(m, 5).csr(n, n);
    assert_simple(&csr);
    let degrees = out_degrees(&csr);
    assert!(degrees.iter().all(|&degree| degree >= 1));
    // The share of degrees of at least k is about m (m + 1) / (k (k + 1)).
    for k in [5, 10, 20, 40] {
        let share = degrees.iter().filter(|&&degree| degree >= k).count() as f64 / n as f64;
        let expected = (m * (m + 1)) as f64 / (k * (k + 1)) as f64;
        assert!(
            (share / expected - 1.0).abs() < 0.25,
            "{k}: {share} {expected}"
        );
    }
}

#[test]
fn triangles_and_two_numbers_of_edges() {
    let (n, m) = (5000, 3);
    let graphs = [0.0, 0.5, 1.0].map(|p| PowerLaw::new(m, p, 5).csr(n, n));
    assert_eq!(graphs[0], ScaleFreeBA::new(m, 5).csr(n, n));
    let [none, some, most] = graphs.each_ref().map(clustering);
    assert!(
        none < 0.05 && some > 0.2 && most > some + 0.1,
        "{none} {some} {most}"
    );
    for csr in &graphs {
        assert_simple(csr);
        assert_eq!(csr.synapses(), 2 * m * (n - m));
    }
    let csr = ScaleFreeBADual::new(1, 5, 0.25, 3).csr(n, n);
    assert_simple(&csr);
    let edges = (csr.synapses() / 2) as f64;
    let expected = n as f64 * (0.25 + 5.0 * 0.75);
    assert!((edges - expected).abs() < 5.0 * 4.0 * (0.25 * 0.75 * n as f64).sqrt());
    assert_eq!(
        ScaleFreeBADual::new(2, 2, 0.5, 3).csr(9, 9).synapses(),
        2 * 2 * 7
    );
}

#[test]
fn incoming_synapses_are_the_outgoing_ones() {
    let csr = FixedProb::new(0.1, 6).csr(70, 90);
    let incoming = csr.incoming();
    let mut seen = vec![false; csr.synapses()];
    for post in 0..90 {
        for (&synapse, &pre) in incoming.synapses(post).iter().zip(incoming.sources(post)) {
            assert!(csr.row(pre as usize).contains(&synapse));
            assert_eq!(csr.indices()[synapse] as usize, post);
            seen[synapse] = true;
        }
    }
    assert!(seen.iter().all(|seen| *seen));
}

#[test]
fn seeds_alone_decide() {
    let rules: [(&str, Box<dyn Fn(u64) -> Csr>); 11] = [
        (
            "FixedTotalNum",
            Box::new(|seed| FixedTotalNum::new(20_000, seed).csr(5000, 3000)),
        ),
        (
            "FixedTotalNum with repetition",
            Box::new(|seed| {
                FixedTotalNum::new(20_000, seed)
                    .allow_multi_conn(true)
                    .csr(5000, 3000)
            }),
        ),
        (
            "FixedProb",
            Box::new(|seed| FixedProb::new(0.02, seed).csr(5000, 3000)),
        ),
        (
            "FixedPostNum",
            Box::new(|seed| FixedPostNum::new(30, seed).csr(5000, 3000)),
        ),
        (
            "FixedPreNum",
            Box::new(|seed| FixedPreNum::new(30, seed).csr(5000, 3000)),
        ),
        (
            "GaussianProb",
            Box::new(|seed| GaussianProb::new(2.0, 70, seed).csr(4900, 4900)),
        ),
        (
            "SmallWorld",
            Box::new(|seed| SmallWorld::new(6, 0.2, seed).csr(3000, 3000)),
        ),
        (
            "ScaleFreeBA",
            Box::new(|seed| ScaleFreeBA::new(4, seed).csr(3000, 3000)),
        ),
        (
            "ScaleFreeBADual",
            Box::new(|seed| ScaleFreeBADual::new(4, 1, 0.5, seed).csr(3000, 3000)),
        ),
        (
            "PowerLaw",
            Box::new(|seed| PowerLaw::new(4, 0.5, seed).csr(3000, 3000)),
        ),
        (
            "ProbDist",
            Box::new(|seed| ProbDist::new(3.0, 0.5, 70, seed).csr(4900, 4900)),
        ),
    ];
    for (name, rule) in &rules {
        let expected = with_backend(Backend::Serial, || rule(1));
        assert_ne!(expected, rule(2), "{name}");
        for threads in [1, 2, 3, 7] {
            set_num_threads(threads);
            assert_eq!(rule(1), expected, "{name} with {threads} threads");
        }
    }
}

#[test]
#[should_panic(expected = "FixedProb::new: prob is 1.5, but must be between 0 and 1")]
fn probabilities_above_one_are_refused() {
    FixedProb::new(1.5, 1);
}

#[test]
#[should_panic(expected = "FixedPostNum: 5 targets of 4 neurons")]
fn more_targets_than_neurons_are_refused() {
    FixedPostNum::new(5, 1).csr(3, 4);
}

#[test]
#[should_panic(expected = "Csr::from_pairs: postsynaptic neuron 7 is out of range for 5 neurons")]
fn pairs_out_of_range_are_refused() {
    IJConn::new([0], [7]).csr(4, 5);
}

/// A weight a presynaptic neuron is that of all its synapses, however they are delivered.
#[test]
fn weights_of_presynaptic_neurons() {
    let rule = FixedProb::new(0.2, 3);
    let (kept, made) = (rule.csr(200, 300), rule.just_in_time(200, 300));
    let release: Array1<f64> = RandomState::new(1).uniform(0.0, 1.0, 200);
    let spikes: Vec<u32> = (0..200).step_by(3).collect();
    let each = (0..200).flat_map(|pre| vec![release[pre]; kept.targets(pre).len()]);
    let each: Array1<f64> = each.collect();
    let mut g = vec![Array1::zeros(300); 4];
    kept.deliver(&spikes, &each, &mut g[0]);
    kept.deliver(&spikes, PerNeuron(&release), &mut g[1]);
    made.deliver(&spikes, PerNeuron(&release), &mut g[2]);
    let mut delay = SynapseDelay::new(&kept, vec![0; kept.synapses()]);
    kept.send(&spikes, PerNeuron(&release), &mut delay);
    delay.arrive(&mut g[3]);
    assert!(g[0].iter().any(|g| *g > 1.0));
    assert!(g.iter().all(|other| *other == g[0]));
}

/// Rows that are made give the sums of those that are kept, bit for bit, in several batches too and at any number of threads.
#[test]
fn made_rows_are_the_kept_ones() {
    let rule = FixedProb::new(0.01, 4);
    let (kept, made) = (rule.csr(6000, 2000), rule.just_in_time(6000, 2000));
    let release: Array1<f32> = RandomState::new(2).normal(0.0, 1.0, 6000);
    for step in [1, 7, 100, 6000] {
        let spikes: Vec<u32> = (0..6000).step_by(step).collect();
        let mut expected = Array1::zeros(2000);
        with_backend(Backend::Serial, || {
            kept.deliver(&spikes, PerNeuron(&release), &mut expected)
        });
        for threads in [1, 2, 3, 7] {
            set_num_threads(threads);
            let mut g = Array1::zeros(2000);
            made.deliver(&spikes, PerNeuron(&release), &mut g);
            assert_eq!(g, expected, "{threads} threads");
            let mut strided = Array2::zeros((2000, 2));
            made.deliver(&spikes, PerNeuron(&release), &mut strided.column_mut(1));
            assert_eq!(strided.column(1), expected);
        }
    }
    rule.just_in_time(10, 0)
        .deliver(&[0, 9], 1.0, &mut Array1::<f32>::zeros(0));
}

/// What is refused has not been added in part.
#[test]
fn a_refused_delivery_adds_nothing() {
    let made = All2All::new().just_in_time(2, 3);
    let mut g = Array1::<f64>::zeros(3);
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        made.deliver(&[0, 2], 1.0, &mut g);
    }));
    assert!(refused.is_err() && g == array![0.0, 0.0, 0.0]);
}

/// Each synapse of a neuron that spikes, in both directions, against a walk over all synapses; some are twice between two neurons.
#[test]
fn changes_at_spikes_are_those_of_each_synapse() {
    let (pre, post) = (40, 30);
    let csr = FixedTotalNum::new(900, 3)
        .allow_multi_conn(true)
        .csr(pre, post);
    let incoming = csr.incoming();
    let (sources, targets) = bm::sparse::csr_to_coo(csr.indices(), csr.indptr());
    let mut rng = RandomState::new(4);
    let mut found: Array1<f64> = rng.uniform(0.0, 1.0, csr.synapses());
    let mut expected = found.clone();
    let listed = |spike: &Array1<bool>| -> Vec<u32> {
        let ids = (0..).zip(spike).filter(|(_, spike)| **spike);
        ids.map(|(neuron, _)| neuron).collect()
    };
    for _ in 0..50 {
        let (before, after) = (rng.bernoulli(0.2, pre), rng.bernoulli(0.2, post));
        let down: Array1<f64> = rng.uniform(-0.4, 0.1, post);
        let up: Array1<f64> = rng.uniform(-0.1, 0.4, pre);
        csr.on_pre(&listed(&before), &down, 0.0, 1.0, &mut found);
        incoming.on_post(&listed(&after), &up, 0.0, 1.0, &mut found);
        for synapse in 0..csr.synapses() {
            let (from, to) = (sources[synapse], targets[synapse] as usize);
            if before[from] {
                expected[synapse] = (expected[synapse] + down[to]).clamp(0.0, 1.0);
            }
            if after[to] {
                expected[synapse] = (expected[synapse] + up[from]).clamp(0.0, 1.0);
            }
        }
        assert_eq!(found, expected);
    }
    assert!(found.iter().any(|w| *w == 1.0) && found.iter().any(|w| *w == 0.0));
}

fn pair() -> Csr {
    Csr::new([0, 2, 3], [1, 2, 2], 3)
}

brain_jit_tests::panics! {
    target_out_of_range: Csr::new([0, 2], [0, 3], 3) => "Csr::new: target 3 is out of range for 3 postsynaptic neurons";
    negative_target: Csr::new([0, 1], [-1], 3) => "Csr::new: target -1 is out of range for 3 postsynaptic neurons";
    rows_that_do_not_ascend: Csr::new([0, 2, 1], [0, 1], 3) => "Csr::new: indptr must ascend from 0 to the number of indices, 2";
    negative_row: Csr::new([-1, 2], [0, 1], 3) => "Csr::new: indptr must ascend from 0 to the number of indices, 2";
    targets_that_do_not_ascend: Csr::new([0, 2], [2, 1], 3) => "Csr::new: the targets of row 0 do not ascend";
    weights_for_synapses: pair().deliver(&[0], &array![1.0, 2.0], &mut Array1::zeros(3)) => "Csr::deliver: 2 weights for 3 synapses";
    targets_for_neurons: pair().deliver(&[0], 1.0, &mut Array1::zeros(2)) => "Csr::deliver: an array of length 2 for 3 postsynaptic neurons";
    spike_out_of_range: pair().deliver(&[2], 1.0, &mut Array1::zeros(3)) => "Csr::deliver: a spike of neuron 2, of 2 presynaptic neurons";
    changes_for_neurons: pair().on_pre(&[0], &array![1.0], 0.0, 1.0, &mut Array1::zeros(3)) => "Csr::on_pre: 3 weights and 1 changes for 3 synapses to 3 postsynaptic neurons";
    another_number_of_neurons: pair().deliver(&[0], PerNeuron(&array![1.0]), &mut Array1::zeros(3)) => "Csr::deliver: 1 weights for 2 presynaptic neurons";
    pre_spike_out_of_range: pair().on_pre(&[0, 2], &array![1.0, 1.0, 1.0], 0.0, 1.0, &mut Array1::zeros(3)) => "Csr::on_pre: a spike of neuron 2, of 2 presynaptic neurons";
    post_spike_out_of_range: pair().incoming().on_post(&[3], &array![1.0, 1.0], 0.0, 1.0, &mut Array1::zeros(3)) => "Incoming::on_post: a spike of neuron 3, of 3 postsynaptic neurons";
    bounds_the_wrong_way: pair().on_pre(&[0], &array![1.0, 1.0, 1.0], 1.0, 0.5, &mut Array1::zeros(3)) => "Csr::on_pre: weights cannot lie between 1.0 and 0.5";
    bounds_that_are_no_numbers: pair().incoming().on_post(&[0], &array![1.0, 1.0], 0.0, f64::NAN, &mut Array1::zeros(3)) => "Incoming::on_post: weights cannot lie between 0.0 and NaN";
    others_than_there_are: FixedPreNum::new(4, 1).include_self(false).csr(4, 4) => "FixedPreNum: 4 sources of 3 neurons";
    made_weights_for_synapses: All2All::new().just_in_time(2, 3).deliver(&[0], &array![1.0, 1.0], &mut Array1::zeros(3)) => "JustInTime::deliver: synapses that are not kept have one weight in common";
    made_spike_out_of_range: All2All::new().just_in_time(2, 3).deliver(&[0, 2], 1.0, &mut Array1::zeros(3)) => "JustInTime::deliver: a spike of neuron 2, of 2 presynaptic neurons";
    rows_that_cannot_be_made: One2One.just_in_time(5, 3) => "One2One: there are 3 postsynaptic neurons, but more presynaptic ones";
    targets_that_cannot_be_made: FixedPostNum::new(5, 1).just_in_time(3, 4) => "FixedPostNum: 5 targets of 4 neurons";
    no_grid: GridN::new(1, 0) => "GridN::new: width is 0, but must be at least 1";
    distance_below_zero: ProbDist::new(-1.0, 0.5, 3, 1) => "ProbDist::new: dist is -1, prob 0.5 and width 3";
    ratio_above_one: ProbDist::new(1.0, 0.5, 3, 1).pre_ratio(1.5) => "ProbDist::pre_ratio: it is 1.5, but must be between 0 and 1";
    no_edges: PowerLaw::new(0, 0.5, 1) => "PowerLaw::new: m is 0 and p 0.5";
    chance_above_one: ScaleFreeBADual::new(1, 2, 1.5, 1) => "ScaleFreeBADual::new: m1 is 1, m2 2 and p 1.5";
    too_few_for_a_graph: PowerLaw::new(5, 0.5, 1).csr(5, 5) => "PowerLaw: 5 connections among 5 neurons";
    graph_of_two_populations: ScaleFreeBADual::new(1, 2, 0.5, 1).csr(5, 6) => "ScaleFreeBADual: connects the neurons of one population, not 5 to 6";
    no_probability: FixedProb::new(f64::NAN, 1) => "FixedProb::new: prob is NaN, but must be between 0 and 1";
    negative_distance: GaussianProb::new(-1.0, 3, 1) => "GaussianProb::new: sigma is -1 and width 3, but both must be greater than 0 and finite";
    endless_distance: GaussianProb::new(f64::INFINITY, 3, 1) => "GaussianProb::new: sigma is inf";
}
