//! The forward sweep: the method's statements as single assignments, and the record of what the reverse sweep undoes.

use super::branch::Branch;
use super::repeat::Loop;
use super::value::{self, Value};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::{DType, Rank, ValueType};
use crate::model::block::CustomGradient;
use crate::model::method::Method;
use crate::model::object::{FieldKind, Object};
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the reverse sweep undoes.
#[derive(Clone)]
pub(super) enum Step {
    /// `result = f(operands)`: each operand's adjoint receives its tokens, in which `g` is the result's.
    Operation {
        result: usize,
        contributions: Vec<(usize, TokenStream)>,
        /// The adjoint is read in the result's own shape.
        exact: bool,
        span: Span,
    },
    /// `result = source[index]`.
    Read {
        result: usize,
        source: usize,
        index: Index,
        span: Span,
    },
    /// `result = source` with `[index]` replaced by `value`.
    Put {
        result: usize,
        source: Option<usize>,
        index: Index,
        value: Option<(usize, usize)>,
        span: Span,
    },
    Branch(Box<Branch>),
    Loop(Box<Loop>),
    /// Host code or a child's method: `pullback` gives a tuple of the arguments' adjoints from `__g`; of several results,
    /// from `__g0`, `__g1`, ….
    Call {
        results: Vec<usize>,
        pullback: TokenStream,
        /// The tuple's type, if it is not clear: `: (Array1<f64>,)`.
        types: TokenStream,
        arguments: Vec<(usize, usize)>,
        span: Span,
    },
    /// `result` is a trained variable of a child in a list, whose gradient is this place.
    Inherited {
        result: usize,
        gradient: TokenStream,
        span: Span,
    },
}

impl Step {
    /// Whether it is a loop, or may have one inside.
    pub fn repeats(&self) -> bool {
        matches!(self, Step::Loop(_) | Step::Branch(_))
    }
}

/// How elements were picked.
#[derive(Clone, Debug)]
pub(super) struct Index {
    pub tokens: TokenStream,
    /// A list of positions, in which one may come twice.
    pub list: bool,
    /// The rank of what is picked.
    pub rank: usize,
    /// The axes of length one that it adds, which may have been broadcast.
    pub added: Vec<usize>,
}

/// A value that the gradient runs through.
#[derive(Clone, Debug)]
pub(super) struct Active {
    pub tokens: TokenStream,
    pub dtype: DType,
    pub rank: usize,
}

/// What the names in scope and the written fields hold.
#[derive(Clone, Default, Debug)]
pub(super) struct Environment {
    pub scopes: Vec<HashMap<String, Value>>,
    /// By their text, for instance `self.v`; those that are written, or that the gradient is asked for.
    pub fields: BTreeMap<String, Value>,
}

/// The state of one sweep.
pub(super) struct Sweep<'a> {
    pub object: Option<&'a Object>,
    pub methods: &'a [Method],
    pub types: TypeScope,
    pub errors: &'a mut Errors,
    pub environment: Environment,
    pub actives: Vec<Active>,
    pub steps: Vec<Step>,
    pub out: Vec<TokenStream>,
    pub counter: usize,
    /// Some value is chosen by `where_`: an adjoint that is zero stays zero, whatever it is multiplied with.
    pub guarded: bool,
    /// The statements run again for the reverse sweep: effects have happened.
    pub replay: bool,
    /// The element type that a draw gets.
    pub expected: Option<DType>,
    /// The type that is written beside the expression at hand.
    pub annotated: Option<(DType, usize)>,
    /// What host statements change: `self.e`, with the statement.
    pub touched: Vec<(String, TokenStream)>,
    /// How many loops and conditions are open, whose statements the reverse sweep runs again.
    pub depth: usize,
    /// The scalar functions of the block that say their derivatives.
    pub custom: &'a [CustomGradient],
    /// The methods being inlined.
    pub inlining: Vec<String>,
    /// The methods of children whose pullbacks are called take these adjoints: `e` of `self.e`.
    pub children: BTreeMap<String, Ident>,
    /// The parameters that take gradients of arrays, by the number of the value.
    pub gradients: BTreeMap<usize, Ident>,
    /// They are added to, and not written.
    pub adds: bool,
    /// Values that stood beside another array, along which axes of length one may have been broadcast. Their adjoints, and those of
    /// what they were made of, may be longer there: what is yet to be summed.
    pub broadcast: BTreeSet<usize>,
    /// What results were made of by functions whose adjoints stay longer along such axes.
    pub origins: HashMap<usize, BTreeSet<usize>>,
    /// What says that a child's method is not `#[differentiable]`, by the pullback's name and its number of arguments.
    pub fallbacks: BTreeMap<(String, usize), TokenStream>,
    /// Loops keep the state of every so many passes.
    pub checkpoint: Option<usize>,
    /// The gradients of children's variables that are named here.
    pub inherited: Vec<(usize, TokenStream)>,
    /// Forward mode: the tangents, by the number of the value.
    pub tangents: Option<super::forward::Tangents>,
    /// What is written is differentiated again: it is kept simple.
    pub again: bool,
    /// The tapes of a gradient that is differentiated again.
    pub tapes: BTreeMap<String, Option<super::second::Kept>>,
}

