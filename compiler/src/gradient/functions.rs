//! Functions of the library that do not fuse, and what their arguments receive: a row each.
//!
//! In a text, `g` is the adjoint of the result, `y` the result, and `a`, `b`, `c`, `d` are the arguments; `adjoint` is the
//! runtime's module of that name, where a derivative is that is more than an expression.
//!
//! One file, since it is one table.

/// The rank of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rank {
    /// That of this argument.
    Of(usize),
    /// That of the array less so many.
    Less(usize),
    /// That of the array and one more.
    More,
    Fixed(usize),
    /// As many as this argument, a shape, has lengths.
    Shape(usize),
    /// A matrix of a vector, a vector of a matrix.
    Diagonal,
    /// A matrix of a matrix; vectors have no rule.
    Matrix,
    /// That of the type which is written: the function gives arrays of dynamic rank.
    Written,
}

use Rank::*;

/// Functions that only move elements: which argument is the array, and the result's rank.
pub const MOVES: &[(&str, usize, Rank)] = &[
    ("array", 0, Of(0)),
    ("asarray", 0, Of(0)),
    ("copy", 0, Of(0)),
    ("flip_axis", 0, Of(0)),
    ("rot90", 0, Of(0)),
    ("rot90_axes", 0, Of(0)),
    ("roll", 0, Of(0)),
    ("roll_axis", 0, Of(0)),
    ("repeat", 0, Fixed(1)),
    ("repeat_axis", 0, Of(0)),
    ("pad", 0, Of(0)),
    ("pad_mode", 0, Of(0)),
    ("delete", 0, Fixed(1)),
    ("delete_axis", 0, Of(0)),
    ("transpose_axes", 0, Of(0)),
    ("swapaxes", 0, Of(0)),
    ("moveaxis", 0, Of(0)),
    ("rollaxis", 0, Of(0)),
    ("expand_dims", 0, More),
    ("unsqueeze", 0, More),
    ("squeeze_axis", 0, Less(1)),
    ("resize", 0, Shape(1)),
    ("broadcast_to", 0, Shape(1)),
    ("tril", 0, Of(0)),
    ("triu", 0, Of(0)),
    ("diag", 0, Diagonal),
    ("diagflat", 0, Fixed(2)),
    ("diagonal", 0, Less(1)),
    ("remove_diag", 0, Fixed(2)),
    ("take", 0, Of(1)),
    ("take_mode", 0, Of(1)),
    ("take_along_axis", 0, Of(0)),
    ("compress", 1, Fixed(1)),
    ("compress_axis", 1, Of(1)),
    ("extract", 1, Fixed(1)),
    ("tile", 0, Written),
    ("atleast_1d", 0, Written),
    ("atleast_2d", 0, Written),
    ("atleast_3d", 0, Written),
    ("pre2syn", 0, Of(0)),
    ("fft::fftshift", 0, Of(0)),
    ("fft::fftshift_axes", 0, Of(0)),
    ("fft::ifftshift", 0, Of(0)),
    ("fft::ifftshift_axes", 0, Of(0)),
];

/// Functions that put the arrays of a list, `&[x, y]`, together.
pub const JOINS: &[(&str, Rank)] = &[
    ("concatenate", Of(0)),
    ("concatenate_flat", Fixed(1)),
    ("concat", Of(0)),
    ("cat", Of(0)),
    ("stack", More),
    ("column_stack", Fixed(2)),
    ("vstack", Written),
    ("hstack", Written),
    ("dstack", Written),
];

/// Products of several arrays.
pub const CONTRACTIONS: &[(&str, Rank)] = &[
    ("einsum", Written),
    ("linalg::einsum", Written),
    ("multi_dot", Fixed(2)),
    ("linalg::multi_dot", Fixed(2)),
];

