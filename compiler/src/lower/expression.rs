//! Array expressions: operators, names, casts.

use super::Lowering;
use super::scope::Local;
use crate::check::catalogue::Code;
use crate::ir::graph::{NodeId, NodeKind};
use crate::ir::operation::{Operation, Rule, Text};
use crate::ir::types::{DType, Rank, ValueType};
use crate::syntax::walk::{self, Visit};
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, UnOp};

impl Lowering<'_> {
    /// The node of an array expression (or of a scalar made from arrays); `None` for host code.
    pub(crate) fn array(&mut self, expr: &Expr) -> Option<NodeId> {
        let mark = self.mark();
        let node = self.array_code(expr);
        if node.is_none() {
            self.rewind(mark);
        }
        node
    }

    fn array_code(&mut self, expr: &Expr) -> Option<NodeId> {
        match expr {
            // An inlined method's `&mut` parameter stands for its place.
            Expr::Paren(e) => match &*e.expr {
                Expr::Reference(place) if place.mutability.is_some() => self.array(&place.expr),
                inner => self.array(inner),
            },
            Expr::Group(e) => self.array(&e.expr),
            // `&mut self.v` is another name for the place, not a value.
            Expr::Reference(e) if e.mutability.is_some() => None,
            Expr::Reference(e) => self.array(&e.expr),
            Expr::Unary(e) => match e.op {
                UnOp::Deref(_) => self.array(&e.expr),
                UnOp::Neg(_) => self.unary(Operation::Negative, &e.expr, expr.span()),
                UnOp::Not(_) => self.unary(Operation::Not, &e.expr, expr.span()),
                _ => None,
            },
            Expr::Path(path) => self.local_array(path.path.get_ident()?),
            Expr::Field(_) => {
                let path = self.field(expr)?;
                let place = self.field_place(&path)?;
                Some(self.graph.read(place, expr.span()))
            }
            Expr::Binary(e) => self.binary(&e.op, &e.left, &e.right, e.op.span()),
            Expr::Cast(e) => {
                let dtype = self.types.dtype(&e.ty)?;
                let arg = self.operand(&e.expr)?;
                Some(self.cast(arg, dtype, expr.span()))
            }
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Index(index) => match self.place(expr) {
                Some(place) => Some(self.graph.read(place, expr.span())),
                None => self.index_read(index),
            },
            _ => None,
        }
    }

    fn local_array(&mut self, name: &syn::Ident) -> Option<NodeId> {
        match self.scopes.get(&name.to_string())?.clone() {
            Local::Node(node) => Some(node),
            Local::Place(place) => Some(self.graph.read(place, name.span())),
            Local::Borrow { expr, places } => {
                self.check_borrow(name, &places);
                self.array(&expr)
            }
            Local::Scalar { .. }
            | Local::Weak(_)
            | Local::Random
            | Local::Written { .. }
            | Local::Made(_)
            | Local::Other => None,
        }
    }

    pub(crate) fn cast(&mut self, arg: NodeId, dtype: DType, span: Span) -> NodeId {
        let node = self.graph.node(arg);
        if node.dtype == dtype {
            return arg;
        }
        let rank = node.rank;
        self.graph.add(NodeKind::Cast(arg), dtype, rank, span)
    }

    fn unary(&mut self, operation: Operation, arg: &Expr, span: Span) -> Option<NodeId> {
        let arg = self.operand(arg)?;
        Some(self.elementwise(operation, vec![arg], span))
    }

    fn binary(&mut self, op: &BinOp, left: &Expr, right: &Expr, span: Span) -> Option<NodeId> {
        if matches!(op, BinOp::And(_) | BinOp::Or(_)) {
            for side in [left, right] {
                if let Some(node) = self.array(side)
                    && !self.graph.node(node).is_scalar()
                {
                    let (wrong, elementwise) = if matches!(op, BinOp::And(_)) {
                        ("&&", "&")
                    } else {
                        ("||", "|")
                    };
                    self.errors.report(
                        Code::LogicalOperator,
                        side,
                        format!("`{wrong}` takes one `bool`, and this is an array"),
                        format!("write `(…) {elementwise} (…)`, each side in parentheses, for the elementwise operation, or reduce with `bm::any(..)` or `bm::all(..)`"),
                    );
                    return None;
                }
            }
            return None;
        }
        let operation = binary_operation(op)?;
        let around = self.expected.clone();
        let beside = self.operand_type(left).or_else(|| self.operand_type(right));
        self.expected = beside.or(around.clone());
        let first = self.first_operand(left, right);
        let left = &first.1.unwrap_or_else(|| left.clone());
        let nodes = (first.0, self.operand(right));
        self.expected = around;
        let (left, right) = match nodes {
            (Some(l), Some(r)) => (l, r),
            (Some(l), None) if !self.is_host(l, right) => (l, self.scalar_beside(right, l)),
            (None, Some(r)) if !self.is_host(r, left) => (self.scalar_beside(left, r), r),
            _ => return None,
        };
        Some(self.elementwise(operation, vec![left, right], span))
    }

    /// Whether a number made from arrays stands beside a name of unseen type, such as a closure's parameter: that is
    /// ordinary Rust, where the name may be a reference.
    fn is_host(&mut self, node: NodeId, beside: &Expr) -> bool {
        matches!(beside, Expr::Path(_))
            && self.graph.node(node).is_scalar()
            && self.scalar_type(beside).is_none()
            && !self.is_weak(beside)
    }

    /// The left operand. Where the right one calls a method that writes variables, its scalars are read now; one that
    /// is a scalar altogether gets a name.
    fn first_operand(&mut self, left: &Expr, right: &Expr) -> (Option<NodeId>, Option<Expr>) {
        if !self.calls_writer(right) {
            return (self.operand(left), None);
        }
        let around = std::mem::replace(&mut self.eager, true);
        let node = self.array(left);
        self.eager = around;
        if let Some(node) = node {
            let name = self.fresh("value");
            self.bind(&name, false, node, super::source_text(left));
        }
        if node.is_some() || super::operand::literal(left).is_some() || self.is_weak(left) {
            return (node, None);
        }
        let name = self.fresh("h");
        let dtype = self.scalar_type(left);
        let mut code = self.host_expr(left);
        let value = &code.tokens;
        code.tokens = quote::quote!(let #name = #value;);
        code.effects.writes.insert(name.to_string());
        self.push_host(code, super::source_text(left));
        let local = Local::Scalar {
            dtype,
            reference: false,
        };
        self.scopes.declare(&name.to_string(), local);
        (None, Some(syn::parse_quote!(#name)))
    }

    /// Whether an expression calls a method of the block that takes `&mut self`.
    fn calls_writer(&self, expr: &Expr) -> bool {
        struct Finds<'a>(&'a [crate::model::method::Method], bool);
        impl Visit for Finds<'_> {
            fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
                let exclusive = Some(crate::model::method::Receiver::Exclusive);
                self.1 |= super::field::is_self(&call.receiver)
                    && self.0.iter().any(|method| {
                        *method.name() == call.method && method.receiver == exclusive
                    });
                walk::visit_expr_method_call(self, call);
            }
        }
        let mut finds = Finds(self.methods, false);
        finds.visit_expr(expr);
        finds.1
    }

    /// The element type of a name or scalar, without lowering it.
    fn operand_type(&mut self, expr: &Expr) -> Option<DType> {
        if let Expr::Path(path) = expr
            && let Some(Local::Node(node)) = self.scopes.get(&path.path.get_ident()?.to_string())
        {
            return Some(self.graph.node(*node).dtype.clone());
        }
        match self.array_type(expr) {
            Some(array) => Some(array.dtype),
            None => self.scalar_type(expr),
        }
    }

    /// An elementwise node; types are checked here.
    pub(crate) fn elementwise(
        &mut self,
        operation: Operation,
        args: Vec<NodeId>,
        span: Span,
    ) -> NodeId {
        if args.iter().any(|arg| self.refused.contains(arg)) {
            return self.refused_node(operation, args, span);
        }
        let row = operation.row();
        let args = self.as_complex(args);
        let values = if row.rule == Rule::Select {
            &args[1..]
        } else {
            &args[..]
        };
        let operand = self.graph.node(values[0]).dtype.clone();
        for arg in values.iter().skip(1) {
            let other = self.graph.node(*arg).dtype.clone();
            if other != operand && row.rule != Rule::IntegerPower {
                self.errors.report_at(
                    Code::DTypeMismatch,
                    span,
                    format!(
                        "the operands of {} have different element types, `{operand}` and `{other}`",
                        spelling(operation)
                    ),
                    self.help_for_types(&args, &operand),
                );
                return self.refused_node(operation, args, span);
            }
        }
        if row.rule == Rule::Select && self.graph.node(args[0]).dtype != DType::Bool {
            let found = self.graph.node(args[0]).dtype.clone();
            self.errors.report_at(
                Code::DTypeMismatch,
                span,
                format!("the condition of `bm::where_` has element type `{found}`, not `bool`"),
                "write a comparison: `bm::where_(&x > 0.0, a, b)`",
            );
            return self.refused_node(operation, args, span);
        }
        if !operation.accepts(&operand) {
            let help = match row.rule {
                _ if operand == DType::Bool => "cast the mask first, for instance `(mask as f32)`",
                Rule::Bits => {
                    "it takes bools and integers: compare first, for instance `(&x > 0.0)`, or cast"
                }
                Rule::Integer => {
                    "it takes integers: cast the operand first, for instance `(x as i32)`"
                }
                Rule::Compare => {
                    "complex numbers have no order: compare `bm::abs(&z)`, or a part of them"
                }
                _ => "cast the operand first, for instance `(x as f64)`",
            };
            self.errors.report_at(
                Code::DTypeMismatch,
                span,
                format!("{} does not take `{operand}`", spelling(operation)),
                help,
            );
            return self.refused_node(operation, args, span);
        }
        self.elementwise_node(operation, args, span)
    }

    /// What to write where element types differ.
    fn help_for_types(&self, args: &[NodeId], operand: &DType) -> String {
        let drawn = args.iter().any(|arg| {
            let found = self.graph.dependencies(*arg).into_iter();
            let draws = |node: NodeId| matches!(self.graph.node(node).kind, NodeKind::Draw { .. });
            self.graph.node(*arg).dtype == DType::F32 && found.into_iter().any(draws)
        });
        if drawn {
            return "a draw is `f32` where nothing says otherwise: annotate it, `let noise: Array1<f64> = self.rng.normal(..)`".into();
        }
        format!("cast one of them, for instance `(… as {operand})`: nothing is promoted implicitly")
    }

    /// Floats beside complex numbers of the same precision are complex numbers, as in Rust and in NumPy.
    fn as_complex(&mut self, args: Vec<NodeId>) -> Vec<NodeId> {
        let mut types = args.iter().map(|arg| self.graph.node(*arg).dtype.clone());
        let Some(complex) = types.find(DType::is_complex) else {
            return args;
        };
        args.into_iter()
            .map(|arg| {
                let node = self.graph.node(arg);
                if node.dtype == complex.part() {
                    let span = node.span;
                    self.cast(arg, complex.clone(), span)
                } else {
                    arg
                }
            })
            .collect()
    }

    /// A node that was refused: what is computed from it is not checked again.
    fn refused_node(&mut self, operation: Operation, args: Vec<NodeId>, span: Span) -> NodeId {
        let node = self.elementwise_node(operation, args, span);
        self.refused.insert(node);
        node
    }

    fn elementwise_node(&mut self, operation: Operation, args: Vec<NodeId>, span: Span) -> NodeId {
        let row = operation.row();
        let first = usize::from(row.rule == Rule::Select);
        let operand = self.graph.node(args[first]).dtype.clone();
        let dtype = operation.result(&operand);
        let rank = args
            .iter()
            .map(|a| self.graph.node(*a).rank)
            .reduce(broadcast_rank)
            .unwrap_or(Rank::Static(0));
        self.graph
            .add(NodeKind::Elementwise { operation, args }, dtype, rank, span)
    }

    /// The rank of a node where it must be static.
    pub(crate) fn static_rank(
        &mut self,
        node: NodeId,
        what: &str,
        tokens: &impl quote::ToTokens,
    ) -> Option<usize> {
        match self.graph.node(node).rank {
            Rank::Static(rank) => Some(rank),
            Rank::Dynamic => {
                self.errors.report(
                    Code::DynamicRank,
                    tokens,
                    format!("{what} needs an array whose rank is known when it is compiled"),
                    "use `Array1` … `Array6` instead of `ArrayD`; elementwise code and whole reductions work on `ArrayD`",
                );
                None
            }
        }
    }

    /// The array type of a local, parameter or field expression, if it is one.
    pub(crate) fn array_type(&mut self, expr: &Expr) -> Option<crate::ir::types::ArrayType> {
        match expr {
            Expr::Paren(e) => self.array_type(&e.expr),
            Expr::Group(e) => self.array_type(&e.expr),
            Expr::Reference(e) => self.array_type(&e.expr),
            Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => self.array_type(&e.expr),
            Expr::Path(path) => match self.scopes.get(&path.path.get_ident()?.to_string())? {
                Local::Place(place) => Some(self.graph.place(*place).ty.clone()),
                _ => None,
            },
            Expr::Field(_) => match self.field(expr)?.value {
                ValueType::Array(ty) => Some(ty),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The rank of the broadcast of two operands.
pub(crate) fn broadcast_rank(a: Rank, b: Rank) -> Rank {
    match (a, b) {
        (Rank::Static(a), Rank::Static(b)) => Rank::Static(a.max(b)),
        _ => Rank::Dynamic,
    }
}

/// The operation as users write it.
fn spelling(operation: Operation) -> String {
    let row = operation.row();
    match operation {
        Operation::ShiftLeft => return "`<<`".into(),
        Operation::ShiftRight => return "`>>`".into(),
        _ => {}
    }
    match (row.text, row.functions, row.methods) {
        (
            Text::Infix { symbol, .. } | Text::Prefix { symbol, .. } | Text::Checked { symbol, .. },
            _,
            _,
        ) => {
            format!("`{symbol}`")
        }
        (_, [function, ..], _) => format!("`bm::{function}`"),
        (_, _, [method, ..]) => format!("`.{method}(..)`"),
        _ => format!("`{}`", row.name),
    }
}

/// The operation of a binary operator, plain or of an augmented assignment.
pub(crate) fn binary_operation(op: &BinOp) -> Option<Operation> {
    Some(match op {
        BinOp::Add(_) | BinOp::AddAssign(_) => Operation::Add,
        BinOp::Sub(_) | BinOp::SubAssign(_) => Operation::Subtract,
        BinOp::Mul(_) | BinOp::MulAssign(_) => Operation::Multiply,
        BinOp::Div(_) | BinOp::DivAssign(_) => Operation::Divide,
        BinOp::Rem(_) | BinOp::RemAssign(_) => Operation::Rem,
        BinOp::BitAnd(_) | BinOp::BitAndAssign(_) => Operation::And,
        BinOp::BitOr(_) | BinOp::BitOrAssign(_) => Operation::Or,
        BinOp::BitXor(_) | BinOp::BitXorAssign(_) => Operation::Xor,
        BinOp::Shl(_) | BinOp::ShlAssign(_) => Operation::ShiftLeft,
        BinOp::Shr(_) | BinOp::ShrAssign(_) => Operation::ShiftRight,
        BinOp::Lt(_) => Operation::Less,
        BinOp::Le(_) => Operation::LessEqual,
        BinOp::Gt(_) => Operation::Greater,
        BinOp::Ge(_) => Operation::GreaterEqual,
        BinOp::Eq(_) => Operation::Equal,
        BinOp::Ne(_) => Operation::NotEqual,
        _ => return None,
    })
}

/// Whether the operator assigns.
pub(crate) fn is_augmented(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
