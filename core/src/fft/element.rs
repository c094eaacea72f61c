//! The element types that transforms accept.

use num_complex::Complex;

use super::plan::FftFloat;

/// An element of a transform's input: real or complex.
pub trait FftElement: Copy + Send + Sync + 'static {
    /// The precision of the transform.
    type Float: FftFloat;
    /// This element as a complex number.
    fn complex(self) -> Complex<Self::Float>;
}

/// A real element; integers are transformed as `f64`.
pub trait FftReal: FftElement {
    /// This element as a floating-point number.
    fn real(self) -> Self::Float;
}

macro_rules! real_element {
    ($($element:ty => $float:ty),*) => {$(
        impl FftElement for $element {
            type Float = $float;
            #[inline]
            fn complex(self) -> Complex<$float> {
                Complex::new(self as $float, 0.0)
            }
        }
        impl FftReal for $element {
            #[inline]
            fn real(self) -> $float {
                self as $float
            }
        }
    )*};
}
real_element!(f32 => f32, f64 => f64, i32 => f64, i64 => f64);

impl<T: FftFloat> FftElement for Complex<T> {
    type Float = T;
    #[inline]
    fn complex(self) -> Complex<T> {
        self
    }
}
