//! Numbers beside arrays whose type the macro does not see: it takes them for one number, and rustc knows better.

/// A `T` that stands beside arrays is a number of that type. What is none has an error that says what to write.
#[diagnostic::on_unimplemented(
    message = "`{S}` beside arrays of `{Self}`, where one `{Self}` was expected",
    label = "`#[brain_jit]` does not see the type of this, and took it for one `{Self}`",
    note = "if it is an array, write its type where it gets its name: `let x: Array1<{Self}> = …;`, or `let x: &Array1<{Self}> = &…;`",
    note = "if it is a number of another type, cast it: `(… as {Self})`; a reference is dereferenced: `*…`",
    note = "if it is an `Option`, as of ndarray's `x.mean()`, take the function: `bm::mean(&x)`"
)]
pub trait TakesBeside<S> {
    /// The number itself.
    fn from_beside(value: S) -> Self;
}

impl<T> TakesBeside<T> for T {
    #[inline(always)]
    fn from_beside(value: T) -> T {
        value
    }
}

/// A value beside arrays. Its type is settled before [`take`](Self::take) asks for a number: the error is the one above.
pub struct Beside<S>(pub S);

impl<S> Beside<S> {
    /// The number itself.
    #[inline(always)]
    pub fn take<T: TakesBeside<S>>(self) -> T {
        T::from_beside(self.0)
    }
}
