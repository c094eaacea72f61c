//! Decides the order of work: what fuses into which kernel, what runs as a routine of its own.
//!
//! Statements are taken in order. Elementwise statements join the open group as long as the group's
//! loop can compute them too; host code, routines and conflicts close it. With [`Mode::Plain`] every
//! operation runs on its own: that is the plain twin, and the fallback of a fused group.

mod buffers;
mod donate;
mod fusion;
mod launch;
mod moves;
mod plain;
mod scalars;
mod tile;
mod wording;

use super::component::Components;
use super::group::{Group, Output, OutputKind, Root};
use super::step::{Block, Buffer, Launch, PlainArgument, PlainOperation, Site, Step, Watched};
use super::uses::Uses;
use crate::emit::scalar;
use crate::ir::graph::{Call, Graph, NodeId, NodeKind, PlaceId, View};
use crate::ir::kernel::{Access, Argument, InstructionKind, Kernel, Operand};
use crate::ir::operation::Operation;
use crate::ir::region::{HostCode, Region, Statement, StatementKind, Value};
use crate::ir::types::{DType, Rank};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::{HashMap, HashSet};

/// How many operands a kernel may read and write before statements stop to join it.
const MAX_OPERANDS: usize = 20;

/// How many operands a launch takes, results among them.
const LAUNCH_OPERANDS: usize = 24;

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
    draws: &'a [Ident],
    uses: &'a Uses,
    mode: Mode,
    /// The method's path, for messages.
    method: &'a str,
    memo: Vec<HashMap<NodeId, Stored>>,
    /// The arrays that have names of their own, in the method.
    named: HashSet<String>,
    group: Group,
    steps: Vec<Vec<Step>>,
    position: usize,
    counter: usize,
    /// The source of the statement at hand.
    current: String,
    /// Where it stands.
    span: Option<Span>,
    /// Of the regions that are open, innermost last.
    components: Vec<Components>,
    /// The method's result is being made: nothing reads its arguments any more.
    last: bool,
}