/// Elementwise functions of more than one array; a text an argument.
pub const ELEMENTWISE: &[(&str, &[&str])] = &[
    ("fmod", &["g", "-g * bm::trunc(a / b)"]),
    (
        "fmax",
        &[
            "bm::where_(a > b, g, bm::where_(a == b, 0.5 * g, 0.0))",
            "bm::where_(b > a, g, bm::where_(a == b, 0.5 * g, 0.0))",
        ],
    ),
    (
        "fmin",
        &[
            "bm::where_(a < b, g, bm::where_(a == b, 0.5 * g, 0.0))",
            "bm::where_(b < a, g, bm::where_(a == b, 0.5 * g, 0.0))",
        ],
    ),
    (
        "logaddexp2",
        &["g * bm::exp2(a - y)", "g * bm::exp2(b - y)"],
    ),
    (
        "float_power",
        &[
            "bm::where_((b == 0.0) & (a == 0.0), 0.0, g * b * bm::power(a, b - 1.0))",
            "bm::where_(a == 0.0, 0.0, g * y * bm::log(bm::where_(a == 0.0, 1.0, a)))",
        ],
    ),
    ("losses::l2_loss", &["g * (a - b)", "g * (b - a)"]),
    (
        "losses::huber_loss",
        &["g * bm::clip(a - b, -c, c)", "g * bm::clip(b - a, -c, c)"],
    ),
    (
        "losses::log_cosh_loss",
        &["g * bm::tanh(a - b)", "g * bm::tanh(b - a)"],
    ),
    (
        "losses::sigmoid_binary_cross_entropy",
        &["g * (bm::sigmoid(a) - b)", "-g * a"],
    ),
    (
        "losses::cross_entropy_sigmoid",
        &["g * (bm::sigmoid(a) - b)", "-g * a"],
    ),
    (
        "losses::binary_logistic_loss",
        &["g * (bm::sigmoid(a) - b)", "-g * a"],
    ),
    ("losses::log_cosh", &["g * bm::tanh(a)"]),
    ("losses::smooth_labels", &["g * (1.0 - b)"]),
];

/// Elementwise functions that are reduced to one number.
pub const MEANS: &[(&str, &[&str])] = &[
    (
        "average",
        &["g * b / bm::sum(b)", "g * (a - y) / bm::sum(b)"],
    ),
    (
        "losses::mean_squared_error",
        &[
            "2.0 * g * (a - b) / adjoint::count(a - b)",
            "2.0 * g * (b - a) / adjoint::count(a - b)",
        ],
    ),
    (
        "losses::mean_absolute_error",
        &[
            "bm::where_(a >= b, g, -g) / adjoint::count(a - b)",
            "bm::where_(a >= b, -g, g) / adjoint::count(a - b)",
        ],
    ),
    (
        "losses::l1_loss",
        &[
            "bm::where_(a >= b, g, -g) / adjoint::count(a - b)",
            "bm::where_(a >= b, -g, g) / adjoint::count(a - b)",
        ],
    ),
    (
        "losses::mean_squared_log_error",
        &[
            "2.0 * g * (bm::log1p(a) - bm::log1p(b)) / (adjoint::count(a - b) * (1.0 + a))",
            "2.0 * g * (bm::log1p(b) - bm::log1p(a)) / (adjoint::count(a - b) * (1.0 + b))",
        ],
    ),
    ("losses::mean_square", &["2.0 * g * a / adjoint::count(a)"]),
    (
        "losses::mean_absolute",
        &["bm::where_(a >= 0.0, g, -g) / adjoint::count(a)"],
    ),
    ("losses::l2_norm", &["g * a / y"]),
];

