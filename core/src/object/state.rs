//! The saved form of a variable: an array of one of the element types.

use ndarray::{ArcArray, Array, ArrayViewD, ArrayViewMutD, Dimension};
use num_complex::{Complex32, Complex64};
use std::any::{Any, type_name};

use crate::random::RandomState;

/// A variable that can be saved. Implement it for a type of your own to have it in the file:
///
/// ```
/// use brain_jit::object::{Mismatch, Saved, State};
///
/// #[derive(Clone, Copy, PartialEq, Debug)]
/// enum Phase { Rest, Spike }
///
/// impl State for Phase {
///     fn save(&self) -> Saved {
///         Saved::scalar(*self as u8)
///     }
///     fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
///         match saved.to_scalar::<u8>()? {
///             0 | 1 => Ok(()),
///             other => Err(Mismatch::Value(format!("{other} is no phase"))),
///         }
///     }
///     fn load(&mut self, saved: Saved) {
///         *self = if saved.to_scalar() == Ok(0u8) { Phase::Rest } else { Phase::Spike };
///     }
/// }
///
/// let mut phase = Phase::Rest;
/// phase.load(Phase::Spike.save());
/// assert_eq!(phase, Phase::Spike);
/// ```
pub trait State: Any {
    /// The lengths of the axes.
    fn shape(&self) -> Vec<usize> {
        Vec::new()
    }

    /// The type as it is shown, without module paths.
    fn type_name(&self) -> String {
        short_name(type_name::<Self>())
    }

    fn save(&self) -> Saved;

    /// Appends the elements of [`save`](State::save) to `elements`, which are of their type, for recorders. Worth writing where it
    /// can be done without an allocation.
    ///
    /// # Panics
    /// If the types differ.
    fn record(&self, elements: &mut Elements) {
        elements.extend(&self.save().elements);
    }

    /// Whether [`load`](State::load) may be called with `saved`; all variables are checked before the first is loaded.
    fn check(&self, saved: &Saved) -> Result<(), Mismatch>;

    /// Takes the saved value, which has been checked.
    fn load(&mut self, saved: Saved);
}

/// Why a saved value does not fit a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Mismatch {
    /// The shape should be this one.
    Shape(Vec<usize>),
    /// The element type should be this one.
    DType(&'static str),
    /// Another reason.
    Value(String),
}

/// An array of one of the element types, row by row.
#[derive(Clone, PartialEq, Debug)]
pub struct Saved {
    pub shape: Vec<usize>,
    pub elements: Elements,
}

impl Saved {
    /// An array of rank 0.
    pub fn scalar<E: Element>(value: E) -> Saved {
        Saved::new(Vec::new(), vec![value])
    }

    /// An array of rank 1.
    pub fn list<E: Element>(values: Vec<E>) -> Saved {
        Saved::new(vec![values.len()], values)
    }

    fn new<E: Element>(shape: Vec<usize>, values: Vec<E>) -> Saved {
        let elements = E::wrap(values);
        Saved { shape, elements }
    }

    /// The value of an array of rank 0.
    pub fn to_scalar<E: Element>(&self) -> Result<E, Mismatch> {
        let values = self.expect::<E>(&[])?;
        Ok(values[0])
    }

    /// The values, if element type and shape are these.
    pub fn expect<E: Element>(&self, shape: &[usize]) -> Result<&[E], Mismatch> {
        let values = E::unwrap(&self.elements).ok_or(Mismatch::DType(E::NAME))?;
        match self.shape == shape {
            true => Ok(values),
            false => Err(Mismatch::Shape(shape.to_vec())),
        }
    }
}

/// A type that the elements of a saved array may have.
pub trait Element: State + Copy + PartialEq {
    const NAME: &'static str;
    #[doc(hidden)]
    fn wrap(values: Vec<Self>) -> Elements;
    #[doc(hidden)]
    fn unwrap(elements: &Elements) -> Option<&[Self]>;
    #[doc(hidden)]
    fn unwrap_mut(elements: &mut Elements) -> Option<&mut Vec<Self>>;
}

/// Appends values to a list of elements of their type.
fn append<E: Element>(values: &[E], elements: &mut Elements) {
    values_of::<E>(elements).extend_from_slice(values);
}

