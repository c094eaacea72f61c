//! What a runner records.

use crate::object::State;

/// Sees a value.
pub(super) type See<'s> = &'s mut dyn FnMut(&dyn State);

/// What is recorded, and when.
pub(super) struct Monitor<'a, O> {
    pub name: String,
    pub source: Source<'a, O>,
    pub every: usize,
    /// The numbers of the elements, if not all.
    pub indices: Option<Vec<usize>>,
    /// Room for spikes.
    pub capacity: Option<usize>,
}

/// Where it comes from.
pub(super) enum Source<'a, O> {
    /// The variable of the monitor's name.
    Variable,
    /// A closure that hands its value on.
    Value(Box<dyn Fn(&O, See<'_>) + 'a>),
    /// The spikes in the variable of the monitor's name.
    Spikes,
    /// A list of neurons.
    List(Box<dyn for<'o> Fn(&'o O) -> &'o [u32] + 'a>),
}

impl<O> Source<'_, O> {
    /// Whether it gives values, not spikes.
    pub fn is_value(&self) -> bool {
        matches!(self, Source::Variable | Source::Value(_))
    }
}

impl<'a, O> Monitor<'a, O> {
    pub fn new(name: &str, source: Source<'a, O>) -> Self {
        Monitor {
            name: name.into(),
            source,
            every: 1,
            indices: None,
            capacity: None,
        }
    }
}
