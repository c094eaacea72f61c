//! NumPy's files: `.npy` for one array, `.npz` for several under names.

use ndarray::{ArrayD, IxDyn, ShapeBuilder};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::Path;
use zip::result::ZipError;
use zip::write::FileOptions;
use zip::{ZipArchive, ZipWriter};

use super::operand::{Operand, dynamic};
use crate::npy::{self, FromNpy, ToNpy};

fn read<T: FromNpy>(reader: &mut dyn Read) -> io::Result<ArrayD<T>> {
    let file = npy::File::open(reader)?;
    let shape = IxDyn(&file.shape).set_f(file.column_major);
    ArrayD::from_shape_vec(shape, file.elements()?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The error with the function and the file that it is about.
fn about(function: &str, path: &Path, error: io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("bm::{function}: {}: {error}", path.display()),
    )
}

/// The array in a `.npy` file.
///
/// # Errors
/// If the file cannot be read or its element type is not `T`.
pub fn load<T: FromNpy>(path: impl AsRef<Path>) -> io::Result<ArrayD<T>> {
    let path = path.as_ref();
    File::open(path)
        .and_then(|file| read(&mut BufReader::new(file)))
        .map_err(|error| about("load", path, error))
}

/// Writes an array as a `.npy` file.
///
/// # Errors
/// If the file cannot be written.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let path = std::env::temp_dir().join("brain_jit_doc_save.npy");
/// bm::save(&path, array![[1.0, 2.0]])?;
/// assert_eq!(bm::load::<f64>(&path)?, array![[1.0, 2.0]].into_dyn());
/// # std::io::Result::Ok(())
/// ```
pub fn save<T: ToNpy, A: Operand<T>>(path: impl AsRef<Path>, x: A) -> io::Result<()> {
    let path = path.as_ref();
    File::create(path)
        .and_then(|mut file| write(&mut file, &x))
        .map_err(|error| about("save", path, error))
}

fn write<T: ToNpy, A: Operand<T>>(writer: &mut dyn io::Write, x: &A) -> io::Result<()> {
    let view = dynamic(x);
    npy::write(writer, view.shape(), view.iter())
}

/// A `.npz` file being written: several arrays under names.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let path = std::env::temp_dir().join("brain_jit_doc_savez.npz");
/// let mut archive = bm::savez(&path)?;
/// archive.add("w", array![1.0f32, 2.0])?;
/// archive.finish()?;
/// assert_eq!(bm::loadz::<f32>(&path, "w")?, array![1.0f32, 2.0].into_dyn());
/// # std::io::Result::Ok(())
/// ```
pub struct Archive {
    writer: ZipWriter<BufWriter<File>>,
}

/// Begins a `.npz` file.
///
/// # Errors
/// If the file cannot be created.
pub fn savez(path: impl AsRef<Path>) -> io::Result<Archive> {
    Ok(Archive {
        writer: ZipWriter::new(BufWriter::new(File::create(path)?)),
    })
}

impl Archive {
    /// Adds an array under a name.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add<T: ToNpy, A: Operand<T>>(&mut self, name: &str, x: A) -> io::Result<()> {
        self.writer
            .start_file(npy::entry(name), FileOptions::default())?;
        write(&mut self.writer, &x)
    }

    /// Completes the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.finish().map(drop).map_err(io::Error::other)
    }
}

/// One array of a `.npz` file.
///
/// # Errors
/// If the file cannot be read, has no such array, or its element type is not `T`.
pub fn loadz<T: FromNpy>(path: impl AsRef<Path>, name: &str) -> io::Result<ArrayD<T>> {
    let path = path.as_ref();
    let read = || {
        let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
        match archive.by_name(&npy::entry(name)) {
            Ok(mut file) => read(&mut file),
            Err(ZipError::FileNotFound) => Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("it has no array {name}"),
            )),
            Err(error) => Err(error.into()),
        }
    };
    read().map_err(|error| about("loadz", path, error))
}

/// The names of the arrays in a `.npz` file.
///
/// # Errors
/// If the file cannot be read.
pub fn names(path: impl AsRef<Path>) -> io::Result<Vec<String>> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path.as_ref())?))?;
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        names.extend(npy::array_name(entry.name()).map(str::to_owned));
    }
    Ok(names)
}

/// A vector of the bytes in a file or buffer, little endian.
///
/// # Panics
/// If the bytes are no whole number of elements.
pub fn frombuffer<T: bytes::FromBytes>(buffer: &[u8]) -> ndarray::Array1<T> {
    assert!(
        buffer.len() % T::SIZE == 0,
        "bm::frombuffer: {} bytes are no whole number of elements of {} bytes",
        buffer.len(),
        T::SIZE
    );
    buffer.chunks_exact(T::SIZE).map(T::from_bytes).collect()
}

/// Numbers as little-endian bytes.
pub mod bytes {
    /// A number of fixed size.
    pub trait FromBytes {
        /// Its size in bytes.
        const SIZE: usize;
        /// The number of these bytes.
        fn from_bytes(bytes: &[u8]) -> Self;
    }

    macro_rules! numbers {
        ($($t:ty)*) => {$(
            impl FromBytes for $t {
                const SIZE: usize = size_of::<$t>();
                fn from_bytes(bytes: &[u8]) -> Self {
                    <$t>::from_le_bytes(bytes.try_into().expect("a chunk has this size"))
                }
            }
        )*};
    }
    numbers!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
}
