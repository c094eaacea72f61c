//! Every name on the page "NumPy and BrainPy names in brain_jit" exists.

use brain_jit_compiler::ir::operation::{OPERATIONS, REDUCTIONS, Reduction};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Imports each name, which fails to compile if there is none, and lists them.
macro_rules! names {
    ($($name:ident)*) => {
        #[allow(unused_imports)]
        mod listed {
            $(pub use brain_jit::bm::$name;)*
        }
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

names! {
    DType ELLIPSIS NEWAXIS abs abs_inplace abs_into absolute absolute_inplace absolute_into acos acos_inplace
    acos_into acosh acosh_inplace acosh_into add add_at add_inplace add_into addcdiv addcmul all all_axis
    all_axis_keepdims all_keepdims allclose allclose_within amax amax_axis amax_axis_keepdims amax_keepdims amin
    amin_axis amin_axis_keepdims amin_keepdims angle angle_into any any_axis any_axis_keepdims any_keepdims append
    append_axis apply_along_axis arange arccos arccos_inplace arccos_into arccosh arccosh_inplace arccosh_into
    arcsin arcsin_inplace arcsin_into arcsinh arcsinh_inplace arcsinh_into arctan arctan2 arctan2_inplace
    arctan2_into arctan_inplace arctan_into arctanh arctanh_inplace arctanh_into argmax argmax_axis
    argmax_axis_keepdims argmax_keepdims argmin argmin_axis argmin_axis_keepdims argmin_keepdims argsort
    argsort_axis argsort_flat argwhere around array array_equal array_equiv array_split asarray asin asin_inplace
    asin_into asinh asinh_inplace asinh_into astype atan atan2 atan2_inplace atan2_into atan_inplace atan_into atanh
    atanh_inplace atanh_into atleast_1d atleast_2d atleast_3d average average_axis bartlett bincount
    bincount_weights bitwise_and bitwise_and_inplace bitwise_and_into bitwise_not bitwise_not_inplace
    bitwise_not_into bitwise_or bitwise_or_inplace bitwise_or_into bitwise_xor bitwise_xor_inplace bitwise_xor_into
    blackman block broadcast_arrays broadcast_shapes broadcast_to can_cast cast cat cbrt cbrt_inplace cbrt_into ceil
    ceil_inplace ceil_into celu choose clip clip_by_norm clip_by_norm_axis clip_inplace column_stack compress
    compress_axis concat concatenate concatenate_flat conj conj_inplace conj_into conjugate conjugate_inplace
    conjugate_into convolve copy copysign copysign_inplace copysign_into copyto corrcoef corrcoef_with correlate cos
    cos_inplace cos_into cosh cosh_inplace cosh_into count_nonzero count_nonzero_axis count_nonzero_axis_keepdims
    count_nonzero_keepdims cov cov_with cross cumprod cumprod_axis cumsum cumsum_axis deg2rad deg2rad_inplace
    deg2rad_into degrees degrees_inplace degrees_into delete delete_axis diag diag_indices diag_indices_from
    diagflat diagonal diagonal_axes diff diff_axis digamma digamma_inplace digamma_into digitize digitize_side
    divide divide_inplace divide_into divmod dot dsplit dstack ediff1d einsum elu elu_inplace elu_into elu_with
    empty empty_like equal equal_into erf erf_inplace erf_into erfc erfc_inplace erfc_into exp exp2 exp2_inplace
    exp2_into exp_inplace exp_into expand_dims expand_dims_axes expm1 expm1_inplace expm1_into exprel exprel_inplace
    exprel_into extract eye eye_offset fabs fabs_inplace fabs_into fill_diagonal fill_diagonal_wrap fix fix_inplace fix_into
    flatnonzero flatten flatten_axes flip flip_axis fliplr flipud float_power float_power_inplace float_power_into
    floor floor_divide floor_divide_inplace floor_divide_into floor_inplace floor_into fmax fmax_inplace fmax_into
    fmin fmin_inplace fmin_into fmod fmod_inplace fmod_into frexp from_matrix from_vector frombuffer fromfunction
    fromiter full full_like gcd gcd_inplace gcd_into gelu gelu_inplace gelu_into geomspace geomspace_endpoint glu
    gradient gradient_axis greater greater_equal greater_equal_into greater_into hamming hanning hard_shrink
    hard_sigmoid hard_sigmoid_inplace hard_sigmoid_into hard_silu hard_silu_inplace hard_silu_into hard_swish
    hard_swish_inplace hard_swish_into hard_tanh hard_tanh_inplace hard_tanh_into hard_tanh_with heaviside
    heaviside_inplace heaviside_into histogram histogram2d histogram_bin_edges histogram_weights histogramdd hsplit
    hstack hypot hypot_inplace hypot_into i0 i0_inplace i0_into identity imag imag_inplace imag_into index index_add
    index_and index_divide index_floor_divide index_left_shift index_multiply index_or index_power index_put
    index_remainder index_right_shift index_subtract index_xor indices inner insert insert_axis interp interp_with
    intersect1d invert invert_inplace invert_into isclose isclose_within iscomplex iscomplex_into isfinite
    isfinite_into isin isinf isinf_into isnan isnan_into isneginf isneginf_into isposinf isposinf_into isreal
    isreal_into ix_ kaiser kron lcm lcm_inplace lcm_into ldexp leaky_relu leaky_relu_inplace leaky_relu_into
    leaky_relu_with left_shift left_shift_inplace left_shift_into less less_equal less_equal_into less_into lexsort
    lgamma lgamma_inplace lgamma_into linspace linspace_endpoint load loadz log log10 log10_inplace log10_into log1p
    log1p_inplace log1p_into log2 log2_inplace log2_into log_inplace log_into log_sigmoid log_sigmoid_inplace
    log_sigmoid_into log_softmax logaddexp logaddexp2 logaddexp2_inplace logaddexp2_into logaddexp_inplace
    logaddexp_into logical_and logical_and_into logical_not logical_not_into logical_or logical_or_into logical_xor
    logical_xor_into logspace logsumexp logsumexp_axis logsumexp_axis_keepdims logsumexp_keepdims mask_indices
    mask_put matmul max max_axis max_axis_keepdims max_keepdims maximum maximum_at maximum_inplace maximum_into mean
    mean_axis mean_axis_keepdims mean_keepdims median median_axis median_axis_keepdims median_keepdims meshgrid min
    min_axis min_axis_keepdims min_keepdims minimum minimum_at minimum_inplace minimum_into mish mish_inplace
    mish_into mod_ modf moveaxis multi_dot multiply multiply_at multiply_inplace multiply_into names nan_to_num
    nan_to_num_inplace nan_to_num_into nan_to_num_with nanargmax nanargmax_axis nanargmax_axis_keepdims
    nanargmax_keepdims nanargmin nanargmin_axis nanargmin_axis_keepdims nanargmin_keepdims nancumprod
    nancumprod_axis nancumsum nancumsum_axis nanmax nanmax_axis nanmax_axis_keepdims nanmax_keepdims nanmean
    nanmean_axis nanmean_axis_keepdims nanmean_keepdims nanmedian nanmedian_axis nanmedian_axis_keepdims
    nanmedian_keepdims nanmin nanmin_axis nanmin_axis_keepdims nanmin_keepdims nanpercentile nanpercentile_axis
    nanpercentile_axis_keepdims nanpercentile_keepdims nanprod nanprod_axis nanprod_axis_keepdims nanprod_keepdims
    nanquantile nanquantile_axis nanquantile_axis_keepdims nanquantile_keepdims nanstd nanstd_axis nanstd_axis_ddof
    nanstd_axis_keepdims nanstd_ddof nanstd_keepdims nansum nansum_axis nansum_axis_keepdims nansum_keepdims nanvar
    nanvar_axis nanvar_axis_ddof nanvar_axis_keepdims nanvar_ddof nanvar_keepdims ndim negative negative_inplace
    negative_into nextafter nextafter_inplace nextafter_into nonzero normalize not_equal not_equal_into one_hot
    one_hot_axis ones ones_like outer packbits pad pad_mode percentile percentile_axis percentile_axis_keepdims
    percentile_keepdims piecewise place poly polyadd polyder polydiv polyfit polyint polymul polysub polyval
    positive positive_inplace positive_into power power_inplace power_into pre2post_event_sum pre2post_max
    pre2post_mean pre2post_min pre2post_prod pre2post_sum pre2syn prelu prod prod_axis prod_axis_keepdims
    prod_keepdims promote_types ptp ptp_axis ptp_axis_keepdims ptp_keepdims put putmask quantile quantile_axis
    quantile_axis_keepdims quantile_keepdims rad2deg rad2deg_inplace rad2deg_into radians radians_inplace
    radians_into ravel ravel_multi_index real real_inplace real_into reciprocal reciprocal_inplace reciprocal_into
    reduce_euclidean_norm reduce_euclidean_norm_axis reduce_euclidean_norm_axis_keepdims
    reduce_euclidean_norm_keepdims relu relu6 relu6_inplace relu6_into relu_inplace relu_into remainder
    remainder_inplace remainder_into remove_diag repeat repeat_axis reshape resize result_type right_shift
    right_shift_inplace right_shift_into rint rint_inplace rint_into roll roll_axis rollaxis roots rot90 rot90_axes
    round round_decimals round_inplace round_into save savez searchsorted searchsorted_side segment_max segment_mean
    segment_min segment_prod segment_sum select selu selu_inplace selu_into setdiff1d setxor1d shape sigmoid
    sigmoid_inplace sigmoid_into sign sign_inplace sign_into signbit signbit_into silu silu_inplace silu_into sin
    sin_inplace sin_into sinc sinc_inplace sinc_into sinh sinh_inplace sinh_into size size_axis soft_shrink
    soft_sign soft_sign_inplace soft_sign_into softmax softmin softplus softplus_inplace softplus_into softplus_with
    sort sort_axis sort_complex sort_flat split sqrt sqrt_inplace sqrt_into square square_inplace square_into
    squeeze squeeze_axis stack std std_axis std_axis_ddof std_axis_keepdims std_ddof std_keepdims subtract
    subtract_at subtract_inplace subtract_into sum sum_axis sum_axis_keepdims sum_keepdims swapaxes swish
    swish_inplace swish_into syn2post syn2post_max syn2post_mean syn2post_min syn2post_prod syn2post_softmax
    syn2post_sum take take_along_axis take_axis take_mode tan tan_inplace tan_into tanh tanh_inplace tanh_into
    tanh_shrink tanh_shrink_inplace tanh_shrink_into tensordot tile to_dmatrix to_dvector trace transpose
    transpose_axes tri tril tril_indices tril_indices_from trim_zeros triu triu_indices triu_indices_from
    true_divide true_divide_inplace true_divide_into trunc trunc_inplace trunc_into unflatten union1d unique
    unique_axis unique_with unpackbits unravel_index unsorted_segment_max unsorted_segment_mean unsorted_segment_min
    unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum unsqueeze unwrap vander var var_axis
    var_axis_ddof var_axis_keepdims var_ddof var_keepdims vdot vsplit vstack where_ zeros zeros_like
}

/// The same for names in the modules of `bm`.
macro_rules! module_names {
    ($($module:ident { $($name:ident)* })*) => {
        $(
            #[allow(unused_imports)]
            mod $module {
                $(pub use brain_jit::bm::$module::$name;)*
            }
        )*
        const MODULE_NAMES: &[&str] = &[$($(concat!(stringify!($module), "::", stringify!($name))),*),*];
    };
}

module_names! {
    linalg {
        cholesky cond det eig eigh eigvals eigvalsh inv lstsq matrix_power matrix_rank norm pinv qr slogdet solve svd
    }
    sparse {
        coo_to_csr coomv coomv_transpose csr_to_coo csr_to_dense csrmm csrmm_transpose csrmv csrmv_transpose
    }
    event { csrmm csrmm_transpose csrmv csrmv_transpose matvec matvec_transpose }
    jitconn {
        event_mv_prob_homo event_mv_prob_homo_transpose event_mv_prob_normal event_mv_prob_normal_transpose
        event_mv_prob_uniform event_mv_prob_uniform_transpose get_homo_weight_matrix get_normal_weight_matrix
        get_uniform_weight_matrix mv_prob_homo mv_prob_homo_transpose mv_prob_normal mv_prob_normal_transpose
        mv_prob_uniform mv_prob_uniform_transpose
    }
    losses {
        binary_logistic_loss cross_entropy_loss cross_entropy_sigmoid cross_entropy_sparse huber_loss l1_loss l2_loss l2_norm
        log_cosh log_cosh_loss mean_absolute mean_absolute_error mean_square mean_squared_error mean_squared_log_error
        nll_loss sigmoid_binary_cross_entropy smooth_labels softmax_cross_entropy
    }
    surrogate {
        arctan arctan_grad erf erf_grad gaussian_grad gaussian_grad_grad inv_square_grad inv_square_grad_grad
        leaky_relu leaky_relu_grad log_tailed_relu log_tailed_relu_grad multi_gaussian_grad multi_gaussian_grad_grad
        nonzero_sign_log nonzero_sign_log_grad piecewise_exp piecewise_exp_grad piecewise_leaky_relu
        piecewise_leaky_relu_grad piecewise_quadratic piecewise_quadratic_grad q_pseudo_spike q_pseudo_spike_grad
        relu_grad relu_grad_grad s2nn s2nn_grad sigmoid sigmoid_grad slayer_grad slayer_grad_grad soft_sign
        soft_sign_grad squarewave_fourier_series squarewave_fourier_series_grad
    }
    optim {
        Adadelta Adagrad Adam AdamW Adan CosineAnnealingLR CosineAnnealingWarmRestarts ExponentialDecayLR
        ExponentialLR InverseTimeDecayLR LARS Momentum MomentumNesterov MultiStepLR NesterovMomentum PiecewiseConstantLR
        PolynomialDecayLR RMSProp SGD StepLR
    }
    initialize {
        Constant Identity KaimingNormal KaimingUniform LecunNormal LecunUniform Normal OneInit Orthogonal
        TruncatedNormal Uniform VarianceScaling XavierNormal XavierUniform ZeroInit
    }
    integrators { odeint sdeint }
}

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names after each `bm::`, with their modules.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("bm::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        rest[..end.unwrap_or(rest.len())].trim_end_matches(':')
    })
}

