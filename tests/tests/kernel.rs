//! The launcher: every kind of operand in every layout, on any number of threads.

use brain_jit::kernel::{
    All, Any, Arange, Gather, In, InOut, Kernel, Level, Maximum, Minimum, New, Out, Product,
    Scratch, Site, Sum, launch,
};
use ndarray::{
    Array, Array1, Array2, Array3, ArrayD, ArrayView, ArrayViewMut, Dimension, Ix0, Ix1, Ix2, Ix3,
    IxDyn, ShapeBuilder, s,
};
use std::mem::MaybeUninit;

static SITE: Site = Site {
    method: "Lif::update",
    statement: "self.v += x * a",
    operands: &["self.v", "x"],
};

/// `v += x * a`.
struct Accumulate {
    a: f32,
}

impl Kernel<(InOut<'_, f32>, In<'_, f32>)> for Accumulate {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (v, x): (&mut [f32], &[f32])) {
        #[inline(always)]
        fn body<L: Level>(n: usize, v: &mut [f32], x: &[f32], a: f32) {
            let (v, x) = (&mut v[..n], &x[..n]);
            for i in 0..n {
                let t0 = x[i] * a;
                let t1 = v[i] + t0;
                v[i] = t1;
            }
        }
        body::<L>(n, v, x, self.a)
    }
}

fn accumulate<D: Dimension, E: Dimension>(v: ArrayViewMut<'_, f32, D>, x: ArrayView<'_, f32, E>) {
    launch(
        &SITE,
        2,
        (InOut::array(v), In::array(x)),
        &Accumulate { a: 2.0 },
    );
}

/// `out = x - y`, for every operand that can be an output.
struct Subtract;

impl Kernel<(Out<'_, f32>, In<'_, f32>, In<'_, f32>)> for Subtract {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, y): (&mut [f32], &[f32], &[f32])) {
        for i in 0..n {
            out[i] = x[i] - y[i];
        }
    }
}

impl<D: Dimension> Kernel<(New<f32, D>, In<'_, f32>, In<'_, f32>)> for Subtract {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, y): (&mut [MaybeUninit<f32>], &[f32], &[f32])) {
        for i in 0..n {
            out[i].write(x[i] - y[i]);
        }
    }
}

impl<D: Dimension> Kernel<(Scratch<f32, D>, In<'_, f32>, In<'_, f32>)> for Subtract {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, y): (&mut [MaybeUninit<f32>], &[f32], &[f32])) {
        for i in 0..n {
            out[i].write(x[i] - y[i]);
        }
    }
}

/// Numbers `base`, `base + 1`, … in logical order.
fn numbered<D: Dimension>(shape: D, base: f32) -> Array<f32, D> {
    let mut array = Array::zeros(shape);
    for (index, element) in array.iter_mut().enumerate() {
        *element = base + index as f32;
    }
    array
}

/// The same values in another layout, with a buffer that the view borrows from.
fn layouts(values: &Array2<f32>) -> Vec<(&'static str, Array2<f32>)> {
    let (rows, columns) = values.dim();
    let mut fortran = Array2::zeros((rows, columns).f());
    fortran.assign(values);
    vec![("C", values.clone()), ("F", fortran)]
}

