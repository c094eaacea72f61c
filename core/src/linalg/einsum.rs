//! Einstein's summation.

use ndarray::{ArrayBase, ArrayD, ArrayViewD, Axis, Data, Dimension};

use super::element::ProductElement;
use super::product::broadcast_shape;

/// Operands of [`einsum`]: a tuple of references to arrays, or a slice of views.
pub trait EinsumOperands<T> {
    /// All as views of dynamic rank.
    fn views(&self) -> Vec<ArrayViewD<'_, T>>;
}

impl<T> EinsumOperands<T> for &[ArrayViewD<'_, T>] {
    fn views(&self) -> Vec<ArrayViewD<'_, T>> {
        self.iter().map(|view| view.view()).collect()
    }
}

impl<T, S: Data<Elem = T>, D: Dimension> EinsumOperands<T> for &ArrayBase<S, D> {
    fn views(&self) -> Vec<ArrayViewD<'_, T>> {
        vec![self.view().into_dyn()]
    }
}

macro_rules! operand_tuples {
    ($($(($storage:ident, $dim:ident, $number:tt)),+;)*) => {$(
        impl<T, $($storage: Data<Elem = T>, $dim: Dimension),+> EinsumOperands<T> for ($(&ArrayBase<$storage, $dim>,)+) {
            fn views(&self) -> Vec<ArrayViewD<'_, T>> {
                vec![$(self.$number.view().into_dyn()),+]
            }
        }
    )*};
}
operand_tuples! {
    (S, D, 0);
    (S, D, 0), (S2, D2, 1);
    (S, D, 0), (S2, D2, 1), (S3, D3, 2);
    (S, D, 0), (S2, D2, 1), (S3, D3, 2), (S4, D4, 3);
    (S, D, 0), (S2, D2, 1), (S3, D3, 2), (S4, D4, 3), (S5, D5, 4);
}

/// A letter, or an axis that an ellipsis stands for, counted from the last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Label {
    Ellipsis(usize),
    Letter(char),
}

/// NumPy's `einsum`: products of elements, summed over the letters that the result lacks. Without `->` the result has, after
/// an ellipsis' axes, the letters that occur once, in alphabetic order. Operands are contracted from left to right, each pair as
/// a product of matrices. Panics if the subscripts are malformed or lengths do not agree.
///
/// ```
/// use brain_jit::linalg::einsum;
/// use ndarray::array;
/// let a = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(einsum("ij,jk->ik", (&a, &a)), a.dot(&a).into_dyn());
/// assert_eq!(einsum("ii", &a)[[]], 5.0);
/// ```
#[track_caller]
pub fn einsum<T: ProductElement>(subscripts: &str, operands: impl EinsumOperands<T>) -> ArrayD<T> {
    let operands = operands.views();
    let (inputs, output) = parse(subscripts, &operands);
    let terms = inputs.into_iter().zip(operands);
    let terms = terms.map(|(labels, array)| Term::new(subscripts, labels, array));
    let current = contracted(terms.collect(), &output, subscripts);
    let order: Vec<usize> = output.iter().map(|label| current.axis(*label)).collect();
    current
        .array
        .permuted_axes(order)
        .as_standard_layout()
        .into_owned()
}

/// The product of the terms from left to right, summed over all labels but those wanted.
fn contracted<T: ProductElement>(
    mut terms: Vec<Term<T>>,
    wanted: &[Label],
    subscripts: &str,
) -> Term<T> {
    let mut current = terms.remove(0);
    while !terms.is_empty() {
        let next = terms.remove(0);
        let needed = |label: &Label| {
            wanted.contains(label) || terms.iter().any(|term| term.labels.contains(label))
        };
        current = current.times(next, needed, subscripts);
    }
    current.sum_out(|label| wanted.contains(label));
    current
}

