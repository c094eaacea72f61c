//! What becomes one kernel and what does not.

use brain_jit_compiler::check::errors::Errors;
use brain_jit_compiler::ir::graph::Call;
use brain_jit_compiler::ir::kernel::{Access, InstructionKind};
use brain_jit_compiler::ir::operation::Operation;
use brain_jit_compiler::ir::verify;
use brain_jit_compiler::lower::lower;
use brain_jit_compiler::model::{block::Block as ImplBlock, object::Object};
use brain_jit_compiler::passes::schedule::{Mode, Scheduler};
use brain_jit_compiler::passes::step::{Block, Launch, Step};
use brain_jit_compiler::passes::{uses::Uses, visible};
use brain_jit_compiler::syntax::types::TypeScope;
use quote::quote;

/// A compiled `update` with this body.
struct Compiled {
    fused: Block,
    plain: Block,
}

fn compile(body: &str) -> Compiled {
    let payload = quote!(
        struct Neuron {
            variable v: Array1<f32>,
            variable w: Array1<f32>,
            variable m: Array2<f32>,
            variable t: f32,
            constant tau: f32,
        }
    );
    let object = Object::parse_payload(payload).expect("a payload");
    let method = format!(
        "impl Neuron {{
            fn update(&mut self, x: &Array1<f32>, y: &Array2<f32>, n: usize, dt: f32) {{ {body} }}
            fn grow(&mut self, by: f32) {{ self.v *= by; }}
        }}"
    );
    let mut errors = Errors::default();
    let block = ImplBlock::parse(syn::parse_str(&method).expect("a method"), &mut errors);
    let types = TypeScope::new([&block.methods[0].signature.generics]);
    let mut lowered = lower(
        Some(&object),
        &block.methods,
        &[],
        types,
        &block.methods[0],
        &mut errors,
    );
    assert!(errors.is_empty(), "{:?}", errors.texts());
    visible::mark(&lowered.graph, &mut lowered.body);
    assert_eq!(
        verify::method(
            &lowered.graph,
            &lowered.body,
            lowered.functions.len(),
            lowered.draws.len()
        ),
        Vec::<String>::new()
    );
    let uses = Uses::of(&lowered.graph, &lowered.body);
    let schedule = |mode| {
        Scheduler::new(
            &lowered.graph,
            &lowered.functions,
            &lowered.draws,
            &uses,
            mode,
            "Neuron::update",
        )
        .region(&lowered.body)
    };
    let (fused, plain) = (schedule(Mode::Fused), schedule(Mode::Plain));
    for launch in fused.launches() {
        assert_eq!(
            verify::kernel(&launch.kernel, launch.buffers.len(), launch.values.len()),
            Vec::<String>::new()
        );
    }
    Compiled { fused, plain }
}

fn kernels(body: &str) -> usize {
    compile(body).fused.launches().len()
}

/// How often a kernel computes an operation for each element.
fn count(launch: &Launch, operation: Operation) -> usize {
    let found = launch.kernel.body.iter();
    found
        .filter(|i| i.kind == InstructionKind::Operation(operation))
        .count()
}

#[test]
fn one_expression_is_one_kernel() {
    assert_eq!(
        kernels("self.v[..] = bm::exp(x) * 2.0 + &self.w / self.tau;"),
        1
    );
}

#[test]
fn statements_over_one_space_share_a_kernel() {
    assert_eq!(kernels("self.v += x; self.w[..] = &self.v * 2.0;"), 1);
    assert_eq!(
        kernels("let a = x * 2.0; self.v[..] = &a + 1.0; self.w[..] = a;"),
        1
    );
}

#[test]
fn a_method_of_the_block_fuses_with_its_caller() {
    assert_eq!(kernels("self.v += x; self.grow(dt);"), 1);
}

#[test]
fn pure_scalar_code_is_no_barrier() {
    assert_eq!(kernels("self.v += x; let k = dt * 2.0; self.v *= k;"), 1);
}

#[test]
fn a_loop_over_written_bounds_is_straight_code() {
    assert_eq!(
        kernels("for k in 0..3 { let a = x * (k as f32); self.v += a; }"),
        1
    );
    assert_eq!(kernels("for k in 0..n { self.v += k as f32; }"), 1);
    let unrolled = compile("for _ in 0..3 { self.v += x; }").fused;
    assert_eq!(count(unrolled.launches()[0], Operation::Add), 3);
    let looped = compile("for _ in 0..n { self.v += x; }").fused;
    assert_eq!(count(looped.launches()[0], Operation::Add), 1);
}

