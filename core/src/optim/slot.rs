//! What an optimizer keeps of each parameter between updates.

use std::any::Any;

use crate::kernel::Real;

/// The memory of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// The parameter's shape.
    pub shape: Vec<usize>,
    /// The remembered arrays, one behind the other.
    pub values: Values,
}

/// Numbers of one of the two types.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    F32(Vec<f32>),
    F64(Vec<f64>),
}

impl Slot {
    /// `count` arrays of zeros of this shape.
    pub fn zeros<T: Real>(shape: &[usize], count: usize) -> Slot {
        let length = count * shape.iter().product::<usize>();
        let values: &dyn Any = &vec![T::ZERO; length];
        let values = match (values.downcast_ref(), values.downcast_ref()) {
            (Some(values), _) => Values::F32(Vec::clone(values)),
            (_, Some(values)) => Values::F64(Vec::clone(values)),
            _ => unreachable!("`Real` is `f32` or `f64`"),
        };
        Slot {
            shape: shape.to_vec(),
            values,
        }
    }

    /// The remembered numbers, if they are of type `T`.
    pub fn values_mut<T: Real>(&mut self) -> Option<&mut Vec<T>> {
        let values: &mut dyn Any = match &mut self.values {
            Values::F32(values) => values,
            Values::F64(values) => values,
        };
        values.downcast_mut()
    }
}

impl Values {
    /// The name of the element type.
    pub fn dtype(&self) -> &'static str {
        match self {
            Values::F32(_) => "f32",
            Values::F64(_) => "f64",
        }
    }
}
