//! Reductions of whole arrays and along axes: their fast ways and what makes them leave these.

use brain_jit::prelude::*;
use ndarray::{ArrayView1, Axis, Dimension};

/// Whole numbers that look random, below 2^20.
fn integers(seed: u64, n: usize) -> Vec<i64> {
    let mut state = seed;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 44) as i64
    };
    std::iter::repeat_with(next).take(n).collect()
}

/// The variance of `offset + x / 2^10`, from sums of whole numbers that are exact.
fn exact_variance(x: &[i64]) -> f64 {
    let n = x.len() as i128;
    let sum: i128 = x.iter().map(|&x| i128::from(x)).sum();
    let squares: i128 = x.iter().map(|&x| i128::from(x) * i128::from(x)).sum();
    (n * squares - sum * sum) as f64 / (n * n) as f64 / (1_i64 << 20) as f64
}

/// Compares variances along an axis with exact ones.
fn compare<D: Dimension>(found: Array<f64, D>, lines: impl Iterator<Item = Vec<i64>>, bound: f64) {
    let mut count = 0;
    for (found, line) in found.iter().zip(lines) {
        let exact = exact_variance(&line);
        let error = (found - exact).abs() / exact;
        assert!(error <= bound, "{found} for {exact}: error {error:e}");
        count += 1;
    }
    assert_eq!(count, found.len());
}

#[test]
fn variances_far_from_zero() {
    // Numbers that f64 has exactly, with a mean 1e5 times as large as they are wide.
    for shape in [
        (1, 1, 100_000),
        (3, 40, 1000),
        (1, 5000, 33),
        (2, 2, 9000),
        (60, 7, 20),
        (9, 11, 3),
    ] {
        let (a, b, c) = shape;
        let whole = Array3::from_shape_vec(shape, integers(7, a * b * c)).unwrap();
        let x = whole.mapv(|x| 1e8 + x as f64 / 1024.0);
        let lines = |axis: usize| -> Vec<Vec<i64>> {
            whole
                .lanes(Axis(axis))
                .into_iter()
                .map(|line| line.to_vec())
                .collect()
        };
        for axis in (0..3).filter(|&axis| whole.shape()[axis] > 1) {
            compare(bm::var_axis(&x, axis), lines(axis).into_iter(), 1e-9);
            let by_view = bm::var_axis(x.t(), 2 - axis);
            assert_eq!(by_view.len() * whole.shape()[axis], x.len());
        }
        let all = whole.iter().copied().collect::<Vec<_>>();
        compare(
            ndarray::arr0(bm::var(&x)),
            std::iter::once(all.clone()),
            1e-11,
        );
        compare(bm::var_axis(&x, [0, 1, 2]), std::iter::once(all), 1e-11);
        let ends = bm::var_axis(&x, [0, 2]);
        let slices = whole
            .axis_iter(Axis(1))
            .map(|slice| slice.iter().copied().collect());
        compare(ends, slices, 1e-9);
    }
}

/// The first elements, from which the mean is guessed, are far from the others.
#[test]
fn variances_whose_guess_is_wrong() {
    let mut whole = integers(3, 20_000);
    for k in [0, 2048, 4096, 6144, 8192, 15_000] {
        whole[k] = 1 << 40;
    }
    let x = Array1::from_iter(whole.iter().map(|&x| x as f64 / 1024.0));
    compare(
        ndarray::arr0(bm::var(&x)),
        std::iter::once(whole.clone()),
        1e-14,
    );
    let rows = Array2::from_shape_vec((20, 1000), whole).unwrap();
    let x = rows.mapv(|x| x as f64 / 1024.0);
    compare(
        bm::var_axis(&x, 1),
        rows.rows().into_iter().map(|row| row.to_vec()),
        1e-14,
    );
    // A step in the middle: what lies between the chunks counts.
    let x = Array1::from_shape_fn(40_000, |i| if i < 20_000 { -1e6_f32 } else { 1e6 });
    assert!((bm::var(&x) - 1e12).abs() < 5e5);
    assert_eq!(bm::var(Array1::from_elem(10_000, 0.1_f32)), 0.0);
}

