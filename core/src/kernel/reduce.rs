//! Whole reductions. Their order depends on the number of elements alone.
//!
//! A chunk of [`CHUNK`] elements is cut into runs of [`RUN`]. Within a run, element `i` goes to lane `i % LANES`; lanes,
//! runs and chunks are then combined by balanced trees. So a sum's error grows like that of pairwise summation, the
//! lanes fill vector registers, and neither threads nor layouts nor fusion change a bit.

use super::Kernel;
use super::element::{Element, Number, Ordered};
use super::launch::launch;
use super::level::{Dispatch, Level, dispatch};
use super::operand::{In, Reduction};
use super::parallel;
use super::scratch::Unwritten;
use super::site::Site;
use super::space::CHUNK;
use ndarray::{ArrayView, Dimension};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::slice::ChunksExact;

/// How many partial results a run keeps.
pub const LANES: usize = 32;

/// How many elements go through the lanes before they are combined.
pub const RUN: usize = 1024;

/// How many runs of a chunk can wait for their partner in the tree.
const WAITING: usize = (CHUNK / RUN).ilog2() as usize + 1;

/// An associative operation that folds elements.
pub trait Combine<T: Element>: Send + Sync + 'static {
    /// NumPy's name.
    const NAME: &'static str;
    /// Combining with it changes nothing.
    const IDENTITY: T;
    /// The fold of no elements, if there is one.
    const EMPTY: Option<T>;

    fn combine(a: T, b: T) -> T;

    /// Combines each lane with its elements of `rows`, of [`LANES`] each.
    #[inline(always)]
    fn combine_rows(lanes: &mut [T; LANES], rows: ChunksExact<'_, T>) {
        for row in rows {
            for (lane, &element) in lanes.iter_mut().zip(row) {
                *lane = Self::combine(*lane, element);
            }
        }
    }
}

/// Addition.
pub struct Add;
/// Multiplication.
pub struct Multiply;
/// The greater of two.
pub struct Greater;
/// The lesser of two.
pub struct Lesser;
/// Logical or.
pub struct Or;
/// Logical and.
pub struct And;

macro_rules! combine {
    ($type:ident: $bound:ident, $name:literal, $identity:expr, $empty:expr, $combine:expr $(, rows by $of_two:expr)?) => {
        impl<T: $bound> Combine<T> for $type {
            const NAME: &'static str = $name;
            const IDENTITY: T = $identity;
            const EMPTY: Option<T> = $empty;
            #[inline(always)]
            fn combine(a: T, b: T) -> T {
                $combine(a, b)
            }
            $(
                #[inline(always)]
                fn combine_rows(lanes: &mut [T; LANES], rows: ChunksExact<'_, T>) {
                    extreme_of_rows(lanes, rows, $of_two);
                }
            )?
        }
    };
}

/// Combines by `of_two`, which forgets a NaN, and remembers NaNs apart: a lane then waits for one instruction a row.
#[inline(always)]
fn extreme_of_rows<T: Ordered>(
    lanes: &mut [T; LANES],
    rows: ChunksExact<'_, T>,
    of_two: impl Fn(T, T) -> T,
) {
    let (mut extremes, mut unordered) = (*lanes, *lanes);
    for row in rows {
        for (extreme, &element) in extremes.iter_mut().zip(row) {
            *extreme = of_two(*extreme, element);
        }
        for (nan, &element) in unordered.iter_mut().zip(row) {
            *nan = if element.is_unordered() {
                element
            } else {
                *nan
            };
        }
    }
    for lane in 0..LANES {
        lanes[lane] = if unordered[lane].is_unordered() {
            unordered[lane]
        } else {
            extremes[lane]
        };
    }
}

combine!(Add: Number, "sum", T::NOTHING, Some(T::ZERO), T::plus);
combine!(Multiply: Number, "prod", T::ONE, Some(T::ONE), T::times);
combine!(Greater: Ordered, "max", T::LOWEST, None, T::greater, rows by T::over);
combine!(Lesser: Ordered, "min", T::HIGHEST, None, T::lesser, rows by T::under);

