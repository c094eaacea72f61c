//! Between neurons and synapses: a synapse is an index of a presynaptic and one of a postsynaptic neuron.
//!
//! Names and meaning are those of `brainpy.math`. Indices of any integer type; out of range panics.

use ndarray::{Array, ArrayD, Axis};

use super::number::{Float, Integer, Number, RealNumber, maximum, minimum};
use super::operand::{Operand, dynamic, with_rank};
use super::segment::{self, Extremes};

/// The value of each synapse's presynaptic neuron.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::pre2syn(&array![0.5, 1.5], [1, 1, 0]), array![1.5, 1.5, 0.5]);
/// ```
pub fn pre2syn<T: Number, I: Integer, A: Operand<T>, B: Operand<I>>(
    pre: A,
    pre_ids: B,
) -> Array<T, A::Dim> {
    with_rank(gather("pre2syn", &pre, &pre_ids))
}

fn gather<T: Number, I: Integer, A: Operand<T>, B: Operand<I>>(
    function: &str,
    pre: &A,
    pre_ids: &B,
) -> ArrayD<T> {
    let pre = dynamic(pre);
    let Some(&neurons) = pre.shape().first() else {
        panic!("bm::{function}: the presynaptic values are an array, not a scalar")
    };
    let (places, _) = segment::labels(function, pre_ids, Some(neurons));
    pre.select(Axis(0), &places)
}

macro_rules! syn2post {
    ($($(#[$doc:meta])* $name:ident = $segment:ident <$t:ident: $bound:path> -> $u:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name<$t: $bound, I: Integer, A: Operand<$t>, B: Operand<I>>(
            syn: A, post_ids: B, post_num: usize,
        ) -> Array<$u, A::Dim> {
            segment::$segment(syn, post_ids, post_num)
        }
    )*};
}

syn2post! {
    /// The sum of the values of the synapses onto each postsynaptic neuron; 0 for one without synapses.
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// let post_ids = array![2, 0, 2];
    /// assert_eq!(bm::syn2post_sum(&array![1.0, 2.0, 4.0], &post_ids, 3), array![2.0, 0.0, 5.0]);
    /// assert_eq!(bm::syn2post_mean(&array![1.0, 2.0, 4.0], &post_ids, 3), array![2.0, 0.0, 2.5]);
    /// ```
    syn2post_sum = unsorted_segment_sum <T: Number> -> T;
    /// The same as [`syn2post_sum`].
    syn2post = unsorted_segment_sum <T: Number> -> T;
    /// The product of the values of the synapses onto each postsynaptic neuron; 1 for one without synapses.
    syn2post_prod = unsorted_segment_prod <T: Number> -> T;
    /// The greatest value of the synapses onto each postsynaptic neuron; −∞ or the smallest integer for one without synapses.
    syn2post_max = unsorted_segment_max <T: Extremes> -> T;
    /// The smallest value of the synapses onto each postsynaptic neuron; ∞ or the greatest integer for one without synapses.
    syn2post_min = unsorted_segment_min <T: Extremes> -> T;
    /// The mean of the values of the synapses onto each postsynaptic neuron; 0 for one without synapses.
    syn2post_mean = unsorted_segment_mean <T: Number> -> T::Float;
}

/// The softmax of the values of synapses among those onto the same postsynaptic neuron.
pub fn syn2post_softmax<
    T: Number<Float: Float + Extremes>,
    I: Integer,
    A: Operand<T>,
    B: Operand<I>,
>(
    syn: A,
    post_ids: B,
    post_num: usize,
) -> Array<T::Float, A::Dim> {
    segment::segment_softmax(syn, post_ids, post_num)
}

macro_rules! pre2post {
    ($($(#[$doc:meta])* $name:ident <$t:ident: $bound:path> $f:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name<$t: $bound, I: Integer, J: Integer, A: Operand<$t>, B: Operand<I>, C: Operand<J>>(
            pre: A, post_num: usize, post_ids: B, pre_ids: C,
        ) -> Array<$t, A::Dim> {
            let function = stringify!($name);
            let syn = gather(function, &pre, &pre_ids);
            with_rank(segment::combine(function, &syn, &post_ids, Some(post_num), <$t>::ZERO, $f).0)
        }
    )*};
}

pre2post! {
    /// For each postsynaptic neuron the sum of the values of its presynaptic neurons, once a synapse.
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// // Synapses 0 → 1 and 1 → 1.
    /// assert_eq!(bm::pre2post_sum(&array![1.0, 2.0], 3, [1, 1], [0, 1]), array![0.0, 3.0, 0.0]);
    /// ```
    pre2post_sum <T: Number> T::plus;
    /// The greatest of 0 and the values of the presynaptic neurons. For the greatest value alone write
    /// `bm::syn2post_max(bm::pre2syn(pre, pre_ids), post_ids, post_num)`.
    pre2post_max <T: RealNumber> maximum;
    /// The smallest of 0 and the values of the presynaptic neurons. For the smallest value alone write
    /// `bm::syn2post_min(bm::pre2syn(pre, pre_ids), post_ids, post_num)`.
    pre2post_min <T: RealNumber> minimum;
    /// The product of 0 and the values of the presynaptic neurons, as BrainPy computes it: 0 unless one is not finite. For the
    /// product of the values write `bm::syn2post_prod(bm::pre2syn(pre, pre_ids), post_ids, post_num)`.
    pre2post_prod <T: Number> T::times;
}

/// For each postsynaptic neuron the mean of the values of its presynaptic neurons; 0 for one without synapses.
pub fn pre2post_mean<
    T: Number,
    I: Integer,
    J: Integer,
    A: Operand<T>,
    B: Operand<I>,
    C: Operand<J>,
>(
    pre: A,
    post_num: usize,
    post_ids: B,
    pre_ids: C,
) -> Array<T::Float, A::Dim> {
    let syn = gather("pre2post_mean", &pre, &pre_ids);
    with_rank(segment::unsorted_segment_mean(&syn, post_ids, post_num))
}