/// Host code: the result's rank, and a text an argument.
pub const HOST: &[(&str, Rank, &[&str])] = &[
    // Shapes, where numbering the elements would be waste.
    ("reshape", Shape(1), &["adjoint::reshaped(&*g, &*a)"]),
    ("ravel", Fixed(1), &["adjoint::reshaped(&*g, &*a)"]),
    ("flatten", Fixed(1), &["adjoint::reshaped(&*g, &*a)"]),
    ("flip", Of(0), &["bm::flip(&*g)"]),
    ("fliplr", Of(0), &["bm::fliplr(&*g)"]),
    ("flipud", Of(0), &["bm::flipud(&*g)"]),
    (
        "append",
        Fixed(1),
        &[
            "adjoint::reshaped(&adjoint::first(&*g, a.len(), 0), &*a)",
            "adjoint::reshaped(&adjoint::last(&*g, b.len(), 0), &*b)",
        ],
    ),
    (
        "append_axis",
        Of(0),
        &[
            "adjoint::first(&*g, bm::size_axis(&*a, c), c)",
            "adjoint::last(&*g, bm::size_axis(&*b, c), c)",
        ],
    ),
    (
        "insert",
        Fixed(1),
        &[
            "adjoint::moved(&*g, &*a, |numbers| bm::insert(numbers, b, &adjoint::no_numbers(&*c)))",
            "",
            "adjoint::moved(&*g, &*c, |numbers| bm::insert(&adjoint::no_numbers(&*a), b, numbers))",
        ],
    ),
    (
        "insert_axis",
        Of(0),
        &[
            "adjoint::moved(&*g, &*a, |numbers| bm::insert_axis(numbers, b, &adjoint::no_numbers(&*c), d))",
            "",
            "adjoint::moved(&*g, &*c, |numbers| bm::insert_axis(&adjoint::no_numbers(&*a), b, numbers, d))",
        ],
    ),
    // Along an axis.
    (
        "cumsum",
        Fixed(1),
        &["adjoint::raveled(&*g, &*a, adjoint::cumsum)"],
    ),
    (
        "cumsum_axis",
        Of(0),
        &["adjoint::lanes(&*g, &*a, b, adjoint::cumsum)"],
    ),
    (
        "cumprod",
        Fixed(1),
        &["adjoint::raveled(&*g, &*a, adjoint::cumprod)"],
    ),
    (
        "cumprod_axis",
        Of(0),
        &["adjoint::lanes(&*g, &*a, b, adjoint::cumprod)"],
    ),
    (
        "nancumsum",
        Fixed(1),
        &["adjoint::raveled(&*g, &*a, adjoint::nancumsum)"],
    ),
    (
        "nancumsum_axis",
        Of(0),
        &["adjoint::lanes(&*g, &*a, b, adjoint::nancumsum)"],
    ),
    (
        "nancumprod",
        Fixed(1),
        &["adjoint::raveled(&*g, &*a, adjoint::nancumprod)"],
    ),
    (
        "nancumprod_axis",
        Of(0),
        &["adjoint::lanes(&*g, &*a, b, adjoint::nancumprod)"],
    ),
    (
        "sort",
        Of(0),
        &["adjoint::lanes(&*g, &*a, -1, adjoint::sorted)"],
    ),
    (
        "sort_axis",
        Of(0),
        &["adjoint::lanes(&*g, &*a, b, adjoint::sorted)"],
    ),
    (
        "sort_flat",
        Fixed(1),
        &["adjoint::raveled(&*g, &*a, adjoint::sorted)"],
    ),
    (
        "diff",
        Of(0),
        &["adjoint::lanes(&*g, &*a, -1, adjoint::diff(1))"],
    ),
    (
        "diff_axis",
        Of(0),
        &["adjoint::lanes(&*g, &*a, c, adjoint::diff(b))"],
    ),
    (
        "ediff1d",
        Fixed(1),
        &["adjoint::raveled(&*g, &*a, adjoint::diff(1))"],
    ),
    (
        "gradient_axis",
        Of(0),
        &["adjoint::lanes(&*g, &*a, c, adjoint::slope(b))"],
    ),
    ("unwrap", Of(0), &["g.clone()"]),
    ("unwrap_period", Of(0), &["g.clone()"]),
    ("glu", Of(0), &["adjoint::lanes(&*g, &*a, b, adjoint::glu)"]),
    (
        "lgamma",
        Of(0),
        &["adjoint::scaled(&*g, &bm::digamma(&*a))"],
    ),
    // Two vectors.
    (
        "convolve",
        Fixed(1),
        &[
            "adjoint::convolve(&*g, &*a, &*b, c).0",
            "adjoint::convolve(&*g, &*a, &*b, c).1",
        ],
    ),
    (
        "correlate",
        Fixed(1),
        &[
            "adjoint::correlate(&*g, &*a, &*b, c).0",
            "adjoint::correlate(&*g, &*a, &*b, c).1",
        ],
    ),
    (
        "polyval",
        Of(1),
        &[
            "adjoint::polyval(&*g, a.len(), &*b)",
            "adjoint::scaled(&*g, &bm::polyval(&bm::polyder(&*a, 1), &*b))",
        ],
    ),
    (
        "interp",
        Of(0),
        &[
            "adjoint::interp(&*g, &*a, &*b, &*c).0",
            "adjoint::interp(&*g, &*a, &*b, &*c).1",
            "adjoint::interp(&*g, &*a, &*b, &*c).2",
        ],
    ),
    // Statistics of several variables.
    (
        "cov",
        Matrix,
        &["adjoint::cov(&*g, &*a, bm::Covariance::default())"],
    ),
    ("cov_with", Matrix, &["adjoint::cov(&*g, &*a, b)"]),
    (
        "corrcoef",
        Matrix,
        &["adjoint::corrcoef(&*g, &*a, &*y, bm::Covariance::default())"],
    ),
    (
        "corrcoef_with",
        Matrix,
        &["adjoint::corrcoef(&*g, &*a, &*y, b)"],
    ),
    (
        "cross",
        Of(0),
        &["bm::cross(&*b, &*g)", "bm::cross(&*g, &*a)"],
    ),
    ("ldexp", Of(0), &["bm::ldexp(&*g, b)"]),
    // Synapses.
    ("segment_sum", Of(0), &["bm::pre2syn(&*g, b)"]),
    ("unsorted_segment_sum", Of(0), &["bm::pre2syn(&*g, b)"]),
    ("syn2post_sum", Of(0), &["bm::pre2syn(&*g, b)"]),
    ("syn2post", Of(0), &["bm::pre2syn(&*g, b)"]),
    (
        "segment_mean",
        Of(0),
        &["adjoint::segment_mean(&*g, &*a, &adjoint::labels(b), 1.0)"],
    ),
    (
        "unsorted_segment_mean",
        Of(0),
        &["adjoint::segment_mean(&*g, &*a, &adjoint::labels(b), 1.0)"],
    ),
    (
        "syn2post_mean",
        Of(0),
        &["adjoint::segment_mean(&*g, &*a, &adjoint::labels(b), 1.0)"],
    ),
    (
        "segment_sqrt_n",
        Of(0),
        &["adjoint::segment_mean(&*g, &*a, &adjoint::labels(b), 0.5)"],
    ),
    (
        "unsorted_segment_sqrt_n",
        Of(0),
        &["adjoint::segment_mean(&*g, &*a, &adjoint::labels(b), 0.5)"],
    ),
    (
        "pre2post_sum",
        Of(0),
        &["bm::syn2post_sum(&bm::pre2syn(&*g, c), d, a.shape()[0])"],
    ),
    // Of dense matrices with events, whose surrogate the derivative by them is for.
    (
        "event::matvec",
        Fixed(1),
        &["adjoint::event_outer(&*g, &*b)", "bm::dot(&*g, &*a)"],
    ),
    (
        "event::matvec_transpose",
        Fixed(1),
        &[
            "adjoint::event_outer_transpose(&*g, &*b)",
            "bm::dot(&*a, &*g)",
        ],
    ),
    // Losses over classes.
    (
        "losses::softmax_cross_entropy",
        Less(1),
        &[
            "adjoint::losses::cross_entropy(&*g, &*a, b)",
            "adjoint::losses::targets(&*g, &*a)",
        ],
    ),
    (
        "losses::cross_entropy_sparse",
        Less(1),
        &["adjoint::losses::cross_entropy(&*g, &*a, b)"],
    ),
    (
        "losses::cross_entropy_loss",
        Fixed(0),
        &[
            "adjoint::losses::mean_cross_entropy(g, &*a, b)",
            "adjoint::losses::targets(&adjoint::losses::shares(g, &*a), &*a)",
        ],
    ),
    (
        "losses::nll_loss",
        Fixed(0),
        &["adjoint::losses::nll(g, &*a, b)"],
    ),
];

