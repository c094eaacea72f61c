//! The operation table: one row an elementwise operation.
//!
//! Inference, both emitters, the documentation and the drift test read it; a new operation is a row.

use super::types::DType;

/// How the result's element type follows from the arguments'.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// All arguments and the result have one type, any number.
    Number,
    /// One real floating point type throughout.
    Float,
    /// One floating point type throughout, real or complex.
    Analytic,
    /// A part of a complex number, which is a float; of a float, a float.
    Part,
    /// One integer or bool type throughout.
    Bits,
    /// One integer type throughout.
    Integer,
    /// Two of one type; the result is bool.
    Compare,
    /// Floating point in, bool out.
    Predicate,
    /// Bool throughout.
    Logic,
    /// `(bool, T, T) -> T`.
    Select,
    /// A float and an `i32` exponent, a scalar.
    IntegerPower,
}

/// How the operation is written in a kernel's scalar body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Text {
    /// `a + b`; for integers the named method, for instance `wrapping_add`.
    Infix {
        symbol: &'static str,
        integer: Option<&'static str>,
    },
    /// `-a` or `!a`.
    Prefix {
        symbol: &'static str,
        integer: Option<&'static str>,
    },
    /// Integer division or remainder, checked; floats use the symbol.
    Checked {
        symbol: &'static str,
        integer: &'static str,
    },
    /// Our own function `VectorMath::NAME` at the SIMD level.
    Math(&'static str),
    /// A method of the runtime's `Elementary`, `Bits` or `Fractional`, the same at every level.
    Exact(&'static str),
    /// `if c { a } else { b }`.
    Select,
    /// The value itself.
    Copy,
}

macro_rules! operations {
    ($($name:ident: $functions:expr, $methods:expr, $arity:literal, $rule:ident, $exact:literal, $cost:literal, $text:expr;)*) => {
        /// An elementwise operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Operation { $($name,)* }

        /// The table.
        pub const OPERATIONS: &[Row] = &[$(Row {
            operation: Operation::$name,
            name: stringify!($name),
            functions: &$functions,
            methods: &$methods,
            arity: $arity,
            rule: Rule::$rule,
            exact: $exact,
            cost: $cost,
            text: $text,
        },)*];
    };
}

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    pub operation: Operation,
    pub name: &'static str,
    /// The names in `bm`, the first one is the main one.
    pub functions: &'static [&'static str],
    /// The method forms on arrays.
    pub methods: &'static [&'static str],
    pub arity: usize,
    pub rule: Rule,
    /// Exact in IEEE arithmetic: the same bits at every SIMD level.
    pub exact: bool,
    /// Rough number of scalar operations an element.
    pub cost: usize,
    pub text: Text,
}

const fn infix(symbol: &'static str) -> Text {
    Text::Infix {
        symbol,
        integer: None,
    }
}

const fn wrapping(symbol: &'static str, integer: &'static str) -> Text {
    Text::Infix {
        symbol,
        integer: Some(integer),
    }
}

