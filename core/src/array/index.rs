//! NumPy's indexing, to read and to write in place: integers, ranges, lists, masks, new axes and tuples of them.

use ndarray::{
    ArrayBase, ArrayD, ArrayView1, ArrayViewD, ArrayViewMutD, Axis, Data, Dimension, IxDyn,
    RawData, Slice, Zip,
};
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use super::axis::{AxisIndex, checked_place};
use super::elementwise::{OperandMut, stretch};
use super::number::{Arithmetic, Bits, Inexact, Integer, Number, RealNumber, maximum, minimum};
use super::operand::{Operand, dynamic};
use super::shape::broadcast;

/// One part of an index.
#[derive(Clone, PartialEq, Debug)]
pub enum IndexItem {
    /// A place on an axis, which disappears.
    Integer(isize),
    /// `start..stop;step`, with Python's meaning of negative and missing numbers.
    Slice(Option<isize>, Option<isize>, isize),
    /// A new axis of length 1.
    NewAxis,
    /// As many whole axes as are left.
    Ellipsis,
    /// A list of places, of any rank.
    Integers(ArrayD<i64>),
    /// A mask over as many axes as it has.
    Mask(ArrayD<bool>),
}

/// A new axis in an index tuple.
#[derive(Clone, Copy, Debug)]
pub struct NewAxis;

/// A new axis in an index tuple: `bm::index(&x, (.., bm::NEWAXIS))`.
pub const NEWAXIS: NewAxis = NewAxis;

/// As many whole axes as are left, in an index tuple.
#[derive(Clone, Copy, Debug)]
pub struct Ellipsis;

/// As many whole axes as are left, in an index tuple: NumPy's `...`.
pub const ELLIPSIS: Ellipsis = Ellipsis;

/// What can stand in an index tuple.
pub trait IndexPart {
    /// The part as a value.
    fn item(&self) -> IndexItem;
}

/// An index: one part or a tuple of parts.
pub trait IntoIndex {
    /// The parts as values.
    fn items(&self) -> Vec<IndexItem>;
}

impl<P: IndexPart> IntoIndex for P {
    fn items(&self) -> Vec<IndexItem> {
        vec![self.item()]
    }
}

impl IntoIndex for &[IndexItem] {
    fn items(&self) -> Vec<IndexItem> {
        self.to_vec()
    }
}

impl IntoIndex for () {
    fn items(&self) -> Vec<IndexItem> {
        Vec::new()
    }
}

macro_rules! tuples {
    ($(($($p:ident $i:tt),*))*) => {$(
        impl<$($p: IndexPart),*> IntoIndex for ($($p,)*) {
            fn items(&self) -> Vec<IndexItem> { vec![$(self.$i.item()),*] }
        }
    )*};
}
tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4) (A 0, B 1, C 2, D 3, E 4, F 5) }

macro_rules! parts {
    ($([$($generics:tt)*] $t:ty, |$x:ident| $item:expr;)*) => {$(
        impl<$($generics)*> IndexPart for $t {
            fn item(&self) -> IndexItem {
                let $x = self;
                $item
            }
        }
    )*};
}

fn range(start: Option<isize>, stop: Option<isize>) -> IndexItem {
    IndexItem::Slice(start, stop, 1)
}

/// The end after the last place of an inclusive range; −1 has nothing after it.
fn after(last: isize) -> Option<isize> {
    if last == -1 { None } else { Some(last + 1) }
}

parts! {
    [] IndexItem, |x| x.clone();
    [] NewAxis, |_x| IndexItem::NewAxis;
    [] Ellipsis, |_x| IndexItem::Ellipsis;
    [I: AxisIndex] Range<I>, |x| range(Some(x.start.to_isize()), Some(x.end.to_isize()));
    [I: AxisIndex] RangeFrom<I>, |x| range(Some(x.start.to_isize()), None);
    [I: AxisIndex] RangeTo<I>, |x| range(None, Some(x.end.to_isize()));
    [I: AxisIndex] RangeInclusive<I>, |x| range(Some(x.start().to_isize()), after(x.end().to_isize()));
    [I: AxisIndex] RangeToInclusive<I>, |x| range(None, after(x.end.to_isize()));
    [] RangeFull, |_x| range(None, None);
    [] Slice, |x| IndexItem::Slice(Some(x.start), x.end, x.step);
    [T: IndexElement, const N: usize] [T; N], |x| T::list(ArrayView1::from(&x[..]).into_dyn());
    [T: IndexElement, const N: usize] &[T; N], |x| T::list(ArrayView1::from(&x[..]).into_dyn());
    [T: IndexElement] &[T], |x| T::list(ArrayView1::from(*x).into_dyn());
    [T: IndexElement] Vec<T>, |x| T::list(ArrayView1::from(&x[..]).into_dyn());
    [T: IndexElement] &Vec<T>, |x| T::list(ArrayView1::from(&x[..]).into_dyn());
    [T: IndexElement, S: Data<Elem = T>, D: Dimension] ArrayBase<S, D>, |x| T::list(x.view().into_dyn());
    [T: IndexElement, S: Data<Elem = T>, D: Dimension] &ArrayBase<S, D>, |x| T::list(x.view().into_dyn());
}

