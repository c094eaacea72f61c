//! The derivatives, one row an operation.
//!
//! A row gives what each operand's adjoint receives. `g` is the adjoint of the result, `y` the result, and `a`, `b`, `c`
//! are the operands, all of one element; an empty text says that the derivative is zero everywhere it exists. At kinks
//! the convention is JAX's: ties of `maximum` share, `abs` has slope 1 at zero.

use crate::ir::operation::Operation;

/// The partials of `powi`, with the exponent as a number `n` and `m` one less; `written` if the code has it. Not the power below that of
/// zero, which is infinite at zero.
pub fn integer_power(written: Option<i64>) -> &'static [&'static str] {
    match written {
        Some(0) => &["", ""],
        Some(_) => &["g * n * (a).powi(m)", ""],
        None => &["bm::where_(n == 0.0, 0.0, g * n * (a).powi(m))", ""],
    }
}

/// The contributions to the operands' adjoints, or `None` if the operation has no derivative.
pub fn elementwise(operation: Operation) -> Option<&'static [&'static str]> {
    use Operation::*;
    Some(match operation {
        Copy => &["g"],
        Spread => &["g", ""],
        Add => &["g", "g"],
        Subtract => &["g", "-g"],
        Multiply => &["g * b", "g * a"],
        Divide => &["g / b", "-g * y / b"],
        Rem => &["g", "-g * bm::trunc(a / b)"],
        Negative => &["-g"],
        Where => &["", "bm::where_(a, g, 0.0)", "bm::where_(a, 0.0, g)"],
        Maximum => &[
            "bm::where_(a > b, g, bm::where_(a == b, 0.5 * g, 0.0))",
            "bm::where_(b > a, g, bm::where_(a == b, 0.5 * g, 0.0))",
        ],
        Minimum => &[
            "bm::where_(a < b, g, bm::where_(a == b, 0.5 * g, 0.0))",
            "bm::where_(b < a, g, bm::where_(a == b, 0.5 * g, 0.0))",
        ],
        Absolute => &["bm::where_(a >= 0.0, g, -g)"],
        Square => &["2.0 * g * a"],
        Reciprocal => &["-g * bm::square(y)"],
        Sqrt => &["0.5 * g / y"],
        Exp => &["g * y"],
        Exp2 => &["g * y * 0.6931471805599453"],
        Expm1 => &["g * (y + 1.0)"],
        Log => &["g / a"],
        Log2 => &["g / (a * 0.6931471805599453)"],
        Log10 => &["g / (a * 2.302585092994046)"],
        Log1p => &["g / (1.0 + a)"],
        Sin => &["g * bm::cos(a)"],
        Cos => &["-g * bm::sin(a)"],
        Tan => &["g * (1.0 + bm::square(y))"],
        Arcsin => &["g / bm::sqrt(1.0 - bm::square(a))"],
        Arccos => &["-g / bm::sqrt(1.0 - bm::square(a))"],
        Arctan => &["g / (1.0 + bm::square(a))"],
        Arctan2 => &[
            "g * b / (bm::square(a) + bm::square(b))",
            "-g * a / (bm::square(a) + bm::square(b))",
        ],
        Sinh => &["g * bm::cosh(a)"],
        Cosh => &["g * bm::sinh(a)"],
        Tanh => &["g * (1.0 - bm::square(y))"],
        Arcsinh => &["g / bm::sqrt(bm::square(a) + 1.0)"],
        Arccosh => &["g / bm::sqrt((a - 1.0) * (a + 1.0))"],
        Arctanh => &["g / (1.0 - bm::square(a))"],
        Sigmoid => &["g * y * (1.0 - y)"],
        Softplus => &["g * bm::sigmoid(a)"],
        // 2 / sqrt(pi)
        Erf => &["g * 1.1283791670955126 * bm::exp(-bm::square(a))"],
        Erfc => &["-g * 1.1283791670955126 * bm::exp(-bm::square(a))"],
        Cbrt => &["g / (3.0 * bm::square(y))"],
        // Near zero the quotient cancels; the Taylor series is exact to 1e-16 for |a| < 0.5.
        Exprel => &["g * bm::where_(bm::abs(a) < 0.5, \
             0.5 + a * (1.0 / 3.0 + a * (1.0 / 8.0 + a * (1.0 / 30.0 + a * (1.0 / 144.0 + a * (1.0 / 840.0 \
             + a * (1.0 / 5760.0 + a * (1.0 / 45360.0 + a * (1.0 / 403200.0 + a * (1.0 / 3991680.0 \
             + a * (1.0 / 43545600.0)))))))))), \
             (bm::exp(a) - y) / bm::where_(bm::abs(a) < 0.5, 1.0, a))"],
        Power => &[
            "bm::where_((b == 0.0) & (a == 0.0), 0.0, g * b * bm::power(a, b - 1.0))",
            "bm::where_(a == 0.0, 0.0, g * y * bm::log(bm::where_(a == 0.0, 1.0, a)))",
        ],
        Hypot => &["g * a / y", "g * b / y"],
        Copysign => &[
            "g * bm::copysign(1.0, b) * bm::where_(a >= 0.0, 1.0, -1.0)",
            "",
        ],
        Remainder => &["g", "-g * bm::floor(a / b)"],
        Logaddexp => &["g * bm::exp(a - y)", "g * bm::exp(b - y)"],
        Floor | Ceil | Trunc | Rint | Sign | Signum => &[""],
        FloorDivide => &["", ""],
        Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual => &["", ""],
        IsNan | IsInfinite | IsFinite => &[""],
        // The exponent is an integer: `crate::gradient::expression` writes its rule.
        PowerInteger => return None,
        Not | And | Or | Xor | ShiftLeft | ShiftRight | LeftShift | RightShift => return None,
        // Of real numbers; `complex.rs` has the others.
        Conjugate | RealPart => &["g"],
        ImaginaryPart | Angle => &[""],
    })
}