fn values_of<E: Element>(elements: &mut Elements) -> &mut Vec<E> {
    let found = elements.dtype();
    E::unwrap_mut(elements)
        .unwrap_or_else(|| panic!("State::record: {} among elements of type {found}", E::NAME))
}

macro_rules! elements {
    ($($variant:ident($ty:ty) = $name:literal,)*) => {
        /// The elements of a saved array. `usize` and `isize` are saved as 64 bits.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Elements { $($variant(Vec<$ty>),)* }

        impl Elements {
            /// The name of the element type.
            pub fn dtype(&self) -> &'static str {
                match self { $(Elements::$variant(_) => $name,)* }
            }

            /// How many there are.
            pub fn len(&self) -> usize {
                match self { $(Elements::$variant(values) => values.len(),)* }
            }

            /// No elements of the same type, with room for `capacity`; `None` if there is not so much memory.
            pub(crate) fn empty(&self, capacity: usize) -> Option<Elements> {
                Some(match self {
                    $(Elements::$variant(_) => {
                        let mut values = Vec::new();
                        values.try_reserve_exact(capacity).ok()?;
                        Elements::$variant(values)
                    })*
                })
            }

            pub(crate) fn clear(&mut self) {
                match self { $(Elements::$variant(values) => values.clear(),)* }
            }

            /// Appends other elements of the same type.
            ///
            /// # Panics
            /// If they are of another type.
            pub fn extend(&mut self, other: &Elements) {
                match other { $(Elements::$variant(values) => append(values, self),)* }
            }

            /// Appends those of other elements of the same type that have these numbers.
            pub(crate) fn extend_at(&mut self, other: &Elements, numbers: &[usize]) {
                match other {
                    $(Elements::$variant(values) => {
                        values_of(self).extend(numbers.iter().map(|&number| values[number]))
                    })*
                }
            }
        }

        $(
            impl Element for $ty {
                const NAME: &'static str = $name;
                fn wrap(values: Vec<Self>) -> Elements {
                    Elements::$variant(values)
                }
                fn unwrap(elements: &Elements) -> Option<&[Self]> {
                    match elements {
                        Elements::$variant(values) => Some(values),
                        _ => None,
                    }
                }
                fn unwrap_mut(elements: &mut Elements) -> Option<&mut Vec<Self>> {
                    match elements {
                        Elements::$variant(values) => Some(values),
                        _ => None,
                    }
                }
            }

            impl State for $ty {
                fn save(&self) -> Saved {
                    Saved::scalar(*self)
                }
                fn record(&self, elements: &mut Elements) {
                    append(&[*self], elements);
                }
                fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
                    saved.to_scalar::<$ty>().map(drop)
                }
                fn load(&mut self, saved: Saved) {
                    if let Ok(value) = saved.to_scalar() {
                        *self = value;
                    }
                }
            }
        )*
    };
}

elements! {
    F32(f32) = "f32",
    F64(f64) = "f64",
    I8(i8) = "i8",
    I16(i16) = "i16",
    I32(i32) = "i32",
    I64(i64) = "i64",
    Isize(isize) = "isize",
    U8(u8) = "u8",
    U16(u16) = "u16",
    U32(u32) = "u32",
    U64(u64) = "u64",
    Usize(usize) = "usize",
    Bool(bool) = "bool",
    Complex32(Complex32) = "Complex32",
    Complex64(Complex64) = "Complex64",
}

fn array_name(stem: &str, rank: Option<usize>, element: &str) -> String {
    match rank {
        Some(rank) => format!("{stem}{rank}<{element}>"),
        None => format!("{stem}D<{element}>"),
    }
}

// Without the rank: compiled once an element type.
fn saved_array<E: Element>(array: ArrayViewD<'_, E>) -> Saved {
    Saved::new(array.shape().to_vec(), array.iter().copied().collect())
}

fn append_array<E: Element>(array: ArrayViewD<'_, E>, elements: &mut Elements) {
    values_of(elements).extend(array.iter().copied());
}

fn load_array<E: Element>(mut array: ArrayViewMutD<'_, E>, saved: &Saved) {
    write(array.iter_mut(), saved);
}

