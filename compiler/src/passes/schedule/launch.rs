//! The open group becomes a launch.

use super::*;

impl Scheduler<'_> {
    /// Launches the open group. What it computes for later, beyond what one launch takes, is computed before it by launches of its own.
    pub(super) fn flush(&mut self) {
        let mut exported: Vec<Output> = self.group.outputs.clone();
        exported.retain(|output| {
            !matches!(output.kind, OutputKind::Bound)
                || self.uses.outside(output.node, &self.group.positions)
        });
        let room = LAUNCH_OPERANDS
            .saturating_sub(self.group.operands.len())
            .max(1);
        if exported.len() <= room {
            return self.launch_group(true);
        }
        let whole = std::mem::take(&mut self.group);
        let early = exported.len() - room;
        for outputs in exported[..early].chunks(room) {
            self.group = part(&whole, outputs);
            self.launch_group(false);
        }
        self.group = whole;
        let late = &exported[early..];
        let outputs = &mut self.group.outputs;
        outputs.retain(|output| late.iter().any(|kept| kept.name == output.name));
        self.launch_group(true);
    }
    /// One launch; `last` if nothing of the group comes after it.
    fn launch_group(&mut self, last: bool) {
        if self.group.is_empty() {
            let after = std::mem::take(&mut self.group).after;
            after.into_iter().for_each(|step| self.push(step));
            return;
        }
        let mut group = std::mem::take(&mut self.group);
        let mut results = vec![None; group.operands.len()];
        let mut mutable = Vec::new();
        let mut exported = Vec::new();
        let outputs = std::mem::take(&mut group.outputs);
        let kept: Vec<NodeId> = outputs
            .iter()
            .filter(|output| matches!(output.kind, OutputKind::Temporary))
            .map(|output| output.node)
            .collect();
        for output in outputs {
            // One home is enough.
            if matches!(output.kind, OutputKind::Bound) && kept.contains(&output.node) {
                continue;
            }
            let access = match output.kind {
                OutputKind::Bound if !self.uses.outside(output.node, &group.positions) => continue,
                OutputKind::Bound | OutputKind::Temporary => Access::Scratch,
                OutputKind::Visible { mutable: is } => {
                    if is {
                        mutable.push(output.name.clone());
                    }
                    Access::New
                }
                OutputKind::Reduction(reduction) => Access::Reduce(reduction),
            };
            let found = self.graph.node(output.node);
            group.operands.push(Operand {
                name: output.name.to_string(),
                dtype: found.dtype.clone(),
                rank: found.rank,
                access,
                buffer: usize::MAX,
            });
            group.stores.push(crate::ir::kernel::Store {
                operand: group.operands.len() - 1,
                value: output.value.clone(),
            });
            results.push(Some(output.name.clone()));
            exported.push(output);
        }
        results.resize(group.operands.len(), None);
        if !group.stores.is_empty() {
            let around = self.span;
            if let Some(span) = group.span {
                self.push(Step::At(span));
            }
            let sources = group.sources.iter().map(|text| text.trim_end_matches(';'));
            let mut source = sources.collect::<Vec<_>>().join("; ");
            self.push(Step::Source(source.clone()));
            if source.is_empty() {
                source.clone_from(&self.current);
            }
            let guard = self.guard(&group, &exported);
            if self.last && last && guard.len() < 2 {
                self.donate(&mut group, &mut results, &exported);
            } else if last && guard.len() < 2 {
                self.reuse(&mut group, &mut results, &exported);
            }
            let fallback = (guard.len() > 1).then(|| self.fallback(&group, &exported));
            let names = group.operands.iter().map(|o| o.name.clone());
            let site = self.site(&source, names.collect());
            let launch = Launch {
                kernel: Kernel {
                    source,
                    operands: group.operands,
                    scalars: group.scalars,
                    body: group.body,
                    stores: group.stores,
                },
                buffers: group.buffers,
                values: group.values,
                results,
                mutable,
                guard: if fallback.is_some() {
                    guard
                } else {
                    Vec::new()
                },
                fallback,
                site,
            };
            self.push(Step::Kernel(Box::new(launch)));
            if let Some(span) = around {
                self.push(Step::At(span));
            }
        }
        for output in exported {
            if !matches!(output.kind, OutputKind::Reduction(_)) {
                let buffer = self.local(output.name, output.node);
                self.store(output.node, Stored::Array(buffer));
            }
        }
        for step in group.after {
            self.push(step);
        }
    }
    /// The shapes that must be equal for all outputs of a group to come from one loop.
    pub(super) fn guard(&self, group: &Group, exported: &[Output]) -> Vec<TokenStream> {
        let mut keys: Vec<Vec<Buffer>> = Vec::new();
        let mut shapes = Vec::new();
        for root in &group.roots {
            let looped = match root {
                // What the value was broadcast to is summed by the fallback.
                Root::Write {
                    place,
                    target,
                    node,
                    ..
                } if self.graph.place(*place).summed => {
                    let value = self.added(*place, *node).unwrap_or(*node);
                    vec![vec![target.clone()], self.leaves_of(value)]
                }
                Root::Write { target, .. } => vec![vec![target.clone()]],
                Root::Value { node, name, .. } => {
                    if !exported.iter().any(|o| o.name == *name) {
                        continue;
                    }
                    vec![self.leaves_of(*node)]
                }
            };
            for key in looped {
                if keys.contains(&key) || key.is_empty() {
                    continue;
                }
                let method = self.method;
                shapes.push(match key.as_slice() {
                    [one] => crate::emit::buffer::shape(one, self.graph, self.method),
                    _ => {
                        let parts = key.iter().map(|b| self.named_shape(b));
                        quote!(::brain_jit::__private::broadcast_shape(#method, &[#(#parts),*]))
                    }
                });
                keys.push(key);
            }
        }
        shapes
    }

    /// The arrays whose shapes broadcast to that of `node`, in a fixed order.
    fn leaves_of(&self, node: NodeId) -> Vec<Buffer> {
        let mut leaves: Vec<Buffer> = self
            .leaf_nodes(node)
            .into_iter()
            .filter_map(|leaf| self.direct(leaf))
            .collect();
        leaves.sort_by_key(|b| format!("{b:?}"));
        leaves.dedup();
        leaves
    }
}

/// The group with these outputs alone, which writes to no place.
fn part(group: &Group, outputs: &[Output]) -> Group {
    let mut part = group.clone();
    part.outputs = outputs.to_vec();
    part.stores.clear();
    part.after.clear();
    part.written.clear();
    part.roots.retain(|root| match root {
        Root::Value { name, .. } => outputs.iter().any(|output| output.name == *name),
        Root::Write { .. } => false,
    });
    // What is only written has no place in it.
    let mut numbers = HashMap::new();
    part.operands.clear();
    for instruction in &mut part.body {
        let InstructionKind::Load(operand) = &mut instruction.kind else {
            continue;
        };
        let next = part.operands.len();
        let number = *numbers.entry(*operand).or_insert_with(|| {
            let mut read = group.operands[*operand].clone();
            if read.access == Access::ReadWrite {
                read.access = Access::Read;
            }
            part.operands.push(read);
            next
        });
        *operand = number;
    }
    part
}
