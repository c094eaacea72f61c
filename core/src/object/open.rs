//! Variables of a generic struct, `v: Array1<T>`: inside the struct's own impl nothing says that `T` can be saved, but
//! the value at hand knows what it is.

use super::State;
use crate::delay::{LengthDelay, SynapseDelay};
use ndarray::{Array0, Array1, Array2, Array3, Array4, Array5, Array6, ArrayD};
use num_complex::{Complex32, Complex64};
use std::any::Any;

macro_rules! with_containers {
    ($try_type:ident: $($element:ty)*) => {
        $(
            $try_type!($element);
            $try_type!(Vec<$element>);
            $try_type!(Array0<$element>);
            $try_type!(Array1<$element>);
            $try_type!(Array2<$element>);
            $try_type!(Array3<$element>);
            $try_type!(Array4<$element>);
            $try_type!(Array5<$element>);
            $try_type!(Array6<$element>);
            $try_type!(ArrayD<$element>);
        )*
    };
}

/// The value as a [`State`], if it is one that a generic numeric model may hold.
pub fn state(value: &dyn Any) -> Option<&dyn State> {
    macro_rules! try_type {
        ($ty:ty) => {
            if let Some(state) = value.downcast_ref::<$ty>() {
                return Some(state);
            }
        };
    }
    with_containers!(try_type: f32 f64 i32 i64 Complex32 Complex64);
    try_type!(LengthDelay<f32>);
    try_type!(LengthDelay<f64>);
    try_type!(SynapseDelay<f32>);
    try_type!(SynapseDelay<f64>);
    None
}

/// The same, to change.
pub fn state_mut(value: &mut dyn Any) -> Result<&mut dyn State, &mut dyn Any> {
    macro_rules! try_type {
        ($ty:ty) => {
            if value.is::<$ty>() {
                return Ok(value.downcast_mut::<$ty>().expect("it is of this type"));
            }
        };
    }
    with_containers!(try_type: f32 f64 i32 i64 Complex32 Complex64);
    try_type!(LengthDelay<f32>);
    try_type!(LengthDelay<f64>);
    try_type!(SynapseDelay<f32>);
    try_type!(SynapseDelay<f64>);
    Err(value)
}