#[test]
fn host_code_with_effects_is_a_barrier() {
    assert_eq!(kernels("self.v += x; println!(\"now\"); self.w += x;"), 2);
    assert_eq!(kernels("self.v += x; if n > 1 { self.w += x; }"), 2);
}

#[test]
fn a_read_at_another_index_ends_the_kernel() {
    assert_eq!(
        kernels("self.v += x; self.w[1..] = &self.v[..-1] * 2.0;"),
        2
    );
}

#[test]
fn a_reduction_ends_the_kernel() {
    let compiled = compile("let total = bm::sum(x * x); self.v[..] = x / total;");
    let launches = compiled.fused.launches();
    assert_eq!(
        launches.len(),
        2,
        "{:?}",
        launches.iter().map(|l| &l.kernel).collect::<Vec<_>>()
    );
    let reduces = |launch: &Launch| {
        launch
            .kernel
            .operands
            .iter()
            .any(|o| matches!(o.access, Access::Reduce(_)))
    };
    assert!(reduces(launches[0]) && !reduces(launches[1]));
}

#[test]
fn a_common_subexpression_is_computed_once() {
    let compiled = compile("self.v[..] = bm::exp(x) + 1.0; self.w[..] = bm::exp(x) * 2.0;");
    let launches = compiled.fused.launches();
    assert_eq!(
        launches
            .iter()
            .map(|l| count(l, Operation::Exp))
            .sum::<usize>(),
        1
    );
    // A write in between makes it another one.
    let compiled =
        compile("self.w[..] = bm::exp(&self.v); self.v += 1.0; self.w += bm::exp(&self.v);");
    let exps: usize = compiled
        .fused
        .launches()
        .iter()
        .map(|l| count(l, Operation::Exp))
        .sum();
    assert_eq!(exps, 2);
}

#[test]
fn what_no_element_changes_is_computed_once_a_call() {
    let compiled = compile("self.v *= bm::exp(-dt / self.tau);");
    let launches = compiled.fused.launches();
    assert_eq!(launches.len(), 1);
    assert_eq!(count(launches[0], Operation::Exp), 0);
    assert_eq!(count(launches[0], Operation::Multiply), 1);
}

#[test]
fn the_logistic_chain_is_one_pass_over_the_matrix() {
    let compiled = compile(
        "let u = bm::dot((1.0 / (1.0 + bm::exp(-x * bm::dot(y, &self.w))) - 1.0) * x, y);
         self.w[..] = &self.w - u;",
    );
    let tiles: Vec<&Launch> = compiled
        .fused
        .launches()
        .into_iter()
        .filter(|l| {
            l.kernel
                .operands
                .iter()
                .any(|o| o.access == Access::RowProduct)
        })
        .collect();
    assert_eq!(tiles.len(), 1);
    assert!(
        tiles[0]
            .kernel
            .operands
            .iter()
            .any(|o| o.access == Access::RowSum)
    );
    assert!(
        !compiled
            .fused
            .steps
            .iter()
            .any(|step| matches!(step, Step::Call { .. }))
    );
}

#[test]
fn one_product_alone_is_a_routine() {
    let compiled = compile("self.v[..] = bm::dot(y, x) + 1.0;");
    assert!(
        compiled
            .fused
            .steps
            .iter()
            .any(|step| matches!(step, Step::Call { .. }))
    );
}

#[test]
fn the_plain_twin_runs_every_operation_on_its_own() {
    let compiled = compile("self.v[..] = bm::exp(x) * 2.0 + &self.w;");
    assert!(compiled.plain.launches().is_empty());
    let operations = compiled
        .plain
        .steps
        .iter()
        .filter(|step| matches!(step, Step::Operation { .. }));
    assert_eq!(operations.count(), 3);
}

#[test]
fn a_step_of_integration_is_one_kernel_with_its_caller() {
    let payload = quote!(
        struct Neuron {
            variable v: Array1<f32>,
            variable w: Array1<f32>,
            variable t: f32,
            constant tau: f32,
        }
    );
    let block = quote!(
        impl Neuron {
            #[integrate(exp_euler)]
            fn dv(&self, v: f32, t: f32, i: f32) -> f32 {
                if v > 0.0 { (i - v) / self.tau } else { bm::exp(-v) - i }
            }
            #[integrate(rk4)]
            fn both(&self, v: f32, w: f32, t: f32, i: f32) -> (f32, f32) {
                (bm::tanh(v) - w, i - w)
            }
            fn update(&mut self, x: &Array1<f32>, dt: f32) {
                let (v, w) = self.both_step(&self.v, &self.w, self.t, x * 2.0, dt);
                self.v[..] = self.dv_step(v, self.t, x, dt) + 1.0;
                self.w[..] = w;
            }
        }
    );
    let kernel = only_kernel(payload, block);
    // At the four stages.
    assert_eq!(kernel.matches("tanh(").count(), 4, "{kernel}");
}

