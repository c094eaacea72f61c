//! What optimizers act on: parameters, each with its gradient.

use ndarray::{Array, ArrayViewD, ArrayViewMut, ArrayViewMutD, Dimension, Ix0, aview0};
use std::slice;

use crate::kernel::Real;

/// A visitor of (parameter, gradient) pairs.
pub trait Visitor {
    /// An array of parameters and the gradient with respect to it.
    fn pair<T: Real>(&mut self, parameter: ArrayViewMutD<'_, T>, gradient: ArrayViewD<'_, T>);

    /// A single parameter: an array of rank 0.
    fn scalar<T: Real>(&mut self, parameter: &mut T, gradient: &T) {
        let parameter = ArrayViewMut::from_shape(Ix0(), slice::from_mut(parameter))
            .expect("one element for rank 0");
        self.pair(parameter.into_dyn(), aview0(gradient).into_dyn());
    }
}

/// What has gradients of type `G`: an object (the macros generate it), or a tuple of `&mut` arrays with a tuple of gradients.
///
/// ```
/// use brain_jit::{bm::optim::SGD, prelude::*};
/// let (mut w, mut b) = (array![[1.0, 2.0]], 0.5);
/// let gradients = (array![[1.0, 1.0]], 2.0);
/// SGD::new(0.25).update(&mut (&mut w, &mut b), &gradients);
/// assert_eq!((w, b), (array![[0.75, 1.75]], 0.0));
/// ```
pub trait Trained<G: ?Sized> {
    /// Shows the pairs to `visitor`, always in the same order.
    fn visit(&mut self, gradients: &G, visitor: &mut impl Visitor);
}

impl<T: Real, D: Dimension> Trained<Array<T, D>> for Array<T, D> {
    fn visit(&mut self, gradients: &Array<T, D>, visitor: &mut impl Visitor) {
        visitor.pair(self.view_mut().into_dyn(), gradients.view().into_dyn());
    }
}

impl<P: Trained<G> + ?Sized, G: ?Sized> Trained<G> for &mut P {
    fn visit(&mut self, gradients: &G, visitor: &mut impl Visitor) {
        (**self).visit(gradients, visitor);
    }
}

macro_rules! scalars {
    ($($type:ty)*) => {$(
        impl Trained<$type> for $type {
            fn visit(&mut self, gradients: &$type, visitor: &mut impl Visitor) {
                visitor.scalar(self, gradients);
            }
        }
    )*};
}
scalars!(f32 f64);

/// One gradient an item.
///
/// # Panics
/// If there are more of the one than of the other.
impl<P: Trained<G>, G> Trained<[G]> for [P] {
    fn visit(&mut self, gradients: &[G], visitor: &mut impl Visitor) {
        if self.len() != gradients.len() {
            panic!(
                "optim: a list of {} with {} gradients",
                self.len(),
                gradients.len()
            );
        }
        for (parameter, gradient) in self.iter_mut().zip(gradients) {
            parameter.visit(gradient, visitor);
        }
    }
}

impl<P: Trained<G>, G> Trained<Vec<G>> for Vec<P> {
    fn visit(&mut self, gradients: &Vec<G>, visitor: &mut impl Visitor) {
        self.as_mut_slice().visit(gradients.as_slice(), visitor);
    }
}

impl<P: Trained<G>, G, const N: usize> Trained<[G; N]> for [P; N] {
    fn visit(&mut self, gradients: &[G; N], visitor: &mut impl Visitor) {
        self.as_mut_slice().visit(gradients.as_slice(), visitor);
    }
}

macro_rules! tuples {
    ($($parameter:ident $gradient:ident $index:tt),*) => {
        impl<$($parameter: Trained<$gradient>, $gradient),*> Trained<($($gradient,)*)> for ($($parameter,)*) {
            #[allow(unused_variables, reason = "the empty tuple has none")]
            fn visit(&mut self, gradients: &($($gradient,)*), visitor: &mut impl Visitor) {
                $(self.$index.visit(&gradients.$index, visitor);)*
            }
        }
    };
}
tuples!();
tuples!(P0 G0 0);
tuples!(P0 G0 0, P1 G1 1);
tuples!(P0 G0 0, P1 G1 1, P2 G2 2);
tuples!(P0 G0 0, P1 G1 1, P2 G2 2, P3 G3 3);
tuples!(P0 G0 0, P1 G1 1, P2 G2 2, P3 G3 3, P4 G4 4);
tuples!(P0 G0 0, P1 G1 1, P2 G2 2, P3 G3 3, P4 G4 4, P5 G5 5);
tuples!(P0 G0 0, P1 G1 1, P2 G2 2, P3 G3 3, P4 G4 4, P5 G5 5, P6 G6 6);
tuples!(P0 G0 0, P1 G1 1, P2 G2 2, P3 G3 3, P4 G4 4, P5 G5 5, P6 G6 6, P7 G7 7);
