//! The element types of matrices.

use ndarray::{Array2, ArrayView2, LinalgScalar};
use num_complex::Complex;

use crate::kernel::gemm;

#[cfg(feature = "linalg")]
use super::{
    bidiagonal::{self, Bidiagonal},
    column_major::ColumnMajor,
    eigen::{self, General},
    tridiagonal::{self, Tridiagonal},
};

/// An element of a product: every number type.
pub trait ProductElement: LinalgScalar + Send + Sync {
    /// The complex conjugate; real numbers are their own.
    fn conjugate(self) -> Self {
        self
    }

    /// The product of two matrices, whose shapes agree, in row-major order, by the routine that is fastest for this type.
    fn multiply(a: ArrayView2<'_, Self>, b: ArrayView2<'_, Self>) -> Array2<Self> {
        if let Some(product) = gemm::product(a, b) {
            return product;
        }
        // ndarray gives columns where both operands look like columns, as a column and a row do.
        let product = a.dot(&b);
        if product.is_standard_layout() {
            product
        } else {
            product.as_standard_layout().into_owned()
        }
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(impl ProductElement for $integer {})*};
}
integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

macro_rules! multiply {
    () => {
        #[cfg(feature = "linalg")]
        fn multiply(a: ArrayView2<'_, Self>, b: ArrayView2<'_, Self>) -> Array2<Self> {
            super::bridge::multiply(a, b)
        }
    };
}

macro_rules! floats {
    ($($float:ty),*) => {$(
        impl ProductElement for $float {
            multiply!();
        }

        impl ProductElement for Complex<$float> {
            fn conjugate(self) -> Self {
                self.conj()
            }
            multiply!();
        }

        #[cfg(feature = "linalg")]
        impl decomposition::Scalar for $float {
            type Real = $float;
            fn of_real(x: $float) -> Self {
                x
            }
            fn modulus(self) -> $float {
                self.abs()
            }
            fn is_finite(self) -> bool {
                <$float>::is_finite(self)
            }
            fn complex(self) -> Complex<$float> {
                Complex::new(self, 0.0)
            }
            fn eigen(a: ArrayView2<'_, Self>, vectors: bool) -> General<$float> {
                eigen::of_real(a, vectors)
            }
            fn bidiagonal(a: ColumnMajor<Self>) -> Bidiagonal<Self> {
                bidiagonal::real::<$float, { 64 / size_of::<$float>() }>(a)
            }
            fn tridiagonal(a: &mut ColumnMajor<Self>) -> Tridiagonal<Self> {
                tridiagonal::real::<$float, { 64 / size_of::<$float>() }>(a)
            }
        }

        #[cfg(feature = "linalg")]
        impl decomposition::Scalar for Complex<$float> {
            type Real = $float;
            fn of_real(x: $float) -> Self {
                Complex::new(x, 0.0)
            }
            fn modulus(self) -> $float {
                self.norm()
            }
            fn is_finite(self) -> bool {
                Complex::is_finite(self)
            }
            fn complex(self) -> Complex<$float> {
                self
            }
            fn eigen(a: ArrayView2<'_, Self>, vectors: bool) -> General<$float> {
                eigen::of_complex(a, vectors)
            }
            fn bidiagonal(a: ColumnMajor<Self>) -> Bidiagonal<Self> {
                Bidiagonal::general(a)
            }
            fn tridiagonal(a: &mut ColumnMajor<Self>) -> Tridiagonal<Self> {
                tridiagonal::general(a)
            }
        }
    )*};
}
floats!(f32, f64);

#[cfg(feature = "linalg")]
pub(super) mod decomposition {
    use std::fmt::{Debug, Display};

    use num_complex::Complex;
    use num_traits::{Float, FloatConst, NumAssign};

    use super::super::bidiagonal::Bidiagonal;
    use super::super::column_major::ColumnMajor;
    use super::super::eigen::General;
    use super::super::tridiagonal::Tridiagonal;
    use super::ProductElement;
    use ndarray::ArrayView2;

    /// An element of a decomposition: `f32`, `f64` and the complex numbers of both.
    pub trait Scalar:
        ProductElement
        + faer::traits::ComplexField<Real = <Self as Scalar>::Real>
        + std::ops::Neg<Output = Self>
    {
        /// Type of a modulus.
        type Real: Scalar<Real = <Self as Scalar>::Real>
            + Float
            + FloatConst
            + NumAssign
            + PartialOrd
            + Default
            + Debug
            + Display
            + faer::traits::RealField;
        /// A real number as one of this type.
        fn of_real(x: <Self as Scalar>::Real) -> Self;
        /// The absolute value.
        fn modulus(self) -> <Self as Scalar>::Real;
        /// Neither infinite nor NaN.
        fn is_finite(self) -> bool;
        /// As a complex number.
        fn complex(self) -> Complex<<Self as Scalar>::Real>;
        #[doc(hidden)]
        #[allow(private_interfaces)]
        fn eigen(a: ArrayView2<'_, Self>, vectors: bool) -> General<<Self as Scalar>::Real>;
        #[doc(hidden)]
        fn bidiagonal(a: ColumnMajor<Self>) -> Bidiagonal<Self>;
        #[doc(hidden)]
        fn tridiagonal(a: &mut ColumnMajor<Self>) -> Tridiagonal<Self>;
    }
}
