//! The verifier: what must hold between the passes. A compiler error found here is our own.

use super::graph::{Graph, NodeId, NodeKind};
use super::kernel::{Access, Argument, InstructionKind, Kernel};
use super::operation::{Operation, Reduction, Rule};
use super::region::{HostCode, Region, StatementKind, Value};
use super::types::DType;

/// What is wrong; empty if nothing is.
pub type Problems = Vec<String>;

/// Checks a lowered method.
pub fn method(graph: &Graph, body: &Region, functions: usize, draws: usize) -> Problems {
    let mut problems = Vec::new();
    for id in graph.ids() {
        node(graph, id, functions, draws, &mut problems);
    }
    region(graph, body, &mut problems);
    problems
}

fn node(graph: &Graph, id: NodeId, functions: usize, draws: usize, problems: &mut Problems) {
    let found = graph.node(id);
    let mut wrong = |what: String| problems.push(format!("node {}: {what}", id.0));
    let arguments = graph.arguments(id);
    if let Some(late) = arguments.iter().find(|arg| arg.0 >= id.0) {
        return wrong(format!("its argument {} does not come before it", late.0));
    }
    let types: Vec<&DType> = arguments
        .iter()
        .map(|arg| &graph.node(*arg).dtype)
        .collect();
    match &found.kind {
        NodeKind::Read { place, .. } => match graph.places.get(place.0) {
            None => wrong(format!("no place {}", place.0)),
            Some(place) if place.ty.dtype != found.dtype || place.ty.rank != found.rank => {
                wrong(format!("is not of the type of `{}`", place.name));
            }
            Some(_) => {}
        },
        NodeKind::Host(number) if graph.hosts.get(*number).is_none() => {
            wrong(format!("no host scalar {number}"))
        }
        NodeKind::Map { function, .. } if *function >= functions => {
            wrong(format!("no function {function}"))
        }
        NodeKind::Draw { draw } if *draw >= draws => wrong(format!("no draw {draw}")),
        NodeKind::Elementwise { operation, .. } => {
            if let Err(what) = operation_type(*operation, &types, &found.dtype) {
                wrong(what);
            }
        }
        NodeKind::View { .. } if *types[0] != found.dtype => {
            wrong("a view changes the element type".into())
        }
        NodeKind::Reduce { reduction, .. } => {
            if !reduction.fuses() {
                wrong(format!("{} does not fuse", reduction.name()));
            }
            if reduction.dtype(types[0]) != found.dtype || !found.is_scalar() {
                wrong(format!(
                    "{} of `{}` is no scalar `{}`",
                    reduction.name(),
                    types[0],
                    found.dtype
                ));
            }
        }
        _ => {}
    }
}

