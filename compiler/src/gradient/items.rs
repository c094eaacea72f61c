//! What is generated around a gradient: `NAME_grad`, `NAME_grad_into`, the struct of the gradients, and `NAME_vjp`.

use super::leaves::Leaf;
use super::value::{self, Value};
use super::{Derived, Purpose, Target, parameter};
use crate::emit::function;
use crate::ir::types::DType;
use crate::model::method::{Method, Parameter, ParameterKind, Receiver};
use crate::model::object::Object;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{ReturnType, Type};

/// The result of the derived method.
pub(super) fn tail(
    value: &Value,
    others: &[Value],
    leaves: &[Leaf],
    pullback: Option<&Method>,
) -> TokenStream {
    let tokens = &value.tokens;
    if let Some(method) = pullback {
        let targets: Vec<&Target> = leaves.iter().map(|leaf| &leaf.target).collect();
        let adjoints = pulled_back(method, &targets)
            .into_iter()
            .map(|target| match target {
                Some(target) => target.adjoint.to_token_stream(),
                None => quote!(()),
            });
        return quote!((#(#adjoints,)*));
    }
    match others.is_empty() {
        true => quote!(#tokens),
        false => {
            let others = others
                .iter()
                .map(|other| match (other.rank, &other.tokens) {
                    (0, tokens) => quote!(#tokens),
                    (_, tokens) => quote!((#tokens).clone()),
                });
            quote!((#tokens, #(#others),*))
        }
    }
}

/// The derived method: the parameters of `method`, then those that take the gradients.
pub(super) fn method(
    object: Option<&Object>,
    method: &Method,
    purpose: &Purpose,
    body: syn::Block,
    result: Option<(DType, usize)>,
) -> Method {
    let (targets, pullback, suffix) = (&purpose.targets, purpose.pullback, purpose.suffix());
    let mut parameters: Vec<Parameter> = method.parameters.clone();
    let mut signature = method.signature.clone();
    signature.ident = format_ident!("{}_{suffix}", method.name(), span = method.name().span());
    if purpose.seeded()
        && let Some((dtype, rank)) = &result
    {
        let ty = value::owned(dtype, *rank);
        let ty = match rank {
            0 => ty,
            _ => quote!(&#ty),
        };
        parameters.push(typed(&format_ident!("__seed"), ty));
    }
    for target in targets.iter().filter(|target| target.field || !pullback) {
        let ty = match &target.ty {
            Some((dtype, rank)) => value::owned(dtype, *rank),
            None => child_gradients(object, &target.name),
        };
        parameters.push(typed(&target.adjoint, quote!(&mut #ty)));
    }
    if pullback {
        // `(Array2<f32>, f32)`: the adjoints of the arguments, `()` for those that have none.
        let targets: Vec<&Target> = targets.iter().collect();
        let types = pulled_back(method, &targets).into_iter().map(|target| {
            let ty = target.and_then(|target| target.ty.as_ref());
            ty.map_or(quote!(()), |(dtype, rank)| value::owned(dtype, *rank))
        });
        signature.output = syn::parse_quote!(-> (#(#types,)*));
    }
    made(method, purpose.ending, signature, parameters, body)
}

/// A method beside `method`, with the same receiver, for what the user calls `METHOD_ending`.
pub(super) fn made(
    method: &Method,
    ending: &str,
    mut signature: syn::Signature,
    parameters: Vec<Parameter>,
    body: syn::Block,
) -> Method {
    let receiver = signature
        .inputs
        .first()
        .filter(|input| matches!(input, syn::FnArg::Receiver(_)))
        .cloned();
    signature.inputs = receiver
        .into_iter()
        .chain(parameters.iter().map(|p| {
            let (pattern, ty) = (&p.pattern, &p.ty);
            syn::parse_quote!(#pattern: #ty)
        }))
        .collect();
    Method {
        path: format!("{}_{ending}", method.path),
        attributes: Vec::new(),
        visibility: method.visibility.clone(),
        signature,
        body,
        receiver: method.receiver,
        parameters,
        dyn_vars: None,
        gradient: None,
        checkpoint: None,
        derivatives: Vec::new(),
        differentiable: false,
    }
}

pub(super) fn typed(name: &Ident, ty: TokenStream) -> Parameter {
    let mut made = parameter(name, quote!(()));
    if let Ok(ty) = syn::parse2::<Type>(ty) {
        made.ty = ty;
    }
    made
}

/// What each argument that is passed has for a gradient: one, or none.
fn pulled_back<'a>(method: &Method, targets: &[&'a Target]) -> Vec<Option<&'a Target>> {
    let passed = method.parameters.iter().enumerate();
    let passed = passed.filter(|(_, p)| !matches!(p.kind, ParameterKind::ConstGeneric(_)));
    passed
        .map(|(position, _)| {
            let mut found = targets.iter().filter(|target| !target.field);
            found
                .find(|target| target.position == Some(position))
                .copied()
        })
        .collect()
}

fn child_gradients(object: Option<&Object>, name: &Ident) -> TokenStream {
    let field = object.and_then(|object| object.field(name));
    let written = field.map(|field| &field.written);
    quote!(<#written as ::brain_jit::adjoint::Differentiable>::Gradients)
}

/// The type parameters that structs of the targets name, in their brackets.
pub(super) fn type_parameters(targets: &[Target]) -> Option<TokenStream> {
    let mut parameters: Vec<Ident> = Vec::new();
    for target in targets {
        if let Some((DType::Generic(name), _)) = &target.ty {
            let name = format_ident!("{name}");
            if !parameters.contains(&name) {
                parameters.push(name);
            }
        }
    }
    (!parameters.is_empty()).then(|| quote!(<#(#parameters),*>))
}

/// Zeros like a target.
pub(super) fn zeros(target: &Target) -> TokenStream {
    let name = &target.name;
    let like = match target.field {
        true => quote!(self.#name),
        false => quote!(#name),
    };
    match &target.ty {
        Some((dtype, 0)) => number(dtype, 0.0),
        Some(_) => quote!({ use ::brain_jit::adjoint::ZerosLike as _; #like.adjoint_zeros() }),
        None => quote!(::brain_jit::adjoint::Differentiable::gradients(&#like)),
    }
}

/// A written number of an element type.
pub(super) fn number(dtype: &DType, value: f64) -> TokenStream {
    let element = dtype.tokens();
    quote!(<#element as ::brain_jit::prelude::Real>::from_f64(#value))
}

/// `NAME_grad` and `NAME_grad_into`, or `NAME_vjp`, and what stands beside the impl block.
#[derive(Default)]
pub struct Items {
    pub inherent: TokenStream,
    pub beside: TokenStream,
}

impl Derived {
    /// `source` is the method with the attribute.
    pub fn items(&self, object: Option<&Object>, source: &Method) -> Items {
        match self.pullback {
            true => Items {
                inherent: self.vjp(object, source),
                beside: TokenStream::new(),
            },
            false => self.grad(object, source),
        }
    }

    fn call(&self, source: &Method, passed: &[TokenStream]) -> TokenStream {
        let name = self.method.name();
        let arguments = function::arguments(source);
        let turbofish = crate::emit::wrapper::turbofish(&function::generics(source));
        match source.receiver {
            Some(_) => quote!(self.#name #turbofish (#(#arguments,)* #(#passed),*)),
            None => quote!(#name #turbofish (#(#arguments,)* #(#passed),*)),
        }
    }

    fn grad(&self, object: Option<&Object>, source: &Method) -> Items {
        let name = source.name();
        let bare = name.to_string();
        let bare = bare.trim_start_matches("r#");
        let owner = object
            .map(|object| object.name.to_string())
            .unwrap_or_default();
        let ending = self.ending;
        let ty = format_ident!(
            "{owner}{}{}Grads",
            crate::check::name_clash::camel_case(name),
            if ending == "grad" { "" } else { "Vector" },
            span = name.span()
        );
        let (grad, into) = (
            format_ident!("{bare}_{ending}", span = name.span()),
            format_ident!("{bare}_{ending}_into", span = name.span()),
        );
        let visibility = &source.visibility;
        let generics = function::generics(source);
        let params = &generics.params;
        let params = (!params.is_empty()).then(|| quote!(<#params>));
        let conditions = &generics.where_clause;
        let receiver = source.receiver.map(|receiver| match receiver {
            Receiver::Shared => quote!(&self,),
            Receiver::Exclusive => quote!(&mut self,),
        });
        let parameters = function::wrapper_parameters(source);
        let arguments = function::arguments(source);
        let output = match &source.signature.output {
            ReturnType::Type(_, ty) => quote!(#ty),
            ReturnType::Default => quote!(()),
        };
        let passed: Vec<TokenStream> = self
            .targets
            .iter()
            .map(|target| {
                let name = &target.name;
                quote!(&mut gradients.#name)
            })
            .collect();
        let call = self.call(source, &passed);
        let turbofish = crate::emit::wrapper::turbofish(&generics);
        let (grads, definition, zeros) = self.structure(object, source, &ty);
        let value_of = match source.receiver {
            Some(_) => quote!(self.#into #turbofish (#(#arguments,)* &mut gradients)),
            None => quote!(#into #turbofish (#(#arguments,)* &mut gradients)),
        };
        // A child's gradients are added to.
        let cleared = self.targets.iter().filter(|target| target.ty.is_none()).map(|target| {
            let name = &target.name;
            let field = object.and_then(|object| object.field(name)).map(|field| &field.written);
            quote!(<#field as ::brain_jit::adjoint::Differentiable>::clear(&mut gradients.#name);)
        });
        let cleared: TokenStream = cleared.collect();
        let grad_doc = format!("The value of `{}` and its gradients.", source.path);
        let into_doc = format!(
            "The value of `{}`; its gradients are written into `gradients`.",
            source.path
        );
        let functions = quote! {
            #[doc = #grad_doc]
            #[allow(dead_code, clippy::all)]
            #visibility fn #grad #params (#receiver #(#parameters),*) -> (#output, #grads) #conditions {
                let mut gradients = #zeros;
                let value = #value_of;
                (value, gradients)
            }

            #[doc = #into_doc]
            #[allow(dead_code, clippy::all)]
            #visibility fn #into #params (#receiver #(#parameters,)* gradients: &mut #grads) -> #output #conditions {
                #cleared
                #call
            }
        };
        match source.receiver {
            Some(_) => Items {
                inherent: functions,
                beside: definition,
            },
            None => Items {
                inherent: TokenStream::new(),
                beside: quote!(#functions #definition),
            },
        }
    }

    /// The type of the gradients, its definition, and one that is zero.
    fn structure(
        &self,
        object: Option<&Object>,
        source: &Method,
        ty: &Ident,
    ) -> (TokenStream, TokenStream, TokenStream) {
        let visibility = match &source.visibility {
            syn::Visibility::Inherited => quote!(pub),
            written => quote!(#written),
        };
        let doc = format!("The gradients of `{}`.", source.path);
        if self.trained
            && let Some(object) = object
        {
            let whole = &object.ty;
            let grads = quote!(<#whole as ::brain_jit::adjoint::Differentiable>::Gradients);
            let generics = &object.generics;
            let (_, arguments, _) = generics.split_for_impl();
            let definition = quote! {
                #[doc = #doc]
                #[allow(dead_code, type_alias_bounds, private_interfaces)]
                #visibility type #ty #arguments = <#whole as ::brain_jit::adjoint::Differentiable>::Gradients;
            };
            return (
                grads,
                definition,
                quote!(::brain_jit::adjoint::Differentiable::gradients(&*self)),
            );
        }
        let parameters = type_parameters(&self.targets);
        let fields = self.targets.iter().map(|target| {
            let name = &target.name;
            let ty = match &target.ty {
                Some((dtype, rank)) => value::owned(dtype, *rank),
                None => child_gradients(object, name),
            };
            let doc = format!("By `{name}`.");
            quote!(#[doc = #doc] pub #name: #ty)
        });
        let zeros = self.targets.iter().map(|target| {
            let (name, zeros) = (&target.name, zeros(target));
            quote!(#name: #zeros)
        });
        let visited: Vec<&Ident> = self
            .targets
            .iter()
            .filter(|target| target.field)
            .map(|target| &target.name)
            .collect();
        let trained = object.filter(|_| !visited.is_empty()).map(|object| {
            let (of, _, conditions) = object.generics.split_for_impl();
            let whole = &object.ty;
            quote! {
                impl #of ::brain_jit::optim::Trained<#ty #parameters> for #whole #conditions {
                    fn visit(&mut self, gradients: &#ty #parameters, visitor: &mut impl ::brain_jit::optim::Visitor) {
                        #(::brain_jit::optim::Trained::visit(&mut self.#visited, &gradients.#visited, visitor);)*
                    }
                }
            }
        });
        let definition = quote! {
            #trained
            #[doc = #doc]
            #[derive(Clone, Debug)]
            #[allow(dead_code)]
            #visibility struct #ty #parameters { #(#fields),* }
        };
        (
            quote!(#ty #parameters),
            definition,
            quote!(#ty { #(#zeros),* }),
        )
    }

    /// `NAME_vjp(&self, x, g, &mut gradients) -> (gx,)`.
    fn vjp(&self, object: Option<&Object>, source: &Method) -> TokenStream {
        let name = source.name();
        let bare = name.to_string();
        let vjp = format_ident!("{}_vjp", bare.trim_start_matches("r#"), span = name.span());
        let visibility = &source.visibility;
        let generics = function::generics(source);
        let params = &generics.params;
        let params = (!params.is_empty()).then(|| quote!(<#params>));
        let conditions = &generics.where_clause;
        let parameters = function::wrapper_parameters(source);
        let output = &self.method.signature.output;
        let seed = self
            .method
            .parameters
            .iter()
            .find_map(|p| match &p.pattern {
                syn::Pat::Ident(name) if name.ident == "__seed" => Some(&p.ty),
                _ => None,
            });
        let fields = self
            .targets
            .iter()
            .filter(|target| target.field)
            .map(|target| {
                let name = &target.name;
                quote!(&mut gradients.#name)
            });
        let passed: Vec<TokenStream> = std::iter::once(quote!(adjoint)).chain(fields).collect();
        let call = self.call(source, &passed);
        let whole = object.map(|object| &object.ty);
        let receiver = match source.receiver {
            Some(Receiver::Exclusive) => quote!(&mut self),
            _ => quote!(&self),
        };
        let doc = format!(
            "From the adjoint of the result of `{}` to those of its arguments; the gradients of the trained variables are added to `gradients`.",
            source.path
        );
        quote! {
            #[doc = #doc]
            #[allow(dead_code, clippy::all)]
            #visibility fn #vjp #params (
                #receiver, #(#parameters,)* adjoint: #seed,
                gradients: &mut <#whole as ::brain_jit::adjoint::Differentiable>::Gradients,
            ) #output #conditions {
                #call
            }
        }
    }
}