/// Functions of the library that keep the shape of their first operand, and do not fuse: the options that follow it are
/// `b` and `c`.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("relu", "bm::where_(a > 0.0, g, 0.0)"),
    // min(max(a, 0), 6), each with its tie.
    (
        "relu6",
        "g * bm::where_(a > 0.0, 1.0, bm::where_(a == 0.0, 0.5, 0.0)) * bm::where_(a < 6.0, 1.0, bm::where_(a == 6.0, 0.5, 0.0))",
    ),
    (
        "softplus_with",
        "bm::where_(a * b > c, g, g * bm::sigmoid(a * b))",
    ),
    ("leaky_relu", "bm::where_(a >= 0.0, g, 0.01 * g)"),
    ("leaky_relu_with", "bm::where_(a >= 0.0, g, g * b)"),
    ("prelu", "bm::where_(a >= 0.0, g, g * b)"),
    (
        "elu",
        "bm::where_(a > 0.0, g, g * bm::exp(bm::minimum(a, 0.0)))",
    ),
    (
        "elu_with",
        "bm::where_(a > 0.0, g, g * b * bm::exp(bm::minimum(a, 0.0)))",
    ),
    (
        "celu",
        "bm::where_(a > 0.0, g, g * bm::exp(bm::minimum(a, 0.0) / b))",
    ),
    (
        "selu",
        "1.0507009873554805 * bm::where_(a > 0.0, g, 1.6732632423543772 * g * bm::exp(bm::minimum(a, 0.0)))",
    ),
    (
        "gelu",
        "0.5 * g * (1.0 + bm::tanh(0.7978845608028654 * (a + 0.044715 * a * a * a))) \
         + 0.5 * g * a * (1.0 - bm::square(bm::tanh(0.7978845608028654 * (a + 0.044715 * a * a * a)))) \
         * 0.7978845608028654 * (1.0 + 0.134145 * a * a)",
    ),
    // The normal distribution function, and a times its density.
    (
        "gelu_exact",
        "0.5 * g * (1.0 + bm::erf(0.7071067811865476 * a)) + g * a * 0.3989422804014327 * bm::exp(-0.5 * a * a)",
    ),
    (
        "silu",
        "g * bm::sigmoid(a) * (1.0 + a * (1.0 - bm::sigmoid(a)))",
    ),
    (
        "swish",
        "g * bm::sigmoid(a) * (1.0 + a * (1.0 - bm::sigmoid(a)))",
    ),
    ("log_sigmoid", "g * bm::sigmoid(-a)"),
    ("soft_sign", "g / bm::square(1.0 + bm::abs(a))"),
    (
        "mish",
        "g * (bm::tanh(bm::softplus(a)) + a * bm::sigmoid(a) * (1.0 - bm::square(bm::tanh(bm::softplus(a)))))",
    ),
    (
        "hard_sigmoid",
        "bm::where_((a > -3.0) & (a < 3.0), g / 6.0, 0.0)",
    ),
    (
        "hard_silu",
        "bm::where_(a >= 3.0, g, bm::where_(a <= -3.0, 0.0, g * (2.0 * a + 3.0) / 6.0))",
    ),
    (
        "hard_swish",
        "bm::where_(a >= 3.0, g, bm::where_(a <= -3.0, 0.0, g * (2.0 * a + 3.0) / 6.0))",
    ),
    ("hard_tanh", "bm::where_(bm::abs(a) < 1.0, g, 0.0)"),
    ("hard_tanh_with", "bm::where_((a > b) & (a < c), g, 0.0)"),
    ("tanh_shrink", "g * bm::square(bm::tanh(a))"),
    ("hard_shrink", "bm::where_(bm::abs(a) > b, g, 0.0)"),
    ("soft_shrink", "bm::where_(bm::abs(a) > b, g, 0.0)"),
    // An axis of length one may be broadcast in what follows: the quotient of lengths counts it once.
    (
        "softmax",
        "y * (g - bm::sum_axis_keepdims(g * y, b) * (adjoint::length(y, b) / adjoint::length(g * y, b)))",
    ),
    (
        "softmin",
        "y * (bm::sum_axis_keepdims(g * y, b) * (adjoint::length(y, b) / adjoint::length(g * y, b)) - g)",
    ),
    (
        "log_softmax",
        "g - bm::exp(y) * bm::sum_axis_keepdims(g, b) * (adjoint::length(y, b) / adjoint::length(g, b))",
    ),
    (
        "normalize",
        "(g - bm::mean_axis_keepdims(g, b) - y * bm::mean_axis_keepdims(g * y, b)) / bm::sqrt(bm::var_axis_keepdims(a, b) + c)",
    ),
    ("positive", "g"),
    ("fabs", "bm::where_(a >= 0.0, g, -g)"),
    ("deg2rad", "g * 0.017453292519943295"),
    ("radians", "g * 0.017453292519943295"),
    ("rad2deg", "g * 57.29577951308232"),
    ("degrees", "g * 57.29577951308232"),
    // Near zero the quotient cancels; the Taylor series is exact to 1e-16 for |a| < 0.2.
    (
        "sinc",
        "g * bm::where_(bm::abs(a) < 0.2, \
         9.869604401089358 * a * (-1.0 / 3.0 + bm::square(3.141592653589793 * a) * (1.0 / 30.0 \
         + bm::square(3.141592653589793 * a) * (-1.0 / 840.0 + bm::square(3.141592653589793 * a) * (1.0 / 45360.0 \
         + bm::square(3.141592653589793 * a) * (-1.0 / 3991680.0 + bm::square(3.141592653589793 * a) * (1.0 / 518918400.0 \
         + bm::square(3.141592653589793 * a) * (-1.0 / 93405312000.0 \
         + bm::square(3.141592653589793 * a) * (1.0 / 22230464256000.0)))))))), \
         (bm::cos(3.141592653589793 * a) - y) / bm::where_(bm::abs(a) < 0.2, 1.0, a))",
    ),
    ("nan_to_num", "bm::where_(bm::isfinite(a), g, 0.0)"),
    ("nan_to_num_with", "bm::where_(bm::isfinite(a), g, 0.0)"),
];

