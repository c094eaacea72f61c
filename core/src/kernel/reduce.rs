//! Whole reductions. Their order depends on the number of elements alone.
//!
//! A chunk of [`CHUNK`] elements is cut into runs of [`RUN`]. Within a run, element `i` goes to lane `i % LANES`; lanes,
//! runs and chunks are then combined by balanced trees. So a sum's error grows like that of pairwise summation, the
//! lanes fill vector registers, and neither threads nor layouts nor fusion change a bit.

use super::Kernel;
use super::element::{Element, Number, Ordered, Real};
use super::launch::launch;
use super::level::{Dispatch, Level, dispatch};
use super::operand::{In, Reduction};
use super::parallel;
use super::registers::Operation;
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
    /// What does it in registers.
    const OPERATION: Option<Operation> = None;

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
    ($type:ident: $bound:ident, $name:literal, $identity:expr, $empty:expr, $combine:expr, $operation:ident $(, rows by $of_two:expr)?) => {
        impl<T: $bound> Combine<T> for $type {
            const NAME: &'static str = $name;
            const IDENTITY: T = $identity;
            const EMPTY: Option<T> = $empty;
            const OPERATION: Option<Operation> = Some(Operation::$operation);
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

combine!(Add: Number, "sum", T::NOTHING, Some(T::ZERO), T::plus, Sum);
combine!(Multiply: Number, "prod", T::ONE, Some(T::ONE), T::times, Product);
combine!(Greater: Ordered, "max", T::LOWEST, None, T::greater, Greatest, rows by T::over);
combine!(Lesser: Ordered, "min", T::HIGHEST, None, T::lesser, Least, rows by T::under);

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
        let run = tree_of_lanes::<T, C>(self.lanes);
        self.lanes = [C::IDENTITY; LANES];
        self.filled = 0;
        self.add_run(run);
    }

    /// Takes in the fold of the next run.
    #[inline(always)]
    fn add_run(&mut self, mut subtree: T) {
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

/// The fold of at most [`CHUNK`] elements.
#[inline(always)]
pub(crate) fn fold_runs<L: Level, T: Element, C: Combine<T>>(elements: &[T]) -> T {
    let in_registers = |run| C::OPERATION.and_then(|operation| T::fold_run::<L>(operation, run));
    if (1..=RUN).contains(&elements.len())
        && let Some(folded) = in_registers(elements)
    {
        return folded;
    }
    let mut all = Accumulator::<T, C>::new();
    for run in elements.chunks(RUN) {
        match in_registers(run) {
            Some(folded) => all.add_run(folded),
            None => {
                let mut one = Accumulator::<T, C>::new();
                one.feed(run);
                all.add_run(one.finish());
            }
        }
    }
    all.finish()
}

fn fold_chunk<T: Element, C: Combine<T>>(elements: &[T]) -> T {
    struct Chunk<'a, T, C>(&'a [T], PhantomData<C>);
    impl<T: Element, C: Combine<T>> Dispatch for Chunk<'_, T, C> {
        type Output = T;
        #[inline(always)]
        fn run<L: Level>(self) -> T {
            fold_runs::<L, T, C>(self.0)
        }
    }
    dispatch(Chunk::<T, C>(elements, PhantomData))
}

/// The least and the greatest element of a line that is not empty, in one pass; both NaN if one is.
pub(crate) fn extremes<T: Ordered>(line: &[T]) -> (T, T) {
    struct Extremes<'a, T>(&'a [T]);
    impl<T: Ordered> Dispatch for Extremes<'_, T> {
        type Output = (T, T);
        #[inline(always)]
        fn run<L: Level>(self) -> (T, T) {
            T::extremes_of::<L>(self.0).unwrap_or_else(|| {
                // Of parts that stay in the first cache.
                let parts = self.0.chunks(CHUNK / 2);
                let parts = parts.map(|part| {
                    (
                        fold_runs::<L, T, Lesser>(part),
                        fold_runs::<L, T, Greater>(part),
                    )
                });
                parts.fold((T::HIGHEST, T::LOWEST), |(a, b), (c, d)| {
                    (a.lesser(c), b.greater(d))
                })
            })
        }
    }
    dispatch(Extremes(line))
}

/// The sum of what is not NaN, in the order of [`sum`], and how much that is.
pub(crate) fn present<T: Real>(line: &[T]) -> (T, usize) {
    struct Present<'a, T>(&'a [T]);
    impl<T: Real> Dispatch for Present<'_, T> {
        type Output = (T, usize);
        #[inline(always)]
        fn run<L: Level>(self) -> (T, usize) {
            let (mut all, mut count) = (Accumulator::<T, Add>::new(), 0);
            for run in self.0.chunks(RUN) {
                let (sum, there) = T::present::<L>(run).unwrap_or_else(|| {
                    let mut numbers = [T::NOTHING; RUN];
                    let numbers = &mut numbers[..run.len()];
                    let mut there = 0;
                    for (number, &x) in numbers.iter_mut().zip(run) {
                        *number = if x.is_unordered() { T::NOTHING } else { x };
                        there += u32::from(!x.is_unordered());
                    }
                    let mut one = Accumulator::<T, Add>::new();
                    one.feed(numbers);
                    (one.finish(), there as usize)
                });
                all.add_run(sum);
                count += there;
            }
            (all.finish(), count)
        }
    }
    let mut parts = vec![(T::ZERO, 0); line.len().div_ceil(CHUNK)];
    let sharing = parallel::sharing(line.len(), 1);
    parallel::for_parts(&mut parts, 1, sharing, &|index, part| {
        let end = line.len().min((index + 1) * CHUNK);
        part[0] = dispatch(Present(&line[index * CHUNK..end]));
    });
    let sums: Vec<T> = parts.iter().map(|part| part.0).collect();
    // Nothing at all is 0, not the negative zero that lanes begin with.
    let sum = tree::<T, Add>(&sums).plus(T::ZERO);
    (sum, parts.iter().map(|part| part.1).sum())
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
