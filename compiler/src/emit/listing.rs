//! The compiled function as text for people: `show_code` and `BRAIN_JIT_SHOW`.

use super::function::Captured;
use crate::ir::graph::{AxisIndex, Bound, Graph, View};
use crate::ir::kernel::{Access, Argument, InstructionKind, Kernel, Operand};
use crate::ir::operation::Text;
use crate::passes::repeat::Repeat;
use crate::passes::step::{Block, Buffer, Launch, PlainArgument, Step};
use crate::syntax::text::{print, print_type};
use proc_macro2::{Group, TokenStream, TokenTree};

/// The rewritten function and the names and types of what it captured.
pub fn show_code(
    name: &str,
    signature: &str,
    captured: &[Captured],
    bodies: &[(String, &Block, &Graph)],
) -> String {
    let mut out = format!("fn {name}{signature} {{\n");
    for (condition, body, graph) in bodies {
        let mut writer = Writer {
            out: String::new(),
            indent: 1,
            graph,
            index: index_name(signature, graph),
        };
        if condition.is_empty() {
            writer.block(body);
        } else {
            writer.line(&format!("if {condition} {{"));
            writer.indent = 2;
            writer.block(body);
            writer.indent = 1;
            writer.line("}");
        }
        out.push_str(&writer.out);
    }
    out.push_str("}\n");
    if captured.is_empty() {
        out.push_str("\ncaptures nothing\n");
    } else {
        out.push_str("\ncaptures:\n");
        for field in captured {
            let kind = if field.variable {
                "variable"
            } else {
                "constant"
            };
            out.push_str(&format!(
                "    {}: {} ({kind})\n",
                field.name,
                print_type(field.ty.clone())
            ));
        }
    }
    out
}

struct Writer<'a> {
    out: String,
    indent: usize,
    graph: &'a Graph,
    /// Of the loops over the elements.
    index: &'static str,
}

