//! Walks through syntax trees: `syn`'s, compiled once.
//!
//! Each visitor of `syn` has the whole traversal compiled for itself, some two hundred functions. Ours are called by pointer from one
//! traversal each for trees that are read and trees that are changed. Names and meaning are `syn`'s: a method that is not
//! written walks on, as does the function of its name.

use syn::*;

macro_rules! visitors {
    ($(#[$doc:meta])* $visitor:ident, $bridge:path, $walk:ident, $from:ident, $syn:ident: $($method:ident($node:ty))*) => {
        $(#[$doc])*
        pub trait $visitor: $from {
            $(fn $method(&mut self, node: $node) {
                $method(self.visitor(), node);
            })*
        }

        /// What methods that are not written need, to walk on.
        pub trait $from {
            fn visitor(&mut self) -> &mut dyn $visitor;
        }

        impl<V: $visitor> $from for V {
            fn visitor(&mut self) -> &mut dyn $visitor {
                self
            }
        }

        struct $walk<'v>(&'v mut dyn $visitor);

        impl $bridge for $walk<'_> {
            $(fn $method(&mut self, node: $node) {
                self.0.$method(node);
            })*
        }

        $(pub fn $method(visitor: &mut dyn $visitor, node: $node) {
            syn::$syn::$method(&mut $walk(visitor), node);
        })*
    };
}

visitors! {
    /// Reads a tree.
    Visit, syn::visit::Visit<'_>, Walk, AsVisit, visit:
    visit_arm(&Arm)
    visit_attribute(&Attribute)
    visit_block(&Block)
    visit_expr(&Expr)
    visit_expr_assign(&ExprAssign)
    visit_expr_binary(&ExprBinary)
    visit_expr_call(&ExprCall)
    visit_expr_closure(&ExprClosure)
    visit_expr_for_loop(&ExprForLoop)
    visit_expr_if(&ExprIf)
    visit_expr_index(&ExprIndex)
    visit_expr_let(&ExprLet)
    visit_expr_match(&ExprMatch)
    visit_expr_method_call(&ExprMethodCall)
    visit_expr_raw_addr(&ExprRawAddr)
    visit_expr_reference(&ExprReference)
    visit_expr_return(&ExprReturn)
    visit_expr_try(&ExprTry)
    visit_expr_while(&ExprWhile)
    visit_ident(&Ident)
    visit_item(&Item)
    visit_lifetime(&Lifetime)
    visit_local(&Local)
    visit_macro(&Macro)
    visit_pat(&Pat)
    visit_pat_ident(&PatIdent)
    visit_stmt(&Stmt)
    visit_type(&Type)
    visit_type_fn_ptr(&TypeFnPtr)
    visit_type_reference(&TypeReference)
}

visitors! {
    /// Changes a tree.
    VisitMut, syn::visit_mut::VisitMut, WalkMut, AsVisitMut, visit_mut:
    visit_arm_mut(&mut Arm)
    visit_block_mut(&mut Block)
    visit_expr_mut(&mut Expr)
    visit_expr_binary_mut(&mut ExprBinary)
    visit_expr_closure_mut(&mut ExprClosure)
    visit_expr_for_loop_mut(&mut ExprForLoop)
    visit_expr_if_mut(&mut ExprIf)
    visit_expr_let_mut(&mut ExprLet)
    visit_expr_path_mut(&mut ExprPath)
    visit_expr_return_mut(&mut ExprReturn)
    visit_expr_while_mut(&mut ExprWhile)
    visit_field_pat_mut(&mut FieldPat)
    visit_field_value_mut(&mut FieldValue)
    visit_generic_argument_mut(&mut GenericArgument)
    visit_impl_item_fn_mut(&mut ImplItemFn)
    visit_item_mut(&mut Item)
    visit_lifetime_mut(&mut Lifetime)
    visit_local_mut(&mut Local)
    visit_macro_mut(&mut Macro)
    visit_pat_mut(&mut Pat)
    visit_pat_ident_mut(&mut PatIdent)
    visit_return_type_mut(&mut ReturnType)
    visit_stmt_mut(&mut Stmt)
    visit_type_mut(&mut Type)
    visit_type_reference_mut(&mut TypeReference)
}
