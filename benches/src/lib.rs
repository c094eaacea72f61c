//! The documents' workloads, each as brain_jit, as array expressions of ndarray and as a hand-written loop.

pub mod gelu;
pub mod lif;
pub mod logistic_regression;
pub mod native_loop;
pub mod scalar;
pub mod selu;
pub mod timing;
pub mod training;
pub mod uniform;
