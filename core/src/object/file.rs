//! `.npz` files: an archive with one array a variable.

use super::state::from_column_major;
use super::state_dict::{StateDict, unsupported};
use super::vars::Exclusive;
use super::{Elements, Saved, StateError, VarsMut};
use crate::npy;
use num_complex::{Complex32, Complex64};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use zip::result::ZipError;
use zip::write::FileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What begins the names of arrays that a [`Runner`](crate::runner::Runner) keeps beside the variables.
pub(crate) const BESIDE: &str = "runner/";

/// Writes arrays as one file. It is written beside the place first and then takes it, so that neither a full disk nor the end of the
/// process costs an older file.
pub(crate) fn save<'a>(
    arrays: impl Iterator<Item = (&'a str, &'a Saved)>,
    path: &Path,
) -> Result<(), StateError> {
    let beside = &beside(path);
    write_all(arrays, beside)
        .and_then(|()| std::fs::rename(beside, path))
        .map_err(|source| {
            // Nothing more can be done if this fails too.
            let _ = std::fs::remove_file(beside);
            failed(path, source)
        })
}

/// Whether a file can be written there.
pub(crate) fn can_save(path: &Path) -> Result<(), StateError> {
    if path.is_dir() {
        return Err(failed(path, io::ErrorKind::IsADirectory.into()));
    }
    let beside = &beside(path);
    File::create(beside)
        .and_then(|_| std::fs::remove_file(beside))
        .map_err(|source| failed(path, source))
}

fn beside(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    beside.into()
}

fn failed(path: &Path, source: io::Error) -> StateError {
    StateError::Io {
        path: path.into(),
        source,
    }
}

fn write_all<'a>(
    arrays: impl Iterator<Item = (&'a str, &'a Saved)>,
    path: &Path,
) -> io::Result<()> {
    let mut archive = ZipWriter::new(BufWriter::new(File::create(path)?));
    for (name, saved) in arrays {
        write(&mut archive, name, saved)?;
    }
    let file = archive.finish()?.into_inner()?;
    // On the disk before it takes the place of the older one.
    file.sync_all()
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

/// A file being read.
pub(crate) struct Reader<'p> {
    path: &'p Path,
    archive: ZipArchive<BufReader<File>>,
}

impl<'p> Reader<'p> {
    pub fn open(path: &'p Path) -> Result<Self, StateError> {
        let archive = File::open(path).and_then(|file| Ok(ZipArchive::new(BufReader::new(file))?));
        match archive {
            Ok(archive) => Ok(Reader { path, archive }),
            Err(source) => Err(failed(path, source)),
        }
    }

    /// The names of the arrays.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.archive.file_names().filter_map(npy::array_name)
    }

    /// The array of that name, with elements of the type of `like`.
    pub fn read(&mut self, name: &str, like: &Elements) -> Result<Saved, StateError> {
        let io = |source| failed(self.path, source);
        let mut entry = match self.archive.by_name(&npy::entry(name)) {
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
        let Some(saved) = read(array, like).map_err(io)? else {
            return Err(StateError::DType {
                variable: name.into(),
                expected: like.dtype().into(),
                found: described,
            });
        };
        // The end of the entry is where its checksum is compared.
        match entry.read(&mut [0]).map_err(io)? {
            0 => {}
            _ => {
                let error = format!("the array `{name}` does not end with its last element");
                return Err(io(io::Error::new(io::ErrorKind::InvalidData, error)));
            }
        }
        Ok(saved)
    }

    /// The values of these variables, of which the file must have all and no others, checked.
    pub fn state_dict(&mut self, vars: &VarsMut) -> Result<StateDict, StateError> {
        let known = |name: &&str| {
            name.starts_with(BESIDE) || vars.get(name).is_some_and(|var| var.is_saved())
        };
        let mut unknown: Vec<String> = self
            .names()
            .filter(|name| !known(name))
            .map(str::to_string)
            .collect();
        let mut items = Vec::new();
        for var in vars.iter().filter(|var| var.is_saved()) {
            let Exclusive::State(state) = &var.value else {
                return Err(unsupported(var.name(), var.type_name()));
            };
            let saved = self.read(var.name(), &state.save().elements)?;
            items.push((var.name().to_string(), saved));
        }
        unknown.sort_unstable();
        if let Some(name) = unknown.into_iter().next() {
            let variable = npy::in_a_line(&name);
            return Err(StateError::Unknown { variable });
        }
        let dict = StateDict::new(items);
        dict.check(vars)?;
        Ok(dict)
    }
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