/// The same for products and linear algebra.
pub const LINEAR_ALGEBRA: &[(&str, Rank, &[&str])] = &[
    ("trace", Fixed(0), &["adjoint::trace(g, &*a, 0)"]),
    ("linalg::trace", Fixed(0), &["adjoint::trace(g, &*a, 0)"]),
    (
        "linalg::trace_offset",
        Fixed(0),
        &["adjoint::trace(g, &*a, b)"],
    ),
    (
        "kron",
        Of(0),
        &[
            "adjoint::kron(&*g, &*a, &*b).0",
            "adjoint::kron(&*g, &*a, &*b).1",
        ],
    ),
    (
        "linalg::kron",
        Of(0),
        &[
            "adjoint::kron(&*g, &*a, &*b).0",
            "adjoint::kron(&*g, &*a, &*b).1",
        ],
    ),
    (
        "tensordot",
        Written,
        &[
            "adjoint::tensordot(&*g, &*a, &*b, c).0",
            "adjoint::tensordot(&*g, &*a, &*b, c).1",
        ],
    ),
    (
        "linalg::tensordot",
        Written,
        &[
            "adjoint::tensordot(&*g, &*a, &*b, c).0",
            "adjoint::tensordot(&*g, &*a, &*b, c).1",
        ],
    ),
    ("vdot", Fixed(0), &["b * g", "a * g"]),
    ("linalg::vdot", Fixed(0), &["b * g", "a * g"]),
    ("linalg::inv", Of(0), &["adjoint::linalg::inv(&*g, &*y)"]),
    (
        "linalg::pinv",
        Of(0),
        &["adjoint::linalg::pinv(&*g, &*a, &*y)"],
    ),
    ("linalg::det", Less(2), &["adjoint::linalg::det(&g, &*a)"]),
    (
        "linalg::solve",
        Of(1),
        &[
            "adjoint::linalg::solve_matrix(&*g, &*a, &*y)",
            "adjoint::linalg::solve(&*g, &*a)",
        ],
    ),
    (
        "linalg::cholesky",
        Of(0),
        &["adjoint::linalg::cholesky(&*g, &*y)"],
    ),
    (
        "linalg::matrix_power",
        Of(0),
        &["adjoint::linalg::matrix_power(&*g, &*a, b)"],
    ),
    ("linalg::expm", Of(0), &["adjoint::linalg::expm(&*g, &*a)"]),
    ("linalg::norm", Fixed(0), &["a * (g / y)"]),
    (
        "linalg::norm_with",
        Fixed(0),
        &["adjoint::linalg::norm_with(g, &*a, y, b)"],
    ),
    (
        "linalg::norm_axis",
        Less(1),
        &["adjoint::linalg::norm_axis(&*g, &*a, &*y, b, c)"],
    ),
    (
        "linalg::eigvalsh",
        Less(1),
        &["adjoint::linalg::eigvalsh(&*g, &*a)"],
    ),
    (
        "linalg::eigvalsh_with",
        Less(1),
        &["adjoint::linalg::eigvalsh(&*g, &*a)"],
    ),
    (
        "linalg::svdvals",
        Less(1),
        &["adjoint::linalg::svdvals(&*g, &*a)"],
    ),
];

