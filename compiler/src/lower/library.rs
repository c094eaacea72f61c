//! Functions of the library that are not compiled: what they give, so that array code can go on with it.

use super::Lowering;
use crate::ir::graph::NodeId;
use crate::ir::types::{ArrayType, Container, DType, Rank, ValueType};
use crate::syntax::types::TypeScope;
use syn::{Expr, ExprCall};

/// What a function gives, by its first argument.
#[derive(Clone, Copy)]
enum Gives {
    /// An array of the same type and rank.
    Same,
    /// The same if its elements are floats.
    SameFloats,
    /// The same with running results: narrow integers become 64 bits wide.
    Running,
    /// Positions, in an array of the same rank.
    Positions,
    /// A list of the same type.
    List,
    /// A list of running results.
    RunningList,
}

/// Functions by what they give.
const FUNCTIONS: &[(Gives, &[&str])] = &[
    (
        Gives::Same,
        &[
            "zeros_like",
            "ones_like",
            "full_like",
            "sort",
            "sort_axis",
            "partition",
            "flip",
            "flip_axis",
            "fliplr",
            "flipud",
            "rot90",
            "roll",
            "roll_axis",
            "swapaxes",
            "moveaxis",
            "tril",
            "triu",
            "diff",
            "diff_axis",
            "pad",
            "take_along_axis",
        ],
    ),
    (
        Gives::SameFloats,
        &[
            "fabs",
            "positive",
            "round",
            "around",
            "round_decimals",
            "nan_to_num",
            "unwrap",
            "deg2rad",
            "degrees",
            "rad2deg",
            "radians",
            "sinc",
            "i0",
            "digamma",
            "gelu",
            "selu",
            "celu",
            "elu",
            "relu6",
            "leaky_relu",
            "silu",
            "swish",
            "mish",
            "hard_sigmoid",
            "hard_tanh",
            "hard_silu",
            "hard_swish",
            "hard_shrink",
            "soft_shrink",
            "tanh_shrink",
            "soft_sign",
            "log_sigmoid",
            "softmax",
            "log_softmax",
            "softmin",
        ],
    ),
    (
        Gives::Running,
        &[
            "cumsum_axis",
            "cumprod_axis",
            "nancumsum_axis",
            "nancumprod_axis",
        ],
    ),
    (Gives::Positions, &["argsort", "argsort_axis"]),
    (
        Gives::List,
        &["ravel", "flatten", "unique", "ediff1d", "repeat"],
    ),
    (
        Gives::RunningList,
        &["cumsum", "cumprod", "nancumsum", "nancumprod"],
    ),
];

/// Methods of ndarray that give an array of the same type.
const METHODS: &[&str] = &[
    "round",
    "fract",
    "to_degrees",
    "to_radians",
    "log",
    "abs_sub",
    "pow2",
    "clamp",
];

