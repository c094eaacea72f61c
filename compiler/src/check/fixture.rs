//! Structs and methods for the tests of the rules, read from quoted Rust.

use super::catalogue::Code;
use super::check;
use super::errors::Errors;
use crate::model::method::{Method, Parameter, ParameterKind, Receiver};
use crate::model::object::{Field, FieldKind, Object};
use crate::syntax::types::TypeScope;
use quote::{format_ident, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Block, FnArg, GenericArgument, Generics, Ident, ImplItem, ItemFn, ItemImpl,
    ItemStruct, PathArguments, ReceiverKind, Signature, Token, Type, parse_quote,
};

/// A struct as the derive would tell it; `children` are the structs that its fields name.
pub fn object(item: ItemStruct, children: &[ItemStruct]) -> Object {
    let scope = TypeScope::new([&item.generics]);
    let fields = item
        .fields
        .iter()
        .map(|field| Field {
            name: field.ident.clone().expect("a named field"),
            kind: kind(field, children),
            value: scope.recognise(&field.ty),
            written: field.ty.clone(),
        })
        .collect();
    let (name, (_, with, _)) = (&item.ident, item.generics.split_for_impl());
    Object {
        ty: syn::parse_quote!(#name #with),
        name: item.ident.clone(),
        generics: item.generics,
        fields,
        invalid: false,
        foreign: false,
    }
}

fn kind(field: &syn::Field, children: &[ItemStruct]) -> FieldKind {
    let has = |name| field.attrs.iter().any(|a| a.path().is_ident(name));
    if has("variable") || has("train_var") {
        let train = has("train_var");
        FieldKind::Variable { train }
    } else if has("static_arg") {
        FieldKind::Static { values: Vec::new() }
    } else if has("child") {
        let Type::Path(path) = &field.ty else {
            panic!("a child is named by a path")
        };
        let last = path.path.segments.last().expect("a path");
        let (name, sequence) = match &last.arguments {
            PathArguments::AngleBracketed(list) => match &list.args[0] {
                GenericArgument::Type(Type::Path(t)) => (t.path.get_ident().cloned(), true),
                _ => panic!("a list of children"),
            },
            _ => (path.path.get_ident().cloned(), false),
        };
        let child = children.iter().find(|c| Some(&c.ident) == name.as_ref());
        let child = child.expect("the child's struct").clone();
        FieldKind::Child {
            object: Box::new(object(child, &[])),
            sequence,
        }
    } else {
        FieldKind::Constant
    }
}

/// The methods of a block that are not skipped.
pub fn methods(item: ItemImpl) -> Vec<Method> {
    let functions = item.items.into_iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    functions
        .filter(|f| f.sig.receiver().is_some() && !is_skipped(&f.attrs))
        .map(|f| method(f.attrs, f.sig, f.block))
        .collect()
}

/// The rest of the block.
fn others(item: &ItemImpl) -> Vec<ImplItem> {
    let is_other = |item: &&ImplItem| match item {
        ImplItem::Fn(f) => f.sig.receiver().is_none() || is_skipped(&f.attrs),
        _ => true,
    };
    item.items.iter().filter(is_other).cloned().collect()
}

fn is_skipped(attributes: &[Attribute]) -> bool {
    let skips = |attribute: &Attribute| quote!(#attribute).to_string() == "# [brain_jit (skip)]";
    attributes.iter().any(skips)
}

fn method(attributes: Vec<Attribute>, signature: Signature, body: Block) -> Method {
    let mut receiver = None;
    let mut parameters = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(r) => {
                receiver = Some(match &r.kind {
                    ReceiverKind::Reference(_, _, Some(_)) => Receiver::Exclusive,
                    _ => Receiver::Shared,
                })
            }
            FnArg::Typed(p) => parameters.push(Parameter {
                pattern: (*p.pat).clone(),
                ty: (*p.ty).clone(),
                kind: match (p.attrs.is_empty(), &*p.pat) {
                    (false, syn::Pat::Ident(name)) => ParameterKind::ConstGeneric(format_ident!(
                        "{}",
                        name.ident.to_string().to_uppercase()
                    )),
                    _ => ParameterKind::Dynamic,
                },
            }),
        }
    }
    let dyn_vars = attributes.iter().find_map(|a| {
        let list = a.parse_args::<syn::MetaList>().ok()?;
        let names = Punctuated::<Ident, Token![,]>::parse_terminated;
        Some(names.parse2(list.tokens).ok()?.into_iter().collect())
    });
    Method {
        path: signature.ident.to_string(),
        attributes,
        visibility: parse_quote!(),
        signature,
        body,
        receiver,
        parameters,
        gradient: None,
        checkpoint: None,
        derivatives: Vec::new(),
        differentiable: false,
        dyn_vars,
    }
}

fn errors(object: &Object, block: ItemImpl) -> Errors {
    let generics: Generics = block.generics.clone();
    let mut errors = Errors::default();
    let others = others(&block);
    let methods = methods(block);
    check(Some(object), &generics, &methods, &others, &mut errors);
    errors
}

/// The codes that a block gives.
pub fn codes(object: &Object, block: ItemImpl) -> Vec<Code> {
    errors(object, block).codes()
}

/// The texts that a block gives.
pub fn texts(object: &Object, block: ItemImpl) -> Vec<String> {
    errors(object, block).texts()
}

/// The codes that a free function gives.
pub fn free_function(item: ItemFn) -> Vec<Code> {
    let method = method(item.attrs, item.sig, *item.block);
    let mut errors = Errors::default();
    check(None, &Generics::default(), &[method], &[], &mut errors);
    errors.codes()
}

/// A struct with a field of every kind.
pub fn neuron() -> Object {
    object(
        parse_quote!(
            struct Neuron {
                #[variable]
                v: Array1<f32>,
                #[variable]
                t: f32,
                #[variable]
                rng: RandomState,
                #[variable]
                mode: Mode,
                #[child]
                e: Synapse,
                #[child]
                layers: Vec<Synapse>,
                #[static_arg(values(true, false))]
                flag: bool,
                tau: f32,
                table: Array2<f32>,
                history: Vec<f32>,
                label: Option<f32>,
                text: String,
                seen: HashMap<u32, u32>,
                strange: Strange,
            }
        ),
        &[parse_quote!(
            struct Synapse {
                #[variable]
                g: Array1<f32>,
                scale: f32,
                weights: Array1<f32>,
            }
        )],
    )
}

fn around(body: Block) -> ItemImpl {
    parse_quote!(
        impl Neuron {
            fn f(&mut self, x: &Array1<f32>, w: &mut Array1<f32>, s: &mut f32) #body
            fn g(&self, x: &Array1<f32>) {}
            fn new() -> Self {}
            #[brain_jit(skip)]
            fn skipped(&self) {}
        }
    )
}

/// The codes of a `&mut self` method of [`neuron`] with this body.
pub fn neuron_codes(body: Block) -> Vec<Code> {
    codes(&neuron(), around(body))
}

/// The text of its only error.
pub fn neuron_text(body: Block) -> String {
    let mut texts = texts(&neuron(), around(body));
    assert_eq!(texts.len(), 1, "{texts:?}");
    texts.remove(0)
}
