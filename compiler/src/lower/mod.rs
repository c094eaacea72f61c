//! From the checked syntax tree to the IR.
//!
//! Array code becomes nodes; everything else stays as host tokens in which `self.field` is rewritten
//! and array code inside is replaced by holes with regions of their own.

mod adjoint;
pub(crate) mod call;
mod draw;
pub(crate) mod expression;
pub mod field;
mod host;
pub(crate) mod index;
mod inline;
pub(crate) mod library;
mod literals;
pub(crate) mod names;
pub(crate) mod operand;
mod purity;
mod reduction;
mod refusal;
mod rewrite;
pub(crate) mod scalar;
mod scope;
mod slices;
mod statement;
mod unroll;
mod write;
mod written;

use crate::check::errors::Errors;
use crate::ir::graph::{Graph, NodeId, Place, PlaceId};
use crate::ir::region::{Effects, HostCode, Region, Statement, StatementKind, Value};
use crate::ir::types::{ArrayType, Container, DType, Rank, ValueType};
use crate::model::method::{Method, ParameterKind, Receiver};
use crate::model::object::Object;
use crate::syntax::types::TypeScope;
use crate::syntax::walk::VisitMut;
use field::Fields;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use scope::{Local, Scopes};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A lowered method: its IR and what it uses of the object.
#[derive(Debug)]
pub struct Lowered {
    pub graph: Graph,
    pub body: Region,
    /// The user's scalar functions that `Map` nodes call.
    pub functions: Vec<HostCode>,
    /// The names of draws from random states, by number.
    pub draws: Vec<Ident>,
    pub fields: BTreeMap<String, field::Use>,
}

/// The state of lowering one method.
pub struct Lowering<'a> {
    pub(crate) graph: Graph,
    pub(crate) functions: Vec<HostCode>,
    pub(crate) draws: Vec<Ident>,
    /// The element type that the code around asks for.
    pub(crate) expected: Option<DType>,
    /// The method gives a view of what it borrows.
    lends: bool,
    /// The element type that a method returns, until its body is opened.
    pub(crate) returned: Option<DType>,
    pub(crate) object: Option<&'a Object>,
    pub(crate) methods: &'a [Method],
    pub(crate) receiver: Option<Receiver>,
    pub(crate) types: TypeScope,
    pub(crate) errors: &'a mut Errors,
    pub(crate) scopes: Scopes,
    pub(crate) fields: Fields,
    /// Nodes with a reported error.
    pub(crate) refused: HashSet<NodeId>,
    /// Products that are adjoints: the order of what they are multiplied with is free.
    pub(crate) adjoint_products: HashSet<NodeId>,
    /// The regions under construction, innermost last.
    statements: Vec<Vec<Statement>>,
    counter: usize,
    /// The expression at hand is nothing but a call of a method of the block.
    pub(crate) direct: bool,
    /// What stands to the right of the expression at hand changes variables: scalars are read at once.
    pub(crate) eager: bool,
    /// The parameters that are `&mut`.
    pub(crate) references: HashSet<String>,
    /// The places that are `&mut` or views to write to: a `let` hands them on.
    pub(crate) lent: HashSet<PlaceId>,
    /// The names that are, or were in another scope, bound as `mut`.
    pub(crate) mutable: HashSet<String>,
    /// Host code may write through a name that it bound to `&mut` of a place.
    pub(crate) borrowed: bool,
    /// The source of the last block's value.
    pub(crate) tail_source: String,
    pub(crate) tail_span: Option<Span>,
    /// Of the statement at hand.
    span: Span,
    /// The methods being inlined, for refusing recursion.
    pub(crate) inlining: Vec<String>,
    /// Where `return` of each inlined method leaves to, and whether with an `Option`.
    pub(crate) labels: Vec<(syn::Lifetime, bool)>,
    /// The block's functions without receiver.
    pub(crate) associated: &'a [syn::Signature],
}