/// A name for the index of loops that nothing in the function has.
fn index_name(signature: &str, graph: &Graph) -> &'static str {
    let places = graph.places.iter().map(|place| place.tokens.to_string());
    let scalars = graph.hosts.iter().map(|scalar| scalar.tokens.to_string());
    let text: String = places.chain(scalars).map(|text| text + " ").collect();
    let text = text + signature;
    let taken: std::collections::HashSet<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    let names = ["i", "j", "k", "l", "index"];
    let free = names.into_iter().find(|name| !taken.contains(name));
    free.unwrap_or("element")
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(&"    ".repeat(self.indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, block: &Block) {
        for step in &block.steps {
            self.step(step);
        }
        if let Some(tail) = &block.tail {
            self.line(&tidy(tail.clone()));
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::At(_) => {}
            Step::Source(source) if source.is_empty() => {}
            Step::Source(source) => {
                for part in source.split("; ") {
                    self.line(&format!("// {}", part.trim_end_matches(';')));
                }
            }
            Step::Host {
                tokens: code,
                shown,
                holes,
            } => {
                let tokens = shown.as_ref().unwrap_or(code);
                if holes.is_empty() {
                    self.line(&tidy(tokens.clone()));
                } else {
                    if Repeat::of(code, holes, self.graph).is_some() {
                        self.line("// all passes in one launch");
                    }
                    self.control(tokens, holes);
                }
            }
            Step::Let {
                name,
                mutable,
                value,
                ..
            } => {
                let mutable = if *mutable { "mut " } else { "" };
                let name = clean(&name.to_string());
                let line = format!("let {mutable}{name} = {};", tidy(value.clone()));
                self.line(&line);
            }
            Step::Kernel(launch) => self.kernel(launch),
            Step::Operation {
                out,
                operation,
                args,
                ..
            } => {
                let args: Vec<String> = args.iter().map(|a| self.argument(a)).collect();
                self.line(&format!(
                    "let {} = {operation:?}({});",
                    clean(&out.to_string()),
                    args.join(", ")
                ));
            }
            Step::Call {
                out, call, args, ..
            } => {
                let args: Vec<String> = args.iter().map(|a| self.buffer(a)).collect();
                self.line(&format!(
                    "let {} = {}({});",
                    clean(&out.to_string()),
                    call.name(),
                    args.join(", ")
                ));
            }
            Step::CallInto {
                add,
                target,
                call,
                args,
                ..
            } => {
                let args: Vec<String> = args.iter().map(|a| self.buffer(a)).collect();
                let line = format!(
                    "{} {} {}({});",
                    self.buffer(target),
                    if *add { "+=" } else { "=" },
                    call.name(),
                    args.join(", ")
                );
                self.line(&line);
            }
            Step::Store { target, value, .. } => {
                let line = format!("{} = {};", self.element(target), self.argument(value));
                self.line(&line);
            }
            Step::AssignHost { target, value, .. } => {
                let line = format!("{} = {};", self.element(target), clean(&value.to_string()));
                self.line(&line);
            }
            Step::Scatter {
                place,
                index,
                value,
                ..
            } => {
                let place = self.graph.place(*place).tokens.clone();
                let line = format!(
                    "{}[{}] = {};",
                    tidy(place),
                    self.buffer(index),
                    self.argument(value)
                );
                self.line(&line);
            }
            Step::CheckMask { .. } | Step::Watch { .. } | Step::Watched { .. } => {}
        }
    }

    /// A host statement with blocks: its text in pieces around them.
    fn control(&mut self, tokens: &TokenStream, holes: &[(syn::Ident, Block)]) {
        let mut text = print(tokens.clone());
        for (name, _) in holes {
            text = text.replace(&format!("{{ {name} }}"), &name.to_string());
        }
        let mut rest = text.as_str();
        let mut line = String::new();
        for (name, block) in holes {
            let name = name.to_string();
            let Some((before, after)) = rest.split_once(&name) else {
                continue;
            };
            line.push_str(before);
            let opening = format!("{} {{", tidy_text(line.trim_end()));
            self.line(opening.trim_start());
            self.indent += 1;
            self.block(block);
            self.indent -= 1;
            line = "}".to_string();
            rest = after;
        }
        line.push_str(rest);
        let closing = tidy_text(&line);
        self.line(closing.trim());
    }

    fn kernel(&mut self, launch: &Launch) {
        let kernel = &launch.kernel;
        for (result, operand) in launch.results.iter().zip(&kernel.operands) {
            if let (Some(name), Access::Reduce(reduction)) = (result, operand.access) {
                self.line(&format!(
                    "let {} = {} over {};",
                    clean(&name.to_string()),
                    reduction.name(),
                    self.index
                ));
            } else if let (Some(name), Access::RowSum) = (result, operand.access) {
                self.line(&format!("let mut {} = zeros;", clean(&name.to_string())));
            } else if let Some(name) = result {
                self.line(&format!(
                    "let {} = new array of {};",
                    clean(&name.to_string()),
                    operand.dtype
                ));
            }
        }
        self.line(&format!("for {} in every index {{", self.index));
        self.indent += 1;
        self.body(launch);
        self.indent -= 1;
        self.line("}");
    }

    fn body(&mut self, launch: &Launch) {
        let kernel = &launch.kernel;
        let mut texts: Vec<String> = Vec::new();
        let mut uses = vec![0usize; kernel.body.len()];
        for argument in kernel
            .body
            .iter()
            .flat_map(|i| &i.args)
            .chain(kernel.stores.iter().map(|s| &s.value))
        {
            if let Argument::Register(r) = argument {
                uses[*r] += 1;
            }
        }
        for (k, instruction) in kernel.body.iter().enumerate() {
            let args: Vec<String> = instruction
                .args
                .iter()
                .map(|a| self.value(a, launch, &texts))
                .collect();
            let text = match &instruction.kind {
                InstructionKind::Load(operand) => self.operand(kernel, *operand, launch),
                InstructionKind::Cast => format!("({} as {})", args.join(", "), instruction.dtype),
                InstructionKind::Map(function) => {
                    let function = tidy(launch.values[kernel.scalars[*function].value].clone());
                    format!("({function})({})", args.join(", "))
                }
                InstructionKind::Operation(operation) => operation_text(operation.row(), &args),
            };
            let load = matches!(instruction.kind, InstructionKind::Load(_));
            if uses[k] > 1 && !load {
                self.line(&format!("let t{k} = {};", strip(&text)));
                texts.push(format!("t{k}"));
            } else {
                texts.push(text);
            }
        }
        for store in &kernel.stores {
            let value = self.value(&store.value, launch, &texts);
            let operand = &kernel.operands[store.operand];
            let line = match (
                operand.access,
                launch.results.get(store.operand).and_then(Option::as_ref),
            ) {
                (Access::Reduce(reduction), Some(name)) => {
                    format!(
                        "{} of {} into {};",
                        reduction.name(),
                        strip(&value),
                        clean(&name.to_string())
                    )
                }
                (Access::RowSum, Some(name)) => {
                    let matrix = self.buffer(&launch.buffers[operand.buffer]);
                    format!(
                        "{} += {} * {matrix}[{}, ..];",
                        clean(&name.to_string()),
                        strip(&value),
                        self.index
                    )
                }
                (_, Some(name)) => format!(
                    "{}[{}] = {};",
                    clean(&name.to_string()),
                    self.index,
                    strip(&value)
                ),
                _ => format!(
                    "{} = {};",
                    self.operand(kernel, store.operand, launch),
                    strip(&value)
                ),
            };
            self.line(&line);
        }
    }

    fn value(&self, argument: &Argument, launch: &Launch, texts: &[String]) -> String {
        match argument {
            Argument::Register(r) => texts[*r].clone(),
            Argument::Scalar(s) => tidy(launch.values[launch.kernel.scalars[*s].value].clone()),
            Argument::Literal(text, dtype) if dtype.is_float() && !text.contains(['.', 'e']) => {
                format!("{text}.0")
            }
            Argument::Literal(text, _) => text.clone(),
        }
    }

    fn operand(&self, kernel: &Kernel, operand: usize, launch: &Launch) -> String {
        let Operand { buffer, access, .. } = kernel.operands[operand];
        if access == Access::RowProduct {
            let (matrix, vector) = (&launch.buffers[buffer], &launch.buffers[buffer + 1]);
            let (matrix, vector) = (self.buffer(matrix), self.buffer(vector));
            return format!("({matrix}[{}, ..] · {vector})", self.index);
        }
        match launch.buffers.get(buffer) {
            Some(buffer) => self.element(buffer),
            None => format!("result[{}]", self.index),
        }
    }

    fn element(&self, buffer: &Buffer) -> String {
        let (text, index) = (self.buffer(buffer), self.index);
        if text.contains(' ') {
            format!("({text})[{index}]")
        } else {
            format!("{text}[{index}]")
        }
    }

    fn buffer(&self, buffer: &Buffer) -> String {
        let (mut text, views) = match buffer {
            Buffer::Place { place, views } => {
                let place = self.graph.place(*place);
                (tidy(place.tokens.clone()), views)
            }
            Buffer::Local { name, views, .. } => (clean(&name.to_string()), views),
            Buffer::Draw { name } => return clean(&name.to_string()),
        };
        for view in views {
            match view {
                View::Transpose => text.push_str(".t()"),
                View::Index(axes) => {
                    let axes: Vec<String> = axes.iter().map(|a| self.axis(a)).collect();
                    text.push_str(&format!("[{}]", axes.join(", ")));
                }
            }
        }
        text
    }

    fn axis(&self, axis: &AxisIndex) -> String {
        let bound = |b: &Bound| match b {
            Bound::Literal(number) => number.to_string(),
            Bound::Host(number) => tidy(self.graph.hosts[*number].tokens.clone()),
        };
        match axis {
            AxisIndex::At(position) => bound(position),
            AxisIndex::NewAxis => "NEWAXIS".into(),
            AxisIndex::Range { start, end, step } => {
                let side = |b: &Option<Bound>| b.as_ref().map(bound).unwrap_or_default();
                let step = step
                    .as_ref()
                    .map(|s| format!(";{}", bound(s)))
                    .unwrap_or_default();
                format!("{}..{}{step}", side(start), side(end))
            }
        }
    }

    fn argument(&self, argument: &PlainArgument) -> String {
        match argument {
            PlainArgument::Array(buffer) => self.buffer(buffer),
            PlainArgument::Scalar(tokens, _) => tidy(tokens.clone()),
        }
    }
}

