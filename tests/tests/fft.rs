//! Transforms against the defining sums, and the documents' lines.

use brain_jit::fft::{self, FftOptions, FftnOptions, Norm};
use brain_jit::random::RandomState;
use ndarray::{Array1, Array2, Array3, array, s};
use num_complex::{Complex, Complex32, Complex64};

const I: Complex64 = Complex64::I;

fn signal(n: usize) -> Array1<Complex64> {
    let mut rng = RandomState::new(n as u64);
    let (re, im) = (rng.normal(0.0, 1.0, n), rng.normal(0.0, 1.0, n));
    re.iter()
        .zip(&im)
        .map(|(&re, &im)| Complex::new(re, im))
        .collect()
}

/// The sum that defines the transform.
fn defined(x: &Array1<Complex64>) -> Array1<Complex64> {
    let n = x.len();
    let root =
        |j: usize| Complex64::from_polar(1.0, -std::f64::consts::TAU * (j % n) as f64 / n as f64);
    (0..n)
        .map(|k| (0..n).map(|j| x[j] * root(j * k)).sum())
        .collect()
}

#[track_caller]
fn close(got: &Array1<Complex64>, expected: &Array1<Complex64>, tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    let distance = got
        .iter()
        .zip(expected)
        .map(|(a, b)| (a - b).norm())
        .fold(0.0, f64::max);
    let size = expected.iter().map(|x| x.norm()).fold(1.0, f64::max);
    assert!(
        distance <= tolerance * size,
        "distance {distance}, size {size}"
    );
}

/// The document's line: `fft(exp(2j π arange(8) / 8))` is 8 at index 1.
#[test]
fn one_frequency() {
    let x: Array1<Complex64> = (0..8)
        .map(|j| (I * std::f64::consts::TAU * f64::from(j) / 8.0).exp())
        .collect();
    let mut expected = Array1::zeros(8);
    expected[1] = Complex64::new(8.0, 0.0);
    close(&fft::fft(&x), &expected, 1e-15);
}

/// The document's line: `ifft([0, 4, 0, 0])` is `[1, i, −1, −i]`.
#[test]
fn four_roots() {
    close(
        &fft::ifft(&array![0.0, 4.0, 0.0, 0.0]),
        &array![1.0 + 0.0 * I, I, -1.0 + 0.0 * I, -I],
        1e-16,
    );
    let single = fft::ifft(&array![0.0f32, 4.0, 0.0, 0.0]);
    assert_eq!(single[1], Complex32::new(0.0, 1.0));
}

#[test]
fn any_length() {
    for n in [
        1, 2, 3, 4, 5, 7, 8, 12, 13, 30, 31, 64, 97, 100, 101, 128, 210, 211,
    ] {
        let x = signal(n);
        let expected = defined(&x);
        close(&fft::fft(&x), &expected, 1e-13);
        close(&fft::ifft(&expected), &x, 1e-13);
        let single = fft::fft(&x.mapv(|x| Complex32::new(x.re as f32, x.im as f32)));
        close(
            &single.mapv(|x| Complex64::new(x.re.into(), x.im.into())),
            &expected,
            2e-6,
        );
        let real = x.mapv(|x| x.re);
        let half = fft::rfft(&real);
        close(
            &half,
            &fft::fft(&real).slice(s![..n / 2 + 1]).to_owned(),
            1e-13,
        );
        let back = fft::irfft_with(&half, FftOptions::new().n(n));
        assert!((back - &real).iter().all(|d| d.abs() < 1e-13));
        let hermitian = fft::ihfft(&real);
        close(&hermitian, &half.mapv(|x| x.conj() / n as f64), 1e-14);
        let back = fft::hfft_with(&hermitian, FftOptions::new().n(n));
        assert!((back - &real).iter().all(|d| d.abs() < 1e-13));
    }
}

