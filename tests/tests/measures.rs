//! Measures against BrainPy's numbers (brainpy 2.8.2), and pictures.

use brain_jit::measure::{self, Layer, SpikeType};
use brain_jit::plot::{Figure, Panel};
use brain_jit::prelude::*;
use std::path::PathBuf;

/// Spikes in 40 steps; the last neuron is silent.
fn spikes() -> Array2<f64> {
    let trains: [&[usize]; 4] = [
        &[4, 6, 23, 33],
        &[13, 15, 17, 19, 24],
        &[3, 6, 8, 20, 31, 36, 37, 38],
        &[],
    ];
    let mut spikes = Array2::zeros((40, 4));
    for (neuron, train) in trains.iter().enumerate() {
        train.iter().for_each(|&step| spikes[(step, neuron)] = 1.0);
    }
    spikes
}

fn potentials() -> Array2<f64> {
    Array2::from_shape_fn((20, 3), |(t, k)| {
        (0.3 * t as f64 + 0.5 * k as f64).sin() + 0.1 * k as f64
    })
}

#[test]
fn cross_correlation_is_brainpys() {
    for (bin, dt, four, three) in [
        (1.0, 1.0, 0.029462782549439476, 0.05892556509887895),
        (3.0, 1.0, 0.11180339887498948, 0.22360679774997896),
        (0.7, 0.1, 0.2276881487203296, 0.4553762974406592),
    ] {
        let times = Array1::from_shape_fn(40, |step| step as f64 * dt);
        let (ids, times) = measure::raster_plot(spikes(), &times);
        for (neurons, expected) in [(4, four), (3, three)] {
            let found = measure::cross_correlation(&times, &ids, neurons, bin);
            assert!(
                (found - expected).abs() < 1e-15,
                "{bin}, {neurons}: {found}, not {expected}"
            );
        }
    }
    assert_eq!(measure::cross_correlation([1.0], [0], 1, 1.0), 0.0);
}

#[test]
fn activity_measures_are_brainpys() {
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-14, "{found}");
    close(
        measure::voltage_fluctuation(potentials()),
        0.8548062290577862,
    );
    close(measure::voltage_fluctuation(Array2::zeros((5, 2))), 1.0);
    let (x, y) = (
        array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 1.0]],
        array![[1.0, 0.0, 3.0], [4.0, 5.0, 2.0], [7.0, 2.0, 1.0]],
    );
    close(measure::matrix_correlation(&x, &y), 0.41931393468876726);
    let connectivity = measure::functional_connectivity(potentials());
    let expected = array![
        [1.0, 0.8884761155679834, 0.5717349543934552],
        [0.8884761155679834, 1.0, 0.8844907816158645],
        [0.5717349543934551, 0.8844907816158645, 1.0]
    ];
    assert!(bm::allclose(&connectivity, &expected));
    let silent = measure::functional_connectivity(array![[1.0, 2.0], [1.0, 3.0]]);
    assert_eq!(silent, array![[0.0, 0.0], [0.0, 1.0]]);
    let rate = measure::population_rate(spikes(), 5.0, 1.0);
    let expected = [
        0.0, 50.0, 100.0, 100.0, 200.0, 200.0, 200.0, 150.0, 150.0, 50.0, 50.0, 50.0, 50.0, 100.0,
        100.0, 150.0, 100.0, 150.0, 150.0, 150.0, 100.0, 150.0, 150.0, 100.0, 100.0, 100.0, 50.0,
        0.0, 0.0, 50.0, 50.0, 100.0, 100.0, 100.0, 100.0, 150.0, 150.0, 150.0, 150.0, 100.0,
    ];
    rate.iter()
        .zip(expected)
        .for_each(|(&found, expected)| assert!((found - expected).abs() < 1e-12));
    let (ids, times) = measure::raster_plot(spikes(), Array1::range(0.0, 40.0, 1.0).view());
    assert_eq!(ids.slice(s![..4]), array![2, 0, 0, 2]);
    assert_eq!(times.slice(s![..4]), array![3.0, 4.0, 6.0, 6.0]);
}

