//! Library calls and the one-pass product chain, against sums written out in double precision.

use brain_jit::kernel::call::*;
use brain_jit::kernel::{Computed, In, Kernel, Level, RowProduct, RowSum, Site, launch};
use ndarray::{
    Array, Array1, Array2, Array3, ArrayView2, Axis, Dimension, Ix1, Ix2, Ix3, ShapeBuilder, arr0,
    arr1, arr2, s,
};
use std::mem::MaybeUninit;

static SITE: Site = Site {
    method: "Net::call",
    statement: "bm::dot(x, w)",
    operands: &["x", "w"],
};

fn waves<D: Dimension>(shape: D) -> Array<f32, D> {
    let mut array = Array::zeros(shape);
    for (index, element) in array.iter_mut().enumerate() {
        *element = (index as f32 * 0.737).sin() + 0.25;
    }
    array
}

fn panic_text(body: impl FnOnce()) -> String {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
    *result
        .expect_err("it panics")
        .downcast::<String>()
        .expect("the payload is a String")
}

/// The array, its column-major copy, and a strided and reversed view of a larger one.
fn layouts(array: &Array2<f32>) -> Vec<(Array2<f32>, bool)> {
    let mut fortran = Array2::zeros(array.raw_dim().f());
    fortran.assign(array);
    let mut wide = Array2::zeros((array.nrows(), array.ncols() * 2));
    wide.slice_mut(s![..;-1, ..;2]).assign(array);
    vec![(array.clone(), false), (fortran, false), (wide, true)]
}