/// The rule of the operation's row, on the types of its operands and its result.
fn operation_type(operation: Operation, operands: &[&DType], result: &DType) -> Result<(), String> {
    let row = operation.row();
    let text = |types: &[&DType]| {
        types
            .iter()
            .map(|t| t.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if operands.len() != row.arity {
        return Err(format!(
            "{} takes {} operands, not {}",
            row.name,
            row.arity,
            operands.len()
        ));
    }
    let values = match row.rule {
        Rule::Select if *operands[0] != DType::Bool => {
            return Err(format!("{} chooses by `{}`", row.name, operands[0]));
        }
        Rule::Select => &operands[1..],
        Rule::IntegerPower if *operands[1] != DType::I32 => {
            return Err(format!("an exponent `{}`", operands[1]));
        }
        Rule::IntegerPower => &operands[..1],
        _ => operands,
    };
    if values.iter().any(|t| *t != values[0]) || !operation.accepts(values[0]) {
        return Err(format!("{} of ({})", row.name, text(operands)));
    }
    let wanted = operation.result(values[0]);
    if *result != wanted {
        return Err(format!(
            "{} of ({}) is `{wanted}`, not `{result}`",
            row.name,
            text(operands)
        ));
    }
    Ok(())
}

fn region(graph: &Graph, body: &Region, problems: &mut Problems) {
    for statement in &body.statements {
        let mut wrong = |what: String| problems.push(format!("`{}`: {what}", statement.source));
        match &statement.kind {
            StatementKind::Write {
                place, node, mask, ..
            } => {
                let place = graph.place(*place);
                if !place.writable {
                    wrong(format!("`{}` is not writable", place.name));
                }
                if graph.node(*node).dtype != place.ty.dtype {
                    wrong(format!(
                        "`{}` receives `{}`",
                        place.name,
                        graph.node(*node).dtype
                    ));
                }
                if mask.is_some_and(|mask| graph.node(mask).dtype != DType::Bool) {
                    wrong("the mask is not of bools".into());
                }
            }
            StatementKind::Scatter { place, value, .. } => {
                let place = graph.place(*place);
                if !place.writable {
                    wrong(format!("`{}` is not writable", place.name));
                }
                if graph.node(*value).dtype != place.ty.dtype {
                    wrong(format!(
                        "`{}` receives `{}`",
                        place.name,
                        graph.node(*value).dtype
                    ));
                }
            }
            StatementKind::AssignHost { place, .. } if !graph.place(*place).writable => {
                wrong(format!("`{}` is not writable", graph.place(*place).name));
            }
            StatementKind::Host(code) => holes(graph, code, problems),
            _ => {}
        }
    }
    if let Some(Value::Host(code)) = &body.tail {
        holes(graph, code, problems);
    }
}

fn holes(graph: &Graph, code: &HostCode, problems: &mut Problems) {
    for hole in &code.holes {
        region(graph, &hole.region, problems);
    }
}

/// Checks a kernel: what its instructions, operands and stores name exists, and the types agree.
pub fn kernel(kernel: &Kernel, buffers: usize, values: usize) -> Problems {
    let mut problems = Vec::new();
    for (k, instruction) in kernel.body.iter().enumerate() {
        let mut wrong = |what: String| problems.push(format!("register {k}: {what}"));
        let types: Result<Vec<DType>, String> = instruction
            .args
            .iter()
            .map(|arg| argument_type(kernel, arg, k))
            .collect();
        let types = match types {
            Ok(types) => types,
            Err(what) => {
                wrong(what);
                continue;
            }
        };
        let types: Vec<&DType> = types.iter().collect();
        match &instruction.kind {
            InstructionKind::Load(operand) => match kernel.operands.get(*operand) {
                None => wrong(format!("no operand {operand}")),
                Some(read)
                    if !matches!(
                        read.access,
                        Access::Read | Access::ReadWrite | Access::Source | Access::RowProduct
                    ) =>
                {
                    wrong(format!("`{}` is written only", read.name));
                }
                Some(read) if read.dtype != instruction.dtype => {
                    wrong(format!(
                        "`{}` holds `{}`, not `{}`",
                        read.name, read.dtype, instruction.dtype
                    ));
                }
                Some(_) => {}
            },
            InstructionKind::Operation(operation) => {
                if let Err(what) = operation_type(*operation, &types, &instruction.dtype) {
                    wrong(what);
                }
            }
            InstructionKind::Map(function)
                if kernel
                    .scalars
                    .get(*function)
                    .is_none_or(|s| s.dtype.is_some()) =>
            {
                wrong(format!("scalar {function} is no function"));
            }
            _ => {}
        }
    }
    for scalar in &kernel.scalars {
        if scalar.value >= values {
            problems.push(format!("no host value {}", scalar.value));
        }
    }
    let in_buffer = |access| {
        matches!(
            access,
            Access::Read | Access::ReadWrite | Access::Write | Access::RowProduct | Access::RowSum
        )
    };
    for operand in &kernel.operands {
        if in_buffer(operand.access) && operand.buffer >= buffers {
            problems.push(format!(
                "`{}` has no buffer {}",
                operand.name, operand.buffer
            ));
        }
    }
    stores(kernel, &mut problems);
    problems
}

fn stores(kernel: &Kernel, problems: &mut Problems) {
    for store in &kernel.stores {
        let Some(operand) = kernel.operands.get(store.operand) else {
            problems.push(format!(
                "a store to operand {}, which is none",
                store.operand
            ));
            continue;
        };
        let wanted = match operand.access {
            Access::Reduce(Reduction::Any | Reduction::All) => &DType::Bool,
            _ => &operand.dtype,
        };
        match argument_type(kernel, &store.value, kernel.body.len()) {
            _ if !operand.access.is_output() => {
                problems.push(format!("`{}` is read only", operand.name))
            }
            Err(what) => problems.push(format!("the store to `{}`: {what}", operand.name)),
            Ok(found) if found != *wanted => {
                problems.push(format!(
                    "`{}` holds `{wanted}` and receives `{found}`",
                    operand.name
                ));
            }
            Ok(_) => {}
        }
    }
    for (k, operand) in kernel.operands.iter().enumerate() {
        let count = kernel
            .stores
            .iter()
            .filter(|store| store.operand == k)
            .count();
        if operand.access.is_output() && count != 1 {
            problems.push(format!(
                "`{}` is an output with {count} stores",
                operand.name
            ));
        }
    }
}

/// The type of an argument of the instruction at `position`.
fn argument_type(kernel: &Kernel, argument: &Argument, position: usize) -> Result<DType, String> {
    match argument {
        Argument::Register(register) if *register >= position => {
            Err(format!("register {register} is used before it is defined"))
        }
        Argument::Register(register) => Ok(kernel.body[*register].dtype.clone()),
        Argument::Scalar(scalar) => match kernel.scalars.get(*scalar) {
            None => Err(format!("no scalar {scalar}")),
            Some(scalar) => scalar
                .dtype
                .clone()
                .ok_or("a function is no value".to_string()),
        },
        Argument::Literal(_, dtype) => Ok(dtype.clone()),
    }
}

#[cfg(test)]
mod tests;
