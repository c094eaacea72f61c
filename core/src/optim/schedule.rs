//! Learning rates that change in the course of training.

use std::f64::consts::PI;

/// A learning rate: a number, or one of the schedules of this module.
///
/// Some schedules count epochs, which [`Optimizer::step_epoch`](super::Optimizer::step_epoch) ends, others updates; both from 0.
///
/// ```
/// use brain_jit::bm::optim::{Schedule, StepLR};
/// let schedule = Schedule::from(StepLR::new(0.1, 10).gamma(0.5));
/// assert_eq!(schedule.learning_rate(9, 0), 0.1);
/// assert_eq!(schedule.learning_rate(20, 0), 0.025);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Schedule {
    Constant(f64),
    StepLR(StepLR),
    MultiStepLR(MultiStepLR),
    CosineAnnealingLR(CosineAnnealingLR),
    CosineAnnealingWarmRestarts(CosineAnnealingWarmRestarts),
    ExponentialLR(ExponentialLR),
    ExponentialDecayLR(ExponentialDecayLR),
    InverseTimeDecayLR(InverseTimeDecayLR),
    PolynomialDecayLR(PolynomialDecayLR),
    PiecewiseConstantLR(PiecewiseConstantLR),
}

impl Schedule {
    /// The learning rate after `epochs` epochs and `updates` updates.
    pub fn learning_rate(&self, epochs: u64, updates: u64) -> f64 {
        let (epoch, update) = (epochs as f64, updates as f64);
        match self {
            Schedule::Constant(lr) => *lr,
            Schedule::StepLR(s) => s.lr * s.gamma.powf((epoch / s.step_size as f64).floor()),
            Schedule::MultiStepLR(s) => {
                let passed = s.milestones.iter().filter(|&&m| m < epochs).count();
                s.lr * s.gamma.powf(passed as f64)
            }
            Schedule::CosineAnnealingLR(s) => cosine(s.lr, s.eta_min, epoch / s.t_max as f64),
            Schedule::CosineAnnealingWarmRestarts(s) => s.at(update),
            Schedule::ExponentialLR(s) => s.lr * s.gamma.powf(epoch),
            Schedule::ExponentialDecayLR(s) => s.lr * s.decay_rate.powf(update / s.decay_steps),
            Schedule::InverseTimeDecayLR(s) => {
                let time = update / s.decay_steps;
                let time = if s.staircase { time.floor() } else { time };
                s.lr / (1.0 + s.decay_rate * time)
            }
            Schedule::PolynomialDecayLR(s) => {
                let left = 1.0 - update.min(s.decay_steps) / s.decay_steps;
                left.powf(s.power) * (s.lr - s.final_lr) + s.final_lr
            }
            Schedule::PiecewiseConstantLR(s) => {
                s.values[s.boundaries.iter().filter(|&&b| b < updates).count()]
            }
        }
    }
}

/// From `lr` to `eta_min` along half a cosine.
fn cosine(lr: f64, eta_min: f64, part: f64) -> f64 {
    eta_min + (lr - eta_min) * (1.0 + (PI * part).cos()) / 2.0
}

impl From<f64> for Schedule {
    fn from(lr: f64) -> Self {
        Schedule::Constant(lr)
    }
}

impl From<f32> for Schedule {
    fn from(lr: f32) -> Self {
        Schedule::Constant(lr.into())
    }
}

