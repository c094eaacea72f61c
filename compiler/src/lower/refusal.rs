//! Numbers that do not fit: those of another type than the arrays that they stand beside, and what ndarray's methods give.

use super::Lowering;
use super::index::Index;
use crate::check::catalogue::Code;
use crate::ir::types::{Container, DType};
use syn::{Expr, ExprMethodCall, UnOp};

impl Lowering<'_> {
    /// `&mut v[1..]`: Rust's indexing gives elements of arrays alone.
    pub(crate) fn refuse_borrowed_part(&mut self, expr: &Expr) {
        let Expr::Index(part) = expr else {
            return;
        };
        let owner = self.array_type(&part.expr);
        if owner.is_none_or(|ty| ty.container == Container::Slice) || self.place(expr).is_some() {
            return;
        }
        self.open_probe();
        let base = self.array(&part.expr);
        let index = base.and_then(|base| self.index(base, &part.index));
        self.close_probe();
        if matches!(index, None | Some(Index::Element(_))) {
            return;
        }
        let (array, index) = (&part.expr, &part.index);
        let (array, index) = (super::source_text(array), super::source_text(index));
        self.errors.report(
            Code::UnsupportedIndex,
            expr,
            format!("`&mut {array}[{index}]` would borrow a part of an array, which has no place of its own"),
            format!("write to the part where it stands: `{array}[{index}] += …`; for other code take ndarray's view: `{array}.slice_mut(s![{index}])`"),
        );
    }

    /// Reports a position of an element that is no `usize`, which Rust's arrays take alone.
    pub(super) fn refuse_position(&mut self, position: &Expr) {
        let text = super::source_text(position);
        let (what, help) = match position {
            _ if super::operand::literal(position).is_some() => return,
            Expr::Unary(back) if matches!(back.op, UnOp::Neg(_)) => {
                let back = super::source_text(&back.expr);
                (
                    "is not written as a number, and only such ones count from the end".into(),
                    format!("count from the beginning: `[v.len() - {back}]`"),
                )
            }
            _ => match self.scalar_type(position) {
                Some(known)
                    if known.is_integer() && known != DType::Usize && self.is_certain(position) =>
                {
                    let bare = is_simple(position);
                    let cast = if bare {
                        text.clone()
                    } else {
                        format!("({text})")
                    };
                    (
                        format!("is `{known}`, and a position of an element is a `usize`"),
                        format!("cast it: `[{cast} as usize]`"),
                    )
                }
                _ => return,
            },
        };
        let what = format!("the position `{text}` {what}");
        self.errors
            .report(Code::UnsupportedIndex, position, what, help);
    }

    /// Reports a write of an array to what no array is known of, or to a part of it: Rust itself has no assignment to parts.
    pub(super) fn refuse_unseen(&mut self, base: &Expr, index: Option<&Expr>, value: &Expr) {
        let ranges = |e: &Expr| matches!(e, Expr::Range(_));
        let part = index.is_some_and(|index| match index {
            Expr::Tuple(tuple) => tuple.elems.iter().any(ranges),
            Expr::Macro(_) => true,
            other => ranges(other),
        });
        let made = self.untyped(base);
        self.open_probe();
        let known = self.array(base).is_some()
            || self.scalar_type(base).is_some()
            || self.field(base).is_some();
        let value = self.array(value);
        self.close_probe();
        let array = value.map(|value| self.graph.node(value));
        let array = array.filter(|value| !value.is_scalar());
        if known || !part && (array.is_none() || made.is_none()) {
            return;
        }
        let element = array.map_or("f64".into(), |array| array.dtype.to_string());
        let text = super::source_text(base);
        let help = match (base, made) {
            (_, Some(made)) => {
                let constructor = made.replace("ELEMENT", &element);
                format!("write the type of its elements: `{constructor}`")
            }
            (Expr::Path(_), _) => format!(
                "write its type where it gets its name: `let mut {text}: Array1<{element}> = …`"
            ),
            (Expr::Field(_), _) => format!(
                "give it a name with its type: `let part: &mut Array1<{element}> = &mut {text};`"
            ),
            _ => return,
        };
        let what = format!("`{text}` is written, but `#[brain_jit]` does not see what array it is");
        self.errors.report(Code::DTypeMismatch, base, what, help);
    }

    /// `Array1::<ELEMENT>::zeros(…)` for a name that is bound to `Array1::zeros(…)`.
    fn untyped(&self, expr: &Expr) -> Option<String> {
        let Expr::Path(path) = expr else { return None };
        match self.scopes.get(&path.path.get_ident()?.to_string())? {
            super::scope::Local::Made(constructor) => Some(constructor.clone()),
            _ => None,
        }
    }

    /// Reports a scalar of type `known` where one `wanted` must stand; says whether it did.
    pub(super) fn refuse_scalar(
        &mut self,
        expr: &Expr,
        known: Option<&DType>,
        wanted: &DType,
    ) -> bool {
        let Some(known) = known.filter(|known| *known != wanted && self.is_certain(expr)) else {
            return false;
        };
        let text = super::source_text(expr);
        let mut bare = text.trim_start_matches('&').to_string();
        if self.is_reference(expr) {
            bare.insert(0, '*');
        }
        let help = match expr {
            Expr::Lit(_) => {
                "leave its suffix away: it takes the type of what it stands beside".into()
            }
            _ => help(&bare, is_simple(expr), known, wanted),
        };
        self.errors.report(
            Code::DTypeMismatch,
            expr,
            format!("`{text}` is `{known}`, and this place takes `{wanted}`"),
            help,
        );
        true
    }

    /// The same for what is written to an element.
    pub(super) fn refuse_element(&mut self, target: &Expr, value: &Expr) {
        if let Expr::Index(index) = target
            && let Some(array) = self.array_type(&index.expr)
            && super::operand::literal(value).is_none()
        {
            let known = self.scalar_type(value);
            self.refuse_scalar(value, known.as_ref(), &array.dtype);
        }
        let dtype = match target {
            Expr::Index(index) => self.array_type(&index.expr).map(|array| array.dtype),
            other => self.scalar_type(other),
        };
        if let Some(dtype) = dtype {
            self.refuse_option(value, &dtype);
        }
    }

    /// Reports a method of ndarray that gives an `Option`, because an array may be empty, where numbers must stand.
    pub(super) fn refuse_option(&mut self, expr: &Expr, wanted: &DType) -> bool {
        let Expr::MethodCall(call) = super::library::stripped(expr) else {
            return false;
        };
        let Some(array) = self.receiver_text(call) else {
            return false;
        };
        let instead = match call.method.to_string().as_str() {
            "mean" => format!("bm::mean({array})"),
            "mean_axis" => format!("bm::mean_axis({array}, axis)"),
            "first" => format!("{}[0]", array.trim_start_matches('&')),
            "last" => format!("{}[-1]", array.trim_start_matches('&')),
            _ => return false,
        };
        let (text, method) = (super::source_text(expr), &call.method);
        self.errors.report(
            Code::DTypeMismatch,
            expr,
            format!("`{text}` is an `Option`, because an array may be empty, and this place takes `{wanted}`"),
            format!("write `{instead}`; `.{method}(..)` is ndarray's, `.unwrap()` takes the value out of the `Option`"),
        );
        true
    }

    /// Reports a method of ndarray whose arguments are NumPy's.
    pub(super) fn refuse_arguments(&mut self, call: &ExprMethodCall) {
        let number =
            |arg: Option<&Expr>| arg.is_some_and(|arg| super::operand::literal(arg).is_some());
        let (name, first) = (call.method.to_string(), call.args.first());
        let (takes, instead) = match (name.as_str(), call.args.len()) {
            ("std" | "var", 0) => ("the correction `ddof`", format!("bm::{name}(ARRAY)")),
            ("std" | "var", 1) => match first.and_then(super::operand::literal) {
                Some(ddof) if !ddof.contains('.') => (
                    "the correction `ddof` as a float",
                    format!("bm::{name}_ddof(ARRAY, {ddof}.0)"),
                ),
                _ => return,
            },
            ("sum_axis" | "mean_axis" | "product_axis", 1) if number(first) => {
                let axis = first.map(super::source_text).unwrap_or_default();
                (
                    "an `ndarray::Axis`",
                    format!("bm::{}(ARRAY, {axis})", name.replace("product", "prod")),
                )
            }
            _ => return,
        };
        let Some(array) = self.receiver_text(call) else {
            return;
        };
        self.errors.report(
            Code::ArgumentCount,
            call,
            format!("`.{name}(..)` is ndarray's, and takes {takes}"),
            format!("write `{}`", instead.replace("ARRAY", &array)),
        );
    }

    /// The array that a method is called on, as an argument; none if it is a number or unknown.
    fn receiver_text(&mut self, call: &ExprMethodCall) -> Option<String> {
        self.open_probe();
        let node = self.array(&call.receiver);
        self.close_probe();
        node.filter(|node| !self.graph.node(*node).is_scalar())?;
        let text = super::source_text(&call.receiver);
        Some(match &*call.receiver {
            Expr::Field(_) | Expr::Index(_) => format!("&{text}"),
            Expr::Paren(inner) => super::source_text(&inner.expr),
            _ => text,
        })
    }

    /// Reports a written number that is none of the array's type: `2.5` beside integers.
    pub(super) fn refuse_literal(&mut self, expr: &Expr, text: &str, wanted: &DType) -> bool {
        let boolean = text == "true" || text == "false";
        let fraction = !boolean && text.contains(['.', 'e', 'E']);
        let (what, help) = match wanted {
            DType::Bool if !boolean => (
                "a number",
                "cast the mask first, for instance `(mask as f32)`, or write `true` or `false`"
                    .to_string(),
            ),
            DType::Bool => return false,
            _ if boolean => (
                "a `bool`",
                format!(
                    "write {}",
                    if wanted.is_integer() {
                        "0 or 1"
                    } else {
                        "0.0 or 1.0"
                    }
                ),
            ),
            _ if fraction && wanted.is_integer() => (
                "a fraction",
                format!(
                    "write a whole number, or cast the array: `(x as f64)`; floats go back with `(… as {wanted})`"
                ),
            ),
            _ => return false,
        };
        self.errors.report(
            Code::DTypeMismatch,
            expr,
            format!("`{text}` is {what}, and this place takes `{wanted}`"),
            help,
        );
        true
    }

    /// Whether what is known of the type of a scalar follows from all of its parts, and not from one of them.
    fn is_certain(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(e) => self.is_certain(&e.expr),
            Expr::Group(e) => self.is_certain(&e.expr),
            Expr::Reference(e) => self.is_certain(&e.expr),
            Expr::Unary(e) => self.is_certain(&e.expr),
            Expr::Binary(e) => {
                let types = [&e.left, &e.right].map(|side| {
                    let number = super::operand::literal(side).is_some() || self.is_weak(side);
                    (number, self.scalar_type(side), self.is_certain(side))
                });
                match types {
                    [(_, Some(left), true), (_, Some(right), true)] => left == right,
                    [(_, Some(_), true), (number, ..)] | [(number, ..), (_, Some(_), true)] => {
                        number
                    }
                    _ => false,
                }
            }
            Expr::MethodCall(e) => {
                super::field::is_self(&e.receiver)
                    || e.method == "len"
                    || self.scalar_type(&e.receiver).is_some() && self.is_certain(&e.receiver)
            }
            Expr::Call(e) => {
                let mut args = e.args.iter();
                args.all(|arg| super::operand::literal(arg).is_some() || self.is_certain(arg))
            }
            Expr::Lit(_) | Expr::Path(_) | Expr::Field(_) | Expr::Cast(_) | Expr::Index(_) => {
                self.scalar_type(expr).is_some()
            }
            _ => false,
        }
    }
}

