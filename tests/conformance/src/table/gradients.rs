//! Gradients of functions by name, compiled: the value, and one gradient an argument.

use brain_jit::prelude::*;

use super::Rows;
use crate::call::{Call, Outcome, Stop, many, unsupported};
use crate::value::Array;
use ndarray::ArrayD;

/// An argument of a rank that is written.
trait Argument<T>: Sized {
    fn of(array: ArrayD<T>) -> Result<Self, Stop>;
}

impl<T> Argument<T> for Array1<T> {
    fn of(array: ArrayD<T>) -> Result<Self, Stop> {
        array
            .into_dimensionality()
            .or_else(|_| unsupported("an argument of another rank"))
    }
}

impl<T> Argument<T> for Array2<T> {
    fn of(array: ArrayD<T>) -> Result<Self, Stop> {
        array
            .into_dimensionality()
            .or_else(|_| unsupported("an argument of another rank"))
    }
}

/// The functions of one element type.
macro_rules! functions {
    ($module:ident $T:ident) => {
        // The functions themselves are called by their gradients only.
        #[allow(non_snake_case, dead_code)]
        mod $module {
            use brain_jit::prelude::*;

            #[brain_jit(grad(x))]
            pub fn cube(x: &Array1<$T>) -> $T {
                bm::sum(x.powi(3))
            }

            #[brain_jit(grad(x))]
            pub fn reciprocal(x: &Array1<$T>) -> $T {
                bm::sum(1.0 / (2.0 + x * x))
            }

            #[brain_jit(grad(x))]
            pub fn exp(x: &Array1<$T>) -> $T {
                bm::sum(bm::exp(-x))
            }

            #[brain_jit(grad(x))]
            pub fn sin_cos(x: &Array1<$T>) -> $T {
                bm::sum(bm::sin(x) * bm::cos(2.0 * x))
            }

            #[brain_jit(grad(x))]
            pub fn tan(x: &Array1<$T>) -> $T {
                bm::sum(bm::tan(0.3 * x))
            }

            #[brain_jit(grad(x))]
            pub fn tanh(x: &Array1<$T>) -> $T {
                bm::sum(bm::tanh(x))
            }

            #[brain_jit(grad(x))]
            pub fn sigmoid(x: &Array1<$T>) -> $T {
                bm::sum(1.0 / (1.0 + bm::exp(-x)))
            }

            #[brain_jit(grad(x))]
            pub fn sqrt(x: &Array1<$T>) -> $T {
                bm::sum(bm::sqrt(1.0 + x * x))
            }

            #[brain_jit(grad(x))]
            pub fn power(x: &Array1<$T>) -> $T {
                bm::sum(bm::power(1.5 + bm::tanh(x), 2.5))
            }

            #[brain_jit(grad(x, y))]
            pub fn power_xy(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                bm::sum(bm::power(2.0 + bm::tanh(x), y))
            }

            #[brain_jit(grad(x))]
            pub fn abs(x: &Array1<$T>) -> $T {
                bm::sum(bm::abs(x))
            }

            #[brain_jit(grad(x, y))]
            pub fn maximum(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                bm::sum(bm::maximum(x, y))
            }

            #[brain_jit(grad(x))]
            pub fn r#where(x: &Array1<$T>) -> $T {
                bm::sum(bm::where_(x > 0.0, x, 0.1 * x))
            }

            #[brain_jit(grad(x, y))]
            pub fn arctan2(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                bm::sum(bm::arctan2(x, 3.0 + y * y))
            }

            #[brain_jit(grad(x, y))]
            pub fn hypot(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                bm::sum(bm::sqrt(x * x + y * y))
            }

            #[brain_jit(grad(x))]
            pub fn var(x: &Array1<$T>) -> $T {
                bm::var(x)
            }

            #[brain_jit(grad(x))]
            pub fn std(x: &Array1<$T>) -> $T {
                bm::std(x)
            }

            #[brain_jit(grad(x))]
            pub fn prod(x: &Array1<$T>) -> $T {
                bm::prod(1.0 + 0.1 * x)
            }

            #[brain_jit(grad(x))]
            pub fn max(x: &Array1<$T>) -> $T {
                bm::max(x)
            }

            #[brain_jit(grad(x))]
            pub fn min(x: &Array1<$T>) -> $T {
                bm::min(x)
            }

            #[brain_jit(grad(x))]
            pub fn logsumexp(x: &Array1<$T>) -> $T {
                bm::log(bm::sum(bm::exp(x)))
            }

            #[brain_jit(grad(x, y))]
            pub fn dot(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                bm::dot(x, y)
            }

            #[brain_jit(grad(x))]
            pub fn cumsum(x: &Array1<$T>) -> $T {
                let c: Array1<$T> = bm::cumsum(x);
                bm::sum(bm::square(c))
            }

            #[brain_jit(grad(x, y))]
            pub fn sort(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                let s: Array1<$T> = bm::sort(x);
                bm::sum(s * y)
            }

            #[brain_jit(grad(x))]
            pub fn selu(x: &Array1<$T>) -> $T {
                bm::sum(1.05 * bm::where_(x > 0.0, x, 1.67 * bm::exp(x) - 1.67))
            }

            #[brain_jit(grad(x))]
            pub fn gelu(x: &Array1<$T>) -> $T {
                bm::sum(
                    x * (0.5
                        * (1.0 + bm::tanh(bm::sqrt(2.0 / bm::PI) * (x + 0.044715 * x.powi(3))))),
                )
            }

            #[brain_jit(grad(x, y))]
            pub fn softmax(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                bm::sum((bm::exp(x) / bm::sum(bm::exp(x))) * y)
            }

            #[brain_jit(grad(M, x4))]
            pub fn broadcast(M: &Array2<$T>, x4: &Array1<$T>) -> $T {
                bm::sum(bm::square(M + x4))
            }

            #[brain_jit(grad(M, x4))]
            pub fn matvec(M: &Array2<$T>, x4: &Array1<$T>) -> $T {
                bm::sum(bm::tanh(bm::dot(M, x4)))
            }

            #[brain_jit(grad(M, N))]
            pub fn matmul(M: &Array2<$T>, N: &Array2<$T>) -> $T {
                bm::sum(bm::square(bm::dot(M, N)))
            }

            #[brain_jit(grad(M))]
            pub fn transpose(M: &Array2<$T>) -> $T {
                let r: Array2<$T> = bm::reshape(M, (4, 3));
                bm::sum(bm::transpose(M) * r)
            }

            #[brain_jit(grad(x))]
            pub fn slice(x: &Array1<$T>) -> $T {
                bm::sum(bm::square(x[1..4])) + x[0] * x[-1]
            }

            #[brain_jit(grad(x))]
            pub fn gather(x: &Array1<$T>) -> $T {
                bm::sum(bm::square(x[[0, 2, 2]]))
            }

            #[brain_jit(grad(x, y))]
            pub fn concatenate(x: &Array1<$T>, y: &Array1<$T>) -> $T {
                let c: Array1<$T> = bm::concatenate(&[x, y], 0);
                bm::sum(c.powi(3))
            }

            #[brain_jit(grad(M))]
            pub fn axis_sum(M: &Array2<$T>) -> $T {
                bm::sum(bm::square(bm::sum_axis(M, 0)))
            }

            #[brain_jit(grad(M))]
            pub fn axis_max(M: &Array2<$T>) -> $T {
                bm::sum(bm::square(bm::max_axis(M, 1)))
            }

            #[brain_jit(grad(x))]
            pub fn clip(x: &Array1<$T>) -> $T {
                bm::sum(bm::square(bm::clip(x, -1.0, 1.0)))
            }

            #[brain_jit(grad(M))]
            pub fn inv(M: &Array2<$T>) -> $T {
                let eye = bm::eye::<$T>(3);
                let a = bm::dot(M, bm::transpose(M)) + 3.0 * &eye;
                let inverse: Array2<$T> = bm::linalg::inv(&a).unwrap();
                bm::sum(inverse)
            }

            #[brain_jit(grad(M))]
            pub fn det(M: &Array2<$T>) -> $T {
                let eye = bm::eye::<$T>(3);
                let a = bm::dot(M, bm::transpose(M)) + 3.0 * &eye;
                let det: $T = bm::linalg::det(&a).unwrap();
                det
            }

            #[brain_jit(grad(M, x3))]
            pub fn solve(M: &Array2<$T>, x3: &Array1<$T>) -> $T {
                let eye = bm::eye::<$T>(3);
                let a = bm::dot(M, bm::transpose(M)) + 3.0 * &eye;
                let solved: Array1<$T> = bm::linalg::solve(&a, x3).unwrap();
                bm::sum(solved)
            }

            #[brain_jit(grad(M, x4, t))]
            pub fn mse(M: &Array2<$T>, x4: &Array1<$T>, t: &Array1<$T>) -> $T {
                bm::mean(bm::square(bm::dot(M, x4) - t))
            }

            #[brain_jit(grad(X, W, b, r, Y))]
            pub fn linear_net(
                X: &Array2<$T>,
                W: &Array2<$T>,
                b: &Array1<$T>,
                r: &Array2<$T>,
                Y: &Array2<$T>,
            ) -> $T {
                bm::mean(bm::square(bm::dot(bm::dot(X, W) + b, r) - Y))
            }

            #[brain_jit(grad(X, w, Y1))]
            pub fn logistic(X: &Array2<$T>, w: &Array1<$T>, Y1: &Array1<$T>) -> $T {
                bm::mean(bm::log(1.0 + bm::exp(-Y1 * bm::dot(X, w))))
            }

            #[brain_jit(grad(x))]
            pub fn scan_leak(x: &Array1<$T>) -> $T {
                let mut h: $T = 0.0;
                let mut sum: $T = 0.0;
                for t in 0..x.len() {
                    h = 0.9 * h + x[t];
                    sum += h * h;
                }
                sum
            }

            #[brain_jit(grad(x))]
            pub fn abs_at_0(x: &Array1<$T>) -> $T {
                bm::sum(bm::abs(x))
            }

            #[brain_jit(grad(x))]
            pub fn max_tie(x: &Array1<$T>) -> $T {
                bm::max(x)
            }

            #[brain_jit(grad(x))]
            pub fn min_tie(x: &Array1<$T>) -> $T {
                bm::min(x)
            }

            #[brain_jit(grad(x))]
            pub fn maximum_tie(x: &Array1<$T>) -> $T {
                bm::sum(bm::maximum(x, 0.0))
            }

            #[brain_jit(grad(x))]
            pub fn minimum_tie(x: &Array1<$T>) -> $T {
                bm::sum(bm::minimum(x, 0.0))
            }

            #[brain_jit(grad(x))]
            pub fn clip_at_edge(x: &Array1<$T>) -> $T {
                bm::sum(bm::clip(x, -1.0, 1.0))
            }

            #[brain_jit(grad(x))]
            pub fn sqrt_at_0(x: &Array1<$T>) -> $T {
                bm::sum(bm::sqrt(x))
            }

            #[brain_jit(grad(x))]
            pub fn norm_at_0(x: &Array1<$T>) -> $T {
                bm::sqrt(bm::sum(x * x))
            }

            #[brain_jit(grad(x))]
            pub fn sign(x: &Array1<$T>) -> $T {
                bm::sum(bm::sign(x) * x)
            }

            #[brain_jit(grad(x))]
            pub fn floor(x: &Array1<$T>) -> $T {
                bm::sum(bm::floor(x) * x)
            }

            #[brain_jit(grad(x))]
            pub fn r#mod(x: &Array1<$T>) -> $T {
                bm::sum(bm::remainder(x, 1.0))
            }
        }
    };
}