impl Lowering<'_> {
    /// [`array`](Self::array), or what a function of the library gives: computed before the expression that it stands in.
    pub(crate) fn operand(&mut self, expr: &Expr) -> Option<NodeId> {
        if let Some(node) = self.array(expr) {
            return Some(node);
        }
        if let Some(lane) = self.lane(stripped(expr)) {
            return Some(lane);
        }
        let ty = self.library_type(expr)?;
        Some(self.host_array(stripped(expr), ty))
    }

    /// ndarray's `m.row(i)` and `m.column(j)` as the views `m[(i, ..)]` and `m[(.., j)]`.
    fn lane(&mut self, expr: &Expr) -> Option<NodeId> {
        let Expr::MethodCall(call) = expr else {
            return None;
        };
        let (array, position) = (&call.receiver, call.args.first()?);
        let index: syn::ExprIndex = match call.method.to_string().as_str() {
            "row" => syn::parse_quote!((#array)[(#position, ..)]),
            "column" => syn::parse_quote!((#array)[(.., #position)]),
            _ => return None,
        };
        let is_matrix = self.array_type(array)?.rank == Rank::Static(2);
        is_matrix.then(|| self.index_read(&index))?
    }

    /// The type of what a known function of the library gives, or of what is in an `Option` or a `Result` that a method of the
    /// block gives.
    pub(crate) fn library_type(&mut self, expr: &Expr) -> Option<ArrayType> {
        match stripped(expr) {
            Expr::Call(call) => self
                .creation_type(call)
                .or_else(|| self.derived_type(call))
                .or_else(|| self.exchanged_type(call)),
            Expr::Try(tried) => self.held_type(&tried.expr),
            // `if c { x } else { &y }`
            Expr::If(choice) => match choice.then_branch.stmts.as_slice() {
                [syn::Stmt::Expr(value, None)] => self.array_type(value),
                _ => None,
            },
            Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
                self.held_type(&call.receiver)
            }
            Expr::MethodCall(call) if call.method == "row" || call.method == "column" => {
                let of = self.array_type(&call.receiver)?;
                (of.rank == Rank::Static(2)).then_some(ArrayType {
                    dtype: of.dtype,
                    rank: Rank::Static(1),
                    container: Container::View,
                })
            }
            Expr::MethodCall(call) if METHODS.iter().any(|method| call.method == method) => {
                let of = self.array_type(&call.receiver)?;
                (of.container != Container::Slice).then(|| ArrayType::owned(of.dtype, of.rank))
            }
            _ => None,
        }
    }

    /// That of `std::mem::replace(&mut v, new)`, which gives what `v` was.
    fn exchanged_type(&mut self, call: &ExprCall) -> Option<ArrayType> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let mut names = path.path.segments.iter().rev().map(|s| &s.ident);
        let (function, module) = (names.next()?, names.next()?);
        match call.args.first()? {
            Expr::Reference(place)
                if module == "mem" && (function == "replace" || function == "take") =>
            {
                self.array_type(&place.expr)
            }
            _ => None,
        }
    }

    fn held_type(&self, expr: &Expr) -> Option<ArrayType> {
        let Expr::MethodCall(call) = stripped(expr) else {
            return None;
        };
        let mut methods = self.methods.iter();
        let method = methods.find(|method| *method.name() == call.method)?;
        let (true, syn::ReturnType::Type(_, ty)) = (
            super::field::is_self(&call.receiver),
            &method.signature.output,
        ) else {
            return None;
        };
        let syn::Type::Path(path) = &**ty else {
            return None;
        };
        let last = path.path.segments.last()?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        let holds = last.ident == "Option" || last.ident == "Result";
        match arguments.args.first()? {
            syn::GenericArgument::Type(held) if holds => match self.types.recognise(held) {
                ValueType::Array(ty) if !matches!(held, syn::Type::Reference(_)) => Some(ty),
                _ => None,
            },
            _ => None,
        }
    }

    /// That of a function of an array.
    fn derived_type(&mut self, call: &ExprCall) -> Option<ArrayType> {
        let name = super::call::bm_function(&call.func).map(ToString::to_string);
        let known = FUNCTIONS.iter().find(|(_, names)| {
            name.as_ref()
                .is_some_and(|name| names.contains(&name.as_str()))
        });
        let gives = known.map(|row| row.0);
        if gives.is_none() {
            transformed(&call.func, &DType::F64)?;
        }
        let argument = call.args.first()?;
        // Only its type is wanted here.
        self.open_probe();
        let node = self.array(argument);
        self.close_probe();
        let (dtype, rank) = match node {
            Some(node) => {
                let node = self.graph.node(node);
                (node.dtype.clone(), node.rank)
            }
            None => {
                let ty = self.library_type(argument)?;
                (ty.dtype, ty.rank)
            }
        };
        let Rank::Static(1..) = rank else { return None };
        let Some(gives) = gives else {
            return Some(ArrayType::owned(transformed(&call.func, &dtype)?, rank));
        };
        let (dtype, rank) = match gives {
            Gives::SameFloats if !dtype.is_float() => return None,
            Gives::Same | Gives::SameFloats => (dtype, rank),
            Gives::Running => (dtype.sum(), rank),
            Gives::Positions => (DType::Usize, rank),
            Gives::List => (dtype, Rank::Static(1)),
            Gives::RunningList => (dtype.sum(), Rank::Static(1)),
        };
        Some(ArrayType::owned(dtype, rank))
    }

    /// That of `Array1::from_elem(n, x)`, whose elements are what `x` is.
    fn filled(&mut self, path: &syn::Path, call: &ExprCall) -> Option<ArrayType> {
        let mut segments = path.segments.iter().rev();
        let (function, owner) = (segments.next()?, segments.next()?);
        let rank = owner
            .ident
            .to_string()
            .strip_prefix("Array")?
            .parse()
            .ok()?;
        if function.ident != "from_elem" || !owner.arguments.is_none() {
            return None;
        }
        let dtype = self.scalar_type(call.args.get(1)?)?;
        Some(ArrayType::owned(dtype, Rank::Static(rank)))
    }

    /// The type of what a known creation function makes.
    fn creation_type(&mut self, call: &ExprCall) -> Option<ArrayType> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        if let Some(ty) = self.filled(&path.path, call) {
            return Some(ty);
        }
        if let Some(ty) = owner(&path.path, &self.types) {
            let name = path.path.segments.last()?.ident.to_string();
            return CONSTRUCTORS.contains(&name.as_str()).then_some(ty);
        }
        if let Some(name) = super::call::adjoint_function(&call.func)
            && (name == "rows" || name == "starts")
        {
            let rank = match name == "rows" {
                true => 2,
                false => match self.array_type(call.args.first()?)?.rank {
                    Rank::Static(rank) => rank + 1,
                    Rank::Dynamic => return None,
                },
            };
            let dtype = written_dtype(&call.func, &self.types)?;
            return Some(ArrayType::owned(dtype, Rank::Static(rank)));
        }
        super::call::bm_function(&call.func)?;
        let types = self.types.clone();
        created(call, &types, |shape| match dimensions_of(shape) {
            Some(array) => match self.array_type(array)?.rank {
                Rank::Static(rank) => Some(rank),
                Rank::Dynamic => None,
            },
            // Lists of lengths are left to rustc; what is not known here is a number.
            None => {
                let list = matches!(shape, Expr::MethodCall(call) if call.method == "shape" || call.method == "raw_dim");
                (!list).then_some(1)
            }
        })
    }
}

