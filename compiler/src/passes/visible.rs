//! Which bound arrays host code names, so that they must exist as variables.

use crate::ir::graph::Graph;
use crate::ir::region::{HostCode, Region, StatementKind, Value};
use crate::lower::names::format_captures;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::HashSet;

/// Marks the bindings of a method's body that host code names.
pub fn mark(graph: &Graph, body: &mut Region) {
    let scalars = graph.hosts.iter();
    let mut names: HashSet<String> = scalars
        .flat_map(|host| host.reads.iter().cloned())
        .collect();
    collect(body, &mut names);
    set(body, &names);
}

fn collect(region: &Region, names: &mut HashSet<String>) {
    for statement in &region.statements {
        if let StatementKind::Host(code) = &statement.kind {
            code_names(code, names);
        }
    }
    if let Some(Value::Host(code)) = &region.tail {
        code_names(code, names);
    }
}

fn code_names(code: &HostCode, names: &mut HashSet<String>) {
    token_names(code.tokens.clone(), names);
    for hole in &code.holes {
        collect(&hole.region, names);
    }
}

fn token_names(tokens: TokenStream, names: &mut HashSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(name) => {
                names.insert(name.to_string());
            }
            TokenTree::Group(group) => token_names(group.stream(), names),
            TokenTree::Literal(literal) => names.extend(format_captures(&literal.to_string())),
            TokenTree::Punct(_) => {}
        }
    }
}

fn set(region: &mut Region, names: &HashSet<String>) {
    for statement in &mut region.statements {
        match &mut statement.kind {
            StatementKind::Bind { name, visible, .. } => {
                *visible = names.contains(&name.to_string())
            }
            StatementKind::Host(code) => set_holes(code, names),
            _ => {}
        }
    }
    if let Some(Value::Host(code)) = &mut region.tail {
        set_holes(code, names);
    }
}

fn set_holes(code: &mut HostCode, names: &HashSet<String>) {
    for hole in &mut code.holes {
        set(&mut hole.region, names);
    }
}
