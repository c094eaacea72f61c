//! Augmented assignments.

use brain_jit::bm;

use super::Rows;
use crate::call::{Call, one};
use crate::on;

macro_rules! augmented {
    ($rows:ident, $($family:tt $name:literal $function:ident;)*) => {$(
        $rows.push(($name, |c: &Call| {
            on!($family, c.same(&[0, 1])?, |x, y| {
                let mut x = x.clone();
                let address = x.as_ptr();
                bm::$function(&mut x, y);
                assert_eq!(address, x.as_ptr(), "the buffer was replaced");
                one(x)
            })
        }));
    )*};
}

pub fn rows() -> Rows {
    let mut rows: Rows = Vec::new();
    augmented! { rows,
        all "iadd" add_inplace;
        number "isub" subtract_inplace;
        all "imul" multiply_inplace;
        inexact "itruediv" divide_inplace;
        real "ifloordiv" floor_divide_inplace;
        real "imod" remainder_inplace;
        number "ipow" power_inplace;
        bits "iand" bitwise_and_inplace;
        bits "ior" bitwise_or_inplace;
        bits "ixor" bitwise_xor_inplace;
        integer "ilshift" left_shift_inplace;
        integer "irshift" right_shift_inplace;
    }
    rows
}
