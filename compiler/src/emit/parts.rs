//! A kernel's loop in parts, between which functions run in registers.
//!
//! AVX-512 has instructions for logarithms and powers that LLVM does not make of a loop over numbers. Where a kernel has such functions,
//! the level of AVX-512 takes some elements at a time: a loop over what their arguments need, the function over an array of them, a loop
//! over what comes next. Values that are needed on the other side lie in small arrays meanwhile, which the first cache has. The bits are
//! those of the one loop, which other levels and short operands have.

use super::kernel::{argument_type, computed, stored, value};
use crate::ir::kernel::{Access, Argument, InstructionKind, Kernel, Store};
use crate::ir::operation::Text;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Elements of a part.
const PART: usize = 512;

/// The loops in parts, as a statement before the one loop; none where there is nothing to gain, and where the user's functions are called,
/// whose order would change.
pub fn parts(kernel: &Kernel, operands: &[Ident]) -> Option<TokenStream> {
    let calls = |i: usize| matches!(kernel.body[i].kind, InstructionKind::Map(_));
    let registers = 0..kernel.body.len();
    if registers.clone().any(calls) || !registers.clone().any(|k| is_apart(kernel, k)) {
        return None;
    }
    let stages = Stages::of(kernel);
    let kept = registers.clone().filter(|&k| stages.kept[k]).map(|k| {
        let (array, dtype) = (array(k), kernel.body[k].dtype.tokens());
        quote!(let mut #array = [<#dtype as ::core::default::Default>::default(); #PART];)
    });
    let constants = registers
        .filter(|&k| is_apart(kernel, k))
        .flat_map(|k| {
            kernel.body[k]
                .args
                .iter()
                .enumerate()
                .map(move |(j, a)| (k, j, a))
        })
        .filter(|(_, _, argument)| register(argument).is_none())
        .map(|(k, j, argument)| {
            let (name, value) = (constant(k, j), value(argument));
            let dtype = argument_type(argument, kernel).tokens();
            quote!(let #name: [#dtype; #PART] = [#value; #PART];)
        });
    let cut = operands
        .iter()
        .zip(&kernel.operands)
        .map(|(name, operand)| match operand.access.is_output() {
            true => quote!(let #name = &mut #name[start..start + m];),
            false => quote!(let #name = &#name[start..start + m];),
        });
    let loops = (0..=stages.last).map(|stage| stages.emit(kernel, stage));
    Some(quote! {
        if ::brain_jit::__private::function::in_parts::<__L>(n) {
            #(#kept)*
            #(#constants)*
            let mut start = 0;
            while start < n {
                let m = ::core::cmp::Ord::min(n - start, #PART);
                #(#cut)*
                #(#loops)*
                start += m;
            }
            return;
        }
    })
}

/// The name of an instruction's function, if it runs in registers.
fn in_registers(kernel: &Kernel, k: usize) -> Option<&'static str> {
    let instruction = &kernel.body[k];
    let InstructionKind::Operation(operation) = &instruction.kind else {
        return None;
    };
    match operation.row().text {
        Text::Math(
            name @ ("exp2" | "log" | "log2" | "log10" | "log1p" | "asinh" | "acosh" | "power"),
        ) => Some(name).filter(|_| instruction.dtype.is_float()),
        _ => None,
    }
}

fn is_apart(kernel: &Kernel, k: usize) -> bool {
    in_registers(kernel, k).is_some()
}

fn is_load(kernel: &Kernel, k: usize) -> bool {
    matches!(kernel.body[k].kind, InstructionKind::Load(_))
}

fn register(argument: &Argument) -> Option<usize> {
    match argument {
        Argument::Register(k) => Some(*k),
        _ => None,
    }
}

/// The values of a register for a part.
fn array(k: usize) -> Ident {
    format_ident!("p{k}")
}

/// A constant argument, as often as a part has elements.
fn constant(k: usize, argument: usize) -> Ident {
    format_ident!("p{k}_{argument}")
}

/// When each instruction runs.
struct Stages {
    /// The loop that computes a register, or after which it is computed. What is loaded is loaded by each loop that needs it.
    of: Vec<usize>,
    /// Whether a register is needed by other loops than the one that computes it, or by a function.
    kept: Vec<bool>,
    /// The loop that stores, after all functions, whose arguments may lie where it writes.
    last: usize,
    /// The new array that a function writes itself.
    written: Vec<Option<usize>>,
}

impl Stages {
    fn of(kernel: &Kernel) -> Stages {
        let registers = || 0..kernel.body.len();
        let written: Vec<Option<usize>> = registers().map(|k| written(kernel, k)).collect();
        let is_kept = |k: usize| is_apart(kernel, k) && written[k].is_none();
        let mut kept: Vec<bool> = registers().map(is_kept).collect();
        let mut of: Vec<usize> = Vec::new();
        let known = |of: &[usize], k: usize| of[k] + usize::from(is_apart(kernel, k));
        for instruction in &kernel.body {
            let arguments = instruction.args.iter().filter_map(register);
            of.push(arguments.map(|k| known(&of, k)).max().unwrap_or(0));
        }
        let last = registers().map(|k| known(&of, k)).max().unwrap_or(0);
        let mut need = |k: usize, elsewhere: bool| kept[k] |= elsewhere && !is_load(kernel, k);
        for (k, instruction) in kernel.body.iter().enumerate() {
            for argument in instruction.args.iter().filter_map(register) {
                need(argument, is_apart(kernel, k) || of[argument] < of[k]);
            }
        }
        for argument in kernel.stores.iter().filter_map(|s| register(&s.value)) {
            need(argument, written[argument].is_none() && of[argument] < last);
        }
        Stages {
            of,
            kept,
            last,
            written,
        }
    }

    /// Whether a loop stores it.
    fn is_stored(&self, store: &Store) -> bool {
        register(&store.value).is_none_or(|k| self.written[k].is_none())
    }

    /// A loop, and the functions that run after it.
    fn emit(&self, kernel: &Kernel, stage: usize) -> TokenStream {
        let here = |k: usize| self.of[k] == stage && !is_apart(kernel, k) && !is_load(kernel, k);
        let registers = || 0..kernel.body.len();
        let mut needed: BTreeSet<usize> = registers()
            .filter(|&k| here(k))
            .flat_map(|k| kernel.body[k].args.iter().filter_map(register))
            .collect();
        let stores: Vec<&Store> = match stage == self.last {
            true => kernel.stores.iter().filter(|s| self.is_stored(s)).collect(),
            false => Vec::new(),
        };
        needed.extend(stores.iter().filter_map(|s| register(&s.value)));
        let known = needed
            .into_iter()
            .filter(|&k| !here(k))
            .map(|k| match is_load(kernel, k) {
                true => computed(kernel, k),
                false => {
                    let (name, array) = (format_ident!("t{k}"), array(k));
                    quote!(let #name = #array[i];)
                }
            });
        let values = registers()
            .filter(|&k| here(k))
            .map(|k| computed(kernel, k));
        let keep = registers().filter(|&k| here(k) && self.kept[k]).map(|k| {
            let (name, array) = (format_ident!("t{k}"), array(k));
            quote!(#array[i] = #name;)
        });
        let runs = !stores.is_empty() || registers().any(here);
        let stores = stores.into_iter().map(|store| stored(kernel, store));
        let elements =
            runs.then(|| quote!(for i in 0..m { #(#known)* #(#values)* #(#keep)* #(#stores)* }));
        let functions = registers()
            .filter(|&k| self.of[k] == stage)
            .filter_map(|k| Some(self.function(kernel, k, in_registers(kernel, k)?)));
        quote!(#elements #(#functions)*)
    }

    /// A function of a part's arguments.
    fn function(&self, kernel: &Kernel, k: usize, name: &str) -> TokenStream {
        let instruction = &kernel.body[k];
        let arguments = instruction.args.iter().enumerate().map(|(j, argument)| {
            let Some(register) = register(argument) else {
                let constant = constant(k, j);
                return quote!(&#constant[..m]);
            };
            match kernel.body[register].kind {
                InstructionKind::Load(operand) => {
                    let operand = format_ident!("o{operand}");
                    quote!(&#operand[..m])
                }
                _ => {
                    let array = array(register);
                    quote!(&#array[..m])
                }
            }
        });
        let each = format_ident!("each{}", instruction.args.len());
        let (name, dtype) = (format_ident!("{name}"), instruction.dtype.tokens());
        let function = quote!(::brain_jit::__private::function::#name);
        match self.written[k] {
            Some(operand) => {
                let out = format_ident!("o{operand}");
                quote!(<#dtype as ::brain_jit::__private::Functions>::#each::<__L, #function>(#(#arguments,)* #out);)
            }
            None => {
                let out = array(k);
                quote!(::brain_jit::__private::function::#each::<__L, #function, #dtype>(#(#arguments,)* &mut #out[..m]);)
            }
        }
    }
}

/// The new array that is all that a function's values are for.
fn written(kernel: &Kernel, k: usize) -> Option<usize> {
    let is_here = |argument: &Argument| register(argument) == Some(k);
    let mut uses = kernel.stores.iter().filter(|store| is_here(&store.value));
    let only = uses.next().filter(|_| uses.next().is_none())?;
    let used = kernel.body.iter().flat_map(|i| &i.args).any(is_here);
    let new = matches!(
        kernel.operands[only.operand].access,
        Access::New | Access::Scratch
    );
    (is_apart(kernel, k) && new && !used).then_some(only.operand)
}
