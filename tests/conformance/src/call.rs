//! A call on dynamic values: access to arguments, and Rust's typing rules as NumPy's cases meet them.

use brain_jit::bm::{DType, IndexItem};
use std::collections::BTreeMap;
use std::io;

use super::case::Case;
use super::value::{Array, Value};
use ndarray::{ArrayD, IxDyn};

/// One output of a call.
#[derive(Clone, Debug)]
pub enum Output {
    Array(Array),
    Text(String),
}

/// Why a call was not made.
#[derive(Clone, Debug)]
pub enum Stop {
    /// Rust's types cannot express it.
    NotApplicable(String),
    /// The library cannot do it.
    Unsupported(String),
    /// The function does not take this element type: an error at compile time.
    Refused(String),
}

pub type Outcome = Result<Vec<Output>, Stop>;

/// One array as the outcome.
pub fn one(array: impl Into<Array>) -> Outcome {
    Ok(vec![Output::Array(array.into())])
}

/// Several arrays as the outcome.
pub fn many<A: Into<Array>>(arrays: impl IntoIterator<Item = A>) -> Outcome {
    Ok(arrays
        .into_iter()
        .map(|array| Output::Array(array.into()))
        .collect())
}

pub fn unsupported<T>(reason: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Unsupported(reason.into()))
}

/// The names of leading parameters, which a case may give by name.
const LEADING: &[(&str, &[&str])] = &[
    ("arange", &["start", "stop", "step"]),
    ("delete", &["arr", "obj"]),
    ("full", &["shape", "fill_value"]),
    ("insert", &["arr", "obj", "values"]),
    ("linspace", &["start", "stop", "num"]),
    ("pad", &["array", "pad_width"]),
    ("take", &["a", "indices"]),
];

/// The arguments of a case.
pub struct Call {
    pub function: String,
    pub arguments: Vec<Value>,
    pub options: BTreeMap<String, Value>,
}

impl Call {
    pub fn load(case: &Case) -> io::Result<Call> {
        let load = |json| Value::load(&case.directory, json);
        let mut call = Call {
            function: case.function.clone(),
            arguments: case.arguments.iter().map(load).collect::<io::Result<_>>()?,
            options: case
                .options
                .iter()
                .map(|(name, json)| Ok((name.clone(), load(json)?)))
                .collect::<io::Result<_>>()?,
        };
        // Leading parameters given by name.
        let names = LEADING.iter().find(|(name, _)| *name == call.function);
        while let Some(name) = names.and_then(|(_, names)| names.get(call.arguments.len()))
            && let Some(value) = call.options.remove(*name)
        {
            call.arguments.push(value);
        }
        Ok(call)
    }

    /// An error if there are more arguments than the table takes.
    pub fn at_most(&self, count: usize) -> Result<(), Stop> {
        if self.arguments.len() > count {
            return unsupported(format!(
                "{} with {} arguments",
                self.function,
                self.arguments.len()
            ));
        }
        Ok(())
    }

