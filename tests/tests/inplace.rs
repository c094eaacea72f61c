//! NumPy's ways of writing into an array, eagerly: the buffer stays where it is, whatever is written.

use brain_jit::bm;
use brain_jit::prelude::*;

/// Runs statements on a mutable array, compares it, and that its buffer is the one it had.
macro_rules! writes {
    ($($x:expr => |$v:ident| $write:expr => $expected:expr;)*) => {$({
        let mut array = $x;
        let address = array.as_ptr();
        {
            let $v = &mut array;
            $write;
        }
        assert_eq!(array, $expected, "{}", stringify!($write));
        assert_eq!(array.as_ptr(), address, "{}", stringify!($write));
    })*};
}

#[test]
fn augmented_assignments() {
    writes! {
        array![1.0, 2.0] => |v| bm::add_inplace(v, 0.5) => array![1.5, 2.5];
        array![1.0, 2.0] => |v| bm::subtract_inplace(v, array![1.0, 0.0]) => array![0.0, 2.0];
        array![1.0, 2.0] => |v| bm::multiply_inplace(v, 3.0) => array![3.0, 6.0];
        array![1.0, 2.0] => |v| bm::divide_inplace(v, 2.0) => array![0.5, 1.0];
        array![-7, 7] => |v| bm::floor_divide_inplace(v, 2) => array![-4, 3];
        array![-7, 7] => |v| bm::remainder_inplace(v, 3) => array![2, 1];
        array![2.0, 3.0] => |v| bm::power_inplace(v, 2.0) => array![4.0, 9.0];
        array![2, 3] => |v| bm::power_inplace(v, 5) => array![32, 243];
        array![6, 5] => |v| bm::bitwise_and_inplace(v, 3) => array![2, 1];
        array![6, 5] => |v| bm::bitwise_or_inplace(v, 3) => array![7, 7];
        array![true, false] => |v| bm::bitwise_xor_inplace(v, true) => array![false, true];
        array![1, 2] => |v| bm::left_shift_inplace(v, array![3, 1]) => array![8, 4];
        array![-8, 8] => |v| bm::right_shift_inplace(v, 2) => array![-2, 2];
        array![[1, 2], [3, 4]] => |v| bm::add_inplace(v, array![10, 20]) => array![[11, 22], [13, 24]];
        array![[1.0, 2.0], [3.0, 4.0]] => |v| bm::copyto(v, array![[1.0], [2.0]]) => array![[1.0, 1.0], [2.0, 2.0]];
    }
}

#[test]
fn assignments_by_index() {
    let mask = array![true, false, true, false];
    let idx = array![1_usize, 3];
    writes! {
        array![1, 2, 3, 4] => |v| bm::index_put(v, 2, 9) => array![1, 2, 9, 4];
        array![1, 2, 3, 4] => |v| bm::index_put(v, -1, 9) => array![1, 2, 3, 9];
        array![1, 2, 3, 4] => |v| bm::index_put(v, .., 9) => array![9, 9, 9, 9];
        array![1, 2, 3, 4] => |v| bm::index_put(v, bm::ELLIPSIS, array![4, 3, 2, 1]) => array![4, 3, 2, 1];
        array![1, 2, 3, 4] => |v| bm::index_put(v, 1..3, 9) => array![1, 9, 9, 4];
        array![1, 2, 3, 4] => |v| bm::index_put(v, ..-1, array![7, 8, 9]) => array![7, 8, 9, 4];
        array![1, 2, 3, 4] => |v| bm::index_put(v, 2.., 0) => array![1, 2, 0, 0];
        array![1, 2, 3, 4] => |v| bm::index_put(v, [1, 3], 9) => array![1, 9, 3, 9];
        array![1, 2, 3, 4] => |v| bm::index_put(v, &idx, array![8, 9]) => array![1, 8, 3, 9];
        array![1, 2, 3, 4] => |v| bm::index_put(v, [1, 1], array![8, 9]) => array![1, 9, 3, 4];
        array![1, 2, 3, 4] => |v| bm::mask_put(v, &mask, 9) => array![9, 2, 9, 4];
        array![1, 2, 3, 4] => |v| bm::mask_put(v, &mask, array![8, 9]) => array![8, 2, 9, 4];
        array![1, 2, 3, 4] => |v| bm::index_put(v, &mask, 9) => array![9, 2, 9, 4];
        array![[1, 2], [3, 4]] => |m| bm::index_put(m, (1, 0), 9) => array![[1, 2], [9, 4]];
        array![[1, 2], [3, 4]] => |m| bm::index_put(m, 1, array![8, 9]) => array![[1, 2], [8, 9]];
        array![[1, 2], [3, 4]] => |m| bm::index_put(m, (.., 1), array![8, 9]) => array![[1, 8], [3, 9]];
        array![[1, 2], [3, 4]] => |m| bm::index_put(m, (bm::ELLIPSIS, 0), 9) => array![[9, 2], [9, 4]];
        array![[1, 2], [3, 4]] => |m| bm::index_put(m, ([0, 1], [1, 0]), array![8, 9]) => array![[1, 8], [9, 4]];
        array![[1, 2], [3, 4]] => |m| bm::mask_put(m, array![[true, false], [false, true]], 0) => array![[0, 2], [3, 0]];
    }
}

