//! `.npz` files: an archive with one array a variable.

use super::state::{Mismatch, from_column_major};
use super::vars::{Exclusive, Shared};
use super::{Elements, Saved, StateError, Vars, VarsMut};
use crate::npy;
use num_complex::{Complex32, Complex64};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::path::Path;
use zip::result::ZipError;
use zip::write::FileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

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
    let file = File::open(path).map_err(io)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| io(e.into()))?;
    let mut unknown: BTreeSet<String> = archive
        .file_names()
        .filter_map(npy::array_name)
        .map(str::to_string)
        .collect();
    let mut values = Vec::new();
    for var in vars.iter().filter(|v| v.is_saved()) {
        let name = var.name();
        let Exclusive::State(state) = &var.value else {
            return Err(unsupported(name, var.type_name()));
        };
        unknown.remove(name);
        let mut entry = match archive.by_name(&npy::entry(name)) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => {
                return Err(StateError::Missing {
                    variable: name.into(),
                });
            }
            Err(other) => return Err(io(other.into())),
        };
        let array = npy::File::open(&mut entry).map_err(io)?;
        let described = array.described.clone();
        let Some(saved) = read(array, &state.save().elements).map_err(io)? else {
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
    let mut archive = ZipWriter::new(BufWriter::new(File::create(path)?));
    for (name, saved) in arrays {
        write(&mut archive, name, saved)?;
    }
    archive.finish()?.flush()
}

fn write<W: Write + Seek>(archive: &mut ZipWriter<W>, name: &str, saved: &Saved) -> io::Result<()> {
    // Stored, as `numpy.savez` does; an entry of 4 GiB needs a larger header.
    let widest = size_of::<Complex64>() * saved.shape.iter().product::<usize>();
    let options = FileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(widest >= u32::MAX as usize);
    archive.start_file(npy::entry(name), options)?;
    macro_rules! write {
        ($($variant:ident)*) => {
            match &saved.elements {
                $(Elements::$variant(values) => npy::write(archive, &saved.shape, values.iter()),)*
            }
        };
    }
    write!(F32 F64 I8 I16 I32 I64 Isize U8 U16 U32 U64 Usize Bool Complex32 Complex64)
}

/// Reads an array of the element type of `like`; `None` if the file's is another.
fn read(array: npy::File<'_>, like: &Elements) -> io::Result<Option<Saved>> {
    let shape = array.shape.clone();
    let column_major = array.column_major;
    macro_rules! read {
        ($($variant:ident($ty:ty))*) => {
            match like {
                $(Elements::$variant(_) if array.has::<$ty>() => {
                    let mut values: Vec<$ty> = array.elements()?;
                    if column_major {
                        values = from_column_major(&shape, &values);
                    }
                    Elements::$variant(values)
                })*
                _ => return Ok(None),
            }
        };
    }
    let elements = read!(
        F32(f32) F64(f64) I8(i8) I16(i16) I32(i32) I64(i64) Isize(isize) U8(u8) U16(u16) U32(u32) U64(u64)
        Usize(usize) Bool(bool) Complex32(Complex32) Complex64(Complex64)
    );
    Ok(Some(Saved { shape, elements }))
}
