//! SIMD levels, and the functions cloned once a level.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU8, Ordering};

/// A set of instructions that a function may be compiled for.
pub trait Level: Copy + Send + Sync + 'static {
    /// Whether the level has a fused multiply-add.
    const FMA: bool;
    /// The name that `BRAIN_JIT_LEVEL` knows.
    const NAME: &'static str;
    /// Whether it has AVX-512's registers.
    const AVX512: bool = false;
    /// Whether every argument of a trigonometric function is known to be near: see [`Near`].
    const NEAR: bool = false;

    /// `a * b + c`, with one rounding where the level has a fused multiply-add.
    ///
    /// Elsewhere it rounds twice: `f32::mul_add` would call libm, which is twenty times slower.
    #[inline(always)]
    fn mul_add_f32(a: f32, b: f32, c: f32) -> f32 {
        if Self::FMA {
            a.mul_add(b, c)
        } else {
            a * b + c
        }
    }

    /// `a * b + c`, as [`Level::mul_add_f32`].
    #[inline(always)]
    fn mul_add_f64(a: f64, b: f64, c: f64) -> f64 {
        if Self::FMA {
            a.mul_add(b, c)
        } else {
            a * b + c
        }
    }
}

/// What every processor of the target has.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

/// AVX2 with fused multiply-add.
#[derive(Clone, Copy, Debug)]
pub struct Avx2;

/// AVX-512 F, DQ, VL and BW.
#[derive(Clone, Copy, Debug)]
pub struct Avx512;

impl Level for Baseline {
    const FMA: bool = false;
    const NAME: &'static str = "baseline";
}

impl Level for Avx2 {
    const FMA: bool = true;
    const NAME: &'static str = "avx2";
}

impl Level for Avx512 {
    const FMA: bool = true;
    const AVX512: bool = true;
    const NAME: &'static str = "avx512";
}

/// A level where every argument of `sin`, `cos` and `tan` is one for which the functions take their short way. Elsewhere they
/// take both ways, and choose, so that loops without branches vectorise: results are the same.
#[derive(Clone, Copy, Debug)]
pub struct Near<L>(PhantomData<L>);

impl<L: Level> Level for Near<L> {
    const FMA: bool = L::FMA;
    const AVX512: bool = L::AVX512;
    const NAME: &'static str = L::NAME;
    const NEAR: bool = true;
}

/// A computation that is compiled once a level. `run` must be `#[inline(always)]`.
pub trait Dispatch {
    type Output;
    fn run<L: Level>(self) -> Self::Output;
}

const UNKNOWN: u8 = 0;
const BASELINE: u8 = 1;
const AVX2: u8 = 2;
const AVX512: u8 = 3;

static CHOSEN: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Runs `computation` at the level of this process.
#[inline]
pub fn dispatch<D: Dispatch>(computation: D) -> D::Output {
    match chosen() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `chosen` answers AVX512 only where the processor has every feature that the clone is compiled for.
        AVX512 => unsafe { run_avx512(computation) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above, for AVX2 and FMA.
        AVX2 => unsafe { run_avx2(computation) },
        _ => run_baseline(computation),
    }
}

/// Runs `computation` at the level of this process; for a loop whose elements need no function of a level. It must be `#[inline(always)]`: a
/// long closure would else be a function of its own, without the level's instructions.
#[inline]
pub(crate) fn at_level<R>(computation: impl FnOnce() -> R) -> R {
    struct Computation<F>(F);
    impl<R, F: FnOnce() -> R> Dispatch for Computation<F> {
        type Output = R;
        #[inline(always)]
        fn run<L: Level>(self) -> R {
            (self.0)()
        }
    }
    dispatch(Computation(computation))
}

/// Whether the level in force is [`Avx512`].
#[inline(always)]
pub(crate) fn is_avx512() -> bool {
    chosen() == AVX512
}

/// The name of the level in force: `"baseline"`, `"avx2"` or `"avx512"`.
pub fn level_name() -> &'static str {
    match chosen() {
        AVX512 => Avx512::NAME,
        AVX2 => Avx2::NAME,
        _ => Baseline::NAME,
    }
}

#[inline(never)]
fn run_baseline<D: Dispatch>(computation: D) -> D::Output {
    computation.run::<Baseline>()
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn run_avx2<D: Dispatch>(computation: D) -> D::Output {
    computation.run::<Avx2>()
}

// LLVM uses 512-bit registers here: the target processor is generic, so `prefer-256-bit` is off.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi1,bmi2")]
fn run_avx512<D: Dispatch>(computation: D) -> D::Output {
    computation.run::<Avx512>()
}

/// Whether code of a level may use AVX-512's registers: the level has them, and the process is at it.
#[inline(always)]
pub(crate) fn has_registers<L: Level>() -> bool {
    L::AVX512 && is_avx512()
}

#[inline(always)]
fn chosen() -> u8 {
    match CHOSEN.load(Ordering::Relaxed) {
        UNKNOWN => choose(),
        level => level,
    }
}

#[cold]
fn choose() -> u8 {
    let best = best_of_this_processor();
    let level = match std::env::var("BRAIN_JIT_LEVEL") {
        Err(_) => best,
        Ok(name) => {
            let wanted = match name.as_str() {
                "baseline" => BASELINE,
                "avx2" => AVX2,
                "avx512" => AVX512,
                _ => panic!("BRAIN_JIT_LEVEL is \"{name}\": it must be baseline, avx2 or avx512"),
            };
            wanted.min(best)
        }
    };
    CHOSEN.store(level, Ordering::Relaxed);
    level
}

#[cfg(target_arch = "x86_64")]
fn best_of_this_processor() -> u8 {
    let avx2 = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    let avx512 = avx2
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw");
    match (avx512, avx2) {
        (true, _) => AVX512,
        (_, true) => AVX2,
        _ => BASELINE,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn best_of_this_processor() -> u8 {
    BASELINE
}
