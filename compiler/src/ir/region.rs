//! Structured statements over the [`Graph`](super::graph::Graph): what a method does, in order.

use super::graph::{NodeId, PlaceId, View};
use super::operation::Operation;
use super::types::DType;
use proc_macro2::{Ident, Span, TokenStream};
use std::collections::BTreeSet;

/// Statements in order, then the value of the block.
#[derive(Clone, Debug, Default)]
pub struct Region {
    pub statements: Vec<Statement>,
    pub tail: Option<Value>,
    /// The user's text of the value.
    pub tail_source: String,
    pub tail_span: Option<Span>,
}

/// One statement with the user's text of it.
#[derive(Clone, Debug)]
pub struct Statement {
    pub kind: StatementKind,
    pub source: String,
    pub span: Span,
}

/// See [`Statement`].
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `let name = node;`: the value at this point. `place` if it is a `let mut` array.
    Bind {
        name: Ident,
        node: NodeId,
        place: Option<PlaceId>,
        mutable: bool,
        /// Host code names it, so that a variable of that name must exist.
        visible: bool,
    },
    /// All elements of `place`, or of a view of it, become `node`. `version` is the new one.
    Write {
        place: PlaceId,
        view: Option<View>,
        node: NodeId,
        /// The write came from a mask, which must have exactly the target's shape.
        mask: Option<NodeId>,
        version: usize,
    },
    /// The same from a host value whose type only rustc knows: a scalar or an array.
    AssignHost {
        place: PlaceId,
        view: Option<View>,
        value: Ident,
        version: usize,
    },
    /// Elements picked by an index list or a mask become, or are updated by, `value`.
    Scatter {
        place: PlaceId,
        kind: Scatter,
        index: NodeId,
        value: NodeId,
        version: usize,
    },
    /// Anything else, control flow included: its blocks are regions in holes.
    Host(HostCode),
}

/// How a scatter treats its elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scatter {
    /// `v[idx] = w`: the last of a repeated index wins.
    Put,
    /// `v[idx] op= w`: a repeated index counts once.
    Update(Operation),
    /// `bm::add_at`: a repeated index accumulates.
    AddAt,
    /// `v[mask] = values`, as many values as the mask selects.
    Mask,
}

/// The value of a block or of `return`.
#[derive(Clone, Debug)]
pub enum Value {
    Node(NodeId),
    Host(HostCode),
}

/// Host tokens in which some identifiers stand for regions.
#[derive(Clone, Debug, Default)]
pub struct HostCode {
    pub tokens: TokenStream,
    /// What listings print instead of `tokens`.
    pub shown: Option<TokenStream>,
    pub holes: Vec<Hole>,
    pub effects: Effects,
    /// The scalar variables and the elements of float type that the code writes, with their names.
    pub floats: Vec<(String, TokenStream)>,
    /// The variables, arrays of floats, that it may write.
    pub arrays: Vec<PlaceId>,
}

/// An identifier of [`HostCode`] and what it stands for.
#[derive(Clone, Debug)]
pub struct Hole {
    pub name: Ident,
    pub region: Region,
}

/// What host code may do, for deciding which kernels may move past it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Cannot panic, and does nothing but what `reads` and `writes` say.
    pub pure: bool,
    pub reads: BTreeSet<String>,
    pub writes: BTreeSet<String>,
    /// Writes to what a name refers to: `*r = …`. Whether that is a borrow of a place or a number of its own the syntax of the statement
    /// does not say; where names have been bound to `&mut` of places, it may be any of them.
    pub through: bool,
}

/// What the result of a region or method is made as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    Array(DType, usize),
    Any,
}
