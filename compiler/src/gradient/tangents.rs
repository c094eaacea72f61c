//! Forward mode of functions that do not fuse, a row each: what the result's tangent receives from that of each argument.
//!
//! In a text `g` is the argument's tangent, `y` the result, and `a`, `b`, `c`, `d` are the arguments. Where the text is empty, only
//! the argument's shape is read.

use super::functions::{self, Rank};
use super::rules;

/// The call itself, with the tangent in the argument's place. A path that follows is called instead.
pub const LINEAR: &str = "linear";

/// The tangent times what the argument receives in reverse mode from ones, summed over the axes that the result has not.
pub const SLOPES: &str = "slopes";

/// Functions of the library. Those of [`functions::MOVES`] are linear, if they are not named here.
pub const TANGENTS: &[(&str, &[&str])] = &[
    (
        "log_softmax",
        &["g - bm::sum_axis_keepdims(bm::exp(y) * g, b)"],
    ),
    // Shapes and places. What `pad` puts between has no tangent.
    ("reshape", &[LINEAR]),
    ("ravel", &[LINEAR]),
    ("flatten", &[LINEAR]),
    ("flip", &[LINEAR]),
    ("fliplr", &[LINEAR]),
    ("flipud", &[LINEAR]),
    ("pad", &["bm::pad(&*g, b, 0.0)"]),
    (
        "append",
        &[
            "bm::append(&*g, &bm::zeros_like(&*b))",
            "bm::append(&bm::zeros_like(&*a), &*g)",
        ],
    ),
    (
        "append_axis",
        &[
            "bm::append_axis(&*g, &bm::zeros_like(&*b), c)",
            "bm::append_axis(&bm::zeros_like(&*a), &*g, c)",
        ],
    ),
    (
        "insert",
        &[
            "bm::insert(&*g, b, &bm::zeros_like(&*c))",
            "",
            "bm::insert(&bm::zeros_like(&*a), b, &*g)",
        ],
    ),
    (
        "insert_axis",
        &[
            "bm::insert_axis(&*g, b, &bm::zeros_like(&*c), d)",
            "",
            "bm::insert_axis(&bm::zeros_like(&*a), b, &*g, d)",
        ],
    ),
    (
        "interp",
        &[SLOPES, "adjoint::interp_along(&*g, &*a, &*b, &*c)", LINEAR],
    ),
    (
        "cov",
        &["adjoint::cov_along(&*g, &*a, bm::Covariance::default())"],
    ),
    ("cov_with", &["adjoint::cov_along(&*g, &*a, b)"]),
    (
        "corrcoef",
        &["adjoint::corrcoef_along(&*g, &*a, &*y, bm::Covariance::default())"],
    ),
    (
        "corrcoef_with",
        &["adjoint::corrcoef_along(&*g, &*a, &*y, b)"],
    ),
    ("tensordot", &[LINEAR, LINEAR]),
    ("linalg::tensordot", &[LINEAR, LINEAR]),
    // Along an axis.
    ("cumsum", &[LINEAR]),
    ("cumsum_axis", &[LINEAR]),
    (
        "cumprod",
        &["adjoint::lanes(&bm::ravel(&*g), &bm::ravel(&*a), 0, adjoint::along::cumprod)"],
    ),
    (
        "cumprod_axis",
        &["adjoint::lanes(&*g, &*a, b, adjoint::along::cumprod)"],
    ),
    (
        "nancumsum",
        &["adjoint::lanes(&bm::ravel(&*g), &bm::ravel(&*a), 0, adjoint::along::nancumsum)"],
    ),
    (
        "nancumsum_axis",
        &["adjoint::lanes(&*g, &*a, b, adjoint::along::nancumsum)"],
    ),
    (
        "nancumprod",
        &["adjoint::lanes(&bm::ravel(&*g), &bm::ravel(&*a), 0, adjoint::along::nancumprod)"],
    ),
    (
        "nancumprod_axis",
        &["adjoint::lanes(&*g, &*a, b, adjoint::along::nancumprod)"],
    ),
    (
        "sort",
        &["adjoint::lanes(&*g, &*a, -1, adjoint::along::sorted)"],
    ),
    (
        "sort_axis",
        &["adjoint::lanes(&*g, &*a, b, adjoint::along::sorted)"],
    ),
    (
        "sort_flat",
        &["adjoint::lanes(&bm::ravel(&*g), &bm::ravel(&*a), 0, adjoint::along::sorted)"],
    ),
    ("diff", &[LINEAR]),
    ("diff_axis", &[LINEAR]),
    ("ediff1d", &[LINEAR]),
    ("gradient_axis", &[LINEAR]),
    ("unwrap", &["g.clone()"]),
    ("unwrap_period", &["g.clone()"]),
    ("lgamma", &["adjoint::scaled(&*g, &bm::digamma(&*a))"]),
    ("convolve", &[LINEAR, LINEAR]),
    ("correlate", &[LINEAR, LINEAR]),
    (
        "polyval",
        &[
            LINEAR,
            "adjoint::scaled(&*g, &bm::polyval(&bm::polyder(&*a, 1), &*b))",
        ],
    ),
    ("cross", &[LINEAR, LINEAR]),
    ("ldexp", &[LINEAR]),
    // Synapses.
    ("segment_sum", &[LINEAR]),
    ("unsorted_segment_sum", &[LINEAR]),
    ("syn2post_sum", &[LINEAR]),
    ("syn2post", &[LINEAR]),
    ("segment_mean", &[LINEAR]),
    ("unsorted_segment_mean", &[LINEAR]),
    ("syn2post_mean", &[LINEAR]),
    ("segment_sqrt_n", &[LINEAR]),
    ("unsorted_segment_sqrt_n", &[LINEAR]),
    ("pre2post_sum", &[LINEAR]),
    // Losses over classes.
    ("event::matvec", &[LINEAR, "bm::dot(&*a, &*g)"]),
    ("event::matvec_transpose", &[LINEAR, "bm::dot(&*g, &*a)"]),
    ("losses::softmax_cross_entropy", &[SLOPES, SLOPES]),
    ("losses::cross_entropy_sparse", &[SLOPES]),
    ("losses::cross_entropy_loss", &[SLOPES, SLOPES]),
    ("losses::nll_loss", &[SLOPES]),
    // Products and linear algebra. The adjoint of a derivative is that of the transposed matrices.
    ("trace", &[LINEAR]),
    ("linalg::trace", &[LINEAR]),
    ("linalg::trace_offset", &[LINEAR]),
    ("kron", &[LINEAR, LINEAR]),
    ("linalg::kron", &[LINEAR, LINEAR]),
    ("vdot", &[LINEAR, LINEAR]),
    ("linalg::vdot", &[LINEAR, LINEAR]),
    (
        "linalg::inv",
        &["adjoint::linalg::inv(&*g, &bm::swapaxes(&*y, -2, -1))"],
    ),
    (
        "linalg::pinv",
        &["adjoint::linalg::pinv(&*g, &bm::swapaxes(&*a, -2, -1), &bm::swapaxes(&*y, -2, -1))"],
    ),
    ("linalg::det", &[SLOPES]),
    (
        "linalg::solve",
        &[
            "-bm::linalg::solve(&*a, &bm::dot(&*g, &*y)).unwrap()",
            LINEAR,
        ],
    ),
    (
        "linalg::cholesky",
        &["adjoint::linalg::cholesky_along(&*g, &*y)"],
    ),
    (
        "linalg::matrix_power",
        &["adjoint::linalg::matrix_power(&*g, &bm::swapaxes(&*a, -2, -1), b)"],
    ),
    (
        "linalg::expm",
        &["adjoint::linalg::expm(&*g, &bm::swapaxes(&*a, -2, -1))"],
    ),
    ("linalg::norm", &[SLOPES]),
    ("linalg::norm_with", &[SLOPES]),
    (
        "linalg::norm_axis",
        &[
            "bm::sum_axis(&adjoint::scaled(&*g, &adjoint::linalg::norm_axis(&bm::ones_like(&*y), &*a, &*y, b, c)), c)",
        ],
    ),
    (
        "linalg::eigvalsh",
        &["adjoint::linalg::eigvalsh_along(&*g, &*a)"],
    ),
    (
        "linalg::eigvalsh_with",
        &["adjoint::linalg::eigvalsh_along(&*g, &*a)"],
    ),
    (
        "linalg::svdvals",
        &["adjoint::linalg::svdvals_along(&*g, &*a)"],
    ),
];

