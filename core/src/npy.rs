//! The `.npy` format, versions 1.0 to 3.0: a header that says element type, order and shape, then the elements.
//!
//! Source: NumPy Enhancement Proposal 1 and the documentation of `numpy.lib.format`. Read and written here because the
//! crates for it bring a parser of all Python literals and big integers, which took a quarter of the time of a build.

use num_complex::Complex;
use std::io::{self, ErrorKind, Read, Write};
use std::iter::Peekable;
use std::str::Chars;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// NumPy starts the elements at a multiple of this.
const ALIGNMENT: usize = 64;
/// Bytes read or written at a time.
const PART: usize = 1 << 16;

/// Where an array's name stands in a `.npz` file.
pub(crate) fn entry(name: &str) -> String {
    format!("{name}.npy")
}

/// The name of the array in an entry of a `.npz` file, if NumPy would take it for one.
pub(crate) fn array_name(entry: &str) -> Option<&str> {
    entry.split('\0').next()?.strip_suffix(".npy")
}

/// What is wrong with a file.
fn invalid(text: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, text.into())
}

/// Foreign text as a message shows it: in one line, and no more of it than its beginning.
pub(crate) fn in_a_line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.trim().chars().take(200).map(plain).collect()
}

/// An element type as the header spells it: `<f8` is a little-endian float of 8 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Spelled {
    big_endian: bool,
    letter: char,
    /// Bytes, but code points for `U`.
    size: usize,
}

impl Spelled {
    fn parse(text: &str) -> Option<Spelled> {
        let mut chars = text.chars();
        let order = chars.next().filter(|order| "<>|=".contains(*order))?;
        let letter = chars.next()?;
        let rest = chars.as_str();
        // Times have their unit behind the size.
        let digits = match rest.split_once('[') {
            Some((digits, _)) if letter == 'm' || letter == 'M' => digits,
            _ => rest,
        };
        Some(Spelled {
            big_endian: order == '>' || (order == '=' && cfg!(target_endian = "big")),
            letter,
            size: digits.parse().ok()?,
        })
    }

    fn bytes(&self) -> Option<usize> {
        self.size
            .checked_mul(if self.letter == 'U' { 4 } else { 1 })
    }
}

/// An element type that can be read from `.npy` files: numbers, `bool`, `String` and, for byte strings, `Vec<u8>`.
pub trait FromNpy: Sized {
    /// Whether elements spelled like this are of the type.
    #[doc(hidden)]
    fn is(spelled: Spelled) -> bool;
    /// The element of these bytes.
    #[doc(hidden)]
    fn decode(bytes: &[u8], spelled: Spelled) -> io::Result<Self>;
}

/// An element type that can be written to `.npy` files: numbers and `bool`.
pub trait ToNpy {
    /// The type as the header spells it.
    #[doc(hidden)]
    const SPELLED: &'static str;
    /// Appends the element's bytes.
    #[doc(hidden)]
    fn encode(&self, out: &mut Vec<u8>);
}