#[test]
fn the_page_lists_these_names() {
    let text = file("docs/numpy.md");
    // `astype::<f64, _, _>` ends in the colons of its type arguments.
    let on_page: BTreeSet<&str> = names_in(&text).collect();
    let known: BTreeSet<&str> = NAMES.iter().chain(MODULE_NAMES).copied().collect();
    let differing: Vec<_> = on_page.symmetric_difference(&known).collect();
    assert!(differing.is_empty(), "on one side only: {differing:?}");
}

/// The functions that the compiler's `call.rs` treats one by one, and what the page says of them.
const SINGLE: &[(&str, &str)] = &[
    ("astype", "yes"),
    ("cast", "yes"),
    ("clip", "yes"),
    ("dot", "call"),
    ("map", "yes"),
    ("matmul", "call"),
    ("outer", "call"),
    ("relu", "yes"),
    ("transpose", "yes"),
];

/// What becomes of each function in a compiled method, after the compiler's tables.
fn compiled() -> BTreeMap<&'static str, &'static str> {
    let elementwise = OPERATIONS
        .iter()
        .flat_map(|row| row.functions)
        .map(|name| (*name, "yes"));
    let reductions = REDUCTIONS.iter().map(|(name, reduction)| match reduction {
        Reduction::ArgMaximum | Reduction::ArgMinimum => (*name, "call"),
        _ => (*name, "yes"),
    });
    elementwise
        .chain(reductions)
        .chain(SINGLE.iter().copied())
        .collect()
}

#[test]
fn the_compiler_treats_these_functions_one_by_one() {
    let source = file("compiler/src/lower/call.rs");
    let (_, arms) = source
        .split_once("match (name, args) {")
        .expect("the match on the name");
    let (arms, _) = arms.split_once("_ => {").expect("its last arm");
    let patterns = arms
        .lines()
        .filter(|line| line.trim_start().starts_with("(\""));
    let found: BTreeSet<&str> = patterns
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect();
    let listed: BTreeSet<&str> = SINGLE.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, listed);
}

#[test]
fn the_page_says_what_fuses() {
    let text = file("docs/numpy.md");
    let mut missing = compiled();
    let compiled = compiled();
    // Closures are compiled only: eagerly they are ndarray's `mapv`.
    missing.remove("map");
    for line in text.lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [_, rust, says, _] = cells[..] else {
            continue;
        };
        let Some(name) = names_in(rust).next() else {
            continue;
        };
        assert_eq!(says, *compiled.get(name).unwrap_or(&"no"), "{line}");
        missing.remove(name);
    }
    // `amax`, `absolute` and others have rows of their own, so nothing is left.
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}
