//! One method or function to compile: signature and body, attributes taken off.

use syn::{Block, Expr, Ident, Pat, Signature, Type};

/// A method with a receiver, an associated function, or a free function.
#[derive(Clone, Debug)]
pub struct Method {
    /// `Type::name`, or the name of a free function: for messages.
    pub path: String,
    pub attributes: Vec<syn::Attribute>,
    pub visibility: syn::Visibility,
    /// As written, without the attributes of the parameters that are ours.
    pub signature: Signature,
    pub body: Block,
    pub receiver: Option<Receiver>,
    pub parameters: Vec<Parameter>,
    /// `#[brain_jit(dyn_vars(a, b))]`: the variables that stay dynamic in `NAME_frozen`.
    pub dyn_vars: Option<Vec<Ident>>,
}

/// How a method takes `self`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    Shared,
    Exclusive,
}

/// One argument after the receiver.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub pattern: Pat,
    pub ty: Type,
    pub kind: ParameterKind,
}

/// Whether an argument is dynamic or known to the compiler.
#[derive(Clone, Debug)]
pub enum ParameterKind {
    Dynamic,
    /// `#[static_arg]`: becomes the const generic of this name.
    ConstGeneric(Ident),
    /// `#[static_arg(values(..))]`: one compiled instance a value.
    Values(Vec<Expr>),
}

impl Method {
    pub fn name(&self) -> &Ident {
        &self.signature.ident
    }
}