/// Views of buffers in which `values` lie contiguous, strided, reversed, and as part of longer rows.
fn with_views(values: &Array2<f32>, mut visit: impl FnMut(&str, ArrayViewMut<'_, f32, Ix2>)) {
    let (rows, columns) = values.dim();
    for (name, mut array) in layouts(values) {
        visit(name, array.view_mut());
    }
    let mut wide = Array2::from_elem((rows * 2, columns * 3), f32::NAN);
    wide.slice_mut(s![..;2, ..;3]).assign(values);
    visit("strided", wide.slice_mut(s![..;2, ..;3]));
    let mut reversed = Array2::from_elem((rows, columns), f32::NAN);
    reversed.slice_mut(s![..;-1, ..;-1]).assign(values);
    visit("reversed", reversed.slice_mut(s![..;-1, ..;-1]));
    let mut half = Array2::from_elem((rows, columns), f32::NAN);
    half.slice_mut(s![.., ..;-1]).assign(values);
    visit("columns reversed", half.slice_mut(s![.., ..;-1]));
    let mut padded = Array2::from_elem((rows + 2, columns + 5), f32::NAN);
    padded
        .slice_mut(s![1..rows + 1, 2..columns + 2])
        .assign(values);
    visit("part", padded.slice_mut(s![1..rows + 1, 2..columns + 2]));
    let mut turned = Array2::from_elem((columns + 1, rows), f32::NAN);
    turned
        .slice_mut(s![..columns, ..])
        .reversed_axes()
        .assign(values);
    visit(
        "part of a transposed",
        turned.slice_mut(s![..columns, ..]).reversed_axes(),
    );
}

const SHAPES: [(usize, usize); 9] = [
    (0, 3),
    (1, 1),
    (1, 7),
    (5, 1),
    (3, 4),
    (7, 700),
    (700, 7),
    (33, 1031),
    (1, 9000),
];

#[test]
fn written_operands_in_every_layout_with_inputs_in_every_layout() {
    for shape in SHAPES {
        let (v, x) = (
            numbered(ndarray::Dim(shape), 0.5),
            numbered(ndarray::Dim(shape), 100.0),
        );
        let expected = &v + &(&x * 2.0);
        with_views(&x, |input, x| {
            with_views(&v, |output, mut v| {
                accumulate(v.view_mut(), x.view());
                assert_eq!(v, expected, "InOut {output}, In {input}, {shape:?}");
            });
        });
    }
}

#[test]
fn nothing_beside_a_strided_view_is_written() {
    let mut buffer = Array2::from_elem((6, 9), -1.0f32);
    accumulate(
        buffer.slice_mut(s![..;2, ..;3]),
        Array2::ones((3, 3)).view(),
    );
    for ((row, column), &value) in buffer.indexed_iter() {
        let expected = if row % 2 == 0 && column % 3 == 0 {
            1.0
        } else {
            -1.0
        };
        assert_eq!(value, expected, "at {row}, {column}");
    }
}

#[test]
fn results_in_every_layout_of_the_inputs() {
    for shape in SHAPES {
        let (x, y) = (
            numbered(ndarray::Dim(shape), 0.5),
            numbered(ndarray::Dim(shape), 7.0) * 3.0,
        );
        let expected = &x - &y;
        with_views(&x, |first, x| {
            with_views(&y, |second, y| {
                let inputs = || (In::array(x.view()), In::array(y.view()));
                let (a, b) = inputs();
                let (new, _, _) = launch(&SITE, 1, (New::<f32, Ix2>::new(), a, b), &Subtract);
                assert_eq!(new, expected, "New, {first}, {second}, {shape:?}");
                let (a, b) = inputs();
                let (temporary, _, _) =
                    launch(&SITE, 1, (Scratch::<f32, Ix2>::new(), a, b), &Subtract);
                assert_eq!(
                    *temporary, expected,
                    "Scratch, {first}, {second}, {shape:?}"
                );
                let (a, b) = inputs();
                let mut out = Array2::from_elem(shape, f32::NAN);
                launch(&SITE, 1, (Out::array(out.view_mut()), a, b), &Subtract);
                assert_eq!(out, expected, "Out, {first}, {second}, {shape:?}");
            });
        });
    }
}

#[test]
fn inputs_broadcast_like_numpy() {
    for (rows, columns) in [
        (4, 3),
        (2000, 10),
        (10, 2000),
        (3000, 1),
        (1, 5000),
        (90, 99),
    ] {
        let v = numbered(ndarray::Dim([rows, columns]), 0.0);
        let row = numbered(ndarray::Dim([columns]), 5.0);
        let column = numbered(ndarray::Dim([rows, 1]), 9.0);
        let scalar = ndarray::arr0(3.0f32);
        let one = Array3::from_elem((1, 1, 1), 4.0f32);
        for (name, expected, got) in [
            ("row", &v + &(&row * 2.0), {
                let mut v = v.clone();
                accumulate(v.view_mut(), row.view());
                v
            }),
            ("column", &v + &(&column * 2.0), {
                let mut v = v.clone();
                accumulate(v.view_mut(), column.view());
                v
            }),
            ("0-d", &v + 6.0, {
                let mut v = v.clone();
                accumulate(v.view_mut(), scalar.view());
                v
            }),
        ] {
            assert_eq!(got, expected, "{name} {rows} {columns}");
        }
        let operands = (
            New::<f32, Ix2>::new(),
            In::array(row.view()),
            In::array(column.view()),
        );
        assert_eq!(launch(&SITE, 1, operands, &Subtract).0, &row - &column);
        let operands = (
            New::<f32, Ix3>::new(),
            In::array(v.view()),
            In::array(one.view()),
        );
        assert_eq!(
            launch(&SITE, 1, operands, &Subtract).0,
            (&v - 4.0).insert_axis(ndarray::Axis(0))
        );
    }
}

#[test]
fn every_axis_order_of_rank_three_and_six() {
    let values = numbered(Ix3(5, 6, 70), 1.0);
    let other = numbered(Ix3(5, 6, 70), 50.0);
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut inverse = [0; 3];
        for (at, &axis) in order.iter().enumerate() {
            inverse[axis] = at;
        }
        let store = values
            .view()
            .permuted_axes(order)
            .as_standard_layout()
            .into_owned();
        let mut v = store.clone().permuted_axes(inverse);
        accumulate(v.view_mut(), other.view());
        assert_eq!(v, &values + &(&other * 2.0), "{order:?}");
        let view = store.permuted_axes(inverse);
        let operands = (
            New::<f32, Ix3>::new(),
            In::array(view.view()),
            In::array(other.view()),
        );
        assert_eq!(
            launch(&SITE, 1, operands, &Subtract).0,
            &values - &other,
            "{order:?}"
        );
    }
    let shape = IxDyn(&[2, 3, 1, 4, 5, 6]);
    let values: ArrayD<f32> = numbered(shape.clone(), 1.0);
    let turned = numbered(IxDyn(&[6, 5, 4, 1, 3, 2]), 2.0);
    let operands = (
        New::<f32, IxDyn>::new(),
        In::array(values.view()),
        In::array(turned.t()),
    );
    assert_eq!(
        launch(&SITE, 1, operands, &Subtract).0,
        &values - &turned.t()
    );
}