/// Functions with several results, the fields of a struct: their names and ranks, and what the matrix receives. `g0` is the
/// adjoint of the first field `y0`.
pub const DECOMPOSITIONS: &[(&str, &[(&str, Rank)], &str)] = &[
    (
        "linalg::eigh",
        &[("values", Less(1)), ("vectors", Of(0))],
        "adjoint::linalg::eigh(&*g0, &*g1, &*y0, &*y1)",
    ),
    (
        "linalg::eigh_with",
        &[("values", Less(1)), ("vectors", Of(0))],
        "adjoint::linalg::eigh(&*g0, &*g1, &*y0, &*y1)",
    ),
    (
        "linalg::svd",
        &[("u", Of(0)), ("s", Less(1)), ("vh", Of(0))],
        "adjoint::linalg::svd(&*g0, &*g1, &*g2, &*y0, &*y1, &*y2)",
    ),
    (
        "linalg::svd_with",
        &[("u", Of(0)), ("s", Less(1)), ("vh", Of(0))],
        "adjoint::linalg::svd(&*g0, &*g1, &*g2, &*y0, &*y1, &*y2)",
    ),
    (
        "linalg::qr",
        &[("q", Of(0)), ("r", Of(0))],
        "adjoint::linalg::qr(&*g0, &*g1, &*y0, &*y1)",
    ),
    (
        "linalg::qr_with",
        &[("q", Of(0)), ("r", Of(0))],
        "adjoint::linalg::qr(&*g0, &*g1, &*y0, &*y1)",
    ),
    (
        "linalg::slogdet",
        &[("sign", Less(2)), ("logabsdet", Less(2))],
        "adjoint::linalg::slogdet(&adjoint::list(&g1), &*a)",
    ),
];

