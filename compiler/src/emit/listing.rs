//! The compiled function as text for people: `show_code` and `BRAIN_JIT_SHOW`.

use super::function::Captured;
use super::readable::{clean, strip, tidy, tidy_text};
use crate::ir::graph::{AxisIndex, Bound, Graph, View};
use crate::ir::kernel::{Access, Argument, InstructionKind, Kernel, Operand};
use crate::ir::operation::Text;
use crate::passes::repeat::Repeat;
use crate::passes::step::{Block, Buffer, Launch, PlainArgument, Step};
use crate::syntax::text::{print, print_type};
use proc_macro2::TokenStream;

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
