//! The array IR: nodes with value semantics, hash-consed, so that equal expressions are one node.
//!
//! A read names the version of what it reads; a write makes a new version. So a node's value never
//! changes, and two equal nodes are a common subexpression by construction.

use super::operation::{Operation, Reduction};
use super::types::{ArrayType, DType, Rank};
use proc_macro2::{Span, TokenStream};
use std::collections::{BTreeSet, HashMap};

/// A node of the [`Graph`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub usize);

/// Something that can be read and maybe written: a variable, a parameter, a local array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PlaceId(pub usize);

/// See [`PlaceId`].
#[derive(Clone, Debug)]
pub struct Place {
    /// As messages name it, for instance `self.v`.
    pub name: String,
    /// A Rust place expression.
    pub tokens: TokenStream,
    pub ty: ArrayType,
    pub writable: bool,
    /// An `Array` parameter passed by value: its buffer may become the result's.
    pub donated: bool,
    /// A gradient: what is written is summed over the axes along which the value was broadcast.
    pub summed: bool,
    /// Visible before the first statement runs: a variable, a constant or a parameter.
    pub at_entry: bool,
    /// The names that say which of several children it is of.
    pub reads: BTreeSet<String>,
    /// The place that this one is another name of: `let w = &mut self.v;`.
    pub origin: Option<PlaceId>,
    pub version: usize,
    /// The number of writes so far, for borrows.
    pub writes: usize,
}

impl Place {
    /// The name without positions of children: `self.cells.v` for `self.cells[k].v`.
    fn field(&self) -> String {
        let mut depth = 0;
        let outside = self.name.chars().filter(|c| {
            depth += i32::from(*c == '[');
            let outside = depth == 0;
            depth -= i32::from(*c == ']');
            outside
        });
        outside.collect()
    }

    /// The name by which effects of host code call it: `self.child` for `self.child.v`.
    pub fn root(&self) -> &str {
        let start = match self.name.starts_with("self.") {
            true => "self.".len(),
            false => 0,
        };
        let end = self.name[start..].find(['.', '[']);
        &self.name[..end.map_or(self.name.len(), |end| start + end)]
    }
}

/// A scalar that host code computes.
#[derive(Clone, Debug)]
pub struct HostScalar {
    pub tokens: TokenStream,
    /// The names that the tokens read (`self.t` for fields).
    pub reads: BTreeSet<String>,
    /// Cannot panic and has no effects, so that it may move past kernels.
    pub pure: bool,
    /// Depends on entry values alone.
    pub at_entry: bool,
}

/// How one axis of an array is addressed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum AxisIndex {
    /// A single position: the axis goes away.
    At(Bound),
    Range {
        start: Option<Bound>,
        end: Option<Bound>,
        step: Option<Bound>,
    },
    NewAxis,
}

/// A position or step: a literal, or a host scalar by its number.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Bound {
    Literal(i64),
    Host(usize),
}

/// Another look at an array's elements, without a copy.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum View {
    Index(Vec<AxisIndex>),
    Transpose,
}

impl View {
    /// The host scalars that it is made with.
    pub fn hosts(&self) -> Vec<usize> {
        let View::Index(axes) = self else {
            return Vec::new();
        };
        let bounds = axes.iter().flat_map(|axis| match axis {
            AxisIndex::At(bound) => vec![bound],
            AxisIndex::Range { start, end, step } => {
                [start, end, step].into_iter().flatten().collect()
            }
            AxisIndex::NewAxis => Vec::new(),
        });
        let hosts = bounds.filter_map(|bound| match bound {
            Bound::Host(host) => Some(*host),
            Bound::Literal(_) => None,
        });
        hosts.collect()
    }
}

/// A runtime routine on evaluated operands.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Call {
    /// `dot`, `matmul`: the contraction of NumPy for ranks 1 and 2.
    Dot,
    Outer,
    /// The product of three matrices.
    Chain,
    /// A reduction along one axis.
    ReduceAxis {
        reduction: Reduction,
        axis: Bound,
        keepdims: bool,
    },
    /// A whole reduction that does not fuse (`argmax`).
    ReduceWhole(Reduction),
    /// `v[idx]` with an integer array.
    Take,
    /// `v[mask]`: the selected elements, rank 1.
    Select,
}

impl Call {
    /// The stem of the runtime's functions `NAME_shape` and `NAME_into`.
    pub fn name(&self) -> String {
        match self {
            Call::Dot => "dot".into(),
            Call::Outer => "outer".into(),
            Call::Chain => "chain".into(),
            Call::ReduceAxis { reduction, .. } => format!("{}_axis", reduction.name()),
            Call::ReduceWhole(reduction) => reduction.name().into(),
            Call::Take => "take".into(),
            Call::Select => "select".into(),
        }
    }
}

/// What a node computes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum NodeKind {
    Read {
        place: PlaceId,
        version: usize,
    },
    /// A host scalar by its number in [`Graph::hosts`].
    Host(usize),
    /// A number as it was written.
    Literal(String),
    Elementwise {
        operation: Operation,
        args: Vec<NodeId>,
    },
    Cast(NodeId),
    /// A user's scalar function, by the number of its host tokens.
    Map {
        function: usize,
        args: Vec<NodeId>,
    },
    View {
        arg: NodeId,
        view: View,
    },
    /// A whole reduction that fuses.
    Reduce {
        reduction: Reduction,
        arg: NodeId,
    },
    /// The number of elements, as a `T`.
    Count(NodeId),
    /// The length of one axis, as a `T`.
    AxisLength {
        arg: NodeId,
        axis: Bound,
    },
    Call {
        call: Call,
        args: Vec<NodeId>,
    },
    /// A draw from a RandomState: a source of `like`'s shape or of a written size.
    Draw {
        draw: usize,
    },
}

