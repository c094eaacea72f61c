//! Forward mode through calls: functions of the library, adjoints that are differentiated again, methods of children.

use super::library::Argument;
use super::sweep::{Sweep, spread};
use super::tangents::{self, LINEAR, SLOPES};
use super::value::{self, Value};
use super::{functions, index};
use crate::check::without_parentheses;
use crate::ir::types::DType;
use crate::lower::field::is_self;
use crate::lower::operand::literal;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

impl Sweep<'_> {
    /// A function of the library whose tangent is known.
    pub(super) fn pushed(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Argument],
        unwrap: &TokenStream,
    ) -> Option<Value> {
        let (rank, array, texts) = tangents::tangents(name)?;
        let rank = self.result_rank(rank, args, &args.get(array)?.value, call)?;
        let reverse = functions::host(name).map_or(&[][..], |(_, texts)| texts);
        self.push(call, unwrap, args, (&texts, reverse), rank)
    }

    /// What a gradient calls, where it is differentiated again.
    pub(super) fn pushed_adjoint(&mut self, name: &str, call: &ExprCall) -> Option<Value> {
        let (_, rank, texts) = tangents::ADJOINTS
            .iter()
            .find(|(known, ..)| *known == name)?;
        let rule = call.args.last().map(|rule| value::text(&quote!(#rule)));
        let curved = |rule: &str| {
            let last = rule.rsplit("::").next();
            tangents::CURVED.iter().any(|curved| last == Some(curved))
        };
        if rule.as_deref().is_some_and(curved) {
            return None;
        }
        let annotated = self.annotated.clone();
        let args: Vec<Argument> = call
            .args
            .iter()
            .enumerate()
            .map(|(k, written)| match texts.get(k) {
                None | Some(&"") => self.shape_only(written),
                Some(_) => self.argument(written, call.span()),
            })
            .collect();
        let rank = match rank {
            Some(rank) => self.result_rank(*rank, &args, &args.first()?.value, call)?,
            None => annotated.as_ref()?.1,
        };
        if args.iter().all(|arg| arg.value.active.is_none()) {
            let dtype = args.iter().find_map(|arg| arg.value.dtype.clone());
            let (func, passed) = (&call.func, args.iter().map(|arg| &arg.passed));
            let value = Value::constant(quote!(#func(#(#passed),*)), dtype, rank);
            return Some(value);
        }
        self.push(call, &TokenStream::new(), &args, (texts, &[]), rank)
    }

    /// An argument of which only the shape is read, or that no tangent comes from.
    fn shape_only(&mut self, written: &Expr) -> Argument {
        fn place(expr: &Expr) -> bool {
            match expr {
                Expr::Reference(e) => place(&e.expr),
                Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && place(&e.expr),
                Expr::Paren(e) => place(&e.expr),
                Expr::Path(_) | Expr::Field(_) => true,
                _ => false,
            }
        }
        if place(written) {
            let mut argument = self.argument(written, written.span());
            argument.value.active = None;
            return argument;
        }
        let tokens = self.verbatim(&written);
        Argument {
            value: Value::constant(tokens.clone(), None, 0),
            passed: tokens,
        }
    }

    /// A call and its tangent by the texts of a row; `reverse` are those of reverse mode.
    fn push(
        &mut self,
        call: &ExprCall,
        unwrap: &TokenStream,
        args: &[Argument],
        (texts, reverse): (&[&str], &[&str]),
        rank: usize,
    ) -> Option<Value> {
        let (span, func) = (call.span(), &call.func);
        let active = |arg: &&Argument| arg.value.active.is_some();
        let dtype = args.iter().find(active)?.value.dtype.clone()?;
        let unknown = |(k, arg): (usize, &Argument)| {
            arg.value.active.is_some() && texts.get(k).is_none_or(|text| text.is_empty())
        };
        if args.iter().enumerate().any(unknown) {
            return None;
        }
        let passed: Vec<TokenStream> = args.iter().map(|arg| arg.passed.clone()).collect();
        let result = self.host_result(quote!(#func(#(#passed),*) #unwrap), &dtype, rank, span);
        let mut terms = Vec::new();
        for (k, (arg, text)) in args.iter().zip(texts).enumerate() {
            let Some(tangent) = self.tangent(&arg.value) else {
                continue;
            };
            let term = if let Some(other) = text.strip_prefix(LINEAR) {
                let mut passed = passed.clone();
                passed[k] = match (arg.value.rank, value::text(&passed[k]).starts_with('&')) {
                    (1.., _) => quote!(&*#tangent),
                    (0, true) => quote!(&#tangent),
                    (0, false) => tangent,
                };
                let other: TokenStream = other.parse().unwrap_or_default();
                match other.is_empty() {
                    true => quote!(#func(#(#passed),*) #unwrap),
                    false => quote!(#other(#(#passed),*)),
                }
            } else if *text == SLOPES {
                let ones = self.ones(&result, &dtype, span);
                let more = [("g", ones), ("y", result.tokens.clone())];
                let slopes = self.text(reverse.get(k)?, args, &more, span);
                let moved = self.moved_by(&tangent, slopes, &dtype, arg.value.rank, span);
                let lost = arg.value.rank - rank;
                match rank {
                    0 => quote!(::brain_jit::bm::sum(#moved)),
                    _ => (0..lost).fold(
                        quote!(#moved),
                        |sum, _| quote!(::brain_jit::bm::sum_axis(#sum, -1)),
                    ),
                }
            } else {
                let more = [("g", tangent), ("y", result.tokens.clone())];
                self.text(text, args, &more, span)
            };
            let (name, ty) = (self.fresh("d", span), value::owned(&dtype, rank));
            self.emit(quote!(let #name: #ty = #term;));
            terms.push(name);
        }
        self.set_tangent(&result, quote!(#(#terms)+*), span);
        Some(result)
    }

    /// The fields of a decomposition: `more` are their names in the texts.
    pub(super) fn push_parts(
        &mut self,
        name: &str,
        args: &[Argument],
        parts: &[Value],
        more: &[(&str, TokenStream)],
        span: Span,
    ) {
        let rows = tangents::DECOMPOSITIONS;
        let texts = rows.iter().find(|(known, _)| *known == name);
        let (Some((_, texts)), Some(tangent)) = (texts, self.tangent(&args[0].value)) else {
            return;
        };
        for (part, text) in parts.iter().zip(*texts) {
            let mut more = more.to_vec();
            more.push(("g", tangent.clone()));
            let tokens = self.text(text, args, &more, span);
            self.set_host_tangent(part, tokens, span);
        }
    }

    /// Ones in the shape of a value, under a name.
    fn ones(&mut self, like: &Value, dtype: &DType, span: Span) -> TokenStream {
        let (name, ty) = (self.fresh("ones", span), value::owned(dtype, like.rank));
        let ones = match like.rank {
            0 => quote!(1.0),
            _ => spread(&quote!(1.0), &like.tokens),
        };
        self.emit(quote!(let #name: #ty = #ones;));
        quote!(#name)
    }

    /// A tangent times slopes that host code computes.
    fn moved_by(
        &mut self,
        tangent: &TokenStream,
        slopes: TokenStream,
        dtype: &DType,
        rank: usize,
        span: Span,
    ) -> TokenStream {
        let (slope, moved) = (self.fresh("slopes", span), self.fresh("d", span));
        let ty = value::owned(dtype, rank);
        self.emit(quote!(let #slope: #ty = #slopes;));
        self.emit(quote!(let #moved: #ty = #tangent * #slope;));
        quote!(#moved)
    }

    /// A reduction that does not fuse: `adjoint` is what the array receives from `__g`, `sum` adds along the same axes.
    pub(super) fn push_reduced(
        &mut self,
        result: &Value,
        array: &Value,
        adjoint: TokenStream,
        sum: impl FnOnce(TokenStream) -> TokenStream,
        span: Span,
    ) {
        let (Some(tangent), Some(dtype)) = (self.tangent(array), array.dtype.clone()) else {
            return;
        };
        let ones = self.ones(result, &dtype, span);
        let slopes = value::substitute(adjoint, &[("__g", &ones), ("__y", &result.tokens)]);
        let moved = self.moved_by(&tangent, slopes, &dtype, array.rank, span);
        self.set_host_tangent(result, sum(quote!(&*#moved)), span);
    }

    /// Arrays that are put together: their tangents are, too.
    pub(super) fn push_joined(
        &mut self,
        call: &ExprCall,
        (forward, unwrap): (TokenStream, &TokenStream),
        parts: &[Value],
        (dtype, rank): (&DType, usize),
    ) -> Value {
        let span = call.span();
        let result = self.host_result(forward, dtype, rank, span);
        let tangents: Vec<TokenStream> = parts
            .iter()
            .map(|part| {
                let tangent = self.tangent_or_zeros(part, span);
                quote!(::brain_jit::adjoint::view(&*#tangent))
            })
            .collect();
        let rest = call.args.iter().skip(1).map(|arg| self.verbatim(arg));
        let rest: Vec<TokenStream> = rest.collect();
        let func = &call.func;
        let joined = quote!(#func(&[#(#tangents),*] #(, #rest)*) #unwrap);
        self.set_host_tangent(&result, joined, span);
        result
    }

    /// `self.child.f(x)`: the child's `f_jvp` takes the tangents of its floating point arguments.
    pub(super) fn push_child(
        &mut self,
        receiver: &TokenStream,
        call: &ExprMethodCall,
        written: &[TokenStream],
        args: &[Value],
        (dtype, rank): (&DType, usize),
        span: Span,
    ) -> Value {
        let mut tangents = Vec::new();
        for (arg, expr) in args.iter().zip(&call.args) {
            match self.is_float(arg, expr) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    self.refuse(
                        expr,
                        "whether this argument of a child's method has a tangent goes by its type, which is not visible",
                        "bind it with its type: `let x: f64 = …;`",
                    );
                    continue;
                }
            }
            let tangent = self.tangent_or_zeros(arg, span);
            tangents.push(match arg.rank {
                0 => tangent,
                _ => quote!(&#tangent),
            });
        }
        let pair = self.fresh("pair", span);
        let jvp = format_ident!("{}_jvp", call.method, span = call.method.span());
        let arguments = written.len() + tangents.len();
        self.fallbacks
            .entry((jvp.to_string(), arguments))
            .or_insert_with(|| {
                let method = &call.method;
                super::child::missing(
                    &format!("forward mode runs through `{method}` of `{{Self}}`, which has no `#[jvp]`"),
                    &format!("write `#[jvp(..)]`, with the names of all its floating point arguments, above `fn {method}` in the `#[brain_jit]` block of `{{Self}}`"),
                    &jvp,
                    arguments,
                )
            });
        self.emit(quote!(let #pair = #receiver.#jvp(#(#written,)* #(#tangents),*);));
        let result = self.host_result(quote!(#pair.0), dtype, rank, span);
        self.set_host_tangent(&result, quote!(#pair.1), span);
        result
    }

    /// Whether an argument is a floating point number or an array of them, if that can be seen.
    fn is_float(&self, arg: &Value, expr: &Expr) -> Option<bool> {
        if let Some(dtype) = &arg.dtype {
            return Some(dtype.is_float());
        }
        self.is_float_expression(&arg.tokens, expr)
    }

    fn is_float_expression(&self, tokens: &TokenStream, expr: &Expr) -> Option<bool> {
        let expr = without_parentheses(expr);
        if let Some(text) = literal(expr) {
            return Some(text.contains(['.', 'e']));
        }
        let of = |expr: &Expr| {
            let key = value::text(&quote!(#expr));
            match self.get(&key).and_then(|known| known.dtype.as_ref()) {
                Some(dtype) => Some(dtype.is_float()),
                None => self.is_float_expression(&quote!(#expr), expr),
            }
        };
        match expr {
            Expr::Cast(cast) => self.types.dtype(&cast.ty).map(|dtype| dtype.is_float()),
            Expr::Unary(unary) => of(&unary.expr),
            Expr::Reference(reference) => of(&reference.expr),
            // Both sides have the type of the one that is known.
            Expr::Binary(binary) => of(&binary.left).or_else(|| of(&binary.right)),
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "len" | "nrows" | "ncols" | "ndim" => Some(false),
                "abs" | "min" | "max" | "clamp" | "pow" | "clone" => of(&call.receiver),
                _ => None,
            },
            // A field whose type is neither a number nor an array.
            Expr::Field(field) if is_self(&field.base) => Some(false),
            // So are positions of loops, and parameters.
            Expr::Path(_) => {
                let own =
                    index::named(tokens) && value::text(tokens) == value::text(&quote!(#expr));
                (own && self.get(&value::text(tokens)).is_some()).then_some(false)
            }
            _ => None,
        }
    }
}