/// Lowers `method`; problems go to `errors`.
pub fn lower(
    object: Option<&Object>,
    methods: &[Method],
    associated: &[syn::Signature],
    types: TypeScope,
    method: &Method,
    errors: &mut Errors,
) -> Lowered {
    let mut lowering = Lowering {
        graph: Graph::default(),
        functions: Vec::new(),
        draws: Vec::new(),
        expected: None,
        lends: false,
        returned: None,
        object,
        methods,
        receiver: method.receiver,
        types,
        errors,
        scopes: Scopes::default(),
        fields: Fields::default(),
        refused: HashSet::new(),
        adjoint_products: HashSet::new(),
        statements: Vec::new(),
        counter: 0,
        borrowed: false,
        direct: false,
        eager: false,
        references: HashSet::new(),
        lent: HashSet::new(),
        mutable: HashSet::new(),
        tail_source: String::new(),
        tail_span: None,
        span: Span::call_site(),
        inlining: vec![method.name().to_string()],
        labels: Vec::new(),
        associated,
    };
    for parameter in &method.parameters {
        lowering.declare_parameter(&parameter.pattern, &parameter.ty);
        if matches!(parameter.kind, ParameterKind::Captured) {
            lowering.keep_buffer(&parameter.pattern);
        }
    }
    lowering.returned = lowering.returned_type(&method.signature.output);
    if let syn::ReturnType::Type(_, ty) = &method.signature.output
        && let ValueType::Array(array) = lowering.types.recognise(ty)
    {
        lowering.lends = array.container == Container::View;
    }
    let mut body = method.body.clone();
    let parameters = method.parameters.iter();
    let names = parameters.flat_map(|parameter| scope::bound_names(&parameter.pattern));
    // In host code a field stands with its own name.
    let fields = object.iter().flat_map(|object| &object.fields);
    let names = names.chain(fields.map(|field| field.name.to_string()));
    let mut fresh = |name: &str| lowering.fresh(&format!("{name}_"));
    let mut rename = names::Rename::hiding(names.collect(), &mut fresh);
    rename.visit_block_mut(&mut body);
    lowering.typed_result(&mut body, &method.signature.output);
    let mut body = lowering.block(&body.stmts);
    if let syn::ReturnType::Type(_, ty) = &method.signature.output {
        if is_generic_dimension(ty) {
            lowering.convert_result(&mut body, &quote::quote!(plain::typed));
        } else if is_array(ty)
            && matches!(lowering.types.recognise(ty), ValueType::Array(array) if array.rank == Rank::Static(0))
        {
            lowering.convert_result(&mut body, &quote::quote!(ndarray::arr0));
        }
    }
    Lowered {
        graph: lowering.graph,
        body,
        functions: lowering.functions,
        draws: lowering.draws,
        fields: lowering.fields.uses,
    }
}

