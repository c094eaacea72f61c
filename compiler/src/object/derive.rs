//! Emission of `#[derive(BrainObject)]`.

use super::companion::Companion;
use super::field::{self, DerivedField, Owner};
use super::payload::{Payload, PayloadField, PayloadKind};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::syntax::types::TypeScope;
use crate::syntax::walk::{self, Visit};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Generics, Lifetime, LitStr, Type};

pub fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let (fields, invalid) = match named_fields(&input, &mut errors) {
        Some(fields) => (fields, false),
        None => (Vec::new(), true),
    };
    let implementation = implementation(&input, &fields);
    let gradients = super::gradients::implementation(&input, &fields);
    let payload = Payload {
        invalid: invalid || !errors.is_empty(),
        origin: Some(LitStr::new(&super::companion::origin(), input.ident.span())),
        name: input.ident.clone(),
        generics: bare(input.generics),
        fields: fields.into_iter().map(PayloadField::from).collect(),
    };
    let companion = Companion::new(input.vis, payload).emit();
    let errors = errors.finish();
    quote!(#errors #implementation #gradients #companion)
}

impl From<DerivedField> for PayloadField {
    fn from(field: DerivedField) -> Self {
        PayloadField {
            name: field.name,
            written: field.written,
            kind: field.kind,
        }
    }
}

fn named_fields(input: &DeriveInput, errors: &mut Errors) -> Option<Vec<DerivedField>> {
    let name = &input.ident;
    let help = "write a struct with named fields: `struct Model { #[variable] v: Array1<f32> }`";
    let what = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => {
                let scope = TypeScope::new([&input.generics]);
                let owner = Owner {
                    name,
                    scope: &scope,
                    generics: &input.generics,
                };
                let read = |f| field::read(f, &owner, errors);
                return Some(named.named.iter().filter_map(read).collect());
            }
            Fields::Unit => return Some(Vec::new()),
            Fields::Unnamed(_) => "a tuple struct, whose fields have no names",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    errors.report(
        Code::UnsupportedItem,
        name,
        format!("`{name}` is {what}: it cannot be a BrainObject"),
        help,
    );
    None
}

/// Attributes on generic parameters mean nothing to those who read the payload.
fn bare(mut generics: Generics) -> Generics {
    for parameter in &mut generics.params {
        match parameter {
            syn::GenericParam::Lifetime(p) => p.attrs.clear(),
            syn::GenericParam::Type(p) => p.attrs.clear(),
            syn::GenericParam::Const(p) => p.attrs.clear(),
        }
    }
    generics
}

fn implementation(input: &DeriveInput, fields: &[DerivedField]) -> TokenStream {
    let name = &input.ident;
    let mut generics = input.generics.clone();
    let parameters: Vec<Ident> = generics.type_params().map(|p| p.ident.clone()).collect();
    if !parameters.is_empty() {
        let predicates = &mut generics.make_where_clause().predicates;
        for parameter in parameters {
            // So that a variable of any type can be asked for by its type.
            predicates.push(syn::parse_quote!(#parameter: 'static));
        }
    }
    let (of, arguments, conditions) = generics.split_for_impl();
    let into = Ident::new("into", Span::mixed_site());
    let shared = fields.iter().map(|f| visit(f, &into, false));
    let exclusive = fields.iter().map(|f| visit(f, &into, true));
    let lifetime = Lifetime::new("'brain_jit", Span::mixed_site());
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, unused_imports, clippy::all)]
        impl #of ::brain_jit::object::BrainObject for #name #arguments #conditions {
            fn collect<#lifetime>(&#lifetime self, #into: &mut ::brain_jit::object::Collector<#lifetime>) {
                use ::brain_jit::__private::variable_kind::*;
                #(#shared)*
            }
            fn collect_mut<#lifetime>(
                &#lifetime mut self,
                #into: &mut ::brain_jit::object::CollectorMut<#lifetime>,
            ) {
                use ::brain_jit::__private::variable_kind::*;
                #(#exclusive)*
            }
        }
    }
}