#[test]
fn zero_dimensional_and_slice_operands() {
    let mut v = ndarray::arr0(1.0f32);
    accumulate(v.view_mut(), ndarray::arr0(2.0f32).view());
    assert_eq!(v, ndarray::arr0(5.0));
    let mut values = vec![1.0f32; 3];
    launch(
        &SITE,
        2,
        (InOut::slice(&mut values), In::slice(&[1.0, 2.0, 3.0])),
        &Accumulate { a: 2.0 },
    );
    assert_eq!(values, [3.0, 5.0, 7.0]);
    let operands = (
        New::<f32, Ix0>::new(),
        In::array(v.view()),
        In::array(v.view()),
    );
    assert_eq!(launch(&SITE, 1, operands, &Subtract).0, ndarray::arr0(0.0));
}

fn panic_text(body: impl FnOnce() + std::panic::UnwindSafe) -> String {
    *std::panic::catch_unwind(body)
        .expect_err("it panics")
        .downcast::<String>()
        .expect("the payload is a String")
}

#[test]
fn a_mismatch_names_operands_and_shapes_and_writes_nothing() {
    let mut v = Array1::from_elem(4, 1.0f32);
    let text = panic_text(std::panic::AssertUnwindSafe(|| {
        accumulate(v.view_mut(), Array1::ones(3).view())
    }));
    assert_eq!(
        text,
        "Lif::update: shapes do not match in `self.v += x * a`: self.v has shape [4], x has shape [3]"
    );
    assert_eq!(v, Array1::from_elem(4, 1.0));
    // What is written is not stretched.
    let text =
        panic_text(|| accumulate(Array2::ones((1, 3)).view_mut(), Array2::ones((4, 3)).view()));
    assert!(
        text.ends_with("self.v has shape [1, 3], x has shape [4, 3]"),
        "{text}"
    );
    let text = panic_text(|| {
        let (x, y) = (Array2::ones((2, 3)), Array1::ones(2));
        launch(
            &SITE,
            1,
            (
                New::<f32, Ix2>::new(),
                In::array(x.view()),
                In::array(y.view()),
            ),
            &Subtract,
        );
    });
    assert!(
        text.ends_with("x has shape [2, 3], an intermediate value has shape [2]"),
        "{text}"
    );
}

/// Folds `x` in four ways.
struct FoldAll;

type Folds<'x> = (
    In<'x, f32>,
    Sum<f32>,
    Product<f32>,
    Maximum<f32>,
    Minimum<f32>,
    Any,
    All,
);

