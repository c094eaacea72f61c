//! Sparse matrices and events against dense products, and what they refuse.

use brain_jit::bm;
use brain_jit::prelude::*;
use brain_jit::{set_num_threads, with_backend};

/// A matrix of which about a tenth is not 0, as parts and whole. Rows and columns may be empty.
fn matrix(rows: usize, columns: usize) -> (Array1<f64>, Array1<i32>, Array1<u64>, Array2<f64>) {
    let mut rng = RandomState::new(3);
    let mut dense: Array2<f64> = rng.uniform(-1.0, 1.0, (rows, columns));
    let chance: Array2<f64> = rng.uniform(0.0, 1.0, (rows, columns));
    dense.zip_mut_with(&chance, |x, &chance| {
        *x = if chance < 0.1 { *x } else { 0.0 }
    });
    let (mut data, mut indices, mut indptr) = (Vec::new(), Vec::new(), vec![0]);
    for row in dense.rows() {
        for (column, &x) in row.iter().enumerate().filter(|(_, x)| **x != 0.0) {
            data.push(x);
            indices.push(column as i32);
        }
        indptr.push(data.len() as u64);
    }
    (data.into(), indices.into(), indptr.into(), dense)
}

fn close<D: ndarray::Dimension>(x: &Array<f64, D>, y: &Array<f64, D>) {
    assert_eq!(x.shape(), y.shape());
    assert!(x.iter().zip(y).all(|(x, y)| (x - y).abs() < 1e-12));
}

#[test]
fn products_are_those_of_the_dense_matrix() {
    let (data, indices, indptr, dense) = matrix(30, 40);
    let shape = dense.dim();
    let mut rng = RandomState::new(4);
    let (x, y): (Array1<f64>, Array1<f64>) = (rng.normal(0.0, 1.0, 40), rng.normal(0.0, 1.0, 30));
    let (m, n): (Array2<f64>, Array2<f64>) =
        (rng.normal(0.0, 1.0, (40, 3)), rng.normal(0.0, 1.0, (30, 3)));
    close(
        &bm::sparse::csr_to_dense(&data, &indices, &indptr, shape),
        &dense,
    );
    close(
        &bm::sparse::csrmv(&data, &indices, &indptr, &x, shape),
        &dense.dot(&x),
    );
    close(
        &bm::sparse::csrmv_transpose(&data, &indices, &indptr, &y, shape),
        &dense.t().dot(&y),
    );
    close(
        &bm::sparse::csrmm(&data, &indices, &indptr, &m, shape),
        &dense.dot(&m),
    );
    close(
        &bm::sparse::csrmm_transpose(&data, &indices, &indptr, &n, shape),
        &dense.t().dot(&n),
    );
    let (row, col) = bm::sparse::csr_to_coo(&indices, &indptr);
    close(
        &bm::sparse::coomv(&data, &row, &col, &x, shape),
        &dense.dot(&x),
    );
    close(
        &bm::sparse::coomv_transpose(&data, &row, &col, &y, shape),
        &dense.t().dot(&y),
    );
    let (back, starts) = bm::sparse::coo_to_csr(&row, &col, 30);
    assert_eq!(back, indices);
    assert!(starts.iter().zip(&indptr).all(|(a, b)| *a as u64 == *b));
}

#[test]
fn events_count_weights_once() {
    let (data, indices, indptr, dense) = matrix(30, 40);
    let shape = dense.dim();
    let pre = Array1::from_shape_fn(30, |i| i % 3 == 0);
    let post = Array1::from_shape_fn(40, |i| if i % 4 == 1 { 2.5 } else { 0.0 });
    let (pre_ones, post_ones) = (
        pre.mapv(|e| f64::from(u8::from(e))),
        post.mapv(|e| if e == 0.0 { 0.0 } else { 1.0 }),
    );
    close(
        &bm::event::csrmv(&data, &indices, &indptr, &post, shape),
        &dense.dot(&post_ones),
    );
    close(
        &bm::event::csrmv_transpose(&data, &indices, &indptr, &pre, shape),
        &dense.t().dot(&pre_ones),
    );
    let columns = |x: &Array1<f64>| x.clone().insert_axis(ndarray::Axis(1));
    close(
        &bm::event::csrmm(&data, &indices, &indptr, columns(&post), shape),
        &dense.dot(&columns(&post_ones)),
    );
    let events = pre.view().insert_axis(ndarray::Axis(1));
    close(
        &bm::event::csrmm_transpose(&data, &indices, &indptr, events, shape),
        &dense.t().dot(&columns(&pre_ones)),
    );
}

