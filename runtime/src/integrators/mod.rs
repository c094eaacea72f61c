//! Steps of differential equations, with the names of BrainPy's methods (`brainpy.odeint`, `brainpy.sdeint`).
//!
//! The state is what [`Variables`] says: a number, an array, a tuple or a list of them. The right-hand side is a closure of the state and
//! the time that gives the derivatives, in the state's form.
//!
//! ```
//! use brain_jit::integrators::{ode, odeint};
//! // FitzHugh–Nagumo
//! let rhs = |&(v, w): &(f64, f64), _t: f64| (v - v * v * v / 3.0 - w + 0.8, 0.08 * (v + 0.7 - 0.8 * w));
//! let integral = odeint(rhs, "rk4", 0.1);
//! let mut y = (0.0, 0.0);
//! for i in 0..10 {
//!     y = integral.step(&y, 0.1 * i as f64);
//! }
//! // One step of a method is a function too.
//! assert_eq!(integral.step(&y, 1.0), ode::rk4(rhs, &y, 1.0, 0.1));
//! ```
//!
//! [`ode`] has the Runge–Kutta methods and exponential Euler, [`sde`] those with noise; [`odeint_adaptive`] chooses its steps.
//! Inside compiled methods `#[integrate(method)]` makes the step of a right-hand side at build time: see the guide, `docs/integrators.md`.

mod adaptive;
pub mod ode;
pub mod sde;
mod tableau;
mod variables;

pub use adaptive::{AdaptiveIntegral, Steps, odeint_adaptive};
pub use ode::{OdeIntegral, odeint};
pub use sde::{SdeIntegral, sdeint};
pub use tableau::Tableau;
pub use variables::Variables;

/// # Panics
/// Unless the length of a step is greater than 0 and finite.
fn check_dt(function: &str, dt: f64) {
    assert!(
        dt > 0.0 && dt.is_finite(),
        "{function}: dt is {dt}, but must be greater than 0 and finite"
    );
}