/// Functions with several results, a text a field, of which `y0` is the first.
pub const DECOMPOSITIONS: &[(&str, &[&str])] = &[
    ("linalg::eigh", EIGH),
    ("linalg::eigh_with", EIGH),
    ("linalg::svd", SVD),
    ("linalg::svd_with", SVD),
    ("linalg::qr", QR),
    ("linalg::qr_with", QR),
    (
        "linalg::slogdet",
        &["y0 * 0.0", "adjoint::linalg::slogdet_along(&*g, &*a)"],
    ),
];

const EIGH: &[&str] = &[
    "adjoint::linalg::eigh_along(&*g, &*y0, &*y1).0",
    "adjoint::linalg::eigh_along(&*g, &*y0, &*y1).1",
];

const SVD: &[&str] = &[
    "adjoint::linalg::svd_u_along(&*g, &*y0, &*y1, &*y2)",
    "adjoint::linalg::svd_s_along(&*g, &*y0, &*y1, &*y2)",
    "adjoint::linalg::svd_vh_along(&*g, &*y0, &*y1, &*y2)",
];

const QR: &[&str] = &[
    "adjoint::linalg::qr_along(&*g, &*y0, &*y1).0",
    "adjoint::linalg::qr_along(&*g, &*y0, &*y1).1",
];