fn operation_text(row: &crate::ir::operation::Row, args: &[String]) -> String {
    match (row.text, args) {
        (Text::Infix { symbol, .. } | Text::Checked { symbol, .. }, [a, b]) => {
            format!("({a} {symbol} {b})")
        }
        (Text::Prefix { symbol, .. }, [a]) => format!("{symbol}{a}"),
        (Text::Select, [c, a, b]) => format!("(if {} {{ {a} }} else {{ {b} }})", strip(c)),
        (Text::Copy, [a, ..]) => a.clone(),
        (Text::Math(name) | Text::Exact(name), args) => {
            let args: Vec<&str> = args.iter().map(|a| strip(a)).collect();
            format!("{name}({})", args.join(", "))
        }
        (_, args) => args.join(", "),
    }
}

/// Without the parentheses around the whole.
fn strip(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else {
        return text;
    };
    let mut depth = 0i32;
    for c in inner.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return text;
        }
    }
    inner
}

fn clean(name: &str) -> String {
    name.trim_start_matches("__").to_string()
}

fn tidy(tokens: TokenStream) -> String {
    tidy_text(&print(indexed(tokens)))
}

/// Checked accesses to elements as `array[index]`, numbers of unseen type as they are.
fn indexed(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(tree) = tokens.next() {
        let TokenTree::Group(group) = tree else {
            out.push(tree);
            continue;
        };
        if matches!(out.last(), Some(TokenTree::Ident(name)) if name == "Beside") {
            // `::brain_jit::__private::Beside` is nine tokens; `.take::<f32>()` follows.
            out.truncate(out.len().saturating_sub(9));
            let inner: Vec<TokenTree> = indexed(group.stream()).into_iter().collect();
            match <[TokenTree; 1]>::try_from(inner) {
                Ok([one]) => out.push(one),
                Err(many) => {
                    let many = many.into_iter().collect();
                    out.push(Group::new(group.delimiter(), many).into());
                }
            }
            tokens
                .by_ref()
                .find(|tree| matches!(tree, TokenTree::Group(_)));
            continue;
        }
        if let Some((start, length)) = length_of(&out, &group) {
            out.truncate(start);
            out.extend(length);
            continue;
        }
        let called = matches!(out.as_slice(), [.., TokenTree::Ident(name), TokenTree::Punct(bang)]
            if bang.as_char() == '!' && name.to_string().contains("element"));
        let parts: Vec<TokenTree> = group.stream().into_iter().collect();
        match parts.as_slice() {
            // `::brain_jit::__private::element!` is ten tokens.
            [TokenTree::Group(array), TokenTree::Group(index), ..] if called => {
                out.truncate(out.len().saturating_sub(10));
                out.extend(indexed(array.stream()));
                out.push(Group::new(index.delimiter(), indexed(index.stream())).into());
            }
            _ => out.push(Group::new(group.delimiter(), indexed(group.stream())).into()),
        }
    }
    out.into_iter().collect()
}

