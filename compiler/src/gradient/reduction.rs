//! Reductions and what their operands receive.

use super::sweep::{Sweep, spread};
use super::value::Value;
use crate::ir::operation::{REDUCTIONS, Reduction};
use crate::ir::types::DType;
use crate::lower::operand::literal;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

/// One axis of a reduction, and whether the result keeps it.
struct Axis {
    /// Its number, counted from the front.
    number: usize,
    keepdims: bool,
}

impl Sweep<'_> {
    /// `bm::sum(x)`, `bm::sum_axis(x, axis)`, `bm::std_axis_ddof(x, axis, 1)`, …
    pub(super) fn reduction(
        &mut self,
        name: &str,
        args: &[&Expr],
        call: &ExprCall,
    ) -> Option<Value> {
        let (base, reduction) = REDUCTIONS
            .iter()
            .filter(|(base, _)| {
                name == *base
                    || name
                        .strip_prefix(base)
                        .is_some_and(|rest| rest.starts_with('_'))
            })
            .max_by_key(|(base, _)| base.len())?;
        let suffix = &name[base.len()..];
        let (along, keepdims, ddof) = match suffix {
            "" => (false, false, false),
            "_axis" => (true, false, false),
            "_axis_keepdims" => (true, true, false),
            // Of tangents; in reverse mode a function of the library.
            "_ddof" if self.tangents.is_some() => (false, false, true),
            _ => return None,
        };
        if along && number(args.get(1)?).is_none() {
            return None;
        }
        let span = call.span();
        let x = self.value(args.first()?);
        if x.active.is_some() && super::complex::is_complex(&x) {
            return Some(self.refuse_complex(&call.func, name));
        }
        let others: Vec<TokenStream> = args[1..].iter().map(|arg| self.verbatim(arg)).collect();
        let func = &call.func;
        let rank = match (along, keepdims) {
            (false, _) => 0,
            (true, true) => x.rank,
            (true, false) => x.rank.saturating_sub(1),
        };
        let dtype = x.dtype.as_ref().map(|dtype| reduction.dtype(dtype));
        let constant = matches!(
            reduction,
            Reduction::Any | Reduction::All | Reduction::ArgMaximum | Reduction::ArgMinimum
        );
        let (Some(target), Some(dtype), false) = (x.active, dtype.clone(), constant) else {
            let tokens = &x.tokens;
            return Some(Value::constant(
                quote!(#func(#tokens #(, #others)*)),
                dtype,
                rank,
            ));
        };
        let axis = match along {
            false => None,
            true => {
                let written: i64 = args.get(1).and_then(|axis| number(axis))?;
                let number = if written < 0 {
                    written + x.rank as i64
                } else {
                    written
                };
                Some(Axis {
                    number: usize::try_from(number)
                        .ok()
                        .filter(|number| *number < x.rank)?,
                    keepdims,
                })
            }
        };
        let tokens = &x.tokens;
        let result = self.result(
            quote!(#func(#tokens #(, #others)*)),
            dtype.clone(),
            rank,
            span,
        );
        self.trace(&result, std::slice::from_ref(&x));
        let ddof = ddof.then(|| others.last().cloned()).flatten();
        if let Some(tangent) = self.tangent_of(target) {
            // An operand receives `g` times its slope; the result moves by the sum of tangents times slopes.
            let slopes = match reduction {
                Reduction::Sum => tangent,
                _ => slopes(
                    *reduction,
                    &x,
                    &result,
                    axis.as_ref(),
                    ddof,
                    &dtype,
                    &tangent,
                ),
            };
            let sum = match &axis {
                None => quote!(::brain_jit::bm::sum(#slopes)),
                Some(Axis { number, keepdims }) => {
                    let number = proc_macro2::Literal::usize_unsuffixed(*number);
                    match keepdims {
                        true => quote!(::brain_jit::bm::sum_axis_keepdims(#slopes, #number)),
                        false => quote!(::brain_jit::bm::sum_axis(#slopes, #number)),
                    }
                }
            };
            self.set_tangent(&result, sum, span);
            return Some(result);
        }
        let g = kept(&x, axis.as_ref());
        let mut adjoint = match reduction {
            // The products of the others move where an element is zero, too.
            Reduction::Product if self.again => product_again(&x, axis.as_ref()),
            _ => slopes(*reduction, &x, &result, axis.as_ref(), None, &dtype, &g),
        };
        if self.guarded && !self.again && !matches!(reduction, Reduction::Sum | Reduction::Mean) {
            adjoint = quote!(::brain_jit::bm::where_(#g == 0.0, 0.0, #adjoint));
        }
        self.record(&result, vec![(target, adjoint)], span);
        Some(result)
    }

    /// `x.sum()`.
    pub(super) fn reduce_value(&mut self, x: Value, sum: &ExprCall) -> Value {
        let key = format!("__receiver{}", self.counter);
        self.declare(&key, x);
        let name = quote::format_ident!("{key}");
        let arg: Expr = syn::parse_quote!(#name);
        let value = self.reduction("sum", &[&arg], sum);
        value.unwrap_or_else(|| Value::constant(quote!(0.0), None, 0))
    }
}

/// The axis as it is written.
fn number(axis: &Expr) -> Option<i64> {
    match axis {
        Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Int(int),
            ..
        }) => int.base10_parse().ok(),
        other => literal(other)?.parse().ok(),
    }
}

/// What was reduced along an axis gets that axis back, with length one.
fn back(tokens: &TokenStream, rank: usize, axis: Option<&Axis>) -> TokenStream {
    match axis {
        Some(axis) if !axis.keepdims => {
            let axes = (0..rank).map(|k| match k == axis.number {
                true => quote!(::brain_jit::bm::NEWAXIS),
                false => quote!(..),
            });
            quote!(#tokens[(#(#axes),*)])
        }
        _ => tokens.clone(),
    }
}

/// What a reduction along an axis hands back of its adjoint.
fn kept(x: &Value, axis: Option<&Axis>) -> TokenStream {
    match axis {
        // An axis of length one may have been broadcast.
        Some(axis) if axis.keepdims => {
            let number = axis.number;
            quote!(::brain_jit::bm::sum_axis_keepdims(__g, #number))
        }
        _ => back(&quote!(__g), x.rank, axis),
    }
}

/// What a product's operand receives from `g`, if that is differentiated again.
fn product_again(x: &Value, axis: Option<&Axis>) -> TokenStream {
    let (g, a) = (kept(x, axis), &x.tokens);
    let along = match axis {
        Some(Axis { number, .. }) => quote!(::core::option::Option::Some(#number)),
        None => quote!(::core::option::Option::None),
    };
    quote!(#g * ::brain_jit::adjoint::others(&*#a, #along))
}

/// The slope of a reduction by each element of its operand, times `g`.
fn slopes(
    reduction: Reduction,
    x: &Value,
    y: &Value,
    axis: Option<&Axis>,
    ddof: Option<TokenStream>,
    dtype: &DType,
    g: &TokenStream,
) -> TokenStream {
    let (a, element) = (&x.tokens, dtype.tokens());
    let y = back(&y.tokens, x.rank, axis);
    let summed = |tokens: TokenStream| match axis {
        Some(axis) => {
            let number = axis.number;
            quote!(::brain_jit::bm::sum_axis_keepdims(#tokens, #number))
        }
        None => quote!(::brain_jit::bm::sum(#tokens)),
    };
    let count = match axis {
        Some(axis) => {
            let number = axis.number;
            quote!(::brain_jit::adjoint::length(#a, #number))
        }
        None => quote!(::brain_jit::adjoint::count(#a)),
    };
    let count = match ddof {
        Some(ddof) => quote!((#count - (#ddof as #element))),
        None => count,
    };
    let mean = || {
        let sum = summed(quote!(#a));
        match axis {
            Some(axis) => {
                let number = axis.number;
                quote!((#sum / ::brain_jit::adjoint::length(#a, #number)))
            }
            None => quote!((#sum / ::brain_jit::adjoint::count(#a))),
        }
    };
    let bm = quote!(::brain_jit::bm);
    match reduction {
        Reduction::Sum => spread(g, a),
        Reduction::Mean => spread(&quote!((#g / #count)), a),
        Reduction::Variance => {
            let mean = mean();
            quote!(2.0 * #g * (#a - #mean) / #count)
        }
        Reduction::StandardDeviation => {
            let mean = mean();
            quote!(#g * (#a - #mean) / (#y * #count))
        }
        Reduction::Maximum | Reduction::Minimum => {
            let ties = summed(quote!(#bm::where_(#a == #y, 1.0, 0.0)));
            quote!(#bm::where_(#a == #y, #g / #ties, 0.0))
        }
        // With one zero only that element has a slope, with two none has.
        Reduction::Product => {
            let zeros = summed(quote!(#bm::where_(#a == 0.0, 1.0, 0.0)));
            let others = match axis {
                Some(axis) => {
                    let number = axis.number;
                    quote!(#bm::prod_axis_keepdims(#bm::where_(#a == 0.0, 1.0, #a), #number))
                }
                None => quote!(#bm::prod(#bm::where_(#a == 0.0, 1.0, #a))),
            };
            quote!(#g * #bm::where_(
                #a == 0.0,
                #bm::where_(#zeros == 1.0, #others, 0.0),
                #bm::where_(#zeros == 0.0, #others / #bm::where_(#a == 0.0, 1.0, #a), 0.0)
            ))
        }
        Reduction::Any | Reduction::All | Reduction::ArgMaximum | Reduction::ArgMinimum => {
            quote!(0.0)
        }
    }
}
