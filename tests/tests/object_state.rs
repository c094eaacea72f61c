//! Saving and loading the variables of an object.

use brain_jit::object::StateError;
use brain_jit::prelude::*;
use ndarray::{ArcArray1, ShapeBuilder};
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    folder.join(format!("object_state_{name}.npz"))
}

macro_rules! every_type {
    ($($name:ident: $ty:ty = $($value:expr),*;)*) => {
        #[derive(BrainObject, Clone, PartialEq, Debug)]
        struct EveryType {
            $(#[variable] $name: $ty,)*
        }

        fn filled() -> EveryType {
            EveryType { $($name: [$($value),*][0].clone(),)* }
        }

        fn other() -> EveryType {
            EveryType { $($name: [$($value),*][1].clone(),)* }
        }
    };
}

every_type! {
    boolean: bool = true, false;
    small: i8 = -1, 0;
    short: i16 = i16::MIN, 0;
    int: i32 = 3, 0;
    long: i64 = i64::MIN, 0;
    size: isize = -5, 0;
    byte: u8 = 255, 0;
    ushort: u16 = 1, 0;
    uint: u32 = 2, 0;
    ulong: u64 = u64::MAX, 0;
    usize: usize = 4, 0;
    single: f32 = 0.1, 0.0;
    double: f64 = 0.1, 0.0;
    complex32: Complex32 = Complex32::new(1.0, 2.0), Complex32::new(0.0, 0.0);
    complex64: Complex64 = Complex64::new(3.0, -4.0), Complex64::new(0.0, 0.0);
    flags: Array1<bool> = array![true, false], array![false, false];
    zero: Array0<f64> = Array0::from_elem((), 7.0), Array0::zeros(());
    table: Array2<f32> = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], Array2::zeros((2, 3));
    columns: Array2<f64> = Array2::from_shape_vec((2, 2).f(), vec![1.0, 2.0, 3.0, 4.0]).unwrap(), Array2::zeros((2, 2));
    free: ArrayD<i32> = Array::ones((1, 2, 1)).into_dyn(), Array::zeros((1, 2, 1)).into_dyn();
    shared: ArcArray1<f32> = ArcArray1::ones(3), ArcArray1::zeros(3);
    empty: Array1<f32> = Array1::zeros(0), Array1::zeros(0);
    list: [u8; 3] = [1, 2, 3], [0; 3];
    buffer: Vec<f64> = vec![1.0, 2.0], vec![];
    complexes: Array1<Complex64> = array![Complex64::new(1.0, -1.0)], array![Complex64::new(0.0, 0.0)];
}

