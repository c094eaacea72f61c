//! `.npy` and `.npz` files, against the crate npyz and files written out by hand.

use brain_jit::{bm, prelude::*};
use ndarray::ShapeBuilder;
use npyz::WriterBuilder;
use std::fmt::Debug;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A file of version 1.0 or higher with this header and these bytes.
fn file(name: &str, version: u8, header: &str, data: &[u8]) -> PathBuf {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.bytes());
    bytes.extend(data);
    let path = path(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn both_ways<T>(name: &str, x: Array2<T>)
where
    T: npyz::Deserialize + npyz::AutoSerialize + bm::Number + brain_jit::npy::FromNpy,
    T: brain_jit::npy::ToNpy + PartialEq + Debug,
{
    let path = path(&format!("npy_{name}.npy"));
    // A view that is not contiguous, written by brain_jit, read by npyz.
    bm::save(&path, x.t()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\0");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!((start % 64, bytes[start - 1]), (0, b'\n'));
    let read = npyz::NpyFile::new(&bytes[..]).unwrap();
    assert_eq!(read.shape(), [x.ncols() as u64, x.nrows() as u64]);
    assert_eq!(
        read.into_vec::<T>().unwrap(),
        x.t().iter().copied().collect::<Vec<_>>()
    );
    assert_eq!(bm::load::<T>(&path).unwrap(), x.t().into_dyn());
    // Written by npyz in Fortran order, read by brain_jit.
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .order(npyz::Order::Fortran)
        .shape(&[x.nrows() as u64, x.ncols() as u64])
        .writer(&mut bytes)
        .begin_nd()
        .unwrap();
    writer.extend(x.t().iter().copied()).unwrap();
    writer.finish().unwrap();
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(bm::load::<T>(&path).unwrap(), x.into_dyn());
}

#[test]
fn every_type_goes_both_ways() {
    both_ways("bool", array![[true, false, true], [false, false, true]]);
    both_ways("i8", array![[i8::MIN, -1, i8::MAX]]);
    both_ways("i16", array![[i16::MIN, -1, i16::MAX]]);
    both_ways("i32", array![[i32::MIN, -1, i32::MAX], [1, 2, 3]]);
    both_ways("i64", array![[i64::MIN, -1, i64::MAX]]);
    both_ways("u8", array![[0, u8::MAX]]);
    both_ways("u16", array![[1, u16::MAX]]);
    both_ways("u32", array![[1, u32::MAX]]);
    both_ways("u64", array![[1, u64::MAX]]);
    both_ways(
        "f32",
        array![[0.1f32, -0.0, f32::INFINITY], [1e-40, 2.0, 3.0]],
    );
    both_ways("f64", array![[0.1f64, -0.0, f64::INFINITY]]);
    both_ways(
        "c8",
        array![[Complex32::new(1.0, -2.0), Complex32::new(0.5, 0.1)]],
    );
    both_ways(
        "c16",
        array![[Complex64::new(1.0, -2.0)], [Complex64::new(0.5, 0.1)]],
    );
    both_ways("empty", Array2::<f32>::zeros((0, 3)));
    // More than the reader and writer take at a time.
    both_ways(
        "long",
        Array2::from_shape_fn((300, 301), |(i, j)| (i * j) as f64),
    );
}

#[test]
fn ranks_and_sizes_of_the_machine() {
    let path = path("npy_ranks.npy");
    bm::save(&path, 3isize).unwrap();
    assert_eq!(
        bm::load::<isize>(&path).unwrap(),
        Array0::from_elem((), 3).into_dyn()
    );
    assert_eq!(bm::load::<i64>(&path).unwrap()[[]], 3);
    bm::save(&path, array![1usize, 2]).unwrap();
    let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()[10..]).into_owned();
    assert!(
        text.starts_with("{'descr': '<u8', 'fortran_order': False, 'shape': (2,), }"),
        "{text}"
    );
    let wide = Array::from_shape_vec((2, 1, 2).f(), vec![1i32, 2, 3, 4]).unwrap();
    bm::save(&path, &wide).unwrap();
    assert_eq!(bm::load::<i32>(&path).unwrap(), wide.into_dyn());
}

#[test]
fn other_spellings_of_the_header() {
    let big = file(
        "npy_big.npy",
        2,
        "{\"shape\":[2L,],'fortran_order' : False , 'descr': '>f4'}",
        &[1.5f32.to_be_bytes(), 2.5f32.to_be_bytes()].concat(),
    );
    assert_eq!(
        bm::load::<f32>(big).unwrap(),
        array![1.5f32, 2.5].into_dyn()
    );
    let times = "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,), 'π': None}\n";
    let times = file("npy_times.npy", 3, times, &7i64.to_le_bytes());
    assert_eq!(bm::load::<i64>(times).unwrap(), array![7i64].into_dyn());
}

#[test]
fn strings() {
    let points: Vec<u8> = "nöß"
        .chars()
        .chain("a\0\0".chars())
        .flat_map(|c| (c as u32).to_le_bytes())
        .collect();
    let header = "{'descr': '<U3', 'fortran_order': False, 'shape': (2,), }";
    let texts = bm::load::<String>(file("npy_text.npy", 1, header, &points)).unwrap();
    assert_eq!(texts.as_slice().unwrap(), ["nöß", "a"]);
    let header = "{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }";
    let bytes = file("npy_bytes.npy", 1, header, b"abcd\0\0");
    assert_eq!(
        bm::load::<String>(&bytes).unwrap().as_slice().unwrap(),
        ["abc", "d"]
    );
    assert_eq!(
        bm::load::<Vec<u8>>(&bytes).unwrap().as_slice().unwrap(),
        [b"abc".to_vec(), b"d".to_vec()]
    );
    let header = "{'descr': '<U0', 'fortran_order': False, 'shape': (2,), }";
    let texts = bm::load::<String>(file("npy_none.npy", 1, header, &[])).unwrap();
    assert_eq!(texts.as_slice().unwrap(), ["", ""]);
}

fn refused<T: brain_jit::npy::FromNpy + Debug>(path: PathBuf) -> String {
    let text = bm::load::<T>(&path).unwrap_err().to_string();
    let start = format!("bm::load: {}: ", path.display());
    text.strip_prefix(&start)
        .unwrap_or_else(|| panic!("{text} does not name function and file"))
        .to_string()
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let good = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    let foreign = path("npy_foreign.npy");
    std::fs::write(&foreign, "no array at all").unwrap();
    assert_eq!(
        refused::<f64>(foreign),
        "it is no .npy file: it does not begin with \\x93NUMPY"
    );
    let short = path("npy_short.npy");
    std::fs::write(&short, b"\x93NUM").unwrap();
    assert_eq!(
        refused::<f64>(short.clone()),
        "the file ends within its header"
    );
    std::fs::write(&short, b"\x93NUMPY\x02\0\xff\xff\xff\xff{").unwrap();
    assert_eq!(refused::<f64>(short), "the file ends within its header");
    assert_eq!(
        refused::<f64>(file("npy_nine.npy", 9, good, &[0; 16])),
        "version 9.0 of .npy files is not known"
    );
    assert_eq!(
        refused::<f64>(file("npy_cut.npy", 1, good, &[0; 15])),
        "the file ends before the last element of shape [2]"
    );
    assert_eq!(
        refused::<f32>(file("npy_type.npy", 1, good, &[0; 16])),
        "the elements are '<f8', not f32"
    );
    let huge = "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 9), }";
    assert_eq!(
        refused::<f64>(file("npy_huge.npy", 1, huge, &[])),
        "the shape [9223372036854775807, 9] is too large"
    );
    let promising = "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807,), }";
    assert!(refused::<f64>(file("npy_promise.npy", 1, promising, &[0; 8])).contains("ends before"));
    let record = "{'descr': [('a', '<f8'), ('b', [('c', '<i4', (2,))])], 'fortran_order': False, 'shape': (1,), }";
    assert_eq!(
        refused::<f64>(file("npy_record.npy", 1, record, &[0; 16])),
        "the elements are [['a', '<f8'], ['b', [['c', '<i4', [2]]]]], not f64"
    );
    let logical = "{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }";
    assert_eq!(
        refused::<bool>(file("npy_two.npy", 1, logical, &[2])),
        "[2] is no bool"
    );
    for header in [
        "",
        "{",
        "[1]",
        "{'descr': '<f8'",
        "{'descr' '<f8'}",
        "{'descr': '<f8'} x",
        "{'descr':\n'<f8'} x\n",
        &format!("{{'descr': {}", "[".repeat(60000)),
    ] {
        let path = file("npy_header.npy", 1, header, &[]);
        let error = refused::<f64>(path);
        assert!(error.starts_with("the header is no dictionary: "));
        assert!(error.lines().count() == 1 && error.len() < 300, "{error}");
    }
    for (key, header) in [
        ("descr", "{'fortran_order': False, 'shape': (2,), }"),
        (
            "fortran_order",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,), }",
        ),
        (
            "shape",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }",
        ),
        (
            "shape",
            "{'descr': '<f8', 'fortran_order': False, 'shape': 2, }",
        ),
    ] {
        let path = file("npy_key.npy", 1, header, &[]);
        assert!(refused::<f64>(path).starts_with(&format!("the header has no {key} of its form")));
    }
}

#[test]
fn archives() {
    let path = path("npy_archive.npz");
    let mut archive = bm::savez(&path).unwrap();
    archive.add("w", array![1.0f32, 2.0]).unwrap();
    archive
        .add("deep/n", Array2::<i64>::ones((100, 100)))
        .unwrap();
    archive.finish().unwrap();
    let mut names = bm::names(&path).unwrap();
    names.sort();
    assert_eq!(names, ["deep/n", "w"]);
    assert_eq!(
        bm::loadz::<i64>(&path, "deep/n").unwrap(),
        Array::ones((100, 100)).into_dyn()
    );
    let start = format!("bm::loadz: {}: ", path.display());
    let missing = bm::loadz::<f32>(&path, "v").unwrap_err().to_string();
    assert_eq!(missing, format!("{start}it has no array v"));
    let wrong = bm::loadz::<f64>(&path, "w").unwrap_err().to_string();
    assert_eq!(wrong, format!("{start}the elements are '<f4', not f64"));
}
