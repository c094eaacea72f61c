//! The arithmetic of an optimizer on one number, and the loop over all of them.

use ndarray::{ArrayViewD, ArrayViewMut, ArrayViewMutD};
use std::fmt::Debug;

use crate::kernel::{In, InOut, Kernel, Level, Real, Site, launch};

/// What all numbers have in common in one update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The learning rate of this update.
    pub learning_rate: f64,
    /// The part of a parameter that an update takes away.
    pub weight_decay: f64,
    /// The number of this update, from 1.
    pub count: i32,
    /// The Euclidean norms of the parameter and of its gradient, for a rule that asks for them.
    pub norms: (f64, f64),
}

/// A rule's constants in the type of the parameter.
pub(super) fn constants<T: Real, const N: usize>(values: [f64; N]) -> [T; N] {
    values.map(T::from_f64)
}

/// How an optimizer moves one number.
pub trait Rule: Clone + Debug + PartialEq + 'static {
    /// The optimizer's name.
    const NAME: &'static str;

    /// What is remembered of each number between updates, 0 at first: `[T; N]`, `N` at most 4.
    type Memory<T: Real>: Memory<T>;

    /// Whether it asks for [`Step::norms`].
    const NORMS: bool = false;

    /// The function from a parameter, its gradient and what was remembered to their next values.
    fn rule<T: Real>(
        &self,
        step: &Step,
    ) -> impl Fn(T, T, Self::Memory<T>) -> (T, Self::Memory<T>) + Sync;
}

/// How gradients are limited before a rule sees them.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// What gradients are multiplied by.
    pub scale: f64,
    /// The greatest magnitude of what comes out.
    pub magnitude: f64,
}

/// Numbers that a rule remembers with each parameter.
pub trait Memory<T: Real>: Copy {
    /// How many.
    const COUNT: usize;

    /// Applies a rule to a parameter and its memory, `COUNT` arrays one behind the other. The shapes are those of the parameter.
    #[doc(hidden)]
    fn sweep<F: Fn(T, T, Self) -> (T, Self) + Sync>(
        rule: F,
        limits: Limits,
        parameter: ArrayViewMutD<'_, T>,
        gradient: ArrayViewD<'_, T>,
        memory: &mut [T],
    );
}

struct Sweep<F, T> {
    rule: F,
    scale: T,
    magnitude: T,
}

impl<F, T: Real> Sweep<F, T> {
    /// NaN stays NaN.
    #[inline(always)]
    fn limited(&self, gradient: T) -> T {
        let scaled = gradient * self.scale;
        let low = if scaled < -self.magnitude {
            -self.magnitude
        } else {
            scaled
        };
        if low > self.magnitude {
            self.magnitude
        } else {
            low
        }
    }
}

static SITE: Site = Site {
    method: "optim",
    statement: "an update",
    operands: &["parameter", "gradient"],
};

/// Scalar operations an element, for the decision whether threads are worth their while.
const COST: usize = 8;

macro_rules! memory {
    ($count:literal: $($slot:ident $index:literal $operand:ident)*) => {
        impl<T: Real> Memory<T> for [T; $count] {
            const COUNT: usize = $count;

            fn sweep<F: Fn(T, T, Self) -> (T, Self) + Sync>(
                rule: F,
                limits: Limits,
                mut parameter: ArrayViewMutD<'_, T>,
                gradient: ArrayViewD<'_, T>,
                memory: &mut [T],
            ) {
                let sweep = Sweep {
                    rule,
                    scale: T::from_f64(limits.scale),
                    magnitude: T::from_f64(limits.magnitude),
                };
                let (_length, _rest) = (parameter.len(), memory);
                $(let ($slot, _rest) = _rest.split_at_mut(_length);)*
                match (parameter.as_slice_mut(), gradient.as_slice()) {
                    (Some(parameter), Some(gradient)) => {
                        let operands = (InOut::slice(parameter), In::slice(gradient), $(InOut::slice($slot),)*);
                        launch(&SITE, COST, operands, &sweep);
                    }
                    _ => {
                        $(let $slot = ArrayViewMut::from_shape(parameter.shape(), $slot).expect("as long as the parameter");)*
                        let operands = (InOut::array(parameter), In::array(gradient), $(InOut::array($slot),)*);
                        launch(&SITE, COST, operands, &sweep);
                    }
                }
            }
        }

        impl<T: Real, F: Fn(T, T, [T; $count]) -> (T, [T; $count]) + Sync>
            Kernel<(InOut<'_, T>, In<'_, T>, $($operand<'_, T>,)*)> for Sweep<F, T>
        {
            #[inline(always)]
            fn run<L: Level>(&self, n: usize, (parameter, gradient, $($slot,)*): (&mut [T], &[T], $(memory!(@slice $slot T),)*)) {
                // Separate parameters, so that LLVM knows that the slices do not overlap.
                #[inline(always)]
                fn body<T: Real, F: Fn(T, T, [T; $count]) -> (T, [T; $count])>(
                    sweep: &Sweep<F, T>,
                    parameter: &mut [T],
                    gradient: &[T],
                    $($slot: &mut [T],)*
                ) {
                    let n = parameter.len();
                    let gradient = &gradient[..n];
                    $(let $slot = &mut $slot[..n];)*
                    for i in 0..n {
                        let gradient = sweep.limited(gradient[i]);
                        let (next, _memory) = (sweep.rule)(parameter[i], gradient, [$($slot[i]),*]);
                        parameter[i] = next;
                        $($slot[i] = _memory[$index];)*
                    }
                }
                body(self, &mut parameter[..n], gradient, $($slot),*);
            }
        }
    };
    (@slice $slot:ident $type:ident) => { &mut [$type] };
}
memory!(0:);
memory!(1: a 0 InOut);
memory!(2: a 0 InOut b 1 InOut);
memory!(3: a 0 InOut b 1 InOut c 2 InOut);
memory!(4: a 0 InOut b 1 InOut c 2 InOut d 3 InOut);
