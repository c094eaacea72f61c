//! Which statements of a region work on the same arrays, directly or through others.
//!
//! Only those may share a loop: two populations of different sizes in one method stay apart.

use super::uses::Uses;
use crate::ir::graph::{Graph, NodeId, NodeKind, PlaceId, View};
use crate::ir::region::{Region, StatementKind};
use crate::ir::types::Rank;
use std::collections::HashMap;

/// An array that statements may have in common.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Key {
    Place(PlaceId, Vec<View>),
    Node(NodeId),
}

/// The arrays of a region, joined into components.
#[derive(Clone, Default, Debug)]
pub struct Components {
    index: HashMap<Key, usize>,
    parent: Vec<usize>,
}

impl Components {
    /// Joins the arrays that one statement names.
    pub fn of(graph: &Graph, uses: &Uses, region: &Region) -> Components {
        let mut components = Components::default();
        for statement in &region.statements {
            let (node, target) = match &statement.kind {
                StatementKind::Bind { node, .. } => (*node, Some(Key::Node(*node))),
                StatementKind::Write {
                    place, view, node, ..
                } => (
                    *node,
                    Some(Key::Place(*place, view.iter().cloned().collect())),
                ),
                _ => continue,
            };
            let rank = match &target {
                Some(Key::Place(place, views)) if views.is_empty() => graph.place(*place).ty.rank,
                _ => graph.node(node).rank,
            };
            let mut keys: Vec<Key> = target.into_iter().collect();
            collect(graph, uses, node, rank, true, &mut keys);
            components.join(&keys);
        }
        components
    }

    /// The component of a tree or of a written place.
    pub fn find(&self, graph: &Graph, uses: &Uses, node: NodeId, rank: Rank) -> Vec<usize> {
        let mut keys = Vec::new();
        collect(graph, uses, node, rank, false, &mut keys);
        keys.iter()
            .filter_map(|k| self.index.get(k))
            .map(|n| self.root(*n))
            .collect()
    }

    fn root(&self, mut number: usize) -> usize {
        while self.parent[number] != number {
            number = self.parent[number];
        }
        number
    }

    fn join(&mut self, keys: &[Key]) {
        let numbers: Vec<usize> = keys
            .iter()
            .map(|key| {
                *self.index.entry(key.clone()).or_insert_with(|| {
                    self.parent.push(self.parent.len());
                    self.parent.len() - 1
                })
            })
            .collect();
        for pair in numbers.windows(2) {
            let (a, b) = (self.root(pair[0]), self.root(pair[1]));
            self.parent[a] = b;
        }
    }

    /// The component of a place.
    pub fn place(&self, place: PlaceId, views: &[View]) -> Option<usize> {
        let number = self.index.get(&Key::Place(place, views.to_vec()))?;
        Some(self.root(*number))
    }
}

/// The arrays of full rank that a tree reads; bound values count as themselves.
fn collect(graph: &Graph, uses: &Uses, node: NodeId, rank: Rank, top: bool, keys: &mut Vec<Key>) {
    let found = graph.node(node);
    if found.rank != rank {
        return;
    }
    if uses.is_bound(node) {
        keys.push(Key::Node(node));
        if !top {
            return;
        }
    }
    match &found.kind {
        NodeKind::Read { place, .. } => keys.push(Key::Place(*place, Vec::new())),
        NodeKind::View { arg, view } => match &graph.node(*arg).kind {
            NodeKind::Read { place, .. } => keys.push(Key::Place(*place, vec![view.clone()])),
            _ => keys.push(Key::Node(node)),
        },
        NodeKind::Elementwise { args, .. } | NodeKind::Map { args, .. } => {
            for arg in args {
                collect(graph, uses, *arg, rank, false, keys);
            }
        }
        NodeKind::Cast(arg) => collect(graph, uses, *arg, rank, false, keys),
        _ => keys.push(Key::Node(node)),
    }
}