impl Lowering<'_> {
    /// A fresh identifier that no user token can meet.
    pub(crate) fn fresh(&mut self, stem: &str) -> Ident {
        self.counter += 1;
        let stem = stem.trim_start_matches("r#");
        Ident::new(&format!("__{stem}{}", self.counter), Span::mixed_site())
    }

    /// Lowers statements as a block with a scope of its own.
    pub(crate) fn block(&mut self, statements: &[syn::Stmt]) -> Region {
        self.scopes.push();
        let region = self.open(|lowering| lowering.statement_list(statements));
        self.scopes.pop();
        region
    }

    /// Runs `fill` with a new region and gives that region. Places may change in a region that runs
    /// many times or not at all, so nothing read before is known after, or inside, to be unchanged.
    pub(crate) fn open(&mut self, fill: impl FnOnce(&mut Self) -> Option<Value>) -> Region {
        self.forget_places();
        self.statements.push(Vec::new());
        let tail = fill(self);
        self.forget_places();
        Region {
            statements: self.statements.pop().unwrap_or_default(),
            tail,
            tail_source: std::mem::take(&mut self.tail_source),
            tail_span: self.tail_span.take(),
        }
    }

    /// The element type of what a signature returns; of a tuple, the one that all its parts have.
    pub(crate) fn returned_type(&self, output: &syn::ReturnType) -> Option<DType> {
        let syn::ReturnType::Type(_, ty) = output else {
            return None;
        };
        let syn::Type::Tuple(tuple) = &**ty else {
            return self.types.recognise(ty).dtype();
        };
        let mut types = tuple
            .elems
            .iter()
            .map(|ty| self.types.recognise(ty).dtype());
        let first = types.next()??;
        types
            .all(|dtype| dtype.as_ref() == Some(&first))
            .then_some(first)
    }

    /// Writes the numbers that a method returns as numbers of the type that it returns.
    pub(crate) fn typed_result(&self, body: &mut syn::Block, output: &syn::ReturnType) {
        if let syn::ReturnType::Type(_, ty) = output
            && let ValueType::Scalar(dtype) = self.types.recognise(ty)
        {
            literals::typed_result(body, &dtype);
        }
    }

    /// The value of the body, an `ArrayD` or a number, as the array of a generic dimension or of none.
    fn convert_result(&mut self, body: &mut Region, convert: &TokenStream) {
        let Some(Value::Node(node)) = body.tail else {
            return;
        };
        let name = self.fresh("result");
        body.statements.push(Statement {
            kind: StatementKind::Bind {
                name: name.clone(),
                node,
                place: None,
                mutable: false,
                visible: true,
            },
            source: body.tail_source.clone(),
            span: name.span(),
        });
        body.tail = Some(Value::Host(HostCode {
            tokens: quote::quote!(::brain_jit::__private::#convert(#name)),
            ..HostCode::default()
        }));
    }

    /// Gives every writable place a new version.
    pub(crate) fn forget_places(&mut self) {
        for place in &mut self.graph.places {
            if place.writable {
                place.version += 1;
            }
        }
        self.scopes.forget_scalars();
    }

    pub(crate) fn push(&mut self, kind: StatementKind, source: String) {
        if let Some(list) = self.statements.last_mut() {
            list.push(Statement {
                kind,
                source,
                span: self.span,
            });
        }
    }

    /// The number of statements so far, for [`Lowering::rewind`].
    pub(crate) fn mark(&self) -> usize {
        self.statements.last().map_or(0, Vec::len)
    }

    /// The statements since `mark`.
    pub(crate) fn since(&self, mark: usize) -> &[Statement] {
        self.statements
            .last()
            .map_or(&[], |list| &list[mark.min(list.len())..])
    }

    /// Drops the statements since `mark`: what they prepared is not used.
    pub(crate) fn rewind(&mut self, mark: usize) {
        if let Some(list) = self.statements.last_mut() {
            list.truncate(mark);
        }
    }

    /// A place for an array in a local variable or parameter.
    pub(crate) fn local_place(
        &mut self,
        name: &Ident,
        ty: ArrayType,
        writable: bool,
        at_entry: bool,
    ) -> PlaceId {
        self.graph.add_place(Place {
            reads: BTreeSet::new(),
            origin: None,
            name: name.to_string(),
            tokens: quote::quote!(#name),
            ty,
            writable,
            donated: false,
            summed: false,
            at_entry,
            version: 0,
            writes: 0,
        })
    }

    pub(crate) fn declare_parameter(&mut self, pattern: &syn::Pat, ty: &syn::Type) {
        let value = self.types.recognise(ty);
        let syn::Pat::Ident(pattern) = pattern else {
            match value {
                ValueType::Other => self.declare_written(pattern, Some(ty)),
                _ => self.scopes.declare_pattern(pattern),
            }
            return;
        };
        let name = &pattern.ident;
        if pattern.mutability.is_some() {
            self.mutable.insert(name.to_string());
        }
        let exclusive = matches!(ty, syn::Type::Reference(r) if r.mutability.is_some());
        if exclusive {
            self.references.insert(name.to_string());
        }
        let local = match value {
            ValueType::Array(array) => {
                let view = matches!(array.container, Container::View)
                    && !matches!(ty, syn::Type::Reference(_));
                let lent = exclusive || view && quote::quote!(#ty).to_string().contains("ViewMut");
                let writable = lent || pattern.mutability.is_some();
                let place = self.local_place(name, array, writable, true);
                if lent {
                    self.lent.insert(place);
                }
                self.graph.places[place.0].donated = is_array(ty);
                Local::Place(place)
            }
            ValueType::Scalar(dtype) => Local::Scalar {
                dtype: Some(dtype),
                reference: matches!(ty, syn::Type::Reference(_)),
            },
            ValueType::RandomState if exclusive => Local::Random,
            ValueType::RandomState => Local::Other,
            ValueType::Other => Local::Written {
                ty: ty.clone(),
                writable: exclusive || pattern.mutability.is_some(),
            },
        };
        self.scopes.declare(&name.to_string(), local);
        self.scopes.mark_entry(&name.to_string());
    }

    /// The parameter's buffer is not the method's to give away.
    fn keep_buffer(&mut self, pattern: &syn::Pat) {
        if let syn::Pat::Ident(pattern) = pattern
            && let Some(Local::Place(place)) = self.scopes.get(&pattern.ident.to_string())
        {
            self.graph.places[place.0].donated = false;
        }
    }

    /// Pushes host code as a statement.
    pub(crate) fn push_host(&mut self, mut code: HostCode, source: String) {
        code.effects.pure &= !(self.borrowed && code.effects.through);
        if !code.effects.pure {
            self.forget_places();
        }
        self.note_writes(&code.effects);
        self.push(StatementKind::Host(code), source);
    }

    /// Those of `names` that are scalar variables of float type.
    pub(crate) fn floats(&mut self, names: &BTreeSet<String>) -> Vec<(String, TokenStream)> {
        let fields = names.iter().filter(|name| name.starts_with("self."));
        fields
            .filter_map(|name| {
                let path = self.field(&syn::parse_str(name).ok()?)?;
                let float = matches!(&path.value, ValueType::Scalar(dtype) if dtype.is_float());
                (float && path.variable).then(|| (name.clone(), path.tokens))
            })
            .collect()
    }

    /// The element of a float array that an assignment writes, if looking at it has no effects.
    pub(crate) fn written_element(&mut self, expr: &syn::Expr) -> Option<(String, TokenStream)> {
        let left = match expr {
            syn::Expr::Assign(assign) => &*assign.left,
            syn::Expr::Binary(binary) => &*binary.left,
            _ => return None,
        };
        let syn::Expr::Index(index) = left else {
            return None;
        };
        let place = self.place(&index.expr)?;
        let place = self.graph.place(place);
        let float = place.ty.dtype.is_float() || place.ty.dtype.is_complex();
        let (name, position) = (place.name.clone(), &*index.index);
        let name = format!("{name}[{}]", source_text(position));
        let pure = purity::of_expression(position).pure;
        (float && pure).then(|| Some((name, self.element(index, false)?)))?
    }

    /// The variables that are arrays of floats, of those that the code names.
    pub(crate) fn float_variables(&mut self, effects: &Effects) -> Vec<PlaceId> {
        if self.receiver != Some(Receiver::Exclusive) {
            return Vec::new();
        }
        let names = effects.reads.union(&effects.writes);
        let fields: Vec<&String> = names.filter(|name| name.starts_with("self.")).collect();
        let places = fields.into_iter().filter_map(|name| {
            let path = self.field(&syn::parse_str(name).ok()?)?;
            let place = self.field_place(&path)?;
            let dtype = &self.graph.place(place).ty.dtype;
            (path.variable && (dtype.is_float() || dtype.is_complex())).then_some(place)
        });
        places.collect()
    }

    fn note_writes(&mut self, effects: &Effects) {
        for name in &effects.writes {
            self.scopes.bump(name);
            if let Some(Local::Place(place)) = self.scopes.get(name) {
                let place = &mut self.graph.places[place.0];
                place.version += 1;
                place.writes += 1;
            }
        }
    }
}

/// Whether the type is an `Array<T, D>` whose `D` is neither `IxDyn` nor of known rank.
fn is_generic_dimension(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else {
        return false;
    };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    last.ident == "Array"
        && matches!(arguments.args.last(), Some(syn::GenericArgument::Type(syn::Type::Path(d)))
            if arguments.args.len() == 2
                && d.path.segments.last().is_some_and(|s| !s.ident.to_string().starts_with("Ix")))
}

/// Whether the type is an `Array`, by value.
fn is_array(ty: &syn::Type) -> bool {
    let name = |path: &syn::TypePath| path.path.segments.last().map(|s| s.ident.to_string());
    match ty {
        syn::Type::Path(path) => name(path).is_some_and(|name| {
            let digit = name.strip_prefix("Array");
            digit.is_some_and(|d| d.is_empty() || d == "D" || d.parse::<usize>().is_ok())
        }),
        _ => false,
    }
}

/// The user's text of a syntax tree, as well as the compiler gives it.
pub(crate) fn source_text(tokens: &impl quote::ToTokens) -> String {
    crate::syntax::text::source(as_written(tokens.to_token_stream()))
}

/// Names of inlined and unrolled code as the user wrote them: `__term_3` is `term`.
fn as_written(tokens: TokenStream) -> TokenStream {
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Ident(name) => TokenTree::Ident(written_name(&name).unwrap_or(name)),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), as_written(group.stream()));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    });
    trees.collect()
}

fn written_name(name: &Ident) -> Option<Ident> {
    let text = name.to_string();
    unnumbered(&text).map(|stem| Ident::new(stem, name.span()))
}

/// The name that the user wrote, of a name of inlined or unrolled code, or of what a pass of a gradient's loop hands on.
fn unnumbered(name: &str) -> Option<&str> {
    let (stem, number) = name.strip_prefix("__")?.rsplit_once('_')?;
    let number = number.strip_prefix("carried").unwrap_or(number);
    let renamed = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    (renamed && syn::parse_str::<Ident>(stem).is_ok()).then_some(stem)
}

/// A name in a message.
pub(crate) fn shown_name(name: &str) -> String {
    unnumbered(name).unwrap_or(name).to_string()
}
