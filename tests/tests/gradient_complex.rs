//! Gradients through Fourier transforms and complex numbers, against central differences.

use brain_jit::bm::fft::{FftOptions, FftnOptions, Norm};
use brain_jit::prelude::*;
use brain_jit_tests::differences::{assert_close as close, differences};

macro_rules! table {
    ($test:ident $x:expr, $h:expr; $($name:ident, $grad:ident: |$a:ident, $b:ident| $body:block)*) => {
        $(#[brain_jit(grad($a, $b))] fn $name($a: &Array1<f64>, $b: &Array1<f64>) -> f64 $body)*

        #[test]
        fn $test() {
            let (x, h): (Array1<f64>, Array1<f64>) = ($x, $h);
            for backend in [Backend::Plain, Backend::Serial] {
                brain_jit::with_backend(backend, || {
                    $({
                        let (value, g) = $grad(&x, &h);
                        assert_eq!(value, $name(&x, &h), "{}", stringify!($name));
                        close(&g.$a, &differences(&x, |x| $name(x, &h)), concat!(stringify!($name), " by the signal"));
                        close(&g.$b, &differences(&h, |h| $name(&x, h)), concat!(stringify!($name), " by the filter"));
                    })*
                })
            }
        }
    };
}

table! { even_lengths array![0.5, -1.0, 2.0, 0.3, -0.7, 1.2], array![0.2, -0.4, 0.9, 0.6];
    filtered, filtered_grad: |x, h| { let y = bm::fft::irfft(&(bm::fft::rfft(x) * h)); bm::sum(bm::sin(y)) }
    power, power_grad: |x, h| { let z = bm::fft::rfft(x); bm::sum(bm::square(bm::abs(&z)) * h) }
    bound, bound_grad: |x, h| { let z: Array1<Complex64> = bm::fft::rfft(x); let z: Array1<Complex64> = &z * h + 1.0; bm::sum(bm::log(bm::abs(&z) + 1.0)) }
    whole, whole_grad: |x, h| { let z = bm::fft::fft(x); let y = bm::fft::ifft(&bm::exp(0.1 * z)); bm::sum(bm::real(&y) * bm::imag(&y)) * bm::sum(bm::square(h)) }
    norms, norms_grad: |x, h| { let z = bm::fft::rfft_with(x, FftOptions::new().norm(Norm::Ortho)); let y = bm::fft::irfft_with(&(h * bm::conj(&z)), FftOptions::new().n(9).norm(Norm::Forward)); bm::sum(bm::square(y)) }
    cropped, cropped_grad: |x, h| { let z = bm::fft::rfft_with(x, FftOptions::new().n(4)); let y = bm::fft::fft_with(h, FftOptions::new().n(9)); bm::sum(bm::angle(&z)) + bm::sum(bm::square(bm::real(&y)) + bm::imag(&y)) }
    filled, filled_grad: |x, h| { let z = bm::fft::ifft_with(x, FftOptions::new().n(8)); let y = bm::fft::irfft_with(&bm::fft::fft(h), FftOptions::new().n(3)); bm::sum(bm::square(bm::abs(&(z - 0.1)))) + bm::sum(bm::exp(y)) }
    parts, parts_grad: |x, h| { let z = bm::fft::fft(x); let y = bm::fft::fftshift(&z); let w = &y[1..5] * h; bm::sum(bm::real(&w) * bm::imag(&w)) + bm::abs(z[1]) * bm::real(z[2]) }
    functions, functions_grad: |x, h| { let z = bm::fft::rfft(x) * Complex64::new(0.1, 0.05); let y = bm::sqrt(&z) + bm::log(&z) * bm::sin(&z) - bm::cos(&z) / bm::tanh(&z) + bm::square(&z) + bm::reciprocal(&z); bm::sum(bm::real(y) * h) }
    scaled, scaled_grad: |x, h| { let z = bm::fft::rfft(x); let k = bm::sum(bm::square(h)); let y = k * &z - z / (1.0 + k); bm::sum(bm::square(bm::imag(y)) * h) }
}

table! { odd_lengths array![0.5, -1.0, 2.0, 0.3, -0.7], array![0.2, -0.4, 0.9];
    odd, odd_grad: |x, h| { let y = bm::fft::irfft_with(&(bm::fft::rfft(x) * h), FftOptions::new().n(5)); bm::sum(bm::exp(y)) }
    carried, carried_grad: |x, h| { let mut z = bm::fft::rfft(x); for _ in 0..h.len() { z = bm::square(&z) * h * 0.5; } bm::sum(bm::real(&z) + bm::imag(&z)) }
    through_time, through_time_grad: |x, h| { let mut y = 1.0 * x; for _ in 0..3 { let z = bm::fft::rfft(&y) * h; y = bm::tanh(bm::fft::irfft_with(&z, FftOptions::new().n(5))) + x; } bm::sum(bm::square(y)) }
}

table! { two_axes array![0.5, -1.0, 2.0, 0.3, -0.7, 1.1, 0.8, -0.2, 0.1, 0.4, -0.6, 0.9], array![0.2, -0.4, 0.9];
    planes, planes_grad: |x, h| { let m: Array2<f64> = bm::reshape(x, (4, 3)); let z = bm::fft::fft2(&m) * h; let y = bm::fft::ifft2(&z); bm::sum(bm::square(bm::real(&y)) + bm::imag(&y)) }
    real_planes, real_planes_grad: |x, h| { let m: Array2<f64> = bm::reshape(x, (3, 4)); let z = bm::fft::rfft2(&m) * h; let y = bm::fft::irfft2(&z); bm::sum(bm::exp(y)) }
    turned, turned_grad: |x, h| { let m: Array2<f64> = bm::reshape(x, (4, 3)); let z = bm::fft::fftshift_axes(&(bm::fft::rfftn(&m) * &h[..2]), &[0]); let y = bm::fft::irfftn(&bm::fft::ifftshift_axes(&z, &[0])); let w = bm::fft::ifftshift(&m); bm::sum(bm::exp(y)) + bm::sum(bm::square(w) * h) }
    all_axes, all_axes_grad: |x, h| { let m: Array2<f64> = bm::reshape(x, (4, 3)); let z = bm::fft::rfftn_with(&m, FftnOptions::new().s(&[3, 4]).axes(&[1, 0])); let y = bm::fft::irfftn_with(&z, FftnOptions::new().axes(&[0, 1])); bm::sum(bm::square(y)) + bm::sum(h) }
    lanes, lanes_grad: |x, h| { let m: Array2<f64> = bm::reshape(x, (4, 3)); let z = bm::fft::rfft_with(&m, FftOptions::new().axis(0)) * h; let y = bm::fft::fftn(&z); let w = bm::fft::ifftn(&(y * 0.5)); bm::sum(bm::square(bm::abs(&w))) }
}
