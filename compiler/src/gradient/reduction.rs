//! Reductions and what their operands receive.

use super::sweep::{Sweep, spread};
use super::value::Value;
use crate::ir::operation::{REDUCTIONS, Reduction};
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
    /// `bm::sum(x)`, `bm::sum_axis(x, axis)`, `bm::std_axis_keepdims(x, axis)`, …
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
        let (along, keepdims) = match suffix {
            "" => (false, false),
            "_axis" => (true, false),
            "_axis_keepdims" => (true, true),
            _ => return None,
        };
        if along && literal(args.get(1)?).is_none() {
            return None;
        }
        let span = call.span();
        let x = self.value(args.first()?);
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
                let written: i64 = args.get(1).and_then(|axis| literal(axis)?.parse().ok())?;
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
        if let (Some(axis), Some(id)) = (axis.as_ref().filter(|axis| axis.keepdims), result.active)
        {
            self.folded.insert(id, vec![axis.number]);
        }
        let adjoint = reduced(*reduction, &x, &result, axis.as_ref());
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

/// What a reduction's operand receives from `g`.
fn reduced(reduction: Reduction, x: &Value, y: &Value, axis: Option<&Axis>) -> TokenStream {
    let (a, y) = (&x.tokens, &y.tokens);
    // What was reduced along an axis gets that axis back, with length one.
    let back = |tokens: &TokenStream| match axis {
        Some(axis) if !axis.keepdims => {
            let axes = (0..x.rank).map(|k| match k == axis.number {
                true => quote!(::brain_jit::bm::NEWAXIS),
                false => quote!(..),
            });
            quote!(#tokens[(#(#axes),*)])
        }
        _ => tokens.clone(),
    };
    let g = match axis {
        // An axis of length one may have been broadcast.
        Some(axis) if axis.keepdims => {
            let number = axis.number;
            quote!(::brain_jit::bm::sum_axis_keepdims(__g, #number))
        }
        _ => back(&quote!(__g)),
    };
    let y = back(y);
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
        Reduction::Sum => spread(&g, a),
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
