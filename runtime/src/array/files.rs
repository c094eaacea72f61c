//! NumPy's files: `.npy` for one array, `.npz` for several under names.

use ndarray::{ArrayD, IxDyn, ShapeBuilder};
use npyz::npz::{array_name_from_file_name, file_name_from_array_name};
use npyz::{AutoSerialize, Deserialize, NpyFile, Order, WriterBuilder};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::Path;
use zip::result::ZipError;
use zip::write::FileOptions;
use zip::{ZipArchive, ZipWriter};

use super::operand::{Operand, dynamic};

fn shaped<T: Deserialize, R: Read>(file: NpyFile<R>) -> io::Result<ArrayD<T>> {
    let shape: Vec<usize> = file.shape().iter().map(|&n| n as usize).collect();
    let columns_first = file.order() == Order::Fortran;
    let elements: Vec<T> = file.into_vec()?;
    ArrayD::from_shape_vec(IxDyn(&shape).set_f(columns_first), elements)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The array in a `.npy` file.
///
/// # Errors
/// If the file cannot be read or its element type is not `T`.
pub fn load<T: Deserialize>(path: impl AsRef<Path>) -> io::Result<ArrayD<T>> {
    let path = path.as_ref();
    NpyFile::new(BufReader::new(File::open(path)?))
        .and_then(shaped)
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("bm::load: {}: {error}", path.display()),
            )
        })
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
pub fn save<T: AutoSerialize + Clone, A: Operand<T>>(
    path: impl AsRef<Path>,
    x: A,
) -> io::Result<()> {
    write(BufWriter::new(File::create(path)?), &x)
}

fn write<T: AutoSerialize + Clone, A: Operand<T>>(writer: impl io::Write, x: &A) -> io::Result<()> {
    let view = dynamic(x);
    let shape: Vec<u64> = view.shape().iter().map(|&n| n as u64).collect();
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&shape)
        .writer(writer)
        .begin_nd()?;
    writer.extend(view.iter().cloned())?;
    writer.finish()
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
    pub fn add<T: AutoSerialize + Clone, A: Operand<T>>(
        &mut self,
        name: &str,
        x: A,
    ) -> io::Result<()> {
        self.writer
            .start_file(file_name_from_array_name(name), FileOptions::default())?;
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
pub fn loadz<T: Deserialize>(path: impl AsRef<Path>, name: &str) -> io::Result<ArrayD<T>> {
    let path = path.as_ref();
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
    match archive.by_name(&file_name_from_array_name(name)) {
        Ok(file) => shaped(NpyFile::new(file)?),
        Err(ZipError::FileNotFound) => {
            let text = format!("bm::loadz: {} has no array {name}", path.display());
            Err(io::Error::new(io::ErrorKind::NotFound, text))
        }
        Err(error) => Err(error.into()),
    }
}

/// The names of the arrays in a `.npz` file.
///
/// # Errors
/// If the file cannot be read.
pub fn names(path: impl AsRef<Path>) -> io::Result<Vec<String>> {
    let archive = ZipArchive::new(BufReader::new(File::open(path.as_ref())?))?;
    Ok(archive
        .file_names()
        .filter_map(array_name_from_file_name)
        .map(str::to_owned)
        .collect())
}

/// A vector of the bytes in a file or buffer, little endian.
pub fn frombuffer<T: bytes::FromBytes>(buffer: &[u8]) -> ndarray::Array1<T> {
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