impl Kernel<Folds<'_>> for FoldAll {
    #[inline(always)]
    fn run<L: Level>(
        &self,
        n: usize,
        (x, sum, product, maximum, minimum, any, all): (
            &[f32],
            &mut [MaybeUninit<f32>],
            &mut [MaybeUninit<f32>],
            &mut [MaybeUninit<f32>],
            &mut [MaybeUninit<f32>],
            &mut [MaybeUninit<bool>],
            &mut [MaybeUninit<bool>],
        ),
    ) {
        for i in 0..n {
            sum[i].write(x[i]);
            product[i].write(x[i]);
            maximum[i].write(x[i]);
            minimum[i].write(x[i]);
            any[i].write(x[i] > 2.0);
            all[i].write(x[i] > 2.0);
        }
    }
}

fn fold_all<D: Dimension>(x: ArrayView<'_, f32, D>) -> ((), f32, f32, f32, f32, bool, bool) {
    launch(
        &SITE,
        6,
        (
            In::array(x),
            Sum::new(),
            Product::new(),
            Maximum::new(),
            Minimum::new(),
            Any::new(),
            All::new(),
        ),
        &FoldAll,
    )
}

#[test]
fn reductions_agree_with_the_standalone_ones_in_every_layout() {
    use brain_jit::kernel::reduce;
    for shape in [
        (1, 1),
        (1, 31),
        (3, 1024),
        (33, 1031),
        (7, 9000),
        (9000, 7),
        (50, 8192),
    ] {
        let values = numbered(ndarray::Dim(shape), 0.0).mapv(|x| 1.0 + ((x * 0.7).sin() * 1e-3));
        let plain = values.as_slice().expect("standard");
        let expected = fold_all(values.view());
        let exact: f64 = plain.iter().map(|&x| f64::from(x)).sum();
        assert!(
            (f64::from(expected.1) - exact).abs() <= exact * 2e-7,
            "{shape:?}: {} {exact}",
            expected.1
        );
        assert_eq!(expected.3, plain.iter().copied().fold(f32::MIN, f32::max));
        assert_eq!(expected.4, plain.iter().copied().fold(f32::MAX, f32::min));
        with_views(&values, |name, x| {
            let got = fold_all(x.view());
            assert_eq!(
                got.1.to_bits(),
                expected.1.to_bits(),
                "sum {name} {shape:?}"
            );
            assert_eq!(got, expected, "{name} {shape:?}");
            assert_eq!(
                reduce::sum(&SITE, x.view()).to_bits(),
                expected.1.to_bits(),
                "sum {name} {shape:?}"
            );
            assert_eq!(
                reduce::prod(&SITE, x.view()).to_bits(),
                expected.2.to_bits(),
                "prod {name} {shape:?}"
            );
            assert_eq!(reduce::max(&SITE, x.view()), expected.3);
            assert_eq!(reduce::min(&SITE, x.view()), expected.4);
        });
    }
}

#[test]
fn reductions_follow_numpy_at_the_edges() {
    use brain_jit::kernel::reduce;
    let empty = Array1::<f32>::zeros(0);
    assert_eq!(reduce::sum(&SITE, empty.view()), 0.0);
    assert!(reduce::sum(&SITE, empty.view()).is_sign_positive());
    assert_eq!(reduce::prod(&SITE, empty.view()), 1.0);
    assert!(!reduce::any(&SITE, Array1::from_elem(0, true).view()));
    assert!(reduce::all(&SITE, Array1::from_elem(0, false).view()));
    let text = panic_text(|| {
        reduce::max(&SITE, Array2::<f32>::zeros((3, 0)).view());
    });
    assert!(text.starts_with("Lif::update: "), "{text}");
    for at in [0, 40, 99] {
        let mut x = Array1::<f64>::linspace(-1.0, 1.0, 100);
        x[at] = f64::NAN;
        assert!(reduce::max(&SITE, x.view()).is_nan());
        assert!(reduce::min(&SITE, x.view()).is_nan());
    }
    assert_eq!(reduce::sum(&SITE, Array1::from_elem(3, 100u8).view()), 44);
    assert_eq!(
        reduce::max(&SITE, Array1::from(vec![f32::NEG_INFINITY; 3]).view()),
        f32::NEG_INFINITY
    );
    assert_eq!(
        reduce::min(&SITE, ndarray::arr1(&[5i8, -128, 3]).view()),
        -128
    );
}

/// `out = gathered * index`.
struct Weigh;

impl<T: brain_jit::kernel::Source<Element = f32>, D: Dimension>
    Kernel<(
        New<f32, D>,
        brain_jit::kernel::Computed<T>,
        brain_jit::kernel::Computed<brain_jit::kernel::Arange<f32>>,
    )> for Weigh
{
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, i): (&mut [MaybeUninit<f32>], &[f32], &[f32])) {
        for k in 0..n {
            out[k].write(x[k] * i[k]);
        }
    }
}