/// What a gradient calls, for Hessians: the result's rank, if its type is not written, and the texts.
pub const ADJOINTS: &[(&str, Option<Rank>, &[&str])] = &[
    ("adjoint::moved", None, &[LINEAR, ""]),
    ("adjoint::joined", None, &[LINEAR, ""]),
    ("adjoint::reshaped", None, &[LINEAR, ""]),
    ("adjoint::first", Some(Rank::Of(0)), &[LINEAR, "", ""]),
    ("adjoint::last", Some(Rank::Of(0)), &[LINEAR, "", ""]),
    ("adjoint::raveled", None, &[LINEAR, ""]),
    ("adjoint::lanes", Some(Rank::Of(0)), &[LINEAR, ""]),
    ("adjoint::segment_mean", None, &[LINEAR, ""]),
    ("adjoint::scaled", Some(Rank::Of(0)), &[LINEAR, LINEAR]),
    ("adjoint::event_outer", Some(Rank::Fixed(2)), &[LINEAR, ""]),
    (
        "adjoint::event_outer_transpose",
        Some(Rank::Fixed(2)),
        &[LINEAR, ""],
    ),
    ("adjoint::trace", Some(Rank::Fixed(2)), &[LINEAR, ""]),
    (
        "adjoint::others",
        Some(Rank::Of(0)),
        &["adjoint::others_along(&*g, &*a, b)"],
    ),
    (
        "adjoint::linalg::inv",
        Some(Rank::Of(0)),
        &[LINEAR, "adjoint::linalg::inv_along(&*g, &*a, &*b)"],
    ),
    (
        "adjoint::linalg::det",
        None,
        &[LINEAR, "adjoint::linalg::det_along(&*g, a, &*b)"],
    ),
    (
        "adjoint::linalg::solve",
        Some(Rank::Of(0)),
        &[
            LINEAR,
            "-adjoint::linalg::solve(&bm::dot(&bm::swapaxes(&*g, 0, 1), &*y), &*b)",
        ],
    ),
    (
        "adjoint::linalg::solve_matrix",
        Some(Rank::Fixed(2)),
        &[
            LINEAR,
            "-adjoint::linalg::solve_matrix(&bm::dot(&bm::swapaxes(&*g, 0, 1), &adjoint::linalg::solve(&*a, &*b)), &*b, &*c)",
            LINEAR,
        ],
    ),
    (
        "adjoint::linalg::cholesky",
        Some(Rank::Of(0)),
        &[
            LINEAR,
            "adjoint::linalg::cholesky_adjoint_along(&*g, &*a, &*b)",
        ],
    ),
    (
        "sparse::csr_weights",
        Some(Rank::Fixed(1)),
        &["", "", "", LINEAR, LINEAR],
    ),
    (
        "sparse::csr_event_weights",
        Some(Rank::Fixed(1)),
        &[
            "",
            "",
            "",
            "linear ::brain_jit::sparse::csr_weights",
            LINEAR,
        ],
    ),
];