#[test]
fn variances_of_extreme_numbers() {
    assert!(bm::var(Array1::<f64>::zeros(0)).is_nan());
    assert!(
        bm::var_axis(Array2::<f64>::zeros((2, 0)), 1)
            .iter()
            .all(|v| v.is_nan())
    );
    assert!(
        bm::var_axis(Array2::<f32>::zeros((0, 40)), 0)
            .iter()
            .all(|v| v.is_nan())
    );
    assert_eq!(bm::var(array![f64::MAX, -f64::MAX]), f64::INFINITY);
    assert!(bm::var(array![1.0, f64::INFINITY]).is_nan());
    assert!(bm::var_ddof(array![1.0_f32], 1.0).is_nan());
    // Large numbers that are alike, whose squares no float has.
    let m = Array2::from_elem((100, 40), 2.0_f32.powi(66));
    assert_eq!(bm::var_axis(&m, 0), Array1::<f32>::zeros(40));
    assert_eq!(bm::var_axis(&m, 1), Array1::<f32>::zeros(100));
    let mut m = Array2::from_shape_fn((100, 40), |(i, j)| ((i * 3 + j) % 7) as f64);
    m[(50, 3)] = f64::NAN;
    assert_eq!(
        bm::var_axis(&m, 0).mapv(f64::is_nan),
        Array1::from_shape_fn(40, |j| j == 3)
    );
    assert_eq!(
        bm::var_axis(&m, 1).mapv(f64::is_nan),
        Array1::from_shape_fn(100, |i| i == 50)
    );
}

/// Extremes and their positions, by the definition.
fn check_extremes(x: ArrayView1<'_, f64>, largest: f64, smallest: f64, places: (usize, usize)) {
    let nan = x.iter().position(|v| v.is_nan());
    let first = |better: fn(f64, f64) -> bool| {
        let of_two = |best, k| if better(x[k], x[best]) { k } else { best };
        nan.unwrap_or_else(|| (0..x.len()).fold(0, of_two))
    };
    let (high, low) = (first(|a, b| a > b), first(|a, b| a < b));
    assert_eq!(places, (high, low), "of {} elements", x.len());
    let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
    assert!(
        same(largest, x[high]) && same(smallest, x[low]),
        "{largest} {smallest} of {}",
        x.len()
    );
}

