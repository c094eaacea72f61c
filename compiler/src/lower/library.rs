//! Functions of the library that are not compiled: what they give, so that array code can go on with it.

use super::Lowering;
use crate::ir::graph::NodeId;
use crate::ir::types::{ArrayType, Container, DType, Rank, ValueType};
use syn::{Expr, ExprCall};

/// What a function gives, by its first argument.
#[derive(Clone, Copy)]
enum Gives {
    /// An array of the same type and rank.
    Same,
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

impl Lowering<'_> {
    /// [`array`](Self::array), or what a function of the library gives: computed before the expression that it stands in.
    pub(crate) fn operand(&mut self, expr: &Expr) -> Option<NodeId> {
        if let Some(node) = self.array(expr) {
            return Some(node);
        }
        let ty = self.library_type(expr)?;
        Some(self.host_array(stripped(expr), ty))
    }

    /// The type of what a known function of the library gives.
    pub(crate) fn library_type(&mut self, expr: &Expr) -> Option<ArrayType> {
        let Expr::Call(call) = stripped(expr) else {
            return None;
        };
        self.creation_type(call).or_else(|| self.derived_type(call))
    }

    /// That of a function of an array.
    fn derived_type(&mut self, call: &ExprCall) -> Option<ArrayType> {
        let name = super::call::bm_function(&call.func)?.to_string();
        let known = FUNCTIONS
            .iter()
            .find(|(_, names)| names.contains(&name.as_str()));
        let gives = known?.0;
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
        let running = |dtype: DType| match dtype {
            DType::Bool | DType::I8 | DType::I16 | DType::I32 => DType::I64,
            DType::U8 | DType::U16 | DType::U32 => DType::U64,
            other => other,
        };
        let (dtype, rank) = match gives {
            Gives::Same => (dtype, rank),
            Gives::Running => (running(dtype), rank),
            Gives::Positions => (DType::Usize, rank),
            Gives::List => (dtype, Rank::Static(1)),
            Gives::RunningList => (running(dtype), Rank::Static(1)),
        };
        Some(ArrayType::owned(dtype, rank))
    }

    /// The type of what a known creation function makes.
    fn creation_type(&self, call: &ExprCall) -> Option<ArrayType> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let mut owner = path.path.clone();
        owner.segments.pop();
        owner.segments.pop_punct();
        if !owner.segments.is_empty()
            && let ValueType::Array(ty) = self.types.recognise(&syn::Type::Path(syn::TypePath {
                attrs: Vec::new(),
                qself: None,
                path: owner,
            }))
        {
            return Some(ArrayType {
                container: Container::Owned,
                ..ty
            });
        }
        let segments = path.path.segments.iter().map(|s| s.ident.to_string());
        let rows = segments.eq(["brain_jit", "adjoint", "rows"]);
        if !rows {
            super::call::bm_function(&call.func)?;
        }
        let last = path.path.segments.last()?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        let Some(syn::GenericArgument::Type(ty)) = arguments.args.first() else {
            return None;
        };
        let dtype = self.types.dtype(ty)?;
        let rank = match last.ident.to_string().as_str() {
            "arange" | "linspace" => 1,
            "eye" | "identity" => 2,
            "rows" if rows => 2,
            "zeros" | "ones" | "full" | "empty" => match call.args.first()? {
                Expr::Tuple(tuple) => tuple.elems.len(),
                Expr::Array(list) => list.elems.len(),
                _ => 1,
            },
            _ => return None,
        };
        Some(ArrayType::owned(dtype, Rank::Static(rank)))
    }
}

/// The expression without parentheses and references.
fn stripped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(e) => stripped(&e.expr),
        Expr::Group(e) => stripped(&e.expr),
        Expr::Reference(e) if e.mutability.is_none() => stripped(&e.expr),
        other => other,
    }
}