functions!(single f32);
functions!(double f64);

/// The gradients by name.
macro_rules! gradients {
    ($($name:literal $grad:ident ($($argument:ident: $ty:ident),*))*) => {
        #[allow(non_snake_case)]
        fn gradient(c: &Call) -> Outcome {
            c.only(&["name", "expr", "names"])?;
            match c.text(9, "name") {
                $(Some($name) => {
                    let mut places = 0..;
                    $(let $argument = c.array(places.next().unwrap_or(0))?;)*
                    match ($($argument,)*) {
                        ($(Array::F32($argument),)*) => {
                            $(let $argument = $ty::of($argument)?;)*
                            let (value, gradients) = single::$grad($(&$argument),*);
                            many([ndarray::arr0(value).into_dyn(), $(gradients.$argument.into_dyn()),*])
                        }
                        ($(Array::F64($argument),)*) => {
                            $(let $argument = $ty::of($argument)?;)*
                            let (value, gradients) = double::$grad($(&$argument),*);
                            many([ndarray::arr0(value).into_dyn(), $(gradients.$argument.into_dyn()),*])
                        }
                        _ => unsupported("arguments of other types"),
                    }
                })*
                // Here the dead side of `where_` is masked, as it should be.
                Some("where_nan_guard") => Err(Stop::NotApplicable(
                    "JAX lets a NaN of the side that is not chosen into the gradient".into(),
                )),
                other => unsupported(format!("the gradient of {other:?}")),
            }
        }
    };
}