impl Combine<bool> for Or {
    const NAME: &'static str = "any";
    const IDENTITY: bool = false;
    const EMPTY: Option<bool> = Some(false);
    #[inline(always)]
    fn combine(a: bool, b: bool) -> bool {
        a | b
    }
}

impl Combine<bool> for And {
    const NAME: &'static str = "all";
    const IDENTITY: bool = true;
    const EMPTY: Option<bool> = Some(true);
    #[inline(always)]
    fn combine(a: bool, b: bool) -> bool {
        a & b
    }
}

/// The fold of one chunk, fed with consecutive slices of any length.
pub struct Accumulator<T, C> {
    lanes: [T; LANES],
    /// How many elements of the present run have come.
    filled: usize,
    /// How many runs are complete.
    runs: usize,
    /// Complete subtrees of runs, one for each bit of `runs`.
    waiting: [T; WAITING],
    combine: PhantomData<C>,
}

impl<T: Element, C: Combine<T>> Accumulator<T, C> {
    #[inline(always)]
    pub fn new() -> Self {
        Accumulator {
            lanes: [C::IDENTITY; LANES],
            filled: 0,
            runs: 0,
            waiting: [C::IDENTITY; WAITING],
            combine: PhantomData,
        }
    }

    /// Takes in the next elements of the chunk.
    #[inline(always)]
    pub fn feed(&mut self, mut elements: &[T]) {
        while !elements.is_empty() {
            let (now, later) = elements.split_at(elements.len().min(RUN - self.filled));
            self.feed_run(now);
            elements = later;
            self.filled += now.len();
            if self.filled == RUN {
                self.end_run();
            }
        }
    }

    #[inline(always)]
    fn feed_run(&mut self, elements: &[T]) {
        let lane = self.filled % LANES;
        let lead = if lane == 0 {
            0
        } else {
            elements.len().min(LANES - lane)
        };
        let (lead, elements) = elements.split_at(lead);
        for (index, &element) in lead.iter().enumerate() {
            self.lanes[lane + index] = C::combine(self.lanes[lane + index], element);
        }
        let mut lanes = self.lanes;
        let rows = elements.chunks_exact(LANES);
        let rest = rows.remainder();
        C::combine_rows(&mut lanes, rows);
        self.lanes = lanes;
        for (lane, &element) in self.lanes.iter_mut().zip(rest) {
            *lane = C::combine(*lane, element);
        }
    }

    #[inline(always)]
    fn end_run(&mut self) {
        let mut subtree = tree_of_lanes::<T, C>(self.lanes);
        self.lanes = [C::IDENTITY; LANES];
        self.filled = 0;
        let mut level = 0;
        while self.runs >> level & 1 == 1 {
            subtree = C::combine(self.waiting[level], subtree);
            level += 1;
        }
        self.waiting[level] = subtree;
        self.runs += 1;
    }

    /// The fold of what has been fed.
    #[inline(always)]
    pub fn finish(self) -> T {
        let mut result = None;
        if self.filled > 0 {
            result = Some(tree_of_lanes::<T, C>(self.lanes));
        }
        for level in 0..WAITING {
            if self.runs >> level & 1 == 1 {
                result = Some(match result {
                    None => self.waiting[level],
                    Some(later) => C::combine(self.waiting[level], later),
                });
            }
        }
        result.unwrap_or(C::IDENTITY)
    }
}