#[test]
fn extremes_with_nan_and_infinities() {
    for n in [
        1, 31, 32, 33, 63, 64, 65, 100, 1000, 1023, 1025, 8191, 8193, 70_001,
    ] {
        let x = Array1::from_iter(
            integers(n as u64, n)
                .into_iter()
                .map(|x| (x % 5000) as f64 - 2500.0),
        );
        let at = |k: usize, value: f64| {
            let mut x = x.clone();
            x[k * 7 % n] = value;
            x
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        let mut both = at(3, inf);
        both[n / 2] = -inf;
        let mut two = at(n - 1, nan);
        two[n / 3] = nan;
        let alike = [inf, -inf, 0.0].map(|value| Array1::from_elem(n, value));
        let spoilt = [
            at(0, nan),
            at(n - 1, nan),
            at(n / 2, inf),
            at(11, -inf),
            both,
            two,
            x,
        ];
        for x in spoilt.iter().chain(&alike) {
            let places = (bm::argmax(x), bm::argmin(x));
            check_extremes(x.view(), bm::max(x), bm::min(x), places);
            let narrow = x.mapv(|x| x as f32);
            assert_eq!((bm::argmax(&narrow), bm::argmin(&narrow)), places);
            let range = bm::max(x) - bm::min(x);
            assert!(bm::ptp(x) == range || range.is_nan() && bm::ptp(x).is_nan());
        }
    }
}

#[test]
fn reductions_of_rows_and_columns() {
    for shape in [
        (9, 40),
        (70, 5),
        (300, 1030),
        (1000, 17),
        (20, 2100),
        (2500, 64),
        (8, 32),
    ] {
        let (rows, columns) = shape;
        let numbers = integers(11, rows * columns)
            .into_iter()
            .map(|x| (x % 4001) as f64 - 2000.0);
        let mut m = Array2::from_shape_vec(shape, numbers.collect()).unwrap();
        for spoil in [0.0, f64::INFINITY, f64::NAN] {
            if spoil != 0.0 {
                m[(rows / 2, columns / 3)] = spoil;
                m[(rows - 1, columns - 1)] = -spoil;
            }
            for axis in 0..2 {
                let (high, low) = (bm::max_axis(&m, axis), bm::min_axis(&m, axis));
                let (first, last) = (bm::argmax_axis(&m, axis), bm::argmin_axis(&m, axis));
                let sums = bm::sum_axis(&m, axis);
                let (present, means) = (bm::nansum_axis(&m, axis), bm::nanmean_axis(&m, axis));
                for (k, lane) in m.lanes(Axis(axis)).into_iter().enumerate() {
                    check_extremes(lane, high[k], low[k], (first[k], last[k]));
                    // Whole numbers, so that sums are exact.
                    let sum: f64 = lane.iter().sum();
                    assert!(sums[k] == sum || (sum.is_nan() && sums[k].is_nan()));
                    let there: Vec<f64> = lane.iter().copied().filter(|x| !x.is_nan()).collect();
                    let sum: f64 = there.iter().sum();
                    assert!(present[k] == sum || (sum.is_nan() && present[k].is_nan()));
                    let mean = sum / there.len() as f64;
                    assert!(means[k] == mean || (mean.is_nan() && means[k].is_nan()));
                }
            }
        }
    }
    let none = Array1::from_elem(100, f64::NAN);
    assert_eq!(bm::nansum(&none).to_bits(), 0.0_f64.to_bits());
    assert!(bm::nanmean(&none).is_nan());
}

#[test]
fn truths_of_columns() {
    for shape in [(9, 40), (70, 5), (30, 1030), (16, 20), (1, 33)] {
        let (rows, columns) = shape;
        for share in [0, 1, 97, 100] {
            let numbers = integers(5, rows * columns).into_iter();
            let numbers = numbers.map(|x| if x % 100 < share { 1.5_f32 } else { 0.0 });
            let m = Array2::from_shape_vec(shape, numbers.collect()).unwrap();
            let (any, all) = (bm::any_axis(&m, 0), bm::all_axis(&m, 0));
            for (k, column) in m.columns().into_iter().enumerate() {
                assert_eq!(any[k], column.iter().any(|&x| x != 0.0));
                assert_eq!(all[k], column.iter().all(|&x| x != 0.0));
            }
            let cube = m.view().insert_axis(Axis(0));
            assert_eq!(bm::any_axis(cube, [0, 1]), any);
            assert_eq!(bm::all_axis(cube, [0, 1]), all);
        }
    }
    assert_eq!(
        bm::all_axis(Array2::<f64>::zeros((0, 20)), 0),
        Array1::from_elem(20, true)
    );
    assert_eq!(
        bm::any_axis(Array2::<f64>::zeros((0, 20)), 0),
        Array1::from_elem(20, false)
    );
}

/// Parts of normal numbers and parts that have others.
#[test]
fn mantissas_and_exponents_of_long_vectors() {
    fn check<T: bm::Float>(special: &[f64]) {
        let mut x = Array1::from_shape_fn(5000, |k| (k as f64 - 2500.5) * 1.25e-3);
        for (k, &value) in special.iter().enumerate() {
            x[1500 + 3 * k] = value;
        }
        let x = x.mapv(<T as bm::RealNumber>::from_f64);
        let (mantissas, exponents) = bm::frexp(&x);
        let back = bm::ldexp(&mantissas, &exponents);
        for k in 0..x.len() {
            let (mantissa, exponent) = bm::frexp(x[k]);
            assert!(mantissas[k] == mantissa || mantissa.is_nan() && mantissas[k].is_nan());
            assert_eq!(exponents[k], exponent);
            assert!(back[k] == x[k] || x[k].is_nan() && back[k].is_nan());
        }
        let far = exponents.mapv(|n| n * 150);
        let scaled = bm::ldexp(&x, &far);
        for k in 0..x.len() {
            let expected = bm::ldexp(x[k], far[k]);
            assert!(scaled[k] == expected || expected.is_nan() && scaled[k].is_nan());
        }
    }
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    check::<f64>(&[
        0.0,
        -0.0,
        inf,
        -inf,
        nan,
        5e-324,
        -1e-310,
        f64::MAX,
        f64::MIN_POSITIVE,
    ]);
    check::<f32>(&[0.0, -0.0, inf, -inf, nan, 1e-45, -1e-40, 3.4e38, 1.2e-38]);
    check::<f32>(&[]);
}

/// Down columns as well as along lines: the means are far from 0, and of few rows.
#[test]
fn variances_of_columns_far_from_zero() {
    for (rows, columns) in [(3, 16), (5, 17), (9, 40), (4100, 33)] {
        let offset = |i: usize, j: usize| ((i * 7919 + j * 104_729) % 1009) as f64 / 1009.0 - 0.5;
        let x = Array2::from_shape_fn((rows, columns), |(i, j)| (1e4 + offset(i, j)) as f32);
        let exact = x.mapv(f64::from).var_axis(ndarray::Axis(0), 0.0);
        for (got, exact) in bm::var_axis(&x, 0).iter().zip(&exact) {
            let error = (f64::from(*got) / exact - 1.0).abs();
            assert!(error < 1e-5, "{rows} × {columns}: {got} for {exact}");
        }
    }
}

// Columns of many heights and widths, whose guesses are wrong at first, later or always, beside those of constants.
#[test]
fn variances_of_columns_of_any_height() {
    fn check(rows: usize, columns: usize) {
        let number = |i: usize, j: usize| {
            let small = ((i * 7919 + j * 104_729) % 1009) as f64 / 1009.0 - 0.5;
            match j % 5 {
                0 => 1.0 / 3.0,
                1 => 1e4 + small,
                2 if i == 0 => 1e6,
                3 => i as f64 + small,
                4 if i >= rows / 2 => small - 300.0,
                _ => small,
            }
        };
        let x = Array2::from_shape_fn((rows, columns), |(i, j)| number(i, j));
        let found = bm::var_axis(&x, 0);
        let single = bm::var_axis(x.mapv(|x| x as f32), 0);
        let exact = x.mapv(|x| x as f32 as f64).var_axis(ndarray::Axis(0), 0.0);
        for (j, &exact32) in exact.iter().enumerate() {
            if j % 5 == 0 {
                assert_eq!((found[j], single[j]), (0.0, 0.0), "{rows} × {columns}");
                continue;
            }
            let column = x.column(j);
            let mean = column.sum() / rows as f64;
            let exact = column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / rows as f64;
            let error = (found[j] - exact).abs();
            assert!(
                error <= 1e-11 * exact,
                "{rows} × {columns}, {j}: {error:e} of {exact:e}, {exact32:e}"
            );
            let error = (f64::from(single[j]) - exact32).abs();
            assert!(
                error <= 2e-5 * exact32,
                "{rows} × {columns}, {j}: {error:e} of {exact:e}, {exact32:e}"
            );
        }
    }
    for columns in [1, 3, 15, 16, 17, 250, 1000, 1024, 1025, 2100] {
        for rows in [1, 2, 7, 8, 9, 63, 65, 129, 300] {
            check(rows, columns);
        }
    }
    check(70_000, 5);
}

// The first of equals in any lane, and in the last row, which has elements of the one before.
#[test]
fn places_of_equals() {
    for len in [1, 15, 16, 17, 63, 64, 65, 100, 127, 128, 129, 1000] {
        for first in (0..len).step_by(1 + len / 40) {
            for second in (first..len).step_by(1 + len / 7) {
                let mut x = Array1::from_shape_fn(len, |i| (i % 13) as f32);
                (x[first], x[second]) = (20.0, 20.0);
                let (y, wide) = (x.mapv(|x| -x), x.mapv(f64::from));
                let places = (
                    bm::argmax(&x),
                    bm::argmin(&y),
                    bm::argmax(&wide),
                    bm::argmin(wide.mapv(|x| -x)),
                );
                assert_eq!(places, (first, first, first, first), "{len}: {second}");
            }
        }
    }
}
