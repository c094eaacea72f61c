//! What `bm` accepts and gives: scalars, arrays, views and slices of any rank, with types that need no annotation.

use brain_jit::bm;
use brain_jit::prelude::*;

#[test]
fn scalars_stay_scalars_of_their_type() {
    let (dt, tau) = (0.1_f32, 10.0_f32);
    let decay: f32 = bm::exp(-dt / tau);
    assert!((decay - 0.990_05).abs() < 1e-6);
    assert_eq!(bm::maximum(2.0_f64, 3.0), 3.0);
    assert_eq!(bm::where_(true, 1, 2), 1);
    let whole: f64 = bm::sqrt(9_i32);
    assert_eq!(whole, 3.0);
}

#[test]
fn a_literal_takes_the_type_of_the_array() {
    let x = array![-1.0_f32, 2.0];
    let positive: Array1<f32> = bm::maximum(&x, 0.0);
    assert_eq!(positive, array![0.0, 2.0]);
    assert_eq!(bm::subtract(1.0, &x), array![2.0, -1.0]);
    assert_eq!(bm::where_(bm::greater(&x, 0.0), &x, 0.0), array![0.0, 2.0]);
    assert_eq!(bm::clip(&x, -0.5, 0.5), array![-0.5, 0.5]);
}

#[test]
fn views_slices_and_vectors_are_arrays() {
    let m = array![[1.0, 4.0], [9.0, 16.0]];
    assert_eq!(bm::sqrt(m.column(1)), array![2.0, 4.0]);
    assert_eq!(bm::sqrt(m.t()), array![[1.0, 3.0], [2.0, 4.0]]);
    assert_eq!(bm::sqrt(vec![4.0]), array![2.0]);
    assert_eq!(bm::sqrt(&[4.0][..]), array![2.0]);
    assert_eq!(bm::sqrt([4.0, 9.0]), array![2.0, 3.0]);
}

#[test]
fn ranks_broadcast_and_are_known_statically() {
    let column = array![[1.0], [2.0]];
    let row = array![10.0, 20.0, 30.0];
    let sum: Array2<f64> = bm::add(&column, &row);
    assert_eq!(sum, array![[11.0, 21.0, 31.0], [12.0, 22.0, 32.0]]);
    let total: Array1<f64> = bm::sum_axis(&sum, -1);
    assert_eq!(total, array![63.0, 66.0]);
    let both: Array0<f64> = bm::sum_axis(&sum, [0, 1]);
    assert_eq!(both[()], 129.0);
}

fn relu<T: bm::Float>(x: &Array1<T>) -> Array1<T> {
    bm::maximum(x, T::ZERO)
}

#[test]
fn generic_code_can_use_it() {
    assert_eq!(relu(&array![-1.0_f32, 2.0]), array![0.0, 2.0]);
}

#[test]
fn in_place_forms_keep_the_buffer() {
    let mut v = array![1.0_f64, 2.0, 3.0, 4.0];
    let address = v.as_ptr();
    bm::exp_inplace(&mut v);
    bm::log_inplace(&mut v);
    bm::add_inplace(&mut v, 1.0);
    bm::index_put(&mut v, [1, 3], 0.0);
    bm::index_add(&mut v, [0, 0], 5.0);
    bm::add_at(&mut v, [0, 0], 1.0);
    bm::mask_put(&mut v, array![false, false, true, false], 7.0);
    bm::multiply_inplace(v.slice_mut(s![2..]), 2.0);
    assert_eq!(v.as_ptr(), address);
    assert!(bm::allclose(&v, array![9.0, 0.0, 14.0, 0.0]));
    let mut out = Array1::zeros(4);
    bm::sqrt_into(&v, &mut out);
    assert!(bm::allclose(bm::square(&out), &v));
}

#[test]
fn index_forms() {
    let mut m = array![[1, 2, 3], [4, 5, 6]];
    bm::index_put(&mut m, (.., 1), 0);
    bm::index_put(&mut m, -1, array![7, 8, 9]);
    assert_eq!(m, array![[1, 0, 3], [7, 8, 9]]);
    assert_eq!(bm::index(&m, ([0, 1], [2, 0])), array![3, 7].into_dyn());
    assert_eq!(bm::index(&m, (bm::ELLIPSIS, 0)), array![1, 7].into_dyn());
    assert_eq!(bm::index(&m, (0, bm::NEWAXIS)).shape(), &[1, 3]);
    assert_eq!(
        bm::index(&m, bm::greater(&m, 5)),
        array![7, 8, 9].into_dyn()
    );
}

#[test]
#[should_panic(expected = "bm::sum_axis: axis 2 is out of bounds for an array of shape [1, 1]")]
fn a_wrong_axis_names_the_function() {
    bm::sum_axis(array![[1.0]], 2);
}

#[test]
#[should_panic(expected = "do not broadcast together")]
fn shapes_that_do_not_match() {
    bm::add(array![1, 2], array![1, 2, 3]);
}

