//! Scalars: reductions and host values, and the tokens that name them.

use super::*;

impl Scheduler<'_> {
    pub(super) fn bind_scalar(&mut self, name: &Ident, node: NodeId, mutable: bool, source: &str) {
        let dtype = self.graph.node(node).dtype.clone();
        self.evaluate_scalars(node);
        // What it reduces is read in the open group's loop.
        self.group.positions.insert(self.position);
        let value = self.scalar_text(node);
        let step = Step::Let {
            name: name.clone(),
            mutable,
            dtype: Some(dtype),
            value,
        };
        let pending = self.depends_on_pending(node);
        if !mutable {
            self.store(node, Stored::Scalar(quote!(#name)));
        }
        if pending {
            // It is computed after the group, and what is written meanwhile must not be what it reads.
            for node in self.graph.dependencies(node) {
                if let NodeKind::Host(number) = self.graph.node(node).kind {
                    let reads = self.graph.hosts[number].reads.clone();
                    self.group.reads.extend(reads);
                }
            }
            self.group.after.push(Step::Source(source.to_string()));
            self.group.after.push(step);
            self.group.pending.insert(name.to_string());
        } else {
            self.push(Step::Source(source.to_string()));
            self.push(step);
        }
    }
    /// Whether a scalar's tokens name results of the open group.
    pub(super) fn depends_on_pending(&self, node: NodeId) -> bool {
        if self.group.pending.is_empty() {
            return false;
        }
        fn mentions(tokens: TokenStream, names: &std::collections::HashSet<String>) -> bool {
            tokens.into_iter().any(|tree| match tree {
                proc_macro2::TokenTree::Ident(name) => names.contains(&name.to_string()),
                proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
                _ => false,
            })
        }
        mentions(self.scalar_text_ignoring(node), &self.group.pending)
    }
    /// A scalar's tokens, valid here: what the open group computes is launched first.
    pub(super) fn scalar(&mut self, node: NodeId) -> TokenStream {
        self.evaluate_scalars(node);
        if self.depends_on_pending(node) {
            self.flush();
        }
        self.scalar_text(node)
    }
    /// Makes sure that every reduction and scalar routine below `node` has a name.
    pub(super) fn evaluate_scalars(&mut self, node: NodeId) {
        self.evaluate_scalars_once(node, &mut HashSet::new());
    }
    fn evaluate_scalars_once(&mut self, node: NodeId, seen: &mut HashSet<NodeId>) {
        if self.stored(node).is_some() || !seen.insert(node) {
            return;
        }
        match &self.graph.node(node).kind {
            NodeKind::Reduce { reduction, arg } => {
                let (reduction, arg) = (*reduction, *arg);
                let name = self.fresh(reduction.name());
                if self.mode == Mode::Plain {
                    let argument = self.argument(arg);
                    let found = self.graph.node(node);
                    let (dtype, source) = (found.dtype.clone(), self.graph.node(arg).dtype.clone());
                    let site = self.site(&self.current, vec![]);
                    self.push(Step::Operation {
                        out: name.clone(),
                        operation: PlainOperation::Reduce(reduction),
                        args: vec![argument],
                        source,
                        dtype,
                        rank: Rank::Static(0),
                        site,
                    });
                } else {
                    let kind = OutputKind::Reduction(reduction);
                    self.join_value(arg, name.clone(), kind, "");
                    self.group.pending.insert(name.to_string());
                }
                self.store(node, Stored::Scalar(quote!(#name)));
            }
            NodeKind::Call { .. } => {
                self.call(node, false);
            }
            NodeKind::Read { place, .. } => {
                if self.is_written(*place) {
                    self.flush();
                }
            }
            NodeKind::View { arg, .. } => {
                let arg = *arg;
                self.buffer(arg);
                self.flush();
            }
            NodeKind::Count(arg) | NodeKind::AxisLength { arg, .. } => {
                let arg = *arg;
                self.evaluate_shape(arg);
            }
            _ => {
                for arg in self.graph.arguments(node) {
                    self.evaluate_scalars_once(arg, seen);
                }
            }
        }
    }
    /// What the shape of `node` depends on must exist: the results of routines.
    pub(super) fn evaluate_shape(&mut self, node: NodeId) {
        for leaf in self.leaf_nodes(node) {
            if matches!(self.graph.node(leaf).kind, NodeKind::Call { .. }) {
                self.call(leaf, false);
            }
        }
    }
    pub(super) fn scalar_text(&self, node: NodeId) -> TokenStream {
        self.scalar_text_ignoring(node)
    }
    pub(super) fn scalar_text_ignoring(&self, node: NodeId) -> TokenStream {
        if let Some(Stored::Scalar(tokens)) = self.stored(node) {
            return tokens.clone();
        }
        let found = self.graph.node(node);
        match &found.kind {
            NodeKind::Host(number) => self.graph.hosts[*number].tokens.clone(),
            NodeKind::Literal(text) => scalar::literal(text, &found.dtype, found.span),
            NodeKind::Cast(arg) => {
                let from = &self.graph.node(*arg).dtype;
                scalar::cast(self.scalar_text_ignoring(*arg), from, &found.dtype)
            }
            NodeKind::Elementwise { operation, args } => {
                let operand = self.graph.node(*args.last().unwrap_or(&node)).dtype.clone();
                let args: Vec<TokenStream> =
                    args.iter().map(|a| self.scalar_text_ignoring(*a)).collect();
                scalar::operation(*operation, &args, &operand, None)
            }
            NodeKind::Map { function, args } => {
                let function = &self.functions[*function].tokens;
                let args = args.iter().map(|a| self.scalar_text_ignoring(*a));
                quote!((#function)(#(#args),*))
            }
            NodeKind::Count(arg) => {
                let shapes = self.named_shapes(*arg);
                let dtype = found.dtype.tokens();
                quote!(::brain_jit::__private::count::<#dtype>(#shapes))
            }
            NodeKind::AxisLength { arg, axis } => {
                let shape = self.shape(*arg);
                let dtype = found.dtype.tokens();
                let axis = scalar::bound(axis, self.graph);
                quote!(::brain_jit::__private::axis_length::<#dtype>(&#shape, #axis))
            }
            NodeKind::Read { place, .. } => {
                let place = &self.graph.place(*place).tokens;
                quote!((#place)[()])
            }
            NodeKind::View { .. } => {
                let view = crate::emit::buffer::view(
                    &self
                        .direct(node)
                        .unwrap_or(self.local(Ident::new("__missing", Span::mixed_site()), node)),
                    self.graph,
                    self.method,
                );
                quote!(#view[()])
            }
            NodeKind::Reduce { .. } | NodeKind::Call { .. } | NodeKind::Draw { .. } => quote!(()),
        }
    }
}
