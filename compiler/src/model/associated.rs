//! Associated types of a trait's impl block: `Self::Output` is written as the type that it is, because what is generated beside
//! the trait's methods stands in an impl block without that trait, and because the compiler looks for arrays.

use crate::syntax::walk::{self, VisitMut};
use std::collections::HashMap;
use syn::{ImplItem, ItemImpl, PathArguments, Type};

/// Replaces the associated types in the block's functions.
pub fn write_in(block: &mut ItemImpl) {
    let types = block.items.iter().filter_map(|item| match item {
        ImplItem::Type(ty) if ty.generics.params.is_empty() => {
            Some((ty.ident.to_string(), ty.ty.clone()))
        }
        _ => None,
    });
    let mut associated = Associated(types.collect());
    for item in &mut block.items {
        if let ImplItem::Fn(function) = item {
            associated.visit_impl_item_fn_mut(function);
        }
    }
}

struct Associated(HashMap<String, Type>);

impl Associated {
    /// The type that a path begins with.
    fn get(&self, path: &syn::Path) -> Option<&Type> {
        let mut segments = path.segments.iter();
        let (first, second) = (segments.next()?, segments.next()?);
        let own = first.ident == "Self" && path.leading_colon.is_none();
        self.0.get(&second.ident.to_string()).filter(|_| own)
    }
}

impl VisitMut for Associated {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && path.qself.is_none()
            && path.path.segments.len() == 2
            && let Some(known) = self.get(&path.path)
        {
            *ty = known.clone();
        }
        walk::visit_type_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        if path.qself.is_none()
            && path.path.segments.len() == 3
            && let Some(Type::Path(owner)) = self.get(&path.path)
            && owner.qself.is_none()
            && let Some(name) = path.path.segments.last()
        {
            // `Self::Output::zeros` of an `Array1<f64>` is `Array1::<f64>::zeros`.
            let mut whole = owner.path.clone();
            for segment in &mut whole.segments {
                if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                    arguments.colon2_token = Some(Default::default());
                }
            }
            whole.segments.push(name.clone());
            path.path = whole;
        }
        walk::visit_expr_path_mut(self, path);
    }
}
