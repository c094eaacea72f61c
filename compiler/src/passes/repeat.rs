//! Finds loops whose passes are one kernel each, which one launch can do.
//!
//! A block of elements then goes through all passes before the next block begins: shapes are looked at once, what a pass writes is
//! still in the first cache when the next one reads it, and threads share elements over the whole loop.

use super::step::{Block, Buffer, Launch, Step};
use crate::ir::graph::{AxisIndex, Bound, Graph, View};
use crate::ir::kernel::Access;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::{BinOp, Expr, Lit, Pat, Stmt};

/// A `for` over positions with one kernel in it.
pub struct Repeat<'a> {
    /// The position.
    pub name: Ident,
    pub range: Expr,
    /// Numbers that are the same in all passes, and checks of masks.
    pub before: Vec<&'a Step>,
    pub launch: &'a Launch,
}

impl<'a> Repeat<'a> {
    /// `tokens` with `holes`, if it is such a loop.
    pub fn of(
        tokens: &TokenStream,
        holes: &'a [(Ident, Block)],
        graph: &Graph,
    ) -> Option<Repeat<'a>> {
        let [(hole, block)] = holes else {
            return None;
        };
        let (name, range) = header(tokens, hole)?;
        if block.tail.is_some() {
            return None;
        }
        let mut before = Vec::new();
        let mut launch = None;
        for step in &block.steps {
            match step {
                Step::At(_) | Step::Source(_) => {}
                Step::Let {
                    mutable: false,
                    value,
                    ..
                } if launch.is_none() && same(value, &name) => before.push(step),
                Step::CheckMask { mask, .. } if launch.is_none() && !mentions(mask, &name) => {
                    before.push(step)
                }
                Step::Kernel(kernel) if launch.is_none() => launch = Some(&**kernel),
                _ => return None,
            }
        }
        let found = Repeat {
            before,
            launch: launch?,
            range,
            name,
        };
        found.is_sound(graph).then_some(found)
    }

    /// Whether passes may run element by element.
    fn is_sound(&self, graph: &Graph) -> bool {
        let operands = &self.launch.kernel.operands;
        let fixed = self.before.iter().all(|step| match step {
            Step::CheckMask { target, .. } => self.moves(target, graph) == Some(None),
            _ => true,
        });
        fixed
            && operands.iter().all(|operand| {
                // What a launch makes has no buffer.
                let Some(buffer) = self.launch.buffers.get(operand.buffer) else {
                    return false;
                };
                match operand.access {
                    Access::Read => self.moves(buffer, graph).is_some(),
                    // What an element writes, no other element and no later pass reads elsewhere.
                    Access::ReadWrite | Access::Write => {
                        let mut others = self.launch.buffers.iter();
                        let apart =
                            |other: &Buffer| other == buffer || !overlap(buffer, other, graph);
                        self.moves(buffer, graph).is_some() && others.all(apart)
                    }
                    _ => false,
                }
            })
            && self
                .launch
                .values
                .iter()
                .all(|value| same(value, &self.name))
    }

    /// Which axis of a buffer the position walks along, if any; `None` if it is used in another way.
    pub fn moves(&self, buffer: &Buffer, graph: &Graph) -> Option<Option<usize>> {
        let views = match buffer {
            Buffer::Place { place, views } => {
                let array = syn::parse2::<Expr>(graph.place(*place).tokens.clone());
                if !array.is_ok_and(|array| same_array(&array, &self.name)) {
                    return None;
                }
                views
            }
            Buffer::Local { views, .. } => views,
            Buffer::Draw { .. } => return None,
        };
        let mut found = None;
        for (number, view) in views.iter().enumerate() {
            let View::Index(axes) = view else { continue };
            for (at, axis) in axes.iter().enumerate() {
                match axis {
                    AxisIndex::At(Bound::Host(host)) => {
                        let tokens = &graph.hosts[*host].tokens;
                        if mentions(tokens, &self.name) {
                            // Of one view alone, so that the rest of it is a view, too.
                            let alone = views.len() == 1 && number == 0 && found.is_none();
                            if !alone || !self.is_even(tokens) {
                                return None;
                            }
                            found = Some(at);
                        } else if !same(tokens, &self.name) {
                            return None;
                        }
                    }
                    AxisIndex::Range { .. } => {
                        let hosts = View::Index(vec![axis.clone()]).hosts();
                        if !hosts.iter().all(|&host| {
                            let tokens = &graph.hosts[host].tokens;
                            same(tokens, &self.name) && !mentions(tokens, &self.name)
                        }) {
                            return None;
                        }
                    }
                    _ => {}
                }
            }
        }
        Some(found)
    }

    /// Whether an index steps evenly with the position and is nowhere counted from the end: `t`, `t + 2`, and `t - 1` from 1 on.
    fn is_even(&self, tokens: &TokenStream) -> bool {
        fn shift(expr: &Expr, name: &Ident) -> Option<i64> {
            match expr {
                Expr::Paren(inner) => shift(&inner.expr, name),
                Expr::Group(inner) => shift(&inner.expr, name),
                Expr::Cast(inner) => shift(&inner.expr, name),
                Expr::Path(path) => (path.path.get_ident()? == name).then_some(0),
                Expr::Binary(both) => match both.op {
                    BinOp::Add(_) => Some(shift(&both.left, name)? + number(&both.right)?),
                    BinOp::Sub(_) => Some(shift(&both.left, name)? - number(&both.right)?),
                    _ => None,
                },
                _ => None,
            }
        }
        let Ok(expr) = syn::parse2::<Expr>(tokens.clone()) else {
            return false;
        };
        let least = least(&self.range);
        matches!((shift(&expr, &self.name), least), (Some(shift), Some(least)) if least + shift >= 0)
    }
}

