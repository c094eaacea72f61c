//! Numbers without room, scalars beside arrays, bytes that do not fit, the order of memory.

use brain_jit::ndarray;
use brain_jit::prelude::*;

fn message(call: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_err();
    panic.downcast_ref::<String>().expect("a text").clone()
}

#[test]
fn variances_that_overflow_are_infinite() {
    assert_eq!(bm::var(array![1e30f32, 2e30]), f32::INFINITY);
    let wide = array![[1e35f32, 2e35, 3e35], [3e34, 1e34, 5e34]];
    let infinite = f32::INFINITY;
    assert_eq!(bm::var_axis(&wide, 1), array![infinite, infinite]);
    assert_eq!(bm::var_axis(&wide, 0), array![infinite, infinite, infinite]);
    assert!(bm::var(array![1.0, f64::INFINITY]).is_nan());
    assert!(bm::nanvar_ddof(array![1.0, f64::NAN, 3.0], 2.0).is_nan());
}

#[test]
fn least_integers() {
    assert_eq!(bm::gcd(i32::MIN, 4), 4);
    assert_eq!(bm::lcm(i64::MIN, 2), i64::MIN);
    assert_eq!(
        bm::gcd(array![i8::MIN, -6, 0], array![12, 4, 0]),
        array![4, 2, 0]
    );
    assert_eq!(bm::gcd(array![200u8], array![150]), array![50]);
}

#[test]
fn scalars_have_the_bits_of_elements() {
    for x in [
        -0.0,
        0.3,
        1.0,
        1.5,
        -2.7,
        21.491209939442218,
        -30.0,
        f64::INFINITY,
    ] {
        let pairs = [
            (bm::sign(x), bm::sign(array![x])),
            (bm::erfc(x), bm::erfc(array![x])),
            (bm::sigmoid(x), bm::sigmoid(array![x])),
            (bm::silu(x), bm::silu(array![x])),
            (bm::softplus(x), bm::softplus(array![x])),
            (bm::sinc(x), bm::sinc(array![x])),
            (bm::gelu(x), bm::gelu(array![x])),
            (bm::elu(x), bm::elu(array![x])),
            (bm::mish(x), bm::mish(array![x])),
            (bm::rad2deg(x), bm::rad2deg(array![x])),
        ];
        for (k, (scalar, array)) in pairs.iter().enumerate() {
            let same = scalar.to_bits() == array[0].to_bits();
            assert!(
                same || scalar.is_nan() && array[0].is_nan(),
                "{k} at {x}: {scalar:e}"
            );
        }
    }
}

#[test]
fn rounding_to_many_decimals() {
    assert_eq!(bm::round_decimals(array![2.5f32], 18), array![2.5]);
    let pi = std::f64::consts::PI;
    assert_eq!(bm::round_decimals(array![pi], 200), array![pi]);
    assert_eq!(bm::round_decimals(1.2346, 3), 1.235);
    assert_eq!(bm::round_decimals(1250.0, -2), 1200.0);
}

#[test]
fn interpolation_beside_infinity() {
    let (xp, infinite) = (array![0.0, 1.0, 4.0, 10.0], f64::INFINITY);
    let fp = array![1.0, -1.0, infinite, 3.0];
    let found = bm::interp(array![0.5, 2.0, 4.0, 7.0, 10.0], &xp, &fp);
    assert_eq!(found, array![0.0, infinite, infinite, infinite, 3.0]);
}

#[test]
fn arrays_without_axes_are_reduced_to_themselves() {
    let x = ndarray::arr0(3.0);
    for axis in [0, -1] {
        assert_eq!(bm::sum_axis(&x, axis), x);
        assert_eq!(bm::prod_axis_keepdims(&x, axis), x);
        assert_eq!(bm::mean_axis(&x, axis), x);
        assert_eq!(bm::max_axis(&x, axis), x);
        assert_eq!(bm::nanmin_axis(&x, axis), x);
        assert_eq!(bm::var_axis(&x, axis), ndarray::arr0(0.0));
        assert_eq!(bm::argmax_axis(&x, axis), ndarray::arr0(0));
        assert_eq!(bm::any_axis(&x, axis), ndarray::arr0(true));
        assert_eq!(bm::sum_axis(ndarray::arr0(7_i32), axis), ndarray::arr0(7));
        assert_eq!(
            bm::sum_axis(x.clone().into_dyn(), axis),
            x.clone().into_dyn()
        );
    }
    let outside = message(|| drop(bm::sum_axis(&x, 1)));
    assert_eq!(
        outside,
        "bm::sum_axis: axis 1 is out of bounds for an array of shape []"
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let bytes = message(|| drop(bm::frombuffer::<f32>(&[0, 0, 128])));
    assert_eq!(
        bytes,
        "bm::frombuffer: 3 bytes are no whole number of elements of 4 bytes"
    );
    let shapes = message(|| {
        drop(bm::floor_divide(
            Array2::<f64>::ones((2, 3)),
            array![1.0, 2.0],
        ))
    });
    assert!(shapes.starts_with("bm::floor_divide: "), "{shapes}");
}

#[test]
fn results_lie_in_row_major_order() {
    let (x, y) = (array![1.0, 2.0], array![3.0, 4.0]);
    let stacked = bm::stack(&[&x, &y], 1);
    assert_eq!(stacked.into_raw_vec_and_offset().0, [1.0, 3.0, 2.0, 4.0]);
    let m = array![[1, 2, 3], [4, 5, 6]];
    assert!(bm::roll_axis(&m, 1, 1).is_standard_layout());
    assert!(bm::repeat_axis(&m, 2, 1).is_standard_layout());
    assert!(bm::concatenate(&[m.t(), m.t()], 1).is_standard_layout());
    assert!(bm::delete_axis(m.t(), 0, 1).is_standard_layout());
    assert!(bm::take_axis(m.t(), array![2, 0], 0, bm::OutOfRange::default()).is_standard_layout());
    assert!(bm::insert_axis(m.t(), 1, 7, 0).is_standard_layout());
}
