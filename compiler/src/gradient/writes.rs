//! What statements write, and the shape of blocks: what the sweeps need to know before they run them.

use super::expression::place_key;
use super::sweep::Sweep;
use crate::check::without_parentheses;
use crate::lower::field::is_self;
use crate::syntax::walk::{self, Visit};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;
use syn::{Block, Expr, Stmt};

impl Sweep<'_> {
    /// The names and fields in scope that statements write, in the methods that they call, too.
    pub(super) fn writes(&self, statements: &[Stmt]) -> BTreeSet<String> {
        let mut writes = Writes {
            sweep: self,
            found: BTreeSet::new(),
            inlined: false,
            seen: BTreeSet::new(),
        };
        for statement in statements {
            writes.visit_stmt(statement);
        }
        writes
            .found
            .into_iter()
            .filter(|key| self.get(key).is_some() || self.field_type(key).is_some())
            .collect()
    }
}

/// The names that statements bind again (`y = …`), which can change their shapes. A method that they call cannot: there it would be the
/// lost write.
pub(super) fn bound_again(statements: &[Stmt]) -> BTreeSet<String> {
    struct Assigned(BTreeSet<String>);
    impl Visit for Assigned {
        fn visit_expr_assign(&mut self, node: &syn::ExprAssign) {
            let left = without_parentheses(&node.left);
            if !matches!(left, Expr::Index(_)) {
                self.0.extend(place_key(left));
            }
            walk::visit_expr_assign(self, node);
        }
    }
    let mut assigned = Assigned(BTreeSet::new());
    for statement in statements {
        assigned.visit_stmt(statement);
    }
    assigned.0
}

