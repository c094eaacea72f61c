//! What is generated around Jacobians and Hessians: the functions that call a pullback or a tangent once a number, and
//! the structs of their blocks.

use super::Target;
use super::derivative::{Kind, tangent_parameter as tangent};
use super::items::{Items, number, type_parameters, zeros};
use super::value;
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::check::name_clash::camel_case;
use crate::emit::function;
use crate::ir::types::DType;
use crate::model::method::{Method, Parameter, ParameterKind, Receiver};
use crate::model::object::Object;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{ReturnType, Type};

/// The largest rank of an array type.
const RANKS: usize = 6;

/// Refuses blocks whose rank no array type has. `outer` is the rank of what is differentiated.
pub(super) fn ranks(
    method: &Method,
    targets: &[Target],
    outer: usize,
    kind: Kind,
    errors: &mut Errors,
) -> Option<()> {
    let too_large = targets.iter().find_map(|target| {
        let rank = target.ty.as_ref()?.1 + outer;
        (rank > RANKS).then_some((target, rank))
    });
    let Some((target, rank)) = too_large else {
        return Some(());
    };
    errors.report(
        Code::GradientTarget,
        method.name(),
        format!(
            "`#[{}]` of `{}` by `{}` would be an array of rank {rank}",
            kind.name(),
            method.name(),
            target.name
        ),
        format!("arrays have at most {RANKS} axes: flatten the operand or the result"),
    );
    None
}

/// What the functions around a method need of it.
struct Around<'a> {
    object: Option<&'a Object>,
    method: &'a Method,
    targets: &'a [Target],
}

