//! Values whose element type is known at run time only.

use brain_jit::bm::{self, DType, IndexItem};
use ndarray::{ArrayD, Axis, IxDyn, Slice};
use num_complex::{Complex32, Complex64};
use serde_json::Value as Json;
use std::io::{self, ErrorKind};
use std::path::Path;

/// An array of one of the element types that cases have.
#[derive(Clone, Debug, PartialEq)]
pub enum Array {
    Bool(ArrayD<bool>),
    I32(ArrayD<i32>),
    I64(ArrayD<i64>),
    F32(ArrayD<f32>),
    F64(ArrayD<f64>),
    C64(ArrayD<Complex32>),
    C128(ArrayD<Complex64>),
}

/// An argument.
#[derive(Clone, Debug)]
pub enum Value {
    Array(Array),
    Bool(bool),
    Integer(i128),
    Float(f64),
    Complex(Complex64),
    Text(String),
    Null,
    Json(Json),
    List(Vec<Value>),
    Index(Vec<IndexItem>),
}

/// Applies an expression to the array in any variant.
#[macro_export]
macro_rules! each {
    ($array:expr, |$x:ident| $body:expr) => {{
        use $crate::value::Array as Variant;
        match $array {
            Variant::Bool($x) => $body,
            Variant::I32($x) => $body,
            Variant::I64($x) => $body,
            Variant::F32($x) => $body,
            Variant::F64($x) => $body,
            Variant::C64($x) => $body,
            Variant::C128($x) => $body,
        }
    }};
}

macro_rules! conversions {
    ($($t:ty => $variant:ident $as:ty;)*) => {$(
        impl From<ArrayD<$t>> for Array {
            fn from(array: ArrayD<$t>) -> Array { Array::$variant(array.mapv(|value| value as $as)) }
        }
        impl From<$t> for Array {
            fn from(value: $t) -> Array { Array::$variant(ArrayD::from_elem(IxDyn(&[]), value as $as)) }
        }
    )*};
}

conversions! {
    bool => Bool bool;
    i32 => I32 i32;
    i64 => I64 i64;
    usize => I64 i64;
    u64 => I64 i64;
    f32 => F32 f32;
    f64 => F64 f64;
    Complex32 => C64 Complex32;
    Complex64 => C128 Complex64;
}

impl Array {
    pub fn shape(&self) -> &[usize] {
        each!(self, |x| x.shape())
    }

    pub fn dtype(&self) -> DType {
        match self {
            Array::Bool(_) => DType::Bool,
            Array::I32(_) => DType::I32,
            Array::I64(_) => DType::I64,
            Array::F32(_) => DType::F32,
            Array::F64(_) => DType::F64,
            Array::C64(_) => DType::Complex32,
            Array::C128(_) => DType::Complex64,
        }
    }

    pub fn cast(&self, dtype: DType) -> Array {
        each!(self, |x| match dtype {
            DType::Bool => bm::astype::<bool, _, _>(x).into(),
            DType::I32 => bm::astype::<i32, _, _>(x).into(),
            DType::I64 => bm::astype::<i64, _, _>(x).into(),
            DType::F32 => bm::astype::<f32, _, _>(x).into(),
            DType::F64 => bm::astype::<f64, _, _>(x).into(),
            DType::Complex32 => bm::astype::<Complex32, _, _>(x).into(),
            _ => bm::astype::<Complex64, _, _>(x).into(),
        })
    }

    /// The elements as complex numbers of double precision.
    pub fn numbers(&self) -> Vec<Complex64> {
        let Array::C128(numbers) = self.cast(DType::Complex64) else { unreachable!("it was cast") };
        numbers.iter().copied().collect()
    }

    /// The elements as integers, for indices and shapes.
    pub fn integers(&self) -> Vec<i64> {
        let Array::I64(numbers) = self.cast(DType::I64) else { unreachable!("it was cast") };
        numbers.iter().copied().collect()
    }

    pub fn load(path: &Path) -> io::Result<Array> {
        let kind = npyz::NpyFile::new(io::BufReader::new(std::fs::File::open(path)?))?.dtype().descr();
        let kind = kind.trim_matches('\'').trim_start_matches(['<', '|']).to_string();
        Ok(match kind.as_str() {
            "b1" => bm::load::<bool>(path)?.into(),
            "i4" => bm::load::<i32>(path)?.into(),
            "i8" => bm::load::<i64>(path)?.into(),
            "f4" => bm::load::<f32>(path)?.into(),
            "f8" => bm::load::<f64>(path)?.into(),
            "c8" => bm::load::<Complex32>(path)?.into(),
            "c16" => bm::load::<Complex64>(path)?.into(),
            other => return Err(io::Error::new(ErrorKind::InvalidData, format!("dtype {other}"))),
        })
    }
}

