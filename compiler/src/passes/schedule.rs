//! Decides the order of work: what fuses into which kernel, what runs as a routine of its own.
//!
//! Statements are taken in order. Elementwise statements join the open group as long as the group's
//! loop can compute them too; host code, routines and conflicts close it. With [`Mode::Plain`] every
//! operation runs on its own: that is the plain twin, and the fallback of a fused group.

use super::group::{Group, Output, OutputKind, Root};
use super::step::{Block, Buffer, Launch, PlainArgument, PlainOperation, Site, Step};
use super::uses::Uses;
use crate::emit::scalar;
use crate::ir::graph::{Call, Graph, NodeId, NodeKind, PlaceId, View};
use crate::ir::kernel::{Access, Argument, InstructionKind, Kernel, Operand};
use crate::ir::region::{HostCode, Region, Statement, StatementKind, Value};
use crate::ir::types::{DType, Rank};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::HashMap;

/// How many operands one kernel may have.
const MAX_OPERANDS: usize = 20;

/// Fused kernels, or one operation at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Fused,
    Plain,
}

/// A value that exists as a Rust variable.
#[derive(Clone, Debug)]
enum Stored {
    Array(Buffer),
    Scalar(TokenStream),
}

/// Turns a method's region into steps.
pub struct Scheduler<'a> {
    graph: &'a Graph,
    functions: &'a [HostCode],
    uses: &'a Uses,
    mode: Mode,
    /// The method's path, for messages.
    method: &'a str,
    memo: Vec<HashMap<NodeId, Stored>>,
    group: Group,
    steps: Vec<Vec<Step>>,
    position: usize,
    counter: usize,
    /// The source of the statement at hand.
    current: String,
}

impl<'a> Scheduler<'a> {
    pub fn new(graph: &'a Graph, functions: &'a [HostCode], uses: &'a Uses, mode: Mode, method: &'a str) -> Self {
        Scheduler {
            graph,
            functions,
            uses,
            mode,
            method,
            memo: vec![HashMap::new()],
            group: Group::default(),
            steps: Vec::new(),
            position: 0,
            counter: 0,
            current: String::new(),
        }
    }

    /// The steps of a region.
    pub fn region(&mut self, region: &Region) -> Block {
        self.flush();
        self.memo.push(HashMap::new());
        self.steps.push(Vec::new());
        for statement in &region.statements {
            self.position += 1;
            self.statement(statement);
        }
        self.position += 1;
        let tail = region.tail.as_ref().and_then(|value| self.tail(value));
        self.flush();
        self.memo.pop();
        Block {
            steps: self.steps.pop().unwrap_or_default(),
            tail,
        }
    }