gradients! {
    "cube" cube_grad(x: Array1)
    "reciprocal" reciprocal_grad(x: Array1)
    "exp" exp_grad(x: Array1)
    "sin_cos" sin_cos_grad(x: Array1)
    "tan" tan_grad(x: Array1)
    "tanh" tanh_grad(x: Array1)
    "sigmoid" sigmoid_grad(x: Array1)
    "sqrt" sqrt_grad(x: Array1)
    "power" power_grad(x: Array1)
    "power_xy" power_xy_grad(x: Array1, y: Array1)
    "abs" abs_grad(x: Array1)
    "maximum" maximum_grad(x: Array1, y: Array1)
    "where" where_grad(x: Array1)
    "arctan2" arctan2_grad(x: Array1, y: Array1)
    "hypot" hypot_grad(x: Array1, y: Array1)
    "var" var_grad(x: Array1)
    "std" std_grad(x: Array1)
    "prod" prod_grad(x: Array1)
    "max" max_grad(x: Array1)
    "min" min_grad(x: Array1)
    "logsumexp" logsumexp_grad(x: Array1)
    "dot" dot_grad(x: Array1, y: Array1)
    "cumsum" cumsum_grad(x: Array1)
    "sort" sort_grad(x: Array1, y: Array1)
    "selu" selu_grad(x: Array1)
    "gelu" gelu_grad(x: Array1)
    "softmax" softmax_grad(x: Array1, y: Array1)
    "broadcast" broadcast_grad(M: Array2, x4: Array1)
    "matvec" matvec_grad(M: Array2, x4: Array1)
    "matmul" matmul_grad(M: Array2, N: Array2)
    "transpose" transpose_grad(M: Array2)
    "slice" slice_grad(x: Array1)
    "gather" gather_grad(x: Array1)
    "concatenate" concatenate_grad(x: Array1, y: Array1)
    "axis_sum" axis_sum_grad(M: Array2)
    "axis_max" axis_max_grad(M: Array2)
    "clip" clip_grad(x: Array1)
    "inv" inv_grad(M: Array2)
    "det" det_grad(M: Array2)
    "solve" solve_grad(M: Array2, x3: Array1)
    "mse" mse_grad(M: Array2, x4: Array1, t: Array1)
    "linear_net" linear_net_grad(X: Array2, W: Array2, b: Array1, r: Array2, Y: Array2)
    "logistic" logistic_grad(X: Array2, w: Array1, Y1: Array1)
    "scan_leak" scan_leak_grad(x: Array1)
    "abs_at_0" abs_at_0_grad(x: Array1)
    "max_tie" max_tie_grad(x: Array1)
    "min_tie" min_tie_grad(x: Array1)
    "maximum_tie" maximum_tie_grad(x: Array1)
    "minimum_tie" minimum_tie_grad(x: Array1)
    "clip_at_edge" clip_at_edge_grad(x: Array1)
    "sqrt_at_0" sqrt_at_0_grad(x: Array1)
    "norm_at_0" norm_at_0_grad(x: Array1)
    "sign" sign_grad(x: Array1)
    "floor" floor_grad(x: Array1)
    "mod" mod_grad(x: Array1)
}