impl Sweep<'_> {
    pub fn fresh(&mut self, stem: &str, span: Span) -> Ident {
        self.counter += 1;
        value::name(stem, self.counter, span)
    }

    pub fn emit(&mut self, tokens: TokenStream) {
        self.out.push(tokens);
    }

    /// Reports what has no derivative.
    pub fn refuse(
        &mut self,
        tokens: &impl ToTokens,
        what: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) {
        self.errors
            .report(Code::NotDifferentiable, tokens, what, help);
    }

    pub fn activate(&mut self, tokens: TokenStream, dtype: DType, rank: usize) -> Value {
        self.actives.push(Active {
            tokens: tokens.clone(),
            dtype: dtype.clone(),
            rank,
        });
        let id = self.actives.len() - 1;
        // A number that is given again.
        self.origins.remove(&id);
        self.broadcast.remove(&id);
        if let Some(tangents) = &mut self.tangents {
            tangents.remove(&id);
        }
        Value {
            tokens,
            dtype: Some(dtype),
            rank,
            active: Some(id),
            stable: true,
        }
    }

    /// Notes what a result is made of, and which operands may have been broadcast in it.
    pub fn trace(&mut self, result: &Value, args: &[Value]) {
        let mut origins = BTreeSet::new();
        for (k, arg) in args.iter().enumerate() {
            let Some(id) = arg.active.filter(|_| arg.rank > 0) else {
                continue;
            };
            let mut mine = self.origins.get(&id).cloned().unwrap_or_default();
            mine.insert(id);
            let text = value::text(&arg.tokens);
            let beside = args.iter().enumerate().any(|(other, beside)| {
                other != k && beside.rank > 0 && value::text(&beside.tokens) != text
            });
            if beside {
                self.broadcast.extend(&mine);
            }
            origins.extend(mine);
        }
        if let Some(id) = result.active {
            self.origins.insert(id, origins);
        }
    }

    /// The same for a product: the adjoint of one operand stays longer, and is refused where a gradient takes it.
    pub fn trace_product(&mut self, result: &Value, args: &[&Value]) {
        let ids = args.iter().filter_map(|arg| arg.active);
        let made = ids.filter(|id| !self.gradients.contains_key(id));
        let mut origins = BTreeSet::new();
        for id in made {
            origins.insert(id);
            origins.extend(self.origins.get(&id).into_iter().flatten());
        }
        origins.retain(|id| !self.gradients.contains_key(id));
        if let Some(id) = result.active {
            self.origins.insert(id, origins);
        }
    }

    /// Whether the adjoint of a value may be longer than it along some axes.
    pub fn longer(&self, id: usize) -> bool {
        self.actives[id].rank > 0 && self.broadcast.contains(&id)
    }

    /// The value of a name or field.
    pub fn get(&self, key: &str) -> Option<&Value> {
        if key.starts_with("self.") {
            return self.environment.fields.get(key);
        }
        let mut scopes = self.environment.scopes.iter().rev();
        scopes.find_map(|scope| scope.get(key))
    }

    /// Gives a name that is in scope, or a field, another value.
    pub fn set(&mut self, key: &str, value: Value) {
        if key.starts_with("self.") {
            self.environment.fields.insert(key.to_string(), value);
            return;
        }
        let mut scopes = self.environment.scopes.iter_mut().rev();
        match scopes.find(|scope| scope.contains_key(key)) {
            Some(scope) => {
                scope.insert(key.to_string(), value);
            }
            None => self.declare(key, value),
        }
    }

    /// Brings a name into scope.
    pub fn declare(&mut self, key: &str, value: Value) {
        if self.environment.scopes.is_empty() {
            self.environment.scopes.push(HashMap::new());
        }
        if let Some(scope) = self.environment.scopes.last_mut() {
            scope.insert(key.to_string(), value);
        }
    }

    /// The type of a field as it was declared, by its text.
    pub fn field_type(&self, key: &str) -> Option<(ValueType, bool)> {
        let mut object = self.object?;
        let mut names = key.split('.').skip(1).peekable();
        while let Some(name) = names.next() {
            let field = object.fields.iter().find(|field| field.name == name)?;
            match (&field.kind, names.peek()) {
                (FieldKind::Child { object: child, .. }, Some(_)) => object = child,
                (kind, None) => {
                    let train = matches!(kind, FieldKind::Variable { train: true });
                    return Some((field.value.clone(), train));
                }
                _ => return None,
            }
        }
        None
    }

    /// The random states that statements name, which they may draw from.
    pub fn random_states<'t>(
        &self,
        statements: impl IntoIterator<Item = &'t TokenStream>,
    ) -> Vec<TokenStream> {
        let mut keys = BTreeSet::new();
        for statement in statements {
            value::paths(statement, &mut keys);
        }
        keys.retain(|key| {
            let known = self.field_type(key);
            known.is_some_and(|(value, _)| value == ValueType::RandomState)
        });
        let places = keys.iter().map(|key| key.parse().unwrap_or_default());
        places.collect()
    }

    /// A temporary for what is computed, so that it can be named again.
    pub fn settle(&mut self, value: Value, span: Span) -> Value {
        if value.stable || value::is_literal(&value.tokens) {
            return value;
        }
        let name = self.fresh("t", span);
        let tokens = &value.tokens;
        let annotation = match (&value.dtype, value.rank) {
            (Some(dtype), 0) => {
                let ty = dtype.tokens();
                quote!(: #ty)
            }
            _ => TokenStream::new(),
        };
        self.emit(quote!(let #name #annotation = #tokens;));
        Value {
            tokens: quote!(#name),
            stable: true,
            ..value
        }
    }

    /// Runs `fill` in a scope of its own.
    pub fn scoped<R>(&mut self, fill: impl FnOnce(&mut Self) -> R) -> R {
        self.environment.scopes.push(HashMap::new());
        let result = fill(self);
        self.environment.scopes.pop();
        result
    }

    /// What `fill` emits and records, apart from what is there.
    pub fn apart<R>(
        &mut self,
        fill: impl FnOnce(&mut Self) -> R,
    ) -> (R, Vec<TokenStream>, Vec<Step>) {
        let out = std::mem::take(&mut self.out);
        let steps = std::mem::take(&mut self.steps);
        let result = fill(self);
        let steps = std::mem::replace(&mut self.steps, steps);
        let out = std::mem::replace(&mut self.out, out);
        (result, out, steps)
    }
}

/// Element type and rank of an array or scalar with a static rank.
pub(super) fn known(value: &ValueType) -> Option<(DType, usize)> {
    match value {
        ValueType::Array(array) => match array.rank {
            Rank::Static(rank) => Some((array.dtype.clone(), rank)),
            Rank::Dynamic => None,
        },
        ValueType::Scalar(dtype) => Some((dtype.clone(), 0)),
        ValueType::RandomState | ValueType::Other => None,
    }
}

/// The zero that has the shape of `like`.
pub(super) fn zeros_like(like: &Active) -> TokenStream {
    let tokens = &like.tokens;
    match like.rank {
        0 if like.dtype.is_complex() => quote!(::core::default::Default::default()),
        _ if like.dtype.is_complex() => quote!(::brain_jit::adjoint::complex::zeros(&*#tokens)),
        0 => quote!(0.0),
        _ => spread(&quote!(0.0), tokens),
    }
}

/// `value` with the shape of the array `like`.
pub(super) fn spread(value: &TokenStream, like: &TokenStream) -> TokenStream {
    quote!(::brain_jit::adjoint::spread(#value, #like))
}
