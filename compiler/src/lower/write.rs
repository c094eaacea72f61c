//! In-place writes: assignments, augmented ones, `fill`, `assign` and `bm::add_at`.

use super::Lowering;
use super::index::Index;
use super::scope::Local;
use crate::check::catalogue::Code;
use crate::ir::graph::{NodeId, NodeKind, PlaceId, View};
use crate::ir::operation::Operation;
use crate::ir::region::{Scatter, StatementKind};
use crate::ir::types::{ArrayType, DType, Rank};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Token, UnOp};

impl Lowering<'_> {
    /// `place = right`, `place[index] = right`, `place op= right`. `None` leaves it to host code.
    pub(super) fn assign(
        &mut self,
        left: &Expr,
        operation: Option<Operation>,
        right: &Expr,
        source: &str,
        whole: &Expr,
    ) -> Option<()> {
        let joined;
        let (base, index) = match strip(left) {
            Expr::Index(e) => match self.place(left) {
                // `self.cells[i].v` is a place of its own.
                Some(_) => (left, None),
                None => {
                    joined = self.joined(e);
                    let e = joined.as_ref().unwrap_or(e);
                    (&*e.expr, Some(&*e.index))
                }
            },
            other => (other, None),
        };
        if index.is_some() || operation.is_some() {
            self.refuse_immutable(base, left);
        }
        let Some(place) = self.place(base) else {
            self.refuse_unseen(base, index, right);
            return None;
        };
        if !self.graph.place(place).writable {
            return None;
        }
        let span = whole.span();
        let present = self.graph.read(place, span);
        let index = match index {
            Some(index) => self.index(present, index)?,
            None => {
                operation?;
                Index::Whole
            }
        };
        if matches!(index, Index::Element(_)) {
            return None;
        }
        let dtype = self.graph.place(place).ty.dtype.clone();
        let around = self.expected.replace(dtype.clone());
        let lowered = self.array(right);
        self.expected = around;
        let value = match lowered {
            Some(node) => node,
            None if array_macro(right, &dtype).is_some() => {
                let (list, rank) = array_macro(right, &dtype)?;
                self.host_array(&list, ArrayType::owned(dtype.clone(), Rank::Static(rank)))
            }
            None if operation.is_none()
                && matches!(index, Index::Whole | Index::View(..))
                && self.is_host_array(right)
                && !self.refuse_option(right, &dtype) =>
            {
                return self.assign_host(place, index, right, source);
            }
            None => self.scalar_operand(right, &dtype),
        };
        let value = if dtype.is_complex() && self.graph.node(value).dtype == dtype.part() {
            self.cast(value, dtype.clone(), span)
        } else {
            value
        };
        self.check_types(place, &index, value, right);
        match index {
            Index::Whole => {
                let node = match operation {
                    Some(operation) => self.elementwise(operation, vec![present, value], span),
                    None => value,
                };
                self.write(place, None, node, source);
            }
            Index::View(axes, rank) => {
                let view = View::Index(axes);
                let node = match operation {
                    Some(operation) => {
                        let kind = NodeKind::View {
                            arg: present,
                            view: view.clone(),
                        };
                        let old = self.graph.add(kind, dtype, Rank::Static(rank), span);
                        self.elementwise(operation, vec![old, value], span)
                    }
                    None => value,
                };
                self.write(place, Some(view), node, source);
            }
            Index::Mask(mask) if self.graph.node(value).is_scalar() => {
                let node = match operation {
                    Some(operation) => self.elementwise(operation, vec![present, value], span),
                    None => value,
                };
                let node = self.elementwise(Operation::Where, vec![mask, node, present], span);
                self.write_masked(place, node, mask, source);
            }
            Index::Mask(mask) => {
                let (value, kind) = match operation {
                    Some(operation) => {
                        let kind = NodeKind::Call {
                            call: crate::ir::graph::Call::Select,
                            args: vec![present, mask],
                        };
                        let old = self.graph.add(kind, dtype, Rank::Static(1), span);
                        (
                            self.elementwise(operation, vec![old, value], span),
                            Scatter::Mask,
                        )
                    }
                    None => (value, Scatter::Mask),
                };
                self.scatter(place, kind, mask, value, source);
            }
            Index::List(list) => {
                let kind = match operation {
                    Some(operation) => Scatter::Update(operation),
                    None => Scatter::Put,
                };
                self.scatter(place, kind, list, value, source);
            }
            Index::Element(_) => return None,
        }
        Some(())
    }

    /// A write to a parameter or local array that is neither `mut` nor behind `&mut`.
    fn refuse_immutable(&mut self, base: &Expr, left: &Expr) {
        let Expr::Path(path) = strip(base) else {
            return;
        };
        let Some(name) = path.path.get_ident() else {
            return;
        };
        let shared = format!(
            "take it as `{name}: &mut …`, or write to a copy: `let mut {name} = {name}.clone();`"
        );
        let owned = format!("bind it as `mut {name}`");
        let help = match self.scopes.get(&name.to_string()) {
            Some(Local::Place(place)) if !self.graph.place(*place).writable => {
                match self.graph.place(*place).donated {
                    true => owned,
                    false => shared,
                }
            }
            Some(Local::Node(node)) if !self.graph.node(*node).is_scalar() => owned,
            _ => return,
        };
        self.errors.report(
            Code::NotMutable,
            left,
            format!("`{name}` is written, but it is not mutable"),
            help,
        );
    }

    fn check_types(&mut self, place: PlaceId, index: &Index, value: NodeId, right: &Expr) {
        let target = self.graph.place(place).clone();
        let found = self.graph.node(value);
        let (dtype, rank) = (found.dtype.clone(), found.rank);
        if self.refused.contains(&value) {
            return;
        }
        if dtype != target.ty.dtype {
            self.refused.insert(value);
            self.errors.report(
                Code::DTypeMismatch,
                right,
                format!(
                    "`{}` holds `{}`, and this is `{dtype}`",
                    target.name, target.ty.dtype
                ),
                if dtype.is_complex() {
                    "take a part of it: `bm::real(..)`, `bm::imag(..)` or `bm::abs(..)`".to_string()
                } else {
                    format!("cast it: `(… as {})`", target.ty.dtype)
                },
            );
        }
        let wanted = match index {
            Index::View(_, rank) => Rank::Static(*rank),
            Index::Whole => target.ty.rank,
            _ => return,
        };
        if let (Rank::Static(rank), Rank::Static(wanted)) = (rank, wanted)
            && rank > wanted
        {
            self.errors.report(
                Code::RankMismatch,
                right,
                format!("a value of rank {rank} does not fit into a target of rank {wanted}"),
                "reduce an axis of the value (`bm::sum_axis`), or index it",
            );
        }
    }

    /// A host call that may give an array: what it gives decides how it is assigned.
    fn is_host_array(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(e) => return self.is_host_array(&e.expr),
            Expr::Reference(e) => return self.is_host_array(&e.expr),
            Expr::Unary(e) => return self.is_host_array(&e.expr),
            Expr::Binary(e) => {
                return self.scalar_type(expr).is_none()
                    && (self.is_host_array(&e.left) || self.is_host_array(&e.right));
            }
            _ => {}
        }
        matches!(expr, Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_))
            && self.scalar_type(expr).is_none()
            && !self.is_weak(expr)
            || matches!(expr, Expr::If(_) | Expr::Match(_) | Expr::Block(_))
            || matches!(expr, Expr::Path(p) if p.path.get_ident().is_some_and(|name| matches!(
                self.scopes.get(&name.to_string()), None | Some(Local::Other | Local::Written { .. })
            )))
    }

    fn assign_host(
        &mut self,
        place: PlaceId,
        index: Index,
        right: &Expr,
        source: &str,
    ) -> Option<()> {
        let axes = match index {
            Index::Whole => None,
            Index::View(axes, _) => Some(axes),
            _ => return None,
        };
        let code = self.host_expr(right);
        let name = self.fresh("value");
        let value = &code.tokens;
        let mut binding = code.clone();
        binding.tokens = quote!(let #name = #value;);
        binding.effects.writes.insert(name.to_string());
        self.push_host(binding, source.to_string());
        let version = self.written(place);
        self.push(
            StatementKind::AssignHost {
                place,
                view: axes.map(View::Index),
                value: name,
                version,
            },
            source.to_string(),
        );
        Some(())
    }

    /// Notes a write and gives the place's new version.
    fn written(&mut self, place: PlaceId) -> usize {
        let root = self.graph.place(place).root().to_string();
        if let Some(field) = root.strip_prefix("self.") {
            self.mark_written(field);
        }
        for k in 0..self.graph.places.len() {
            if self.graph.overlap(place, PlaceId(k)) {
                let other = &mut self.graph.places[k];
                other.version += 1;
                other.writes += 1;
            }
        }
        self.graph.place(place).version
    }

    pub(crate) fn write(&mut self, place: PlaceId, view: Option<View>, node: NodeId, source: &str) {
        let version = self.written(place);
        let kind = StatementKind::Write {
            place,
            view,
            node,
            mask: None,
            version,
        };
        self.push(kind, source.to_string());
    }

    fn write_masked(&mut self, place: PlaceId, node: NodeId, mask: NodeId, source: &str) {
        let version = self.written(place);
        let kind = StatementKind::Write {
            place,
            view: None,
            node,
            mask: Some(mask),
            version,
        };
        self.push(kind, source.to_string());
    }

    fn scatter(
        &mut self,
        place: PlaceId,
        kind: Scatter,
        index: NodeId,
        value: NodeId,
        source: &str,
    ) {
        let version = self.written(place);
        let kind = StatementKind::Scatter {
            place,
            kind,
            index,
            value,
            version,
        };
        self.push(kind, source.to_string());
    }

    /// `v.fill(x)` and `v.assign(&x)`.
    pub(super) fn method_write(&mut self, call: &ExprMethodCall, source: &str) -> Option<()> {
        let place = self.place(&call.receiver)?;
        if !self.graph.place(place).writable {
            return None;
        }
        let dtype = self.graph.place(place).ty.dtype.clone();
        let value = match (call.method.to_string().as_str(), call.args.first()) {
            ("fill", Some(value)) => self.scalar_operand(value, &dtype),
            ("assign", Some(value)) => self.array(value)?,
            _ => return None,
        };
        self.write(place, None, value, source);
        Some(())
    }

    /// `bm::add_at(&mut v, idx, w)`.
    pub(super) fn function_write(&mut self, call: &syn::ExprCall, source: &str) -> Option<()> {
        if let (Some("put"), [target, value]) = (
            super::call::adjoint_function(&call.func).as_deref(),
            call.args.iter().collect::<Vec<_>>().as_slice(),
        ) {
            let place = self.place(target)?;
            let dtype = self.graph.place(place).ty.dtype.clone();
            let value = self.scalar_operand(value, &dtype);
            self.graph.places[place.0].summed = true;
            self.write(place, None, value, source);
            return Some(());
        }
        if let (Some("add"), [target, value]) = (
            super::call::adjoint_function(&call.func).as_deref(),
            call.args.iter().collect::<Vec<_>>().as_slice(),
        ) {
            let place = self.place(target)?;
            let present = self.graph.read(place, call.span());
            let dtype = self.graph.place(place).ty.dtype.clone();
            let value = self.scalar_operand(value, &dtype);
            self.graph.places[place.0].summed = true;
            let sum = self.elementwise(Operation::Add, vec![present, value], call.span());
            self.write(place, None, sum, source);
            return Some(());
        }
        let name = super::call::bm_function(&call.func)?;
        if name != "add_at" || call.args.len() != 3 {
            return None;
        }
        let place = self.place(&call.args[0])?;
        let dtype = self.graph.place(place).ty.dtype.clone();
        let present = self.graph.read(place, call.span());
        let Index::List(index) = self.index(present, &call.args[1])? else {
            return None;
        };
        let value = self.scalar_operand(&call.args[2], &dtype);
        self.scatter(place, Scatter::AddAt, index, value, source);
        Some(())
    }
}

/// `array![1, 2]` with its numbers in the type of the target, and its rank.
pub(super) fn array_macro(expr: &Expr, dtype: &DType) -> Option<(Expr, usize)> {
    fn type_numbers(list: &mut Punctuated<Expr, Token![,]>, dtype: &DType) -> usize {
        let ranks = list.iter_mut().map(|element| match element {
            Expr::Array(row) => type_numbers(&mut row.elems, dtype) + 1,
            number => {
                super::literals::typed(number, dtype);
                1
            }
        });
        ranks.max().unwrap_or(1)
    }
    let expr = match expr {
        Expr::Reference(reference) => &*reference.expr,
        other => other,
    };
    let Expr::Macro(call) = expr else { return None };
    if call.mac.path.segments.last()?.ident != "array" {
        return None;
    }
    let mut call = call.clone();
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut list = call.mac.parse_body_with(parse).ok()?;
    let rank = type_numbers(&mut list, dtype);
    call.mac.tokens = quote!(#list);
    Some((Expr::Macro(call), rank))
}

fn strip(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(e) => strip(&e.expr),
        Expr::Group(e) => strip(&e.expr),
        Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => strip(&e.expr),
        other => other,
    }
}