/// Rules of `adjoint::lanes` and `adjoint::raveled` that look at more than the adjoint, its order or its shape: no second derivative
/// goes through them.
pub const CURVED: &[&str] = &["cumprod", "nancumprod", "glu"];

/// The rank of what a function of the library gives, which of its arguments that goes by, and the texts of its tangents.
pub fn tangents(name: &str) -> Option<(Rank, usize, Vec<&'static str>)> {
    let written = TANGENTS.iter().find(|(known, _)| *known == name);
    let moves = functions::MOVES.iter().find(|(known, ..)| *known == name);
    if let Some((_, position, rank)) = moves {
        let linear = || [vec![""; *position], vec![LINEAR]].concat();
        let texts = written.map_or_else(linear, |(_, texts)| texts.to_vec());
        return Some((*rank, *position, texts));
    }
    let (_, texts) = written?;
    let elementwise = || rules::FUNCTIONS.iter().any(|(known, _)| *known == name);
    let rank = match functions::host(name) {
        Some((rank, _)) => rank,
        None => elementwise().then_some(Rank::Of(0))?,
    };
    Some((rank, 0, texts.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The functions that are named in the guide from `begin` to `end`.
    fn named(begin: &str, end: &str) -> BTreeSet<&'static str> {
        let page = include_str!("../../../docs/gradients.md");
        let (_, rest) = page.split_once(begin).expect("the beginning");
        let (part, _) = rest.split_once(end).expect("the end");
        part.split('`').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_guide_names_every_function_that_has_no_tangent_and_no_other() {
        let rows = functions::HOST.iter().chain(functions::LINEAR_ALGEBRA);
        let without = rows
            .map(|row| row.0)
            .filter(|name| tangents(name).is_none());
        assert_eq!(
            named("- Tangents run through every function", "- Hessians"),
            without.collect()
        );
        let known = functions::DECOMPOSITIONS.iter().map(|row| row.0);
        assert!(known.eq(DECOMPOSITIONS.iter().map(|row| row.0)));
    }

    #[test]
    fn the_guide_names_every_function_that_has_no_hessian_and_no_other() {
        // Each call of a gradient must have a tangent.
        let again = |text: &str| {
            let calls = text.match_indices("adjoint::").map(|(at, _)| &text[at..]);
            let mut calls = calls.map(|call| {
                let name = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
                &call[..call.find(name).unwrap_or(call.len())]
            });
            let known = |name: &str| {
                let rules = [
                    "sorted",
                    "cumsum",
                    "nancumsum",
                    "diff",
                    "slope",
                    "labels",
                    "count",
                    "no_numbers",
                ];
                ADJOINTS.iter().any(|(known, ..)| *known == name)
                    || rules.contains(&name.trim_start_matches("adjoint::"))
            };
            calls.all(known) && !text.contains("digamma")
        };
        let rows = functions::HOST.iter().chain(functions::LINEAR_ALGEBRA);
        let without = rows
            .filter(|row| !row.2.iter().all(|text| again(text)))
            .map(|row| row.0)
            .chain(DECOMPOSITIONS.iter().map(|row| row.0))
            .chain(functions::CONTRACTIONS.iter().map(|row| row.0));
        assert_eq!(
            named("and the others but for", "such as"),
            without.collect()
        );
    }
}
