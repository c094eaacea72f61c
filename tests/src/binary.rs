//! The functions of two arguments of `brain_jit::math`.

use brain_jit::kernel::level::{Baseline, Dispatch, Level, dispatch};
use brain_jit::math::{VectorMath, for_each_binary};

/// A function over slices at a level: `output[i] = f(a[i], b[i])`.
pub type Apply<T> = fn(&[T], &[T], &mut [T]);

/// A function of two arguments.
pub struct Binary {
    pub name: &'static str,
    /// Without SIMD extensions.
    pub baseline_f32: Apply<f32>,
    pub baseline_f64: Apply<f64>,
    /// At the level of this process.
    pub best_f32: Apply<f32>,
    pub best_f64: Apply<f64>,
}

macro_rules! binary_functions {
    ($($name:ident)*) => {
        /// Every function of two arguments.
        pub fn binary_functions() -> Vec<Binary> {
            vec![$({
                struct Loop<'a, T>(&'a [T], &'a [T], &'a mut [T]);
                impl<T: VectorMath> Dispatch for Loop<'_, T> {
                    type Output = ();
                    #[inline(always)]
                    fn run<L: Level>(self) {
                        #[inline(always)]
                        fn body<L: Level, T: VectorMath>(a: &[T], b: &[T], y: &mut [T]) {
                            let (a, b) = (&a[..y.len()], &b[..y.len()]);
                            for i in 0..y.len() {
                                y[i] = a[i].$name::<L>(b[i]);
                            }
                        }
                        body::<L, T>(self.0, self.1, self.2);
                    }
                }
                Binary {
                    name: stringify!($name),
                    baseline_f32: |a, b, y| Loop(a, b, y).run::<Baseline>(),
                    baseline_f64: |a, b, y| Loop(a, b, y).run::<Baseline>(),
                    best_f32: |a, b, y| dispatch(Loop(a, b, y)),
                    best_f64: |a, b, y| dispatch(Loop(a, b, y)),
                }
            }),*]
        }
    };
}
for_each_binary!(binary_functions!());
