//! `.npz` files: an archive with one array a variable.

use super::state::{Mismatch, from_column_major};
use super::vars::{Exclusive, Shared};
use super::{Elements, Saved, StateError, Vars, VarsMut};
use npyz::npz::{NpzArchive, NpzWriter};
use npyz::{DType, NpyFile, Order, WriterBuilder};
use num_complex::{Complex32, Complex64};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;

pub fn save(vars: &Vars, path: &Path) -> Result<(), StateError> {
    let mut arrays = Vec::new();
    for var in vars.iter().filter(|v| v.is_saved()) {
        match &var.value {
            Shared::State(state) => arrays.push((var.name(), state.save())),
            _ => return Err(unsupported(var.name(), var.type_name())),
        }
    }
    // Beside the file first, so that a full disk does not cost the older file.
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    write_all(&arrays, beside)
        .and_then(|()| std::fs::rename(beside, path))
        .map_err(|source| {
            // Nothing more can be done if this fails too.
            let _ = std::fs::remove_file(beside);
            failed(path, source)
        })
}

pub fn load(mut vars: VarsMut, path: &Path) -> Result<(), StateError> {
    let io = |source| failed(path, source);
    let mut archive = NpzArchive::open(path).map_err(io)?;
    let mut unknown: BTreeSet<String> = archive.array_names().map(str::to_string).collect();
    let mut values = Vec::new();
    for var in vars.iter().filter(|v| v.is_saved()) {
        let name = var.name();
        let Exclusive::State(state) = &var.value else {
            return Err(unsupported(name, var.type_name()));
        };
        unknown.remove(name);
        let Some(array) = archive.by_name(name).map_err(io)? else {
            return Err(StateError::Missing {
                variable: name.into(),
            });
        };
        let described = array.dtype().descr();
        let Some(saved) = read(array, state.save().elements).map_err(io)? else {
            return Err(StateError::DType {
                variable: name.into(),
                expected: state.save().elements.dtype().into(),
                found: described,
            });
        };
        state
            .check(&saved)
            .map_err(|mismatch| explain(name, mismatch, &saved))?;
        values.push(saved);
    }
    if let Some(variable) = unknown.into_iter().next() {
        return Err(StateError::Unknown { variable });
    }
    let mut values = values.into_iter();
    for var in vars.iter_mut().filter(|v| v.is_saved()) {
        if let (Exclusive::State(state), Some(saved)) = (&mut var.value, values.next()) {
            state.load(saved);
        }
    }
    Ok(())
}

fn failed(path: &Path, source: io::Error) -> StateError {
    StateError::Io {
        path: path.into(),
        source,
    }
}

fn unsupported(variable: &str, type_name: String) -> StateError {
    StateError::Unsupported {
        variable: variable.into(),
        type_name,
    }
}

fn explain(name: &str, mismatch: Mismatch, saved: &Saved) -> StateError {
    let variable = name.to_string();
    match mismatch {
        Mismatch::Shape(expected) => StateError::Shape {
            variable,
            expected,
            found: saved.shape.clone(),
        },
        Mismatch::DType(expected) => StateError::DType {
            variable,
            expected: expected.into(),
            found: saved.elements.dtype().into(),
        },
        Mismatch::Value(reason) => StateError::Value { variable, reason },
    }
}

fn write_all(arrays: &[(&str, Saved)], path: &Path) -> io::Result<()> {
    let mut archive = NpzWriter::new(BufWriter::new(File::create(path)?));
    for (name, saved) in arrays {
        write(&mut archive, name, saved)?;
    }
    let mut file = archive.zip_writer().finish().map_err(io::Error::other)?;
    file.flush()
}

fn write<W: Write + Seek>(
    archive: &mut NpzWriter<W>,
    name: &str,
    saved: &Saved,
) -> io::Result<()> {
    let shape: Vec<u64> = saved.shape.iter().map(|&n| n as u64).collect();
    macro_rules! write {
        ($ty:ty, $values:expr) => {{
            let options = Default::default();
            let mut array = archive
                .array::<$ty>(name, options)?
                .default_dtype()
                .shape(&shape)
                .begin_nd()?;
            array.extend($values)?;
            array.finish()
        }};
    }
    match &saved.elements {
        Elements::F32(values) => write!(f32, values.iter().copied()),
        Elements::F64(values) => write!(f64, values.iter().copied()),
        Elements::I8(values) => write!(i8, values.iter().copied()),
        Elements::I16(values) => write!(i16, values.iter().copied()),
        Elements::I32(values) => write!(i32, values.iter().copied()),
        Elements::I64(values) => write!(i64, values.iter().copied()),
        Elements::Isize(values) => write!(i64, values.iter().map(|&v| v as i64)),
        Elements::U8(values) => write!(u8, values.iter().copied()),
        Elements::U16(values) => write!(u16, values.iter().copied()),
        Elements::U32(values) => write!(u32, values.iter().copied()),
        Elements::U64(values) => write!(u64, values.iter().copied()),
        Elements::Usize(values) => write!(u64, values.iter().map(|&v| v as u64)),
        Elements::Bool(values) => write!(bool, values.iter().copied()),
        Elements::Complex32(values) => write!(Complex32, values.iter().copied()),
        Elements::Complex64(values) => write!(Complex64, values.iter().copied()),
    }
}

/// Reads an array of the element type of `like`; `None` if the file's is another.
fn read<R: Read>(array: NpyFile<R>, like: Elements) -> io::Result<Option<Saved>> {
    let shape: Vec<usize> = array.shape().iter().map(|&n| n as usize).collect();
    let column_major = array.order() == Order::Fortran;
    // A type that the reader cannot decode is a wrong type, too.
    if !matches!(array.dtype(), DType::Plain(_)) {
        return Ok(None);
    }
    macro_rules! read {
        ($variant:ident, $ty:ty, $convert:expr) => {{
            let Ok(values) = array.try_data::<$ty>() else {
                return Ok(None);
            };
            let values: io::Result<Vec<$ty>> = values.collect();
            let mut values = values?.into_iter().map($convert).collect::<Vec<_>>();
            if column_major {
                values = from_column_major(&shape, values);
            }
            Elements::$variant(values)
        }};
    }
    let elements = match like {
        Elements::F32(_) => read!(F32, f32, |v| v),
        Elements::F64(_) => read!(F64, f64, |v| v),
        Elements::I8(_) => read!(I8, i8, |v| v),
        Elements::I16(_) => read!(I16, i16, |v| v),
        Elements::I32(_) => read!(I32, i32, |v| v),
        Elements::I64(_) => read!(I64, i64, |v| v),
        Elements::Isize(_) => read!(Isize, i64, |v| v as isize),
        Elements::U8(_) => read!(U8, u8, |v| v),
        Elements::U16(_) => read!(U16, u16, |v| v),
        Elements::U32(_) => read!(U32, u32, |v| v),
        Elements::U64(_) => read!(U64, u64, |v| v),
        Elements::Usize(_) => read!(Usize, u64, |v| v as usize),
        Elements::Bool(_) => read!(Bool, bool, |v| v),
        Elements::Complex32(_) => read!(Complex32, Complex32, |v| v),
        Elements::Complex64(_) => read!(Complex64, Complex64, |v| v),
    };
    Ok(Some(Saved { shape, elements }))
}