impl<'a> Scheduler<'a> {
    pub fn new(
        graph: &'a Graph,
        functions: &'a [HostCode],
        draws: &'a [Ident],
        uses: &'a Uses,
        mode: Mode,
        method: &'a str,
    ) -> Self {
        Scheduler {
            graph,
            functions,
            draws,
            uses,
            mode,
            method,
            memo: vec![HashMap::new()],
            named: HashSet::new(),
            group: Group::default(),
            steps: Vec::new(),
            position: 0,
            counter: 0,
            current: String::new(),
            span: None,
            components: Vec::new(),
            last: false,
        }
    }
    /// The steps of a region.
    pub fn region(&mut self, region: &Region) -> Block {
        self.flush();
        self.memo.push(HashMap::new());
        self.steps.push(Vec::new());
        self.components
            .push(Components::of(self.graph, self.uses, region));
        for statement in &region.statements {
            self.position += 1;
            self.statement(statement);
        }
        self.position += 1;
        if !region.tail_source.is_empty() {
            self.current.clone_from(&region.tail_source);
        }
        if let Some(span) = region.tail_span {
            self.at(span);
        }
        let tail = region.tail.as_ref().and_then(|value| self.tail(value));
        self.flush();
        self.memo.pop();
        self.components.pop();
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
                self.last = self.steps.len() == 1;
                let name = self.owned(*node);
                self.last = false;
                // A loop's or a condition's block takes nothing from around.
                let around = self.memo.iter().rev().skip(1).any(|scope| {
                    matches!(scope.get(node), Some(Stored::Array(Buffer::Local { name: other, .. })) if *other == name)
                });
                Some(match around {
                    true => quote!(#name.clone()),
                    false => quote!(#name),
                })
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
                    shown: None,
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
    /// What follows comes from there.
    fn at(&mut self, span: Span) {
        self.span = Some(span);
        self.push(Step::At(span));
    }
    fn fresh(&mut self, stem: &str) -> Ident {
        self.counter += 1;
        let mode = if self.mode == Mode::Plain { "p" } else { "" };
        let stem = stem.replace("r#", "");
        Ident::new(
            &format!("__{stem}_{mode}{}", self.counter),
            Span::mixed_site(),
        )
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
        self.current = statement.source.clone();
        self.at(statement.span);
        let watched = self.watch(&statement.kind);
        self.scheduled(statement);
        for (watch, target, name) in watched {
            let step = Step::Watched {
                watch,
                target,
                line: statement.span.start().line,
                site: self.site(&statement.source, vec![name]),
            };
            self.push(step);
        }
    }
    /// In the plain twin, remembers what the statement writes for `check_nan`.
    fn watch(&mut self, kind: &StatementKind) -> Vec<(Ident, Watched, String)> {
        if self.mode != Mode::Plain {
            return Vec::new();
        }
        let targets: Vec<(Watched, String)> = match kind {
            StatementKind::Write { place, .. }
            | StatementKind::Scatter { place, .. }
            | StatementKind::AssignHost { place, .. } => {
                let written = self.graph.place(*place);
                if !(written.ty.dtype.is_float() || written.ty.dtype.is_complex()) {
                    return Vec::new();
                }
                let target = Watched::Array(place_buffer(*place, None));
                vec![(target, written.name.clone())]
            }
            StatementKind::Host(code) => {
                let floats = code.floats.iter().filter(|_| code.holes.is_empty());
                let floats =
                    floats.map(|(name, tokens)| (Watched::Scalar(tokens.clone()), name.clone()));
                let arrays = code.arrays.iter().map(|place| {
                    let name = self.graph.place(*place).name.clone();
                    (Watched::Array(place_buffer(*place, None)), name)
                });
                floats.chain(arrays).collect()
            }
            _ => Vec::new(),
        };
        let named = targets.into_iter().map(|(target, name)| {
            let watch = self.fresh("watch");
            let step = Step::Watch {
                watch: watch.clone(),
                target: target.clone(),
            };
            self.push(step);
            (watch, target, name)
        });
        named.collect()
    }
    fn scheduled(&mut self, statement: &Statement) {
        let source = &statement.source;
        match &statement.kind {
            StatementKind::Bind {
                name,
                node,
                place,
                mutable,
                visible,
            } => self.bind(name, *node, *place, *mutable, *visible, source),
            StatementKind::Write {
                place,
                view,
                node,
                mask,
                version,
            } => self.write(*place, view.as_ref(), *node, *mask, *version, source),
            StatementKind::Scatter {
                place,
                kind,
                index,
                value,
                ..
            } => {
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
            StatementKind::AssignHost {
                place, view, value, ..
            } => {
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
            .flat_map(|place| [*place, self.graph.origin(*place)])
            .map(|place| self.graph.place(place).root().to_string())
            .collect();
        // A local array that the group still reads may be moved or written.
        let touched = self.group.buffers.iter().any(|buffer| match buffer {
            Buffer::Place { place, .. } => {
                [*place, self.graph.origin(*place)]
                    .into_iter()
                    .any(|place| {
                        let name = self.graph.place(place).root();
                        effects.writes.contains(name)
                            || effects.reads.contains(name) && !name.starts_with("self.")
                    })
            }
            Buffer::Local { .. } | Buffer::Draw { .. } => false,
        });
        let passes = effects.pure
            && !touched
            && code.holes.is_empty()
            && effects.writes.is_disjoint(&self.group.reads)
            && !effects
                .reads
                .iter()
                .any(|name| self.group.pending.contains(name) || written.contains(name))
            && !effects
                .writes
                .iter()
                .any(|name| self.group.pending.contains(name));
        if !passes {
            self.flush();
        }
        let holes = self.holes(code);
        self.push(Step::Source(source.to_string()));
        self.keep_moved(&code.tokens);
        self.push(Step::Host {
            tokens: code.tokens.clone(),
            shown: code.shown.clone(),
            holes,
        });
    }
    fn bind(
        &mut self,
        name: &Ident,
        node: NodeId,
        place: Option<PlaceId>,
        mutable: bool,
        visible: bool,
        source: &str,
    ) {
        if self.uses.is_dead(node) {
            return;
        }
        if self.graph.node(node).is_scalar() {
            self.bind_scalar(name, node, mutable, source);
            return;
        }
        if self.mode == Mode::Plain || place.is_some() || mutable {
            // An equal value that has another name stays what it is when this one is written.
            let shared = place.is_some() && self.uses.outside(node, &[self.position].into());
            let owned = match self.mode == Mode::Fused && of_gradient(name) {
                true if shared => {
                    let kept = self.buffer(node);
                    let name = self.scratch(node);
                    self.store(node, Stored::Array(kept));
                    name
                }
                true => self.scratch(node),
                false if shared => {
                    self.buffer(node);
                    self.flush();
                    self.plain_copy(node)
                }
                false => self.owned(node),
            };
            self.flush();
            self.push(Step::Source(source.to_string()));
            // Under its other name it may still be read; a loop's or condition's statements take nothing from around.
            let outside = self.memo.iter().rev().skip(1).any(|scope| {
                matches!(scope.get(&node), Some(Stored::Array(Buffer::Local { name, .. })) if *name == owned)
            });
            let copied = (outside || self.named.contains(&owned.to_string())) && owned != *name;
            self.named.insert(name.to_string());
            self.push(Step::Let {
                name: name.clone(),
                mutable,
                dtype: None,
                value: match copied {
                    true => quote!(#owned.clone()),
                    false => quote!(#owned),
                },
            });
            let buffer = self.local(name.clone(), node);
            if place.is_none() {
                self.store(node, Stored::Array(buffer));
            } else if !shared {
                // The name is a place from here on; the node's old home is gone.
                self.forget(node);
            }
            return;
        }
        if self.stored(node).is_some() && !visible {
            return;
        }
        if !visible && matches!(self.graph.node(node).kind, NodeKind::Call { .. }) {
            // What a routine computes has a home of its own.
            self.call(node, false);
            return;
        }
        let kind = if visible {
            OutputKind::Visible { mutable }
        } else {
            OutputKind::Bound
        };
        if visible && self.group.outputs.iter().any(|output| output.name == *name) {
            // A name that is bound again: one `let` cannot bind it twice.
            self.flush();
        }
        let name = if visible {
            self.named.insert(name.to_string());
            name.clone()
        } else {
            let name = crate::lower::shown_name(&name.to_string());
            self.fresh(&format!("temporary_{name}_"))
        };
        self.join_value(node, name, kind, source);
        self.group.positions.insert(self.position);
    }
    fn forget(&mut self, node: NodeId) {
        for scope in &mut self.memo {
            scope.remove(&node);
        }
    }
    fn site(&self, statement: &str, operands: Vec<String>) -> Site {
        Site {
            statement: wording::statement(statement),
            operands: operands.iter().map(|name| wording::operand(name)).collect(),
        }
    }
}

/// Whether a local array is one that the sweeps of a gradient keep: only they name it, so it can lie in the thread's arena.
fn of_gradient(name: &Ident) -> bool {
    let text = name.to_string();
    let stems = ["__t", "__joined", "__start", "__end", "__adjoint"];
    let number = stems.iter().find_map(|stem| text.strip_prefix(stem));
    let carried = || Some(text.strip_prefix("__")?.rsplit_once("_carried")?.1);
    number
        .or_else(carried)
        .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
}

fn place_buffer(place: PlaceId, view: Option<&View>) -> Buffer {
    Buffer::Place {
        place,
        views: view.cloned().into_iter().collect(),
    }
}
