//! Indexing: positions, ranges, tuples, `s![..]`, index lists, masks.

use super::Lowering;
use crate::check::catalogue::Code;
use crate::ir::graph::{AxisIndex, Bound, Call, NodeId, NodeKind, View};
use crate::ir::types::{DType, Rank};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprIndex, ExprUnary, RangeLimits, Token, Type, UnOp, parse_quote};

/// What an index expression means on an array.
#[derive(Clone)]
pub(crate) enum Index {
    /// All elements: `[..]`.
    Whole,
    /// One element: one position an axis.
    Element(Vec<Expr>),
    View(Vec<AxisIndex>, usize),
    List(NodeId),
    Mask(NodeId),
}

/// One argument of `s![…]`: an expression with an optional step.
struct SliceArgument {
    range: Expr,
    step: Option<Expr>,
}

impl Parse for SliceArgument {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let range = input.parse()?;
        let step = input
            .parse::<Option<Token![;]>>()?
            .map(|_| input.parse())
            .transpose()?;
        Ok(SliceArgument { range, step })
    }
}

struct SliceArguments(Punctuated<SliceArgument, Token![,]>);

impl Parse for SliceArguments {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        Punctuated::parse_terminated(input).map(SliceArguments)
    }
}

impl Lowering<'_> {
    /// `x[index]` where it gives an array; an element is host code.
    pub(crate) fn index_read(&mut self, expr: &ExprIndex) -> Option<NodeId> {
        let base = self.operand(&expr.expr)?;
        if self.graph.node(base).is_scalar() {
            return None;
        }
        let (dtype, span) = (self.graph.node(base).dtype.clone(), expr.span());
        match self.index(base, &expr.index)? {
            Index::Whole => Some(base),
            Index::Element(_) => None,
            Index::View(axes, rank) => {
                let kind = NodeKind::View {
                    arg: base,
                    view: View::Index(axes),
                };
                Some(self.graph.add(kind, dtype, Rank::Static(rank), span))
            }
            Index::List(list) => {
                let rank = self.static_rank(base, "an index list", expr)?;
                let kind = NodeKind::Call {
                    call: Call::Take,
                    args: vec![base, list],
                };
                Some(self.graph.add(kind, dtype, Rank::Static(rank), span))
            }
            Index::Mask(mask) => {
                let kind = NodeKind::Call {
                    call: Call::Select,
                    args: vec![base, mask],
                };
                Some(self.graph.add(kind, dtype, Rank::Static(1), span))
            }
        }
    }

    /// Classifies `index` on an array node.
    pub(crate) fn index(&mut self, base: NodeId, index: &Expr) -> Option<Index> {
        match index {
            Expr::Paren(e) => return self.index(base, &e.expr),
            Expr::Group(e) => return self.index(base, &e.expr),
            Expr::Range(range) if range.start.is_none() && range.end.is_none() => {
                return Some(Index::Whole);
            }
            _ => {}
        }
        if let Some(list) = self.index_list(base, index) {
            return list;
        }
        let parts = self.parts(index)?;
        let rank = self.static_rank(base, "indexing", index)?;
        let consumed = parts.iter().filter(|(part, _)| !is_new_axis(part)).count();
        if consumed > rank {
            self.errors.report(
                Code::RankMismatch,
                index,
                format!("{consumed} indices on an array of rank {rank}"),
                "give at most one index an axis",
            );
            return None;
        }
        if parts.iter().any(|(part, _)| self.refuse_float(part)) {
            return None;
        }
        let among = parts.len() > 1;
        if among && parts.iter().any(|(part, _)| self.refuse_list(part)) {
            return None;
        }
        if consumed == rank
            && parts
                .iter()
                .all(|(part, step)| step.is_none() && is_position(part))
        {
            for (part, _) in &parts {
                self.refuse_position(part);
            }
            return Some(Index::Element(
                parts.into_iter().map(|(part, _)| part).collect(),
            ));
        }
        let mut axes = Vec::new();
        let mut result = rank - consumed;
        for (part, step) in &parts {
            let axis = self.axis_index(part, step.as_ref());
            result += usize::from(!matches!(axis, AxisIndex::At(_)));
            axes.push(axis);
        }
        Some(Index::View(axes, result))
    }

    /// `m[i][j]` on an array of rank 2 or more as `m[(i, j)]`: what is written to `m[i]` is written to `m`.
    pub(crate) fn joined(&mut self, expr: &ExprIndex) -> Option<ExprIndex> {
        let Expr::Index(inner) = &*expr.expr else {
            return None;
        };
        let inner = self.joined(inner).unwrap_or_else(|| inner.clone());
        let rank = match self.array_type(&inner.expr)?.rank {
            Rank::Static(rank) => rank,
            Rank::Dynamic => return None,
        };
        let parts = positions(&inner.index)?;
        if parts.iter().any(|part| {
            self.operand(part)
                .is_some_and(|node| !self.graph.node(node).is_scalar())
        }) {
            return None;
        }
        join(&inner.expr, parts, &expr.index, rank)
    }

    /// What stands between the commas of an index, each with its step.
    fn parts(&mut self, index: &Expr) -> Option<Vec<(Expr, Option<Expr>)>> {
        let elements = match index {
            Expr::Tuple(tuple) => tuple.elems.iter().collect(),
            other => vec![other],
        };
        let mut parts = Vec::new();
        for element in elements {
            match element {
                Expr::Macro(call) if is_slices(&call.mac) => {
                    match call.mac.parse_body::<SliceArguments>() {
                        Ok(list) => parts.extend(list.0.into_iter().map(|a| (a.range, a.step))),
                        Err(error) => {
                            self.errors.syntax(error);
                            return None;
                        }
                    }
                }
                other => parts.push((
                    self.named_range(other).unwrap_or_else(|| other.clone()),
                    None,
                )),
            }
        }
        Some(parts)
    }

    /// A range that has a name, by its ends: `r.start..r.end`.
    fn named_range(&mut self, expr: &Expr) -> Option<Expr> {
        let range = match expr {
            Expr::Range(_) => return None,
            Expr::MethodCall(call) if call.method == "clone" => &*call.receiver,
            other => other,
        };
        let Type::Path(ty) = self.written_type(range)? else {
            return None;
        };
        Some(match ty.path.segments.last()?.ident.to_string().as_str() {
            "Range" => parse_quote!(#range.start..#range.end),
            "RangeFrom" => parse_quote!(#range.start..),
            "RangeTo" => parse_quote!(..#range.end),
            "RangeInclusive" => parse_quote!(*#range.start()..=*#range.end()),
            _ => return None,
        })
    }

    /// An index list or a mask: `[1, 3]`, `&[1, 3]`, an integer or bool array. The outer `None` says
    /// that it is neither, the inner one that it was refused.
    fn index_list(&mut self, base: NodeId, index: &Expr) -> Option<Option<Index>> {
        let bare = matches!(index, Expr::Array(_));
        let inner = match index {
            Expr::Reference(r) => &*r.expr,
            other => other,
        };
        if let Some(mut literal) = written_list(inner) {
            if bare && self.graph.node(base).rank != Rank::Static(1) {
                self.errors.report(
                    Code::AmbiguousIndex,
                    index,
                    "`[[i, j]]` on an array of rank 2 or more could mean one element or two rows",
                    "write `[(i, j)]` for the element, `[&[i, j]]` for the rows i and j",
                );
                return Some(None);
            }
            for element in &mut literal.elems {
                *element = syn::parse_quote!((#element) as isize);
            }
            let length = literal.elems.len();
            let code: Expr =
                syn::parse_quote!(::brain_jit::__private::index_list::<#length>(#literal));
            let place = self.host_array(
                &code,
                crate::ir::types::ArrayType::owned(DType::Isize, Rank::Static(1)),
            );
            return Some(Some(Index::List(place)));
        }
        let node = self.operand(inner)?;
        let found = self.graph.node(node);
        if found.is_scalar() {
            return None;
        }
        let (rank, of) = (found.rank, self.graph.node(base).rank);
        Some(if found.dtype == DType::Bool {
            if let (Rank::Static(rank), Rank::Static(of)) = (rank, of)
                && rank != of
            {
                self.errors.report(
                    Code::RankMismatch,
                    index,
                    format!("a mask of rank {rank} on an array of rank {of}"),
                    "give a mask with the shape of the array, or choose with `bm::where_`, which broadcasts",
                );
                return Some(None);
            }
            Some(Index::Mask(node))
        } else if found.dtype.is_integer() {
            Some(Index::List(node))
        } else {
            let dtype = found.dtype.clone();
            self.errors.report(
                Code::UnsupportedIndex,
                index,
                format!("an array of `{dtype}` is no index"),
                "index with an integer array or a bool array (a mask)",
            );
            None
        })
    }

    /// Reports a list of positions, or a mask, among other indices.
    fn refuse_list(&mut self, part: &Expr) -> bool {
        let bare = match part {
            Expr::Reference(reference) => &reference.expr,
            other => other,
        };
        let mut known = || {
            let node = self.operand(part)?;
            Some(!self.graph.node(node).is_scalar())
        };
        let list = written_list(bare).is_some()
            || matches!(bare, Expr::Array(_))
            || matches!(bare, Expr::Path(_) | Expr::Field(_)) && known() == Some(true);
        if list {
            let text = super::source_text(part);
            self.errors.report(
                Code::UnsupportedIndex,
                part,
                format!("`{text}` is several positions, and stands among other indices"),
                format!("index the other axes first, `m[(.., 2)][{text}]`; to write, loop over the positions: `for &i in &places {{ m[(i, 2)] = …; }}`"),
            );
        }
        list
    }

    /// Reports a position or a bound that is a float.
    fn refuse_float(&mut self, part: &Expr) -> bool {
        let bounds: Vec<&Expr> = match part {
            Expr::Range(range) => range
                .start
                .iter()
                .chain(&range.end)
                .map(|bound| &**bound)
                .collect(),
            other => vec![other],
        };
        for bound in bounds {
            let written =
                super::operand::literal(bound).is_some_and(|text| text.contains(['.', 'e']));
            if written
                || self
                    .scalar_type(bound)
                    .is_some_and(|dtype| dtype.is_float())
            {
                let text = super::source_text(bound);
                self.errors.report(
                    Code::UnsupportedIndex,
                    bound,
                    format!("the float `{text}` is no index"),
                    "index with an integer; a float is cast with `as usize`",
                );
                return true;
            }
        }
        false
    }

    fn axis_index(&mut self, part: &Expr, step: Option<&Expr>) -> AxisIndex {
        if is_new_axis(part) {
            return AxisIndex::NewAxis;
        }
        let step = step.map(|s| self.bound(s));
        match part {
            Expr::Paren(e) => self.axis_index(&e.expr, None),
            Expr::Range(range) => {
                let inclusive = matches!(range.limits, RangeLimits::Closed(_));
                let start = range.start.as_ref().map(|e| self.bound(e));
                let end = range.end.as_ref().map(|e| {
                    if inclusive {
                        let open: Expr = syn::parse_quote!((#e) + 1);
                        self.bound(&open)
                    } else {
                        self.bound(e)
                    }
                });
                AxisIndex::Range { start, end, step }
            }
            other => AxisIndex::At(self.bound(other)),
        }
    }

    fn bound(&mut self, expr: &Expr) -> Bound {
        match super::operand::literal(expr).and_then(|text| text.parse().ok()) {
            Some(number) => Bound::Literal(number),
            // Counted from the end, whatever integer it is.
            None if let Expr::Unary(ExprUnary {
                op: UnOp::Neg(_),
                expr: back,
                ..
            }) = expr =>
            {
                Bound::Host(self.host_scalar(&parse_quote!(-((#back) as isize))))
            }
            None => Bound::Host(self.host_scalar(expr)),
        }
    }
}

/// `s![…]`
fn is_slices(call: &syn::Macro) -> bool {
    let name = call.path.segments.last();
    name.is_some_and(|name| name.ident == "s")
}

fn is_new_axis(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "NEWAXIS" || s.ident == "NewAxis"))
}

/// `array[(positions, index)]`, if it has so many axes.
pub(crate) fn join(
    array: &Expr,
    mut positions: Vec<Expr>,
    index: &Expr,
    rank: usize,
) -> Option<ExprIndex> {
    match index {
        Expr::Tuple(tuple) => positions.extend(tuple.elems.iter().cloned()),
        Expr::Array(_) | Expr::Reference(_) => return None,
        other => positions.push(other.clone()),
    }
    (positions.len() <= rank).then(|| parse_quote!(#array[(#(#positions),*)]))
}

/// The positions of an index that has nothing else.
pub(crate) fn positions(index: &Expr) -> Option<Vec<Expr>> {
    let parts = match index {
        Expr::Tuple(tuple) => tuple.elems.iter().cloned().collect(),
        Expr::Array(_) | Expr::Reference(_) | Expr::Macro(_) => return None,
        other => vec![other.clone()],
    };
    parts.iter().all(is_position).then_some(parts)
}

/// Not a range and not a new axis: one position.
fn is_position(expr: &Expr) -> bool {
    match expr {
        Expr::Range(_) => false,
        Expr::Paren(e) => is_position(&e.expr),
        other => !is_new_axis(other),
    }
}

/// The positions in `[1, 3]`, `vec![1, 3]` or `array![1, 3]`.
fn written_list(index: &Expr) -> Option<syn::ExprArray> {
    let positions = match index {
        Expr::Array(list) => return Some(list.clone()),
        Expr::Macro(call)
            if ["vec", "array"]
                .iter()
                .any(|name| call.mac.path.is_ident(name)) =>
        {
            let parse = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            call.mac.parse_body_with(parse).ok()?
        }
        _ => return None,
    };
    // A mask, or rows of positions.
    let position = |e: &Expr| {
        !matches!(e, Expr::Array(_))
            && !matches!(e, Expr::Lit(l) if matches!(l.lit, syn::Lit::Bool(_)))
    };
    let all = !positions.is_empty() && positions.iter().all(position);
    all.then(|| syn::parse_quote!([#positions]))
}
