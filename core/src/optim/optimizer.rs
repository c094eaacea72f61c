//! The struct behind all optimizers: checks first, then one loop a parameter.

use ndarray::{ArrayViewD, ArrayViewMutD};

use super::rule::{Limits, Memory, Rule, Step};
use super::schedule::Schedule;
use super::slot::Slot;
use super::trained::{Trained, Visitor};
use crate::kernel::{In, Kernel, Level, MAX_RANK, Real, Site, Sum, launch};
use std::mem::MaybeUninit;

/// An optimizer: [`SGD`](super::SGD), [`Adam`](super::Adam) and the others are this struct with a [`Rule`].
///
/// It is a state that [`save_state`](crate::BrainObject::save_state) writes, so it may be a `#[variable]`: what it remembers of each
/// parameter and how many updates it has made, but not its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimizer<R> {
    pub(super) rule: R,
    schedule: Schedule,
    weight_decay: f64,
    clip_value: f64,
    clip_norm: f64,
    pub(super) updates: u64,
    pub(super) epochs: u64,
    pub(super) slots: Vec<Slot>,
}

impl<R: Rule> Optimizer<R> {
    /// An optimizer of a rule of your own, without weight decay.
    ///
    /// ```
    /// use brain_jit::bm::optim::{Optimizer, Rule, Step};
    /// use brain_jit::prelude::*;
    ///
    /// /// Each step has the length of the learning rate.
    /// #[derive(Clone, Debug, PartialEq)]
    /// struct Sign;
    ///
    /// impl Rule for Sign {
    ///     const NAME: &'static str = "Sign";
    ///     type Memory<T: Real> = [T; 0];
    ///
    ///     fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 0]) -> (T, [T; 0]) + Sync {
    ///         let rate = <T as Real>::from_f64(step.learning_rate);
    ///         move |parameter, gradient, []| (parameter - rate * gradient.signum(), [])
    ///     }
    /// }
    ///
    /// let mut w = array![1.0_f32, 2.0];
    /// Optimizer::with_rule(Sign, 0.5).update(&mut w, &array![-10.0, 0.1]);
    /// assert_eq!(w, array![1.5, 1.5]);
    /// ```
    pub fn with_rule(rule: R, lr: impl Into<Schedule>) -> Self {
        Optimizer {
            rule,
            schedule: lr.into(),
            weight_decay: 0.0,
            clip_value: f64::INFINITY,
            clip_norm: f64::INFINITY,
            updates: 0,
            epochs: 0,
            slots: Vec::new(),
        }
    }

    /// Each gradient is limited to `−limit … limit`, after [`clip_by_global_norm`](Self::clip_by_global_norm).
    ///
    /// # Panics
    /// Unless `limit` is above 0.
    pub fn clip_by_value(mut self, limit: f64) -> Self {
        assert!(
            limit > 0.0,
            "optim::{}: clip_by_value({limit}) is not above 0",
            R::NAME
        );
        self.clip_value = limit;
        self
    }

    /// Where the Euclidean norm of all gradients together is above `norm`, they are scaled down to it (Pascanu et al. 2013).
    ///
    /// # Panics
    /// Unless `norm` is above 0.
    pub fn clip_by_global_norm(mut self, norm: f64) -> Self {
        assert!(
            norm > 0.0,
            "optim::{}: clip_by_global_norm({norm}) is not above 0",
            R::NAME
        );
        self.clip_norm = norm;
        self
    }

    pub(super) fn set_weight_decay(mut self, weight_decay: f64) -> Self {
        assert!(
            (0.0..=1.0).contains(&weight_decay),
            "optim::{}: weight_decay({weight_decay}) is not in 0 … 1",
            R::NAME
        );
        self.weight_decay = weight_decay;
        self
    }

    /// Changes the learning rate or its schedule.
    pub fn set_learning_rate(&mut self, lr: impl Into<Schedule>) {
        self.schedule = lr.into();
    }

    /// The learning rate of the next update.
    pub fn learning_rate(&self) -> f64 {
        self.schedule.learning_rate(self.epochs, self.updates)
    }

    /// Ends an epoch, for the schedules that count epochs.
    pub fn step_epoch(&mut self) {
        self.epochs += 1;
    }

    /// How many updates it has made.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Forgets everything but its settings.
    pub fn reset(&mut self) {
        (self.updates, self.epochs) = (0, 0);
        self.slots.clear();
    }

    /// Moves the parameters, in place, against their gradients. Allocates nothing after the first time.
    ///
    /// # Panics
    /// Before anything is written, if a gradient has not the shape of its parameter, or if the parameters are not those of the
    /// first update in number, order, shapes and types.
    ///
    /// ```
    /// use brain_jit::{bm::optim::Adam, prelude::*};
    /// let mut w = array![1.0_f32, -1.0];
    /// let mut adam = Adam::new(0.5);
    /// adam.update(&mut w, &array![10.0, -0.1]);
    /// // The first step is the learning rate, whatever the gradient.
    /// assert!((w[0] - 0.5).abs() < 1e-5 && (w[1] + 0.5).abs() < 1e-5);
    /// ```
    pub fn update<P: Trained<G> + ?Sized, G: ?Sized>(&mut self, parameters: &mut P, gradients: &G) {
        let mut check = Check {
            optimizer: self,
            seen: 0,
            made: Vec::new(),
            squares: self.clip_norm.is_finite().then_some(0.0),
        };
        parameters.visit(gradients, &mut check);
        let (made, squares) = check.finish();
        if self.slots.is_empty() {
            self.slots = made;
        }
        let norm = squares.map_or(0.0, f64::sqrt);
        let mut sweep = Sweep {
            rule: &self.rule,
            step: Step {
                learning_rate: self.learning_rate(),
                weight_decay: self.weight_decay,
                count: i32::try_from(self.updates + 1).unwrap_or(i32::MAX),
                norms: (0.0, 0.0),
            },
            limits: Limits {
                scale: if norm > self.clip_norm {
                    self.clip_norm / norm
                } else {
                    1.0
                },
                magnitude: self.clip_value,
            },
            slots: self.slots.iter_mut(),
        };
        parameters.visit(gradients, &mut sweep);
        self.updates += 1;
    }
}

