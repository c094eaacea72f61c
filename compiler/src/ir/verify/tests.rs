use super::super::kernel::{Instruction, Operand, Store};
use super::super::types::{ArrayType, Rank};
use super::*;
use crate::ir::graph::{Place, PlaceId};
use crate::ir::region::Statement;
use proc_macro2::Span;

fn place(name: &str, dtype: DType, writable: bool) -> Place {
    Place {
        reads: Default::default(),
        name: name.into(),
        tokens: quote::quote!(place),
        ty: ArrayType::owned(dtype, Rank::Static(1)),
        writable,
        donated: false,
        summed: false,
        origin: None,
        at_entry: true,
        version: 0,
        writes: 0,
    }
}

/// `v` of `f32`, a constant `k` of `i32`, and the reads of both.
fn graph() -> (Graph, NodeId, NodeId) {
    let mut graph = Graph::default();
    let v = graph.add_place(place("self.v", DType::F32, true));
    let k = graph.add_place(place("self.k", DType::I32, false));
    let (v, k) = (
        graph.read(v, Span::call_site()),
        graph.read(k, Span::call_site()),
    );
    (graph, v, k)
}

fn apply(graph: &mut Graph, operation: Operation, args: &[NodeId], dtype: DType) -> NodeId {
    let kind = NodeKind::Elementwise {
        operation,
        args: args.to_vec(),
    };
    graph.add(kind, dtype, Rank::Static(1), Span::call_site())
}

fn write(place: usize, node: NodeId) -> Region {
    let kind = StatementKind::Write {
        place: PlaceId(place),
        view: None,
        node,
        mask: None,
        version: 1,
    };
    Region {
        statements: vec![Statement {
            span: proc_macro2::Span::call_site(),
            kind,
            source: "a write".into(),
        }],
        ..Region::default()
    }
}

#[track_caller]
fn found(problems: Problems, text: &str) {
    assert!(problems.iter().any(|p| p.contains(text)), "{problems:?}");
}

#[test]
fn a_sound_graph() {
    let (mut graph, v, _) = graph();
    let sum = apply(&mut graph, Operation::Add, &[v, v], DType::F32);
    let mask = apply(&mut graph, Operation::Less, &[v, sum], DType::Bool);
    let chosen = apply(&mut graph, Operation::Where, &[mask, v, sum], DType::F32);
    assert_eq!(method(&graph, &write(0, chosen), 0, 0), Problems::new());
}

#[test]
fn types_that_break_the_row() {
    for (operation, mixed, dtype, text) in [
        (Operation::Add, true, DType::F32, "Add of (f32, i32)"),
        (Operation::Add, false, DType::F64, "is `f32`, not `f64`"),
        (Operation::Less, false, DType::F32, "is `bool`, not `f32`"),
        (Operation::And, false, DType::F32, "And of (f32, f32)"),
        (Operation::Exp, false, DType::F32, "takes 1 operands, not 2"),
    ] {
        let (mut graph, v, k) = graph();
        apply(
            &mut graph,
            operation,
            &[v, if mixed { k } else { v }],
            dtype,
        );
        found(method(&graph, &Region::default(), 0, 0), text);
    }
}

#[test]
fn an_argument_that_comes_later() {
    let (mut graph, v, _) = graph();
    apply(&mut graph, Operation::Add, &[v, NodeId(7)], DType::F32);
    found(
        method(&graph, &Region::default(), 0, 0),
        "does not come before",
    );
}

#[test]
fn what_does_not_exist() {
    let (mut graph, v, _) = graph();
    let map = NodeKind::Map {
        function: 0,
        args: vec![v],
    };
    graph.add(map, DType::F32, Rank::Static(1), Span::call_site());
    graph.add(
        NodeKind::Host(3),
        DType::F32,
        Rank::Static(0),
        Span::call_site(),
    );
    let problems = method(&graph, &Region::default(), 0, 0);
    found(problems.clone(), "no function 0");
    found(problems, "no host scalar 3");
}

#[test]
fn writes_of_another_type_or_to_constants() {
    let (graph, v, k) = graph();
    found(method(&graph, &write(0, k), 0, 0), "receives `i32`");
    found(
        method(&graph, &write(1, v), 0, 0),
        "`self.k` is not writable",
    );
}

/// `v[i] = v[i] + v[i]`.
fn sound() -> Kernel {
    Kernel {
        source: "v += v".into(),
        operands: vec![Operand {
            name: "self.v".into(),
            dtype: DType::F32,
            rank: Rank::Static(1),
            access: Access::ReadWrite,
            buffer: 0,
        }],
        scalars: Vec::new(),
        body: vec![
            Instruction {
                dtype: DType::F32,
                kind: InstructionKind::Load(0),
                args: Vec::new(),
            },
            Instruction {
                dtype: DType::F32,
                kind: InstructionKind::Operation(Operation::Add),
                args: vec![Argument::Register(0), Argument::Register(0)],
            },
        ],
        stores: vec![Store {
            operand: 0,
            value: Argument::Register(1),
        }],
    }
}

#[test]
fn kernels() {
    assert_eq!(kernel(&sound(), 1, 0), Problems::new());
    found(kernel(&sound(), 0, 0), "has no buffer 0");

    let mut broken = sound();
    broken.body.swap(0, 1);
    found(kernel(&broken, 1, 0), "used before it is defined");

    let mut broken = sound();
    broken.body[1].args[1] = Argument::Literal("1".into(), DType::F64);
    found(kernel(&broken, 1, 0), "Add of (f32, f64)");

    let mut broken = sound();
    broken.stores[0].value = Argument::Scalar(0);
    found(kernel(&broken, 1, 0), "no scalar 0");

    let mut broken = sound();
    broken.stores.clear();
    found(kernel(&broken, 1, 0), "an output with 0 stores");

    let mut broken = sound();
    broken.operands[0].access = Access::Read;
    found(kernel(&broken, 1, 0), "read only");

    let mut broken = sound();
    broken.operands[0].dtype = DType::F64;
    found(kernel(&broken, 1, 0), "receives `f32`");

    let mut broken = sound();
    broken.body[0].kind = InstructionKind::Load(4);
    found(kernel(&broken, 1, 0), "no operand 4");
}