    fn tail(&mut self, value: &Value) -> Option<TokenStream> {
        match value {
            Value::Node(node) if self.graph.node(*node).is_scalar() => {
                let tokens = self.scalar(*node);
                self.flush();
                Some(tokens)
            }
            Value::Node(node) => {
                let name = self.owned(*node);
                Some(quote!(#name))
            }
            Value::Host(code) => {
                self.flush();
                if code.tokens.is_empty() {
                    return None;
                }
                if code.holes.is_empty() {
                    return Some(code.tokens.clone());
                }
                let result = self.fresh("result");
                let tokens = &code.tokens;
                let holes = self.holes(code);
                self.push(Step::Host {
                    tokens: quote!(let #result = #tokens;),
                    holes,
                });
                Some(quote!(#result))
            }
        }
    }

    fn holes(&mut self, code: &HostCode) -> Vec<(Ident, Block)> {
        code.holes
            .iter()
            .map(|hole| (hole.name.clone(), self.region(&hole.region)))
            .collect()
    }

    fn fresh(&mut self, stem: &str) -> Ident {
        self.counter += 1;
        let mode = if self.mode == Mode::Plain { "p" } else { "" };
        Ident::new(&format!("__{stem}_{mode}{}", self.counter), Span::mixed_site())
    }

    fn push(&mut self, step: Step) {
        if let Some(list) = self.steps.last_mut() {
            list.push(step);
        }
    }

    fn stored(&self, node: NodeId) -> Option<&Stored> {
        self.memo.iter().rev().find_map(|scope| scope.get(&node))
    }

    fn store(&mut self, node: NodeId, stored: Stored) {
        if let Some(scope) = self.memo.last_mut() {
            scope.insert(node, stored);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let source = &statement.source;
        self.current = source.clone();
        match &statement.kind {
            StatementKind::Bind { name, node, place, mutable, visible } => {
                self.bind(name, *node, *place, *mutable, *visible, source)
            }
            StatementKind::Write { place, view, node, mask, version } => {
                self.write(*place, view.as_ref(), *node, *mask, *version, source)
            }
            StatementKind::Scatter { place, kind, index, value, .. } => {
                let dtype = self.graph.node(*value).dtype.clone();
                let index = self.apart(*index, *place);
                let value = match self.argument(*value) {
                    PlainArgument::Array(_) => PlainArgument::Array(self.apart(*value, *place)),
                    scalar => scalar,
                };
                self.flush();
                self.push(Step::Source(source.clone()));
                let site = self.site(source, vec![self.graph.place(*place).name.clone()]);
                self.push(Step::Scatter {
                    place: *place,
                    kind: *kind,
                    index,
                    value,
                    dtype,
                    site,
                });
            }
            StatementKind::AssignHost { place, view, value, .. } => {
                self.flush();
                let site = self.site(source, vec![self.graph.place(*place).name.clone()]);
                let target = place_buffer(*place, view.as_ref());
                self.push(Step::AssignHost {
                    target,
                    value: value.clone(),
                    site,
                });
            }
            StatementKind::Host(code) => self.host(code, source),
        }
    }

    fn host(&mut self, code: &HostCode, source: &str) {
        let effects = &code.effects;
        let written: Vec<String> = self
            .group
            .written
            .keys()
            .map(|place| self.graph.place(*place).name.clone())
            .collect();
        let passes = effects.pure
            && code.holes.is_empty()
            && effects.writes.is_disjoint(&self.group.reads)
            && !effects.reads.iter().any(|name| self.group.pending.contains(name) || written.contains(name))
            && !effects.writes.iter().any(|name| self.group.pending.contains(name));
        if !passes {
            self.flush();
        }
        let holes = self.holes(code);
        self.push(Step::Source(source.to_string()));
        self.push(Step::Host {
            tokens: code.tokens.clone(),
            holes,
        });
    }

    fn bind(&mut self, name: &Ident, node: NodeId, place: Option<PlaceId>, mutable: bool, visible: bool, source: &str) {
        if self.graph.node(node).is_scalar() {
            self.bind_scalar(name, node, mutable, source);
            return;
        }
        if self.mode == Mode::Plain || place.is_some() || mutable {
            let owned = self.owned(node);
            self.flush();
            self.push(Step::Source(source.to_string()));
            self.push(Step::Let {
                name: name.clone(),
                mutable,
                dtype: None,
                value: quote!(#owned),
            });
            let buffer = self.local(name.clone(), node);
            if place.is_none() {
                self.store(node, Stored::Array(buffer));
            } else {
                // The name is a place from here on; the node's old home is gone.
                self.forget(node);
            }
            return;
        }
        if self.stored(node).is_some() && !visible {
            return;
        }
        let kind = if visible { OutputKind::Visible { mutable } } else { OutputKind::Bound };
        let name = if visible { name.clone() } else { self.fresh(&format!("temporary_{name}_")) };
        self.join_value(node, name, kind, source);
        self.group.positions.insert(self.position);
    }

    fn forget(&mut self, node: NodeId) {
        for scope in &mut self.memo {
            scope.remove(&node);
        }
    }

    fn bind_scalar(&mut self, name: &Ident, node: NodeId, mutable: bool, source: &str) {
        let dtype = self.graph.node(node).dtype.clone();
        self.evaluate_scalars(node);
        let value = self.scalar_text(node);
        let step = Step::Let {
            name: name.clone(),
            mutable,
            dtype: Some(dtype),
            value,
        };
        let pending = self.depends_on_pending(node);
        if !mutable {
            self.store(node, Stored::Scalar(quote!(#name)));
        }
        if pending {
            self.group.after.push(Step::Source(source.to_string()));
            self.group.after.push(step);
            self.group.pending.insert(name.to_string());
        } else {
            self.push(Step::Source(source.to_string()));
            self.push(step);
        }
    }

    /// Whether a scalar's tokens name results of the open group.
    fn depends_on_pending(&self, node: NodeId) -> bool {
        if self.group.pending.is_empty() {
            return false;
        }
        fn mentions(tokens: TokenStream, names: &std::collections::HashSet<String>) -> bool {
            tokens.into_iter().any(|tree| match tree {
                proc_macro2::TokenTree::Ident(name) => names.contains(&name.to_string()),
                proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
                _ => false,
            })
        }
        mentions(self.scalar_text_ignoring(node), &self.group.pending)
    }

    /// A scalar's tokens, valid here: what the open group computes is launched first.
    fn scalar(&mut self, node: NodeId) -> TokenStream {
        self.evaluate_scalars(node);
        if self.depends_on_pending(node) {
            self.flush();
        }
        self.scalar_text(node)
    }

    /// Makes sure that every reduction and scalar routine below `node` has a name.
    fn evaluate_scalars(&mut self, node: NodeId) {
        if self.stored(node).is_some() {
            return;
        }
        match &self.graph.node(node).kind {
            NodeKind::Reduce { reduction, arg } => {
                let (reduction, arg) = (*reduction, *arg);
                let name = self.fresh(reduction.name());
                if self.mode == Mode::Plain {
                    let argument = self.argument(arg);
                    let found = self.graph.node(node);
                    let (dtype, source) = (found.dtype.clone(), self.graph.node(arg).dtype.clone());
                    let site = self.site(&self.current, vec![]);
                    self.push(Step::Operation {
                        out: name.clone(),
                        operation: PlainOperation::Reduce(reduction),
                        args: vec![argument],
                        source,
                        dtype,
                        rank: Rank::Static(0),
                        site,
                    });
                } else {
                    let kind = OutputKind::Reduction(reduction);
                    self.join_value(arg, name.clone(), kind, "");
                    self.group.pending.insert(name.to_string());
                }
                self.store(node, Stored::Scalar(quote!(#name)));
            }
            NodeKind::Call { .. } => {
                self.call(node, false);
            }
            NodeKind::Read { place, .. } => {
                if self.group.written.contains_key(place) {
                    self.flush();
                }
            }
            NodeKind::View { arg, .. } => {
                let arg = *arg;
                self.buffer(arg);
                self.flush();
            }
            NodeKind::Count(arg) | NodeKind::AxisLength { arg, .. } => {
                let arg = *arg;
                self.evaluate_shape(arg);
            }
            _ => {
                for arg in self.graph.arguments(node) {
                    self.evaluate_scalars(arg);
                }
            }
        }
    }

    /// What the shape of `node` depends on must exist: the results of routines.
    fn evaluate_shape(&mut self, node: NodeId) {
        for leaf in self.leaf_nodes(node) {
            if matches!(self.graph.node(leaf).kind, NodeKind::Call { .. }) {
                self.call(leaf, false);
            }
        }
    }

    fn scalar_text(&self, node: NodeId) -> TokenStream {
        self.scalar_text_ignoring(node)
    }

    fn scalar_text_ignoring(&self, node: NodeId) -> TokenStream {
        if let Some(Stored::Scalar(tokens)) = self.stored(node) {
            return tokens.clone();
        }
        let found = self.graph.node(node);
        match &found.kind {
            NodeKind::Host(number) => self.graph.hosts[*number].tokens.clone(),
            NodeKind::Literal(text) => scalar::literal(text, &found.dtype, found.span),
            NodeKind::Cast(arg) => {
                let from = &self.graph.node(*arg).dtype;
                scalar::cast(self.scalar_text_ignoring(*arg), from, &found.dtype)
            }
            NodeKind::Elementwise { operation, args } => {
                let operand = self.graph.node(*args.last().unwrap_or(&node)).dtype.clone();
                let args: Vec<TokenStream> = args.iter().map(|a| self.scalar_text_ignoring(*a)).collect();
                scalar::operation(*operation, &args, &operand, None)
            }
            NodeKind::Map { function, args } => {
                let function = &self.functions[*function].tokens;
                let args = args.iter().map(|a| self.scalar_text_ignoring(*a));
                quote!((#function)(#(#args),*))
            }
            NodeKind::Count(arg) => {
                let shape = self.shape(*arg);
                let dtype = found.dtype.tokens();
                quote!(::brain_jit::__private::count::<#dtype>(&#shape))
            }
            NodeKind::AxisLength { arg, axis } => {
                let shape = self.shape(*arg);
                let dtype = found.dtype.tokens();
                let axis = scalar::bound(axis, self.graph);
                quote!(::brain_jit::__private::axis_length::<#dtype>(&#shape, #axis))
            }
            NodeKind::Read { place, .. } => {
                let place = &self.graph.place(*place).tokens;
                quote!((#place)[()])
            }
            NodeKind::View { .. } => {
                let view = crate::emit::buffer::view(&self.direct(node).unwrap_or(self.local(Ident::new("__missing", Span::mixed_site()), node)), self.graph, self.method);
                quote!(#view[()])
            }
            NodeKind::Reduce { .. } | NodeKind::Call { .. } | NodeKind::Draw { .. } => quote!(()),
        }
    }

    /// A place, a stored array, or views of one: what needs no computation.
    fn direct(&self, node: NodeId) -> Option<Buffer> {
        if let Some(Stored::Array(buffer)) = self.stored(node) {
            return Some(buffer.clone());
        }
        match &self.graph.node(node).kind {
            NodeKind::Read { place, .. } => Some(place_buffer(*place, None)),
            NodeKind::View { arg, view } => Some(self.direct(*arg)?.with_view(view.clone())),
            _ => None,
        }
    }

    /// The arrays whose shapes broadcast to that of `node`.
    fn leaf_nodes(&self, node: NodeId) -> Vec<NodeId> {
        let found = self.graph.node(node);
        if found.is_scalar() {
            return Vec::new();
        }
        if self.direct(node).is_some() || !matches!(found.kind, NodeKind::Elementwise { .. } | NodeKind::Cast(_) | NodeKind::Map { .. }) {
            return vec![node];
        }
        let mut leaves = Vec::new();
        for arg in self.graph.arguments(node) {
            for leaf in self.leaf_nodes(arg) {
                if !leaves.contains(&leaf) {
                    leaves.push(leaf);
                }
            }
        }
        leaves
    }

    /// Tokens of the shape of `node`, something that derefs to `[usize]`.
    fn shape(&self, node: NodeId) -> TokenStream {
        let shapes: Vec<TokenStream> = self
            .leaf_nodes(node)
            .into_iter()
            .filter_map(|leaf| self.direct(leaf))
            .map(|buffer| self.named_shape(&buffer))
            .collect();
        let method = self.method;
        quote!(::brain_jit::__private::broadcast_shape(#method, &[#(#shapes),*]))
    }

    /// A buffer's name and shape, for messages.
    fn named_shape(&self, buffer: &Buffer) -> TokenStream {
        let name = self.buffer_name(buffer);
        let shape = crate::emit::buffer::shape(buffer, self.graph, self.method);
        quote!((#name, &#shape[..]))
    }

    /// The value of `node` as an array variable of its own, for host code.
    fn owned(&mut self, node: NodeId) -> Ident {
        if let Some(Stored::Array(Buffer::Local { name, views, .. })) = self.stored(node)
            && views.is_empty()
            && !name.to_string().starts_with("__temporary")
        {
            let name = name.clone();
            if self.group.pending.contains(&name.to_string()) {
                self.flush();
            }
            return name;
        }
        if matches!(self.graph.node(node).kind, NodeKind::Call { .. }) {
            if self.stored(node).is_none()
                && let Stored::Array(Buffer::Local { name, .. }) = self.call(node, true)
            {
                return name;
            }
        }
        let name = self.fresh("array");
        if self.mode == Mode::Plain {
            return self.plain_array(node, true);
        }
        self.join_value(node, name.clone(), OutputKind::Visible { mutable: false }, "");
        self.flush();
        name
    }

    /// The value of `node` as a buffer that a routine can read.
    fn buffer(&mut self, node: NodeId) -> Buffer {
        if let Some(buffer) = self.direct(node) {
            let pending = match &buffer {
                Buffer::Local { name, .. } => self.group.pending.contains(&name.to_string()),
                Buffer::Place { place, .. } => self.group.written.contains_key(place),
            };
            if pending {
                self.flush();
            }
            return self.direct(node).unwrap_or(buffer);
        }
        if let NodeKind::Call { .. } = self.graph.node(node).kind
            && let Stored::Array(buffer) = self.call(node, false)
        {
            return buffer;
        }
        if let NodeKind::View { arg, view } = &self.graph.node(node).kind {
            let (arg, view) = (*arg, view.clone());
            return self.buffer(arg).with_view(view);
        }
        if self.mode == Mode::Plain {
            let name = self.plain_array(node, false);
            return self.local(name, node);
        }
        let name = self.fresh("temporary");
        self.join_value(node, name.clone(), OutputKind::Temporary, "");
        self.flush();
        self.local(name, node)
    }

    fn argument(&mut self, node: NodeId) -> PlainArgument {
        if self.graph.node(node).is_scalar() {
            let dtype = self.graph.node(node).dtype.clone();
            return PlainArgument::Scalar(self.scalar(node), dtype);
        }
        PlainArgument::Array(self.buffer(node))
    }

    /// One operation after the other.
    fn plain_array(&mut self, node: NodeId, owned: bool) -> Ident {
        if let Some(Stored::Array(Buffer::Local { name, views, .. })) = self.stored(node)
            && views.is_empty()
            && !owned
        {
            return name.clone();
        }
        let found = self.graph.node(node);
        let (dtype, rank) = (found.dtype.clone(), found.rank);
        let (operation, args) = match &found.kind {
            NodeKind::Elementwise { operation, args } => (PlainOperation::Elementwise(*operation), args.clone()),
            NodeKind::Cast(arg) => (PlainOperation::Cast, vec![*arg]),
            NodeKind::Map { function, args } => {
                (PlainOperation::Map(self.functions[*function].tokens.clone()), args.clone())
            }
            _ => (PlainOperation::Elementwise(crate::ir::operation::Operation::Copy), vec![node]),
        };
        let source = args.first().map_or(dtype.clone(), |a| self.graph.node(*a).dtype.clone());
        let args: Vec<PlainArgument> = args.into_iter().map(|a| self.argument(a)).collect();
        let out = self.fresh("plain");
        let site = self.plain_site(&args);
        self.push(Step::Operation {
            out: out.clone(),
            operation,
            args,
            source,
            dtype,
            rank,
            site,
        });
        if !owned {
            let buffer = self.local(out.clone(), node);
            self.store(node, Stored::Array(buffer));
        }
        out
    }

    /// A runtime routine on evaluated operands.
    fn call(&mut self, node: NodeId, owned: bool) -> Stored {
        if let Some(stored) = self.stored(node) {
            return stored.clone();
        }
        let found = self.graph.node(node).clone();
        let NodeKind::Call { call, args } = &found.kind else {
            return Stored::Scalar(quote!(()));
        };
        if self.mode == Mode::Fused
            && *call == Call::Dot
            && let Some(stored) = self.tile(node, args, owned)
        {
            return stored;
        }
        let buffers: Vec<Buffer> = args.iter().map(|a| self.buffer(*a)).collect();
        self.flush();
        let out = self.fresh(if found.is_scalar() { "scalar" } else if owned { "array" } else { "temporary" });
        let operands = buffers.iter().map(|b| self.buffer_name(b)).collect();
        let site = self.site(&self.current, operands);
        self.push(Step::Call {
            out: out.clone(),
            call: call.clone(),
            args: buffers,
            dtype: found.dtype.clone(),
            rank: found.rank,
            owned,
            site,
        });
        let stored = if found.is_scalar() {
            Stored::Scalar(quote!(#out))
        } else {
            Stored::Array(self.local(out, node))
        };
        self.store(node, stored.clone());
        stored
    }

    /// `dot(g(dot(x, w), rows…), x)` in one pass over `x`.
    fn tile(&mut self, node: NodeId, args: &[NodeId], owned: bool) -> Option<Stored> {
        let [left, matrix] = args else { return None };
        if self.graph.node(*left).rank != Rank::Static(1) || self.graph.node(*matrix).rank != Rank::Static(2) {
            return None;
        }
        let dtype = self.graph.node(node).dtype.clone();
        if !matches!(dtype, DType::F32 | DType::F64) {
            return None;
        }
        let x = self.direct(*matrix)?;
        // The inner product, met through elementwise nodes only.
        let mut inner = None;
        for leaf in self.leaf_nodes(*left) {
            if let NodeKind::Call { call: Call::Dot, args } = &self.graph.node(leaf).kind
                && self.stored(leaf).is_none()
                && args.len() == 2
                && self.direct(args[0]).as_ref() == Some(&x)
                && self.graph.node(args[1]).rank == Rank::Static(1)
            {
                if inner.is_some() {
                    return None;
                }
                inner = Some((leaf, args[1]));
            }
        }
        let (product, weights) = inner?;
        for leaf in self.leaf_nodes(*left) {
            if leaf != product && (self.direct(leaf).is_none() || self.graph.node(leaf).rank != Rank::Static(1)) {
                return None;
            }
            if self.graph.node(leaf).dtype != dtype {
                return None;
            }
        }
        self.prepare_scalars(*left);
        let weights = self.buffer(weights);
        self.flush();
        // The products are an operand of their own.
        let matrix = x.clone();
        self.group.buffers.push(matrix);
        self.group.buffers.push(weights);
        self.group.operands.push(Operand {
            name: self.buffer_name(&x),
            dtype: dtype.clone(),
            rank: Rank::Static(1),
            access: Access::RowProduct,
            buffer: 0,
        });
        let loaded = self.group.push(dtype.clone(), InstructionKind::Load(0), Vec::new());
        self.group.registers.insert(product, loaded);
        let value = self.element(*left);
        let mut group = std::mem::take(&mut self.group);
        group.operands.push(Operand {
            name: self.buffer_name(&x),
            dtype,
            rank: Rank::Static(1),
            access: Access::RowSum,
            buffer: 0,
        });
        let target = group.operands.len() - 1;
        let out = self.fresh("temporary");
        let mut results = vec![None; target];
        results.push(Some(out.clone()));
        let site = Site {
            statement: self.current.clone(),
            operands: group.operands.iter().map(|o| o.name.clone()).collect(),
        };
        let launch = Launch {
            kernel: Kernel {
                source: self.current.clone(),
                operands: group.operands,
                scalars: group.scalars,
                body: group.body,
                stores: vec![crate::ir::kernel::Store { operand: target, value }],
            },
            buffers: group.buffers,
            values: group.values,
            results,
            mutable: Vec::new(),
            guard: Vec::new(),
            fallback: None,
            site,
        };
        self.push(Step::Source(self.current.clone()));
        self.push(Step::Kernel(Box::new(launch)));
        let name = if owned {
            let name = self.fresh("array");
            self.push(Step::Let {
                name: name.clone(),
                mutable: false,
                dtype: None,
                value: quote!(#out.to_owned()),
            });
            name
        } else {
            out
        };
        let stored = Stored::Array(self.local(name, node));
        self.store(node, stored.clone());
        Some(stored)
    }

    /// Evaluates what an elementwise tree needs from outside a kernel.
    fn prepare(&mut self, node: NodeId) {
        let found = self.graph.node(node);
        if found.is_scalar() {
            self.scalar(node);
            return;
        }
        if self.group.registers.contains_key(&node) || self.stored(node).is_some() {
            return;
        }
        match &found.kind {
            NodeKind::Elementwise { .. } | NodeKind::Cast(_) | NodeKind::Map { .. } => {
                for arg in self.graph.arguments(node) {
                    self.prepare(arg);
                }
            }
            NodeKind::Call { .. } => {
                self.call(node, false);
            }
            NodeKind::View { arg, .. } if self.direct(node).is_none() => {
                let arg = *arg;
                let buffer = self.buffer(arg);
                self.store(arg, Stored::Array(buffer));
            }
            _ => {}
        }
    }

    fn prepare_scalars(&mut self, node: NodeId) {
        let found = self.graph.node(node);
        if found.is_scalar() {
            self.scalar(node);
        } else if matches!(found.kind, NodeKind::Elementwise { .. } | NodeKind::Cast(_) | NodeKind::Map { .. }) {
            for arg in self.graph.arguments(node) {
                self.prepare_scalars(arg);
            }
        }
    }

    /// Adds a value to the open group, or to a new one.
    fn join_value(&mut self, node: NodeId, name: Ident, kind: OutputKind, source: &str) {
        self.prepare(node);
        let root = Root::Value { node, name: name.clone(), kind };
        if !self.fits(node, None) {
            self.flush();
            self.prepare(node);
        }
        self.open(node, None);
        let value = self.element(node);
        let named = !matches!(kind, OutputKind::Bound);
        if named {
            self.group.pending.insert(name.to_string());
        }
        self.group.outputs.push(Output { node, value, name, kind });
        self.group.roots.push(root);
        if !source.is_empty() {
            self.group.sources.push(source.to_string());
        }
    }

    fn write(&mut self, place: PlaceId, view: Option<&View>, node: NodeId, mask: Option<NodeId>, version: usize, source: &str) {
        let target = place_buffer(place, view);
        if let Some(mask) = mask {
            let shapes_known = self.leaf_nodes(mask);
            for leaf in shapes_known {
                if self.direct(leaf).is_none() {
                    self.buffer(leaf);
                }
            }
            let trivially = self.leaf_nodes(mask).iter().all(|leaf| {
                self.direct(*leaf) == Some(place_buffer(place, None))
            });
            if !trivially {
                let mask = self.shape(mask);
                let site = self.site(source, vec![self.graph.place(place).name.clone(), "the mask".into()]);
                self.flush();
                self.push(Step::CheckMask { target: target.clone(), mask, site });
            }
        }
        if self.mode == Mode::Plain {
            self.push(Step::Source(source.to_string()));
            let mut value = self.argument(node);
            if let PlainArgument::Array(Buffer::Place { place: from, .. }) = &value
                && *from == place
            {
                let name = self.plain_copy(node);
                value = PlainArgument::Array(self.local(name, node));
            }
            let site = self.site(source, vec![self.graph.place(place).name.clone()]);
            self.push(Step::Store { target, value, site });
            return;
        }
        if self.overlaps(node, place, &target) {
            // The right side reads other elements of what is written: it is completed first.
            let copied = self.fresh("temporary");
            self.join_value(node, copied.clone(), OutputKind::Temporary, "");
            self.flush();
            let buffer = self.local(copied, node);
            self.store(node, Stored::Array(buffer));
        }
        self.prepare(node);
        if !self.fits(node, Some((place, &target))) {
            self.flush();
            self.prepare(node);
        }
        self.open(node, Some((place, &target)));
        let value = self.element(node);
        let (name, dtype, rank) = self.target_type(place, view);
        self.group.store(target.clone(), name, dtype, rank, value.clone());
        self.group.written.insert(place, target.clone());
        if view.is_none() {
            self.group.versions.insert((place, version), value);
        }
        self.group.sources.push(source.to_string());
        self.group.positions.insert(self.position);
        self.group.roots.push(Root::Write { place, target, node, version });
    }

    /// The value of `node` as a buffer that is no part of `place`, which is about to be written.
    fn apart(&mut self, node: NodeId, place: PlaceId) -> Buffer {
        match self.buffer(node) {
            Buffer::Place { place: from, .. } if from == place => {
                let name = self.plain_copy(node);
                self.local(name, node)
            }
            other => other,
        }
    }

    fn plain_copy(&mut self, node: NodeId) -> Ident {
        let found = self.graph.node(node);
        let (dtype, rank) = (found.dtype.clone(), found.rank);
        let args = vec![self.argument(node)];
        let out = self.fresh("plain");
        let site = self.plain_site(&args);
        self.push(Step::Operation {
            out: out.clone(),
            operation: PlainOperation::Elementwise(crate::ir::operation::Operation::Copy),
            args,
            source: dtype.clone(),
            dtype,
            rank,
            site,
        });
        out
    }

    fn target_type(&self, place: PlaceId, view: Option<&View>) -> (String, DType, Rank) {
        let place = self.graph.place(place);
        let rank = match (view, place.ty.rank) {
            (Some(View::Index(axes)), Rank::Static(rank)) => {
                let gone = axes
                    .iter()
                    .filter(|a| matches!(a, crate::ir::graph::AxisIndex::At(_)))
                    .count();
                let new = axes
                    .iter()
                    .filter(|a| matches!(a, crate::ir::graph::AxisIndex::NewAxis))
                    .count();
                Rank::Static(rank + new - gone)
            }
            (_, rank) => rank,
        };
        (place.name.clone(), place.ty.dtype.clone(), rank)
    }

    /// The buffers that a tree reads.
    fn reads(&self, node: NodeId) -> Vec<Buffer> {
        if self.group.registers.contains_key(&node) {
            return Vec::new();
        }
        if self.graph.node(node).is_scalar() {
            return Vec::new();
        }
        if let Some(buffer) = self.direct(node) {
            return vec![buffer];
        }
        self.graph
            .arguments(node)
            .into_iter()
            .flat_map(|a| self.reads(a))
            .collect()
    }

    /// Whether the right side reads elements of the target's place at other indices.
    fn overlaps(&self, node: NodeId, place: PlaceId, target: &Buffer) -> bool {
        self.reads(node)
            .iter()
            .any(|b| matches!(b, Buffer::Place { place: p, .. } if *p == place) && b != target)
    }

    /// Whether a tree can be computed in the open group's loop.
    fn fits(&self, node: NodeId, target: Option<(PlaceId, &Buffer)>) -> bool {
        if self.group.is_empty() {
            return true;
        }
        let rank = match target {
            Some((place, Buffer::Place { views, .. })) => self.target_type(place, views.first()).2,
            _ => self.graph.node(node).rank,
        };
        if self.group.rank != Some(rank) {
            return false;
        }
        let reads = self.reads(node);
        let mut connected = self.uses_registers(node);
        for read in &reads {
            connected |= self.group.leaves.contains(read);
            if let Buffer::Place { place, .. } = read
                && let Some(written) = self.group.written.get(place)
                && written != read
            {
                return false;
            }
        }
        if let Some((place, buffer)) = target {
            connected |= self.group.leaves.contains(buffer);
            let hazard = self
                .group
                .leaves
                .iter()
                .any(|leaf| matches!(leaf, Buffer::Place { place: p, .. } if *p == place) && leaf != buffer);
            if hazard {
                return false;
            }
        }
        connected && self.group.operands.len() + reads.len() < MAX_OPERANDS
    }

    fn uses_registers(&self, node: NodeId) -> bool {
        if self.graph.node(node).is_scalar() {
            return false;
        }
        self.group.registers.contains_key(&node) && !matches!(self.graph.node(node).kind, NodeKind::Literal(_))
            || (self.direct(node).is_none() && self.graph.arguments(node).into_iter().any(|a| self.uses_registers(a)))
    }

    fn open(&mut self, node: NodeId, target: Option<(PlaceId, &Buffer)>) {
        let rank = match target {
            Some((place, Buffer::Place { views, .. })) => self.target_type(place, views.first()).2,
            _ => self.graph.node(node).rank,
        };
        self.group.rank = Some(rank);
        for read in self.reads(node) {
            self.group.leaves.insert(read);
        }
        if let Some((_, buffer)) = target {
            self.group.leaves.insert(buffer.clone());
        }
    }

    /// The value of one element of `node`, in the group's body.
    fn element(&mut self, node: NodeId) -> Argument {
        if let Some(value) = self.group.registers.get(&node) {
            return value.clone();
        }
        let found = self.graph.node(node).clone();
        if found.is_scalar() {
            return self.scalar_element(node, &found.kind, &found.dtype);
        }
        if let NodeKind::Read { place, version } = found.kind
            && let Some(value) = self.group.versions.get(&(place, version))
        {
            return value.clone();
        }
        if let Some(buffer) = self.direct(node) {
            let name = self.buffer_name(&buffer);
            let value = match self.group.written_part(&buffer) {
                Some(value) => value,
                None => self.group.load(buffer, name, found.dtype, found.rank),
            };
            self.group.registers.insert(node, value.clone());
            return value;
        }
        let args: Vec<Argument> = self.graph.arguments(node).into_iter().map(|a| self.element(a)).collect();
        let kind = match found.kind {
            NodeKind::Elementwise { operation, .. } => InstructionKind::Operation(operation),
            NodeKind::Map { function, .. } => {
                let tokens = self.functions[function].tokens.clone();
                let scalar = self.group.scalar(None, tokens);
                InstructionKind::Map(scalar)
            }
            _ => InstructionKind::Cast,
        };
        let value = self.group.push(found.dtype, kind, args);
        self.group.registers.insert(node, value.clone());
        value
    }

    fn scalar_element(&mut self, node: NodeId, kind: &NodeKind, dtype: &DType) -> Argument {
        if let NodeKind::Literal(text) = kind {
            return Argument::Literal(text.clone(), dtype.clone());
        }
        for dependency in self.graph.dependencies(node) {
            if let NodeKind::Host(number) = self.graph.node(dependency).kind {
                let reads = self.graph.hosts[number].reads.clone();
                self.group.reads.extend(reads);
            }
        }
        let tokens = self.scalar_text(node);
        let scalar = self.group.scalar(Some(dtype.clone()), tokens);
        Argument::Scalar(scalar)
    }

    /// Launches the open group.
    fn flush(&mut self) {
        if self.group.is_empty() {
            let after = std::mem::take(&mut self.group).after;
            after.into_iter().for_each(|step| self.push(step));
            return;
        }
        let mut group = std::mem::take(&mut self.group);
        let mut results = vec![None; group.operands.len()];
        let mut mutable = Vec::new();
        let mut exported = Vec::new();
        for output in std::mem::take(&mut group.outputs) {
            let access = match output.kind {
                OutputKind::Bound if !self.uses.outside(output.node, &group.positions) => continue,
                OutputKind::Bound | OutputKind::Temporary => Access::Scratch,
                OutputKind::Visible { mutable: is } => {
                    if is {
                        mutable.push(output.name.clone());
                    }
                    Access::New
                }
                OutputKind::Reduction(reduction) => Access::Reduce(reduction),
            };
            let found = self.graph.node(output.node);
            group.operands.push(Operand {
                name: output.name.to_string(),
                dtype: found.dtype.clone(),
                rank: found.rank,
                access,
                buffer: usize::MAX,
            });
            group.stores.push(crate::ir::kernel::Store {
                operand: group.operands.len() - 1,
                value: output.value.clone(),
            });
            results.push(Some(output.name.clone()));
            exported.push(output);
        }
        results.resize(group.operands.len(), None);
        if !group.stores.is_empty() {
            let source = group.sources.join("; ");
            self.push(Step::Source(source.clone()));
            let guard = self.guard(&group, &exported);
            let fallback = (guard.len() > 1).then(|| self.fallback(&group, &exported));
            let site = Site {
                statement: source.clone(),
                operands: group.operands.iter().map(|o| o.name.clone()).collect(),
            };
            let launch = Launch {
                kernel: Kernel {
                    source,
                    operands: group.operands,
                    scalars: group.scalars,
                    body: group.body,
                    stores: group.stores,
                },
                buffers: group.buffers,
                values: group.values,
                results,
                mutable,
                guard: if fallback.is_some() { guard } else { Vec::new() },
                fallback,
                site,
            };
            self.push(Step::Kernel(Box::new(launch)));
        }
        for output in exported {
            if !matches!(output.kind, OutputKind::Reduction(_)) {
                let buffer = self.local(output.name, output.node);
                self.store(output.node, Stored::Array(buffer));
            }
        }
        for step in group.after {
            self.push(step);
        }
    }

    /// The shapes that must be equal for all outputs of a group to come from one loop.
    fn guard(&self, group: &Group, exported: &[Output]) -> Vec<TokenStream> {
        let mut keys: Vec<Vec<Buffer>> = Vec::new();
        let mut shapes = Vec::new();
        for root in &group.roots {
            let key = match root {
                Root::Write { target, .. } => vec![target.clone()],
                Root::Value { node, name, .. } => {
                    if !exported.iter().any(|o| o.name == *name) {
                        continue;
                    }
                    let mut leaves: Vec<Buffer> = self
                        .leaf_nodes(*node)
                        .into_iter()
                        .filter_map(|leaf| self.direct(leaf))
                        .collect();
                    leaves.sort_by_key(|b| format!("{b:?}"));
                    leaves.dedup();
                    leaves
                }
            };
            if keys.contains(&key) || key.is_empty() {
                continue;
            }
            let method = self.method;
            shapes.push(match key.as_slice() {
                [one] => crate::emit::buffer::shape(one, self.graph, self.method),
                _ => {
                    let parts = key.iter().map(|b| self.named_shape(b));
                    quote!(::brain_jit::__private::broadcast_shape(#method, &[#(#parts),*]))
                }
            });
            keys.push(key);
        }
        shapes
    }

    /// The group's work operation by operation, for shapes that do not share a loop.
    fn fallback(&mut self, group: &Group, exported: &[Output]) -> Block {
        let mut plain = Scheduler {
            graph: self.graph,
            functions: self.functions,
            uses: self.uses,
            mode: Mode::Plain,
            method: self.method,
            memo: self.memo.clone(),
            group: Group::default(),
            steps: vec![Vec::new()],
            position: self.position,
            counter: self.counter,
            current: self.current.clone(),
        };
        plain.memo.push(HashMap::new());
        let mut results: HashMap<String, TokenStream> = HashMap::new();
        for root in &group.roots {
            match root {
                Root::Write { place, target, node, version } => {
                    let view = match target {
                        Buffer::Place { views, .. } => views.first().cloned(),
                        Buffer::Local { .. } => None,
                    };
                    plain.write(*place, view.as_ref(), *node, None, *version, "");
                }
                Root::Value { node, name, kind } => {
                    if let OutputKind::Reduction(reduction) = kind {
                        let argument = plain.argument(*node);
                        let site = plain.site(&plain.current, vec![]);
                        let out = plain.fresh(reduction.name());
                        let source = self.graph.node(*node).dtype.clone();
                        let dtype = reduction.dtype(&source);
                        plain.push(Step::Operation {
                            out: out.clone(),
                            operation: PlainOperation::Reduce(*reduction),
                            args: vec![argument],
                            source,
                            dtype,
                            rank: Rank::Static(0),
                            site,
                        });
                        results.insert(name.to_string(), quote!(#out));
                        continue;
                    }
                    let bound = plain.plain_array(*node, true);
                    let buffer = self.local(bound.clone(), *node);
                    plain.store(*node, Stored::Array(buffer));
                    results.insert(name.to_string(), quote!(#bound));
                }
            }
        }
        self.counter = plain.counter;
        let values = exported.iter().map(|output| {
            let value = results.get(&output.name.to_string()).cloned().unwrap_or_default();
            match output.kind {
                OutputKind::Bound | OutputKind::Temporary => {
                    quote!(::brain_jit::__private::kernel::Temporary::from(#value))
                }
                _ => value,
            }
        });
        let tail = quote!((#(#values,)*));
        Block {
            steps: plain.steps.pop().unwrap_or_default(),
            tail: Some(tail),
        }
    }

    fn local(&self, name: Ident, node: NodeId) -> Buffer {
        let rank = match self.graph.node(node).rank {
            Rank::Static(rank) => rank,
            Rank::Dynamic => 0,
        };
        Buffer::Local { name, rank, views: Vec::new() }
    }

    fn buffer_name(&self, buffer: &Buffer) -> String {
        match buffer {
            Buffer::Place { place, .. } => self.graph.place(*place).name.clone(),
            Buffer::Local { name, .. } => {
                let text = name.to_string();
                if text.starts_with("__") { "a temporary".into() } else { text }
            }
        }
    }

    fn plain_site(&self, args: &[PlainArgument]) -> Site {
        let names = args
            .iter()
            .map(|arg| match arg {
                PlainArgument::Array(buffer) => self.buffer_name(buffer),
                PlainArgument::Scalar(..) => String::new(),
            })
            .collect();
        self.site(&self.current, names)
    }

    fn site(&self, statement: &str, operands: Vec<String>) -> Site {
        Site {
            statement: statement.to_string(),
            operands,
        }
    }
}

fn place_buffer(place: PlaceId, view: Option<&View>) -> Buffer {
    Buffer::Place {
        place,
        views: view.cloned().into_iter().collect(),
    }
}