/// Reductions that do not fuse, each with the suffixes `_axis`, `_keepdims` and `_axis_keepdims`: what a lane receives. `p` and
/// `q` are what follows the array and the axis.
pub const LANES: &[(&str, &str)] = &[
    ("sum", "adjoint::sum"),
    ("mean", "adjoint::mean"),
    ("prod", "adjoint::prod"),
    ("max", "adjoint::extreme"),
    ("min", "adjoint::extreme"),
    ("amax", "adjoint::extreme"),
    ("amin", "adjoint::extreme"),
    (
        "var",
        "|lane, of, value, out| adjoint::var(lane, of, value, p, out)",
    ),
    (
        "std",
        "|lane, of, value, out| adjoint::std(lane, of, value, p, out)",
    ),
    ("ptp", "adjoint::ptp"),
    ("median", "adjoint::median"),
    (
        "quantile",
        "|lane, of, value, out| adjoint::quantile(lane, of, value, p, q, out)",
    ),
    (
        "percentile",
        "|lane, of, value, out| adjoint::quantile(lane, of, value, p / 100.0, q, out)",
    ),
    ("logsumexp", "adjoint::logsumexp"),
    ("reduce_euclidean_norm", "adjoint::euclidean_norm"),
    ("nansum", "adjoint::present(adjoint::sum)"),
    ("nanmean", "adjoint::present(adjoint::mean)"),
    ("nanprod", "adjoint::present(adjoint::prod)"),
    ("nanmax", "adjoint::extreme"),
    ("nanmin", "adjoint::extreme"),
    (
        "nanvar",
        "adjoint::present(|lane, of, value, out| adjoint::var(lane, of, value, p, out))",
    ),
    (
        "nanstd",
        "adjoint::present(|lane, of, value, out| adjoint::std(lane, of, value, p, out))",
    ),
    ("nanmedian", "adjoint::present(adjoint::median)"),
    (
        "nanquantile",
        "adjoint::present(|lane, of, value, out| adjoint::quantile(lane, of, value, p, q, out))",
    ),
    (
        "nanpercentile",
        "adjoint::present(|lane, of, value, out| adjoint::quantile(lane, of, value, p / 100.0, q, out))",
    ),
];

/// Functions whose derivative is zero wherever it exists, or that look at shapes only; their results are elements or places.
pub const FLAT: &[(&str, Flat)] = &[
    ("round", Flat::Elements),
    ("round_decimals", Flat::Elements),
    ("around", Flat::Elements),
    ("heaviside", Flat::Elements),
    ("zeros_like", Flat::Elements),
    ("ones_like", Flat::Elements),
    ("argsort", Flat::Places),
    ("argsort_axis", Flat::Places),
    ("digitize", Flat::Places),
    ("signbit", Flat::Truth),
    ("isclose", Flat::Truth),
    ("searchsorted", Flat::Other),
    ("count_nonzero", Flat::Other),
    ("allclose", Flat::Other),
    ("array_equal", Flat::Other),
    ("size", Flat::Other),
    ("ndim", Flat::Other),
];

/// See [`FLAT`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flat {
    Elements,
    Places,
    Truth,
    Other,
}

/// A row of [`HOST`] or [`LINEAR_ALGEBRA`].
pub fn host(name: &str) -> Option<(Rank, &'static [&'static str])> {
    let mut rows = HOST.iter().chain(LINEAR_ALGEBRA);
    let row = rows.find(|(known, ..)| *known == name)?;
    Some((row.1, row.2))
}

/// The elementwise functions, and those that are reduced to one number.
pub fn elementwise(name: &str) -> Option<(&'static [&'static str], bool)> {
    let find = |rows: &'static [(&str, &'static [&'static str])], reduced| {
        let row = rows.iter().find(|(known, _)| *known == name)?;
        Some((row.1, reduced))
    };
    find(ELEMENTWISE, false).or_else(|| find(MEANS, true))
}