/// The position and the positions of `for t in 0..n { hole }`.
fn header(tokens: &TokenStream, hole: &Ident) -> Option<(Ident, Expr)> {
    let Ok(Stmt::Expr(Expr::ForLoop(walk), _)) = syn::parse2::<Stmt>(tokens.clone()) else {
        return None;
    };
    let [Stmt::Expr(Expr::Path(body), _)] = walk.body.stmts.as_slice() else {
        return None;
    };
    let name = match &*walk.pat {
        Pat::Ident(name) if name.by_ref.is_none() && name.mutability.is_none() => {
            name.ident.clone()
        }
        Pat::Wild(_) => Ident::new("__pass", Span::mixed_site()),
        _ => return None,
    };
    let whole = body.path.get_ident() == Some(hole) && least(&walk.expr).is_some();
    (whole && walk.label.is_none()).then(|| (name, (*walk.expr).clone()))
}

/// The least position of a range that begins with a written number, in any order.
fn least(range: &Expr) -> Option<i64> {
    match range {
        Expr::Paren(inner) => least(&inner.expr),
        Expr::Group(inner) => least(&inner.expr),
        Expr::Range(range) => range.end.as_ref().and(number(range.start.as_ref()?)),
        Expr::MethodCall(call) if call.method == "rev" => least(&call.receiver),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Paren(inner) => number(&inner.expr),
        Expr::Group(inner) => number(&inner.expr),
        _ => None,
    }
}

/// Whether two buffers lie, perhaps in part, in the same array.
fn overlap(one: &Buffer, other: &Buffer, graph: &Graph) -> bool {
    match (one, other) {
        (Buffer::Place { place: a, .. }, Buffer::Place { place: b, .. }) => graph.overlap(*a, *b),
        (Buffer::Local { name: a, .. }, Buffer::Local { name: b, .. }) => a == b,
        (Buffer::Place { place, .. }, Buffer::Local { name, .. })
        | (Buffer::Local { name, .. }, Buffer::Place { place, .. }) => {
            graph.place(graph.origin(*place)).root() == name.to_string().as_str()
        }
        _ => false,
    }
}

/// Whether an array is the same in all passes: `self.children[t].v` is not.
fn same_array(array: &Expr, position: &Ident) -> bool {
    match array {
        Expr::Index(inner) => {
            same_array(&inner.expr, position) && same_number(&inner.index, position)
        }
        Expr::Paren(inner) => same_array(&inner.expr, position),
        Expr::Group(inner) => same_array(&inner.expr, position),
        Expr::Field(inner) => same_array(&inner.base, position),
        Expr::Reference(inner) => same_array(&inner.expr, position),
        Expr::Unary(inner) => same_array(&inner.expr, position),
        Expr::Path(path) => path.path.get_ident() != Some(position),
        _ => false,
    }
}

/// Whether a number is the same in all passes, and may be computed once: shapes, and arithmetic on names.
fn same(tokens: &TokenStream, position: &Ident) -> bool {
    syn::parse2::<Expr>(tokens.clone()).is_ok_and(|expr| same_number(&expr, position))
}

/// As [`same`].
fn same_number(expr: &Expr, position: &Ident) -> bool {
    let same = |expr: &Expr| same_number(expr, position);
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(path) => path.path.get_ident() != Some(position),
        Expr::Paren(inner) => same(&inner.expr),
        Expr::Group(inner) => same(&inner.expr),
        Expr::Cast(inner) => same(&inner.expr),
        Expr::Field(inner) => same(&inner.base),
        Expr::Reference(inner) => inner.mutability.is_none() && same(&inner.expr),
        Expr::Unary(inner) => same(&inner.expr),
        Expr::Binary(both) => {
            let computes = matches!(
                both.op,
                BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_)
            );
            computes && same(&both.left) && same(&both.right)
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else {
                return false;
            };
            let names = path.path.segments.iter();
            let names: Vec<String> = names.map(|segment| segment.ident.to_string()).collect();
            let ours = names.first().is_some_and(|name| name == "brain_jit");
            let shape = ["count", "axis_length"].contains(&names.last().map_or("", String::as_str));
            ours && (shape || call.args.iter().all(same))
        }
        _ => false,
    }
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}
