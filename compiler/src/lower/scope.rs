//! The names in scope and what is known of them.

use crate::ir::graph::{NodeId, PlaceId};
use crate::ir::types::DType;
use crate::syntax::walk::{self, Visit};
use std::collections::{BTreeSet, HashMap};

/// What a local name stands for.
#[derive(Clone)]
pub enum Local {
    /// `let y = <array code>`: a value.
    Node(NodeId),
    /// `let a = &self.v`: a borrow, in use as long as the places have so many writes.
    Borrow {
        expr: syn::Expr,
        places: Vec<(PlaceId, usize)>,
    },
    Place(PlaceId),
    Scalar {
        dtype: Option<DType>,
        reference: bool,
    },
    /// A constant expression of literals and `bm::PI`, retyped where it is used.
    Weak(syn::Expr),
    /// A `&mut RandomState` parameter.
    Random,
    /// A host value whose type is written.
    Written {
        ty: syn::Type,
        writable: bool,
    },
    /// `Array1::zeros(n)`, whose elements have no written type; how to write it, `ELEMENT` being the type.
    Made(String),
    Other,
}

/// A stack of scopes.
#[derive(Default)]
pub struct Scopes {
    stack: Vec<HashMap<String, Local>>,
    base: HashMap<String, Local>,
    /// How often a name was bound or written.
    versions: HashMap<String, usize>,
    /// Names whose value is that at entry.
    entry: BTreeSet<String>,
    epoch: usize,
}

impl Scopes {
    pub fn push(&mut self) {
        self.stack.push(HashMap::new());
    }

    pub fn pop(&mut self) {
        if let Some(scope) = self.stack.pop() {
            for name in scope.keys() {
                self.bump(name);
            }
        }
    }

    pub fn declare(&mut self, name: &str, local: Local) {
        self.bump(name);
        self.stack
            .last_mut()
            .unwrap_or(&mut self.base)
            .insert(name.to_string(), local);
    }

    pub fn get(&self, name: &str) -> Option<&Local> {
        self.stack
            .iter()
            .rev()
            .find_map(|scope| scope.get(name))
            .or_else(|| self.base.get(name))
    }

    /// A parameter: its value is known at entry as long as it is not bound or written again.
    pub fn mark_entry(&mut self, name: &str) {
        self.entry.insert(name.to_string());
    }

    pub fn at_entry(&self, name: &str) -> bool {
        self.entry.contains(name)
    }

    /// The name was bound again or written.
    pub fn bump(&mut self, name: &str) {
        *self.versions.entry(name.to_string()).or_default() += 1;
        self.entry.remove(name);
    }

    /// Any scalar may have changed.
    pub fn forget_scalars(&mut self) {
        self.epoch += 1;
    }

    /// A key that changes whenever the name may have another value.
    pub fn version(&self, name: &str) -> String {
        let version = self.versions.get(name).copied().unwrap_or(0);
        format!("{name}#{version}.{}", self.epoch)
    }

    /// Declares every name that a pattern binds.
    pub fn declare_pattern(&mut self, pattern: &syn::Pat) {
        for name in bound_names(pattern) {
            self.declare(&name, Local::Other);
        }
    }
}

/// The names that a pattern binds.
pub fn bound_names(pattern: &syn::Pat) -> Vec<String> {
    let bound = bound(pattern).into_iter();
    bound.map(|(name, _)| name).collect()
}

/// The names that a pattern binds as `mut`.
pub fn mutable_names(pattern: &syn::Pat) -> impl Iterator<Item = String> {
    let bound = bound(pattern).into_iter();
    bound.filter_map(|(name, mutable)| mutable.then_some(name))
}

/// The names that a pattern binds, and whether as `mut`.
fn bound(pattern: &syn::Pat) -> Vec<(String, bool)> {
    struct Names(Vec<(String, bool)>);
    impl Visit for Names {
        fn visit_pat_ident(&mut self, node: &syn::PatIdent) {
            self.0
                .push((node.ident.to_string(), node.mutability.is_some()));
            walk::visit_pat_ident(self, node);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}