#[test]
#[should_panic(expected = "bm::max: no elements to reduce in an array of shape [0]")]
fn no_maximum_of_nothing() {
    bm::max(Array1::<f32>::zeros(0));
}

#[test]
#[should_panic(expected = "bm::argmax_axis: no elements to reduce in an array of shape [3, 0]")]
fn no_place_of_a_maximum_of_nothing() {
    bm::argmax_axis(Array2::<f32>::zeros((3, 0)), 1);
}

#[test]
fn no_results_need_no_elements() {
    assert_eq!(bm::max_axis(Array2::<f32>::zeros((0, 0)), 1).len(), 0);
    assert_eq!(bm::min_axis(Array2::<f32>::ones((2, 0)), 0).len(), 0);
}

#[test]
fn vectors_and_matrices_of_nalgebra() {
    let m = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let matrix = bm::to_dmatrix(m.t());
    assert_eq!((matrix.nrows(), matrix[(2, 1)]), (3, 6.0));
    assert_eq!(bm::from_matrix(&matrix), m.t());
    assert_eq!(
        bm::from_matrix(&matrix.columns(1, 1)),
        array![[4.0], [5.0], [6.0]]
    );
    assert_eq!(bm::from_vector(&matrix.column(0)), array![1.0, 2.0, 3.0]);
    assert_eq!(
        bm::to_dvector(&[1, 2][..]),
        nalgebra::DVector::from_vec(vec![1, 2])
    );
}

/// Along an axis that is not the last the positions come from rows, elsewhere from lines: they must agree.
#[test]
fn positions_of_extremes_along_any_axis() {
    fn check<T: bm::Number + PartialOrd + Copy>(x: &Array3<T>) {
        for axis in 0..3 {
            let expected = |better: fn(T, T) -> bool| -> Vec<usize> {
                let place = |line: ndarray::ArrayView1<'_, T>| {
                    #[allow(clippy::eq_op, reason = "only NaN differs from itself")]
                    let nan = line.iter().position(|v| v != v);
                    let first = |best, k| if better(line[k], line[best]) { k } else { best };
                    nan.unwrap_or_else(|| (0..line.len()).fold(0, first))
                };
                x.lanes(Axis(axis)).into_iter().map(place).collect()
            };
            let greatest = bm::argmax_axis(x, axis as isize);
            let least = bm::argmin_axis(x, axis as isize);
            assert_eq!(greatest.into_raw_vec_and_offset().0, expected(|a, b| a > b));
            assert_eq!(least.into_raw_vec_and_offset().0, expected(|a, b| a < b));
        }
    }
    // Columns that fill one block and more, ties, NaN, signed zeros.
    for shape in [
        (2, 3, 4),
        (5, 1, 7),
        (1, 9, 3),
        (40, 7, 90),
        (3, 700, 2),
        (2, 4, 600),
    ] {
        let number = |(i, j, k): (usize, usize, usize)| ((i * 7 + j * 5 + k * 3) % 11) as f64 - 5.0;
        let floats = Array3::from_shape_fn(shape, number);
        check(&floats);
        check(&floats.mapv(|v| v as f32));
        check(&floats.mapv(|v| v as i32));
        check(&floats.mapv(|v| (v + 5.0) as u8));
        check(&floats.mapv(|v| if v == 3.0 { f64::NAN } else { -v * 0.0 }));
    }
}

#[test]
fn ranges_of_long_lines() {
    let x = Array1::from_shape_fn(10_000, |i| ((i * 7919) % 10_007) as f64);
    assert_eq!(bm::ptp(&x), bm::max(&x) - bm::min(&x));
    let mut y = x.clone();
    y[9_000] = f64::NAN;
    assert!(bm::ptp(&y).is_nan());
}

/// NumPy's rule: what stands before an integer lies along the values' first axis, before a list as it broadcasts.
#[test]
fn one_place_of_an_axis() {
    let m = array![[1.0, 2.0], [3.0, 4.0]];
    let row = array![8.0, 9.0];
    let column = array![[1.0, 8.0, 2.0], [3.0, 9.0, 4.0]];
    assert_eq!(bm::insert_axis(&m, 1, &row, 1), column);
    let both = array![[1.0, 8.0, 9.0, 2.0], [3.0, 8.0, 9.0, 4.0]];
    assert_eq!(bm::insert_axis(&m, [1], &row, 1), both);
    assert_eq!(bm::insert_axis(&m, 1, &array![[8.0], [9.0]], 1), both);
    let below = array![[1.0, 2.0], [8.0, 9.0], [3.0, 4.0]];
    assert_eq!(bm::insert_axis(&m, 1, &row, 0), below);
    assert_eq!(
        bm::insert(&row, 1, &array![5.0, 6.0]),
        array![8.0, 5.0, 6.0, 9.0]
    );
}