fn each_layout(array: &Array2<f32>, mut visit: impl FnMut(ArrayView2<'_, f32>)) {
    for (array, part) in layouts(array) {
        visit(if part {
            array.slice(s![..;-1, ..;2])
        } else {
            array.view()
        });
    }
}

fn close(got: f32, exact: f64, scale: f64) {
    assert!(
        (f64::from(got) - exact).abs() <= 4e-7 * scale.max(1.0),
        "{got} is not {exact}"
    );
}

#[test]
fn sums_over_every_axis_of_every_layout() {
    for shape in [
        (1, 1),
        (3, 5),
        (4, 33),
        (2500, 10),
        (10, 2500),
        (3, 9000),
        (100_000, 3),
        (0, 4),
    ] {
        let x = waves(Ix2(shape.0, shape.1));
        for axis in [0isize, 1, -1, -2] {
            let along = Axis(axis.rem_euclid(2) as usize);
            let exact = x.mapv(f64::from).sum_axis(along);
            let scale = x.len_of(along) as f64;
            let mut first = None;
            each_layout(&x, |x| {
                let mut out = Array1::zeros(sum_axis_shape::<1>(&SITE, x.shape(), axis, false));
                sum_axis_into(&SITE, x, axis, false, out.view_mut());
                for (&got, &exact) in out.iter().zip(&exact) {
                    close(got, exact, scale);
                }
                assert_eq!(
                    *first.get_or_insert(out.clone()),
                    out,
                    "the bits depend on the layout"
                );
                let mut kept = Array2::zeros(sum_axis_shape::<2>(&SITE, x.shape(), axis, true));
                sum_axis_into(&SITE, x, axis, true, kept.view_mut());
                assert_eq!(kept, out.clone().insert_axis(along));
                mean_axis_into(&SITE, x, axis, false, kept.index_axis_mut(along, 0));
                if !x.is_empty() {
                    assert_eq!(
                        kept.index_axis(along, 0),
                        out.mapv(|sum| sum / x.len_of(along) as f32)
                    );
                }
            });
        }
    }
}

#[test]
fn extremes_and_their_positions_over_every_axis_of_rank_three() {
    let mut x = waves(Ix3(5, 40, 6));
    x[(2, 7, 3)] = f32::NAN;
    for axis in 0..3isize {
        let along = Axis(axis as usize);
        let shape: [usize; 2] = max_axis_shape(&SITE, x.shape(), axis, false);
        let (mut max, mut min) = (Array2::zeros(shape), Array2::zeros(shape));
        let (mut argmax, mut argmin) = (Array2::zeros(shape), Array2::zeros(shape));
        max_axis_into(&SITE, x.view(), axis, false, max.view_mut());
        min_axis_into(&SITE, x.view(), axis, false, min.view_mut());
        argmax_axis_into(&SITE, x.view(), axis, false, argmax.view_mut());
        argmin_axis_into(&SITE, x.view(), axis, false, argmin.view_mut());
        for (at, lane) in x.lanes(along).into_iter().enumerate() {
            let lane = lane.to_vec();
            let expected = match lane.iter().position(|x| x.is_nan()) {
                Some(nan) => (nan, nan),
                None => {
                    let order = |a: &usize, b: &usize| lane[*a].total_cmp(&lane[*b]).then(b.cmp(a));
                    let lowest =
                        |a: &usize, b: &usize| lane[*a].total_cmp(&lane[*b]).then(a.cmp(b));
                    (
                        (0..lane.len()).max_by(order).unwrap(),
                        (0..lane.len()).min_by(lowest).unwrap(),
                    )
                }
            };
            let at = (at / shape[1], at % shape[1]);
            assert_eq!((argmax[at], argmin[at]), expected);
            assert_eq!(max[at].to_bits(), lane[expected.0].to_bits());
            assert_eq!(min[at].to_bits(), lane[expected.1].to_bits());
        }
    }
    assert_eq!(argmax(&SITE, x.view()), 2 * 240 + 7 * 6 + 3);
    assert_eq!(argmin(&SITE, arr1(&[3i32, -1, 5, -1]).view()), 1);
    assert_eq!(argmax(&SITE, arr2(&[[1u8, 9], [9, 2]]).view()), 1);
    let mut long = Array1::<f32>::zeros(30_000);
    long[20_001] = 2.0;
    long[20_002] = 2.0;
    assert_eq!(argmax(&SITE, long.view()), 20_001);
    let text = panic_text(|| _ = argmax(&SITE, Array1::<f32>::zeros(0).view()));
    assert_eq!(
        text,
        "Net::call: argmax of x without elements in `bm::dot(x, w)`"
    );
}

#[test]
fn truth_over_axes_and_products() {
    let x = arr2(&[[true, false, true], [true, false, false]]);
    let mut out = Array1::from_elem(3, false);
    any_axis_into(&SITE, x.view(), 0, false, out.view_mut());
    assert_eq!(out, arr1(&[true, false, true]));
    all_axis_into(&SITE, x.view(), 0, false, out.view_mut());
    assert_eq!(out, arr1(&[true, false, false]));
    let mut product = Array1::zeros(2);
    prod_axis_into(
        &SITE,
        arr2(&[[2i32, 3, 4], [5, 6, -7]]).view(),
        1,
        false,
        product.view_mut(),
    );
    assert_eq!(product, arr1(&[24, -210]));
    let text = panic_text(|| _ = sum_axis_shape::<1>(&SITE, &[2, 3], 2, false));
    assert_eq!(
        text,
        "Net::call: x has 2 axes, and axis 2 is none of them in `bm::dot(x, w)`"
    );
    let text = panic_text(|| {
        max_axis_into(
            &SITE,
            Array2::<f32>::zeros((3, 0)).view(),
            1,
            false,
            Array1::zeros(3).view_mut(),
        );
    });
    assert!(
        text.starts_with("Net::call: max over axis 1 of x"),
        "{text}"
    );
}

#[test]
fn products_of_vectors_and_matrices_in_every_layout() {
    for (rows, len, width) in [
        (1, 1, 1),
        (5, 3, 4),
        (40, 10, 7),
        (300, 16, 5),
        (33, 100, 130),
        (3, 2000, 2),
        (700, 70, 1),
        (0, 3, 2),
        (3, 0, 2),
    ] {
        let (a, b) = (waves(Ix2(rows, len)), waves(Ix2(len, width)));
        let vector = waves(Ix1(len));
        let exact = a.mapv(f64::from).dot(&b.mapv(f64::from));
        let exact_vector = a.mapv(f64::from).dot(&vector.mapv(f64::from));
        let exact_row = vector.mapv(f64::from).dot(&b.mapv(f64::from));
        each_layout(&a, |a| {
            let mut out = Array1::from_elem(matvec_shape(&SITE, &[rows, len], &[len]), f32::NAN);
            matvec_into(&SITE, a, vector.view(), out.view_mut());
            for (&got, &exact) in out.iter().zip(&exact_vector) {
                close(got, exact, 2.0 * len as f64);
            }
            each_layout(&b, |b| {
                let mut wide = Array2::from_elem((rows, width * 2), f32::NAN);
                matmul_into(&SITE, a, b, wide.slice_mut(s![.., ..;2]));
                for (&got, &exact) in wide.slice(s![.., ..;2]).iter().zip(&exact) {
                    close(got, exact, 2.0 * len as f64);
                }
            });
        });
        each_layout(&b, |b| {
            let mut out = Array1::from_elem(width, f32::NAN);
            vecmat_into(&SITE, vector.view(), b, out.view_mut());
            for (&got, &exact) in out.iter().zip(&exact_row) {
                close(got, exact, 2.0 * len as f64);
            }
        });
        let exact: f64 = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        close(
            inner(&SITE, vector.view(), vector.view()),
            exact,
            len as f64,
        );
    }
    let (a, b) = (arr1(&[1i32, 2, 3]), arr1(&[10, 20]));
    let mut out = Array2::zeros((3, 2));
    outer_into(&SITE, a.view(), b.view(), out.view_mut());
    assert_eq!(out, arr2(&[[10, 20], [20, 40], [30, 60]]));
    let mut squares = Array2::zeros((2, 2));
    matmul_into(&SITE, out.t(), out.view(), squares.view_mut());
    assert_eq!(squares, arr2(&[[1400, 2800], [2800, 5600]]));
    let text = panic_text(|| _ = matmul_shape(&SITE, &[2, 3], &[4, 5]));
    assert_eq!(
        text,
        "Net::call: shapes do not match in `bm::dot(x, w)`: x has shape [2, 3], w has shape [4, 5]"
    );
}

/// So large that packing its factors pays: integers are exact in any order of the sum.
#[test]
fn large_products_are_written_and_added() {
    let (rows, len, width) = (650, 660, 641);
    let integer = |i: usize, j: usize| ((i * 29 + j * 19 + i * j) % 11) as f32 - 5.0;
    let a = Array2::from_shape_fn((rows, len), |(i, j)| integer(i, j));
    let b = Array2::from_shape_fn((len, width), |(i, j)| integer(i, j + 3));
    let exact =
        |i: usize, j: usize| -> f32 { a.row(i).iter().zip(b.column(j)).map(|(x, y)| x * y).sum() };
    let sums = a.dot(&b.sum_axis(Axis(1)));
    let mut out = Array2::from_elem((rows, width), f32::NAN);
    matmul_into(&SITE, a.view(), b.view(), out.view_mut());
    let mut wide = Array2::from_elem((rows, 2 * width), 1.0);
    matmul_add(&SITE, a.view(), b.view(), wide.slice_mut(s![.., ..;2]));
    for i in (0..rows).step_by(59) {
        for j in (0..width).step_by(40) {
            assert_eq!(out[(i, j)], exact(i, j), "[{i}, {j}]");
            assert_eq!(wide[(i, 2 * j)], exact(i, j) + 1.0, "[{i}, {j}]");
        }
    }
    assert_eq!(out.sum_axis(Axis(1)), sums);
    assert_eq!(wide.sum_axis(Axis(1)), sums + 2.0 * width as f32);
}

#[test]
fn running_sums_and_products() {
    let x = Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (i * 12 + j * 4 + k) as i64 % 5 + 1);
    for axis in 0..3isize {
        let mut out = x.clone();
        cumsum_axis_into(&SITE, x.view(), axis, out.view_mut());
        let mut expected = x.clone();
        expected.accumulate_axis_inplace(Axis(axis as usize), |&before, now| *now += before);
        assert_eq!(out, expected);
        cumprod_axis_into(&SITE, x.view(), axis - 3, out.view_mut());
        let mut expected = x.clone();
        expected.accumulate_axis_inplace(Axis(axis as usize), |&before, now| *now *= before);
        assert_eq!(out, expected);
    }
    let mut flat = Array1::zeros(cumsum_shape(&SITE, &[2, 2]));
    cumsum_into(
        &SITE,
        arr2(&[[1.0f64, 2.0], [3.0, 4.0]]).t(),
        flat.view_mut(),
    );
    assert_eq!(flat, arr1(&[1.0, 4.0, 6.0, 10.0]));
}