/// The elements that a Fourier transform gives of those of its argument.
pub(crate) fn transformed(function: &Expr, of: &DType) -> Option<DType> {
    let Expr::Path(path) = function else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let (last, module) = (segments.next()?, segments.next()?);
    if module.ident != "fft" {
        return None;
    }
    let complex = match of {
        DType::F32 | DType::Complex32 => DType::Complex32,
        DType::F64 | DType::Complex64 => DType::Complex64,
        _ => return None,
    };
    let name = last.ident.to_string();
    Some(match name.strip_suffix("_with").unwrap_or(&name) {
        "fft" | "fft2" | "fftn" | "ifft" | "ifft2" | "ifftn" => complex,
        "rfft" | "rfft2" | "rfftn" | "ihfft" => complex,
        "irfft" | "irfft2" | "irfftn" | "hfft" => complex.part(),
        "fftshift" | "ifftshift" | "fftshift_axes" | "ifftshift_axes" => of.clone(),
        _ => return None,
    })
}

/// The array type in `Array1::<f64>::zeros`.
fn owner(path: &syn::Path, types: &TypeScope) -> Option<ArrayType> {
    let mut owner = path.clone();
    owner.segments.pop();
    owner.segments.pop_punct();
    let name = owner.segments.last()?.ident.to_string();
    let owner = syn::Type::Path(syn::TypePath {
        attrs: Vec::new(),
        qself: None,
        path: owner,
    });
    match types.recognise(&owner) {
        ValueType::Array(ty) if ty.container != Container::Slice => Some(ArrayType {
            // An `ArcArray` owns its elements, but is no `Array`.
            container: match name.starts_with("Array") {
                true => ty.container,
                false => Container::View,
            },
            ..ty
        }),
        _ => None,
    }
}

/// What a call of `Array1::<f64>::zeros` and its kin gives.
pub(crate) fn constructed(call: &ExprCall, types: &TypeScope) -> Option<ArrayType> {
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let name = path.path.segments.last()?.ident.to_string();
    owner(&path.path, types).filter(|_| CONSTRUCTORS.contains(&name.as_str()))
}

/// How to write the type of the elements, `ELEMENT`, that `Array1::zeros(n)` leaves open.
pub(super) fn untyped(expr: &Expr) -> Option<String> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let (function, owner) = (segments.next()?, segments.next()?);
    let rank = owner.ident.to_string();
    let rank = rank.strip_prefix("Array")?;
    let known = CONSTRUCTORS.contains(&function.ident.to_string().as_str());
    (known && owner.arguments.is_none() && rank.parse::<u8>().is_ok())
        .then(|| format!("{}::<ELEMENT>::{}(…)", owner.ident, function.ident))
}

/// Functions of array types that give an array of the type.
const CONSTRUCTORS: &[&str] = &[
    "zeros",
    "ones",
    "default",
    "from_elem",
    "from_vec",
    "from_iter",
    "from",
    "from_shape_fn",
    "from_shape_simple_fn",
    "from_diag",
    "eye",
    "linspace",
    "range",
    "logspace",
];

/// The element type in `bm::zeros::<f32, _>`.
pub(super) fn written_dtype(function: &Expr, types: &TypeScope) -> Option<DType> {
    let Expr::Path(path) = function else {
        return None;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ty) => types.dtype(ty),
        _ => None,
    }
}

/// The array whose shape `x.dim()` is.
pub(crate) fn dimensions_of(shape: &Expr) -> Option<&Expr> {
    match shape {
        Expr::MethodCall(call) if call.method == "dim" => Some(&call.receiver),
        _ => None,
    }
}

/// The type of what a creation function of `bm` makes. `axes` says how many a shape has that is no written tuple.
pub(crate) fn created(
    call: &ExprCall,
    types: &TypeScope,
    axes: impl FnOnce(&Expr) -> Option<usize>,
) -> Option<ArrayType> {
    let name = super::call::bm_function(&call.func)?.to_string();
    let dtype = written_dtype(&call.func, types)?;
    let rank = match name.as_str() {
        "arange" | "linspace" => 1,
        "eye" | "identity" => 2,
        "zeros" | "ones" | "full" | "empty" => match stripped(call.args.first()?) {
            Expr::Tuple(tuple) => tuple.elems.len(),
            Expr::Array(list) => list.elems.len(),
            shape => axes(shape)?,
        },
        _ => return None,
    };
    Some(ArrayType::owned(dtype, Rank::Static(rank)))
}

/// The expression without parentheses and references.
pub(super) fn stripped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(e) => stripped(&e.expr),
        Expr::Group(e) => stripped(&e.expr),
        Expr::Reference(e) if e.mutability.is_none() => stripped(&e.expr),
        other => other,
    }
}
