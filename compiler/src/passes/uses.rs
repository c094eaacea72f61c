//! Where each bound value is used, by the position of the statement.

use crate::ir::graph::{Graph, NodeId, NodeKind};
use crate::ir::region::{HostCode, Region, StatementKind, Value};
use std::collections::{HashMap, HashSet};

/// Positions count statements and block values in the order in which the scheduler meets them.
#[derive(Default, Debug)]
pub struct Uses {
    positions: HashMap<NodeId, Vec<usize>>,
    bound: HashSet<NodeId>,
    next: usize,
}

impl Uses {
    pub fn of(graph: &Graph, region: &Region) -> Uses {
        let mut uses = Uses::default();
        uses.collect_bound(region);
        uses.region(graph, region);
        uses
    }

    /// Whether `node` is used by a statement that is not in `inside`.
    pub fn outside(&self, node: NodeId, inside: &HashSet<usize>) -> bool {
        self.positions
            .get(&node)
            .is_some_and(|list| list.iter().any(|p| !inside.contains(p)))
    }

    pub fn is_bound(&self, node: NodeId) -> bool {
        self.bound.contains(&node)
    }

    fn collect_bound(&mut self, region: &Region) {
        for statement in &region.statements {
            match &statement.kind {
                StatementKind::Bind { node, .. } => {
                    self.bound.insert(*node);
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
        for statement in &region.statements {
            self.next += 1;
            match &statement.kind {
                StatementKind::Bind { node, .. } => self.arguments(graph, *node),
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