operations! {
    // name: bm functions, methods, arity, rule, exact, cost, text
    Copy: [], ["clone", "to_owned"], 1, Number, true, 0, Text::Copy;
    // The first operand in the shape of both.
    Spread: [], [], 2, Number, true, 0, Text::Copy;
    Add: ["add"], [], 2, Number, true, 1, wrapping("+", "wrapping_add");
    Subtract: ["subtract"], [], 2, Number, true, 1, wrapping("-", "wrapping_sub");
    Multiply: ["multiply"], [], 2, Number, true, 1, wrapping("*", "wrapping_mul");
    Divide: ["divide", "true_divide"], [], 2, Number, true, 4, Text::Checked { symbol: "/", integer: "divide" };
    Rem: [], [], 2, Number, true, 10, Text::Checked { symbol: "%", integer: "rem" };
    Negative: ["negative"], [], 1, Number, true, 1, Text::Prefix { symbol: "-", integer: Some("wrapping_neg") };
    Not: ["logical_not", "invert", "bitwise_not"], [], 1, Bits, true, 1, Text::Prefix { symbol: "!", integer: None };
    And: ["logical_and", "bitwise_and"], [], 2, Bits, true, 1, infix("&");
    Or: ["logical_or", "bitwise_or"], [], 2, Bits, true, 1, infix("|");
    Xor: ["logical_xor", "bitwise_xor"], [], 2, Bits, true, 1, infix("^");
    // Rust's operators, which take the amount modulo the width, and NumPy's functions.
    ShiftLeft: [], [], 2, Integer, true, 1, Text::Exact("shift_left");
    ShiftRight: [], [], 2, Integer, true, 1, Text::Exact("shift_right");
    LeftShift: ["left_shift"], [], 2, Integer, true, 2, Text::Exact("left_shift");
    RightShift: ["right_shift"], [], 2, Integer, true, 2, Text::Exact("right_shift");
    Less: ["less"], [], 2, Compare, true, 1, infix("<");
    LessEqual: ["less_equal"], [], 2, Compare, true, 1, infix("<=");
    Greater: ["greater"], [], 2, Compare, true, 1, infix(">");
    GreaterEqual: ["greater_equal"], [], 2, Compare, true, 1, infix(">=");
    Equal: ["equal"], [], 2, Compare, true, 1, infix("==");
    NotEqual: ["not_equal"], [], 2, Compare, true, 1, infix("!=");
    Where: ["where_"], [], 3, Select, true, 1, Text::Select;
    Maximum: ["maximum"], [], 2, Number, true, 2, Text::Exact("maximum");
    Minimum: ["minimum"], [], 2, Number, true, 2, Text::Exact("minimum");
    Absolute: ["abs", "absolute"], ["abs"], 1, Number, true, 1, Text::Exact("absolute");
    Sign: ["sign"], [], 1, Number, true, 2, Text::Exact("sign");
    Conjugate: ["conj", "conjugate"], [], 1, Number, true, 1, Text::Exact("conjugate");
    RealPart: ["real"], [], 1, Part, true, 1, Text::Exact("real_part");
    ImaginaryPart: ["imag"], [], 1, Part, true, 1, Text::Exact("imaginary_part");
    Angle: ["angle"], [], 1, Part, false, 20, Text::Exact("angle_of");
    Square: ["square"], [], 1, Number, true, 1, Text::Exact("square");
    Signum: [], ["signum"], 1, Float, true, 2, Text::Exact("signum_of");
    Reciprocal: ["reciprocal"], ["recip"], 1, Analytic, true, 4, Text::Math("reciprocal");
    Sqrt: ["sqrt"], ["sqrt"], 1, Analytic, true, 6, Text::Math("sqrt");
    Floor: ["floor"], ["floor"], 1, Float, true, 1, Text::Math("floor");
    Ceil: ["ceil"], ["ceil"], 1, Float, true, 1, Text::Math("ceil");
    Trunc: ["trunc", "fix"], ["trunc"], 1, Float, true, 1, Text::Math("trunc");
    Rint: ["rint"], [], 1, Float, true, 1, Text::Math("rint");
    IsNan: ["isnan"], ["is_nan"], 1, Predicate, true, 1, Text::Exact("tests_nan");
    IsInfinite: ["isinf"], ["is_infinite"], 1, Predicate, true, 1, Text::Exact("tests_infinite");
    IsFinite: ["isfinite"], ["is_finite"], 1, Predicate, true, 1, Text::Exact("tests_finite");
    Exp: ["exp"], ["exp"], 1, Analytic, false, 12, Text::Math("exp");
    Exp2: ["exp2"], ["exp2"], 1, Analytic, false, 12, Text::Math("exp2");
    Expm1: ["expm1"], ["exp_m1"], 1, Analytic, false, 16, Text::Math("expm1");
    Log: ["log"], ["ln"], 1, Analytic, false, 14, Text::Math("log");
    Log2: ["log2"], ["log2"], 1, Analytic, false, 14, Text::Math("log2");
    Log10: ["log10"], ["log10"], 1, Analytic, false, 14, Text::Math("log10");
    Log1p: ["log1p"], ["ln_1p"], 1, Analytic, false, 16, Text::Math("log1p");
    Sin: ["sin"], ["sin"], 1, Analytic, false, 16, Text::Math("sin");
    Cos: ["cos"], ["cos"], 1, Analytic, false, 16, Text::Math("cos");
    Tan: ["tan"], ["tan"], 1, Analytic, false, 20, Text::Math("tan");
    Arcsin: ["arcsin", "asin"], ["asin"], 1, Analytic, false, 16, Text::Math("asin");
    Arccos: ["arccos", "acos"], ["acos"], 1, Analytic, false, 16, Text::Math("acos");
    Arctan: ["arctan", "atan"], ["atan"], 1, Analytic, false, 16, Text::Math("atan");
    Arctan2: ["arctan2", "atan2"], [], 2, Float, false, 20, Text::Math("atan2");
    Sinh: ["sinh"], ["sinh"], 1, Analytic, false, 20, Text::Math("sinh");
    Cosh: ["cosh"], ["cosh"], 1, Analytic, false, 20, Text::Math("cosh");
    Tanh: ["tanh"], ["tanh"], 1, Analytic, false, 16, Text::Math("tanh");
    Arcsinh: ["arcsinh", "asinh"], ["asinh"], 1, Analytic, false, 20, Text::Math("asinh");
    Arccosh: ["arccosh", "acosh"], ["acosh"], 1, Analytic, false, 20, Text::Math("acosh");
    Arctanh: ["arctanh", "atanh"], ["atanh"], 1, Analytic, false, 20, Text::Math("atanh");
    Sigmoid: ["sigmoid"], [], 1, Float, false, 16, Text::Math("sigmoid");
    Softplus: ["softplus"], [], 1, Float, false, 24, Text::Math("softplus");
    Erf: ["erf"], [], 1, Float, false, 20, Text::Math("erf");
    Erfc: ["erfc"], [], 1, Float, false, 24, Text::Math("erfc");
    Cbrt: ["cbrt"], ["cbrt"], 1, Float, false, 16, Text::Math("cbrt");
    Exprel: ["exprel"], [], 1, Float, false, 20, Text::Math("exprel");
    Power: ["power"], ["powf"], 2, Number, false, 40, Text::Math("power");
    PowerInteger: [], ["powi"], 2, IntegerPower, false, 4, Text::Math("powi");
    Hypot: ["hypot"], ["hypot"], 2, Float, false, 16, Text::Math("hypot");
    Copysign: ["copysign"], [], 2, Float, true, 1, Text::Math("copysign");
    Remainder: ["remainder", "mod_"], [], 2, Number, true, 12, Text::Exact("remainder");
    FloorDivide: ["floor_divide"], [], 2, Number, true, 12, Text::Exact("floor_divide");
    Logaddexp: ["logaddexp"], [], 2, Float, false, 30, Text::Math("logaddexp");
}

