//! From a struct's payload and an impl block to the compiled block.

use crate::check;
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::emit::diverging::{self, Taken};
use crate::emit::extension::extension;
use crate::emit::wrapper::{Compiled, Items, Source};
use crate::emit::{block, entry, function};
use crate::gradient;
use crate::integrate;
use crate::ir::graph::Graph;
use crate::ir::region::Region;
use crate::ir::verify;
use crate::lower::{Lowered, field::Use, lower};
use crate::model::block::{Block, parse_function};
use crate::model::instance::instances;
use crate::model::method::{Method, Parameter, ParameterKind};
use crate::model::object::Object;
use crate::passes::schedule::{Mode, Scheduler};
use crate::passes::uses::Uses;
use crate::passes::visible;
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, HashSet};
use syn::{Generics, ImplItem, ItemFn, ItemImpl, Lifetime, ReturnType, Signature};

/// Whether the plain twins are made.
const PLAIN: bool = cfg!(feature = "plain");

/// `payload` is what the struct's companion says, `item` the impl block as written, `errors` what is known of it.
pub fn compile(payload: TokenStream, item: TokenStream, mut errors: Errors) -> TokenStream {
    let item = match syn::parse2::<ItemImpl>(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let object = match Object::parse_for(payload, &item) {
        Ok(object) => object,
        Err(error) => return error.to_compile_error(),
    };
    if object.foreign && item.trait_.is_none() {
        let name = &object.name;
        errors.report(
            Code::UnsupportedItem,
            &item.self_ty,
            format!("methods of `{name}`, which is a struct of another crate"),
            "write them in the crate of the struct, or as methods of a trait: `#[brain_jit] impl Trait for Struct`",
        );
        return errors.finish();
    }
    let mut block = Block::parse(item, &mut errors);
    let written = block.methods.len();
    let steps = integrate::declare(
        &mut block.methods,
        &block.others,
        &block.integrals,
        Some(&block.generics),
        &mut errors,
    );
    check::check(
        Some(&object),
        &block.generics,
        &block.methods,
        &block.others,
        &mut errors,
    );
    let inlined_only = match errors.is_empty() {
        true => integrate::fill(
            Some(&object),
            &mut block.methods,
            &mut block.others,
            &block.custom,
            Some(&block.generics),
            steps,
            &mut errors,
        ),
        false => HashSet::new(),
    };
    let gradients = match errors.is_empty() {
        true => gradient::derived(
            Some(&object),
            &block.methods,
            &block.custom,
            &[&block.generics],
            &mut errors,
        ),
        false => Vec::new(),
    };
    gradient::nested::rewrite(&object, &mut block.methods, &gradients, &mut errors);
    let scope = [&block.generics];
    let derivatives = match errors.is_empty() {
        true => gradient::derivative::derivatives(
            Some(&object),
            &block.methods,
            &block.custom,
            &[&block.generics],
            &mut errors,
        ),
        false => Vec::new(),
    };
    let (gradients, derivatives) = match errors.is_empty() {
        true => (gradients, derivatives),
        false => gradient::signatures(Some(&object), &block.methods, &block.custom, &scope),
    };
    for (_, derived) in &gradients {
        block.methods.push(derived.method.clone());
    }
    for derivative in &derivatives {
        block.methods.extend(derivative.methods.iter().cloned());
    }
    let sources = {
        let associated: Vec<Signature> = block
            .others
            .iter()
            .filter_map(|item| match item {
                ImplItem::Fn(function) => Some(function.sig.clone()),
                _ => None,
            })
            .collect();
        let failed = !errors.is_empty();
        block
            .methods
            .iter()
            .enumerate()
            .map(|(position, m)| {
                // What its callers inline, and nobody else calls, need not stand alone.
                let mut unheard = Errors::default();
                unheard.fail_elsewhere();
                let signature_alone = failed && position >= written;
                let errors = match signature_alone || inlined_only.contains(&position) {
                    true => &mut unheard,
                    false => &mut errors,
                };
                compile_method(
                    Some(&object),
                    &block.methods,
                    &associated,
                    &scope,
                    m,
                    errors,
                )
            })
            .collect::<Vec<_>>()
    };
    let failed = !errors.is_empty();
    let items: Vec<Items> = if failed {
        let mut taken = taken(&block);
        sources
            .iter()
            .map(|s| s.diverging(PLAIN, &mut taken).under_cfg(s.method))
            .collect()
    } else {
        let alone = |(position, source): (usize, &Source)| match inlined_only.contains(&position) {
            true => Items::default(),
            false => source.items(PLAIN).under_cfg(source.method),
        };
        sources.iter().enumerate().map(alone).collect()
    };
    let errors = match object.invalid {
        true => TokenStream::new(),
        false => errors.finish(),
    };
    let Block {
        attributes,
        generics,
        self_ty,
        trait_path,
        unsafety,
        others,
        ..
    } = &block;
    let of_trait = trait_path.as_ref().map(|path| quote!(#path for));
    let (of, _, conditions) = generics.split_for_impl();
    let methods = items.iter().take(written).map(|i| &i.method);
    let derived = items.iter().skip(written).map(|i| &i.method);
    let (grads, beside_grads): (Vec<_>, Vec<_>) = gradients
        .iter()
        .map(|(source, derived)| {
            let items = derived.items(Some(&object), &block.methods[*source]);
            (items.inherent, items.beside)
        })
        .unzip();
    let jacobians = derivatives.iter().map(|d| &d.items.inherent);
    let beside_jacobians = derivatives.iter().map(|d| &d.items.beside);
    let inherent: Vec<TokenStream> = items
        .iter()
        .zip(&block.methods)
        .map(|(i, method)| {
            let (inherent, beside) = (&i.inherent, &i.beside);
            if method.receiver.is_none() {
                quote!(#inherent #beside)
            } else {
                quote!(#inherent)
            }
        })
        .collect();
    let outside = items
        .iter()
        .zip(&block.methods)
        .filter(|(_, method)| method.receiver.is_some())
        .map(|(i, _)| &i.beside);
    let rebuild = rebuild_on_show();
    let inherent = quote! {
        impl #of #self_ty #conditions {
            #(#inherent)*
            #(#derived)*
            #(#grads)*
            #(#jacobians)*
        }
    };
    let inherent = match trait_path.as_ref().filter(|_| object.foreign) {
        Some(path) => extension(inherent, path).unwrap_or_else(|error| error.to_compile_error()),
        None => inherent,
    };
    quote! {
        #errors
        #rebuild
        #(#attributes)*
        #unsafety impl #of #of_trait #self_ty #conditions {
            #(#others)*
            #(#methods)*
        }
        #inherent
        #(#outside)*
        #(#beside_grads)*
        #(#beside_jacobians)*
    }
}

/// The names that the block itself uses.
fn taken(block: &Block) -> Taken {
    let written = block.others.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(&function.sig.ident),
        ImplItem::Const(constant) => Some(&constant.ident),
        _ => None,
    });
    let items = written
        .chain(block.methods.iter().map(Method::name))
        .map(Ident::to_string);
    let generics = diverging::names(&block.generics).map(Ident::to_string);
    Taken {
        items: items.collect(),
        generics: generics.collect(),
    }
}

/// A free function.
pub fn compile_function(options: TokenStream, function: ItemFn, mut errors: Errors) -> TokenStream {
    let (function, integral) = parse_function(options, function, &mut errors);
    let mut methods = vec![function];
    let none = Generics::default();
    check::check(None, &none, &methods, &[], &mut errors);
    let integrals: Vec<_> = integral.into_iter().collect();
    let steps = integrate::declare(&mut methods, &[], &integrals, None, &mut errors);
    if errors.is_empty() {
        integrate::fill(None, &mut methods, &mut [], &[], None, steps, &mut errors);
    }
    let gradients = match errors.is_empty() {
        true => gradient::derived(None, &methods, &[], &[], &mut errors),
        false => Vec::new(),
    };
    let derivatives = match errors.is_empty() {
        true => gradient::derivative::derivatives(None, &methods, &[], &[], &mut errors),
        false => Vec::new(),
    };
    let (gradients, derivatives) = match errors.is_empty() {
        true => (gradients, derivatives),
        false => gradient::signatures(None, &methods, &[], &[]),
    };
    let failed = !errors.is_empty();
    let written = methods.len();
    methods.extend(gradients.iter().map(|(_, derived)| derived.method.clone()));
    methods.extend(derivatives.iter().flat_map(|d| d.methods.iter().cloned()));
    let sources: Vec<Source> = methods
        .iter()
        .enumerate()
        .map(|(position, method)| {
            let mut unheard = Errors::default();
            unheard.fail_elsewhere();
            let errors = match failed && position >= written {
                true => &mut unheard,
                false => &mut errors,
            };
            compile_method(None, &methods, &[], &[], method, errors)
        })
        .collect();
    let failed = !errors.is_empty();
    let items = sources.iter().map(|source| match failed {
        true => source
            .diverging(PLAIN, &mut Taken::default())
            .under_cfg(source.method),
        false => source.items(PLAIN).under_cfg(source.method),
    });
    let items = items.map(|items| {
        let (method, beside) = (items.method, items.beside);
        quote!(#method #beside)
    });
    let grads = gradients
        .iter()
        .map(|(_, derived)| derived.items(None, &methods[0]).beside);
    let (items, grads): (TokenStream, TokenStream) = (items.collect(), grads.collect());
    let jacobians = derivatives.iter().map(|d| &d.items.beside);
    let errors = errors.finish();
    let rebuild = rebuild_on_show();
    quote!(#errors #rebuild #items #grads #(#jacobians)*)
}

/// `jit!(|x| …)`, `jit!([w: &Array2<f32>] |x| …)`.
pub fn compile_closure(input: TokenStream) -> TokenStream {
    let parsed = match syn::parse2::<crate::model::closure::Closure>(input) {
        Ok(parsed) => parsed,
        Err(error) => {
            let mut errors = Errors::default();
            let help = "write `jit!(|x: &Array1<f32>| …)`, captured arrays in a list: `jit!([w: &Array2<f32>] |x: &Array1<f32>| …)`";
            errors.report_at(Code::Syntax, error.span(), &error, help);
            return errors.finish();
        }
    };
    let closure = parsed.closure;
    let body: syn::Block = match *closure.body {
        syn::Expr::Block(block) if block.label.is_none() => block.block,
        other => syn::parse_quote!({ #other }),
    };
    let mut parameters = Vec::new();
    for input in &closure.inputs {
        let (pattern, ty) = match input {
            syn::Pat::Type(typed) => ((*typed.pat).clone(), (*typed.ty).clone()),
            other => (other.clone(), syn::parse_quote!(_)),
        };
        parameters.push(Parameter {
            pattern,
            ty,
            kind: ParameterKind::Dynamic,
        });
    }
    let count = parameters.len();
    for capture in &parsed.captures {
        let name = &capture.name;
        parameters.push(Parameter {
            pattern: syn::parse_quote!(#name),
            ty: capture.ty.clone(),
            kind: ParameterKind::Captured,
        });
    }
    let output = &closure.output;
    let method = Method {
        path: "closure".into(),
        attributes: Vec::new(),
        visibility: syn::Visibility::Inherited,
        signature: syn::parse_quote!(fn closure() #output),
        body,
        receiver: None,
        parameters,
        dyn_vars: None,
        gradient: None,
        checkpoint: None,
        derivatives: Vec::new(),
        differentiable: false,
    };
    let mut errors = Errors::default();
    let methods = [method];
    check::check(None, &Generics::default(), &methods, &[], &mut errors);
    let source = compile_method(None, &methods, &[], &[], &methods[0], &mut errors);
    if !errors.is_empty() {
        let errors = errors.finish();
        let inputs = closure.inputs.iter();
        return quote!({ #errors |#(#inputs),*| ::core::unreachable!() });
    }
    let compiled = &source.instances[0];
    let fused = block::block(&compiled.fused, &compiled.graph, "closure");
    let entry = &compiled.entry;
    let body = if PLAIN {
        let plain = block::block(&compiled.plain, &compiled.graph, "closure");
        quote!(if ::brain_jit::__private::is_plain() { #plain } else { #fused })
    } else {
        fused
    };
    let inputs = closure.inputs.iter().take(count);
    let copies = closure.capture.is_some().then(|| {
        let names = parsed.captures.iter().map(|c| &c.name);
        quote!(#(let #names = (#names).to_owned();)*)
    });
    let capture = &closure.capture;
    let allow = function::allowances();
    quote! {{
        #copies
        #allow
        #capture |#(#inputs),*| #output {
            const __METHOD: &str = "closure";
            #entry
            #body
        }
    }}
}

fn compile_method<'a>(
    object: Option<&'a Object>,
    methods: &'a [Method],
    associated: &[Signature],
    scope: &[&Generics],
    method: &'a Method,
    errors: &mut Errors,
) -> Source<'a> {
    let types = TypeScope::new(scope.iter().copied().chain([&method.signature.generics]));
    let lifetime =
        function::elided_output(method).then(|| Lifetime::new("'__brain", Span::mixed_site()));
    let mut fields: BTreeMap<String, Use> = BTreeMap::new();
    let mut compiled = Vec::new();
    for instance in instances(object, methods, method) {
        let mut lowered = lower(
            object,
            methods,
            associated,
            types.clone(),
            &instance.method,
            errors,
        );
        visible::mark(&lowered.graph, &mut lowered.body);
        for choice in &instance.choices {
            if choice.field {
                lowered.fields.entry(choice.name.to_string()).or_default();
            }
        }
        for (name, used) in &lowered.fields {
            fields.entry(name.clone()).or_default().written |= used.written;
        }
        let (fused, plain) = if errors.is_empty() {
            verify_method(&lowered, &method.path);
            let fused = schedule(&lowered, Mode::Fused, &method.path);
            verify_kernels(&fused, &method.path);
            (fused, schedule(&lowered, Mode::Plain, &method.path))
        } else {
            Default::default()
        };
        show(method, &lowered.graph, &lowered.body, &fused);
        compiled.push(Compiled {
            choices: instance.choices,
            entry: entry::checks(&lowered.graph, &lowered.body, &method.path),
            graph: lowered.graph,
            fused,
            plain,
        });
    }
    refuse_unused_names(object, method, &fields, errors);
    let named = lifetime
        .as_ref()
        .or_else(|| function::receiver_lifetime(method));
    let captured = function::captured(object, &fields, named);
    Source {
        object,
        method,
        captured,
        lifetime,
        instances: compiled,
    }
}

/// Reports what `dyn_vars` names and the method does not use.
fn refuse_unused_names(
    object: Option<&Object>,
    method: &Method,
    used: &BTreeMap<String, Use>,
    errors: &mut Errors,
) {
    for name in method.dyn_vars.iter().flatten() {
        let known = object.and_then(|object| object.field(name));
        if known.is_some_and(|field| field.is_variable()) && !used.contains_key(&name.to_string()) {
            errors.report(
                Code::UnusedOption,
                name,
                format!(
                    "`dyn_vars` names `{name}`, which `{}` does not use",
                    method.name()
                ),
                "take the name out of the list",
            );
        }
    }
}

fn schedule(lowered: &Lowered, mode: Mode, method: &str) -> crate::passes::step::Block {
    let uses = Uses::of(&lowered.graph, &lowered.body);
    Scheduler::new(
        &lowered.graph,
        &lowered.functions,
        &lowered.draws,
        &uses,
        mode,
        method,
    )
    .region(&lowered.body)
}

/// In debug builds of the compiler: panics, which becomes an error, where lowering made something inconsistent.
fn verify_method(lowered: &Lowered, method: &str) {
    if cfg!(debug_assertions) {
        let (functions, draws) = (lowered.functions.len(), lowered.draws.len());
        let problems = verify::method(&lowered.graph, &lowered.body, functions, draws);
        assert!(problems.is_empty(), "{method}: {}", problems.join("; "));
    }
}

/// The same for the kernels that scheduling made.
fn verify_kernels(block: &crate::passes::step::Block, method: &str) {
    if cfg!(debug_assertions) {
        for launch in block.launches() {
            let problems =
                verify::kernel(&launch.kernel, launch.buffers.len(), launch.values.len());
            assert!(
                problems.is_empty(),
                "{method}, `{}`: {}",
                launch.kernel.source,
                problems.join("; ")
            );
        }
    }
}

/// Prints the IR and the steps of a method that `BRAIN_JIT_SHOW` names.
fn show(method: &Method, graph: &Graph, body: &Region, steps: &crate::passes::step::Block) {
    let Ok(wanted) = std::env::var("BRAIN_JIT_SHOW") else {
        return;
    };
    let owner = method.path.split("::").next().unwrap_or_default();
    if wanted != "*" && wanted != method.path && wanted != owner {
        return;
    }
    eprintln!(
        "== {}: IR\n{}",
        method.path,
        crate::ir::print::region(graph, body)
    );
    let code = crate::emit::listing::show_code(
        method.path.as_str(),
        "(…)",
        &[],
        &[(String::new(), steps, graph)],
    );
    eprintln!("== {}: code\n{code}", method.path);
}

/// Cargo rebuilds when the variable changes only if the output reads it.
fn rebuild_on_show() -> TokenStream {
    quote!(
        const _: ::core::option::Option<&str> = ::core::option_env!("BRAIN_JIT_SHOW");
    )
}

/// Whether a signature returns nothing.
pub fn returns_unit(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Default)
}
