//! The state of a differential equation.

use ndarray::{Array, Dimension, Zip};

use crate::array::vector::{Unary, Vector, unary, unary_inplace};
use crate::random::RandomState;

/// The state of a differential equation: a number, an array, or a tuple (up to 8) or list of states; of `f32` or `f64`.
///
/// # Panics
/// The methods of two states panic if their arrays differ in shape.
pub trait Variables: Clone {
    /// A state of the same form, all 0.
    fn zeros_like(&self) -> Self;

    /// Adds `factor · other`.
    fn add_scaled(&mut self, factor: f64, other: &Self);

    /// Multiplies each number by that of `other`.
    fn multiply(&mut self, other: &Self);

    /// Replaces each number `x` by `(eˣ − 1) / x`.
    fn exprel(&mut self);

    /// The sum of the magnitudes.
    fn absolute_sum(&self) -> f64;

    /// The largest `|x| / (absolute + relative · max(|a|, |b|))` of the numbers `x` and those of `a` and `b`; NaN if one is NaN.
    fn largest_ratio(&self, a: &Self, b: &Self, relative: f64, absolute: f64) -> f64;

    /// A state of the same form, each number drawn from the normal distribution with mean 0 and deviation `scale`.
    fn normal_like(&self, scale: f64, rng: &mut RandomState) -> Self;
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Variables for $type {
            fn zeros_like(&self) -> Self {
                0.0
            }
            fn add_scaled(&mut self, factor: f64, other: &Self) {
                *self += factor as $type * other;
            }
            fn multiply(&mut self, other: &Self) {
                *self *= other;
            }
            fn exprel(&mut self) {
                *self = unary(Unary::Exprel, *self);
            }
            fn absolute_sum(&self) -> f64 {
                self.abs().into()
            }
            fn largest_ratio(&self, a: &Self, b: &Self, relative: f64, absolute: f64) -> f64 {
                ratio((*self).into(), (*a).into(), (*b).into(), relative, absolute)
            }
            fn normal_like(&self, scale: f64, rng: &mut RandomState) -> Self {
                rng.normal(0.0, scale as $type, ())
            }
        }
    )*};
}
numbers!(f32 f64);

fn ratio(x: f64, a: f64, b: f64, relative: f64, absolute: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    x.abs() / (absolute + relative * f64::max(a.abs(), b.abs()))
}

/// The maximum, NaN if one is NaN.
fn largest(ratios: impl Iterator<Item = f64>) -> f64 {
    ratios.fold(0.0, |most, ratio| {
        if ratio <= most {
            most
        } else {
            ratio + 0.0 * most
        }
    })
}

fn same_shape<T, D: Dimension>(state: &Array<T, D>, other: &Array<T, D>) {
    if state.shape() != other.shape() {
        panic!(
            "integrators: a derivative of shape {:?} for a state of shape {:?}",
            other.shape(),
            state.shape()
        );
    }
}

impl<T: Vector, D: Dimension> Variables for Array<T, D> {
    fn zeros_like(&self) -> Self {
        Array::from_elem(self.raw_dim(), T::ZERO)
    }
    fn add_scaled(&mut self, factor: f64, other: &Self) {
        same_shape(self, other);
        let factor = T::from_f64(factor);
        Zip::from(self)
            .and(other)
            .for_each(|x, &y| *x += factor * y);
    }
    fn multiply(&mut self, other: &Self) {
        same_shape(self, other);
        Zip::from(self).and(other).for_each(|x, &y| *x *= y);
    }
    fn exprel(&mut self) {
        unary_inplace(Unary::Exprel, self.view_mut().into_dyn());
    }
    fn absolute_sum(&self) -> f64 {
        self.iter().map(|x| x.into_f64().abs()).sum()
    }
    fn largest_ratio(&self, a: &Self, b: &Self, relative: f64, absolute: f64) -> f64 {
        let numbers = self.iter().zip(a.iter().zip(b));
        largest(
            numbers.map(|(x, (a, b))| {
                ratio(x.into_f64(), a.into_f64(), b.into_f64(), relative, absolute)
            }),
        )
    }
    fn normal_like(&self, scale: f64, rng: &mut RandomState) -> Self {
        rng.normal_like(T::ZERO, T::from_f64(scale), self)
    }
}

impl<V: Variables> Variables for Vec<V> {
    fn zeros_like(&self) -> Self {
        self.iter().map(V::zeros_like).collect()
    }
    fn add_scaled(&mut self, factor: f64, other: &Self) {
        same_length(self, other);
        for (x, y) in self.iter_mut().zip(other) {
            x.add_scaled(factor, y);
        }
    }
    fn multiply(&mut self, other: &Self) {
        same_length(self, other);
        for (x, y) in self.iter_mut().zip(other) {
            x.multiply(y);
        }
    }
    fn exprel(&mut self) {
        self.iter_mut().for_each(V::exprel);
    }
    fn absolute_sum(&self) -> f64 {
        self.iter().map(V::absolute_sum).sum()
    }
    fn largest_ratio(&self, a: &Self, b: &Self, relative: f64, absolute: f64) -> f64 {
        let states = self.iter().zip(a.iter().zip(b));
        largest(states.map(|(x, (a, b))| x.largest_ratio(a, b, relative, absolute)))
    }
    fn normal_like(&self, scale: f64, rng: &mut RandomState) -> Self {
        self.iter().map(|x| x.normal_like(scale, rng)).collect()
    }
}

fn same_length<V>(state: &[V], other: &[V]) {
    if state.len() != other.len() {
        panic!(
            "integrators: {} derivatives for {} variables",
            other.len(),
            state.len()
        );
    }
}

macro_rules! tuples {
    ($($name:ident $index:tt),*) => {
        impl<$($name: Variables),*> Variables for ($($name,)*) {
            fn zeros_like(&self) -> Self {
                ($(self.$index.zeros_like(),)*)
            }
            fn add_scaled(&mut self, factor: f64, other: &Self) {
                $(self.$index.add_scaled(factor, &other.$index);)*
            }
            fn multiply(&mut self, other: &Self) {
                $(self.$index.multiply(&other.$index);)*
            }
            fn exprel(&mut self) {
                $(self.$index.exprel();)*
            }
            fn absolute_sum(&self) -> f64 {
                [$(self.$index.absolute_sum()),*].iter().sum()
            }
            fn largest_ratio(&self, a: &Self, b: &Self, relative: f64, absolute: f64) -> f64 {
                largest([$(self.$index.largest_ratio(&a.$index, &b.$index, relative, absolute)),*].into_iter())
            }
            fn normal_like(&self, scale: f64, rng: &mut RandomState) -> Self {
                ($(self.$index.normal_like(scale, rng),)*)
            }
        }
    };
}
tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