#[test]
fn augmented_assignments_by_index() {
    // A repeated index counts once, as in NumPy; with `_at` each time.
    writes! {
        array![1.0, 2.0, 3.0] => |v| bm::index_add(v, [0, 0, 2], 1.0) => array![2.0, 2.0, 4.0];
        array![1.0, 2.0, 3.0] => |v| bm::index_subtract(v, 1.., array![1.0, 2.0]) => array![1.0, 1.0, 1.0];
        array![1.0, 2.0, 3.0] => |v| bm::index_multiply(v, .., 2.0) => array![2.0, 4.0, 6.0];
        array![1.0, 2.0, 3.0] => |v| bm::index_divide(v, -1, 2.0) => array![1.0, 2.0, 1.5];
        array![-7, 7] => |v| bm::index_floor_divide(v, .., 2) => array![-4, 3];
        array![-7, 7] => |v| bm::index_remainder(v, [0], 3) => array![2, 7];
        array![2, 3] => |v| bm::index_power(v, 1, 2) => array![2, 9];
        array![6, 5] => |v| bm::index_and(v, .., 3) => array![2, 1];
        array![6, 5] => |v| bm::index_or(v, 0, 1) => array![7, 5];
        array![6, 5] => |v| bm::index_xor(v, array![true, false], 1) => array![7, 5];
        array![1, 2] => |v| bm::index_left_shift(v, 1, 3) => array![1, 16];
        array![8, 9] => |v| bm::index_right_shift(v, .., 1) => array![4, 4];
        array![0, 0, 0] => |v| bm::add_at(v, [0, 0, 2], array![1, 2, 3]) => array![3, 0, 3];
        array![0, 0, 0] => |v| bm::subtract_at(v, [0, 0], 1) => array![-2, 0, 0];
        array![1, 1, 1] => |v| bm::multiply_at(v, [1, 1], 3) => array![1, 9, 1];
        array![1, 5, 1] => |v| bm::maximum_at(v, [0, 1, 0], array![2, 3, 4]) => array![4, 5, 1];
        array![1, 5, 1] => |v| bm::minimum_at(v, [1, 1], array![2, 3]) => array![1, 2, 1];
    }
}

/// The in-place and the `_into` form against the function itself, for arrays in order and turned round.
macro_rules! twins {
    (unary $x:expr; $($name:ident $inplace:ident $into:ident;)*) => {$({
        let x = $x;
        let expected = bm::$name(&x);
        let turned = x.t().to_owned();
        let mut place = bm::zeros_like(&x);
        let mut turned_place = bm::zeros_like(&turned);
        let (address, turned_address) = (place.as_ptr(), turned_place.as_ptr());
        bm::$into(&x, &mut place);
        bm::$into(x.t(), &mut turned_place);
        assert_eq!(place, expected, stringify!($into));
        assert_eq!(turned_place, expected.t(), stringify!($into));
        assert_eq!((place.as_ptr(), turned_place.as_ptr()), (address, turned_address));
        bm::$into(&x, place.view_mut().reversed_axes().reversed_axes());
        writes! {
            x.clone() => |v| bm::$inplace(v) => expected;
            x.clone() => |v| bm::$inplace(v.view_mut().reversed_axes()) => expected;
        }
    })*};
    (binary $x:expr, $y:expr; $($name:ident $inplace:ident $into:ident;)*) => {$({
        let (x, y) = ($x, $y);
        let expected = bm::$name(&x, &y);
        let mut place = bm::zeros_like(&x);
        let address = place.as_ptr();
        bm::$into(&x, &y, &mut place);
        assert_eq!(place, expected, stringify!($into));
        assert_eq!(place.as_ptr(), address, stringify!($into));
        bm::$into(&x, y.row(0), &mut place);
        assert_eq!(place, bm::$name(&x, y.row(0)), stringify!($into));
        writes! {
            x.clone() => |v| bm::$inplace(v, &y) => expected;
            x.clone() => |v| bm::$inplace(v, y.row(0)) => bm::$name(&x, y.row(0));
        }
    })*};
}

