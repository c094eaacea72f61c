//! The IR as text.

use super::graph::{Graph, NodeId, NodeKind};
use super::region::{Region, StatementKind, Value};
use crate::syntax::text::print;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A region with the nodes that its statements use.
pub fn region(graph: &Graph, body: &Region) -> String {
    let mut printer = Printer {
        graph,
        out: String::new(),
        printed: BTreeSet::new(),
    };
    printer.region(body, 0);
    printer.out
}

struct Printer<'a> {
    graph: &'a Graph,
    out: String,
    printed: BTreeSet<NodeId>,
}

impl Printer<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "  ".repeat(depth));
    }

    fn region(&mut self, region: &Region, depth: usize) {
        for statement in &region.statements {
            match &statement.kind {
                StatementKind::Bind { name, node, .. } => {
                    self.nodes(*node, depth);
                    self.line(depth, &format!("bind {name} = %{}", node.0));
                }
                StatementKind::Write {
                    place,
                    node,
                    version,
                    view,
                    ..
                } => {
                    self.nodes(*node, depth);
                    let part = if view.is_some() { " (a view)" } else { "" };
                    let name = self.graph.place(*place).name.clone();
                    self.line(
                        depth,
                        &format!("write {name}{part} version {version} = %{}", node.0),
                    );
                }
                StatementKind::Scatter {
                    place,
                    kind,
                    index,
                    value,
                    ..
                } => {
                    self.nodes(*index, depth);
                    self.nodes(*value, depth);
                    let name = self.graph.place(*place).name.clone();
                    self.line(
                        depth,
                        &format!("scatter {kind:?} {name}[%{}] %{}", index.0, value.0),
                    );
                }
                StatementKind::AssignHost { place, value, .. } => {
                    let name = self.graph.place(*place).name.clone();
                    self.line(depth, &format!("assign {name} = host {value}"));
                }
                StatementKind::Host(code) => {
                    self.line(depth, &format!("host {}", print(code.tokens.clone())));
                    for hole in &code.holes {
                        self.line(depth + 1, &format!("region {}", hole.name));
                        self.region(&hole.region, depth + 2);
                    }
                }
            }
        }
        match &region.tail {
            Some(Value::Node(node)) => {
                self.nodes(*node, depth);
                self.line(depth, &format!("yield %{}", node.0));
            }
            Some(Value::Host(code)) => {
                self.line(depth, &format!("yield host {}", print(code.tokens.clone())));
                for hole in &code.holes {
                    self.line(depth + 1, &format!("region {}", hole.name));
                    self.region(&hole.region, depth + 2);
                }
            }
            None => {}
        }
    }

    fn nodes(&mut self, root: NodeId, depth: usize) {
        for id in self.graph.dependencies(root) {
            if !self.printed.insert(id) {
                continue;
            }
            let node = self.graph.node(id);
            let args = |list: &[NodeId]| {
                list.iter()
                    .map(|a| format!("%{}", a.0))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let text = match &node.kind {
                NodeKind::Read { place, version } => {
                    format!("read {} version {version}", self.graph.place(*place).name)
                }
                NodeKind::Host(number) => {
                    format!("host {}", print(self.graph.hosts[*number].tokens.clone()))
                }
                NodeKind::Literal(text) => text.clone(),
                NodeKind::Elementwise {
                    operation,
                    args: list,
                } => format!("{}({})", operation.row().name, args(list)),
                NodeKind::Cast(arg) => format!("cast %{}", arg.0),
                NodeKind::Map {
                    function,
                    args: list,
                } => format!("map f{function}({})", args(list)),
                NodeKind::View { arg, .. } => format!("view of %{}", arg.0),
                NodeKind::Reduce { reduction, arg } => format!("{} %{}", reduction.name(), arg.0),
                NodeKind::Count(arg) => format!("count %{}", arg.0),
                NodeKind::AxisLength { arg, .. } => format!("axis length of %{}", arg.0),
                NodeKind::Call { call, args: list } => format!("{}({})", call.name(), args(list)),
                NodeKind::Draw { draw } => format!("draw {draw}"),
            };
            self.line(
                depth,
                &format!("%{}: {} rank {:?} = {text}", id.0, node.dtype, node.rank),
            );
        }
    }
}
