//! NumPy's and BrainPy's functions under their names.

pub use crate::array::{
    cast::*, creation::*, dtype::*, joining::*, rearrange::*, reduction::*, scan::*, shape::*,
};