macro_rules! numbers {
    ($($type:ty = $letters:literal $spelled:literal;)*) => {$(
        impl FromNpy for $type {
            fn is(spelled: Spelled) -> bool {
                spelled.size == size_of::<$type>() && $letters.contains(spelled.letter)
            }
            #[inline]
            fn decode(bytes: &[u8], spelled: Spelled) -> io::Result<Self> {
                let bytes = bytes.try_into().map_err(io::Error::other)?;
                Ok(match spelled.big_endian {
                    true => <$type>::from_be_bytes(bytes),
                    false => <$type>::from_le_bytes(bytes),
                })
            }
        }
        impl ToNpy for $type {
            const SPELLED: &'static str = $spelled;
            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}

// Times are counts in 64 bits.
numbers! {
    i8 = "i" "|i1";
    i16 = "i" "<i2";
    i32 = "i" "<i4";
    i64 = "imM" "<i8";
    u8 = "u" "|u1";
    u16 = "u" "<u2";
    u32 = "u" "<u4";
    u64 = "u" "<u8";
    f32 = "f" "<f4";
    f64 = "f" "<f8";
}

macro_rules! sizes {
    ($($type:ty as $stored:ty;)*) => {$(
        /// Stored in 64 bits.
        impl FromNpy for $type {
            fn is(spelled: Spelled) -> bool {
                <$stored>::is(spelled)
            }
            #[inline]
            fn decode(bytes: &[u8], spelled: Spelled) -> io::Result<Self> {
                <$stored>::decode(bytes, spelled).map(|value| value as $type)
            }
        }
        /// Stored in 64 bits.
        impl ToNpy for $type {
            const SPELLED: &'static str = <$stored>::SPELLED;
            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                (*self as $stored).encode(out);
            }
        }
    )*};
}

sizes! {
    isize as i64;
    usize as u64;
}

impl FromNpy for bool {
    fn is(spelled: Spelled) -> bool {
        spelled.letter == 'b' && spelled.size == 1
    }
    #[inline]
    fn decode(bytes: &[u8], _: Spelled) -> io::Result<Self> {
        match bytes {
            [0] => Ok(false),
            [1] => Ok(true),
            other => Err(invalid(format!("{other:?} is no bool"))),
        }
    }
}

impl ToNpy for bool {
    const SPELLED: &'static str = "|b1";
    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }
}

macro_rules! complex {
    ($($part:ty = $spelled:literal;)*) => {$(
        impl FromNpy for Complex<$part> {
            fn is(spelled: Spelled) -> bool {
                spelled.letter == 'c' && spelled.size == size_of::<Self>()
            }
            #[inline]
            fn decode(bytes: &[u8], spelled: Spelled) -> io::Result<Self> {
                let (re, im) = bytes.split_at(bytes.len() / 2);
                let part = |bytes| <$part>::decode(bytes, spelled);
                Ok(Complex::new(part(re)?, part(im)?))
            }
        }
        impl ToNpy for Complex<$part> {
            const SPELLED: &'static str = $spelled;
            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                self.re.encode(out);
                self.im.encode(out);
            }
        }
    )*};
}

complex! {
    f32 = "<c8";
    f64 = "<c16";
}

/// Byte strings, without the zeros that fill them up, and raw bytes.
impl FromNpy for Vec<u8> {
    fn is(spelled: Spelled) -> bool {
        matches!(spelled.letter, 'S' | 'a' | 'V')
    }
    fn decode(bytes: &[u8], spelled: Spelled) -> io::Result<Self> {
        let end = match spelled.letter {
            'V' => bytes.len(),
            _ => bytes
                .iter()
                .rposition(|&b| b != 0)
                .map_or(0, |last| last + 1),
        };
        Ok(bytes[..end].to_vec())
    }
}

/// Unicode strings, and byte strings in UTF-8.
impl FromNpy for String {
    fn is(spelled: Spelled) -> bool {
        matches!(spelled.letter, 'U' | 'S' | 'a')
    }
    fn decode(bytes: &[u8], spelled: Spelled) -> io::Result<Self> {
        if spelled.letter != 'U' {
            return String::from_utf8(Vec::decode(bytes, spelled)?)
                .map_err(|error| invalid(error.to_string()));
        }
        let mut text = String::new();
        for point in bytes.chunks_exact(4) {
            let point = u32::decode(point, spelled)?;
            let read = char::from_u32(point);
            text.push(read.ok_or_else(|| invalid(format!("{point:#x} is no character")))?);
        }
        text.truncate(text.trim_end_matches('\0').len());
        Ok(text)
    }
}

/// A `.npy` file whose header has been read. The reader is behind `dyn`: one copy of each function a type.
pub(crate) struct File<'r> {
    reader: &'r mut dyn Read,
    /// The element type as it stands in the header.
    pub described: String,
    spelled: Option<Spelled>,
    pub column_major: bool,
    pub shape: Vec<usize>,
}

