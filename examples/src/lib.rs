//! What the examples share: the data set and the pictures, so that an example holds its model and little else.

pub mod breast_cancer;
pub mod picture;