/// Long transforms are made of short ones: sums of a few frequencies, whose transform is known, at several lengths.
#[test]
fn long_transforms() {
    // those of great primes are done in one piece, by a convolution that is less exact
    for (n, tolerance) in [
        (1 << 16, 1e-13),
        (105_000, 1e-13),
        (131_074, 1e-11),
        (70_003, 1e-11),
    ] {
        let frequencies = [(0, 2.0), (1, 1.0), (n / 3, -3.0), (n - 2, 0.5)];
        let angle = |j: usize, k: usize| std::f64::consts::TAU * ((j * k) % n) as f64 / n as f64;
        let x: Array1<Complex64> = (0..n)
            .map(|j| {
                let waves = frequencies.iter();
                waves
                    .map(|&(k, a)| Complex::from_polar(1.0, angle(j, k)) * a)
                    .sum()
            })
            .collect();
        let mut expected = Array1::zeros(n);
        for (k, a) in frequencies {
            expected[k] = Complex64::new(a * n as f64, 0.0);
        }
        let spectrum = fft::fft(&x);
        close(&spectrum, &expected, 1e-13);
        close(&fft::ifft(&spectrum), &x, tolerance);
        let single = fft::fft(&x.mapv(|x| Complex32::new(x.re as f32, x.im as f32)));
        let wide = single.mapv(|x| Complex64::new(x.re.into(), x.im.into()));
        close(&wide, &expected, 1e-6);
        // padded, cropped, strided, on one thread: the same numbers
        let longer: Array1<Complex64> = x.iter().flat_map(|&x| [x, -x]).collect();
        assert_eq!(fft::fft(&longer.slice(s![..;2])), spectrum);
        assert_eq!(fft::fft_with(&longer, FftOptions::new().n(n)).len(), n);
        let serial = brain_jit::with_backend(brain_jit::Backend::Serial, || fft::fft(&x));
        assert_eq!(serial, spectrum);
        let ortho = FftOptions::new().n(n).norm(Norm::Ortho);
        let short = x.slice(s![..n - 1]);
        let padded = fft::fft_with(&short, ortho);
        close(
            &fft::ifft_with(&padded, ortho).slice(s![..n - 1]).to_owned(),
            &short.to_owned(),
            tolerance,
        );
    }
}

#[test]
fn norms() {
    let x = signal(6);
    let plain = fft::fft(&x);
    close(
        &fft::fft_with(&x, FftOptions::new().norm(Norm::Ortho)),
        &(&plain / Complex64::from(6f64.sqrt())),
        1e-15,
    );
    close(
        &fft::fft_with(&x, FftOptions::new().norm(Norm::Forward)),
        &(&plain / Complex64::from(6.0)),
        1e-15,
    );
    for norm in [Norm::Backward, Norm::Ortho, Norm::Forward] {
        let options = FftOptions::new().norm(norm);
        close(
            &fft::ifft_with(&fft::fft_with(&x, options), options),
            &x,
            1e-15,
        );
        let real = x.mapv(|x| x.re);
        let back = fft::irfft_with(&fft::rfft_with(&real, options), options);
        assert!((back - &real).iter().all(|d| d.abs() < 1e-15));
    }
}

#[test]
fn cropping_padding_and_axes() {
    let x = signal(5);
    close(
        &fft::fft_with(&x, FftOptions::new().n(3)),
        &defined(&x.slice(s![..3]).to_owned()),
        1e-14,
    );
    let mut padded = Array1::zeros(9);
    padded.slice_mut(s![..5]).assign(&x);
    close(
        &fft::fft_with(&x, FftOptions::new().n(9)),
        &defined(&padded),
        1e-14,
    );

    let cube = Array3::from_shape_fn((4, 3, 5), |(i, j, k)| (i * 15 + j * 5 + k * k) as f64);
    for axis in 0..3isize {
        let all = fft::fft_with(&cube, FftOptions::new().axis(axis));
        assert_eq!(all, fft::fft_with(&cube, FftOptions::new().axis(axis - 3)));
        assert!(all.is_standard_layout());
        for (got, lane) in all
            .lanes(ndarray::Axis(axis as usize))
            .into_iter()
            .zip(cube.lanes(ndarray::Axis(axis as usize)))
        {
            close(
                &got.to_owned(),
                &defined(&lane.mapv(Complex64::from)),
                1e-14,
            );
        }
    }
    let transposed = cube.t();
    assert_eq!(
        fft::fft(&transposed),
        fft::fft(&transposed.as_standard_layout())
    );
}

