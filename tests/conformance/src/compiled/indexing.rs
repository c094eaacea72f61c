//! Reads and writes by one index: a place, a slice, a list, a mask, a row or a column.

use brain_jit::bm::IndexItem;
use brain_jit::prelude::*;
use ndarray::Dimension;

use super::none;
use crate::call::{Call, Outcome, Stop, literal, strong};
use crate::table::Rows;
use crate::value::{Array, Value};

/// An index that compiled methods take, with places counted from the start.
enum Form {
    Place(usize),
    /// Start, end and step, within the axis: a slice out of range is an error here and cut in Python.
    Slice(usize, usize, isize),
    List(Array1<i64>),
    Mask(ArrayD<bool>),
    Pair(usize, usize),
    Column(usize),
}

/// A place from the start; what is out of range stays so.
fn place(index: isize, length: usize) -> usize {
    if index < 0 && index + length as isize >= 0 {
        (index + length as isize) as usize
    } else if index < 0 {
        length
    } else {
        index as usize
    }
}

/// Python's slice with a positive step, cut to the axis.
fn slice(start: Option<isize>, stop: Option<isize>, step: isize, length: usize) -> Option<Form> {
    let cut = |bound: isize| {
        let bound = if bound < 0 {
            bound + length as isize
        } else {
            bound
        };
        bound.clamp(0, length as isize) as usize
    };
    let start = start.map_or(0, cut);
    let stop = stop.map_or(length, cut).max(start);
    (step > 0).then_some(Form::Slice(start, stop, step))
}

fn form(c: &Call, shape: &[usize]) -> Result<Form, Stop> {
    let found = match (c.index(1)?, shape) {
        ([IndexItem::Integer(i)], &[n, ..]) => Some(Form::Place(place(*i, n))),
        ([IndexItem::Slice(start, stop, step)], &[n]) => slice(*start, *stop, *step, n),
        ([IndexItem::Integers(list)], &[_]) => {
            list.clone().into_dimensionality().ok().map(Form::List)
        }
        ([IndexItem::Mask(mask)], shape) if mask.shape() == shape => Some(Form::Mask(mask.clone())),
        ([IndexItem::Integer(i), IndexItem::Integer(j)], &[m, n]) => {
            Some(Form::Pair(place(*i, m), place(*j, n)))
        }
        ([IndexItem::Ellipsis, IndexItem::Integer(j)], &[_, n]) => Some(Form::Column(place(*j, n))),
        ([IndexItem::Slice(None, None, 1), IndexItem::Integer(j)], &[_, n]) => {
            Some(Form::Column(place(*j, n)))
        }
        _ => None,
    };
    found.map_or_else(none, Ok)
}

fn ranked<T: Clone, D: Dimension>(x: &ArrayD<T>) -> Result<ndarray::Array<T, D>, Stop> {
    x.clone().into_dimensionality().or_else(|_| none())
}