/// Spike functions, `bm::surrogate::NAME(x, …)`: the step of `a`, with a derivative that stands for the one it has not.
/// The parameters are `b`, `c`, `d` and `e`.
pub const SURROGATES: &[(&str, &str)] = &[
    (
        "sigmoid",
        "g * b * bm::exp(-bm::abs(b * a)) / bm::square(1.0 + bm::exp(-bm::abs(b * a)))",
    ),
    (
        "piecewise_quadratic",
        "bm::where_(bm::abs(a) > 1.0 / b, 0.0, g * (b - b * b * bm::abs(a)))",
    ),
    ("piecewise_exp", "0.5 * b * g * bm::exp(-b * bm::abs(a))"),
    (
        "soft_sign",
        "0.5 * b * g / bm::square(1.0 + bm::abs(b * a))",
    ),
    (
        "arctan",
        "0.5 * b * g / (1.0 + bm::square(1.5707963267948966 * b * a))",
    ),
    ("nonzero_sign_log", "g / (1.0 / b + bm::abs(a))"),
    (
        "erf",
        "g * 0.5641895835477563 * b * bm::exp(-bm::square(b * a))",
    ),
    (
        "piecewise_leaky_relu",
        "g * bm::where_(bm::abs(a) > c, b, 0.5 / c)",
    ),
    (
        "s2nn",
        "g * bm::where_(a < 0.0, b * bm::exp(-bm::abs(b * a)) / bm::square(1.0 + bm::exp(-bm::abs(b * a))), \
         c / (bm::maximum(a, 0.0) + 1.0))",
    ),
    (
        "q_pseudo_spike",
        "g * bm::power(1.0 + 2.0 / (b + 1.0) * bm::abs(a), -b)",
    ),
    ("leaky_relu", "g * bm::where_(a < 0.0, b, c)"),
    (
        "log_tailed_relu",
        "g * bm::where_(a > 0.0, 1.0 / bm::maximum(a, 1.0), b)",
    ),
    ("relu_grad", "g * bm::maximum(b * c - bm::abs(a) * b, 0.0)"),
    (
        "gaussian_grad",
        "g * c * 0.3989422804014327 / b * bm::exp(-0.5 * bm::square(a / b))",
    ),
    (
        "multi_gaussian_grad",
        "g * e * 0.3989422804014327 * ((1.0 + b) / d * bm::exp(-0.5 * bm::square(a / d)) \
         - b / (c * d) * (bm::exp(-0.5 * bm::square((a - d) / (c * d))) + bm::exp(-0.5 * bm::square((a + d) / (c * d)))))",
    ),
    ("inv_square_grad", "g / bm::square(b * bm::abs(a) + 1.0)"),
    ("slayer_grad", "g * bm::exp(-b * bm::abs(a))"),
];
