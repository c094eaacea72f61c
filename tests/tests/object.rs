//! `#[derive(BrainObject)]`: variables by name, in every kind of struct.

use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Exponential<T> {
    tau: T,
    #[variable]
    g: Array1<T>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Phase {
    Rest,
    Spike,
}

#[derive(BrainObject)]
struct Net {
    dt: f32,
    #[variable]
    v: Array2<f32>,
    #[train_var]
    w: Array1<f64>,
    #[child]
    e: Exponential<f32>,
    #[child]
    cells: Vec<Exponential<f64>>,
    #[child]
    pair: [Exponential<f32>; 2],
    #[variable]
    t: f64,
    #[variable(skip_save)]
    phase: Phase,
    #[variable]
    counts: Vec<u32>,
    #[static_arg(values(1, 2))]
    order: usize,
}

fn exponential<T: Clone + Default>(n: usize) -> Exponential<T> {
    Exponential {
        tau: T::default(),
        g: Array1::from_elem(n, T::default()),
    }
}

fn net() -> Net {
    Net {
        dt: 0.1,
        v: Array2::zeros((2, 3)),
        w: Array1::ones(4),
        e: exponential(5),
        cells: vec![exponential(1), exponential(2)],
        pair: [exponential(6), exponential(7)],
        t: 1.5,
        phase: Phase::Rest,
        counts: vec![1, 2, 3],
        order: 1,
    }
}

#[test]
fn vars_collects_nested() {
    let net = net();
    let vars = net.vars();
    let seen: Vec<_> = vars
        .iter()
        .map(|v| (v.name(), v.shape().to_vec(), v.type_name()))
        .collect();
    let expected = [
        ("v", vec![2, 3], "Array2<f32>"),
        ("w", vec![4], "Array1<f64>"),
        ("e.g", vec![5], "Array1<f32>"),
        ("cells.0.g", vec![1], "Array1<f64>"),
        ("cells.1.g", vec![2], "Array1<f64>"),
        ("pair.0.g", vec![6], "Array1<f32>"),
        ("pair.1.g", vec![7], "Array1<f32>"),
        ("t", vec![], "f64"),
        ("phase", vec![], "Phase"),
        ("counts", vec![3], "Vec<u32>"),
    ];
    let expected = expected.map(|(name, shape, ty)| (name, shape, ty.to_string()));
    assert_eq!(seen, expected);
    assert_eq!((net.dt, net.order, net.e.tau), (0.1, 1, 0.0));
}

#[test]
fn train_vars_are_those_marked() {
    let mut net = net();
    let names: Vec<_> = net.train_vars().into_iter().map(|v| v.name().to_string()).collect();
    assert_eq!(names, ["w"]);
    assert_eq!(net.train_vars_mut().len(), 1);
}

#[test]
fn variables_of_any_type_are_reached_by_type() {
    let mut net = net();
    {
        let mut vars = net.vars_mut();
        let v = vars.get_mut("v").unwrap();
        v.downcast_mut::<Array2<f32>>().unwrap()[(1, 2)] = 7.0;
        assert!(v.downcast_mut::<Array2<f64>>().is_none());
        *vars.get_mut("phase").unwrap().downcast_mut().unwrap() = Phase::Spike;
    }
    assert_eq!(net.v[(1, 2)], 7.0);
    assert_eq!(net.phase, Phase::Spike);
    assert_eq!(net.vars().get("t").unwrap().downcast_ref(), Some(&1.5f64));
    assert!(net.vars().get("nothing").is_none());
}

#[derive(BrainObject)]
struct Unit;

#[derive(BrainObject)]
struct Constants {
    #[expect(dead_code)]
    tau: f32,
}

#[test]
fn without_variables() {
    assert!(Unit.vars().is_empty());
    assert!(Constants { tau: 1.0 }.vars().is_empty());
}

#[derive(BrainObject)]
struct Generic<'a, T: Copy + 'a, const N: usize, D = f32>
where
    D: Clone,
{
    #[variable]
    buffer: [f32; N],
    #[variable]
    values: Array2<T>,
    #[variable]
    others: Vec<D>,
    #[variable]
    borrowed: &'a mut [f32],
    #[variable]
    r#type: u8,
}

#[test]
fn generics_lifetimes_and_open_types() {
    let mut data = [0.0; 3];
    let mut generic = Generic::<u8, 4> {
        buffer: [0.0; 4],
        values: Array2::zeros((1, 2)),
        others: vec![1.0],
        borrowed: &mut data,
        r#type: 3,
    };
    let vars = generic.vars();
    let seen: Vec<_> = vars.iter().map(|v| (v.name(), v.shape())).collect();
    assert_eq!(
        seen,
        [
            ("buffer", vec![4]),
            ("values", vec![1, 2]),
            ("others", vec![1]),
            ("borrowed", vec![3]),
            ("type", vec![]),
        ]
    );
    assert_eq!(vars.get("buffer").unwrap().type_name(), "[f32; 4]");
    assert!(vars.get("others").unwrap().downcast_ref::<Vec<f32>>().is_some());
    generic.vars_mut().get_mut("values").unwrap().downcast_mut::<Array2<u8>>().unwrap()[(0, 1)] = 9;
    assert_eq!(generic.values[(0, 1)], 9);
}

#[test]
fn variables_of_two_objects_together() {
    let (a, b) = (net(), exponential::<f32>(2));
    let both = a.vars() + b.vars();
    assert_eq!(both.len(), a.vars().len() + 1);
}

#[test]
fn a_variable_shows_itself() {
    assert_eq!(format!("{:?}", exponential::<f32>(2).vars()), "[g: Array1<_> [2]]".replace('_', "f32"));
}
