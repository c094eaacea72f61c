//! Sorts of long arrays, which go by the digits of their keys, against comparison.

use brain_jit::bm;
use brain_jit::prelude::*;
use std::cmp::Ordering;

/// Numbers of all bits (Steele, Lea and Flood's SplitMix).
fn random(n: usize) -> impl Iterator<Item = u64> {
    let mut state = 0_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    })
    .take(n)
}

/// `sort`, `argsort` and `unique` of `x` are those of a stable sort by `order`, where equal elements have equal bits but for zeros.
fn check<T: brain_jit::array::number::Number>(
    x: Vec<T>,
    order: impl Fn(&T, &T) -> Ordering,
    same: impl Fn(&T, &T) -> bool,
) {
    let mut places: Vec<usize> = (0..x.len()).collect();
    places.sort_by(|&i, &j| order(&x[i], &x[j]));
    let x = Array1::from(x);
    assert_eq!(
        bm::argsort(&x).to_vec(),
        places,
        "argsort of {:?}",
        T::DTYPE
    );
    let sorted: Vec<T> = places.iter().map(|&place| x[place]).collect();
    let found = bm::sort(&x).to_vec();
    let wrong = found.iter().zip(&sorted).position(|(a, b)| !same(a, b));
    assert_eq!(wrong, None, "sort of {:?}", T::DTYPE);
}

macro_rules! integers {
    ($($t:ident)*) => {$({
        for n in [0, 1, 255, 5_000, 70_000] {
            let mut x: Vec<$t> = random(n).map(|bits| bits as $t).collect();
            x.extend([<$t>::MIN, <$t>::MAX, 0, 1, <$t>::MAX, <$t>::MIN]);
            check(x, Ord::cmp, |a, b| a == b);
        }
    })*};
}

#[test]
fn integers() {
    integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
}

macro_rules! floats {
    ($($t:ident $bits:ident)*) => {$({
        for n in [0, 1, 255, 5_000, 70_000] {
            // NaN come last, zeros are equal.
            let mut x: Vec<$t> = random(n).map(|bits| <$t>::from_bits(bits as $bits)).collect();
            x.extend([0.0, -0.0, <$t>::INFINITY, <$t>::NAN, -<$t>::NAN, <$t>::NEG_INFINITY, <$t>::MAX, <$t>::MIN, -0.0, 0.0]);
            let order = |a: &$t, b: &$t| match a.partial_cmp(b) {
                Some(order) => order,
                None => a.is_nan().cmp(&b.is_nan()),
            };
            check(x, order, |a, b| a == b || a.is_nan() && b.is_nan());
        }
    })*};
}

#[test]
fn floats() {
    floats!(f32 u32 f64 u64);
}