#[test]
fn several_axes() {
    let a = Array2::from_shape_fn((4, 6), |(i, j)| ((i * 7 + j * 3) % 11) as f64);
    let expected = fft::fft_with(
        &fft::fft_with(&a, FftOptions::new().axis(1)),
        FftOptions::new().axis(0),
    );
    let distance = |x: Array2<Complex64>, y: &Array2<Complex64>| {
        (x - y).iter().map(|d| d.norm()).fold(0.0, f64::max)
    };
    assert!(distance(fft::fftn(&a), &expected) < 1e-13);
    assert!(distance(fft::fft2(&a), &expected) < 1e-13);
    assert!(distance(fft::rfft2(&a), &expected.slice(s![.., ..4]).to_owned()) < 1e-13);
    assert!(distance(fft::ifft2(&expected), &a.mapv(Complex64::from)) < 1e-14);
    assert!(
        (fft::irfftn(&fft::rfftn(&a)) - &a)
            .iter()
            .all(|d| d.abs() < 1e-14)
    );
    let odd = fft::irfft2_with(
        &fft::rfft2_with(&a, FftnOptions::new().s(&[4, 5])),
        FftnOptions::new().s(&[4, 5]),
    );
    assert!((odd - a.slice(s![.., ..5])).iter().all(|d| d.abs() < 1e-14));
    let first = fft::fftn_with(&a, FftnOptions::new().axes(&[0]).norm(Norm::Ortho));
    assert!(
        distance(
            first,
            &fft::fft_with(&a, FftOptions::new().axis(0).norm(Norm::Ortho))
        ) == 0.0
    );
}

#[test]
fn lanes_in_parallel_give_the_same() {
    let a: Array2<f32> = RandomState::new(1).normal(0.0, 1.0, (300, 1024));
    let all = fft::fft(&a);
    for i in [0, 1, 150, 299] {
        assert_eq!(all.row(i), fft::fft(&a.row(i)));
    }
}

#[test]
fn frequencies_and_shifts() {
    assert_eq!(
        fft::fftfreq(8, 0.1),
        array![0.0, 1.25, 2.5, 3.75, -5.0, -3.75, -2.5, -1.25]
    );
    assert_eq!(
        fft::fftfreq(5, 1.0f32),
        array![0.0f32, 0.2, 0.4, -0.4, -0.2]
    );
    assert_eq!(fft::rfftfreq(5, 0.5), array![0.0, 0.4, 0.8]);
    assert_eq!(fft::fftshift(&array![0, 1, 2, 3, 4]), array![3, 4, 0, 1, 2]);
    assert_eq!(
        fft::ifftshift(&array![3, 4, 0, 1, 2]),
        array![0, 1, 2, 3, 4]
    );
    let a = array![[0, 1, 2], [3, 4, 5]];
    assert_eq!(fft::fftshift(&a), array![[5, 3, 4], [2, 0, 1]]);
    assert_eq!(fft::fftshift_axes(&a, &[-1]), array![[2, 0, 1], [5, 3, 4]]);
    assert_eq!(fft::ifftshift(&fft::fftshift(&a)), a);
}

#[test]
#[should_panic(expected = "fft::fft: axis 1 is out of bounds for an array of rank 1")]
fn axis_out_of_bounds() {
    fft::fft_with(&array![1.0, 2.0], FftOptions::new().axis(1));
}

#[test]
#[should_panic(expected = "fft::ifft: the transform would have no points")]
fn no_points() {
    fft::ifft_with(&array![1.0, 2.0], FftOptions::new().n(0));
}