/// The value and the elementwise derivative of an activation.
macro_rules! activations {
    ($($key:literal $name:ident ($($option:literal),*) $grad:ident;)*) => {
        activations!(@module activation32 f32 $($name ($($option),*))*);
        activations!(@module activation64 f64 $($name ($($option),*))*);

        fn activation_rows() -> Rows {
            vec![$((concat!("grad.", $key), |c: &Call| {
                c.only(&[])?;
                match c.array(0)? {
                    Array::F32(x) => {
                        let flat: Array1<f32> = x.iter().copied().collect();
                        let slopes = activation32::$grad(&flat).1.x;
                        many([bm::$name(&x $(, $option)*), slopes.into_shape_with_order(x.raw_dim()).map_err(|e| Stop::Unsupported(e.to_string()))?])
                    }
                    Array::F64(x) => {
                        let flat: Array1<f64> = x.iter().copied().collect();
                        let slopes = activation64::$grad(&flat).1.x;
                        many([bm::$name(&x $(, $option)*), slopes.into_shape_with_order(x.raw_dim()).map_err(|e| Stop::Unsupported(e.to_string()))?])
                    }
                    _ => unsupported("an activation of another type"),
                }
            }),)*]
        }
    };
    (@module $module:ident $element:ident $($name:ident ($($option:literal),*))*) => {
        // The functions themselves are called by their gradients only.
        #[allow(dead_code)]
        mod $module {
            use brain_jit::prelude::*;
            $(
                #[brain_jit(grad(x))]
                pub fn $name(x: &Array1<$element>) -> $element {
                    let y: Array1<$element> = bm::$name(x $(, $option)*);
                    bm::sum(y)
                }
            )*
        }
    };
}

activations! {
    "relu" relu() relu_grad;
    "relu6" relu6() relu6_grad;
    "leaky_relu" leaky_relu() leaky_relu_grad;
    "elu" elu() elu_grad;
    "selu" selu() selu_grad;
    "gelu" gelu() gelu_grad;
    "sigmoid" sigmoid() sigmoid_grad;
    "softplus" softplus_with(1.0, 20.0) softplus_with_grad;
    "silu" silu() silu_grad;
    "swish" swish() swish_grad;
    "mish" mish() mish_grad;
    "log_sigmoid" log_sigmoid() log_sigmoid_grad;
    "soft_sign" soft_sign() soft_sign_grad;
    "hard_sigmoid" hard_sigmoid() hard_sigmoid_grad;
    "hard_silu" hard_silu() hard_silu_grad;
    "hard_swish" hard_swish() hard_swish_grad;
    "hard_tanh" hard_tanh() hard_tanh_grad;
    "tanh_shrink" tanh_shrink() tanh_shrink_grad;
    "tanh" tanh() tanh_grad;
    "celu" celu(1.0) celu_grad;
}

pub fn rows() -> Rows {
    let mut rows = activation_rows();
    rows.push(("grad", gradient));
    rows
}