impl<'r> File<'r> {
    pub fn open(reader: &'r mut dyn Read) -> io::Result<Self> {
        let header = header(reader)?;
        let mut described = None;
        let mut column_major = None;
        let mut shape = None;
        for (key, value) in dictionary(&header)? {
            match (key.as_str(), value) {
                ("descr", value) => described = Some(value),
                ("fortran_order", Literal::Word(word)) => {
                    column_major = ["False", "True"].iter().position(|&w| w == word)
                }
                ("shape", Literal::Sequence(axes)) => {
                    shape = axes.iter().map(Literal::length).collect::<Option<Vec<_>>>()
                }
                _ => {}
            }
        }
        let lacks = |key: &str| {
            let header = in_a_line(&header);
            invalid(format!("the header has no {key} of its form: {header}"))
        };
        let described = described.ok_or_else(|| lacks("descr"))?;
        Ok(File {
            reader,
            spelled: match &described {
                Literal::Text(text) => Spelled::parse(text),
                _ => None,
            },
            described: in_a_line(&described.to_string()),
            column_major: column_major.ok_or_else(|| lacks("fortran_order"))? == 1,
            shape: shape.ok_or_else(|| lacks("shape"))?,
        })
    }

    /// Whether the elements are of type `T`.
    pub fn has<T: FromNpy>(&self) -> bool {
        self.spelled.is_some_and(T::is)
    }

    /// The elements in the order of the file, which must be of type `T`.
    pub fn elements<T: FromNpy>(self) -> io::Result<Vec<T>> {
        let spelled = self.spelled.filter(|&spelled| T::is(spelled));
        let Some((spelled, size)) = spelled.and_then(|s| Some((s, s.bytes()?))) else {
            return Err(invalid(format!(
                "the elements are {}, not {}",
                self.described,
                std::any::type_name::<T>()
            )));
        };
        let count = self
            .shape
            .iter()
            .try_fold(1, |count: usize, &n| count.checked_mul(n))
            .ok_or_else(|| invalid(format!("the shape {:?} is too large", self.shape)))?;
        // It grows as the file is read: a foreign header may promise more than there is memory.
        let mut elements = Vec::new();
        let together = (PART / size.max(1)).max(1);
        let mut bytes = Vec::new();
        while elements.len() < count {
            let part = together.min(count - elements.len());
            bytes.resize(part * size, 0);
            fill(self.reader, &mut bytes, &self.shape)?;
            for at in 0..part {
                elements.push(T::decode(&bytes[at * size..][..size], spelled)?);
            }
        }
        Ok(elements)
    }
}

fn fill(reader: &mut dyn Read, bytes: &mut [u8], shape: &[usize]) -> io::Result<()> {
    reader
        .read_exact(bytes)
        .map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => io::Error::new(
                ErrorKind::UnexpectedEof,
                format!("the file ends before the last element of shape {shape:?}"),
            ),
            _ => error,
        })
}

/// The text of the header.
fn header(reader: &mut dyn Read) -> io::Result<String> {
    let mut read = |bytes: &mut [u8]| {
        reader
            .read_exact(bytes)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => invalid("the file ends within its header"),
                _ => error,
            })
    };
    let mut start = [0; 8];
    read(&mut start)?;
    if !start.starts_with(MAGIC) {
        return Err(invalid(
            "it is no .npy file: it does not begin with \\x93NUMPY",
        ));
    }
    let mut length = [0; 4];
    match start[6..] {
        [1, 0] => read(&mut length[..2])?,
        [2 | 3, 0] => read(&mut length)?,
        _ => {
            let (major, minor) = (start[6], start[7]);
            return Err(invalid(format!(
                "version {major}.{minor} of .npy files is not known"
            )));
        }
    }
    let length = u64::from(u32::from_le_bytes(length));
    let mut text = Vec::new();
    // Not allocated at once: a foreign length may be 4 GiB.
    reader.take(length).read_to_end(&mut text)?;
    if (text.len() as u64) < length {
        return Err(invalid("the file ends within its header"));
    }
    String::from_utf8(text).map_err(|error| invalid(format!("the header: {error}")))
}

/// A Python literal, as far as headers have them.
enum Literal {
    Text(String),
    /// A number, `True`, `False` or `None`.
    Word(String),
    /// A tuple or list.
    Sequence(Vec<Literal>),
}