    /// A count, which is no negative number in Rust.
    pub fn count(&self, place: usize, name: &str) -> Result<Option<usize>, Stop> {
        let Some(value) = self.integer(place, name)? else {
            return Ok(None);
        };
        match usize::try_from(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Stop::Refused(format!("{name}={value} is no usize"))),
        }
    }

    /// An error if there are options that the table does not know.
    pub fn only(&self, known: &[&str]) -> Result<(), Stop> {
        match self
            .options
            .keys()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(name) => unsupported(format!("option {name} of {}", self.function)),
            None => Ok(()),
        }
    }

    /// An argument by place or name; null counts as missing.
    pub fn get(&self, place: usize, name: &str) -> Option<&Value> {
        let value = self
            .arguments
            .get(place)
            .or_else(|| self.options.get(name))?;
        if matches!(value, Value::Null) {
            None
        } else {
            Some(value)
        }
    }

    /// Whether an option is null, as in `axis=None` where that is not the default.
    pub fn is_null(&self, place: usize, name: &str) -> bool {
        matches!(
            self.arguments.get(place).or_else(|| self.options.get(name)),
            Some(Value::Null)
        )
    }

    pub fn array(&self, place: usize) -> Result<Array, Stop> {
        match self.arguments.get(place) {
            Some(value) => strong(value),
            None => unsupported(format!("{} without argument {place}", self.function)),
        }
    }

    /// These arguments as arrays of one element type; plain numbers take the type of the arrays.
    pub fn same(&self, places: &[usize]) -> Result<Vec<Array>, Stop> {
        let values: Vec<&Value> = places
            .iter()
            .filter_map(|&place| self.arguments.get(place))
            .collect();
        unify(&values)
    }

    pub fn integer(&self, place: usize, name: &str) -> Result<Option<i64>, Stop> {
        match self.get(place, name) {
            None => Ok(None),
            Some(Value::Integer(value)) => Ok(Some(*value as i64)),
            Some(Value::Bool(value)) => Ok(Some(*value as i64)),
            Some(Value::Array(array)) if array.shape().is_empty() => Ok(Some(array.integers()[0])),
            Some(other) => unsupported(format!("{name}={other:?}")),
        }
    }

    pub fn float(&self, place: usize, name: &str) -> Result<Option<f64>, Stop> {
        match self.get(place, name) {
            None => Ok(None),
            Some(Value::Integer(value)) => Ok(Some(*value as f64)),
            Some(Value::Float(value)) => Ok(Some(*value)),
            Some(Value::Bool(value)) => Ok(Some(*value as u8 as f64)),
            Some(Value::Array(array)) if array.shape().is_empty() => {
                Ok(Some(array.numbers()[0].re))
            }
            Some(other) => unsupported(format!("{name}={other:?}")),
        }
    }

    pub fn flag(&self, place: usize, name: &str) -> bool {
        matches!(self.get(place, name), Some(Value::Bool(true)))
    }

    pub fn text(&self, place: usize, name: &str) -> Option<&str> {
        match self.get(place, name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A list of integers, or a single one.
    pub fn integers(&self, place: usize, name: &str) -> Result<Option<Vec<isize>>, Stop> {
        match self.get(place, name) {
            None => Ok(None),
            Some(value) => integers(value).map(Some),
        }
    }

    pub fn dtype(&self, place: usize) -> Result<Option<DType>, Stop> {
        match self.text(place, "dtype") {
            None => Ok(None),
            Some(name) => match DType::from_name(name) {
                Some(dtype) => Ok(Some(dtype)),
                None => unsupported(format!("dtype {name}")),
            },
        }
    }

    /// The members of a list argument.
    pub fn list(&self, place: usize) -> Result<Vec<&Value>, Stop> {
        match self.arguments.get(place) {
            Some(Value::List(list)) => Ok(list.iter().collect()),
            _ => Ok(self.arguments.iter().skip(place).collect()),
        }
    }

    pub fn index(&self, place: usize) -> Result<&[IndexItem], Stop> {
        match self.arguments.get(place) {
            Some(Value::Index(items)) => Ok(items),
            other => unsupported(format!("index {other:?}")),
        }
    }
}

/// The integers of a number or of a list of numbers.
pub fn integers(value: &Value) -> Result<Vec<isize>, Stop> {
    match value {
        Value::Integer(number) => Ok(vec![*number as isize]),
        Value::Array(array) => Ok(array.integers().into_iter().map(|n| n as isize).collect()),
        Value::Json(list) => match list.as_array() {
            Some(list) if list.iter().all(|n| n.is_i64()) => Ok(list
                .iter()
                .filter_map(|n| n.as_i64())
                .map(|n| n as isize)
                .collect()),
            _ => unsupported(format!("a list {list}")),
        },
        other => unsupported(format!("integers from {other:?}")),
    }
}

fn scalar<T: Clone + Into<Array>>(value: T) -> Array
where
    ArrayD<T>: Into<Array>,
{
    ArrayD::from_elem(IxDyn(&[]), value).into()
}

/// A value as an array; plain numbers as Rust's default types.
pub fn strong(value: &Value) -> Result<Array, Stop> {
    Ok(match value {
        Value::Array(array) => array.clone(),
        Value::Bool(value) => scalar(*value),
        Value::Integer(value) => match i64::try_from(*value) {
            Ok(value) => scalar(value),
            Err(_) => return Err(Stop::Refused("an integer literal out of range".into())),
        },
        Value::Float(value) => scalar(*value),
        Value::Complex(value) => scalar(*value),
        Value::Json(list) => nested(list)?,
        other => return unsupported(format!("an array from {other:?}")),
    })
}

/// A nested list of numbers as an array of the smallest type that holds them all.
fn nested(json: &serde_json::Value) -> Result<Array, Stop> {
    fn walk(
        json: &serde_json::Value,
        depth: usize,
        shape: &mut Vec<usize>,
        flat: &mut Vec<serde_json::Value>,
    ) {
        match json.as_array() {
            Some(list) => {
                if shape.len() == depth {
                    shape.push(list.len());
                }
                list.iter()
                    .for_each(|item| walk(item, depth + 1, shape, flat));
            }
            None => flat.push(json.clone()),
        }
    }
    let (mut shape, mut flat) = (Vec::new(), Vec::new());
    walk(json, 0, &mut shape, &mut flat);
    let built: Result<Array, _> = if !flat.is_empty() && flat.iter().all(|n| n.is_boolean()) {
        ArrayD::from_shape_vec(
            IxDyn(&shape),
            flat.iter().filter_map(|n| n.as_bool()).collect(),
        )
        .map(Into::into)
    } else if !flat.is_empty() && flat.iter().all(|n| n.is_i64()) {
        ArrayD::from_shape_vec(
            IxDyn(&shape),
            flat.iter().filter_map(|n| n.as_i64()).collect(),
        )
        .map(Into::into)
    } else {
        let number = |n: &serde_json::Value| n.as_f64().or(n.as_bool().map(|b| b as u8 as f64));
        ArrayD::from_shape_vec(IxDyn(&shape), flat.iter().filter_map(number).collect())
            .map(Into::into)
    };
    built.or_else(|_| unsupported(format!("an array from {json}")))
}

fn is_weak(value: &Value) -> bool {
    matches!(
        value,
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Complex(_)
    )
}

/// Values as arrays of one element type: a plain number is a literal in the type of the arrays.
pub fn unify(values: &[&Value]) -> Result<Vec<Array>, Stop> {
    let mut common: Option<DType> = None;
    for value in values.iter().filter(|value| !is_weak(value)) {
        let dtype = strong(value)?.dtype();
        match common {
            Some(common) if common != dtype => {
                return Err(Stop::NotApplicable(format!(
                    "mixes {common} and {dtype} arrays: Rust does not promote"
                )));
            }
            _ => common = Some(dtype),
        }
    }
    let Some(common) = common else {
        // Only plain numbers: one default type for all of them.
        let arrays: Vec<Array> = values
            .iter()
            .map(|value| strong(value))
            .collect::<Result<_, _>>()?;
        let types: Vec<DType> = arrays.iter().map(Array::dtype).collect();
        let common = brain_jit::bm::result_type(&types);
        return Ok(arrays.iter().map(|array| array.cast(common)).collect());
    };
    values.iter().map(|value| literal(value, common)).collect()
}

/// A value as an array of this type, if Rust would take it as a literal.
pub fn literal(value: &Value, dtype: DType) -> Result<Array, Stop> {
    let integral = matches!(dtype, DType::I32 | DType::I64);
    match value {
        Value::Float(_) if integral => Err(Stop::Refused(format!(
            "a float literal for {dtype}: Rust does not promote"
        ))),
        Value::Integer(_) | Value::Float(_) if dtype == DType::Bool => Err(Stop::Refused(format!(
            "a number for {dtype}: Rust does not promote"
        ))),
        Value::Complex(_) if !matches!(dtype, DType::Complex32 | DType::Complex64) => {
            Err(Stop::Refused(format!(
                "a complex number for {dtype}: Rust does not promote"
            )))
        }
        Value::Integer(number) if dtype == DType::I32 && i32::try_from(*number).is_err() => {
            Err(Stop::Refused("an integer literal out of range".into()))
        }
        other => Ok(strong(other)?.cast(dtype)),
    }
}

/// Applies a generic call to an array of a family of element types.
///
/// Families: `all`; `number` without `bool`; `real` integers and floats; `rational` with `bool` too; `float`;
/// `inexact` with complex; `integer`; `bits` integers and `bool`.
#[macro_export]
macro_rules! on {
    (all, $($rest:tt)*) => { $crate::on!(@[Bool I32 I64 F32 F64 C64 C128] $($rest)*) };
    (number, $($rest:tt)*) => { $crate::on!(@[I32 I64 F32 F64 C64 C128] $($rest)*) };
    (real, $($rest:tt)*) => { $crate::on!(@[I32 I64 F32 F64] $($rest)*) };
    (rational, $($rest:tt)*) => { $crate::on!(@[Bool I32 I64 F32 F64] $($rest)*) };
    (float, $($rest:tt)*) => { $crate::on!(@[F32 F64] $($rest)*) };
    (inexact, $($rest:tt)*) => { $crate::on!(@[F32 F64 C64 C128] $($rest)*) };
    (integer, $($rest:tt)*) => { $crate::on!(@[I32 I64] $($rest)*) };
    (bits, $($rest:tt)*) => { $crate::on!(@[Bool I32 I64] $($rest)*) };
    (@[$($variant:ident)*] $array:expr, |$x:ident| $body:expr) => {{
        #[allow(unreachable_patterns)]
        match &$array {
            $($crate::value::Array::$variant($x) => $body,)*
            other => Err($crate::call::refused(other)),
        }
    }};
    (@[$($variant:ident)*] $arrays:expr, |$x:ident, $y:ident| $body:expr) => {{
        let arrays = $arrays;
        match (&arrays[0], &arrays[1]) {
            $((
                $crate::value::Array::$variant($x),
                $crate::value::Array::$variant($y),
            ) => $body,)*
            (other, _) => Err($crate::call::refused(other)),
        }
    }};
    (@[$($variant:ident)*] $arrays:expr, |$x:ident, $y:ident, $z:ident| $body:expr) => {{
        let arrays = $arrays;
        match (&arrays[0], &arrays[1], &arrays[2]) {
            $((
                $crate::value::Array::$variant($x),
                $crate::value::Array::$variant($y),
                $crate::value::Array::$variant($z),
            ) => $body,)*
            (other, _, _) => Err($crate::call::refused(other)),
        }
    }};
    // A list of arrays of one type.
    (@[$($variant:ident)*] $arrays:expr, |[$x:ident]| $body:expr) => {{
        let arrays = $arrays;
        #[allow(unreachable_patterns)]
        match arrays.first() {
            $(Some($crate::value::Array::$variant(_)) => {
                let $x: Vec<_> = arrays
                    .iter()
                    .filter_map(|array| match array {
                        $crate::value::Array::$variant(x) => Some(x),
                        _ => None,
                    })
                    .collect();
                $body
            })*
            Some(other) => Err($crate::call::refused(other)),
            None => $crate::call::unsupported("an empty list of arrays"),
        }
    }};
}

pub fn refused(array: &Array) -> Stop {
    Stop::Refused(format!("not for {}", array.dtype()))
}