/// A node with its type.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: NodeKind,
    pub dtype: DType,
    /// Rank 0 is a scalar.
    pub rank: Rank,
    pub span: Span,
}

impl Node {
    pub fn is_scalar(&self) -> bool {
        self.rank == Rank::Static(0)
    }
}

/// All nodes, places and host scalars of one method.
#[derive(Default, Debug)]
pub struct Graph {
    nodes: Vec<Node>,
    index: HashMap<(NodeKind, DType), NodeId>,
    host_index: HashMap<String, usize>,
    pub places: Vec<Place>,
    pub hosts: Vec<HostScalar>,
}

impl Graph {
    /// The node of this kind and type, made if it is new.
    pub fn add(&mut self, kind: NodeKind, dtype: DType, rank: Rank, span: Span) -> NodeId {
        let key = (kind.clone(), dtype.clone());
        if let Some(id) = self.index.get(&key) {
            return *id;
        }
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node {
            kind,
            dtype,
            rank,
            span,
        });
        self.index.insert(key, id);
        id
    }

    /// The routine's node with these arguments, if there is one.
    pub fn find_call(&self, call: Call, args: Vec<NodeId>) -> Option<NodeId> {
        let dtype = self.node(*args.first()?).dtype.clone();
        let kind = NodeKind::Call { call, args };
        self.index.get(&(kind, dtype)).copied()
    }

    /// Every node, in the order in which they were made.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[id.0]
    }

    /// Whether a write to one place may change the other, and Rust cannot borrow both: fields of children of one list.
    pub fn overlap(&self, a: PlaceId, b: PlaceId) -> bool {
        let (a, b) = (self.origin(a), self.origin(b));
        let (first, second) = (self.place(a), self.place(b));
        let listed = first.name.contains('[') && second.name.contains('[');
        a == b || listed && first.root() == second.root() && first.field() == second.field()
    }

    /// The place that `place` is a name of.
    pub fn origin(&self, place: PlaceId) -> PlaceId {
        self.place(place).origin.unwrap_or(place)
    }

    pub fn add_place(&mut self, place: Place) -> PlaceId {
        self.places.push(place);
        PlaceId(self.places.len() - 1)
    }

    /// Reads the present version of a place.
    pub fn read(&mut self, place: PlaceId, span: Span) -> NodeId {
        let Place { ty, version, .. } = self.place(place);
        let (dtype, rank, version) = (ty.dtype.clone(), ty.rank, *version);
        self.add(NodeKind::Read { place, version }, dtype, rank, span)
    }

    /// Registers a host scalar. Equal tokens with an equal `key` (the versions of the names they read)
    /// are one.
    pub fn add_host(&mut self, host: HostScalar, key: String) -> usize {
        let key = format!("{} | {key}", host.tokens);
        if let Some(found) = self.host_index.get(&key) {
            return *found;
        }
        self.hosts.push(host);
        self.host_index.insert(key, self.hosts.len() - 1);
        self.hosts.len() - 1
    }

    /// Whether `id` is a place or a view of one.
    pub fn is_view(&self, id: NodeId) -> bool {
        match &self.node(id).kind {
            NodeKind::Read { .. } => true,
            NodeKind::View { arg, .. } => self.is_view(*arg),
            _ => false,
        }
    }

    /// The nodes that `id` is computed from.
    pub fn arguments(&self, id: NodeId) -> Vec<NodeId> {
        match &self.node(id).kind {
            NodeKind::Elementwise { args, .. }
            | NodeKind::Map { args, .. }
            | NodeKind::Call { args, .. } => args.clone(),
            NodeKind::Cast(arg)
            | NodeKind::View { arg, .. }
            | NodeKind::Reduce { arg, .. }
            | NodeKind::Count(arg)
            | NodeKind::AxisLength { arg, .. } => vec![*arg],
            NodeKind::Read { .. }
            | NodeKind::Host(_)
            | NodeKind::Literal(_)
            | NodeKind::Draw { .. } => Vec::new(),
        }
    }

    /// The arrays whose shapes broadcast to that of `id`.
    pub fn shape_leaves(&self, id: NodeId) -> Vec<NodeId> {
        fn visit(graph: &Graph, id: NodeId, seen: &mut BTreeSet<NodeId>, out: &mut Vec<NodeId>) {
            let node = graph.node(id);
            if node.is_scalar() || !seen.insert(id) {
                return;
            }
            match node.kind {
                NodeKind::Elementwise { .. } | NodeKind::Cast(_) | NodeKind::Map { .. } => {
                    for arg in graph.arguments(id) {
                        visit(graph, arg, seen, out);
                    }
                }
                _ => out.push(id),
            }
        }
        let mut out = Vec::new();
        visit(self, id, &mut BTreeSet::new(), &mut out);
        out
    }

    /// Every node that `id` depends on, itself included, arguments first.
    pub fn dependencies(&self, id: NodeId) -> Vec<NodeId> {
        fn visit(graph: &Graph, id: NodeId, seen: &mut BTreeSet<NodeId>, out: &mut Vec<NodeId>) {
            if seen.insert(id) {
                for arg in graph.arguments(id) {
                    visit(graph, arg, seen, out);
                }
                out.push(id);
            }
        }
        let mut out = Vec::new();
        visit(self, id, &mut BTreeSet::new(), &mut out);
        out
    }
}
