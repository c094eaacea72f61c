//! The element type of host scalars, as far as the written types tell.

use super::Lowering;
use super::scope::Local;
use crate::ir::operation::Operation;
use crate::ir::types::{DType, ValueType};
use syn::{BinOp, Expr, Lit, UnOp};

impl Lowering<'_> {
    pub(crate) fn scalar_type(&mut self, expr: &Expr) -> Option<DType> {
        match expr {
            Expr::Paren(e) => self.scalar_type(&e.expr),
            Expr::Group(e) => self.scalar_type(&e.expr),
            Expr::Reference(e) => self.scalar_type(&e.expr),
            Expr::Unary(e) => match e.op {
                UnOp::Not(_) => self.scalar_type(&e.expr),
                UnOp::Neg(_) | UnOp::Deref(_) => self.scalar_type(&e.expr),
                _ => None,
            },
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(int) => DType::from_name(int.suffix()),
                Lit::Float(float) => DType::from_name(float.suffix()),
                Lit::Bool(_) => Some(DType::Bool),
                _ => None,
            },
            Expr::Path(path) => match self.scopes.get(&path.path.get_ident()?.to_string())? {
                Local::Scalar { dtype, .. } => dtype.clone(),
                Local::Node(node) => {
                    let node = self.graph.node(*node);
                    node.is_scalar().then(|| node.dtype.clone())
                }
                _ => None,
            },
            Expr::Field(e) => match self.field(expr).map(|path| path.value) {
                Some(ValueType::Scalar(dtype)) => Some(dtype),
                Some(_) => None,
                // `z.re` of a complex number.
                None => {
                    let whole = self.scalar_type(&e.base)?;
                    whole.is_complex().then(|| whole.part())
                }
            },
            Expr::Cast(e) => self.types.dtype(&e.ty),
            Expr::Binary(e) => match e.op {
                BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_) => {
                    let types = (self.scalar_type(&e.left), self.scalar_type(&e.right));
                    match types {
                        (_, Some(right)) if right.is_complex() => Some(right),
                        (left, right) => left.or(right),
                    }
                }
                BinOp::Lt(_)
                | BinOp::Le(_)
                | BinOp::Gt(_)
                | BinOp::Ge(_)
                | BinOp::Eq(_)
                | BinOp::Ne(_)
                | BinOp::And(_)
                | BinOp::Or(_) => Some(DType::Bool),
                _ => None,
            },
            Expr::Index(e) => Some(self.array_type(&e.expr)?.dtype),
            Expr::MethodCall(e) if super::field::is_self(&e.receiver) => {
                let method = self.methods.iter().find(|m| *m.name() == e.method)?;
                let syn::ReturnType::Type(_, ty) = &method.signature.output else {
                    return None;
                };
                match self.types.recognise(ty) {
                    ValueType::Scalar(dtype) => Some(dtype),
                    _ => None,
                }
            }
            Expr::Block(e) => match e.block.stmts.last()? {
                syn::Stmt::Expr(value, None) => self.scalar_type(value),
                _ => None,
            },
            Expr::If(e) => {
                let syn::Stmt::Expr(value, None) = e.then_branch.stmts.last()? else {
                    return None;
                };
                let found = self.scalar_type(value);
                found.or_else(|| self.scalar_type(&e.else_branch.as_ref()?.1))
            }
            Expr::MethodCall(e) => match e.method.to_string().as_str() {
                "is_nan" | "is_finite" | "is_infinite" | "is_sign_negative"
                | "is_sign_positive" => Some(DType::Bool),
                "len" | "nrows" | "ncols" | "ndim" => Some(DType::Usize),
                "exp" | "ln" | "sqrt" | "abs" | "powi" | "powf" | "sin" | "cos" | "tan"
                | "tanh" | "min" | "max" | "floor" | "ceil" | "round" | "recip" | "clamp" => {
                    self.scalar_type(&e.receiver)
                }
                _ => None,
            },
            Expr::Call(e) => {
                if let Some(complex) = complex_constructor(&e.func) {
                    return Some(complex);
                }
                let name = super::call::bm_function(&e.func)?.to_string();
                let found = e.args.iter().find_map(|a| self.scalar_type(a))?;
                match Operation::from_function(&name) {
                    Some(operation) => Some(operation.result(&found)),
                    None => (name == "clip").then_some(found),
                }
            }
            _ => None,
        }
    }
}

/// The type that `Complex64::new` and its kin make.
pub(crate) fn complex_constructor(function: &Expr) -> Option<DType> {
    let Expr::Path(path) = function else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev().skip(1);
    DType::from_name(&segments.next()?.ident.to_string()).filter(DType::is_complex)
}