impl<E: Element, D: Dimension + 'static> State for Array<E, D> {
    fn shape(&self) -> Vec<usize> {
        (**self).shape().to_vec()
    }
    fn type_name(&self) -> String {
        array_name("Array", D::NDIM, E::NAME)
    }
    fn save(&self) -> Saved {
        saved_array(self.view().into_dyn())
    }
    fn record(&self, elements: &mut Elements) {
        match self.as_slice() {
            Some(values) => append(values, elements),
            None => append_array(self.view().into_dyn(), elements),
        }
    }
    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        saved.expect::<E>((**self).shape()).map(drop)
    }
    fn load(&mut self, saved: Saved) {
        load_array(self.view_mut().into_dyn(), &saved);
    }
}

impl<E: Element, D: Dimension + 'static> State for ArcArray<E, D> {
    fn shape(&self) -> Vec<usize> {
        self.raw_dim().slice().to_vec()
    }
    fn type_name(&self) -> String {
        array_name("ArcArray", D::NDIM, E::NAME)
    }
    fn save(&self) -> Saved {
        saved_array(self.view().into_dyn())
    }
    fn record(&self, elements: &mut Elements) {
        match self.as_slice() {
            Some(values) => append(values, elements),
            None => append_array(self.view().into_dyn(), elements),
        }
    }
    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        saved.expect::<E>(&State::shape(self)).map(drop)
    }
    fn load(&mut self, saved: Saved) {
        load_array(self.view_mut().into_dyn(), &saved);
    }
}

impl<E: Element, const N: usize> State for [E; N] {
    fn shape(&self) -> Vec<usize> {
        vec![N]
    }
    fn save(&self) -> Saved {
        Saved::list(self.to_vec())
    }
    fn record(&self, elements: &mut Elements) {
        append(self, elements);
    }
    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        saved.expect::<E>(&[N]).map(drop)
    }
    fn load(&mut self, saved: Saved) {
        write(self.iter_mut(), &saved);
    }
}

/// Takes the length of what is loaded: a buffer grows.
impl<E: Element> State for Vec<E> {
    fn shape(&self) -> Vec<usize> {
        vec![self.len()]
    }
    fn save(&self) -> Saved {
        Saved::list(self.clone())
    }
    fn record(&self, elements: &mut Elements) {
        append(self, elements);
    }
    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        let expected = match saved.shape.as_slice() {
            &[length] => length,
            _ => self.len(),
        };
        saved.expect::<E>(&[expected]).map(drop)
    }
    fn load(&mut self, saved: Saved) {
        if let Some(values) = E::unwrap(&saved.elements) {
            self.clear();
            self.extend_from_slice(values);
        }
    }
}

/// Key and position, so that what is drawn after loading is what would have been drawn after saving.
impl State for RandomState {
    fn shape(&self) -> Vec<usize> {
        vec![2]
    }
    fn save(&self) -> Saved {
        Saved::list(self.to_words().to_vec())
    }
    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        saved.expect::<u64>(&[2]).map(drop)
    }
    fn load(&mut self, saved: Saved) {
        if let Ok(&[key, position]) = saved.expect::<u64>(&[2]) {
            *self = RandomState::from_words([key, position]);
        }
    }
}

fn write<'a, E: Element>(targets: impl Iterator<Item = &'a mut E>, saved: &Saved) {
    if let Some(values) = E::unwrap(&saved.elements) {
        for (target, value) in targets.zip(values) {
            *target = *value;
        }
    }
}

/// A type's name without its module paths; ndarray's arrays as their users write them.
pub(crate) fn short_name(full: &str) -> String {
    let mut short = String::new();
    let mut word = String::new();
    let mut rest = full.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ':' && rest.peek() == Some(&':') {
            rest.next();
            word.clear();
        } else if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            short.push_str(&word);
            word.clear();
            short.push(c);
        }
    }
    short + &word
}

/// Turns the elements in column-major order of a file into row-major order.
pub(super) fn from_column_major<E: Copy>(shape: &[usize], elements: &[E]) -> Vec<E> {
    column_major_places(shape)
        .into_iter()
        .map(|place| elements[place])
        .collect()
}

/// Where the elements, taken row by row, stand in column-major order.
fn column_major_places(shape: &[usize]) -> Vec<usize> {
    let count = shape.iter().product();
    let place = |mut index: usize| {
        let (mut place, mut stride) = (0, count);
        for &length in shape.iter().rev() {
            stride /= length;
            place += index % length * stride;
            index /= length;
        }
        place
    };
    (0..count).map(place).collect()
}
