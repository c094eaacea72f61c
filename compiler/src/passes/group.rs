//! A group of statements that will share one kernel.

use super::step::Buffer;
use crate::ir::graph::{NodeId, PlaceId};
use crate::ir::kernel::{Access, Argument, Instruction, Operand, Scalar, Store};
use crate::ir::types::{DType, Rank};
use proc_macro2::{Ident, TokenStream};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The kernel under construction. All statements in it run over one iteration space; a read of what it
/// writes sees the value at the same index.
#[derive(Clone, Default, Debug)]
pub struct Group {
    pub rank: Option<Rank>,
    pub operands: Vec<Operand>,
    pub buffers: Vec<Buffer>,
    pub scalars: Vec<Scalar>,
    /// The scalars of nodes, and of functions.
    pub parameters: HashMap<NodeId, usize>,
    pub functions: HashMap<usize, usize>,
    pub values: Vec<TokenStream>,
    pub body: Vec<Instruction>,
    pub stores: Vec<Store>,
    /// Values of nodes, by element.
    pub registers: HashMap<NodeId, Argument>,
    /// The value of a written place by version.
    pub versions: HashMap<(PlaceId, usize), Argument>,
    /// Places written, with the view that was.
    pub written: HashMap<PlaceId, Buffer>,
    /// Buffers that reads or writes address, at full rank.
    pub leaves: HashSet<Buffer>,
    /// Host names that the scalar parameters read.
    pub reads: BTreeSet<String>,
    pub outputs: Vec<Output>,
    /// Names that exist only after the launch.
    pub pending: HashSet<String>,
    /// Scalars computed from this kernel's reductions.
    pub after: Vec<super::step::Step>,
    pub sources: Vec<String>,
    /// Of the first statement.
    pub span: Option<proc_macro2::Span>,
    pub positions: HashSet<usize>,
    /// The roots in order, for the fallback.
    pub roots: Vec<Root>,
}

/// A value of the group that may be needed after it.
#[derive(Clone, Debug)]
pub struct Output {
    pub node: NodeId,
    pub value: Argument,
    pub name: Ident,
    pub kind: OutputKind,
}

/// See [`Output`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutputKind {
    /// A bound value: stored only if something outside the group uses it.
    Bound,
    /// Host code names it: an array of its own.
    Visible {
        mutable: bool,
    },
    /// A temporary that a call reads.
    Temporary,
    Reduction(crate::ir::operation::Reduction),
}

/// What a statement adds to a group.
#[derive(Clone, Debug)]
pub enum Root {
    Value {
        node: NodeId,
        name: Ident,
        kind: OutputKind,
    },
    Write {
        place: PlaceId,
        target: Buffer,
        node: NodeId,
        version: usize,
        /// The statement, for messages.
        source: String,
    },
}

impl Root {
    pub fn node(&self) -> NodeId {
        match self {
            Root::Value { node, .. } | Root::Write { node, .. } => *node,
        }
    }
}

impl Group {
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// The register that holds this operand's element.
    pub fn load(&mut self, buffer: Buffer, name: String, dtype: DType, rank: Rank) -> Argument {
        let access = match buffer {
            Buffer::Draw { .. } => Access::Source,
            _ => Access::Read,
        };
        let operand = self.operand(buffer, name, dtype.clone(), rank, access);
        if self.operands[operand].access == Access::Write {
            self.operands[operand].access = Access::ReadWrite;
        }
        let load = crate::ir::kernel::InstructionKind::Load(operand);
        if let Some(found) = self.body.iter().position(|i| i.kind == load) {
            return Argument::Register(found);
        }
        self.push(dtype, load, Vec::new())
    }

    pub fn push(
        &mut self,
        dtype: DType,
        kind: crate::ir::kernel::InstructionKind,
        args: Vec<Argument>,
    ) -> Argument {
        self.body.push(Instruction { dtype, kind, args });
        Argument::Register(self.body.len() - 1)
    }

    /// The operand for a buffer, added if new.
    pub fn operand(
        &mut self,
        buffer: Buffer,
        name: String,
        dtype: DType,
        rank: Rank,
        access: Access,
    ) -> usize {
        if let Some(position) = self.buffers.iter().position(|b| *b == buffer)
            && let Some(found) = self.operands.iter().position(|o| {
                o.buffer == position
                    && matches!(
                        o.access,
                        Access::Read | Access::Write | Access::ReadWrite | Access::Source
                    )
            })
        {
            return found;
        }
        self.buffers.push(buffer);
        self.operands.push(Operand {
            name,
            dtype,
            rank,
            access,
            buffer: self.buffers.len() - 1,
        });
        self.operands.len() - 1
    }

    /// `buffer[i] = value`, in place of an earlier store to it.
    pub fn store(
        &mut self,
        buffer: Buffer,
        name: String,
        dtype: DType,
        rank: Rank,
        value: Argument,
    ) {
        let operand = self.operand(buffer, name, dtype, rank, Access::Write);
        if self.operands[operand].access == Access::Read {
            self.operands[operand].access = Access::ReadWrite;
        }
        self.stores.retain(|s| s.operand != operand);
        self.stores.push(Store { operand, value });
    }

    /// What this kernel stores to a part of a place: a later read of that part sees it.
    pub fn written_part(&self, buffer: &Buffer) -> Option<Argument> {
        if !matches!(buffer, Buffer::Place { views, .. } if !views.is_empty()) {
            return None;
        }
        let store = self
            .stores
            .iter()
            .find(|s| self.buffers.get(self.operands[s.operand].buffer) == Some(buffer))?;
        Some(store.value.clone())
    }

    /// The parameter of a host value. Two nodes are two values even if the same tokens name them: `k` beside a field `k`.
    pub fn scalar(&mut self, node: NodeId, dtype: DType, value: TokenStream, share: bool) -> usize {
        if let Some(found) = self.parameters.get(&node) {
            return *found;
        }
        let number = self.parameter(Some(dtype), value, share);
        self.parameters.insert(node, number);
        number
    }

    /// The parameter of a function that is mapped.
    pub fn function(&mut self, function: usize, value: TokenStream) -> usize {
        if let Some(found) = self.functions.get(&function) {
            return *found;
        }
        let number = self.parameter(None, value, false);
        self.functions.insert(function, number);
        number
    }

    fn parameter(&mut self, dtype: Option<DType>, value: TokenStream, share: bool) -> usize {
        self.values.push(value);
        self.scalars.push(Scalar {
            dtype,
            value: self.values.len() - 1,
            share,
        });
        self.scalars.len() - 1
    }
}
