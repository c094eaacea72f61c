//! The methods of `#[integrate(..)]` by name.

use super::tableau::{ALIASES, TABLEAUX, Tableau};

/// How a step is made of a right-hand side.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scheme {
    RungeKutta(&'static Tableau),
    ExponentialEuler,
    EulerMaruyama,
    Milstein,
}

/// The methods that are no Runge–Kutta methods.
const OTHERS: &[(&str, Scheme)] = &[
    ("exp_euler", Scheme::ExponentialEuler),
    ("exponential_euler", Scheme::ExponentialEuler),
    ("exp_auto", Scheme::ExponentialEuler),
    ("exp_euler_auto", Scheme::ExponentialEuler),
    ("euler_maruyama", Scheme::EulerMaruyama),
    ("milstein", Scheme::Milstein),
];

impl Scheme {
    pub fn from_name(name: &str) -> Option<Scheme> {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        let name = alias.map_or(name, |(_, name)| name);
        let tableau = TABLEAUX.iter().find(|method| method.name == name);
        tableau.map(Scheme::RungeKutta).or_else(|| {
            let mut others = OTHERS.iter();
            others
                .find(|(known, _)| *known == name)
                .map(|(_, scheme)| *scheme)
        })
    }

    /// Whether the right-hand side gives drift and diffusion, and the step takes noise.
    pub fn is_stochastic(self) -> bool {
        matches!(self, Scheme::EulerMaruyama | Scheme::Milstein)
    }

    /// All names, for messages.
    pub fn names() -> String {
        let tableaux = TABLEAUX.iter().map(|method| method.name);
        let all: Vec<&str> = OTHERS
            .iter()
            .map(|(name, _)| *name)
            .chain(tableaux)
            .chain(ALIASES.iter().map(|(alias, _)| *alias))
            .collect();
        all.join(", ")
    }
}
