//! Programs that `build.rs` draws over the whole language: jitted and plain give the same bits.

use brain_jit::prelude::*;

/// One program.
pub struct Case<O, T> {
    source: &'static str,
    jitted: fn(&mut O, &Arguments<T>) -> Vec<u64>,
    plain: fn(&mut O, &Arguments<T>) -> Vec<u64>,
}

pub struct Arguments<T> {
    x: Array1<T>,
    s: T,
    index: Array1<usize>,
}

/// The bits of everything a program may have changed; all NaNs are one.
trait Bits {
    fn bits(&self) -> Vec<u64>;
}

macro_rules! bits {
    ($($ty:ty, |$x:ident| $bits:expr;)*) => {$(
        impl Bits for $ty {
            fn bits(&self) -> Vec<u64> {
                let $x = *self;
                vec![$bits]
            }
        }
    )*};
}

bits! {
    f32, |x| if x.is_nan() { u64::MAX } else { x.to_bits().into() };
    f64, |x| if x.is_nan() { u64::MAX } else { x.to_bits() };
    i32, |x| x as u64;
    i64, |x| x as u64;
    bool, |x| x.into();
    (), |_x| 0;
}

impl<T: Bits, D: ndarray::Dimension> Bits for ndarray::Array<T, D> {
    fn bits(&self) -> Vec<u64> {
        let shape = self.shape().iter().map(|n| *n as u64);
        shape.chain(self.iter().flat_map(Bits::bits)).collect()
    }
}

macro_rules! object {
    ($object:ident, $t:ty, $integer:ty) => {
        #[derive(BrainObject, Clone)]
        pub struct $object {
            tau: $t,
            gain: Array1<$t>,
            #[variable]
            v: Array1<$t>,
            #[variable]
            w: Array1<$t>,
            #[variable]
            u: Array1<$t>,
            #[variable]
            m: Array2<$t>,
            #[variable]
            p: Array2<$t>,
            #[variable]
            c: Array3<$t>,
            #[variable]
            count: Array1<$integer>,
            #[variable]
            spike: Array1<bool>,
            #[variable]
            t: $t,
        }

        impl Bits for $object {
            fn bits(&self) -> Vec<u64> {
                [
                    self.v.bits(),
                    self.w.bits(),
                    self.u.bits(),
                    self.m.bits(),
                    self.p.bits(),
                    self.c.bits(),
                    self.count.bits(),
                    self.spike.bits(),
                    self.t.bits(),
                ]
                .concat()
            }
        }

        impl Start<$t> for $object {
            fn start(n: usize, k: usize, value: &mut dyn FnMut() -> $t) -> Self {
                $object {
                    tau: value(),
                    gain: Array1::from_shape_simple_fn(n, &mut *value),
                    v: Array1::from_shape_simple_fn(n, &mut *value),
                    w: Array1::from_shape_simple_fn(n, &mut *value),
                    u: Array1::from_shape_simple_fn(k, &mut *value),
                    m: Array2::from_shape_simple_fn((k, n), &mut *value),
                    p: Array2::from_shape_simple_fn((k, n), &mut *value),
                    c: Array3::from_shape_simple_fn((2, k, n), &mut *value),
                    count: Array1::zeros(n),
                    spike: Array1::from_shape_fn(n, |i| i % 3 == 0),
                    t: value(),
                }
            }
        }
    };
}

trait Start<T>: Bits + Clone {
    fn start(n: usize, k: usize, value: &mut dyn FnMut() -> T) -> Self;
}

#[allow(clippy::all, unused)]
mod programs {
    use super::*;
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

fn compare<O: Start<T>, T>(cases: &[Case<O, T>], convert: fn(i64) -> T) {
    assert!(!cases.is_empty());
    for (seed, n, k) in [(1, 2, 1), (2, 5, 3), (3, 67, 4), (4, 700, 2)] {
        let mut state = 0x2545_F491_4F6C_DD1D_u64.wrapping_mul(seed);
        let mut value = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            convert((state >> 40) as i64 % 4001 - 2000)
        };
        let start = O::start(n, k, &mut value);
        let arguments = Arguments {
            x: Array1::from_shape_simple_fn(n, &mut value),
            s: value(),
            index: Array1::from_shape_fn(n, |i| (i * 7 + 1) % n),
        };
        for case in cases {
            let (mut jitted, mut plain) = (start.clone(), start.clone());
            let got = (case.jitted)(&mut jitted, &arguments);
            let expected = (case.plain)(&mut plain, &arguments);
            assert!(
                got == expected && jitted.bits() == plain.bits(),
                "jitted and plain differ with n = {n}, k = {k}:\n{}",
                case.source
            );
        }
    }
}

#[test]
fn f32_programs_give_the_same_bits_jitted_and_plain() {
    compare(programs::SINGLE, |i| i as f32 / 1000.0);
}

#[test]
fn f64_programs_give_the_same_bits_jitted_and_plain() {
    compare(programs::DOUBLE, |i| i as f64 / 1000.0);
}

#[test]
fn integer_programs_give_the_same_bits_jitted_and_plain() {
    compare(programs::INTEGER, |i| i / 100);
}
