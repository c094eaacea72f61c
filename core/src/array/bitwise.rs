//! Bits of integers, and of `bool`.

use super::elementwise::table::*;

binary! {
    /// Bitwise and.
    bitwise_and [bitwise_and_inplace: Bits] bitwise_and_into <T: Bits> -> T, |x, y| x.and(y);
    /// Bitwise or.
    bitwise_or [bitwise_or_inplace: Bits] bitwise_or_into <T: Bits> -> T, |x, y| x.or(y);
    /// Bitwise exclusive or.
    bitwise_xor [bitwise_xor_inplace: Bits] bitwise_xor_into <T: Bits> -> T, |x, y| x.xor(y);
    /// `x · 2ⁿ`; 0 where `n` is negative or not below the number of bits. (Rust's `<<` masks `n`.)
    left_shift [left_shift_inplace: Integer] left_shift_into <T: Integer> -> T, |x, y| x.left_shift(y);
    /// `x / 2ⁿ` rounded towards −∞; the sign alone where `n` is negative or not below the number of bits.
    right_shift [right_shift_inplace: Integer] right_shift_into <T: Integer> -> T, |x, y| x.right_shift(y);
}

unary! {
    /// Bitwise complement.
    invert [invert_inplace: Bits] invert_into <T: Bits> -> T, |x| x.invert();
    /// The same as [`invert`].
    bitwise_not [bitwise_not_inplace: Bits] bitwise_not_into <T: Bits> -> T, |x| x.invert();
}
