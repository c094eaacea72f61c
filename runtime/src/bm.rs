//! NumPy's and BrainPy's functions under their names.

pub use crate::array::{
    activation::*, arithmetic::*, bitwise::*, cast::*, choice::*, comparison::*, creation::*,
    dtype::*, exponential::*, joining::*, rearrange::*, reduction::*, rounding::*, scan::*,
    shape::*, trigonometric::*,
};