/// What to write instead of the scalar.
fn help(bare: &str, simple: bool, known: &DType, wanted: &DType) -> String {
    let operand = if simple || bare.starts_with('(') {
        bare.to_string()
    } else {
        format!("({bare})")
    };
    match (known, wanted) {
        (_, DType::Bool) => format!(
            "compare it: `({operand} != 0{})`",
            if known.is_integer() { "" } else { ".0" }
        ),
        (DType::Generic(name), _) => format!(
            "`{name}` may be any float: let the array be one of `{name}` too, or the number a `{wanted}`"
        ),
        (_, DType::Generic(name)) => {
            format!("write `{name}::from_f64(f64::from({bare}))`, or take the number as a `{name}`")
        }
        (DType::Bool, _) if wanted.is_integer() => format!("write `({operand} as {wanted})`"),
        (DType::Bool, _) => format!("write `(u8::from({bare}) as {})`", wanted.part()),
        (known, wanted) if known.is_complex() && wanted.is_complex() => format!(
            "bring both to one precision: `{wanted}::new({operand}.re as {0}, {operand}.im as {0})`",
            wanted.part()
        ),
        (known, _) if known.is_complex() => {
            format!(
                "take a part of it, `{operand}.re` or `{operand}.im`, or cast the array: `(x as {known})`"
            )
        }
        _ => format!(
            "write `({operand} as {})`; nothing is promoted implicitly",
            wanted.part()
        ),
    }
}

/// Whether `as` binds to all of the expression.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(e) => is_simple(&e.expr),
        Expr::Unary(e) => !matches!(e.op, UnOp::Not(_)),
        Expr::Binary(_) | Expr::Cast(_) | Expr::If(_) | Expr::Match(_) => false,
        _ => true,
    }
}
