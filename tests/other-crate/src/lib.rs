//! Models that the integration tests use from another crate. What the macros generate raises no warning here.
#![deny(
    warnings,
    missing_docs,
    unused_qualifications,
    unused_macros,
    unused_import_braces,
    unreachable_pub
)]

/// Synapses.
pub mod synapses {
    use brain_jit::prelude::*;

    /// A synapse with one time constant.
    #[derive(BrainObject)]
    pub struct Exponential<T> {
        /// Time constant.
        pub tau: T,
        /// Conductance.
        #[variable]
        pub g: Array1<T>,
    }

    /// A synapse that has a grandchild for its parent's parent.
    #[derive(BrainObject)]
    pub struct Pair<T, const N: usize> {
        /// One.
        #[child]
        pub first: Exponential<T>,
        /// Several.
        #[child]
        pub rest: [Exponential<f64>; N],
        /// Weights.
        #[train_var]
        pub w: [T; N],
    }
}

/// Another struct of the same name.
pub mod fast {
    use brain_jit::prelude::*;

    /// Without a constant.
    #[derive(BrainObject)]
    pub struct Exponential {
        /// Conductance.
        #[variable]
        pub h: Array1<f32>,
    }
}

pub use synapses::Pair as RenamedPair;