/// Whether a function gives arrays of dynamic rank, so that the rank has to be written.
pub fn gives_any_rank(name: &str) -> bool {
    let rows = HOST.iter().chain(LINEAR_ALGEBRA);
    let lists = JOINS.iter().chain(CONTRACTIONS).copied();
    let ranks = MOVES.iter().map(|row| (row.0, row.2)).chain(lists);
    let mut all = ranks.chain(rows.map(|row| (row.0, row.1)));
    all.any(|(known, rank)| known == name && rank == Written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gradient::rules;
    use crate::ir::operation::{OPERATIONS, REDUCTIONS};
    use std::collections::BTreeSet;

    /// The names in the tables, those that fuse too.
    fn known() -> BTreeSet<&'static str> {
        let fused = OPERATIONS
            .iter()
            .filter(|row| {
                rules::elementwise(row.operation)
                    .is_some_and(|texts| texts.iter().any(|text| !text.is_empty()))
            })
            .filter_map(|row| row.functions.first().copied());
        fused
            .chain(rules::FUNCTIONS.iter().map(|row| row.0))
            .chain(MOVES.iter().map(|row| row.0))
            .chain(JOINS.iter().chain(CONTRACTIONS).map(|row| row.0))
            .chain(ELEMENTWISE.iter().chain(MEANS).map(|row| row.0))
            .chain(HOST.iter().chain(LINEAR_ALGEBRA).map(|row| row.0))
            .chain(DECOMPOSITIONS.iter().map(|row| row.0))
            .chain(LANES.iter().map(|row| row.0))
            .chain([
                "dot",
                "matmul",
                "inner",
                "fft::fft",
                "fft::fft2",
                "fft::fftn",
                "fft::ifft",
                "fft::ifft2",
                "fft::ifftn",
                "fft::rfft",
                "fft::rfft2",
                "fft::rfftn",
                "fft::irfft",
                "fft::irfft2",
                "fft::irfftn",
                "outer",
                "transpose",
                "clip",
                "add_at",
                "powi",
                "sparse::csrmv",
                "sparse::csrmv_transpose",
                "sparse::csrmm",
                "sparse::csrmm_transpose",
                "event::csrmm",
                "event::csrmm_transpose",
                "event::csrmv",
                "event::csrmv_transpose",
                "jitconn::mv_prob_homo",
                "jitconn::mv_prob_homo_transpose",
                "jitconn::mv_prob_uniform",
                "jitconn::mv_prob_uniform_transpose",
                "jitconn::mv_prob_normal",
                "jitconn::mv_prob_normal_transpose",
                "jitconn::event_mv_prob_homo",
                "jitconn::event_mv_prob_homo_transpose",
                "jitconn::event_mv_prob_uniform",
                "jitconn::event_mv_prob_uniform_transpose",
                "jitconn::event_mv_prob_normal",
                "jitconn::event_mv_prob_normal_transpose",
            ])
            .collect()
    }

    /// Those whose derivative is zero.
    fn flat() -> BTreeSet<&'static str> {
        let fused = OPERATIONS
            .iter()
            .filter(|row| {
                rules::elementwise(row.operation)
                    .is_some_and(|texts| texts.iter().all(|text| text.is_empty()))
            })
            .filter_map(|row| row.functions.first().copied());
        fused
            .chain(FLAT.iter().map(|row| row.0))
            .chain(REDUCTIONS.iter().map(|row| row.0))
            .collect()
    }

    #[test]
    fn the_guide_names_every_function_that_has_a_rule_and_no_other() {
        let page = include_str!("../../../docs/gradients.md");
        let (_, rules) = page.split_once("## Rules").expect("the section");
        let named: BTreeSet<&str> = rules
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| spikes"))
            .flat_map(|line| {
                line.split('|')
                    .nth(2)
                    .unwrap_or_default()
                    .split('`')
                    .skip(1)
                    .step_by(2)
            })
            .filter(|name| {
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:".contains(c))
            })
            .collect();
        let (known, flat) = (known(), flat());
        let missing: Vec<_> = known.difference(&named).collect();
        assert!(missing.is_empty(), "the guide does not name {missing:?}");
        let strangers: Vec<_> = named
            .iter()
            .filter(|name| !known.contains(*name) && !flat.contains(*name))
            .collect();
        assert!(
            strangers.is_empty(),
            "the guide names {strangers:?}, which have no rule"
        );
    }

    #[test]
    fn every_rule_is_compared_with_differences() {
        let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/tests/");
        let mut text = String::new();
        for name in ["rules", "functions", "sparse", "complex", "spellings"] {
            let path = format!("{tests}gradient_{name}.rs");
            text += &std::fs::read_to_string(path).expect("the tests are there");
        }
        let called = |name: &str| {
            let endings = ["(", "_axis", "_keepdims", "_ddof"];
            endings
                .iter()
                .any(|ending| text.contains(&format!("bm::{name}{ending}")))
                || text.contains(&format!(".{name}("))
        };
        let fused: BTreeSet<&str> = OPERATIONS
            .iter()
            .filter_map(|row| row.functions.first().copied())
            .collect();
        let missing: Vec<_> = known()
            .into_iter()
            .filter(|name| !fused.contains(name) && !called(name))
            .collect();
        assert!(missing.is_empty(), "no test calls {missing:?}");
    }
}