#[test]
fn every_element_type_and_container_comes_back() {
    let path = path("every_type");
    filled().save_state(&path).unwrap();
    let mut loaded = other();
    let table = loaded.table.as_ptr();
    loaded.load_state(&path).unwrap();
    assert_eq!(loaded, filled());
    assert_eq!(loaded.table.as_ptr(), table, "arrays are written in place");
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Phase {
    Rest,
    Spike,
}

#[derive(BrainObject)]
struct Cell {
    #[variable]
    v: Array1<f32>,
    #[variable(skip_save)]
    phase: Phase,
}

#[derive(BrainObject)]
struct Net {
    #[child]
    cells: Vec<Cell>,
    #[variable]
    t: f64,
}

fn net(n: usize) -> Net {
    let cell = |v| Cell {
        v: Array1::from_elem(2, v),
        phase: Phase::Spike,
    };
    Net {
        cells: (0..n).map(|i| cell(i as f32)).collect(),
        t: n as f64,
    }
}

#[test]
fn children_and_skipped_variables() {
    let path = path("children");
    let mut first = net(2);
    first.save_state(&path).unwrap();
    first.t = 0.0;
    first.cells[1].v.fill(9.0);
    first.cells[1].phase = Phase::Rest;
    first.load_state(&path).unwrap();
    assert_eq!(first.t, 2.0);
    assert_eq!(first.cells[1].v, array![1.0, 1.0]);
    assert_eq!(first.cells[1].phase, Phase::Rest);
}

/// The message of a failed load, and that nothing was changed.
fn refused(net: &mut Net, name: &str) -> String {
    net.t = -1.0;
    let error = net.load_state(path(name)).unwrap_err();
    assert_eq!(net.t, -1.0, "a failed load changes nothing");
    error.to_string()
}

#[test]
fn a_file_of_another_object_is_refused_whole() {
    net(2).save_state(path("two")).unwrap();
    assert_eq!(
        refused(&mut net(3), "two"),
        "the saved state has no variable `cells.2.v`"
    );
    assert_eq!(
        refused(&mut net(1), "two"),
        "the saved state has a variable `cells.1.v`, which the object has not"
    );
    let mut longer = net(2);
    longer.cells[1].v = Array1::zeros(3);
    assert_eq!(
        refused(&mut longer, "two"),
        "the variable `cells.1.v` has shape [3], in the saved state it has shape [2]"
    );
    assert_eq!(longer.cells[0].v, array![0.0, 0.0]);
}

#[derive(BrainObject)]
struct Double {
    #[variable]
    v: Array1<f64>,
}

#[derive(BrainObject)]
struct Integer {
    #[variable]
    v: Array1<i32>,
}

#[test]
fn a_wrong_element_type_is_named() {
    let path = path("dtype");
    Double {
        v: Array1::zeros(2),
    }
    .save_state(&path)
    .unwrap();
    let mut integer = Integer { v: array![1, 2] };
    let error = integer.load_state(&path).unwrap_err();
    assert!(matches!(error, StateError::DType { .. }));
    assert!(
        error
            .to_string()
            .starts_with("the variable `v` has element type i32, in the saved state it has"),
        "{error}"
    );
    assert_eq!(integer.v, array![1, 2]);
}

#[derive(BrainObject)]
struct Unsaved {
    #[variable]
    phase: Phase,
}

#[test]
fn what_cannot_be_saved_is_named() {
    let path = path("unsaved");
    let error = Unsaved { phase: Phase::Rest }
        .save_state(&path)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the variable `phase` of type `Phase` cannot be saved: mark it `#[variable(skip_save)]`, or implement `brain_jit::object::State`"
    );
    assert!(!path.exists());
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = net(1).load_state(path("nowhere")).unwrap_err();
    assert!(
        error.to_string().contains("object_state_nowhere.npz"),
        "{error}"
    );
    let garbage = path("garbage");
    std::fs::write(&garbage, "no archive").unwrap();
    let error = net(1).load_state(&garbage).unwrap_err();
    assert!(matches!(error, StateError::Io { .. }), "{error}");
}

#[derive(BrainObject)]
struct Open<T> {
    #[variable]
    v: Array2<T>,
    #[variable]
    t: T,
}

#[test]
fn a_struct_that_is_generic_without_bounds_is_saved() {
    let path = path("open");
    let mut open = Open {
        v: array![[1.0, 2.0]],
        t: 3.0,
    };
    open.save_state(&path).unwrap();
    open.v.fill(0.0);
    open.t = 0.0;
    open.load_state(&path).unwrap();
    assert_eq!((open.v, open.t), (array![[1.0, 2.0]], 3.0));
}

#[test]
fn a_generator_goes_on_where_it_was_saved() {
    #[derive(BrainObject)]
    struct Noise {
        #[variable]
        rng: RandomState,
        #[variable]
        x: Array1<f32>,
    }
    let path = path("generator");
    let mut noise = Noise {
        rng: RandomState::new(7),
        x: array![1.0],
    };
    let _: Array1<f32> = noise.rng.normal(0.0, 1.0, 100);
    noise.save_state(&path).unwrap();
    assert_eq!(noise.vars().get("rng").unwrap().shape(), [2]);
    let after_save: Array1<f64> = noise.rng.normal(0.0, 1.0, 50);
    noise.rng.seed(1);
    noise.load_state(&path).unwrap();
    let after_load: Array1<f64> = noise.rng.normal(0.0, 1.0, 50);
    assert_eq!(after_load, after_save);
}
