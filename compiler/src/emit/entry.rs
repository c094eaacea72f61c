//! Checks at entry: the shapes of all statements that certainly run are put together before the first write.
//!
//! What follows from arguments, variables and constants is tested; the rest each kernel tests before it writes.

use super::{buffer, kernel, scalar};
use crate::ir::graph::{AxisIndex, Bound, Call, Graph, NodeId, NodeKind, PlaceId, View};
use crate::ir::region::{HostCode, Region, Scatter, Statement, StatementKind, Value};
use crate::ir::types::Rank;
use crate::passes::step::{Buffer, Site};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Tests that run before the first statement; nothing if no statement follows a write.
pub fn checks(graph: &Graph, body: &Region, method: &str) -> TokenStream {
    let mut checks = Checks {
        graph,
        method,
        code: Vec::new(),
        nodes: HashMap::new(),
        places: HashMap::new(),
        whole: Vec::new(),
        plain: true,
        written: BTreeSet::new(),
        statement: String::new(),
    };
    let mut written = false;
    let mut needed = false;
    let mut reached = true;
    for statement in &body.statements {
        if let StatementKind::Host(code) = &statement.kind {
            if leaves(code) {
                reached = false;
                break;
            }
            checks.forget(code);
        }
        let before = checks.code.len();
        checks.statement(statement);
        needed |= written && checks.code.len() > before;
        written |= writes(graph, &statement.kind);
    }
    if let Some(Value::Node(node)) = &body.tail
        && reached
    {
        let before = checks.code.len();
        checks.statement.clone_from(&body.tail_source);
        checks.shape(*node);
        needed |= written && checks.code.len() > before;
    }
    if !needed {
        return TokenStream::new();
    }
    let (code, whole) = (&checks.code, &checks.whole);
    if checks.plain {
        // Equal shapes go together, whatever is computed from them.
        return quote! {
            if !::brain_jit::__private::same_shape(&[#(&#whole[..]),*]) { #(#code)* }
        };
    }
    quote!({ #(#code)* })
}

/// Whether later statements find something changed.
fn writes(graph: &Graph, kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Write { place, .. }
        | StatementKind::AssignHost { place, .. }
        | StatementKind::Scatter { place, .. } => graph.place(*place).at_entry,
        StatementKind::Host(code) => !code.effects.pure || !code.effects.writes.is_empty(),
        StatementKind::Bind { .. } => false,
    }
}

/// Whether the statements after this code may not run.
fn leaves(code: &HostCode) -> bool {
    fn region(region: &Region) -> bool {
        let value = matches!(&region.tail, Some(Value::Host(code)) if leaves(code));
        value
            || region.statements.iter().any(|s| match &s.kind {
                StatementKind::Host(code) => leaves(code),
                _ => false,
            })
    }
    fn tokens(stream: TokenStream) -> bool {
        stream.into_iter().any(|tree| match tree {
            TokenTree::Ident(name) => matches!(
                name.to_string().as_str(),
                "return"
                    | "panic"
                    | "unreachable"
                    | "todo"
                    | "unimplemented"
                    | "assert"
                    | "assert_eq"
                    | "assert_ne"
                    | "exit"
            ),
            TokenTree::Punct(punct) => punct.as_char() == '?',
            TokenTree::Group(group) => tokens(group.stream()),
            TokenTree::Literal(_) => false,
        })
    }
    tokens(code.tokens.clone()) || code.holes.iter().any(|hole| region(&hole.region))
}

struct Checks<'a> {
    graph: &'a Graph,
    method: &'a str,
    code: Vec<TokenStream>,
    /// The variable that holds a node's shape; `None` where only running the method tells.
    nodes: HashMap<NodeId, Option<Ident>>,
    places: HashMap<PlaceId, Option<Ident>>,
    /// The shapes of the places that are used.
    whole: Vec<TokenStream>,
    /// Nothing but elementwise code over whole places.
    plain: bool,
    /// The names that host code has written so far.
    written: BTreeSet<String>,
    /// The statement at hand, for messages.
    statement: String,
}

impl Checks<'_> {
    /// Host code that is not known to leave an array alone may give it another shape.
    fn forget(&mut self, code: &HostCode) {
        self.written.extend(code.effects.writes.iter().cloned());
        for (k, place) in self.graph.places.iter().enumerate() {
            if code.effects.writes.contains(place.root()) {
                self.places.insert(PlaceId(k), None);
            }
        }
    }

    fn statement(&mut self, statement: &Statement) {
        self.statement.clone_from(&statement.source);
        match &statement.kind {
            StatementKind::Bind { node, place, .. } => {
                let shape = self.shape(*node);
                if let Some(place) = place {
                    self.places.insert(*place, shape);
                }
            }
            StatementKind::Write {
                place,
                view,
                node,
                mask,
                ..
            } => {
                if !self.graph.place(*place).summed {
                    let mut operands = vec![self.target(*place, view.as_ref())];
                    self.leaves(*node, &mut operands, &mut HashSet::new());
                    self.fit(&operands);
                }
                if let Some(mask) = mask {
                    self.equal(*place, *mask);
                }
            }
            StatementKind::Scatter {
                place,
                kind,
                index,
                value,
                ..
            } => {
                self.plain = false;
                let (index_shape, _) = (self.shape(*index), self.shape(*value));
                if matches!(kind, Scatter::Mask) {
                    self.equal(*place, *index);
                } else if let (Some(target), Some(index)) = (self.place(*place), index_shape)
                    && let Rank::Static(rank) = self.graph.place(*place).ty.rank
                {
                    let site = self.site(vec![self.graph.place(*place).name.clone()]);
                    let items = quote!(::brain_jit::__private::kernel::call::take_shape::<#rank>(
                        &__SITE, &#target[..], #index.len()));
                    let items = self.bind(
                        site,
                        quote!(::brain_jit::__private::kernel::Dims::new(&#items)),
                    );
                    let mut operands = vec![(Some(items), "what the index picks".into())];
                    self.leaves(*value, &mut operands, &mut HashSet::new());
                    self.fit(&operands);
                }
            }
            StatementKind::AssignHost { .. } | StatementKind::Host(_) => {}
        }
    }

    /// `operands[0]` is the target that the others broadcast to.
    fn fit(&mut self, operands: &[(Option<Ident>, String)]) {
        let known: Vec<&(Option<Ident>, String)> = operands
            .iter()
            .filter(|(shape, _)| shape.is_some())
            .collect();
        if operands[0].0.is_none() || known.len() < 2 {
            return;
        }
        let site = self.site(known.iter().map(|(_, name)| name.clone()).collect());
        let shapes = known.iter().map(|(shape, _)| shape);
        self.code.push(quote!({
            #site
            ::brain_jit::__private::check_fit(&__SITE, &[#(&#shapes),*]);
        }));
    }

    /// A mask has exactly the shape of its target.
    fn equal(&mut self, place: PlaceId, mask: NodeId) {
        self.plain = false;
        if let (Some(target), Some(mask)) = (self.place(place), self.shape(mask)) {
            let site = self.site(vec![self.graph.place(place).name.clone()]);
            self.code.push(quote!({
                #site
                ::brain_jit::__private::check_mask(&__SITE, &#target[..], &#mask[..]);
            }));
        }
    }

    fn target(&mut self, place: PlaceId, view: Option<&View>) -> (Option<Ident>, String) {
        let name = self.graph.place(place).name.clone();
        let shape = match view {
            None => self.place(place),
            Some(view) => self.view(place, vec![view.clone()]),
        };
        (shape, name)
    }

    /// The shape of a place, if the place is there at entry or was bound to something known.
    fn place(&mut self, place: PlaceId) -> Option<Ident> {
        if let Some(known) = self.places.get(&place) {
            return known.clone();
        }
        let shape = self.graph.place(place).at_entry.then(|| {
            let views = Vec::new();
            let tokens = buffer::shape(&Buffer::Place { place, views }, self.graph, self.method);
            self.whole.push(tokens.clone());
            self.bind(
                TokenStream::new(),
                quote!(::brain_jit::__private::kernel::Dims::new(&#tokens[..])),
            )
        });
        self.places.insert(place, shape.clone());
        shape
    }

    /// The shape of views of a place that is there at entry.
    fn view(&mut self, place: PlaceId, views: Vec<View>) -> Option<Ident> {
        self.plain = false;
        let known = self.place(place).is_some() && self.graph.place(place).at_entry;
        if !known || !views.iter().all(|view| self.is_known(view)) {
            return None;
        }
        let tokens = buffer::shape(&Buffer::Place { place, views }, self.graph, self.method);
        Some(self.bind(
            TokenStream::new(),
            quote!(::brain_jit::__private::kernel::Dims::new(&#tokens[..])),
        ))
    }

    fn is_known(&self, view: &View) -> bool {
        let View::Index(axes) = view else { return true };
        axes.iter().all(|axis| match axis {
            AxisIndex::NewAxis => true,
            AxisIndex::At(bound) => self.is_bound_known(bound),
            AxisIndex::Range { start, end, step } => [start, end, step]
                .into_iter()
                .flatten()
                .all(|bound| self.is_bound_known(bound)),
        })
    }

    fn is_bound_known(&self, bound: &Bound) -> bool {
        match bound {
            Bound::Literal(_) => true,
            Bound::Host(host) => {
                let host = &self.graph.hosts[*host];
                host.at_entry && host.pure && host.reads.is_disjoint(&self.written)
            }
        }
    }

    /// The shape of an array node; checks on the way what it is computed from.
    fn shape(&mut self, id: NodeId) -> Option<Ident> {
        if let Some(known) = self.nodes.get(&id) {
            return known.clone();
        }
        let graph = self.graph;
        let node = graph.node(id);
        let shape = match &node.kind {
            NodeKind::Read { place, .. } => return self.place(*place),
            NodeKind::Elementwise { .. } | NodeKind::Map { .. } => {
                let mut operands = Vec::new();
                self.leaves(id, &mut operands, &mut HashSet::new());
                self.broadcast(&operands)
            }
            NodeKind::Cast(arg) => self.shape(*arg),
            NodeKind::View { arg, view } => match self.base(id) {
                Some((place, views)) => self.view(place, views),
                None => match (self.shape(*arg), view) {
                    (Some(shape), View::Transpose) => {
                        self.plain = false;
                        Some(self.bind(
                            TokenStream::new(),
                            quote!(::brain_jit::__private::transposed(&#shape)),
                        ))
                    }
                    _ => None,
                },
            },
            NodeKind::Reduce { arg, .. }
            | NodeKind::Count(arg)
            | NodeKind::AxisLength { arg, .. } => {
                self.shape(*arg);
                None
            }
            NodeKind::Call { call, args } => self.call(call, args, node.rank),
            NodeKind::Host(_) | NodeKind::Literal(_) | NodeKind::Draw { .. } => None,
        };
        self.nodes.insert(id, shape.clone());
        shape
    }

    /// The place and the views that a node looks through.
    fn base(&self, id: NodeId) -> Option<(PlaceId, Vec<View>)> {
        match &self.graph.node(id).kind {
            NodeKind::Read { place, .. } => Some((*place, Vec::new())),
            NodeKind::View { arg, view } => {
                let (place, mut views) = self.base(*arg)?;
                views.push(view.clone());
                Some((place, views))
            }
            _ => None,
        }
    }

    /// The arrays that an elementwise expression walks, with their names.
    fn leaves(
        &mut self,
        id: NodeId,
        out: &mut Vec<(Option<Ident>, String)>,
        seen: &mut HashSet<NodeId>,
    ) {
        if !seen.insert(id) {
            return;
        }
        let graph = self.graph;
        let node = graph.node(id);
        match &node.kind {
            NodeKind::Elementwise { args, .. } | NodeKind::Map { args, .. } => {
                args.iter().for_each(|arg| self.leaves(*arg, out, seen));
            }
            NodeKind::Cast(arg) => self.leaves(*arg, out, seen),
            _ => {
                let shape = self.shape(id);
                if node.is_scalar() {
                    return;
                }
                let base = self
                    .base(id)
                    .map(|(place, _)| graph.place(place).name.clone());
                let leaf = (shape, base.unwrap_or_default());
                if !out.contains(&leaf) {
                    out.push(leaf);
                }
            }
        }
    }

    /// The broadcast of operands, if all are known.
    fn broadcast(&mut self, operands: &[(Option<Ident>, String)]) -> Option<Ident> {
        let shapes: Vec<&Ident> = operands
            .iter()
            .filter_map(|(shape, _)| shape.as_ref())
            .collect();
        match shapes.as_slice() {
            [] => return None,
            [one] => return (operands.len() == 1).then(|| (*one).clone()),
            _ => {}
        }
        let names = operands.iter().filter(|(shape, _)| shape.is_some());
        let site = self.site(names.map(|(_, name)| name.clone()).collect());
        let value = quote!(::brain_jit::__private::check_broadcast(&__SITE, &[#(&#shapes),*]));
        let shape = self.bind(site, value);
        (shapes.len() == operands.len()).then_some(shape)
    }

    fn call(&mut self, call: &Call, args: &[NodeId], rank: Rank) -> Option<Ident> {
        self.plain = false;
        let shapes: Vec<Option<Ident>> = args.iter().map(|arg| self.shape(*arg)).collect();
        let shapes: Vec<Ident> = shapes.into_iter().collect::<Option<_>>()?;
        let names = args.iter().map(|arg| {
            let base = self
                .base(*arg)
                .map(|(place, _)| self.graph.place(place).name.clone());
            base.unwrap_or_default()
        });
        let site = self.site(names.collect());
        let calls = quote!(::brain_jit::__private::kernel::call);
        let fixed = |k: usize, rank: usize| {
            let shape = &shapes[k];
            quote!(&#shape.fixed::<#rank>())
        };
        let ranks: Vec<usize> = args
            .iter()
            .map_while(|arg| match self.graph.node(*arg).rank {
                Rank::Static(rank) => Some(rank),
                Rank::Dynamic => None,
            })
            .collect();
        if ranks.len() < args.len() {
            return None;
        }
        let value = match call {
            Call::Dot => {
                let (left, right) = (ranks[0], ranks[1]);
                let name = match (left, right) {
                    (1, 1) => "inner_shape",
                    (2, 1) => "matvec_shape",
                    (1, _) => "vecmat_shape",
                    _ => "matmul_shape",
                };
                let (name, a, b) = (format_ident!("{name}"), fixed(0, left), fixed(1, right));
                quote!(#calls::#name(&__SITE, #a, #b))
            }
            Call::Outer => {
                let (a, b) = (fixed(0, 1), fixed(1, 1));
                quote!(#calls::outer_shape(&__SITE, #a, #b))
            }
            Call::Chain => {
                let (a, b, c) = (fixed(0, 2), fixed(1, 2), fixed(2, 2));
                quote!(#calls::chain_shape(&__SITE, #a, #b, #c))
            }
            Call::ReduceAxis { axis, keepdims, .. } => {
                let Rank::Static(rank) = rank else {
                    return None;
                };
                if !self.is_bound_known(axis) {
                    return None;
                }
                let (axis, shape) = (scalar::bound(axis, self.graph), &shapes[0]);
                quote!(#calls::reduce_axis_shape::<#rank>(&__SITE, &#shape[..], #axis, #keepdims))
            }
            Call::Take => {
                let Rank::Static(rank) = rank else {
                    return None;
                };
                let (shape, index) = (&shapes[0], &shapes[1]);
                quote!(#calls::take_shape::<#rank>(&__SITE, &#shape[..], #index.len()))
            }
            Call::ReduceWhole(_) | Call::Select => return None,
        };
        Some(self.bind(
            site,
            quote!(::brain_jit::__private::kernel::Dims::new(&#value)),
        ))
    }

    fn site(&self, operands: Vec<String>) -> TokenStream {
        let statement = self.statement.clone();
        kernel::site(
            &Site {
                statement,
                operands,
            },
            self.method,
        )
    }

    fn bind(&mut self, site: TokenStream, value: TokenStream) -> Ident {
        let name = format_ident!("__shape{}", self.code.len());
        self.code.push(quote!(let #name = { #site #value };));
        name
    }
}