/// The one kernel that `update_show_code` gives.
fn only_kernel(payload: proc_macro2::TokenStream, block: proc_macro2::TokenStream) -> String {
    let code = brain_jit_compiler::compile::compile(payload, block, Default::default()).to_string();
    assert!(!code.contains("compile_error"), "{code}");
    let listing = &code[code.find("fn update_show_code").expect("a listing")..];
    let end = listing
        .find("fn update_show_namespace")
        .unwrap_or(listing.len());
    let kernels: Vec<&str> = listing[..end].split("in every index").skip(1).collect();
    assert_eq!(kernels.len(), 1, "{listing}");
    kernels[0].to_string()
}

/// The paths from the result of a method of six stages to its state are as many as the uses of the state to the sixth power:
/// that each node is visited once is the difference between a moment and forever.
#[test]
fn what_many_share_is_visited_once() {
    let payload = quote!(
        struct Neuron {
            variable v: Array1<f64>,
            variable n: Array1<f64>,
        }
    );
    let block = quote!(
        impl Neuron {
            #[integrate(rkf45)]
            fn derivative(&self, v: f64, n: f64, t: f64, i: f64) -> (f64, f64) {
                let a = 0.1 * (v + 55.0) / (1.0 - bm::exp(-0.1 * (v + 55.0)));
                let b = 0.125 * bm::exp(-(v + 65.0) / 80.0);
                let current = 36.0 * n * n * n * n * (v + 77.0) + 0.3 * (v + 54.4) + 0.01 * v * v;
                (i - current, a * (1.0 - n) - b * n)
            }
            fn update(&mut self, i: &Array1<f64>, dt: f64) {
                let (v, n) = self.derivative_step(&self.v, &self.n, 0.0, i, dt);
                self.v[..] = v;
                self.n[..] = n;
            }
        }
    );
    let kernel = only_kernel(payload, block);
    assert_eq!(kernel.matches("exp(").count(), 12, "{kernel}");
}

/// The routines that run, in order, and whether each adds to its target.
fn routines(block: &Block) -> Vec<(Call, bool)> {
    let steps = block.steps.iter();
    let routines = steps.filter_map(|step| match step {
        Step::Call { call, .. } => Some((call.clone(), false)),
        Step::CallInto { call, add, .. } => Some((call.clone(), *add)),
        _ => None,
    });
    routines.collect()
}

fn names(block: &Block) -> Vec<String> {
    let routines = routines(block).into_iter();
    routines.map(|(call, _)| call.name()).collect()
}

#[test]
fn products_of_adjoints_take_the_cheaper_order() {
    let adjoint = "let __g1 = ::brain_jit::adjoint::dot(y, bm::transpose(&self.m));";
    let sums = "self.v[..] = ::brain_jit::adjoint::sum_axis(__g1, 0);";
    let product = "::brain_jit::adjoint::dot(bm::transpose(y), __g1)";
    let compiled = compile(&format!("{adjoint} {sums} self.m[..] = {product};"));
    for block in [&compiled.fused, &compiled.plain] {
        assert_eq!(names(block), ["sum_axis", "dot", "chain"]);
    }
    // What is needed element by element exists, and is used.
    let compiled = compile(&format!(
        "{adjoint} self.w[..] = bm::sum_axis(bm::tanh(__g1), 0); self.m[..] = {product};"
    ));
    for block in [&compiled.fused, &compiled.plain] {
        assert_eq!(names(block), ["dot", "sum_axis", "dot"]);
    }
    let outer = "let __g1 = ::brain_jit::adjoint::outer(x, &self.v);";
    let compiled = compile(&format!("{outer} self.m[..] = {product}; {sums}"));
    assert_eq!(names(&compiled.fused), ["dot", "outer"]);
    // The user's own products keep their order.
    let compiled = compile(
        "let g = bm::dot(y, bm::transpose(&self.m)); self.m[..] = bm::dot(bm::transpose(y), g);",
    );
    assert_eq!(names(&compiled.fused), ["dot", "dot"]);
}

