//! One row a distribution. From it come the distribution itself (for compiled methods), the method of `RandomState`, the one
//! shaped like an array, and both as functions on the process-wide generator.

/// Rows `name, name_like(parameters) => distribution;` after `float T:` draw elements of the parameters' type `T`; after
/// `fixed T:` a row states the element type of its draw.
macro_rules! draws {
    (float $T:ident: $($(#[$doc:meta])* $name:ident, $like:ident($($p:ident: $type:ty),*) => $distribution:expr;)*) => {
        draws! { @generate $T: $($(#[$doc])* $name, $like($($p: $type),*) -> $T, [$T: RandomFloat,], [$T: RandomFloat,], $T => $distribution;)* }
    };
    (fixed $T:ident: $($(#[$doc:meta])* $name:ident, $like:ident($($p:ident: $type:ty),*) -> $output:ty => $distribution:expr;)*) => {
        draws! { @generate $T: $($(#[$doc])* $name, $like($($p: $type),*) -> $output, [$T: RandomFloat,], [$T: RandomFloat, A,], A => $distribution;)* }
    };
    (integer $T:ident: $($(#[$doc:meta])* $name:ident, $like:ident($($p:ident: $type:ty),*) => $distribution:expr;)*) => {
        draws! { @generate $T: $($(#[$doc])* $name, $like($($p: $type),*) -> $T, [$T: RandomInteger,], [$T: RandomInteger,], $T => $distribution;)* }
    };
    (plain: $($(#[$doc:meta])* $name:ident, $like:ident($($p:ident: $type:ty),*) -> $output:ty => $distribution:expr;)*) => {
        draws! { @generate T: $($(#[$doc])* $name, $like($($p: $type),*) -> $output, [], [A,], A => $distribution;)* }
    };
    (@generate $T:ident: $($(#[$doc:meta])* $name:ident, $like:ident($($p:ident: $type:ty),*) -> $output:ty,
        [$($generic:tt)*], [$($like_generic:tt)*], $element:ident => $distribution:expr;)*) => {
        pub mod distributions {
            use super::*;
            $(
                $(#[$doc])*
                #[track_caller]
                #[inline]
                pub fn $name<$($generic)*>($($p: $type),*) -> impl Distribution<Output = $output> + Copy { $distribution }
            )*
        }

        impl $crate::random::RandomState {
            $(
                $(#[$doc])*
                #[track_caller]
                pub fn $name<$($generic)* S: Shape>(&mut self, $($p: $type,)* shape: S) -> S::Output<$output> {
                    self.draw(distributions::$name($($p),*), shape.len()).collect(&shape)
                }

                #[doc = concat!("[`", stringify!($name), "`](Self::", stringify!($name), ") in the shape of an array.")]
                #[track_caller]
                pub fn $like<$($like_generic)* D: Dimension>(&mut self, $($p: $type,)* like: &ArrayRef<$element, D>) -> Array<$output, D> {
                    self.$name($($p,)* Like(like.raw_dim()))
                }
            )*
        }

        pub mod functions {
            use super::*;
            $(
                $(#[$doc])*
                #[track_caller]
                pub fn $name<$($generic)* S: Shape>($($p: $type,)* shape: S) -> S::Output<$output> {
                    let distribution = distributions::$name($($p),*);
                    let draw = with_default(|rng| rng.draw(distribution, shape.len()));
                    draw.collect(&shape)
                }

                #[doc = concat!("[`", stringify!($name), "()`] in the shape of an array.")]
                #[track_caller]
                pub fn $like<$($like_generic)* D: Dimension>($($p: $type,)* like: &ArrayRef<$element, D>) -> Array<$output, D> {
                    $name($($p,)* Like(like.raw_dim()))
                }
            )*
        }
    };
}
pub(super) use draws;