macro_rules! integer_parts {
    ($($t:ty)*) => {$(
        impl IndexPart for $t {
            fn item(&self) -> IndexItem { IndexItem::Integer(self.to_isize()) }
        }
        impl IndexElement for $t {
            #[inline]
            fn list(list: ArrayViewD<'_, $t>) -> IndexItem { IndexItem::Integers(list.mapv(|i| i.to_isize() as i64)) }
        }
    )*};
}

/// An element of an index list: any integer, or `bool` in a mask.
pub trait IndexElement: Sized {
    /// The list as a part of an index.
    fn list(list: ArrayViewD<'_, Self>) -> IndexItem;
}

impl IndexElement for bool {
    #[inline]
    fn list(list: ArrayViewD<'_, bool>) -> IndexItem {
        IndexItem::Mask(list.to_owned())
    }
}

integer_parts!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

/// Start, length and step of a slice of an axis, as Python computes them.
fn bounds(start: Option<isize>, stop: Option<isize>, step: isize, length: usize) -> (usize, usize) {
    let n = length as isize;
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let clamp = |bound: isize| (if bound < 0 { bound + n } else { bound }).clamp(low, high);
    let start = start.map_or(if step > 0 { 0 } else { n - 1 }, clamp);
    let stop = stop.map_or(if step > 0 { n } else { -1 }, clamp);
    let count = if step > 0 {
        (stop - start + step - 1).div_euclid(step)
    } else {
        (start - stop - step - 1).div_euclid(-step)
    };
    (start.max(0) as usize, count.max(0) as usize)
}

/// An index made out against an array's shape.
struct Selection {
    /// What happens to each axis in turn.
    axes: Vec<Step>,
    /// The places of the indexed axes, broadcast to one shape.
    lists: Vec<ArrayD<usize>>,
    /// The common shape of the lists.
    list_shape: Vec<usize>,
    /// How many axes of the result come before those of the lists.
    before: usize,
}

enum Step {
    Slice(usize, usize, isize),
    NewAxis,
    Remove(usize),
    List,
}

impl Selection {
    fn new(function: &str, items: &[IndexItem], shape: &[usize]) -> Selection {
        let used: usize = items
            .iter()
            .map(|item| match item {
                IndexItem::NewAxis | IndexItem::Ellipsis => 0,
                IndexItem::Mask(mask) => mask.ndim(),
                _ => 1,
            })
            .sum();
        if used > shape.len() {
            panic!(
                "bm::{function}: {used} indices for an array of rank {}",
                shape.len()
            );
        }
        let ellipses = items
            .iter()
            .filter(|item| matches!(item, IndexItem::Ellipsis))
            .count();
        if ellipses > 1 {
            panic!("bm::{function}: an index can have one ellipsis only");
        }
        let has_lists = items
            .iter()
            .any(|item| matches!(item, IndexItem::Integers(_) | IndexItem::Mask(_)));
        let mut selection = Selection {
            axes: Vec::new(),
            lists: Vec::new(),
            list_shape: Vec::new(),
            before: 0,
        };
        // The runs of indexed axes: several runs put their axes first in the result.
        let (mut runs, mut in_run, mut kept) = (0, false, 0);
        let mut lists: Vec<ArrayD<usize>> = Vec::new();
        let mut axis = 0;
        let whole = [IndexItem::Ellipsis];
        let tail = if ellipses == 1 { &[][..] } else { &whole[..] };
        for item in items.iter().chain(tail) {
            let is_list = matches!(item, IndexItem::Integers(_) | IndexItem::Mask(_))
                || (has_lists && matches!(item, IndexItem::Integer(_)));
            if is_list && !in_run {
                runs += 1;
                if runs == 1 {
                    selection.before = kept;
                }
            }
            in_run = is_list;
            match item {
                IndexItem::Integer(i) if has_lists => {
                    lists.push(ArrayD::from_elem(
                        IxDyn(&[]),
                        checked_place(function, *i, shape[axis]),
                    ));
                    selection.axes.push(Step::List);
                    axis += 1;
                }
                IndexItem::Integer(i) => {
                    selection
                        .axes
                        .push(Step::Remove(checked_place(function, *i, shape[axis])));
                    axis += 1;
                }
                IndexItem::Slice(start, stop, step) => {
                    assert!(*step != 0, "bm::{function}: the step of a slice is 0");
                    let (start, count) = bounds(*start, *stop, *step, shape[axis]);
                    selection.axes.push(Step::Slice(start, count, *step));
                    kept += 1;
                    axis += 1;
                }
                IndexItem::NewAxis => {
                    selection.axes.push(Step::NewAxis);
                    kept += 1;
                }
                IndexItem::Ellipsis => {
                    for _ in 0..shape.len() - used {
                        selection.axes.push(Step::Slice(0, shape[axis], 1));
                        kept += 1;
                        axis += 1;
                    }
                }
                IndexItem::Integers(list) => {
                    lists.push(list.mapv(|i| checked_place(function, i as isize, shape[axis])));
                    selection.axes.push(Step::List);
                    axis += 1;
                }
                IndexItem::Mask(mask) => {
                    let covered = &shape[axis..axis + mask.ndim()];
                    if mask.shape() != covered {
                        panic!(
                            "bm::{function}: a mask of shape {:?} on axes of shape {covered:?}",
                            mask.shape()
                        );
                    }
                    for places in super::indexing::nonzero(mask) {
                        lists.push(places.into_dyn());
                        selection.axes.push(Step::List);
                        axis += 1;
                    }
                }
            }
        }
        if runs > 1 {
            selection.before = 0;
        }
        let shapes: Vec<&[usize]> = lists.iter().map(|list| list.shape()).collect();
        selection.list_shape = broadcast(function, &shapes);
        selection.lists = lists
            .iter()
            .map(|list| stretch(function, &list.view(), &selection.list_shape).to_owned())
            .collect();
        selection
    }

    /// The array with slices taken and axes inserted; the indexed axes come first, in order.
    fn arrange<S: RawData>(&self, mut view: ArrayBase<S, IxDyn>) -> ArrayBase<S, IxDyn> {
        let mut axis = 0;
        let mut listed = Vec::new();
        for step in &self.axes {
            match *step {
                Step::Slice(start, count, step) => {
                    if step < 0 {
                        // The same elements from the other end, then turned round.
                        let width = (count.max(1) - 1) * step.unsigned_abs();
                        let (low, high) = if count == 0 {
                            (0, 0)
                        } else {
                            (start - width, start + 1)
                        };
                        view.slice_axis_inplace(
                            Axis(axis),
                            Slice::new(low as isize, Some(high as isize), step),
                        );
                    } else {
                        let end = if count == 0 {
                            start
                        } else {
                            start + (count - 1) * step as usize + 1
                        };
                        view.slice_axis_inplace(
                            Axis(axis),
                            Slice::new(start as isize, Some(end as isize), step),
                        );
                    }
                    axis += 1;
                }
                Step::NewAxis => {
                    view = view.insert_axis(Axis(axis));
                    axis += 1;
                }
                Step::Remove(i) => {
                    view.collapse_axis(Axis(axis), i);
                    view = view.remove_axis(Axis(axis));
                }
                Step::List => {
                    listed.push(axis);
                    axis += 1;
                }
            }
        }
        let rest = (0..view.ndim()).filter(|axis| !listed.contains(axis));
        let order: Vec<usize> = listed.iter().copied().chain(rest).collect();
        view.permuted_axes(order)
    }

    /// Where each axis of the result lies in the order lists, rest; and the shape of the result.
    fn order(&self, rest: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let count = self.list_shape.len();
        if self.lists.is_empty() {
            return ((0..rest.len()).collect(), rest.to_vec());
        }
        let mut order: Vec<usize> = (count..count + self.before).collect();
        order.extend(0..count);
        order.extend(count + self.before..count + rest.len());
        let lengths: Vec<usize> = self.list_shape.iter().chain(rest).copied().collect();
        let shape = order.iter().map(|&axis| lengths[axis]).collect();
        (order, shape)
    }

    /// The places of each group of elements that the lists select.
    fn places(&self) -> impl Iterator<Item = Vec<usize>> {
        let count = self.list_shape.iter().product();
        let lists: Vec<&[usize]> = self
            .lists
            .iter()
            .map(|list| list.as_slice().expect("owned"))
            .collect();
        (0..count).map(move |i| lists.iter().map(|list| list[i]).collect())
    }
}

/// The elements that an index selects, with NumPy's meaning: `x[index]`.
///
/// # Panics
/// If a place is out of range or a mask has another shape.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let m = array![[1, 2, 3], [4, 5, 6]];
/// assert_eq!(bm::index(&m, (.., -1)), array![3, 6].into_dyn());
/// assert_eq!(bm::index(&m, ([0, 1], [2, 0])), array![3, 4].into_dyn());
/// ```
pub fn index<T: Clone, A: Operand<T>>(x: A, index: impl IntoIndex) -> ArrayD<T> {
    let view = dynamic(&x);
    gather("index", view, &index.items())
}

fn gather<T: Clone>(function: &str, view: ArrayViewD<'_, T>, items: &[IndexItem]) -> ArrayD<T> {
    let selection = Selection::new(function, items, view.shape());
    let view = selection.arrange(view);
    let listed = selection.lists.len();
    if listed == 0 {
        return view.as_standard_layout().into_owned();
    }
    let rest = view.shape()[listed..].to_vec();
    let (order, _) = selection.order(&rest);
    let mut lengths = selection.list_shape.clone();
    lengths.extend(&rest);
    let mut elements = Vec::with_capacity(lengths.iter().product());
    for places in selection.places() {
        let mut part = view.view();
        for place in places {
            part.collapse_axis(Axis(0), place);
            part = part.remove_axis(Axis(0));
        }
        elements.extend(part.iter().cloned());
    }
    let gathered = ArrayD::from_shape_vec(IxDyn(&lengths), elements).expect("one part a place");
    gathered
        .permuted_axes(order)
        .as_standard_layout()
        .into_owned()
}

/// Applies `f` to each selected element and its value, in order; values broadcast to the selection.
fn scatter<T, U: Clone>(
    function: &str,
    view: ArrayViewMutD<'_, T>,
    items: &[IndexItem],
    values: ArrayViewD<'_, U>,
    f: impl Fn(&mut T, &U),
) {
    let selection = Selection::new(function, items, view.shape());
    let mut view = selection.arrange(view);
    let listed = selection.lists.len();
    let rest = view.shape()[listed..].to_vec();
    let (order, shape) = selection.order(&rest);
    // NumPy lets a value have leading axes of length 1 too many.
    let mut values = values;
    while values.ndim() > shape.len() && values.shape()[0] == 1 {
        values = values.index_axis_move(Axis(0), 0);
    }
    let values = values.broadcast(IxDyn(&shape)).unwrap_or_else(|| {
        panic!("bm::{function}: values of shape {:?} do not broadcast to the selection of shape {shape:?}", values.shape())
    });
    if listed == 0 {
        return Zip::from(&mut view).and(&values).for_each(f);
    }
    let mut inverse = vec![0; order.len()];
    for (place, &axis) in order.iter().enumerate() {
        inverse[axis] = place;
    }
    let values = values.permuted_axes(inverse);
    let count = selection.list_shape.len();
    for (i, places) in selection.places().enumerate() {
        let mut part = view.view_mut();
        for place in places {
            part.collapse_axis(Axis(0), place);
            part = part.remove_axis(Axis(0));
        }
        let mut value = values.view();
        let mut flat = i;
        for axis in (0..count).rev() {
            let n = selection.list_shape[axis];
            value.collapse_axis(Axis(axis), flat % n);
            flat /= n;
        }
        for _ in 0..count {
            value = value.remove_axis(Axis(0));
        }
        Zip::from(&mut part).and(&value).for_each(&f);
    }
}

/// `v[index] = value`, in place; of a repeated place the last value stays.
///
/// # Panics
/// If a place is out of range or the value does not broadcast to the selection.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let mut v = array![0.0, 0.0, 0.0, 0.0];
/// bm::index_put(&mut v, [1, 3], 2.0);
/// bm::index_add(&mut v, ..2, array![1.0, 1.0]);
/// assert_eq!(v, array![1.0, 3.0, 0.0, 2.0]);
/// ```
pub fn index_put<T: Clone, O: OperandMut<T>, B: Operand<T>>(
    mut v: O,
    index: impl IntoIndex,
    value: B,
) {
    let view = v.view_mut().into_dyn();
    scatter(
        "index_put",
        view,
        &index.items(),
        dynamic(&value),
        |element, value| *element = value.clone(),
    );
}

/// `v[index] op= value`; a repeated place counts once.
macro_rules! updates {
    ($($(#[$doc:meta])* $name:ident <$bound:path> |$x:ident, $y:ident| $value:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name<T: $bound, O: OperandMut<T>, B: Operand<T>>(mut v: O, index: impl IntoIndex, value: B) {
            update(stringify!($name), v.view_mut().into_dyn(), &index.items(), dynamic(&value), |$x, $y| $value);
        }
    )*};
}

fn update<T: Copy>(
    function: &str,
    mut view: ArrayViewMutD<'_, T>,
    items: &[IndexItem],
    values: ArrayViewD<'_, T>,
    f: impl Fn(T, T) -> T,
) {
    let present = gather(function, view.view(), items);
    let values = values.broadcast(present.raw_dim()).unwrap_or_else(|| {
        panic!(
            "bm::{function}: values of shape {:?} do not broadcast to the selection of shape {:?}",
            values.shape(),
            present.shape()
        )
    });
    let results = Zip::from(&present)
        .and(&values)
        .map_collect(|&x, &y| f(x, y));
    scatter(
        function,
        view.view_mut(),
        items,
        results.view(),
        |element, value| *element = *value,
    );
}

updates! {
    /// `v[index] += value`; a repeated place counts once, [`add_at`] counts each.
    index_add <Number> |x, y| x.plus(y);
    /// `v[index] -= value`
    index_subtract <Arithmetic> |x, y| x.minus(y);
    /// `v[index] *= value`
    index_multiply <Number> |x, y| x.times(y);
    /// `v[index] /= value`
    index_divide <Inexact> |x, y| x.divide(y);
    /// `v[index] //= value`
    index_floor_divide <RealNumber> |x, y| x.floor_divide(y);
    /// `v[index] %= value`, with the sign of the divisor.
    index_remainder <RealNumber> |x, y| x.remainder(y);
    /// `v[index] **= value`
    index_power <Arithmetic> |x, y| x.power(y);
    /// `v[index] &= value`
    index_and <Bits> |x, y| x.and(y);
    /// `v[index] |= value`
    index_or <Bits> |x, y| x.or(y);
    /// `v[index] ^= value`
    index_xor <Bits> |x, y| x.xor(y);
    /// `v[index] <<= value`
    index_left_shift <Integer> |x, y| x.left_shift(y);
    /// `v[index] >>= value`
    index_right_shift <Integer> |x, y| x.right_shift(y);
}

macro_rules! accumulations {
    ($($(#[$doc:meta])* $name:ident <$bound:path> |$x:ident, $y:ident| $value:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name<T: $bound, O: OperandMut<T>, B: Operand<T>>(mut v: O, index: impl IntoIndex, value: B) {
            let view = v.view_mut().into_dyn();
            scatter(stringify!($name), view, &index.items(), dynamic(&value), |element, value| {
                let ($x, $y) = (*element, *value);
                *element = $value;
            });
        }
    )*};
}

accumulations! {
    /// `v[index] += value` where every repetition of a place counts (NumPy's `add.at`).
    add_at <Number> |x, y| x.plus(y);
    /// `v[index] -= value` where every repetition counts.
    subtract_at <Arithmetic> |x, y| x.minus(y);
    /// `v[index] *= value` where every repetition counts.
    multiply_at <Number> |x, y| x.times(y);
    /// `v[index] = max(v[index], value)` where every repetition counts.
    maximum_at <Number> |x, y| maximum(x, y);
    /// `v[index] = min(v[index], value)` where every repetition counts.
    minimum_at <Number> |x, y| minimum(x, y);
}

/// `v[mask] = value` for a mask of `v`'s shape; a scalar, or as many values as the mask selects.
///
/// # Panics
/// If the mask has another shape or the number of values is another.
pub fn mask_put<T: Copy, O: OperandMut<T>, M: Operand<bool>, B: Operand<T>>(
    mut v: O,
    mask: M,
    value: B,
) {
    let (mut view, mask, value) = (v.view_mut().into_dyn(), dynamic(&mask), dynamic(&value));
    if mask.shape() != view.shape() {
        panic!(
            "bm::mask_put: a mask of shape {:?} on an array of shape {:?}",
            mask.shape(),
            view.shape()
        );
    }
    let count = mask.iter().filter(|&&chosen| chosen).count();
    if value.len() == 1 {
        let value = *value.first().expect("it has one element");
        Zip::from(&mut view)
            .and(&mask)
            .for_each(|element, &chosen| {
                if chosen {
                    *element = value;
                }
            });
    } else if value.len() == count && value.ndim() == 1 {
        let chosen = view.iter_mut().zip(&mask).filter(|(_, chosen)| **chosen);
        chosen
            .zip(&value)
            .for_each(|((element, _), &value)| *element = value);
    } else {
        panic!(
            "bm::mask_put: values of shape {:?} for {count} selected elements",
            value.shape()
        );
    }
}