#[test]
fn a_factor_that_has_changed_is_not_read_again() {
    let compiled = compile(
        "let __g1 = ::brain_jit::adjoint::dot(y, bm::transpose(&self.m));
         self.m *= 2.0;
         self.m[..] = ::brain_jit::adjoint::dot(bm::transpose(y), __g1);",
    );
    assert_eq!(names(&compiled.fused), ["dot", "dot"]);
}

#[test]
fn products_are_added_to_adjoints_in_place() {
    let compiled = compile(
        "let mut __adjoint1 = &self.m * 0.0;
         __adjoint1 += ::brain_jit::adjoint::outer(x, &self.v);
         self.m[..] = &__adjoint1;",
    );
    for block in [&compiled.fused, &compiled.plain] {
        assert_eq!(routines(block), [(Call::Outer, true)]);
    }
    let compiled = compile("self.m += bm::outer(x, &self.v);");
    assert_eq!(routines(&compiled.fused), [(Call::Outer, false)]);
}

#[test]
fn what_a_gradient_does_not_need_is_not_computed() {
    let unused = "let __t1 = bm::dot(y, x); let __t2 = bm::exp(&__t1); self.v += x;";
    assert_eq!(names(&compile(unused).fused), [""; 0]);
    let kept = "let t = bm::dot(y, x); self.v += x;";
    assert_eq!(names(&compile(kept).fused), ["dot"]);
}

#[test]
fn a_temporary_becomes_what_is_computed_from_it() {
    let scratch = |body: &str| {
        let compiled = compile(body).fused;
        let launches = compiled.launches().into_iter();
        launches
            .flat_map(|launch| &launch.kernel.operands)
            .filter(|operand| operand.access == Access::Scratch)
            .count()
    };
    let once = "let h = bm::dot(y, &self.m) + &self.v; self.w[..] = bm::dot(h, x);";
    assert_eq!(scratch(once), 0);
    let twice = "let p = bm::dot(y, &self.m); let h = &p + &self.v; self.w[..] = bm::dot(h, x) + bm::dot(p, x);";
    assert_eq!(scratch(twice), 1);
    let looped = "let p = bm::dot(y, &self.m); for k in 0..n { let h = &p + &self.v; self.w[..] = bm::dot(h, x); }";
    assert_eq!(scratch(looped), 1);
}

#[test]
fn what_is_needed_later_is_launched_in_parts() {
    let (mut made, mut used) = (String::new(), String::new());
    for k in 0..60 {
        made += &format!("let a{k} = bm::exp(x * {k}.0);");
        used += &format!("self.w += &a{k} * (k as f32);");
    }
    // The loop is a barrier: all sixty arrays are kept.
    let body = format!("{made} self.v += x; for k in 0..n {{ {used} }}");
    let compiled = compile(&body).fused;
    let sizes: Vec<usize> = compiled
        .launches()
        .iter()
        .map(|launch| launch.kernel.operands.len())
        .collect();
    assert!(
        sizes.len() > 3 && sizes.iter().all(|size| *size <= 24),
        "{sizes:?}"
    );
}

#[test]
fn a_position_that_changes_ends_the_kernel() {
    let compiled = compile("let mut t = n; self.v += y[t]; t += 1; self.w += y[t];").fused;
    let steps: Vec<bool> = compiled
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Kernel(_) => Some(true),
            Step::Host { .. } => Some(false),
            _ => None,
        })
        .collect();
    assert_eq!(steps, [false, true, false, true]);
}

#[test]
fn listings_speak_of_the_arrays_alone() {
    let payload = quote!(struct Neuron { variable v: Array1<f32>, variable w: Array1<f32>, variable m: Array2<f32>, });
    let block = quote!(
        impl Neuron {
            fn update(&mut self, x: &Array1<f32>) -> f32 {
                self.v -= bm::mean(&self.v);
                self.w[..] = bm::mean_axis(&self.m, 0);
                bm::mean(&self.v * x)
            }
        }
    );
    let code = brain_jit_compiler::compile::compile(payload, block, Errors::default()).to_string();
    let listing = &code[code.find("fn update_show_code").expect("a listing")..];
    let listing = &listing[..listing.find("captures").expect("its end")];
    for text in ["v.len()", "m.shape()[0]", "broadcast(v, x).len()"] {
        assert!(listing.contains(text), "{listing}");
    }
    assert!(
        !listing.contains("axis_length") && !listing.contains("broadcast_shape"),
        "{listing}"
    );
}
