//! The result of scheduling: steps in order, ready to be written as Rust.

use crate::ir::graph::{Call, PlaceId, View};
use crate::ir::kernel::Kernel;
use crate::ir::operation::Operation;
use crate::ir::region::Scatter;
use crate::ir::types::{DType, Rank};
use proc_macro2::{Ident, TokenStream};

/// Steps in order and the value of the block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub steps: Vec<Step>,
    pub tail: Option<TokenStream>,
}

impl Block {
    /// Every kernel, those in the blocks of control flow too, in order.
    pub fn launches(&self) -> Vec<&Launch> {
        let mut launches = Vec::new();
        for step in &self.steps {
            match step {
                Step::Kernel(launch) => launches.push(&**launch),
                Step::Host { holes, .. } => {
                    launches.extend(holes.iter().flat_map(|(_, block)| block.launches()))
                }
                _ => {}
            }
        }
        launches
    }
}

/// One thing to do.
#[derive(Clone, Debug)]
pub enum Step {
    /// Starts the steps of this user statement, for listings.
    Source(String),
    /// Host tokens, in which some identifiers stand for blocks.
    /// What follows comes from the user's code here.
    At(proc_macro2::Span),
    Host {
        tokens: TokenStream,
        /// What listings print instead.
        shown: Option<TokenStream>,
        holes: Vec<(Ident, Block)>,
    },
    /// `let name = value;`
    Let {
        name: Ident,
        mutable: bool,
        dtype: Option<DType>,
        value: TokenStream,
    },
    Kernel(Box<Launch>),
    /// One operation with a temporary of its own: the plain twin.
    Operation {
        out: Ident,
        operation: PlainOperation,
        args: Vec<PlainArgument>,
        /// The element type of the first operand.
        source: DType,
        dtype: DType,
        rank: Rank,
        site: Site,
    },
    Call {
        out: Ident,
        call: Call,
        args: Vec<Buffer>,
        dtype: DType,
        rank: Rank,
        /// Lives on as a value of host code, so no temporary of the arena.
        owned: bool,
        site: Site,
    },
    /// Copies a buffer or scalar into a place: the plain twin's write.
    Store {
        target: Buffer,
        value: PlainArgument,
        /// To a gradient, which it is added to.
        added: bool,
        site: Site,
    },
    /// The value of a host expression into a place, scalar or array.
    AssignHost {
        target: Buffer,
        value: Ident,
        site: Site,
    },
    Scatter {
        place: PlaceId,
        kind: Scatter,
        index: Buffer,
        value: PlainArgument,
        dtype: DType,
        site: Site,
    },
    /// A routine that writes its result where it is wanted, or adds it to what is there.
    CallInto {
        add: bool,
        target: Buffer,
        call: Call,
        args: Vec<Buffer>,
        dtype: DType,
        rank: Rank,
        site: Site,
    },
    /// Keeps what was there before a statement, if `check_nan` is on: the plain twin.
    Watch {
        watch: Ident,
        target: Watched,
    },
    /// Looks for NaNs and infinities that were not there before.
    Watched {
        watch: Ident,
        target: Watched,
        line: usize,
        site: Site,
    },
    /// A mask must have exactly its target's shape.
    CheckMask {
        target: Buffer,
        mask: TokenStream,
        site: Site,
    },
}

/// What `check_nan` looks at.
#[derive(Clone, Debug)]
pub enum Watched {
    Array(Buffer),
    Scalar(TokenStream),
}

/// What a panic message names.
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub statement: String,
    pub operands: Vec<String>,
}

/// Where an array lies.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Buffer {
    Place {
        place: PlaceId,
        views: Vec<View>,
    },
    Local {
        name: Ident,
        rank: usize,
        views: Vec<View>,
    },
    /// A draw that the kernel computes.
    Draw {
        name: Ident,
    },
}

impl Buffer {
    pub fn with_view(mut self, view: View) -> Buffer {
        match &mut self {
            Buffer::Place { views, .. } | Buffer::Local { views, .. } => views.push(view),
            Buffer::Draw { .. } => {}
        }
        self
    }
}

/// A kernel with its buffers, scalars and results.
#[derive(Clone, Debug)]
pub struct Launch {
    pub kernel: Kernel,
    /// What `Operand::buffer` counts.
    pub buffers: Vec<Buffer>,
    /// What `Scalar::value` counts.
    pub values: Vec<TokenStream>,
    /// The name of each operand's result, where it has one.
    pub results: Vec<Option<Ident>>,
    /// Results that a `let mut` declares.
    pub mutable: Vec<Ident>,
    /// Shapes that must be equal for the statements to share a loop.
    pub guard: Vec<TokenStream>,
    /// The same work operation by operation, for when they are not.
    pub fallback: Option<Block>,
    pub site: Site,
}

/// An operation of the plain twin.
#[derive(Clone, Debug)]
pub enum PlainOperation {
    Elementwise(Operation),
    Cast,
    Map(TokenStream),
    Reduce(crate::ir::operation::Reduction),
}

/// An operand of the plain twin.
#[derive(Clone, Debug)]
pub enum PlainArgument {
    Array(Buffer),
    Scalar(TokenStream, DType),
}