/// What the operand at `part` of `einsum(subscripts, operands)` receives from `g`, the adjoint of the result: the product of `g` and the
/// other operands.
pub(crate) fn einsum_adjoint<T: ProductElement>(
    g: ArrayViewD<'_, T>,
    subscripts: &str,
    operands: &[ArrayViewD<'_, T>],
    part: usize,
) -> ArrayD<T> {
    let labels = parse(subscripts, operands);
    contraction_adjoint(g, subscripts, operands, labels, part)
}

/// The same of `tensordot`, whose contracted axes are given.
pub(crate) fn tensordot_adjoint<T: ProductElement>(
    g: ArrayViewD<'_, T>,
    operands: &[ArrayViewD<'_, T>; 2],
    [axes_a, axes_b]: [&[usize]; 2],
    part: usize,
) -> ArrayD<T> {
    let label = |number: usize| Label::Letter(char::from_u32(number as u32).unwrap_or_default());
    let rank = operands[0].ndim();
    let a: Vec<Label> = (0..rank).map(label).collect();
    let of_b = |axis: usize| match axes_b.iter().position(|&other| other == axis) {
        Some(pair) => a[axes_a[pair]],
        None => label(rank + axis),
    };
    let b: Vec<Label> = (0..operands[1].ndim()).map(of_b).collect();
    let both = a.iter().filter(|label| !b.contains(label));
    let output = both.chain(b.iter().filter(|label| !a.contains(label)));
    let output = output.copied().collect();
    contraction_adjoint(g, "tensordot", operands, (vec![a, b], output), part)
}

fn contraction_adjoint<T: ProductElement>(
    g: ArrayViewD<'_, T>,
    subscripts: &str,
    operands: &[ArrayViewD<'_, T>],
    (mut inputs, output): (Vec<Vec<Label>>, Vec<Label>),
    part: usize,
) -> ArrayD<T> {
    let (labels, operand) = (std::mem::take(&mut inputs[part]), &operands[part]);
    let first = |label: &Label| labels.iter().position(|other| other == label);
    let different = |(axis, label): &(usize, &Label)| first(label) == Some(*axis);
    let wanted: Vec<Label> = labels
        .iter()
        .enumerate()
        .filter(different)
        .map(|(_, label)| *label)
        .collect();
    let mut terms = vec![Term::new(subscripts, output, g)];
    for (other, labels) in inputs.into_iter().enumerate() {
        if other != part {
            terms.push(Term::new(subscripts, labels, operands[other].view()));
        }
    }
    let mut sum = contracted(terms, &wanted, subscripts);
    let length = |label: &Label| first(label).map_or(1, |axis| operand.shape()[axis]);
    // What was broadcast is summed; what only the operand has, and so was summed, is broadcast.
    for (axis, label) in sum.labels.iter().enumerate() {
        if length(label) == 1 {
            sum.array = sum.array.sum_axis(Axis(axis)).insert_axis(Axis(axis));
        }
    }
    let order: Vec<usize> = wanted
        .iter()
        .filter(|label| sum.labels.contains(label))
        .map(|label| sum.axis(*label))
        .collect();
    let mut all = sum.array.view().permuted_axes(order);
    for (axis, label) in wanted.iter().enumerate() {
        if !sum.labels.contains(label) {
            all = all.insert_axis(Axis(axis));
        }
    }
    let shape: Vec<usize> = wanted.iter().map(length).collect();
    let all = all.broadcast(shape).expect("lengths agree, or are 1");
    if wanted.len() == labels.len() {
        return all.to_owned();
    }
    // An operand with a repeated label is read along a diagonal.
    ArrayD::from_shape_fn(operand.raw_dim(), |at| {
        let on_diagonal = labels
            .iter()
            .enumerate()
            .all(|(axis, label)| first(label).is_some_and(|first| at[first] == at[axis]));
        let place: Vec<usize> = wanted
            .iter()
            .filter_map(first)
            .map(|axis| at[axis])
            .collect();
        if on_diagonal {
            all[&place[..]]
        } else {
            T::zero()
        }
    })
}

/// An operand and the label of each axis.
struct Term<T> {
    labels: Vec<Label>,
    array: ArrayD<T>,
}

impl<T: ProductElement> Term<T> {
    /// Takes the diagonal where a label repeats.
    fn new(subscripts: &str, mut labels: Vec<Label>, array: ArrayViewD<'_, T>) -> Self {
        let mut array = array.to_owned();
        let mut i = 0;
        while i < labels.len() {
            let Some(j) = (i + 1..labels.len()).find(|&j| labels[j] == labels[i]) else {
                i += 1;
                continue;
            };
            let (m, n) = (array.shape()[i], array.shape()[j]);
            assert!(
                m == n,
                "linalg::einsum: '{subscripts}': a repeated index has lengths {m} and {n}"
            );
            array = diagonal(&array, i, j);
            labels.remove(j);
        }
        Term { labels, array }
    }

    fn axis(&self, label: Label) -> usize {
        self.labels
            .iter()
            .position(|&other| other == label)
            .expect("the label is the term's")
    }

    /// Sums over the axes that are not kept.
    fn sum_out(&mut self, keep: impl Fn(&Label) -> bool) {
        for axis in (0..self.labels.len()).rev() {
            if !keep(&self.labels[axis]) {
                self.array = self.array.sum_axis(Axis(axis));
                self.labels.remove(axis);
            }
        }
    }

    /// The product, summed over what is not needed any more.
    fn times(mut self, mut other: Self, needed: impl Fn(&Label) -> bool, subscripts: &str) -> Self {
        let shared: Vec<Label> = self
            .labels
            .iter()
            .copied()
            .filter(|label| other.labels.contains(label))
            .collect();
        // an axis of length 1 in one operand is broadcast: leave it to the other
        for &label in &shared {
            let (m, n) = (self.length(label), other.length(label));
            assert!(
                m == n || m == 1 || n == 1,
                "linalg::einsum: '{subscripts}': an index has lengths {m} and {n}"
            );
            if m != n {
                let shorter = if m == 1 { &mut self } else { &mut other };
                let axis = shorter.axis(label);
                shorter.array = shorter.array.sum_axis(Axis(axis));
                shorter.labels.remove(axis);
            }
        }
        self.sum_out(|label| needed(label) || other.labels.contains(label));
        other.sum_out(|label| needed(label) || self.labels.contains(label));
        let is_shared =
            |label: &&Label| self.labels.contains(label) && other.labels.contains(label);
        let batch: Vec<Label> = self
            .labels
            .iter()
            .filter(is_shared)
            .copied()
            .filter(|label| needed(label))
            .collect();
        let summed: Vec<Label> = self
            .labels
            .iter()
            .filter(is_shared)
            .copied()
            .filter(|label| !needed(label))
            .collect();
        let alone = |term: &Self| -> Vec<Label> {
            term.labels
                .iter()
                .copied()
                .filter(|label| !batch.contains(label) && !summed.contains(label))
                .collect()
        };
        let (left, right) = (alone(&self), alone(&other));
        let size = |term: &Self, labels: &[Label]| {
            labels
                .iter()
                .map(|&label| term.length(label))
                .product::<usize>()
        };
        let (count, k) = (size(&self, &batch), size(&self, &summed));
        let (m, n) = (size(&self, &left), size(&other, &right));
        let lengths = |term: &Self, labels: &[Label]| {
            labels
                .iter()
                .map(|&label| term.length(label))
                .collect::<Vec<_>>()
        };
        let shape = [
            lengths(&self, &batch),
            lengths(&self, &left),
            lengths(&other, &right),
        ]
        .concat();
        let labels = [batch.clone(), left.clone(), right.clone()].concat();
        let a = self.ordered(&[&batch, &left, &summed], (count, m, k));
        let b = other.ordered(&[&batch, &summed, &right], (count, k, n));
        let mut elements = Vec::with_capacity(count * m * n);
        for (a, b) in a.outer_iter().zip(b.outer_iter()) {
            elements.extend(T::multiply(a, b));
        }
        Term {
            labels,
            array: ArrayD::from_shape_vec(shape, elements).expect("a product fills its shape"),
        }
    }

    fn length(&self, label: Label) -> usize {
        self.array.shape()[self.axis(label)]
    }

    /// The axes in this order, merged to three.
    fn ordered(&self, groups: &[&[Label]; 3], shape: (usize, usize, usize)) -> ndarray::Array3<T> {
        let order: Vec<usize> = groups
            .iter()
            .flat_map(|group| group.iter().map(|&label| self.axis(label)))
            .collect();
        let ordered = self.array.view().permuted_axes(order);
        let elements = ordered.as_standard_layout().into_owned();
        elements
            .into_shape_with_order(shape)
            .expect("the groups hold all axes")
    }
}

/// Axis `i` along the diagonal of the axes `i < j`; axis `j` goes.
fn diagonal<T: Clone>(array: &ArrayD<T>, i: usize, j: usize) -> ArrayD<T> {
    let mut index = vec![0; array.ndim()];
    let mut shape = array.shape().to_vec();
    shape.remove(j);
    ArrayD::from_shape_fn(shape, |at| {
        index[..j].copy_from_slice(&at.slice()[..j]);
        index[j] = at[i];
        index[j + 1..].copy_from_slice(&at.slice()[j..]);
        array[&index[..]].clone()
    })
}

/// Splits the subscripts into the labels of each operand and of the result, and checks them.
#[track_caller]
fn parse<T>(subscripts: &str, operands: &[ArrayViewD<'_, T>]) -> (Vec<Vec<Label>>, Vec<Label>) {
    let fail = |reason: &str| -> ! { panic!("linalg::einsum: '{subscripts}': {reason}") };
    let text: String = subscripts.chars().filter(|c| !c.is_whitespace()).collect();
    let (inputs, output) = match text.split_once("->") {
        Some((inputs, output)) => (inputs, Some(output)),
        None => (text.as_str(), None),
    };
    let terms: Vec<&str> = inputs.split(',').collect();
    if terms.len() != operands.len() {
        fail(&format!(
            "subscripts for {} operands, but {} were given",
            terms.len(),
            operands.len()
        ));
    }
    let letters = |term: &str| -> usize {
        let rest = term.replacen("...", "", 1);
        if let Some(wrong) = rest.chars().find(|c| !c.is_ascii_alphabetic()) {
            fail(&format!("'{wrong}' is no letter"));
        }
        rest.len()
    };
    let labels = |term: &str, ellipsis: usize| -> Vec<Label> {
        let (before, after) = term
            .split_once("...")
            .map_or((term, None), |(before, after)| (before, Some(after)));
        let hidden = (0..ellipsis)
            .rev()
            .map(Label::Ellipsis)
            .filter(|_| after.is_some());
        before
            .chars()
            .map(Label::Letter)
            .chain(hidden)
            .chain(after.unwrap_or("").chars().map(Label::Letter))
            .collect()
    };
    let mut widest = Vec::new();
    let mut parsed = Vec::new();
    for (term, operand) in terms.iter().zip(operands) {
        let (given, rank) = (letters(term), operand.ndim());
        let hidden = match rank.checked_sub(given) {
            Some(hidden) if hidden == 0 || term.contains("...") => hidden,
            _ => fail(&format!(
                "'{term}' does not fit an operand of shape {:?}",
                operand.shape()
            )),
        };
        let at = term.find("...").unwrap_or(0);
        widest = broadcast_shape(&widest, &operand.shape()[at..at + hidden])
            .unwrap_or_else(|| fail("the axes of the ellipses do not broadcast"));
        parsed.push(labels(term, hidden));
    }
    let output = match output {
        Some(output) => {
            letters(output);
            labels(output, widest.len())
        }
        None => {
            let mut all: Vec<Label> = parsed.iter().flatten().copied().collect();
            all.sort_unstable();
            let once = all
                .iter()
                .copied()
                .filter(|label| all.iter().filter(|other| *other == label).count() == 1);
            let hidden = (0..widest.len()).rev().map(Label::Ellipsis);
            hidden
                .chain(once.filter(|label| matches!(label, Label::Letter(_))))
                .collect()
        }
    };
    for (i, label) in output.iter().enumerate() {
        if output[..i].contains(label) {
            fail("an index occurs twice in the result");
        }
        if !parsed.iter().flatten().any(|other| other == label) {
            fail("the result has an index that no operand has");
        }
    }
    (parsed, output)
}