#[test]
fn functions_in_place_and_into_a_given_array() {
    let x = || {
        bm::linspace(0.1_f32, 0.9, 15)
            .into_shape_with_order((3, 5))
            .expect("15 numbers")
    };
    let y = || x().mapv(|value| 2.0 - value);
    twins! { unary x();
    exp exp_inplace exp_into; exp2 exp2_inplace exp2_into; expm1 expm1_inplace expm1_into; log log_inplace log_into;
    log2 log2_inplace log2_into; log10 log10_inplace log10_into; log1p log1p_inplace log1p_into;
    sin sin_inplace sin_into; cos cos_inplace cos_into; tan tan_inplace tan_into;
    arcsin arcsin_inplace arcsin_into; arccos arccos_inplace arccos_into; arctan arctan_inplace arctan_into;
    sinh sinh_inplace sinh_into; cosh cosh_inplace cosh_into; tanh tanh_inplace tanh_into;
    arcsinh arcsinh_inplace arcsinh_into; arctanh arctanh_inplace arctanh_into; erf erf_inplace erf_into;
    erfc erfc_inplace erfc_into; cbrt cbrt_inplace cbrt_into; exprel exprel_inplace exprel_into;
    sqrt sqrt_inplace sqrt_into; square square_inplace square_into; abs abs_inplace abs_into;
    negative negative_inplace negative_into; sign sign_inplace sign_into; floor floor_inplace floor_into;
    ceil ceil_inplace ceil_into; trunc trunc_inplace trunc_into; rint rint_inplace rint_into;
    round round_inplace round_into; reciprocal reciprocal_inplace reciprocal_into;
    nan_to_num nan_to_num_inplace nan_to_num_into; sigmoid sigmoid_inplace sigmoid_into;
    softplus softplus_inplace softplus_into; relu relu_inplace relu_into; gelu gelu_inplace gelu_into;
    selu selu_inplace selu_into; elu elu_inplace elu_into; silu silu_inplace silu_into; sinc sinc_inplace sinc_into;
    deg2rad deg2rad_inplace deg2rad_into; rad2deg rad2deg_inplace rad2deg_into; }
    twins! { binary x(), y();
    add add_inplace add_into; subtract subtract_inplace subtract_into; multiply multiply_inplace multiply_into;
    divide divide_inplace divide_into; power power_inplace power_into; maximum maximum_inplace maximum_into;
    minimum minimum_inplace minimum_into; fmax fmax_inplace fmax_into; fmin fmin_inplace fmin_into;
    fmod fmod_inplace fmod_into; remainder remainder_inplace remainder_into;
    floor_divide floor_divide_inplace floor_divide_into; arctan2 arctan2_inplace arctan2_into;
    hypot hypot_inplace hypot_into; logaddexp logaddexp_inplace logaddexp_into; copysign copysign_inplace copysign_into;
    heaviside heaviside_inplace heaviside_into; nextafter nextafter_inplace nextafter_into; }
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_written() {
    let refused = |write: &mut dyn FnMut()| {
        let error = std::panic::catch_unwind(std::panic::AssertUnwindSafe(write))
            .expect_err("shapes differ");
        error.downcast_ref::<String>().expect("a text").clone()
    };
    let (mut v, w) = (array![1.0, 2.0, 3.0], array![1.0, 2.0]);
    for (text, function) in [
        (refused(&mut || bm::add_inplace(&mut v, &w)), "add"),
        (refused(&mut || bm::exp_into(&w, &mut v)), "exp_into"),
        (
            refused(&mut || bm::multiply_into(&w, &w, &mut v)),
            "multiply_into",
        ),
        (
            refused(&mut || bm::index_put(&mut v, 1.., array![1.0, 2.0, 3.0])),
            "index_put",
        ),
        (
            refused(&mut || bm::index_put(&mut v, [0, 7], 1.0)),
            "index_put",
        ),
        (
            refused(&mut || bm::mask_put(&mut v, array![true, false, true], array![1.0, 2.0, 3.0])),
            "mask_put",
        ),
    ] {
        assert!(text.to_lowercase().contains(function), "{text}");
    }
    assert_eq!(v, array![1.0, 2.0, 3.0]);
}