/// BrainPy's `unitary_LFP`, in single precision, at the distances that it drew.
#[test]
fn the_field_is_brainpys() {
    let distances = [
        0.09780140966176987,
        0.025378674268722534,
        0.07213988155126572,
    ];
    let (times, ids) = ([3.0, 6.0, 6.0, 12.0], [0, 1, 2, 0]);
    let at = Array1::range(0.0, 30.0, 3.0);
    let cases = [
        (
            SpikeType::Exc,
            Layer::Deep,
            [
                -6.118446890468476e-06,
                -0.0002713706635404378,
                -0.005119027569890022,
                -0.04290289804339409,
                -0.16800306737422943,
                -0.31719261407852173,
                -0.3008672297000885,
                -0.18616612255573273,
                -0.10917217284440994,
                -0.043013159185647964,
            ],
        ),
        (
            SpikeType::Inh,
            Layer::Soma,
            [
                5.838127203894317e-10,
                2.672703658390674e-06,
                0.0015991742257028818,
                0.12895850837230682,
                1.6464952230453491,
                5.101441860198975,
                4.2166056632995605,
                1.779528021812439,
                1.6096643209457397,
                0.27078449726104736,
            ],
        ),
        (
            SpikeType::Inh,
            Layer::Surface,
            [
                5.838127897783707e-11,
                2.672703658390674e-07,
                0.0001599174429429695,
                0.012895850464701653,
                0.16464953124523163,
                0.5101441740989685,
                0.42166054248809814,
                0.1779528111219406,
                0.1609664410352707,
                0.027078449726104736,
            ],
        ),
    ];
    for (spike_type, layer, expected) in cases {
        let lfp = measure::unitary_lfp_at(&at, times, ids, distances, spike_type, layer);
        for (found, expected) in lfp.iter().zip(expected) {
            assert!(
                (found - expected).abs() < 2e-5 * f64::abs(expected),
                "{found}, not {expected}"
            );
        }
        let backwards = Array1::range(27.0, -1.0, -3.0);
        let reversed =
            measure::unitary_lfp_at(&backwards, times, ids, distances, spike_type, layer);
        assert!(bm::allclose(reversed.slice(s![..;-1]), &lfp));
    }
    // In double precision, of one neuron at the electrode.
    let lfp = measure::unitary_lfp_at([0.0, 15.0], [5.0], [0], [0.0], SpikeType::Exc, Layer::Soma);
    assert!(
        (lfp[0] - 3.0985185151836914e-06).abs() < 1e-18
            && (lfp[1] - 0.4761455665922375).abs() < 1e-15
    );
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("plot_{name}"))
}

fn figure() -> Figure {
    let (ids, times) = measure::raster_plot(spikes(), Array1::range(0.0, 40.0, 1.0).view());
    let t = Array1::range(0.0, 20.0, 1.0);
    let rate = measure::firing_rate(&times, &ids, 4, 40.0, 8);
    Figure::new()
        .size(700, 300)
        .panel(Panel::raster(&times, &ids).title("spikes of four neurons"))
        .panel(Panel::traces(&t, potentials()).labels("time (ms)", "V (mV)"))
        .panel(
            Panel::rate(40.0, &rate)
                .dots([10.0, 20.0], [50.0, f64::NAN])
                .bars([30.0], [100.0], 4.0)
                .colored(200, 30, 30),
        )
}

#[test]
fn pictures_are_png_and_svg() {
    let (png, svg) = (path("three.png"), path("three.svg"));
    figure().save(&png).unwrap();
    let bytes = std::fs::read(&png).unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() > 5_000);
    // Width and height of the header.
    assert_eq!(bytes[16..24], [0, 0, 2, 188, 0, 0, 3, 132]);
    figure().save(&svg).unwrap();
    let text = std::fs::read_to_string(&svg).unwrap();
    assert!(
        text.contains("<svg") && text.contains("spikes of four neurons") && text.contains("V (mV)")
    );
    // A circle a spike, and one of the two dots.
    assert_eq!(text.matches("<circle").count(), 17 + 1);
}

#[test]
fn pictures_that_cannot_be_are_errors() {
    let says = |figure: Figure, name: &str, what: &str| {
        let error = figure.save(path(name)).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(what), "{error}");
    };
    says(figure(), "three.gif", "its name must end with .png or .svg");
    assert!(!path("three.gif").exists());
    says(Figure::new(), "none.png", "it has no panel");
    says(figure(), "no_folder/x.png", "No such file");
    // A picture that was there stays.
    let older = path("older.png");
    figure().save(&older).unwrap();
    let bytes = std::fs::read(&older).unwrap();
    assert!(Figure::new().save(&older).is_err());
    assert_eq!(std::fs::read(&older).unwrap(), bytes);
    // No points at all.
    let empty: [f64; 0] = [];
    Figure::new()
        .panel(Panel::raster(empty, [0u32; 0]))
        .save(path("empty.png"))
        .unwrap();
}

brain_jit_tests::panics! {
    times_for_rows: measure::raster_plot(spikes(), [1.0]) => "measure::raster_plot: a matrix of shape (40, 4) for 1 times";
    no_bin: measure::cross_correlation([1.0], [0], 1, 0.0) => "measure::cross_correlation: bin is 0";
    no_such_neuron: measure::isi([1.0], [4], 4) => "measure::isi: neuron 4 is out of range for 4 neurons";
    no_time: measure::population_rate(spikes(), 5.0, 0.0) => "measure::population_rate: width is 5 and dt 0";
    no_potentials: measure::voltage_fluctuation(Array2::zeros((3, 0))) => "measure::voltage_fluctuation: potentials of shape (3, 0)";
    no_distance: measure::unitary_lfp_at([1.0], [1.0], [1], [0.5], SpikeType::Exc, Layer::Soma) => "measure::unitary_lfp: neuron 1 is out of range for 1 neurons";
    coordinates: Panel::raster([1.0], [1, 2]) => "Panel::raster: 1 and 2 coordinates";
}