impl Sweep<'_> {
    /// Writes an array to the storage that stands for a name after a branch or a pass. Where the name may have got another shape, the
    /// storage takes it if the passes of the loop are `reshaping`; else that is an error at run time.
    pub(super) fn store(
        &mut self,
        storage: &proc_macro2::Ident,
        value: &TokenStream,
        bound_again: Option<&String>,
        reshaping: bool,
    ) {
        if reshaping {
            self.emit(quote!(::brain_jit::adjoint::take_shape(&mut #storage, #value.shape());));
        } else if let Some(name) = bound_again {
            self.emit(
                quote!(::brain_jit::adjoint::same_shape(#name, #storage.shape(), #value.shape());),
            );
        }
        self.emit(quote!(#storage[..] = &#value;));
    }
}

/// Whether a loop in the block names `name`.
pub(super) fn in_a_loop(block: &Block, name: &proc_macro2::Ident) -> bool {
    struct Loops<'a> {
        name: &'a proc_macro2::Ident,
        depth: usize,
        found: bool,
    }
    impl Visit for Loops<'_> {
        fn visit_expr(&mut self, node: &Expr) {
            let is_loop = matches!(node, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_));
            self.depth += usize::from(is_loop);
            walk::visit_expr(self, node);
            self.depth -= usize::from(is_loop);
        }
        fn visit_ident(&mut self, node: &proc_macro2::Ident) {
            self.found |= self.depth > 0 && node == self.name;
        }
    }
    let mut loops = Loops {
        name,
        depth: 0,
        found: false,
    };
    loops.visit_block(block);
    loops.found
}

/// See [`Sweep::writes`].
struct Writes<'a, 'b> {
    sweep: &'a Sweep<'b>,
    found: BTreeSet<String>,
    /// The statements are those of a method that is called.
    inlined: bool,
    /// The methods that were walked.
    seen: BTreeSet<String>,
}

impl Writes<'_, '_> {
    fn target(&mut self, expr: &Expr) {
        let base = match expr {
            Expr::Index(e) => return self.target(&e.expr),
            Expr::Paren(e) => return self.target(&e.expr),
            other => other,
        };
        // A local of an inlined method is not one of the names here.
        if let Some(key) = place_key(base).filter(|key| !self.inlined || key.starts_with("self.")) {
            self.found.insert(key);
        }
    }
}

impl Visit for Writes<'_, '_> {
    fn visit_expr_assign(&mut self, node: &syn::ExprAssign) {
        self.target(&node.left);
        walk::visit_expr_assign(self, node);
    }

    fn visit_expr_binary(&mut self, node: &syn::ExprBinary) {
        if crate::lower::expression::is_augmented(&node.op) {
            self.target(&node.left);
        }
        walk::visit_expr_binary(self, node);
    }

    fn visit_expr_reference(&mut self, node: &syn::ExprReference) {
        if node.mutability.is_some() {
            self.target(&node.expr);
        }
        walk::visit_expr_reference(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &syn::ExprMethodCall) {
        if node.method == "fill" || node.method == "assign" {
            self.target(&node.receiver);
        }
        if is_self(&node.receiver) && self.seen.insert(node.method.to_string()) {
            let methods = self.sweep.methods;
            if let Some(method) = methods.iter().find(|method| *method.name() == node.method) {
                let around = std::mem::replace(&mut self.inlined, true);
                for statement in &method.body.stmts {
                    self.visit_stmt(statement);
                }
                self.inlined = around;
            }
        }
        walk::visit_expr_method_call(self, node);
    }
}

/// Whether a block ends without a value.
pub(super) fn has_no_value(block: &Block) -> bool {
    match block.stmts.last() {
        None | Some(Stmt::Expr(_, Some(_)) | Stmt::Local(_) | Stmt::Item(_) | Stmt::Macro(_)) => {
            true
        }
        Some(Stmt::Expr(Expr::Assign(_) | Expr::ForLoop(_) | Expr::While(_), None)) => true,
        Some(Stmt::Expr(Expr::Binary(e), None)) => crate::lower::expression::is_augmented(&e.op),
        Some(Stmt::Expr(Expr::If(e), None)) => {
            e.else_branch.is_none() || has_no_value(&e.then_branch)
        }
        Some(Stmt::Expr(..)) => false,
    }
}

impl Sweep<'_> {
    /// A method's body with its early returns written as conditions. Others are refused.
    pub(super) fn body(&mut self, block: &Block) -> Block {
        struct Returns(Option<syn::ExprReturn>);
        impl Visit for Returns {
            fn visit_expr_return(&mut self, node: &syn::ExprReturn) {
                self.0.get_or_insert_with(|| node.clone());
            }
            fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
            fn visit_item(&mut self, _: &syn::Item) {}
        }
        let body = without_returns(block);
        let mut returns = Returns(None);
        returns.visit_block(&body);
        if let Some(found) = returns.0 {
            self.refuse(
                &found,
                "the gradient cannot run through a jump",
                "write the condition around the statements: `if go_on { … }`",
            );
        }
        body
    }
}

/// `if c { …; return a; } rest` as `if c { …; a } else { rest }`.
pub(super) fn without_returns(block: &Block) -> Block {
    let mut statements = block.stmts.clone();
    for position in 0..statements.len() {
        let Stmt::Expr(Expr::If(choice), _) = &statements[position] else {
            continue;
        };
        let returns = matches!(
            choice.then_branch.stmts.last(),
            Some(Stmt::Expr(Expr::Return(_), _))
        );
        if !returns || choice.else_branch.is_some() {
            continue;
        }
        let mut choice = choice.clone();
        if let Some(Stmt::Expr(Expr::Return(done), _)) = choice.then_branch.stmts.pop()
            && let Some(value) = done.expr
        {
            choice.then_branch.stmts.push(Stmt::Expr(*value, None));
        }
        let rest = Block {
            brace_token: block.brace_token,
            stmts: statements.split_off(position + 1),
        };
        let rest = without_returns(&rest);
        choice.else_branch = Some((Default::default(), syn::parse_quote!(#rest)));
        statements.truncate(position);
        statements.push(Stmt::Expr(Expr::If(choice), None));
        break;
    }
    if let Some(Stmt::Expr(Expr::Return(done), _)) = statements.last()
        && let Some(value) = done.expr.clone()
    {
        statements.pop();
        statements.push(Stmt::Expr(*value, None));
    }
    // What stands at the end of a block that ends the method ends it, too. A macro groups the expressions it is given.
    while let Some(Stmt::Expr(tail, None)) = statements.last_mut() {
        let inner = match tail {
            Expr::Group(group) => (*group.expr).clone(),
            Expr::Paren(group) => (*group.expr).clone(),
            _ => break,
        };
        *tail = inner;
    }
    match statements.last_mut() {
        Some(Stmt::Expr(Expr::Block(inner), None)) => inner.block = without_returns(&inner.block),
        Some(Stmt::Expr(Expr::If(choice), None)) => {
            choice.then_branch = without_returns(&choice.then_branch);
            if let Some((_, otherwise)) = &mut choice.else_branch
                && let Expr::Block(otherwise) = &mut **otherwise
            {
                otherwise.block = without_returns(&otherwise.block);
            }
        }
        Some(Stmt::Expr(Expr::Match(choice), None)) => {
            for arm in &mut choice.arms {
                if let Expr::Block(body) = &mut *arm.body {
                    body.block = without_returns(&body.block);
                }
            }
        }
        _ => {}
    }
    Block {
        brace_token: block.brace_token,
        stmts: statements,
    }
}

/// What a host statement changes, as far as its text tells: `self.e`, or a local name.
pub(super) fn changed(statement: &impl quote::ToTokens) -> BTreeSet<String> {
    struct Changed(BTreeSet<String>);
    impl Changed {
        fn root(&mut self, expr: &Expr) {
            match expr {
                Expr::Index(e) => self.root(&e.expr),
                Expr::MethodCall(e) => self.root(&e.receiver),
                Expr::Field(e) => match place_key(expr) {
                    Some(key) => {
                        let root: Vec<&str> = key.split('.').take(2).collect();
                        self.0.insert(root.join("."));
                    }
                    None => self.root(&e.base),
                },
                other => self.0.extend(place_key(other)),
            }
        }
    }
    impl Visit for Changed {
        fn visit_expr_assign(&mut self, node: &syn::ExprAssign) {
            self.root(&node.left);
            walk::visit_expr_assign(self, node);
        }
        fn visit_expr_binary(&mut self, node: &syn::ExprBinary) {
            if crate::lower::expression::is_augmented(&node.op) {
                self.root(&node.left);
            }
            walk::visit_expr_binary(self, node);
        }
        fn visit_expr_reference(&mut self, node: &syn::ExprReference) {
            if node.mutability.is_some() {
                self.root(&node.expr);
            }
            walk::visit_expr_reference(self, node);
        }
        fn visit_stmt(&mut self, node: &Stmt) {
            // What a call as a statement is for is its effect.
            if let Stmt::Expr(Expr::MethodCall(call), Some(_)) = node {
                self.root(&call.receiver);
            }
            walk::visit_stmt(self, node);
        }
    }
    let mut changed = Changed(BTreeSet::new());
    let tokens = quote::quote!({ #statement });
    if let Ok(block) = syn::parse2::<Block>(tokens) {
        changed.visit_block(&block);
    }
    changed.0
}
