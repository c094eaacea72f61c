//! Plans, kept between calls: one planner a precision for the whole process.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use ndarray::Ix1;
use num_complex::Complex;
use num_traits::Float;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftDirection, FftNum, FftPlanner};

use crate::kernel::scratch;

/// Planners of one precision; they keep every plan they made.
pub struct Planners<T: FftNum> {
    complex: FftPlanner<T>,
    real: RealFftPlanner<T>,
}

/// The precisions of transforms: `f32` and `f64`.
pub trait FftFloat: FftNum + Float + Default {
    #[doc(hidden)]
    fn planners() -> MutexGuard<'static, Planners<Self>>;
    /// Calls `work` with `n` elements of unspecified contents, from the thread's pool: to get memory that is new to the process would take
    /// as long as a transform.
    #[doc(hidden)]
    fn with<R>(n: usize, work: impl FnOnce(&mut [Complex<Self>]) -> R) -> R;
}

macro_rules! fft_float {
    ($($float:ty),*) => {$(
        impl FftFloat for $float {
            fn planners() -> MutexGuard<'static, Planners<Self>> {
                static PLANNERS: LazyLock<Mutex<Planners<$float>>> =
                    LazyLock::new(|| Mutex::new(Planners { complex: FftPlanner::new(), real: RealFftPlanner::new() }));
                PLANNERS.lock().unwrap_or_else(PoisonError::into_inner)
            }

            fn with<R>(n: usize, work: impl FnOnce(&mut [Complex<$float>]) -> R) -> R {
                let mut elements = scratch::<Complex<$float>, Ix1>([n]);
                work(elements.as_slice_mut().expect("one dimension, in order"))
            }
        }
    )*};
}
fft_float!(f32, f64);

pub(super) fn complex<T: FftFloat>(n: usize, direction: FftDirection) -> Arc<dyn Fft<T>> {
    T::planners().complex.plan_fft(n, direction)
}

pub(super) fn forward_real<T: FftFloat>(n: usize) -> Arc<dyn RealToComplex<T>> {
    T::planners().real.plan_fft_forward(n)
}

pub(super) fn inverse_real<T: FftFloat>(n: usize) -> Arc<dyn ComplexToReal<T>> {
    T::planners().real.plan_fft_inverse(n)
}