/// What the call of `count` or `axis_length` that ends with these arguments is to a reader, and where it begins: `n.len()`,
/// `n.shape()[0]`.
fn length_of(before: &[TokenTree], arguments: &Group) -> Option<(usize, TokenStream)> {
    let called = |tree: &TokenTree| matches!(tree, TokenTree::Ident(name) if name == "count" || name == "axis_length");
    let position = before.iter().rposition(called)?;
    let typed = matches!(before.last(), Some(TokenTree::Punct(end)) if end.as_char() == '>');
    let [
        ..,
        TokenTree::Ident(owner),
        TokenTree::Punct(_),
        TokenTree::Punct(_),
    ] = &before[..position]
    else {
        return None;
    };
    if !typed || owner != "__private" {
        return None;
    }
    let mut names = Vec::new();
    names_of(arguments.stream(), &mut names);
    let names = names.join(", ");
    let array = match names.contains(", ") {
        true => format!("broadcast({names})"),
        false => names,
    };
    let last = arguments.stream().into_iter().last();
    let text = match (before[position].to_string().as_str(), last) {
        ("axis_length", Some(TokenTree::Group(axis))) => {
            format!("{array}.shape()[{}]", axis.stream())
        }
        _ => format!("{array}.len()"),
    };
    // `::brain_jit::__private::` is eight tokens.
    Some((position.checked_sub(8)?, text.parse().ok()?))
}

/// The names in `("self.v", shape)` and its kin, without `self`.
fn names_of(tokens: TokenStream, names: &mut Vec<String>) {
    let mut call = false;
    for tree in tokens {
        if let TokenTree::Group(group) = &tree {
            match group.stream().into_iter().next() {
                Some(TokenTree::Literal(name)) if !call && name.to_string().starts_with('"') => {
                    let name = name.to_string();
                    names.push(
                        name.trim_matches('"')
                            .trim_start_matches("self.")
                            .to_string(),
                    );
                }
                _ => names_of(group.stream(), names),
            }
        }
        call = matches!(tree, TokenTree::Ident(_));
    }
}

/// Generated text as a person would write it.
fn tidy_text(text: &str) -> String {
    let mut text = text
        .replace("::brain_jit::__private::scalar::", "bm::")
        .replace("::brain_jit::__private::kernel::", "")
        .replace("::brain_jit::__private::", "")
        .replace("__", "");
    // `(*v)` is `v` to a reader, unless it is the argument of a call.
    let mut from = 0;
    while let Some(found) = text[from..].find("(*") {
        let start = from + found;
        let Some(length) = text[start..].find(')') else {
            break;
        };
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
        let inner = text[start + 2..start + length].to_string();
        let before = text[..start].rsplit(|c| !word(c)).next().unwrap_or("");
        let keyword = ["mut", "in", "return", "if", "while", "match"].contains(&before);
        from = start + 2;
        if inner.chars().all(word) && (before.is_empty() || keyword) {
            let space = if keyword { " " } else { "" };
            text.replace_range(start..start + length + 1, &format!("{space}{inner}"));
            from = start;
        }
    }
    text
}