macro_rules! schedules {
    ($(
        $(#[$doc:meta])*
        $name:ident($($given:ident: $given_type:ty),*) { $($(#[$option_doc:meta])* $option:ident: $option_type:ty = $default:expr),* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($given: $given_type,)*
            $($option: $option_type,)*
        }

        impl $name {
            /// The schedule with its options at their defaults.
            pub fn new($($given: $given_type),*) -> Self {
                $name { $($given,)* $($option: $default),* }.checked()
            }
            $(
                $(#[$option_doc])*
                pub fn $option(mut self, $option: $option_type) -> Self {
                    self.$option = $option;
                    self.checked()
                }
            )*
        }

        impl From<$name> for Schedule {
            fn from(schedule: $name) -> Self {
                Schedule::$name(schedule)
            }
        }
    )*};
}

schedules! {
    /// The rate is multiplied by `gamma` every `step_size` epochs.
    ///
    /// # Panics
    /// If `step_size` is 0.
    StepLR(lr: f64, step_size: u64) {
        /// The factor; 0.1.
        gamma: f64 = 0.1
    }
    /// The rate is multiplied by `gamma` after each epoch of the list.
    MultiStepLR(lr: f64, milestones: Vec<u64>) {
        /// The factor; 0.1.
        gamma: f64 = 0.1
    }
    /// Half a cosine from `lr` to `eta_min` in `t_max` epochs (Loshchilov and Hutter 2017).
    ///
    /// # Panics
    /// If `t_max` is 0.
    CosineAnnealingLR(lr: f64, t_max: u64) {
        /// The least rate; 0.
        eta_min: f64 = 0.0
    }
    /// Half a cosine again and again: `t_0` epochs the first time, `t_mult` times as many each next time (Loshchilov and Hutter
    /// 2017). An epoch is `num_call_per_epoch` updates.
    ///
    /// # Panics
    /// If one of the numbers is 0.
    CosineAnnealingWarmRestarts(lr: f64, num_call_per_epoch: u64, t_0: u64) {
        /// How many times longer each period is than the one before; 1.
        t_mult: u64 = 1,
        /// The least rate; 0.
        eta_min: f64 = 0.0
    }
    /// The rate is multiplied by `gamma` every epoch.
    ExponentialLR(lr: f64, gamma: f64) {}
    /// `lr · decay_rate^(updates / decay_steps)`.
    #[doc(alias = "ExponentialDecay")]
    ExponentialDecayLR(lr: f64, decay_steps: f64, decay_rate: f64) {}
    /// `lr / (1 + decay_rate · updates / decay_steps)`.
    #[doc(alias = "InverseTimeDecay")]
    InverseTimeDecayLR(lr: f64, decay_steps: f64, decay_rate: f64) {
        /// Whether only whole numbers of `decay_steps` count; `false`.
        staircase: bool = false
    }
    /// From `lr` to `final_lr` in `decay_steps` updates: the distance is `(1 − updates / decay_steps)^power`.
    #[doc(alias = "PolynomialDecay")]
    PolynomialDecayLR(lr: f64, decay_steps: f64, final_lr: f64) {
        /// The exponent; 1, a straight line.
        power: f64 = 1.0
    }
    /// `values[0]` up to and with update `boundaries[0]`, `values[1]` up to the next, and so on.
    ///
    /// # Panics
    /// Unless there is one more value than there are boundaries.
    #[doc(alias = "PiecewiseConstant")]
    PiecewiseConstantLR(boundaries: Vec<u64>, values: Vec<f64>) {}
}

/// What a schedule's numbers must meet.
macro_rules! checks {
    ($($name:ident |$s:ident| $condition:expr, $text:literal;)*) => {$(
        impl $name {
            fn checked(self) -> Self {
                let $s = &self;
                assert!($condition, concat!("optim::", stringify!($name), ": ", $text));
                self
            }
        }
    )*};
}

checks! {
    StepLR |s| s.step_size > 0, "step_size must be at least 1";
    MultiStepLR |s| s.milestones.is_sorted(), "milestones must increase";
    CosineAnnealingLR |s| s.t_max > 0, "t_max must be at least 1";
    CosineAnnealingWarmRestarts |s| s.t_0 > 0 && s.t_mult > 0 && s.num_call_per_epoch > 0,
        "num_call_per_epoch, t_0 and t_mult must be at least 1";
    ExponentialLR |s| s.gamma >= 0.0, "gamma must be at least 0";
    ExponentialDecayLR |s| s.decay_steps > 0.0, "decay_steps must be above 0";
    InverseTimeDecayLR |s| s.decay_steps > 0.0, "decay_steps must be above 0";
    PolynomialDecayLR |s| s.decay_steps > 0.0, "decay_steps must be above 0";
    PiecewiseConstantLR |s| s.values.len() == s.boundaries.len() + 1, "values must be one more than boundaries";
}

impl CosineAnnealingWarmRestarts {
    fn at(&self, update: f64) -> f64 {
        let mut epoch = update / self.num_call_per_epoch as f64;
        let mut period = self.t_0 as f64;
        if self.t_mult == 1 {
            epoch %= period;
        }
        while epoch >= period {
            epoch -= period;
            period *= self.t_mult as f64;
        }
        cosine(self.lr, self.eta_min, epoch / period)
    }
}