impl Literal {
    /// As the length of an axis; Python 2 wrote `3L`.
    fn length(&self) -> Option<usize> {
        match self {
            Literal::Word(word) => word.trim_end_matches('L').parse().ok(),
            _ => None,
        }
    }
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Literal::Text(text) => write!(f, "'{text}'"),
            Literal::Word(word) => f.write_str(word),
            Literal::Sequence(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
        }
    }
}

/// The entries of the header, a Python dictionary.
fn dictionary(header: &str) -> io::Result<Vec<(String, Literal)>> {
    let mut text = header.chars().peekable();
    let no_dictionary = || format!("the header is no dictionary: {}", in_a_line(header));
    entries(&mut text).ok_or_else(|| invalid(no_dictionary()))
}

type Text<'a> = Peekable<Chars<'a>>;

fn skip_space(text: &mut Text) {
    while text.next_if(|c| c.is_whitespace()).is_some() {}
}

/// Takes `wanted`, if it is the next character.
fn takes(text: &mut Text, wanted: char) -> bool {
    skip_space(text);
    text.next_if_eq(&wanted).is_some()
}

fn entries(text: &mut Text) -> Option<Vec<(String, Literal)>> {
    let mut entries = Vec::new();
    takes(text, '{').then_some(())?;
    while !takes(text, '}') {
        let Literal::Text(key) = literal(text, 0)? else {
            return None;
        };
        takes(text, ':').then_some(())?;
        entries.push((key, literal(text, 0)?));
        if !takes(text, ',') {
            takes(text, '}').then_some(())?;
            break;
        }
    }
    skip_space(text);
    text.peek().is_none().then_some(entries)
}

/// Sequences in sequences; records have four levels each.
const DEEPEST: usize = 64;

fn literal(text: &mut Text, depth: usize) -> Option<Literal> {
    skip_space(text);
    let first = text.next()?;
    match first {
        '\'' | '"' => {
            let mut read = String::new();
            loop {
                match text.next()? {
                    '\\' => read.push(text.next()?),
                    c if c == first => return Some(Literal::Text(read)),
                    c => read.push(c),
                }
            }
        }
        '(' | '[' if depth < DEEPEST => {
            let close = if first == '(' { ')' } else { ']' };
            let mut items = Vec::new();
            while !takes(text, close) {
                items.push(literal(text, depth + 1)?);
                if !takes(text, ',') {
                    takes(text, close).then_some(())?;
                    break;
                }
            }
            Some(Literal::Sequence(items))
        }
        c if c.is_alphanumeric() || c == '-' => {
            let mut word = String::from(c);
            while let Some(c) = text.next_if(|c| c.is_alphanumeric()) {
                word.push(c);
            }
            Some(Literal::Word(word))
        }
        _ => None,
    }
}

/// Writes an array: a header, then the elements row by row.
pub(crate) fn write<'a, T: ToNpy + 'a>(
    writer: &mut dyn Write,
    shape: &[usize],
    elements: impl Iterator<Item = &'a T>,
) -> io::Result<()> {
    let mut bytes = header_of(T::SPELLED, shape)?;
    for element in elements {
        element.encode(&mut bytes);
        if bytes.len() >= PART {
            writer.write_all(&bytes)?;
            bytes.clear();
        }
    }
    writer.write_all(&bytes)?;
    writer.flush()
}

fn header_of(spelled: &str, shape: &[usize]) -> io::Result<Vec<u8>> {
    let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let text = format!(
        "{{'descr': '{spelled}', 'fortran_order': False, 'shape': ({}{comma}), }}",
        lengths.join(", ")
    );
    // Version 1.0: its length has two bytes.
    let before = MAGIC.len() + 4;
    let total = (before + text.len() + 1).next_multiple_of(ALIGNMENT);
    let length =
        u16::try_from(total - before).map_err(|_| invalid("the shape has too many axes"))?;
    let mut header = MAGIC.to_vec();
    header.extend([1, 0]);
    header.extend(length.to_le_bytes());
    header.extend(text.bytes());
    header.resize(total - 1, b' ');
    header.push(b'\n');
    Ok(header)
}