fn visit(field: &DerivedField, into: &Ident, exclusive: bool) -> TokenStream {
    let name = &field.name;
    let text = name.to_string();
    let text = text.trim_start_matches("r#");
    let reference = match exclusive {
        true => quote!(&mut self.#name),
        false => quote!(&self.#name),
    };
    match &field.kind {
        PayloadKind::Variable { train, .. } => {
            let saved = field.saved;
            let way = Ident::new(
                if exclusive { "exclusive" } else { "shared" },
                Span::call_site(),
            );
            let probe = match borrows(&field.written) {
                true => {
                    quote!((&&::brain_jit::__private::variable_kind::Borrowing::of(&self.#name)))
                }
                false => quote!((&&&::brain_jit::__private::variable_kind::Kind::of(&self.#name))),
            };
            let span = field.written.span();
            quote_spanned! {span.resolved_at(Span::mixed_site())=>
                let kind = #probe.kind();
                #into.variable(#text, #train, #saved, kind.#way(#reference));
            }
        }
        PayloadKind::Child(_) => {
            quote_spanned! {field.written.span().resolved_at(Span::call_site())=>
                #into.child(#text, #reference);
            }
        }
        _ => TokenStream::new(),
    }
}

/// Whether the type holds a borrow: then nobody can ask for it by its type.
fn borrows(ty: &Type) -> bool {
    struct Lifetimes(bool);
    impl Visit for Lifetimes {
        fn visit_lifetime(&mut self, lifetime: &Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {}
    }
    let mut lifetimes = Lifetimes(false);
    walk::visit_type(&mut lifetimes, ty);
    lifetimes.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::types::{ArrayType, DType, Rank, ValueType};
    use crate::model::object::{FieldKind, Object};
    use crate::object::companion;
    use syn::parse_quote;

    /// The codes in what the derive emits.
    fn codes(input: DeriveInput) -> Vec<String> {
        let text = derive(quote!(#input)).to_string();
        text.split("[BJ")
            .skip(1)
            .map(|rest| rest[..4].to_string())
            .collect()
    }

    #[test]
    fn all_errors_at_once() {
        let found = codes(parse_quote! {
            struct Model<C> {
                #[variable(skip)] a: f32,
                #[variable(skip_save, skip_save)] b: f32,
                #[variable] #[child] c: f32,
                #[variable(rank = 1)] d: Weights,
                #[variable(dtype = Weights)] e: Weights,
                #[variable(dtype = f32, rank = 9)] f: Weights,
                #[child] g: C,
                #[child] h: Option<Exp>,
                #[child] i: Vec<Model<C>>,
                #[child] j: (Exp, Exp),
                #[child(x)] k: Exp,
                #[static_arg] l: usize,
                #[static_arg(values(1))] m: Array1<f32>,
                #[static_arg(values(true, true))] n: bool,
                #[cfg(any())] #[variable] o: f32,
                #[variable = 3] p: f32,
            }
        });
        let expected = [
            "0012", "0013", "0013", "0014", "0022", "0008", "0019", "0019", "0019", "0019", "0012",
            "0016", "0015", "0016", "0029", "0030",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn items_that_are_no_model() {
        assert_eq!(
            codes(parse_quote!(
                enum E {
                    A,
                }
            )),
            ["0019"]
        );
        assert_eq!(codes(parse_quote!(union U { a: u8 })), ["0019"]);
        assert_eq!(
            codes(parse_quote!(
                struct T(u8);
            )),
            ["0019"]
        );
        assert!(
            codes(parse_quote!(
                struct U;
            ))
            .is_empty()
        );
        let text = derive(quote!(
            enum E {
                A,
            }
        ))
        .to_string();
        assert!(
            text.contains("invalid struct E") && text.contains("BrainObject for E"),
            "{text}"
        );
    }

    fn payload(input: DeriveInput) -> TokenStream {
        let mut errors = Errors::default();
        let fields = named_fields(&input, &mut errors).unwrap();
        let payload = Payload {
            invalid: false,
            origin: None,
            name: input.ident,
            generics: bare(input.generics),
            fields: fields.into_iter().map(PayloadField::from).collect(),
        };
        quote!(#payload)
    }

    #[test]
    fn a_payload_comes_back_as_an_object() {
        let child = payload(parse_quote! {
            struct Exp<U, const N: usize, V = Array1<U>> {
                #[variable] g: Array2<U>,
                #[variable] d: V,
                #[variable(dtype = U, rank = 3)] w: Weights,
                #[variable] b: [U; N],
                #[variable] x: U::Item,
            }
        });
        let parent = payload(parse_quote! {
            struct Net<'a, T: Real = f32> where T: Copy {
                #[variable] v: Array1<T>,
                #[train_var] t: f64,
                #[child] e: Vec<syn::Exp<T, 3>>,
                #[static_arg(values(Mode::A, Mode::B))] mode: Mode,
                dt: &'a f32,
            }
        });
        let out = companion::step(quote!([#child] {pub(crate)} hidden #parent)).unwrap();
        // The companion's only rule has the payload in brackets.
        let text = out.to_string();
        let begin = text.find("! { [").unwrap() + "! { [".len();
        let end = text.rfind("] $").unwrap();
        let object = Object::parse_payload(text[begin..end].parse().unwrap()).unwrap();

        let array = |dtype, rank| ValueType::Array(ArrayType::owned(dtype, Rank::Static(rank)));
        let generic = || DType::Generic("T".into());
        assert_eq!(object.name, "Net");
        assert_eq!(object.variable_names(), ["v", "t"]);
        assert_eq!(object.fields[0].value, array(generic(), 1));
        assert!(matches!(
            object.fields[1].kind,
            FieldKind::Variable { train: true }
        ));
        assert!(
            matches!(&object.fields[3].kind, FieldKind::Static { values } if values.len() == 2)
        );
        assert!(matches!(object.fields[4].kind, FieldKind::Constant));
        assert_eq!(object.fields[4].value, ValueType::Scalar(DType::F32));
        let FieldKind::Child {
            object: child,
            sequence: true,
        } = &object.fields[2].kind
        else {
            panic!("no sequence of children");
        };
        assert_eq!(child.fields[0].value, array(generic(), 2));
        assert_eq!(child.fields[1].value, array(generic(), 1));
        assert_eq!(child.fields[2].value, array(generic(), 3));
        assert_eq!(field::spelling(&child.fields[3].written), "[T; 3]");
        assert_eq!(field::spelling(&child.fields[4].written), "<T>::Item");
    }
}
