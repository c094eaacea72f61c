//! Where each bound value is used, by the position of the statement.

use crate::ir::graph::{Call, Graph, NodeId, NodeKind};
use crate::ir::region::{HostCode, Region, StatementKind, Value};
use std::collections::{HashMap, HashSet};

/// Positions count statements and block values in the order in which the scheduler meets them.
#[derive(Default, Debug)]
pub struct Uses {
    positions: HashMap<NodeId, Vec<usize>>,
    bound: HashSet<NodeId>,
    /// Bound by the user, or named by host code.
    named: HashSet<NodeId>,
    /// What a gradient computed and nothing uses.
    dead: HashSet<NodeId>,
    /// What the open regions have bound, innermost last.
    open: Vec<HashSet<NodeId>>,
    next: usize,
}

impl Uses {
    pub fn of(graph: &Graph, region: &Region) -> Uses {
        let mut uses = Uses::default();
        uses.collect_bound(region);
        loop {
            uses.positions.clear();
            uses.next = 0;
            uses.region(graph, region);
            // What is dead uses nothing.
            let unused = uses.bound.iter().filter(|node| uses.unused(graph, **node));
            let dead: HashSet<NodeId> = unused.copied().collect();
            if dead == uses.dead {
                return uses;
            }
            uses.dead = dead;
        }
    }

    fn unused(&self, graph: &Graph, node: NodeId) -> bool {
        let effects = || {
            let mut all = graph.dependencies(node).into_iter();
            all.any(|node| match graph.node(node).kind {
                NodeKind::Host(number) => !graph.hosts[number].pure,
                NodeKind::Draw { .. } | NodeKind::Map { .. } => true,
                _ => false,
            })
        };
        !self.named.contains(&node) && !self.positions.contains_key(&node) && !effects()
    }

    /// Whether nothing needs `node`, which a gradient bound.
    pub fn is_dead(&self, node: NodeId) -> bool {
        self.dead.contains(&node)
    }

    /// What to call for a routine's node: two of the three factors of a chain may have been multiplied already.
    pub fn resolved(&self, graph: &Graph, call: &Call, args: &[NodeId]) -> (Call, Vec<NodeId>) {
        let product = |a: NodeId, b: NodeId| {
            let found = graph.find_call(Call::Dot, vec![a, b])?;
            self.positions.contains_key(&found).then_some(found)
        };
        if let (Call::Chain, [a, b, c]) = (call, args) {
            if let Some(product) = product(*a, *b) {
                return (Call::Dot, vec![product, *c]);
            }
            if let Some(product) = product(*b, *c) {
                return (Call::Dot, vec![*a, product]);
            }
        }
        (call.clone(), args.to_vec())
    }

    /// Whether `node` is used by a statement that is not in `inside`.
    pub fn outside(&self, node: NodeId, inside: &HashSet<usize>) -> bool {
        self.positions
            .get(&node)
            .is_some_and(|list| list.iter().any(|p| !inside.contains(p)))
    }

    /// Whether `node` is used by a later statement.
    pub fn after(&self, node: NodeId, position: usize) -> bool {
        let positions = self.positions.get(&node);
        positions.is_some_and(|list| list.iter().any(|p| *p > position))
    }

    pub fn is_bound(&self, node: NodeId) -> bool {
        self.bound.contains(&node)
    }

    fn collect_bound(&mut self, region: &Region) {
        for statement in &region.statements {
            match &statement.kind {
                StatementKind::Bind {
                    name,
                    node,
                    place,
                    mutable,
                    visible,
                } => {
                    self.bound.insert(*node);
                    let generated = crate::lower::shown_name(&name.to_string()).starts_with("__");
                    if !generated || place.is_some() || *mutable || *visible {
                        self.named.insert(*node);
                    }
                }
                StatementKind::Host(code) => self.bound_in(code),
                _ => {}
            }
        }
        if let Some(Value::Host(code)) = &region.tail {
            self.bound_in(code);
        }
    }

    fn bound_in(&mut self, code: &HostCode) {
        for hole in &code.holes {
            self.collect_bound(&hole.region);
        }
    }

    fn region(&mut self, graph: &Graph, region: &Region) {
        self.open.push(HashSet::new());
        for statement in &region.statements {
            self.next += 1;
            match &statement.kind {
                StatementKind::Bind { node, .. } if self.dead.contains(node) => {}
                StatementKind::Bind { node, place, .. } => {
                    // What is bound again is not computed again.
                    match self.open.iter().any(|region| region.contains(node)) {
                        true => self.mark(graph, *node),
                        false => self.arguments(graph, *node),
                    }
                    if let Some(region) = self.open.last_mut()
                        && place.is_none()
                    {
                        region.insert(*node);
                    }
                }
                StatementKind::Write { node, mask, .. } => {
                    self.mark(graph, *node);
                    if let Some(mask) = mask {
                        self.mark(graph, *mask);
                    }
                }
                StatementKind::Scatter { index, value, .. } => {
                    self.mark(graph, *index);
                    self.mark(graph, *value);
                }
                StatementKind::AssignHost { .. } => {}
                StatementKind::Host(code) => self.holes(graph, code),
            }
        }
        self.next += 1;
        match &region.tail {
            Some(Value::Node(node)) => self.mark(graph, *node),
            Some(Value::Host(code)) => self.holes(graph, code),
            None => {}
        }
        self.open.pop();
    }

    fn holes(&mut self, graph: &Graph, code: &HostCode) {
        for hole in &code.holes {
            self.region(graph, &hole.region);
        }
    }

    fn mark(&mut self, graph: &Graph, node: NodeId) {
        let list = self.positions.entry(node).or_default();
        if list.last() != Some(&self.next) {
            list.push(self.next);
        } else {
            return;
        }
        if !self.bound.contains(&node) {
            self.arguments(graph, node);
        }
    }

    fn arguments(&mut self, graph: &Graph, node: NodeId) {
        match &graph.node(node).kind {
            // A length looks at the arrays that a shape comes from, not at the value.
            NodeKind::Count(arg) | NodeKind::AxisLength { arg, .. } => {
                for leaf in graph.shape_leaves(*arg) {
                    self.mark(graph, leaf);
                }
            }
            _ => {
                for arg in graph.arguments(node) {
                    self.mark(graph, arg);
                }
            }
        }
    }
}