#[inline(always)]
fn tree_of_lanes<T: Element, C: Combine<T>>(mut lanes: [T; LANES]) -> T {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = C::combine(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// The fold of the chunks' results: a balanced tree.
pub fn tree<T: Element, C: Combine<T>>(partials: &[T]) -> T {
    match partials {
        [] => C::EMPTY.unwrap_or_else(|| panic!("{} of an array without elements", C::NAME)),
        [one] => *one,
        _ => {
            let (left, right) = partials.split_at(partials.len().next_power_of_two() / 2);
            C::combine(tree::<T, C>(left), tree::<T, C>(right))
        }
    }
}

/// Folds a whole array, with the same bits as the operand of a kernel.
///
/// # Panics
/// If the array is empty and the fold of no elements is not defined.
pub fn fold<T: Element, C: Combine<T>, D: Dimension>(
    site: &'static Site,
    array: ArrayView<'_, T, D>,
) -> T {
    if array.is_empty() && C::EMPTY.is_none() {
        site.fail(&format!(
            "{} of {} without elements",
            C::NAME,
            site.operand(0)
        ));
    }
    match array.to_slice() {
        Some(elements) => fold_slice::<T, C>(elements),
        None => launch(site, 1, (In::array(array), Reduction::<T, C>::new()), &Copy).1,
    }
}

fn fold_slice<T: Element, C: Combine<T>>(elements: &[T]) -> T {
    let chunks = elements.len().div_ceil(CHUNK);
    if chunks <= 1 {
        let first = [fold_chunk::<T, C>(elements)];
        return tree::<T, C>(&first[..chunks]);
    }
    let mut partials = Unwritten::<T>::new(chunks);
    let slots = Slots(partials.elements().as_mut_ptr());
    parallel::for_ranges(chunks, parallel::sharing(elements.len(), 1), &|range| {
        for chunk in range {
            let end = elements.len().min((chunk + 1) * CHUNK);
            let result = fold_chunk::<T, C>(&elements[chunk * CHUNK..end]);
            // SAFETY: there are `chunks` slots, and only this call writes the chunk's.
            unsafe { slots.at(chunk).write(MaybeUninit::new(result)) };
        }
    });
    // SAFETY: every chunk has written its slot.
    tree::<T, C>(unsafe { partials.as_slice() })
}

/// Places that threads write, each its own.
struct Slots<T>(*mut MaybeUninit<T>);

// SAFETY: a pointer that is only used to write places that no other thread uses.
unsafe impl<T: Element> Sync for Slots<T> {}

impl<T> Slots<T> {
    fn at(&self, index: usize) -> *mut MaybeUninit<T> {
        self.0.wrapping_add(index)
    }
}

fn fold_chunk<T: Element, C: Combine<T>>(elements: &[T]) -> T {
    struct Chunk<'a, T, C>(&'a [T], PhantomData<C>);
    impl<T: Element, C: Combine<T>> Dispatch for Chunk<'_, T, C> {
        type Output = T;
        #[inline(always)]
        fn run<L: Level>(self) -> T {
            let mut accumulator = Accumulator::<T, C>::new();
            accumulator.feed(self.0);
            accumulator.finish()
        }
    }
    dispatch(Chunk::<T, C>(elements, PhantomData))
}

/// Hands elements to a reduction unchanged.
struct Copy;

impl<T: Element, C: Combine<T>> Kernel<(In<'_, T>, Reduction<T, C>)> for Copy {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, out): (&[T], &mut [MaybeUninit<T>])) {
        for (out, &x) in out[..n].iter_mut().zip(&x[..n]) {
            out.write(x);
        }
    }
}

macro_rules! folds {
    ($($(#[$doc:meta])* $name:ident: $bound:ident, $combine:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name<T: $bound, D: Dimension>(site: &'static Site, array: ArrayView<'_, T, D>) -> T {
            fold::<T, $combine, D>(site, array)
        }
    )*};
}

folds! {
    /// The sum of all elements, 0 of none.
    sum: Number, Add;
    /// The product of all elements, 1 of none.
    prod: Number, Multiply;
    /// The greatest element; NaN if there is one.
    max: Ordered, Greater;
    /// The least element; NaN if there is one.
    min: Ordered, Lesser;
}

/// Whether an element is true.
pub fn any<D: Dimension>(site: &'static Site, array: ArrayView<'_, bool, D>) -> bool {
    fold::<bool, Or, D>(site, array)
}

/// Whether every element is true.
pub fn all<D: Dimension>(site: &'static Site, array: ArrayView<'_, bool, D>) -> bool {
    fold::<bool, And, D>(site, array)
}
