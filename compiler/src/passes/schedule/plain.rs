//! One operation at a time: the plain twin, and the fallback of a fused group.

use super::*;

impl Scheduler<'_> {
    /// One operation after the other.
    pub(super) fn plain_array(&mut self, node: NodeId, owned: bool) -> Ident {
        if let Some(Stored::Array(Buffer::Local { name, views, .. })) = self.stored(node)
            && views.is_empty()
            && !owned
        {
            return name.clone();
        }
        let found = self.graph.node(node);
        let (dtype, rank) = (found.dtype.clone(), found.rank);
        if let NodeKind::Draw { draw } = &found.kind
            && self.stored(node).is_none()
        {
            let out = self.fresh("plain");
            let (draw, dimension) = (&self.draws[*draw], crate::emit::operand::dimension(rank));
            self.push(Step::Let {
                name: out.clone(),
                mutable: false,
                dtype: None,
                value: quote!(::brain_jit::__private::collect_draw::<_, #dimension>(#draw)),
            });
            let buffer = self.local(out.clone(), node);
            self.store(node, Stored::Array(buffer));
            return out;
        }
        let (operation, args) = match &found.kind {
            NodeKind::Elementwise { operation, args } => {
                (PlainOperation::Elementwise(*operation), args.clone())
            }
            NodeKind::Cast(arg) => (PlainOperation::Cast, vec![*arg]),
            NodeKind::Map { function, args } => (
                PlainOperation::Map(self.functions[*function].tokens.clone()),
                args.clone(),
            ),
            _ => (
                PlainOperation::Elementwise(crate::ir::operation::Operation::Copy),
                vec![node],
            ),
        };
        let source = args
            .first()
            .map_or(dtype.clone(), |a| self.graph.node(*a).dtype.clone());
        let args: Vec<PlainArgument> = args.into_iter().map(|a| self.argument(a)).collect();
        let out = self.fresh("plain");
        let site = self.plain_site(&args);
        self.push(Step::Operation {
            out: out.clone(),
            operation,
            args,
            source,
            dtype,
            rank,
            site,
        });
        if !owned {
            let buffer = self.local(out.clone(), node);
            self.store(node, Stored::Array(buffer));
        }
        out
    }
    pub(super) fn plain_copy(&mut self, node: NodeId) -> Ident {
        let found = self.graph.node(node);
        let (dtype, rank) = (found.dtype.clone(), found.rank);
        let args = vec![self.argument(node)];
        let out = self.fresh("plain");
        let site = self.plain_site(&args);
        self.push(Step::Operation {
            out: out.clone(),
            operation: PlainOperation::Elementwise(crate::ir::operation::Operation::Copy),
            args,
            source: dtype.clone(),
            dtype,
            rank,
            site,
        });
        out
    }
    pub(super) fn plain_site(&self, args: &[PlainArgument]) -> Site {
        let names = args
            .iter()
            .map(|arg| match arg {
                PlainArgument::Array(buffer) => self.buffer_name(buffer),
                PlainArgument::Scalar(..) => String::new(),
            })
            .collect();
        self.site(&self.current, names)
    }
    /// The group's work operation by operation, for shapes that do not share a loop.
    pub(super) fn fallback(&mut self, group: &Group, exported: &[Output]) -> Block {
        let mut plain = Scheduler {
            graph: self.graph,
            functions: self.functions,
            draws: self.draws,
            uses: self.uses,
            mode: Mode::Plain,
            method: self.method,
            memo: self.memo.clone(),
            named: self.named.clone(),
            group: Group::default(),
            steps: vec![Vec::new()],
            position: self.position,
            counter: self.counter,
            current: self.current.clone(),
            span: self.span,
            components: self.components.clone(),
            last: false,
        };
        plain.memo.push(HashMap::new());
        let mut results: HashMap<String, TokenStream> = HashMap::new();
        for root in &group.roots {
            match root {
                Root::Write {
                    place,
                    target,
                    node,
                    version,
                    source,
                } => {
                    let view = match target {
                        Buffer::Place { views, .. } => views.first().cloned(),
                        Buffer::Local { .. } | Buffer::Draw { .. } => None,
                    };
                    plain.write(*place, view.as_ref(), *node, None, *version, source);
                }
                Root::Value { node, name, kind } => {
                    if let OutputKind::Reduction(reduction) = kind {
                        let argument = plain.argument(*node);
                        let site = plain.site(&plain.current, vec![]);
                        let out = plain.fresh(reduction.name());
                        let source = self.graph.node(*node).dtype.clone();
                        let dtype = reduction.dtype(&source);
                        plain.push(Step::Operation {
                            out: out.clone(),
                            operation: PlainOperation::Reduce(*reduction),
                            args: vec![argument],
                            source,
                            dtype,
                            rank: Rank::Static(0),
                            site,
                        });
                        results.insert(name.to_string(), quote!(#out));
                        continue;
                    }
                    let bound = plain.plain_array(*node, true);
                    let buffer = self.local(bound.clone(), *node);
                    plain.store(*node, Stored::Array(buffer));
                    results.insert(name.to_string(), quote!(#bound));
                }
            }
        }
        self.counter = plain.counter;
        let values = exported.iter().map(|output| {
            let value = results
                .get(&output.name.to_string())
                .cloned()
                .unwrap_or_default();
            match output.kind {
                OutputKind::Bound | OutputKind::Temporary => {
                    quote!(::brain_jit::__private::kernel::Temporary::from(#value))
                }
                _ => value,
            }
        });
        let tail = quote!((#(#values,)*));
        Block {
            steps: plain.steps.pop().unwrap_or_default(),
            tail: Some(tail),
        }
    }
}
