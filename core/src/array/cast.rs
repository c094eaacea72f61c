//! Conversion between element types, as `as` does it.

use num_complex::{Complex32, Complex64};

use super::number::Number;

/// Conversion to `U`.
pub trait Cast<U>: Number {
    /// The value as `U`: floats saturate in integers, a real part is kept, nonzero is `true`.
    fn cast(self) -> U;
}

macro_rules! between_reals {
    ($($from:ident)*) => {$(between_reals!(@from $from: f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);)*};
    (@from $from:ident: $($to:ident)*) => {
        $(impl Cast<$to> for $from {
            #[inline]
            fn cast(self) -> $to { self as $to }
        })*
        impl Cast<bool> for $from {
            #[inline]
            fn cast(self) -> bool { self.is_true() }
        }
        impl Cast<Complex32> for $from {
            fn cast(self) -> Complex32 { Complex32::new(self as f32, 0.0) }
        }
        impl Cast<Complex64> for $from {
            fn cast(self) -> Complex64 { Complex64::new(self as f64, 0.0) }
        }
        impl Cast<$from> for bool {
            #[inline]
            fn cast(self) -> $from { self as u8 as $from }
        }
        impl Cast<$from> for Complex32 {
            fn cast(self) -> $from { self.re as $from }
        }
        impl Cast<$from> for Complex64 {
            fn cast(self) -> $from { self.re as $from }
        }
    };
}

between_reals!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! others {
    ($($from:ident $to:ident |$x:ident| $value:expr;)*) => {$(
        impl Cast<$to> for $from {
            fn cast(self) -> $to {
                let $x = self;
                $value
            }
        }
    )*};
}

others! {
    bool bool |x| x;
    bool Complex32 |x| Complex32::new(x as u8 as f32, 0.0);
    bool Complex64 |x| Complex64::new(x as u8 as f64, 0.0);
    Complex32 bool |x| x.is_true();
    Complex64 bool |x| x.is_true();
    Complex32 Complex32 |x| x;
    Complex64 Complex64 |x| x;
    Complex32 Complex64 |x| Complex64::new(x.re as f64, x.im as f64);
    Complex64 Complex32 |x| Complex32::new(x.re as f32, x.im as f32);
}