impl Operation {
    pub fn row(self) -> &'static Row {
        &OPERATIONS[self as usize]
    }

    /// The operation that `bm::NAME` stands for, if it fuses.
    pub fn from_function(name: &str) -> Option<Operation> {
        OPERATIONS
            .iter()
            .find(|row| row.functions.contains(&name))
            .map(|row| row.operation)
    }

    /// The operation that the method form `x.NAME(…)` stands for.
    pub fn from_method(name: &str) -> Option<Operation> {
        OPERATIONS
            .iter()
            .find(|row| row.methods.contains(&name))
            .map(|row| row.operation)
    }

    /// The result's type for operands of this type.
    pub fn result(self, operand: &DType) -> DType {
        match self.row().rule {
            Rule::Compare | Rule::Predicate => DType::Bool,
            Rule::Part => operand.part(),
            _ if self == Operation::Absolute => operand.part(),
            _ => operand.clone(),
        }
    }

    /// Whether the operation takes operands of this type.
    pub fn accepts(self, dtype: &DType) -> bool {
        match self.row().rule {
            Rule::Number => *dtype != DType::Bool || self == Operation::Copy,
            Rule::Float | Rule::IntegerPower => dtype.is_float(),
            Rule::Analytic | Rule::Part | Rule::Predicate => dtype.is_float() || dtype.is_complex(),
            Rule::Bits => dtype.is_integer() || *dtype == DType::Bool,
            Rule::Integer => dtype.is_integer(),
            Rule::Logic => *dtype == DType::Bool,
            Rule::Compare => {
                !dtype.is_complex() || matches!(self, Operation::Equal | Operation::NotEqual)
            }
            Rule::Select => true,
        }
    }
}

/// A reduction over all elements or one axis.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reduction {
    Sum,
    Product,
    Maximum,
    Minimum,
    Any,
    All,
    /// Composed: sum over count.
    Mean,
    /// Composed from means; the flag takes the square root.
    Variance,
    StandardDeviation,
    ArgMaximum,
    ArgMinimum,
}

/// The reductions by their names in `bm`.
pub const REDUCTIONS: &[(&str, Reduction)] = &[
    ("sum", Reduction::Sum),
    ("prod", Reduction::Product),
    ("max", Reduction::Maximum),
    ("amax", Reduction::Maximum),
    ("min", Reduction::Minimum),
    ("amin", Reduction::Minimum),
    ("any", Reduction::Any),
    ("all", Reduction::All),
    ("mean", Reduction::Mean),
    ("var", Reduction::Variance),
    ("std", Reduction::StandardDeviation),
    ("argmax", Reduction::ArgMaximum),
    ("argmin", Reduction::ArgMinimum),
];

impl Reduction {
    /// The name in the runtime's kernels and calls.
    pub fn name(self) -> &'static str {
        match self {
            Reduction::Sum => "sum",
            Reduction::Product => "prod",
            Reduction::Maximum => "max",
            Reduction::Minimum => "min",
            Reduction::Any => "any",
            Reduction::All => "all",
            Reduction::Mean => "mean",
            Reduction::Variance => "var",
            Reduction::StandardDeviation => "std",
            Reduction::ArgMaximum => "argmax",
            Reduction::ArgMinimum => "argmin",
        }
    }

    /// Whether a kernel computes it for whole arrays, fused with what makes its operand.
    pub fn fuses(self) -> bool {
        matches!(
            self,
            Reduction::Sum
                | Reduction::Product
                | Reduction::Maximum
                | Reduction::Minimum
                | Reduction::Any
                | Reduction::All
        )
    }

    /// Whether it compares elements.
    pub fn orders(self) -> bool {
        matches!(
            self,
            Reduction::Maximum | Reduction::Minimum | Reduction::ArgMaximum | Reduction::ArgMinimum
        )
    }

    /// The result's element type.
    pub fn dtype(self, operand: &DType) -> DType {
        match self {
            Reduction::Any | Reduction::All => DType::Bool,
            Reduction::ArgMaximum | Reduction::ArgMinimum => DType::Usize,
            _ => operand.clone(),
        }
    }
}
