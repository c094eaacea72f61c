//! The kernel IR: one elementwise loop nest with its buffers, free of syntax trees.
//!
//! A kernel visits every element of one iteration space. Its body is a list of scalar instructions in
//! SSA form; a reduction is an operand that receives one value an element.

use super::operation::{Operation, Reduction};
use super::types::{DType, Rank};

/// One fused loop.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// The user's statements, for messages and listings.
    pub source: String,
    pub operands: Vec<Operand>,
    pub scalars: Vec<Scalar>,
    pub body: Vec<Instruction>,
    pub stores: Vec<Store>,
}

/// One buffer and how it is used.
#[derive(Clone, Debug)]
pub struct Operand {
    /// As messages name it.
    pub name: String,
    pub dtype: DType,
    pub rank: Rank,
    pub access: Access,
    /// Which buffer, by its number in the emitter's table; unused for reductions and new arrays.
    pub buffer: usize,
}

/// What a kernel does with a buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    ReadWrite,
    Write,
    /// An array made by this kernel that outlives the method's temporaries.
    New,
    /// A temporary from the arena.
    Scratch,
    Reduce(Reduction),
    /// Each row of a matrix times a vector: the matrix is the operand's buffer, the vector the next one.
    RowProduct,
    /// The sum of a matrix' rows, each times the value written.
    RowSum,
    /// Computed block by block: draws, ranges.
    Source,
}

impl Access {
    pub fn is_output(self) -> bool {
        !matches!(self, Access::Read | Access::Source | Access::RowProduct)
    }
}

/// A parameter that is the same for all elements.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// `None` for a function.
    pub dtype: Option<DType>,
    /// Which host value, by its number in the emitter's table.
    pub value: usize,
    /// Whether it is a ratio of lengths: nearly always 1, and then its products take no time.
    pub share: bool,
}

/// An operand of an instruction.
#[derive(Clone, PartialEq, Debug)]
pub enum Argument {
    /// The result of an earlier instruction.
    Register(usize),
    Scalar(usize),
    Literal(String, DType),
}

/// `register = operation(arguments)`.
#[derive(Clone, Debug)]
pub struct Instruction {
    pub dtype: DType,
    pub kind: InstructionKind,
    pub args: Vec<Argument>,
}

/// See [`Instruction`].
#[derive(Clone, PartialEq, Debug)]
pub enum InstructionKind {
    Load(usize),
    Operation(Operation),
    Cast,
    /// Calls the function in this scalar parameter.
    Map(usize),
}

/// `operand[i] = value`.
#[derive(Clone, Debug)]
pub struct Store {
    pub operand: usize,
    pub value: Argument,
}

impl Kernel {
    /// Rough number of scalar operations an element, for the launch's grain.
    pub fn cost(&self) -> usize {
        let work: usize = self
            .body
            .iter()
            .map(|i| match &i.kind {
                InstructionKind::Load(_) | InstructionKind::Cast => 1,
                InstructionKind::Operation(op) => op.row().cost,
                InstructionKind::Map(_) => 10,
            })
            .sum();
        work + self.stores.len()
    }
}