impl Around<'_> {
    /// A call of `NAME` or `NAME_ending` with more arguments.
    fn call(&self, ending: &str, more: &[TokenStream]) -> TokenStream {
        let method = self.method;
        let bare = method.name();
        let name = match ending {
            "" => bare.clone(),
            _ => format_ident!("{bare}_{ending}", span = bare.span()),
        };
        let turbofish = crate::emit::wrapper::turbofish(&function::generics(method));
        // What is passed by value is passed again and again.
        let dynamic = |p: &&Parameter| !matches!(p.kind, ParameterKind::ConstGeneric(_));
        let parameters = method.parameters.iter().filter(dynamic);
        let arguments =
            function::arguments(method)
                .into_iter()
                .zip(parameters)
                .map(|(argument, parameter)| match &parameter.ty {
                    Type::Reference(_) => argument,
                    _ => quote!(#argument.clone()),
                });
        let place = match (method.receiver, self.object) {
            (Some(_), _) => quote!(self.),
            (None, Some(_)) => quote!(Self::),
            (None, None) => quote!(),
        };
        quote!(#place #name #turbofish (#(#arguments,)* #(#more),*))
    }

    /// `NAME_ending`, and the struct that it returns beside the value.
    fn function(
        &self,
        kind: Kind,
        body: &TokenStream,
        ty: &TokenStream,
        definitions: TokenStream,
        doc: &str,
    ) -> Items {
        let method = self.method;
        let bare = method.name().to_string();
        let name = format_ident!(
            "{}_{}",
            bare.trim_start_matches("r#"),
            kind.name(),
            span = method.name().span()
        );
        let visibility = &method.visibility;
        let generics = function::generics(method);
        let params = (!generics.params.is_empty()).then(|| {
            let params = &generics.params;
            quote!(<#params>)
        });
        let conditions = &generics.where_clause;
        let receiver = method.receiver.map(|receiver| match receiver {
            Receiver::Shared => quote!(&self,),
            Receiver::Exclusive => quote!(&mut self,),
        });
        let parameters = function::wrapper_parameters(method);
        let output = match &method.signature.output {
            ReturnType::Type(_, ty) => quote!(#ty),
            ReturnType::Default => quote!(()),
        };
        let function = quote! {
            #[doc = #doc]
            #[allow(dead_code, unused_mut, unused_variables, clippy::all)]
            #visibility fn #name #params (#receiver #(#parameters),*) -> (#output, #ty) #conditions {
                #body
            }
        };
        match self.object {
            Some(_) => Items {
                inherent: function,
                beside: definitions,
            },
            None => Items {
                inherent: TokenStream::new(),
                beside: quote!(#function #definitions),
            },
        }
    }

    /// The name of a struct for this method.
    fn struct_name(&self, ending: &str) -> Ident {
        let owner = self.object.map(|object| object.name.to_string());
        format_ident!(
            "{}{}{ending}",
            owner.unwrap_or_default(),
            camel_case(self.method.name()),
            span = self.method.name().span()
        )
    }

    /// The struct `name` with a field for each target, and its type with its generics.
    fn structure(
        &self,
        name: &Ident,
        doc: &str,
        field: impl Fn(&Target) -> (TokenStream, String),
    ) -> (TokenStream, TokenStream) {
        let visibility = match &self.method.visibility {
            syn::Visibility::Inherited => quote!(pub),
            written => quote!(#written),
        };
        let parameters = type_parameters(self.targets);
        let fields = self.targets.iter().map(|target| {
            let name = &target.name;
            let (ty, doc) = field(target);
            quote!(#[doc = #doc] pub #name: #ty)
        });
        let definition = quote! {
            #[doc = #doc]
            #[derive(Clone, Debug)]
            #[allow(dead_code)]
            #visibility struct #name #parameters { #(#fields),* }
        };
        (quote!(#name #parameters), definition)
    }

    /// Columns of a block: `by` changes, `tangents` are the variables with the tangents, and `columns` the vectors that
    /// take what `call` gives, by their names there.
    fn columns(
        &self,
        by: &Target,
        call: &TokenStream,
        pattern: &TokenStream,
        taken: &[(Ident, Ident, usize)],
    ) -> TokenStream {
        let tangent = tangent(by);
        let take = taken.iter().map(|(list, name, rank)| match rank {
            0 => quote!(#list.push(#name);),
            _ => quote!(#list.extend(#name.iter().copied());),
        });
        let take: TokenStream = take.collect();
        match &by.ty {
            Some((dtype, 0)) => {
                let (one, zero) = (number(dtype, 1.0), number(dtype, 0.0));
                quote! {
                    #tangent = #one;
                    let #pattern = #call;
                    #take
                    #tangent = #zero;
                }
            }
            Some((dtype, _)) => {
                let (one, zero) = (number(dtype, 1.0), number(dtype, 0.0));
                quote! {
                    for __k in 0..#tangent.len() {
                        ::brain_jit::__private::jacobian::set(&mut #tangent, __k, #one);
                        let #pattern = #call;
                        #take
                        ::brain_jit::__private::jacobian::set(&mut #tangent, __k, #zero);
                    }
                }
            }
            None => TokenStream::new(),
        }
    }
}

/// What a call takes for the tangent of a target.
fn passed(target: &Target) -> TokenStream {
    let name = tangent(target);
    match &target.ty {
        Some((_, 0)) => quote!(#name),
        _ => quote!(&#name),
    }
}

/// The shape of a variable as a slice.
fn shape(name: &Ident, rank: usize) -> TokenStream {
    match rank {
        0 => quote!(&[]),
        _ => quote!(#name.shape()),
    }
}

/// The array of a block from its numbers, row by row or column by column; a number if it has no axes.
fn assembled(
    how: &str,
    list: &Ident,
    dtype: &DType,
    (outer, outer_rank): (&TokenStream, usize),
    (inner, inner_rank): (&TokenStream, usize),
) -> TokenStream {
    let rank = outer_rank + inner_rank;
    let ty = value::owned(dtype, rank);
    let function = format_ident!("{how}");
    match rank {
        0 => quote!(#list[0]),
        _ => quote!({
            let block: #ty = ::brain_jit::__private::jacobian::#function(#list, #outer, #inner);
            block
        }),
    }
}

fn rank_of(target: &Target) -> usize {
    target.ty.as_ref().map_or(0, |(_, rank)| *rank)
}

/// `NAME_jacfwd`
pub(super) fn forward(
    object: Option<&Object>,
    method: &Method,
    kind: Kind,
    targets: &[Target],
    (dtype, rank): &(DType, usize),
) -> Items {
    let around = Around {
        object,
        method,
        targets,
    };
    let value = around.call("", &[]);
    let tangents: Vec<TokenStream> = targets.iter().map(passed).collect();
    let column = around.call("jacfwd_column", &tangents);
    let name = around.struct_name("Jacfwd");
    let (ty, definition) = jacobian_structure(&around, &name, |_| dtype.clone(), *rank);
    let starts = targets.iter().map(|target| {
        let (tangent, zeros) = (tangent(target), zeros(target));
        quote!(let mut #tangent = #zeros;)
    });
    let result = format_ident!("__value");
    let outer = shape(&result, *rank);
    let moved = format_ident!("__moved");
    let blocks = targets.iter().map(|target| {
        let (field, list) = (&target.name, format_ident!("__columns"));
        let taken = [(list.clone(), moved.clone(), *rank)];
        let columns = around.columns(target, &column, &quote!((_, #moved)), &taken);
        let inner = shape(&tangent(target), rank_of(target));
        let block = assembled(
            "from_columns",
            &list,
            dtype,
            (&outer, *rank),
            (&inner, rank_of(target)),
        );
        quote!(#field: { let mut #list = ::std::vec::Vec::new(); #columns #block })
    });
    let short = &name;
    let body = quote! {
        let __value = #value;
        #(#starts)*
        let __blocks = #short { #(#blocks),* };
        (__value, __blocks)
    };
    let doc = format!(
        "The value of `{}` and its Jacobian, column by column in forward mode.",
        method.path
    );
    around.function(kind, &body, &ty, definition, &doc)
}

/// `NAME_jacobian` and `NAME_jacrev`
pub(super) fn reverse(
    object: Option<&Object>,
    method: &Method,
    kind: Kind,
    targets: &[Target],
    (dtype, rank): &(DType, usize),
) -> Items {
    let around = Around {
        object,
        method,
        targets,
    };
    let value = around.call("", &[]);
    let seed = match rank {
        0 => number(dtype, 1.0),
        _ => quote!(&__seed),
    };
    let mut passed = vec![seed];
    passed.extend(targets.iter().map(|target| {
        let name = tangent(target);
        quote!(&mut #name)
    }));
    let (row, ending) = match kind {
        Kind::Jacobian => ("jacobian_row", "Jacobian"),
        _ => ("jacrev_row", "Jacrev"),
    };
    let row = around.call(row, &passed);
    let name = around.struct_name(ending);
    let of = |target: &Target| {
        let ty = target.ty.as_ref();
        ty.map_or_else(|| dtype.clone(), |(dtype, _)| dtype.clone())
    };
    let (ty, definition) = jacobian_structure(&around, &name, of, *rank);
    let lists: Vec<Ident> = targets
        .iter()
        .map(|target| format_ident!("__rows_{}", target.name))
        .collect();
    let starts = targets.iter().zip(&lists).map(|(target, list)| {
        let (row, zeros) = (tangent(target), zeros(target));
        quote!(let mut #row = #zeros; let mut #list = ::std::vec::Vec::new();)
    });
    let take = targets.iter().zip(&lists).map(|(target, list)| {
        let row = tangent(target);
        match rank_of(target) {
            0 => quote!(#list.push(#row);),
            _ => quote!(#list.extend(#row.iter().copied());),
        }
    });
    let take: TokenStream = take.collect();
    let rows = match rank {
        0 => quote!(let _ = #row; #take),
        _ => {
            let (one, zero) = (number(dtype, 1.0), number(dtype, 0.0));
            quote! {
                let mut __seed = { use ::brain_jit::adjoint::ZerosLike as _; __value.adjoint_zeros() };
                for __k in 0..__seed.len() {
                    ::brain_jit::__private::jacobian::set(&mut __seed, __k, #one);
                    let _ = #row;
                    #take
                    ::brain_jit::__private::jacobian::set(&mut __seed, __k, #zero);
                }
            }
        }
    };
    let outer = shape(&format_ident!("__value"), *rank);
    let blocks = targets.iter().zip(&lists).map(|(target, list)| {
        let field = &target.name;
        let inner = shape(&tangent(target), rank_of(target));
        let block = assembled(
            "from_rows",
            list,
            &of(target),
            (&outer, *rank),
            (&inner, rank_of(target)),
        );
        quote!(#field: #block)
    });
    let body = quote! {
        let __value = #value;
        #(#starts)*
        #rows
        let __blocks = #name { #(#blocks),* };
        (__value, __blocks)
    };
    let doc = format!(
        "The value of `{}` and its Jacobian, row by row in reverse mode.",
        method.path
    );
    around.function(kind, &body, &ty, definition, &doc)
}

fn jacobian_structure(
    around: &Around,
    name: &Ident,
    dtype: impl Fn(&Target) -> DType,
    rank: usize,
) -> (TokenStream, TokenStream) {
    let doc = format!("The Jacobian of `{}`.", around.method.path);
    around.structure(name, &doc, |target| {
        let ty = value::owned(&dtype(target), rank + rank_of(target));
        let doc = format!(
            "By `{}`: the shape of the result, then that of `{}`.",
            target.name, target.name
        );
        (ty, doc)
    })
}

/// `NAME_hessian`
pub(super) fn hessian(object: Option<&Object>, method: &Method, targets: &[Target]) -> Items {
    let around = Around {
        object,
        method,
        targets,
    };
    let value = around.call("", &[]);
    let tangents: Vec<TokenStream> = targets.iter().map(passed).collect();
    let product = around.call("hvp", &tangents);
    let name = around.struct_name("Hessian");
    let row_name = |target: &Target| {
        let camel = camel_case(&target.name);
        around.struct_name(&format!("HessianBy{camel}"))
    };
    let mut definitions = TokenStream::new();
    let mut row_types = Vec::new();
    for row in targets {
        let doc = format!(
            "The second derivatives of `{}` by `{}` and each operand.",
            method.path, row.name
        );
        let dtype = row.ty.as_ref().map(|(dtype, _)| dtype.clone());
        let (ty, definition) = around.structure(&row_name(row), &doc, |column| {
            let dtype = dtype.clone().unwrap_or(DType::F64);
            let ty = value::owned(&dtype, rank_of(row) + rank_of(column));
            let doc = format!("By `{}` and `{}`.", row.name, column.name);
            (ty, doc)
        });
        definitions.extend(definition);
        row_types.push((row.name.clone(), ty));
    }
    let doc = format!("The Hessian of `{}`, block by block.", method.path);
    let (ty, definition) = around.structure(&name, &doc, |target| {
        let found = row_types.iter().find(|(name, _)| *name == target.name);
        let ty = found.map(|(_, ty)| ty.clone()).unwrap_or_default();
        let doc = format!("By `{}` and each operand.", target.name);
        (ty, doc)
    });
    definitions.extend(definition);
    let starts = targets.iter().map(|target| {
        let (tangent, zeros) = (tangent(target), zeros(target));
        quote!(let mut #tangent = #zeros;)
    });
    let list = |row: &Target, column: &Target| format_ident!("__{}_{}", row.name, column.name);
    let moved = |row: &Target| format_ident!("__moved_{}", row.name);
    let names = targets.iter().map(moved);
    let pattern = match targets {
        [_] => quote!(#(#names)*),
        _ => quote!((#(#names),*)),
    };
    let columns = targets.iter().map(|column| {
        let taken: Vec<(Ident, Ident, usize)> = targets
            .iter()
            .map(|row| (list(row, column), moved(row), rank_of(row)))
            .collect();
        let lists = taken.iter().map(|(list, ..)| list);
        let columns = around.columns(column, &product, &pattern, &taken);
        quote!(#(let mut #lists = ::std::vec::Vec::new();)* #columns)
    });
    let rows = targets.iter().map(|row| {
        let (field, ty) = (&row.name, row_name(row));
        let blocks = targets.iter().map(|column| {
            let (name, list) = (&column.name, list(row, column));
            let dtype = row
                .ty
                .as_ref()
                .map_or(DType::F64, |(dtype, _)| dtype.clone());
            let (outer, inner) = (
                shape(&tangent(row), rank_of(row)),
                shape(&tangent(column), rank_of(column)),
            );
            let block = assembled(
                "from_columns",
                &list,
                &dtype,
                (&outer, rank_of(row)),
                (&inner, rank_of(column)),
            );
            quote!(#name: #block)
        });
        quote!(#field: #ty { #(#blocks),* })
    });
    let body = quote! {
        let __value = #value;
        #(#starts)*
        #(#columns)*
        let __blocks = #name { #(#rows),* };
        (__value, __blocks)
    };
    let doc = format!(
        "The value of `{}` and its Hessian, column by column, forward over reverse.",
        method.path
    );
    around.function(Kind::Hessian, &body, &ty, definitions, &doc)
}
