//! Expressions of the forward sweep: operators, names, casts, and what is chosen by a condition.

use super::rules;
use super::sweep::{Step, Sweep, known};
use super::value::{self, Value};
use crate::ir::operation::{Operation, Rule};
use crate::ir::types::{DType, ValueType};
use crate::lower::expression::binary_operation;
use crate::lower::operand::literal;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, UnOp};

impl Sweep<'_> {
    /// The value of an expression. What does not depend on what the gradient is asked for stays as it is written.
    pub fn value(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Paren(e) => self.value(&e.expr),
            Expr::Group(e) => self.value(&e.expr),
            Expr::Reference(e) => self.value(&e.expr),
            Expr::Lit(lit) => {
                let dtype = match &lit.lit {
                    syn::Lit::Int(int) => DType::from_name(int.suffix()),
                    syn::Lit::Float(float) => DType::from_name(float.suffix()),
                    syn::Lit::Bool(_) => Some(DType::Bool),
                    _ => None,
                };
                Value::constant(lit.to_token_stream(), dtype, 0).stable()
            }
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => match self.get(&name.to_string()) {
                    Some(value) => value.clone(),
                    None => Value::constant(expr.to_token_stream(), None, 0),
                },
                None => Value::constant(expr.to_token_stream(), None, 0).stable(),
            },
            Expr::Field(e) => match self
                .member(expr)
                .or_else(|| self.part(e))
                .or_else(|| self.child_field(e))
            {
                Some(value) => value,
                None => self.field(expr),
            },
            Expr::Unary(e) => match e.op {
                UnOp::Deref(_) => {
                    let value = self.value(&e.expr);
                    match value.active.is_some() || value.rank > 0 || value.stable {
                        true => value,
                        false => Value::constant(self.verbatim(expr), value.dtype, 0),
                    }
                }
                UnOp::Neg(_) if literal(expr).is_none() => {
                    let arg = self.value(&e.expr);
                    self.operation(Operation::Negative, vec![arg], expr.span(), |args| {
                        let a = &args[0];
                        quote_spanned!(expr.span()=> (-#a))
                    })
                }
                UnOp::Not(_) => {
                    let arg = self.value(&e.expr);
                    let tokens = &arg.tokens;
                    Value::constant(quote!((!#tokens)), arg.dtype, arg.rank)
                }
                _ => Value::constant(self.verbatim(expr), None, 0),
            },
            Expr::Binary(e) => self.binary(e, expr.span()),
            Expr::Cast(e) => self.cast(e),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Index(index) => self.index(index),
            Expr::If(_) | Expr::Match(_) => self
                .choice(expr, true)
                .unwrap_or_else(|| Value::constant(self.verbatim(expr), None, 0)),
            Expr::Block(block) if block.label.is_none() => {
                let value = self.scoped(|sweep| sweep.statements(&block.block.stmts));
                value.unwrap_or_else(|| Value::constant(quote!(()), None, 0))
            }
            // A shape, `(x.nrows(), 2)`: its lengths do not depend on what the arrays hold.
            Expr::Tuple(tuple) if self.depends(expr) => {
                let values: Vec<Value> = tuple.elems.iter().map(|e| self.value(e)).collect();
                if values.iter().any(|value| value.active.is_some()) {
                    return self.opaque(expr);
                }
                let tokens = values.iter().map(|value| &value.tokens);
                Value::constant(quote!((#(#tokens,)*)), None, 0)
            }
            other => self.opaque(other),
        }
    }

    /// An expression that the gradient cannot run through.
    pub fn opaque(&mut self, expr: &Expr) -> Value {
        if self.depends(expr) {
            match expr {
                Expr::Call(call) => self.unknown_function(call),
                _ => self.refuse(
                    expr,
                    "the gradient cannot run through this expression",
                    "write it with `bm` functions and operators, or compute it outside the method",
                ),
            }
        }
        let made = match expr {
            Expr::Call(call) => crate::lower::library::constructed(call, &self.types),
            _ => None,
        };
        let made = made.and_then(|array| known(&ValueType::Array(array)));
        let complex = match expr {
            Expr::Call(call) => crate::lower::scalar::complex_constructor(&call.func),
            _ => None,
        };
        let (dtype, rank) = made.map_or((complex, 0), |(dtype, rank)| (Some(dtype), rank));
        Value::constant(self.verbatim(expr), dtype, rank)
    }

    fn unknown_function(&mut self, call: &syn::ExprCall) {
        let name = match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        };
        let name = name.unwrap_or_else(|| "this function".into());
        if super::functions::gives_any_rank(&name) {
            return self.refuse(
                &call.func,
                format!("`{name}` gives an `ArrayD`, and the gradient needs its rank"),
                format!("write the rank: `let a: Array2<f64> = bm::{name}(…).into_dimensionality().unwrap();`"),
            );
        }
        self.refuse(
            &call.func,
            format!("the derivative of `{name}` is not known here"),
            "write it with `bm` functions and operators; a scalar function of the block can say its derivative: `#[custom_grad(slope)]`",
        );
    }

    /// A field of a decomposition: `e.values`, `bm::linalg::eigh(&a).unwrap().values`.
    fn part(&mut self, field: &syn::ExprField) -> Option<Value> {
        let syn::Member::Named(name) = &field.member else {
            return None;
        };
        if let Expr::Path(base) = &*field.base {
            let base = base.path.get_ident()?;
            return self.get(&format!("{base}.{name}")).cloned();
        }
        let (_, parts) = self.decomposed(&field.base)?;
        let found = parts.into_iter().find(|(part, _)| name == part)?;
        Some(found.1)
    }

    /// `bm::linalg::eigh(&a).unwrap()`: the struct and its fields.
    pub(super) fn decomposed(&mut self, expr: &Expr) -> Option<(Value, Vec<(String, Value)>)> {
        let Expr::MethodCall(call) = expr else {
            return None;
        };
        let Expr::Call(inner) = &*call.receiver else {
            return None;
        };
        if !(call.method == "unwrap" || call.method == "expect") || !self.depends(expr) {
            return None;
        }
        let name = super::library::module_function(&inner.func)?;
        let (method, args) = (&call.method, &call.args);
        self.decomposition(&name, inner, &quote!(.#method(#args)))
    }

    /// `self.x`, `self.e.g`.
    fn field(&mut self, expr: &Expr) -> Value {
        let Some(key) = field_key(expr) else {
            return self.opaque(expr);
        };
        if let Some(value) = self.get(&key) {
            return value.clone();
        }
        let tokens = expr.to_token_stream();
        match self.field_type(&key).map(|(value, _)| value) {
            Some(ValueType::Array(array)) => match known(&ValueType::Array(array)) {
                Some((dtype, rank)) => Value::constant(tokens, Some(dtype), rank).stable(),
                None => Value::constant(tokens, None, 0).stable(),
            },
            Some(ValueType::Scalar(dtype)) => Value::constant(tokens, Some(dtype), 0).stable(),
            _ => Value::constant(tokens, None, 0),
        }
    }

    fn binary(&mut self, e: &syn::ExprBinary, span: Span) -> Value {
        let (left, right) = (self.value(&e.left), self.value(&e.right));
        let op = &e.op;
        let build = |args: &[TokenStream]| {
            let (a, b) = (&args[0], &args[1]);
            quote_spanned!(span=> (#a #op #b))
        };
        match binary_operation(op) {
            Some(operation) if !matches!(op, BinOp::And(_) | BinOp::Or(_)) => {
                self.operation(operation, vec![left, right], span, build)
            }
            _ => {
                let rank = left.rank.max(right.rank);
                let tokens = build(&[left.tokens, right.tokens]);
                Value::constant(tokens, Some(DType::Bool), rank)
            }
        }
    }

    fn cast(&mut self, e: &syn::ExprCast) -> Value {
        let arg = self.value(&e.expr);
        let dtype = self.types.dtype(&e.ty);
        let ty = &e.ty;
        match (arg.active, &arg.dtype, &dtype) {
            (Some(source), Some(from), Some(to)) if to.is_float() => {
                let (tokens, back) = (&arg.tokens, from.tokens());
                let result = self.result(quote!((#tokens as #ty)), to.clone(), arg.rank, e.span());
                if let Some(tangent) = self.tangent_of(source) {
                    self.set_tangent(&result, quote!((#tangent as #ty)), e.span());
                }
                self.trace(&result, std::slice::from_ref(&arg));
                self.record(&result, vec![(source, quote!((__g as #back)))], e.span());
                result
            }
            _ => {
                let arg = match literal(&e.expr) {
                    Some(_) => arg,
                    None => self.settle_array(arg, e.span()),
                };
                let tokens = &arg.tokens;
                Value::constant(quote!((#tokens as #ty)), dtype, arg.rank)
            }
        }
    }

    fn settle_array(&mut self, value: Value, span: Span) -> Value {
        match value.rank {
            0 => value,
            _ => self.settle(value, span),
        }
    }

    /// An active value that `tokens` compute, under a name of its own.
    pub fn result(&mut self, tokens: TokenStream, dtype: DType, rank: usize, span: Span) -> Value {
        let value = self.settle(Value::constant(tokens, Some(dtype.clone()), rank), span);
        self.activate(value.tokens, dtype, rank)
    }

    /// Records what the operands of `result` receive.
    pub fn record(&mut self, result: &Value, contributions: Vec<(usize, TokenStream)>, span: Span) {
        if let Some(result) = result.active {
            self.steps.push(Step::Operation {
                result,
                contributions,
                exact: false,
                span,
            });
        }
    }

    /// An elementwise operation with its rule.
    pub fn operation(
        &mut self,
        operation: Operation,
        args: Vec<Value>,
        span: Span,
        build: impl Fn(&[TokenStream]) -> TokenStream,
    ) -> Value {
        if args.iter().any(super::complex::is_complex) {
            return self.complex_operation(operation, args, span, build);
        }
        let rank = args.iter().map(|arg| arg.rank).max().unwrap_or(0);
        let select = usize::from(operation.row().rule == Rule::Select);
        let operand = args.iter().skip(select).find_map(|arg| arg.dtype.clone());
        let dtype = operand.as_ref().map(|dtype| operation.result(dtype));
        let values = |args: &[Value]| args.iter().map(|a| a.tokens.clone()).collect::<Vec<_>>();
        let float = dtype.as_ref().is_some_and(DType::is_float);
        if args.iter().all(|arg| arg.active.is_none()) || dtype.is_some() && !float {
            return Value::constant(build(&values(&args)), dtype, rank);
        }
        let Some(dtype) = dtype else {
            return Value::constant(build(&values(&args)), None, rank);
        };
        let args: Vec<Value> = args.into_iter().map(|arg| self.settle(arg, span)).collect();
        let result = self.result(build(&values(&args)), dtype.clone(), rank, span);
        self.trace(&result, &args);
        let integer = operation == Operation::PowerInteger;
        let written_exponent = args
            .get(1)
            .and_then(|b| value::text(&b.tokens).parse::<i64>().ok());
        let partials: &[&str] = match rules::elementwise(operation) {
            Some(partials) => partials,
            None if integer => rules::integer_power(written_exponent),
            None => {
                let name = operation
                    .row()
                    .functions
                    .first()
                    .copied()
                    .unwrap_or("this operation");
                self.refuse_at(span, format!("`{name}` has no derivative"));
                return result;
            }
        };
        let element = dtype.tokens();
        let exponent = args.get(1).map(|b| {
            let b = &b.tokens;
            let less = written_exponent.and_then(|b| (b - 1).to_string().parse().ok());
            let less = less.unwrap_or_else(|| quote!((#b - 1)));
            (quote!((#b as #element)), less)
        });
        let mut contributions = Vec::new();
        for (arg, partial) in args.iter().zip(partials) {
            let (Some(target), false) = (arg.active, partial.is_empty()) else {
                continue;
            };
            let adjoint = quote!(__g);
            let mut names = vec![("g", &adjoint), ("y", &result.tokens)];
            names.extend(
                ["a", "b", "c"]
                    .into_iter()
                    .zip(args.iter().map(|a| &a.tokens)),
            );
            if let Some((exponent, less)) = exponent.as_ref().filter(|_| integer) {
                names.extend([("n", exponent), ("m", less)]);
            }
            let mut tokens = value::rule(partial, &names, span);
            if !matches!(*partial, "g" | "-g") && operation != Operation::Where {
                tokens = self.guard(tokens);
            }
            contributions.push((target, tokens, arg.rank));
        }
        let whole = covers(&args, partials);
        self.record_elementwise(&result, contributions, whole, span);
        result
    }

    /// An adjoint that is zero stays zero, whatever it is multiplied with.
    pub fn guard(&self, tokens: TokenStream) -> TokenStream {
        match (self.guarded, self.again) {
            (false, _) => tokens,
            (true, false) => quote!(::brain_jit::bm::where_(__g == 0.0, 0.0, #tokens)),
            // Where it is differentiated again, an adjoint that is zero may move.
            (true, true) => quote!(::brain_jit::adjoint::guard(__g, #tokens)),
        }
    }

    pub(super) fn refuse_at(&mut self, span: Span, what: String) {
        let place = quote_spanned!(span=> _);
        self.refuse(
            &place,
            what,
            "compute it outside of the gradient, or from values that the gradient does not run through",
        );
    }

    /// Whether the value depends on what the gradient is asked for.
    pub fn depends(&self, expr: &Expr) -> bool {
        self.tokens_depend(expr.to_token_stream())
    }

    pub fn tokens_depend(&self, tokens: TokenStream) -> bool {
        self.found_active(tokens, true, &mut Vec::new())
    }

    /// Whether an active field is named, or with `locals` an active local, or a method of the block that names an active field; `seen` are
    /// the methods that have been looked at.
    fn found_active(&self, tokens: TokenStream, locals: bool, seen: &mut Vec<String>) -> bool {
        use proc_macro2::{Delimiter, TokenTree};
        let text: Vec<TokenTree> = tokens.into_iter().collect();
        let group = |at: usize, delimiter: Delimiter| matches!(text.get(at), Some(TokenTree::Group(group)) if group.delimiter() == delimiter);
        for position in 0..text.len() {
            let found = match &text[position] {
                TokenTree::Ident(_) if asks_for_shape(&text[position..]) => false,
                TokenTree::Ident(ident) if ident == "self" => {
                    let path = self_path(text[position..].iter().cloned().collect());
                    let hit = self.environment.fields.iter().any(|(key, value)| {
                        value.active.is_some()
                            && (path == *key || path.starts_with(&format!("{key}.")))
                    });
                    let names: Vec<&str> = path.split('.').skip(1).collect();
                    hit || match names[..] {
                        [method] if group(position + 3, Delimiter::Parenthesis) => {
                            self.method_reads_active(method, seen)
                        }
                        [list] if group(position + 3, Delimiter::Bracket) => {
                            self.children.contains_key(list)
                        }
                        [child, _] if group(position + 5, Delimiter::Parenthesis) => {
                            self.children.contains_key(child)
                        }
                        _ => false,
                    }
                }
                TokenTree::Ident(ident) => {
                    let value = self.get(&ident.to_string());
                    locals
                        && !is_member(&text, position)
                        && value.is_some_and(|value| value.active.is_some())
                }
                TokenTree::Group(group) => self.found_active(group.stream(), locals, seen),
                _ => false,
            };
            if found {
                return true;
            }
        }
        false
    }

    /// Whether a method of the block names an active field.
    fn method_reads_active(&self, name: &str, seen: &mut Vec<String>) -> bool {
        let method = self.methods.iter().find(|method| *method.name() == name);
        if seen.iter().any(|other| other == name) {
            return false;
        }
        seen.push(name.to_string());
        method.is_some_and(|method| self.found_active(method.body.to_token_stream(), false, seen))
    }

    /// The expression with names and written fields replaced by the values that they hold.
    pub fn verbatim(&self, tokens: &impl ToTokens) -> TokenStream {
        self.replaced(tokens.to_token_stream())
    }

    fn replaced(&self, tokens: TokenStream) -> TokenStream {
        use proc_macro2::{Group, TokenTree};
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut out = TokenStream::new();
        let mut position = 0;
        while position < trees.len() {
            match &trees[position] {
                TokenTree::Ident(ident) if ident == "self" => {
                    let rest: TokenStream = trees[position..].iter().cloned().collect();
                    let path = self_path(rest);
                    let held = self
                        .environment
                        .fields
                        .iter()
                        .find(|(key, _)| path == **key || path.starts_with(&format!("{key}.")));
                    if let Some((key, value)) = held
                        && value::text(&value.tokens) != *key
                    {
                        out.extend(value.tokens.clone());
                        position += 2 * key.matches('.').count() + 1;
                        continue;
                    }
                    out.extend([trees[position].clone()]);
                }
                TokenTree::Ident(ident) => match self.get(&ident.to_string()) {
                    Some(value) if !is_member(&trees, position) => out.extend(value.tokens.clone()),
                    _ => out.extend([trees[position].clone()]),
                },
                TokenTree::Group(group) => {
                    let mut copy = Group::new(group.delimiter(), self.replaced(group.stream()));
                    copy.set_span(group.span());
                    out.extend([TokenTree::Group(copy)]);
                }
                other => out.extend([other.clone()]),
            }
            position += 1;
        }
        out
    }
}

/// Whether the rules of the active operands name all the others, so that their sum has the result's shape.
fn covers(args: &[Value], partials: &[&str]) -> bool {
    let named = |text: &str, name: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == name || word == "y")
    };
    let active = || {
        args.iter()
            .zip(partials)
            .enumerate()
            .filter(|(_, (arg, partial))| arg.active.is_some() && !partial.is_empty())
    };
    let mut operands = args.iter().zip(["a", "b", "c"]).enumerate();
    operands.all(|(k, (arg, name))| {
        arg.rank == 0
            || active().any(|(position, (_, partial))| position == k || named(partial, name))
    })
}

/// Whether the identifier is a field, a method, or a segment of a path, and no name of its own.
fn is_member(trees: &[proc_macro2::TokenTree], position: usize) -> bool {
    let punct = |back: usize, wanted: char| {
        position >= back
            && matches!(&trees[position - back], proc_macro2::TokenTree::Punct(p) if p.as_char() == wanted)
    };
    punct(1, '.') && !punct(2, '.') || punct(1, ':') && punct(2, ':')
}

/// `self.e.g` at the beginning of the tokens, as text.
pub(super) fn self_path(tokens: TokenStream) -> String {
    use proc_macro2::TokenTree;
    let mut path = String::from("self");
    let mut trees = tokens.into_iter().skip(1);
    while let (Some(TokenTree::Punct(dot)), Some(TokenTree::Ident(name))) =
        (trees.next(), trees.next())
    {
        if dot.as_char() != '.' {
            break;
        }
        path.push('.');
        path.push_str(&name.to_string());
    }
    path
}

/// The text of `self.x` or `self.e.g`, references and parentheses aside.
pub(super) fn field_key(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Paren(e) => field_key(&e.expr),
        Expr::Group(e) => field_key(&e.expr),
        Expr::Reference(e) => field_key(&e.expr),
        Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => field_key(&e.expr),
        Expr::Path(path) => path
            .path
            .get_ident()
            .filter(|name| *name == "self")
            .map(ToString::to_string),
        Expr::Field(e) => match &e.member {
            syn::Member::Named(name) => Some(format!("{}.{name}", field_key(&e.base)?)),
            syn::Member::Unnamed(_) => None,
        },
        _ => None,
    }
}

/// The name or field that is written by an assignment to `expr`, references aside.
pub(super) fn place_key(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Paren(e) => place_key(&e.expr),
        Expr::Group(e) => place_key(&e.expr),
        Expr::Reference(e) => place_key(&e.expr),
        Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => place_key(&e.expr),
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => field_key(expr).filter(|key| key != "self"),
    }
}

/// Whether a place and what is asked of it begins here that no value changes: `x.len()`, `self.w.nrows()`.
fn asks_for_shape(text: &[proc_macro2::TokenTree]) -> bool {
    use proc_macro2::{Delimiter, TokenTree};
    let mut rest = &text[1..];
    while let [TokenTree::Punct(dot), TokenTree::Ident(name), after @ ..] = rest {
        if dot.as_char() != '.' {
            return false;
        }
        if let Some(TokenTree::Group(arguments)) = after.first() {
            let called =
                arguments.delimiter() == Delimiter::Parenthesis && arguments.stream().is_empty();
            let of_shape = [
                "len", "nrows", "ncols", "ndim", "shape", "dim", "raw_dim", "is_empty",
            ];
            return called && of_shape.iter().any(|of_shape| name == of_shape);
        }
        rest = after;
    }
    false
}