#[test]
fn sources_fill_blocks_and_broadcast() {
    let table = numbered(Ix1(50), 10.0);
    let indices = Array1::from_shape_fn(9000, |i| (i * 7 % 100) as i32 - 50);
    let source = Gather::new(&SITE, table.slice(s![..;-1]), indices.view());
    let (out, _, _) = launch(
        &SITE,
        1,
        (
            New::<f32, Ix1>::new(),
            source,
            Arange::new(1.0f32, 2.0, 9000),
        ),
        &Weigh,
    );
    for (i, &value) in out.iter().enumerate() {
        let wrapped = indices[i].rem_euclid(50) as usize;
        assert_eq!(value, table[49 - wrapped] * (1.0 + 2.0 * i as f32), "{i}");
    }
    let table = numbered(Ix2(6, 5), 0.0);
    for table in [
        table.clone(),
        table.t().as_standard_layout().into_owned().reversed_axes(),
    ] {
        let picks = ndarray::arr1(&[3usize, 0, 3, 5]);
        let source = Gather::new(&SITE, table.view(), picks.view());
        let (out, _, _) = launch(
            &SITE,
            1,
            (New::<f32, Ix2>::new(), source, Arange::new(0.0f32, 1.0, 5)),
            &Weigh,
        );
        assert_eq!(
            out,
            &table.select(ndarray::Axis(0), &[3, 0, 3, 5]) * &numbered(Ix1(5), 0.0)
        );
    }
    let text = panic_text(|| {
        Gather::new(
            &SITE,
            Array1::<f32>::zeros(3).view(),
            ndarray::arr1(&[0i64, 3]).view(),
        );
    });
    assert_eq!(
        text,
        "Lif::update: index 3 is out of range for an axis of length 3 in `self.v += x * a`"
    );
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let x = numbered(Ix1(1_500_001), 0.0).mapv(|x| (x * 0.37).sin());
    let run = || {
        let mut v = x.mapv(|x| x * 0.3);
        accumulate(v.view_mut(), x.view());
        let folds = fold_all(v.mapv(|v| 1.0 + v * 1e-6).view());
        let new = launch(
            &SITE,
            9,
            (
                New::<f32, Ix1>::new(),
                In::array(v.view()),
                In::array(x.slice(s![..;-1])),
            ),
            &Subtract,
        )
        .0;
        (v, folds, new)
    };
    let expected = brain_jit::with_backend(brain_jit::Backend::Serial, run);
    for threads in [1, 2, 3, 7] {
        brain_jit::set_num_threads(threads);
        assert_eq!(run(), expected, "with {threads} threads set");
        let together = std::thread::scope(|scope| {
            let others = [scope.spawn(run), scope.spawn(run)];
            others.map(|other| other.join().expect("no panic"))
        });
        assert!(
            together.iter().all(|results| *results == expected),
            "two callers on {threads} threads"
        );
    }
}

#[test]
fn the_number_of_threads_may_change_under_a_launch() {
    let x = numbered(Ix1(1_500_001), 0.0).mapv(|x| (x * 0.37).sin());
    let run = || fold_all(x.view());
    let expected = brain_jit::with_backend(brain_jit::Backend::Serial, run);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut threads = [1, 2, 3, 7].into_iter().cycle();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                brain_jit::set_num_threads(threads.next().expect("a cycle"));
            }
        });
        let same = (0..200).all(|_| run() == expected);
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(same);
    });
}

#[test]
fn a_panic_in_a_kernel_reaches_the_caller() {
    struct Fails;
    impl Kernel<(InOut<'_, f32>, In<'_, f32>)> for Fails {
        #[inline(always)]
        fn run<L: Level>(&self, _n: usize, (_, x): (&mut [f32], &[f32])) {
            assert!(x.iter().all(|x| *x < 0.0), "{}", String::from("found"));
        }
    }
    let run = |first: f32| {
        let x = numbered(Ix1(1_200_000), first);
        let mut v = x.clone();
        launch(
            &SITE,
            9,
            (InOut::array(v.view_mut()), In::array(x.view())),
            &Fails,
        );
    };
    // Many threads panic, the caller's among them; the next launch knows nothing of it.
    for _ in 0..20 {
        assert_eq!(panic_text(|| run(0.0)), "found");
        run(-2e6);
    }
}