macro_rules! types {
    ($($variant:ident $module:ident $t:ident)*) => {
        $(
            mod $module {
                use super::{ranked, none, Form};
                use crate::call::{Outcome, one};
                use brain_jit::prelude::*;
                use ndarray::{Ix1, Ix2};

                #[brain_jit]
                fn item(x: &Array1<$t>, i: usize) -> $t {
                    x[i]
                }
                #[brain_jit]
                fn part(x: &Array1<$t>, from: usize, to: usize, step: isize) -> Array1<$t> {
                    x[s![from..to;step]].to_owned()
                }
                #[brain_jit]
                fn listed(x: &Array1<$t>, list: &Array1<i64>) -> Array1<$t> {
                    x[list].to_owned()
                }
                #[brain_jit]
                fn masked(x: &Array1<$t>, mask: &Array1<bool>) -> Array1<$t> {
                    x[mask].to_owned()
                }
                #[brain_jit]
                fn pair(x: &Array2<$t>, i: usize, j: usize) -> $t {
                    x[(i, j)]
                }
                #[brain_jit]
                fn row(x: &Array2<$t>, i: usize) -> Array1<$t> {
                    x[i].to_owned()
                }
                #[brain_jit]
                fn column(x: &Array2<$t>, j: usize) -> Array1<$t> {
                    x[(.., j)].to_owned()
                }

                pub fn get(x: &ArrayD<$t>, form: Form) -> Outcome {
                    match (form, x.ndim()) {
                        (Form::Place(i), 1) => one(item(&ranked::<_, Ix1>(x)?, i)),
                        (Form::Slice(from, to, step), 1) => one(part(&ranked::<_, Ix1>(x)?, from, to, step).into_dyn()),
                        (Form::List(list), 1) => one(listed(&ranked::<_, Ix1>(x)?, &list).into_dyn()),
                        (Form::Mask(mask), 1) => {
                            one(masked(&ranked::<_, Ix1>(x)?, &ranked::<_, Ix1>(&mask)?).into_dyn())
                        }
                        (Form::Place(i), 2) => one(row(&ranked::<_, Ix2>(x)?, i).into_dyn()),
                        (Form::Pair(i, j), 2) => one(pair(&ranked::<_, Ix2>(x)?, i, j)),
                        (Form::Column(j), 2) => one(column(&ranked::<_, Ix2>(x)?, j).into_dyn()),
                        _ => none(),
                    }
                }

                #[brain_jit]
                fn put_item(x: &mut Array1<$t>, i: usize, value: $t) {
                    x[i] = value;
                }
                #[brain_jit]
                fn put_part(x: &mut Array1<$t>, from: usize, to: usize, step: isize, values: &Array1<$t>) {
                    x[s![from..to;step]] = values;
                }
                #[brain_jit]
                fn fill_part(x: &mut Array1<$t>, from: usize, to: usize, step: isize, value: $t) {
                    x[s![from..to;step]] = value;
                }
                #[brain_jit]
                fn put_list(x: &mut Array1<$t>, list: &Array1<i64>, values: &Array1<$t>) {
                    x[list] = values;
                }
                #[brain_jit]
                fn fill_list(x: &mut Array1<$t>, list: &Array1<i64>, value: $t) {
                    x[list] = value;
                }
                #[brain_jit]
                fn put_mask(x: &mut Array1<$t>, mask: &Array1<bool>, values: &Array1<$t>) {
                    x[mask] = values;
                }
                #[brain_jit]
                fn fill_mask(x: &mut Array1<$t>, mask: &Array1<bool>, value: $t) {
                    x[mask] = value;
                }
                #[brain_jit]
                fn put_row(x: &mut Array2<$t>, i: usize, values: &Array1<$t>) {
                    x[i] = values;
                }
                #[brain_jit]
                fn fill_row(x: &mut Array2<$t>, i: usize, value: $t) {
                    x[i] = value;
                }
                #[brain_jit]
                fn put_column(x: &mut Array2<$t>, j: usize, values: &Array1<$t>) {
                    x[(.., j)] = values;
                }
                #[brain_jit]
                fn fill_column(x: &mut Array2<$t>, j: usize, value: $t) {
                    x[(.., j)] = value;
                }

                /// The array after the assignment, whose buffer must be the one given.
                pub fn set(x: &ArrayD<$t>, form: Form, value: &ArrayD<$t>) -> Outcome {
                    let number = (value.ndim() == 0).then(|| value[&ndarray::IxDyn(&[])]);
                    if x.ndim() == 2 {
                        let mut x = ranked::<_, Ix2>(x)?;
                        let address = x.as_ptr();
                        match (form, number) {
                            (Form::Place(i), Some(number)) => fill_row(&mut x, i, number),
                            (Form::Place(i), None) => put_row(&mut x, i, &ranked(value)?),
                            (Form::Column(j), Some(number)) => fill_column(&mut x, j, number),
                            (Form::Column(j), None) => put_column(&mut x, j, &ranked(value)?),
                            _ => return none(),
                        }
                        assert_eq!(address, x.as_ptr(), "the buffer was replaced");
                        return one(x.into_dyn());
                    }
                    let mut x = ranked::<_, Ix1>(x)?;
                    let address = x.as_ptr();
                    match (form, number) {
                        (Form::Place(i), Some(number)) => put_item(&mut x, i, number),
                        (Form::Slice(from, to, step), Some(number)) => fill_part(&mut x, from, to, step, number),
                        (Form::Slice(from, to, step), None) => put_part(&mut x, from, to, step, &ranked(value)?),
                        (Form::List(list), Some(number)) => fill_list(&mut x, &list, number),
                        (Form::List(list), None) => put_list(&mut x, &list, &ranked(value)?),
                        (Form::Mask(mask), Some(number)) => fill_mask(&mut x, &ranked(&mask)?, number),
                        (Form::Mask(mask), None) => put_mask(&mut x, &ranked(&mask)?, &ranked(value)?),
                        _ => return none(),
                    }
                    assert_eq!(address, x.as_ptr(), "the buffer was replaced");
                    one(x.into_dyn())
                }
            }
        )*

        fn get(c: &Call) -> Outcome {
            let x = c.array(0)?;
            let form = form(c, x.shape())?;
            match &x {
                $(Array::$variant(x) => $module::get(x, form),)*
                _ => none(),
            }
        }

        fn set(c: &Call) -> Outcome {
            let x = c.array(0)?;
            let form = form(c, x.shape())?;
            // NumPy casts what it assigns; a user of Rust writes the element type.
            if matches!(c.arguments[2], Value::Complex(_)) {
                return none();
            }
            let value = match &c.arguments[2] {
                number @ (Value::Integer(_) | Value::Float(_) | Value::Bool(_)) => literal(number, x.dtype())?,
                other => strong(other)?.cast(x.dtype()),
            };
            match (&x, &value) {
                $((Array::$variant(x), Array::$variant(value)) => $module::set(x, form, value),)*
                _ => none(),
            }
        }
    };
}

types!(F32 singles f32 F64 doubles f64 I32 integers i32 I64 longs i64);

pub fn rows() -> Rows {
    vec![("getitem", get), ("setitem", set)]
}
