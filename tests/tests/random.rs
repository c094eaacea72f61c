//! The generator: reproducibility, independence of threads, shapes, streams.

use brain_jit::random::{self, RandomState, distributions};
use ndarray::{Array1, Array2, Array3, ArrayD};
use rand::RngExt;

#[test]
fn shapes() {
    let mut rng = RandomState::new(1);
    let scalar: f32 = rng.normal(0.0f32, 1.0, ());
    assert!(scalar.is_finite());
    let vector: Array1<f64> = rng.normal(0.0, 1.0, 7);
    assert_eq!(vector.len(), 7);
    let matrix: Array2<f32> = rng.uniform(0.0, 1.0, (3, 5));
    assert_eq!(matrix.dim(), (3, 5));
    let cube: Array3<f32> = rng.random([2, 3, 4]);
    assert_eq!(cube.dim(), (2, 3, 4));
    let dynamic: ArrayD<f32> = rng.random(vec![2, 3]);
    assert_eq!(dynamic.shape(), [2, 3]);
    assert_eq!(rng.normal_like(0.0, 1.0, &matrix).dim(), (3, 5));
    assert!(rng.normal(0.0, 1.0, 0).is_empty());
}

#[test]
fn an_element_is_a_function_of_its_place() {
    let n = 1000;
    let whole = RandomState::new(3).draw(distributions::normal(0.0f32, 1.0), n);
    let mut all = vec![0.0; n];
    whole.fill(0, &mut all);
    for (start, length) in [
        (0, 1),
        (5, 3),
        (63, 2),
        (64, 64),
        (100, 700),
        (999, 1),
        (17, 0),
    ] {
        let mut part = vec![0.0; length];
        whole.fill(start, &mut part);
        assert_eq!(part, all[start..start + length], "{start} {length}");
    }
    for (i, &x) in all.iter().enumerate() {
        assert_eq!(whole.at(i), x);
    }
    assert_eq!(RandomState::new(3).normal(0.0f32, 1.0, n).to_vec(), all);
}

#[test]
fn same_numbers_at_any_number_of_threads() {
    let draw = || {
        let mut rng = RandomState::new(9);
        (
            rng.normal(0.0f32, 1.0, 200_001),
            rng.normal(1.0f64, 2.0, (101, 999)),
            rng.uniform(0.0f64, 1.0, 77_777),
        )
    };
    let expected = draw();
    for threads in [1, 2, 3, 7] {
        brain_jit::set_num_threads(threads);
        assert!(draw() == expected, "{threads} threads");
    }
}

#[test]
fn draws_do_not_overlap() {
    let mut rng = RandomState::new(5);
    let first: Array1<f64> = rng.random(100);
    let second: Array1<f64> = rng.random(100);
    assert!(first.iter().all(|x| !second.iter().any(|y| x == y)));
}

#[test]
fn splits_forks_and_jumps() {
    let mut rng = RandomState::new(5);
    let (mut a, mut b) = (rng.split(), rng.split());
    let (mut c, mut d) = (rng.fork(0), rng.fork(1));
    assert_eq!(rng.fork(1), d);
    let mut draws = vec![
        rng.random::<f64, _>(50),
        a.random(50),
        b.random(50),
        c.random(50),
        d.random(50),
    ];
    draws.push(RandomState::new(6).random(50));
    for (i, x) in draws.iter().enumerate() {
        for y in &draws[..i] {
            assert!(x.iter().zip(y).all(|(x, y)| x != y));
        }
    }
    let mut jumped = RandomState::new(5);
    jumped.jump(2);
    let mut split = RandomState::new(5);
    split.split_n(2);
    assert_eq!(jumped, split);
}

#[test]
fn state_is_plain_data() {
    let mut rng = RandomState::new(0xDEAD_BEEF_0123_4567);
    let _: f32 = rng.random(());
    let mut again = RandomState::from_words(rng.to_words());
    assert_eq!(rng, again);
    assert_eq!(rng.random::<f32, _>(99), again.random::<f32, _>(99));
}

#[test]
fn feeds_rand() {
    let mut rng = RandomState::new(8);
    let x: f64 = rng.random_range(2.0..3.0);
    assert!((2.0..3.0).contains(&x));
    let y: f64 = rand_distr::Distribution::sample(&rand_distr::StandardNormal, &mut rng);
    assert!(y.is_finite());
    let z: Array1<f64> = rng.sample(rand_distr::Gamma::new(2.0, 1.0).unwrap(), 10);
    assert!(z.iter().all(|&z| z > 0.0));
}

/// The document's own line: `random.normal(loc=0, scale=2, size=(2, 5))`.
#[test]
fn process_wide_generator() {
    random::seed(42);
    let x = random::normal(0.0, 2.0, (2, 5));
    assert_eq!(x.dim(), (2, 5));
    assert!(
        x != random::normal(0.0, 2.0, (2, 5)),
        "each call draws afresh"
    );
    random::seed(42);
    assert_eq!(x, random::normal(0.0, 2.0, (2, 5)));
    assert_eq!(x, RandomState::new(42).normal(0.0, 2.0, (2, 5)));
    let state = random::get_state();
    let inside = random::seed_context(42, || random::normal(0.0, 2.0, (2, 5)));
    assert_eq!((inside, random::get_state()), (x, state.clone()));
    let panicking = std::panic::catch_unwind(|| random::seed_context(1, || panic!("on purpose")));
    assert!(panicking.is_err() && random::get_state() == state);
    let uniform: Array2<f32> = random::random((3, 5));
    assert!(uniform.iter().all(|&u| (0.0..1.0).contains(&u)));
}

#[test]
#[should_panic(expected = "random::normal: scale = -1 must be at least 0")]
fn negative_scale() {
    RandomState::new(0).normal(0.0, -1.0, 3);
}