#[test]
fn lists_of_indices_and_masks() {
    let table = waves(Ix2(6, 3));
    let picks = arr1(&[5i32, -6, 2, 2]);
    let mut out = Array2::zeros(take_shape::<2>(&SITE, table.shape(), picks.len()));
    take_into(&SITE, table.view(), picks.view(), out.view_mut());
    assert_eq!(out, table.select(Axis(0), &[5, 0, 2, 2]));

    let mut v = arr1(&[0.0f32, 0.0, 0.0, 0.0]);
    index_put(
        &SITE,
        v.view_mut(),
        arr1(&[1u8, 3, 1]).view(),
        arr1(&[5.0, 6.0, 7.0]).view(),
    );
    assert_eq!(v, arr1(&[0.0, 7.0, 0.0, 6.0]));
    add_at(
        &SITE,
        v.slice_mut(s![..;-1]),
        arr1(&[0i64, -1, 0]).view(),
        arr0(1.0).view(),
    );
    assert_eq!(v, arr1(&[1.0, 7.0, 0.0, 8.0]));
    let before = v.clone();
    let text = panic_text(|| add_at(&SITE, v.view_mut(), arr1(&[0, 4]).view(), arr0(1.0).view()));
    assert_eq!(
        text,
        "Net::call: index 4 is out of range for an axis of length 4 in `bm::dot(x, w)`"
    );
    assert_eq!(v, before, "nothing is written");
    let text = panic_text(|| {
        index_put(
            &SITE,
            v.view_mut(),
            arr1(&[0, 1]).view(),
            arr1(&[1.0, 2.0, 3.0]).view(),
        )
    });
    assert!(
        text.contains("the indices select shape [2], the values have shape [3]"),
        "{text}"
    );

    let mut m = arr2(&[[1, 2], [3, 4]]);
    index_put(
        &SITE,
        m.view_mut(),
        arr1(&[1usize]).view(),
        arr1(&[8, 9]).view(),
    );
    assert_eq!(m, arr2(&[[1, 2], [8, 9]]));
    let mask = m.mapv(|x| x > 1);
    assert_eq!(mask_select_shape(&SITE, m.shape(), mask.view()), [3]);
    let mut selected = Array1::zeros(3);
    mask_select_into(&SITE, m.view(), mask.view(), selected.view_mut());
    assert_eq!(selected, arr1(&[2, 8, 9]));
    mask_put(&SITE, m.view_mut(), mask.view(), arr1(&[20, 80, 90]).view());
    assert_eq!(m, arr2(&[[1, 20], [80, 90]]));
    mask_fill(&SITE, m.view_mut(), mask.view(), 0);
    assert_eq!(m, arr2(&[[1, 0], [0, 0]]));
    let text = panic_text(|| mask_put(&SITE, m.view_mut(), mask.view(), arr1(&[1, 2]).view()));
    assert!(
        text.contains("the mask selects 3 elements, the values have shape [2]"),
        "{text}"
    );
}

