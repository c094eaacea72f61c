//! What a draw accepts as its shape.

use ndarray::{Array, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

/// The shape of a draw: `()` asks for a scalar, `n` for a vector, a tuple or an array of lengths for an array of that rank,
/// a slice or `Vec` of lengths for an [`ndarray::ArrayD`].
pub trait Shape {
    /// ndarray's type of this shape.
    type Dim: Dimension;
    /// What a draw of `T` returns.
    type Output<T>;

    /// The lengths.
    fn dim(&self) -> Self::Dim;
    /// Number of elements.
    fn len(&self) -> usize {
        self.dim().size()
    }
    /// True if some length is zero.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The elements, in row-major order, as the result of the draw.
    fn arrange<T>(&self, elements: Vec<T>) -> Self::Output<T>;
}

impl Shape for () {
    type Dim = Ix0;
    type Output<T> = T;
    fn dim(&self) -> Ix0 {
        Ix0()
    }
    fn arrange<T>(&self, elements: Vec<T>) -> T {
        elements
            .into_iter()
            .next()
            .expect("a draw of shape () has one element")
    }
}

macro_rules! array_shape {
    ($($shape:ty => $dim:ty, |$this:ident| $lengths:expr;)*) => {$(
        impl Shape for $shape {
            type Dim = $dim;
            type Output<T> = Array<T, $dim>;
            fn dim(&self) -> $dim {
                let $this = self;
                $lengths
            }
            fn arrange<T>(&self, elements: Vec<T>) -> Array<T, $dim> {
                Array::from_shape_vec(self.dim(), elements).expect("a draw fills its shape")
            }
        }
    )*};
}

array_shape! {
    usize => Ix1, |n| Ix1(*n);
    (usize,) => Ix1, |s| Ix1(s.0);
    (usize, usize) => Ix2, |s| Ix2(s.0, s.1);
    (usize, usize, usize) => Ix3, |s| Ix3(s.0, s.1, s.2);
    (usize, usize, usize, usize) => Ix4, |s| Ix4(s.0, s.1, s.2, s.3);
    (usize, usize, usize, usize, usize) => Ix5, |s| Ix5(s.0, s.1, s.2, s.3, s.4);
    (usize, usize, usize, usize, usize, usize) => Ix6, |s| Ix6(s.0, s.1, s.2, s.3, s.4, s.5);
    [usize; 1] => Ix1, |s| Ix1(s[0]);
    [usize; 2] => Ix2, |s| Ix2(s[0], s[1]);
    [usize; 3] => Ix3, |s| Ix3(s[0], s[1], s[2]);
    [usize; 4] => Ix4, |s| Ix4(s[0], s[1], s[2], s[3]);
    [usize; 5] => Ix5, |s| Ix5(s[0], s[1], s[2], s[3], s[4]);
    [usize; 6] => Ix6, |s| Ix6(s[0], s[1], s[2], s[3], s[4], s[5]);
    &[usize] => IxDyn, |s| IxDyn(s);
    Vec<usize> => IxDyn, |s| IxDyn(s);
}

/// A shape already in ndarray's form: that of an existing array.
#[derive(Clone, Debug)]
pub struct Like<D>(pub D);

impl<D: Dimension> Shape for Like<D> {
    type Dim = D;
    type Output<T> = Array<T, D>;
    fn dim(&self) -> D {
        self.0.clone()
    }
    fn arrange<T>(&self, elements: Vec<T>) -> Array<T, D> {
        Array::from_shape_vec(self.0.clone(), elements).expect("a draw fills its shape")
    }
}
