//! What the examples share: the data set, the frame of the network benchmarks, the command line and the pictures, so that an example holds its model and
//! little else.

pub mod benchmark;
pub mod breast_cancer;
pub mod digits;
pub mod flags;
pub mod memory;
pub mod picture;
pub mod report;

/// The code of the pages and of the README compiles and runs.
#[cfg(doctest)]
pub mod pages {
    #[doc = include_str!("../../docs/guide.md")]
    pub mod guide {}
    #[doc = include_str!("../../docs/gradients.md")]
    pub mod gradients {}
    #[doc = include_str!("../../docs/integrators.md")]
    pub mod integrators {}
    #[doc = include_str!("../../docs/training.md")]
    pub mod training {}
    #[doc = include_str!("../../docs/models.md")]
    pub mod models {}
    #[doc = include_str!("../../docs/networks.md")]
    pub mod networks {}
    #[doc = include_str!("../../docs/running.md")]
    pub mod running {}
    #[doc = include_str!("../../docs/random.md")]
    pub mod random {}
    #[doc = include_str!("../../README.md")]
    pub mod readme {}
}