/// Compares the pairs with what is known of them; the first time, makes their memory.
struct Check<'a, R> {
    optimizer: &'a Optimizer<R>,
    seen: usize,
    made: Vec<Slot>,
    squares: Option<f64>,
}

impl<R: Rule> Check<'_, R> {
    fn finish(self) -> (Vec<Slot>, Option<f64>) {
        let known = self.optimizer.slots.len();
        if known > 0 && self.seen != known {
            panic!(
                "optim::{}: {} parameters, {known} at the first update",
                R::NAME,
                self.seen
            );
        }
        (self.made, self.squares)
    }
}

impl<R: Rule> Visitor for Check<'_, R> {
    fn pair<T: Real>(&mut self, parameter: ArrayViewMutD<'_, T>, gradient: ArrayViewD<'_, T>) {
        let (name, number, shape) = (R::NAME, self.seen, parameter.shape());
        if gradient.shape() != shape {
            panic!(
                "optim::{name}: parameter {number} has shape {shape:?}, its gradient {:?}",
                gradient.shape()
            );
        }
        if shape.len() > MAX_RANK {
            panic!(
                "optim::{name}: parameter {number} has {} axes, more than {MAX_RANK}",
                shape.len()
            );
        }
        if self.optimizer.slots.is_empty() {
            self.made
                .push(Slot::zeros::<T>(shape, R::Memory::<T>::COUNT));
        } else if let Some(slot) = self.optimizer.slots.get(number)
            && (slot.shape != shape || slot.values.dtype() != T::NAME)
        {
            panic!(
                "optim::{name}: parameter {number} is {} {shape:?}, at the first update {} {:?}",
                T::NAME,
                slot.values.dtype(),
                slot.shape
            );
        }
        if let Some(squares) = &mut self.squares {
            *squares += sum_of_squares(&gradient);
        }
        self.seen += 1;
    }
}

static SITE: Site = Site {
    method: "optim",
    statement: "a norm",
    operands: &["x"],
};

struct Squares;

impl<T: Real> Kernel<(In<'_, T>, Sum<f64>)> for Squares {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, squares): (&[T], &mut [MaybeUninit<f64>])) {
        let (x, squares) = (&x[..n], &mut squares[..n]);
        for i in 0..n {
            let x = x[i].into_f64();
            squares[i].write(x * x);
        }
    }
}

fn sum_of_squares<T: Real>(x: &ArrayViewD<'_, T>) -> f64 {
    let x = match x.as_slice() {
        Some(x) => In::slice(x),
        None => In::array(x.view()),
    };
    launch(&SITE, 2, (x, Sum::new()), &Squares).1
}

/// Applies the rule.
struct Sweep<'a, R> {
    rule: &'a R,
    step: Step,
    limits: Limits,
    slots: std::slice::IterMut<'a, Slot>,
}

impl<R: Rule> Visitor for Sweep<'_, R> {
    fn pair<T: Real>(&mut self, parameter: ArrayViewMutD<'_, T>, gradient: ArrayViewD<'_, T>) {
        let memory = self.slots.next().and_then(Slot::values_mut);
        let memory = memory.expect("the pairs were compared with the slots");
        if R::NORMS {
            let gradient_norm = self.limits.scale * sum_of_squares(&gradient).sqrt();
            self.step.norms = (sum_of_squares(&parameter.view()).sqrt(), gradient_norm);
        }
        let rule = self.rule.rule::<T>(&self.step);
        R::Memory::<T>::sweep(rule, self.limits, parameter, gradient, memory);
    }
}

/// An optimizer: its rule's settings with their defaults, and the functions that set them.
macro_rules! optimizer {
    (
        $(#[$doc:meta])*
        $name:ident: $rule:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)*
        }
    ) => {
        crate::optim::optimizer::optimizer! {
            $(#[$doc])* $name: $rule { $($(#[$field_doc])* $field: $type = $default,)* }
            /// The part of a parameter that each update takes away, `θ ← (1 − decay) θ − …`, as in BrainPy; 0.
            ///
            /// # Panics
            /// Unless it is in 0 … 1.
            weight_decay = 0.0
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident: $rule:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)*
        }
        $(#[$decay_doc:meta])* weight_decay = $decay:expr
    ) => {
        $(#[$doc])*
        pub type $name = crate::optim::Optimizer<$rule>;

        #[doc = concat!("The rule of [`", stringify!($name), "`].")]
        #[derive(Clone, Debug, PartialEq)]
        pub struct $rule {
            $($field: $type,)*
        }

        impl crate::optim::Optimizer<$rule> {
            /// With this learning rate, a number or a [`Schedule`](crate::optim::Schedule), and the defaults for all else.
            pub fn new(lr: impl Into<crate::optim::Schedule>) -> Self {
                Self::with_rule($rule { $($field: $default),* }, lr).set_weight_decay($decay)
            }

            $(#[$decay_doc])*
            pub fn weight_decay(self, weight_decay: f64) -> Self {
                self.set_weight_decay(weight_decay)
            }

            $(
                $(#[$field_doc])*
                pub fn $field(mut self, $field: $type) -> Self {
                    self.rule.$field = $field;
                    self
                }
            )*
        }
    };
}
pub(super) use optimizer;