/// The numbers of a JSON list, null for a missing one.
fn numbers(list: &Json) -> Vec<Option<isize>> {
    list.as_array().map(|list| list.iter().map(|n| n.as_i64().map(|n| n as isize)).collect()).unwrap_or_default()
}

fn viewed<T>(mut array: ArrayD<T>, steps: &Json) -> ArrayD<T> {
    for step in steps.as_array().into_iter().flatten() {
        if let Some(axes) = step.get("transpose") {
            let axes: Vec<usize> = numbers(axes).into_iter().flatten().map(|axis| axis as usize).collect();
            array = array.permuted_axes(axes);
        }
        for (axis, slice) in step.get("slice").and_then(Json::as_array).into_iter().flatten().enumerate() {
            let numbers = numbers(slice);
            let (n, step) = (array.shape()[axis] as isize, numbers[2].unwrap_or(1));
            let place = |i: isize| if i < 0 { i + n } else { i };
            let slice = if step > 0 {
                Slice::new(numbers[0].unwrap_or(0), numbers[1], step)
            } else {
                // From the last place taken to the first; ndarray turns the slice round.
                let first = numbers[0].map_or(n - 1, place).min(n - 1);
                let stop = numbers[1].map_or(-1, place);
                Slice::new(stop + 1, Some(first + 1), step)
            };
            array.slice_axis_inplace(Axis(axis), slice);
        }
    }
    array
}

fn invalid(json: &Json) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("value {json}"))
}

fn index_item(directory: &Path, json: &Json) -> io::Result<IndexItem> {
    if let Some(place) = json.get("int").and_then(Json::as_i64) {
        return Ok(IndexItem::Integer(place as isize));
    }
    if let Some(slice) = json.get("slice") {
        let numbers = numbers(slice);
        return Ok(IndexItem::Slice(numbers[0], numbers[1], numbers[2].unwrap_or(1)));
    }
    if json.get("newaxis").is_some() {
        return Ok(IndexItem::NewAxis);
    }
    if json.get("ellipsis").is_some() {
        return Ok(IndexItem::Ellipsis);
    }
    match Value::load(directory, json)? {
        Value::Array(Array::Bool(mask)) => Ok(IndexItem::Mask(mask)),
        Value::Array(array) => match array.cast(DType::I64) {
            Array::I64(list) => Ok(IndexItem::Integers(list)),
            _ => Err(invalid(json)),
        },
        _ => Err(invalid(json)),
    }
}

impl Value {
    /// The value of a JSON form.
    pub fn load(directory: &Path, json: &Json) -> io::Result<Value> {
        let Some(object) = json.as_object() else { return Ok(Value::plain(json)) };
        if let Some(file) = object.get("npy").and_then(Json::as_str) {
            let array = Array::load(&directory.join(file))?;
            return Ok(Value::Array(match object.get("view") {
                None => array,
                Some(steps) => match array {
                    Array::Bool(x) => Array::Bool(viewed(x, steps)),
                    Array::I32(x) => Array::I32(viewed(x, steps)),
                    Array::I64(x) => Array::I64(viewed(x, steps)),
                    Array::F32(x) => Array::F32(viewed(x, steps)),
                    Array::F64(x) => Array::F64(viewed(x, steps)),
                    Array::C64(x) => Array::C64(viewed(x, steps)),
                    Array::C128(x) => Array::C128(viewed(x, steps)),
                },
            }));
        }
        if let Some(list) = object.get("list").and_then(Json::as_array) {
            return Ok(Value::List(list.iter().map(|item| Value::load(directory, item)).collect::<io::Result<_>>()?));
        }
        if let Some(items) = object.get("index").and_then(Json::as_array) {
            return Ok(Value::Index(items.iter().map(|item| index_item(directory, item)).collect::<io::Result<_>>()?));
        }
        match object.get("float").and_then(Json::as_str) {
            Some("nan") => return Ok(Value::Float(f64::NAN)),
            Some("inf") => return Ok(Value::Float(f64::INFINITY)),
            Some("-inf") => return Ok(Value::Float(f64::NEG_INFINITY)),
            _ => {}
        }
        if let Some([re, im]) = object.get("complex").and_then(Json::as_array).map(Vec::as_slice) {
            return Ok(Value::Complex(Complex64::new(re.as_f64().unwrap_or(0.0), im.as_f64().unwrap_or(0.0))));
        }
        object.get("value").map(Value::plain).ok_or_else(|| invalid(json))
    }

    fn plain(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) if number.is_i64() || number.is_u64() => {
                Value::Integer(number.as_i64().map_or_else(|| number.as_u64().unwrap_or(0) as i128, i128::from))
            }
            Json::Number(number) => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Value::Text(text.clone()),
            other => Value::Json(other.clone()),
        }
    }
}