/// `u = s * s + y`, in the middle of `dot(u, X)`.
struct Middle;

impl Kernel<(Computed<RowProduct<'_, f32>>, In<'_, f32>, RowSum<'_, f32>)> for Middle {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (s, y, u): (&[f32], &[f32], &mut [MaybeUninit<f32>])) {
        for i in 0..n {
            u[i].write(s[i] * s[i] + y[i]);
        }
    }
}

#[test]
fn the_chain_of_two_products_in_one_pass() {
    for (rows, len) in [
        (1, 1),
        (5, 3),
        (17, 10),
        (1000, 10),
        (9001, 13),
        (20_000, 32),
        (500, 200),
        (3, 5000),
        (0, 4),
        (4, 0),
    ] {
        let (x, w, y) = (
            waves(Ix2(rows, len)),
            waves(Ix1(len)) / 10.0,
            waves(Ix1(rows)),
        );
        let wide = x.mapv(f64::from);
        let s = wide.dot(&w.mapv(f64::from));
        let u = &s * &s + y.mapv(f64::from);
        let exact = u.dot(&wide);
        let scale = u.mapv(f64::abs).dot(&wide.mapv(f64::abs));
        let mut first = None;
        each_layout(&x, |x| {
            let run = || {
                let operands = (
                    RowProduct::new(&SITE, x, w.view()),
                    In::array(y.view()),
                    RowSum::new(x),
                );
                launch(&SITE, 20, operands, &Middle).2.to_owned()
            };
            let got = run();
            for ((&got, &exact), &scale) in got.iter().zip(&exact).zip(&scale) {
                assert!(
                    (f64::from(got) - exact).abs() <= 2e-6 * scale,
                    "{rows} {len}: {got} {exact}"
                );
            }
            assert_eq!(
                brain_jit::with_backend(brain_jit::Backend::Serial, run),
                got
            );
            assert_eq!(*first.get_or_insert(got.clone()), got);
        });
    }
}