#[test]
fn events_sum_rows_and_columns_of_dense_matrices() {
    let mut rng = RandomState::new(6);
    let weights: Array2<f64> = rng.normal(0.0, 1.0, (130, 150));
    let (pre, post) = (rng.bernoulli(0.3, 130), rng.bernoulli(0.3, 150));
    let number = |events: &Array1<bool>| events.mapv(|event| f64::from(u8::from(event)));
    close(
        &bm::event::matvec(&weights, &post),
        &weights.dot(&number(&post)),
    );
    close(
        &bm::event::matvec_transpose(&weights, &pre),
        &weights.t().dot(&number(&pre)),
    );
    // Of any layout, and what is not 0 is an event.
    let by_numbers = bm::event::matvec(weights.t(), 3.0 * number(&pre));
    close(&by_numbers, &weights.t().dot(&number(&pre)));
    let large: Array2<f32> = rng.normal(0.0, 1.0, (2000, 2000));
    let events = rng.bernoulli(0.5, 2000);
    let both = || {
        (
            bm::event::matvec(&large, &events),
            bm::event::matvec_transpose(&large, &events),
        )
    };
    let serial = with_backend(Backend::Serial, both);
    assert_eq!(with_backend(Backend::Parallel, both), serial);
}

#[test]
#[should_panic(
    expected = "bm::event::matvec_transpose: a matrix of shape (2, 3) with events of shape [3], not of length 2"
)]
fn events_of_another_length() {
    bm::event::matvec_transpose(
        array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
        [true, false, true],
    );
}

/// What silent neurons project to is not looked at.
#[test]
fn only_rows_with_events_are_read() {
    let current =
        bm::event::csrmv_transpose(1.0, [0, 99, 1], [0, 1, 2, 3], [true, false, true], (3, 2));
    assert_eq!(current, array![1.0, 1.0]);
}

#[test]
fn threads_do_not_change_a_bit() {
    let (data, indices, indptr, dense) = matrix(1500, 1500);
    let x: Array1<f64> = RandomState::new(5).normal(0.0, 1.0, 1500);
    let product = || bm::sparse::csrmv(&data, &indices, &indptr, &x, dense.dim());
    let serial = with_backend(Backend::Serial, product);
    let parallel = with_backend(Backend::Parallel, product);
    assert!(data.len() > 140_000, "large enough to be shared");
    assert!(
        serial
            .iter()
            .zip(&parallel)
            .all(|(a, b)| a.to_bits() == b.to_bits())
    );
    // The transposed matrix, whose rows need not be sorted.
    let (mut indices, mut data) = (indices, data);
    indices.invert_axis(Axis(0));
    data.invert_axis(Axis(0));
    let indptr = indptr.mapv(|start| data.len() as u64 - start);
    let indptr: Array1<u64> = indptr.iter().rev().copied().collect();
    let events = x.mapv(|x| x > -1.0);
    let products = || {
        (
            bm::sparse::csrmv_transpose(&data, &indices, &indptr, &x, dense.dim()),
            bm::event::csrmv_transpose(&data, &indices, &indptr, &events, dense.dim()),
        )
    };
    let serial = with_backend(Backend::Serial, products);
    let mut upside_down = dense.clone();
    upside_down.invert_axis(Axis(0));
    close(&serial.0, &upside_down.t().dot(&x));
    for threads in [1, 2, 3, 7] {
        set_num_threads(threads);
        assert_eq!(with_backend(Backend::Parallel, products), serial);
    }
}

#[test]
#[should_panic(
    expected = "bm::sparse::csrmv_transpose: index 0 is out of bounds for an axis of length 0"
)]
fn an_element_without_columns() {
    bm::sparse::csrmv_transpose(1.0, [0], [0, 1], [1.0], (1, 0));
}

#[test]
#[should_panic(expected = "bm::sparse::csrmv: index 2 is out of bounds for an axis of length 2")]
fn a_column_out_of_range() {
    bm::sparse::csrmv(1.0, [0, 2], [0, 2], [1.0, 1.0], (1, 2));
}

#[test]
#[should_panic(expected = "bm::event::csrmv: row 1 is 2..1 of 2 elements")]
fn rows_that_go_backwards() {
    bm::event::csrmv(1.0, [0, 1], [0, 2, 1], [true, true], (2, 2));
}

#[test]
#[should_panic(expected = "bm::sparse::csrmv: 3 weights for 2 elements")]
fn weights_that_are_too_many() {
    bm::sparse::csrmv([1.0, 2.0, 3.0], [0, 1], [0, 2], [1.0, 1.0], (1, 2));
}

#[test]
#[should_panic(expected = "bm::segment_sum: label -1")]
fn a_negative_label() {
    bm::segment_sum([1.0, 2.0], [0, -1]);
}

#[test]
fn segments_of_rows() {
    let rows: Array2<f64> = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let ids = array![1u8, 0, 1];
    assert_eq!(bm::segment_sum(&rows, &ids), array![[3.0, 4.0], [6.0, 8.0]]);
    assert_eq!(
        bm::segment_mean(&rows, &ids),
        array![[3.0, 4.0], [3.0, 4.0]]
    );
    assert_eq!(bm::segment_max(rows.t().row(0), &ids), array![3.0, 5.0]);
    let softmax = bm::segment_softmax(&rows, &ids, 2);
    assert!((bm::sum(&softmax) - 4.0).abs() < 1e-12 && softmax[(1, 0)] == 1.0);
}
