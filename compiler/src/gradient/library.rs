//! Functions of the library that do not fuse: host calls with a rule of their own.

use super::complex::is_complex;
use super::functions;
use super::rules;
use super::sweep::{Step, Sweep, known};
use super::value::{self, Value};
use crate::ir::types::{DType, ValueType};
use crate::lower::library::{created, dimensions_of};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

/// A call's argument.
pub(super) struct Argument {
    pub value: Value,
    /// As it is handed over: arrays by reference.
    pub passed: TokenStream,
}

impl Sweep<'_> {
    /// A function that does not fuse; `unwrap` is what takes the value out of its `Result`, or gives it the rank that is written.
    pub(super) fn library(&mut self, name: &str, call: &ExprCall, unwrap: &TokenStream) -> Value {
        let whole = Expr::Call(call.clone());
        if !self.depends(&whole) {
            // A shape that is no tuple is one number, if it is not another array's.
            let made = created(call, &self.types, |shape| {
                dimensions_of(shape).is_none().then_some(1)
            });
            let made = made.and_then(|array| known(&ValueType::Array(array)));
            let known = made
                .or_else(|| self.flat(name, call))
                .or_else(|| self.transform_type(call));
            let tokens = self.verbatim(&whole);
            let (dtype, rank) = known.map_or((None, 0), |(dtype, rank)| (Some(dtype), rank));
            return Value::constant(quote!(#tokens #unwrap), dtype, rank);
        }
        if functions::JOINS.iter().any(|(known, _)| *known == name) {
            let joined = self.joined(name, call, unwrap);
            return joined.unwrap_or_else(|| self.opaque(&whole));
        }
        if functions::CONTRACTIONS
            .iter()
            .any(|(known, _)| *known == name)
        {
            let product = self.contraction(name, call, unwrap);
            return product.unwrap_or_else(|| self.opaque(&whole));
        }
        let span = call.span();
        if let Some((_, flat)) = functions::FLAT.iter().find(|(known, _)| *known == name) {
            let args = self.arguments(call);
            let known = args.first().and_then(|first| flat.of(&first.value));
            let (func, args) = (&call.func, args.iter().map(|arg| &arg.passed));
            let (dtype, rank) = known.map_or((None, 0), |(dtype, rank)| (Some(dtype), rank));
            return Value::constant(quote!(#func(#(#args),*)), dtype, rank);
        }
        let args = self.arguments(call);
        if let Some(value) = self.transform(name, call, &args) {
            return value;
        }
        let complex = |arg: &Argument| arg.value.active.is_some() && is_complex(&arg.value);
        if args.iter().any(complex) {
            let moved = self.moved(name, call, &args, unwrap, span);
            return moved.unwrap_or_else(|| self.refuse_complex(&call.func, name));
        }
        if self.tangents.is_some() {
            let value = self
                .pushed(name, call, &args, unwrap)
                .or_else(|| self.elementwise_function(name, call, &args, span))
                .or_else(|| self.lanes(name, call, &args, span));
            return value.unwrap_or_else(|| self.opaque(&whole));
        }
        let known = self
            .elementwise_function(name, call, &args, span)
            .or_else(|| self.moved(name, call, &args, unwrap, span))
            .or_else(|| self.lanes(name, call, &args, span));
        if let Some(value) = known {
            return value;
        }
        match functions::host(name) {
            Some((rank, texts)) => self
                .host_function(call, unwrap, &args, (rank, texts), span)
                .unwrap_or_else(|| self.opaque(&whole)),
            None => self.opaque(&whole),
        }
    }

    /// The arguments of a call, each computed once.
    pub(super) fn arguments(&mut self, call: &ExprCall) -> Vec<Argument> {
        let span = call.span();
        let args = call.args.iter();
        args.map(|written| self.argument(written, span)).collect()
    }

    pub(super) fn argument(&mut self, written: &Expr, span: Span) -> Argument {
        let value = self.value(written);
        let value = match value.rank > 0 || value.active.is_some() {
            true => self.settle(value, span),
            false => value,
        };
        let tokens = &value.tokens;
        let reference = matches!(written, Expr::Reference(_));
        let passed = match (value.rank, reference) {
            // Owned or not: a reference.
            (1.., _) => quote!(&*#tokens),
            (0, true) => quote!(&#tokens),
            _ => quote!(#tokens),
        };
        Argument { value, passed }
    }

    /// A text of the tables for this call.
    pub(super) fn text(
        &self,
        text: &str,
        args: &[Argument],
        more: &[(&str, TokenStream)],
        span: Span,
    ) -> TokenStream {
        let adjoint = quote!(::brain_jit::adjoint);
        let arguments: Vec<TokenStream> = args
            .iter()
            .map(|arg| {
                let (tokens, passed) = (&arg.value.tokens, &arg.passed);
                let negative =
                    value::text(tokens).starts_with('-') && passed.clone().into_iter().count() == 2;
                match arg.value.rank {
                    1.. => quote!(#tokens),
                    // A name of unknown type is handed over as it was written.
                    0 if super::index::named(tokens) || negative => passed.clone(),
                    0 => quote!((#passed)),
                }
            })
            .collect();
        let mut names = vec![("adjoint", &adjoint)];
        names.extend(["a", "b", "c", "d"].into_iter().zip(&arguments));
        names.extend(more.iter().map(|(name, tokens)| (*name, tokens)));
        value::rule(text, &names, span)
    }

    /// The first array's element type.
    pub(super) fn element(args: &[Argument]) -> Option<DType> {
        let active = args.iter().find(|arg| arg.value.active.is_some())?;
        active.value.dtype.clone()
    }

    /// What the rules of an elementwise function make of the arguments: the adjoints fuse.
    fn elementwise_function(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Argument],
        span: Span,
    ) -> Option<Value> {
        let single = rules::FUNCTIONS.iter().find(|(known, _)| *known == name);
        let (texts, reduced) = match single {
            Some((_, text)) => (std::slice::from_ref(text), false),
            None => functions::elementwise(name)?,
        };
        let dtype = Self::element(args)?;
        if args
            .iter()
            .enumerate()
            .any(|(k, arg)| arg.value.active.is_some() && k >= texts.len())
        {
            return None;
        }
        let inner = args.iter().map(|arg| arg.value.rank).max().unwrap_or(0);
        let rank = if reduced { 0 } else { inner };
        let (func, passed) = (&call.func, args.iter().map(|arg| &arg.passed));
        let result = self.host_result(quote!(#func(#(#passed),*)), &dtype, rank, span);
        let more = [("g", quote!(__g)), ("y", result.tokens.clone())];
        let mut contributions = Vec::new();
        for (arg, text) in args.iter().zip(texts) {
            if let Some(target) = arg.value.active {
                let tokens = self.text(text, args, &more, span);
                // Along an axis, zeros among others have slopes.
                let along = text.contains("_axis_");
                let tokens = match along || *text == "g" {
                    true => tokens,
                    false => self.guard(tokens),
                };
                contributions.push((target, tokens, arg.value.rank));
            }
        }
        let values: Vec<Value> = args.iter().map(|arg| arg.value.clone()).collect();
        self.trace(&result, &values);
        if reduced && self.tangents.is_some() {
            let terms = contributions.into_iter().filter_map(|(target, tokens, _)| {
                let tangent = self.tangent_of(target)?;
                let moved = value::substitute(tokens, &[("__g", &tangent)]);
                Some(quote!(::brain_jit::bm::sum(#moved)))
            });
            let terms: Vec<TokenStream> = terms.collect();
            self.set_tangent(&result, quote!(#(#terms)+*), span);
        } else if reduced {
            let sums = contributions
                .into_iter()
                .map(|(target, tokens, rank)| (target, value::sum_to(tokens, inner, rank)));
            let sums = sums.collect();
            self.record(&result, sums, span);
        } else {
            self.record_elementwise(&result, contributions, args.len() == 1, span);
        }
        Some(result)
    }

    /// A function that only moves elements.
    fn moved(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Argument],
        unwrap: &TokenStream,
        span: Span,
    ) -> Option<Value> {
        let (_, position, rank) = functions::MOVES.iter().find(|(known, ..)| *known == name)?;
        let (dtype, array) = (Self::element(args)?, args.get(*position)?);
        let others = args.iter().enumerate().filter(|(k, _)| k != position);
        if array.value.active.is_none() || others.clone().any(|(_, arg)| arg.value.active.is_some())
        {
            return None;
        }
        let rank = self.result_rank(*rank, args, &array.value, call)?;
        let func = &call.func;
        let passed = args.iter().map(|arg| &arg.passed);
        let forward = quote!(#func(#(#passed),*) #unwrap);
        let numbers = args.iter().enumerate().map(|(k, arg)| match k {
            k if k == *position && name.starts_with("fft::") => quote!(&__numbers),
            k if k == *position => quote!(__numbers),
            // What stands between the elements has no number.
            2 if name == "pad" => quote!(0),
            _ => arg.passed.clone(),
        });
        let a = &array.value.tokens;
        let adjoint = quote!(::brain_jit::adjoint::moved(&*__g, &*#a, |__numbers| #func(#(#numbers),*) #unwrap));
        let operands = vec![(adjoint, array.value.clone())];
        Some(self.host_call(forward, &dtype, rank, operands, span))
    }

    /// A reduction that does not fuse, or over axes that the macro does not see.
    fn lanes(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Argument],
        span: Span,
    ) -> Option<Value> {
        let (base, ddof) = match name.strip_suffix("_ddof") {
            Some(base) => (base, true),
            None => (name, false),
        };
        let (suffix, rule) = functions::LANES.iter().find_map(|(known, rule)| {
            let suffix = base.strip_prefix(known)?;
            let all = ["", "_keepdims", "_axis", "_axis_keepdims"];
            all.contains(&suffix).then_some((suffix, *rule))
        })?;
        let (dtype, array) = (Self::element(args)?, args.first()?);
        if array.value.active.is_none() || args[1..].iter().any(|arg| arg.value.active.is_some()) {
            return None;
        }
        let along = suffix.starts_with("_axis");
        let removed = match along.then(|| call.args.iter().nth(1)).flatten() {
            Some(Expr::Array(list)) => list.elems.len(),
            Some(Expr::Reference(_)) => return None,
            _ => 1,
        };
        let rank = match suffix {
            "" => 0,
            "_axis" => array.value.rank.checked_sub(removed)?,
            _ => array.value.rank,
        };
        let mut parameters = args[1 + usize::from(along)..]
            .iter()
            .map(|arg| arg.passed.clone());
        let first = match ddof {
            false if rule.contains("var") || rule.contains("std") => Some(quote!(0.0)),
            _ => parameters.next(),
        };
        let more = [
            ("p", first.unwrap_or_default()),
            ("q", parameters.next().unwrap_or_default()),
        ];
        let rule = self.text(rule, &[], &more, span);
        let (func, a) = (&call.func, &array.value.tokens);
        let passed = args.iter().map(|arg| &arg.passed);
        let forward = quote!(#func(#(#passed),*));
        let adjoint = quote!(::brain_jit::adjoint);
        let axis = args.get(1).filter(|_| along).map(|axis| &axis.passed);
        let tokens = match suffix {
            "" => quote!(#adjoint::whole(__g, &*#a, __y, #rule)),
            "_keepdims" => quote!(#adjoint::kept(&*__g, &*#a, &*__y, #rule)),
            _ => quote!(#adjoint::over(&*__g, &*#a, &*__y, #axis, #rule)),
        };
        if self.tangents.is_some() {
            let result = self.host_result(forward, &dtype, rank, span);
            let sum = quote::format_ident!("sum{suffix}");
            let axis = axis.map(|axis| quote!(, #axis));
            let summed = |moved| quote!(::brain_jit::bm::#sum(#moved #axis));
            self.push_reduced(&result, &array.value, tokens, summed, span);
            return Some(result);
        }
        let operands = vec![(tokens, array.value.clone())];
        Some(self.host_call(forward, &dtype, rank, operands, span))
    }

    /// A row of the host functions.
    fn host_function(
        &mut self,
        call: &ExprCall,
        unwrap: &TokenStream,
        args: &[Argument],
        (rank, texts): (functions::Rank, &[&str]),
        span: Span,
    ) -> Option<Value> {
        let dtype = Self::element(args)?;
        if args
            .iter()
            .enumerate()
            .any(|(k, arg)| arg.value.active.is_some() && k >= texts.len())
        {
            return None;
        }
        let rank = self.result_rank(rank, args, &args.first()?.value, call)?;
        let func = &call.func;
        let passed = args.iter().map(|arg| &arg.passed);
        let forward = quote!(#func(#(#passed),*) #unwrap);
        let more = [("g", quote!(__g)), ("y", quote!(__y))];
        let mut operands = Vec::new();
        for (arg, text) in args.iter().zip(texts) {
            if arg.value.active.is_some() {
                // The texts of arrays do not fit numbers.
                let names = ["a", "b", "c", "d"].into_iter().zip(args);
                let number = |(name, arg): (&str, &Argument)| {
                    let scalar = arg.value.rank == 0 && arg.value.dtype.is_some();
                    scalar && text.contains(&format!("&*{name}"))
                };
                if text.is_empty() || names.clone().any(number) {
                    return None;
                }
                operands.push((self.text(text, args, &more, span), arg.value.clone()));
            }
        }
        Some(self.host_call(forward, &dtype, rank, operands, span))
    }

    /// The rank of a result; `array` is what the function is of.
    pub(super) fn result_rank(
        &self,
        rank: functions::Rank,
        args: &[Argument],
        array: &Value,
        call: &ExprCall,
    ) -> Option<usize> {
        use functions::Rank;
        match rank {
            Rank::Of(k) => match (args.get(k)?.value.rank, call.args.iter().nth(k)?) {
                (0, Expr::Array(_)) => Some(1),
                (0, Expr::Reference(list)) if matches!(&*list.expr, Expr::Array(_)) => Some(1),
                // Of what the macro does not see, the result's type is written.
                (0, _) => self.annotated.as_ref().map(|(_, rank)| *rank),
                (rank, _) => Some(rank),
            },
            Rank::Less(less) => array.rank.checked_sub(less),
            Rank::More => Some(array.rank + 1),
            Rank::Fixed(rank) => Some(rank),
            Rank::Shape(k) => match call.args.iter().nth(k)? {
                Expr::Tuple(shape) => Some(shape.elems.len()),
                Expr::Array(shape) => Some(shape.elems.len()),
                Expr::Reference(_) => None,
                _ => Some(1),
            },
            Rank::Matrix => (array.rank == 2).then_some(2),
            Rank::Written => self
                .annotated
                .as_ref()
                .map(|(_, rank)| *rank)
                .filter(|rank| *rank > 0),
            Rank::Diagonal => 3usize.checked_sub(array.rank).filter(|rank| *rank > 0),
        }
    }

    /// The type of what has no derivative, of constants.
    fn flat(&mut self, name: &str, call: &ExprCall) -> Option<(DType, usize)> {
        let (_, flat) = functions::FLAT.iter().find(|(known, _)| *known == name)?;
        // What that emits is not computed twice.
        let (first, ..) = self.apart(|sweep| Some(sweep.value(call.args.first()?)));
        flat.of(&first?)
    }

    /// A value of host code; each operand's adjoint is what its tokens make of `g`.
    pub(super) fn host_call(
        &mut self,
        forward: TokenStream,
        dtype: &DType,
        rank: usize,
        operands: Vec<(TokenStream, Value)>,
        span: Span,
    ) -> Value {
        let result = self.host_result(forward, dtype, rank, span);
        if self.tangents.is_some() {
            self.refuse_at(
                span,
                "this function has a rule for reverse mode only".into(),
            );
        }
        let y = &result.tokens;
        let mut pullback = Vec::new();
        let mut arguments = Vec::new();
        for (adjoint, operand) in operands {
            let Some(target) = operand.active else {
                continue;
            };
            let ty = value::owned(operand.dtype.as_ref().unwrap_or(dtype), operand.rank);
            let adjoint = value::located(value::substitute(adjoint, &[("__y", y)]), span);
            arguments.push((pullback.len(), target));
            pullback.push(quote!({ let value: #ty = #adjoint; value }));
        }
        self.steps.push(Step::Call {
            types: TokenStream::new(),
            results: result.active.into_iter().collect(),
            pullback: quote!((#(#pullback,)*)),
            arguments,
            span,
        });
        result
    }

    /// An active value that host code computes.
    pub(super) fn host_result(
        &mut self,
        tokens: TokenStream,
        dtype: &DType,
        rank: usize,
        span: Span,
    ) -> Value {
        let name = self.fresh("t", span);
        let ty = value::owned(dtype, rank);
        self.emit(quote!(let #name: #ty = #tokens;));
        self.activate(quote!(#name), dtype.clone(), rank)
    }
}

impl functions::Flat {
    /// The type of what has no derivative by `first`.
    fn of(self, first: &Value) -> Option<(DType, usize)> {
        use functions::Flat;
        let dtype = match self {
            Flat::Elements => first.dtype.clone()?,
            Flat::Places => DType::Usize,
            Flat::Truth => DType::Bool,
            Flat::Other => return None,
        };
        (first.rank > 0).then_some((dtype, first.rank))
    }
}

/// The name in `bm::linalg::NAME`, `bm::losses::NAME` and so on, with the module.
pub(super) fn module_function(function: &Expr) -> Option<String> {
    let Expr::Path(path) = function else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let last = segments.next()?;
    let module = &segments.next()?.ident;
    let known = ["linalg", "losses", "fft", "event"]
        .iter()
        .any(|name| module == name);
    known.then(|| format!("{module}::{}", last.ident))
}
