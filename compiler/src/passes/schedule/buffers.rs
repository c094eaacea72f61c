//! Where values lie: places, temporaries, arrays for host code, results of routines.

use super::*;

impl Scheduler<'_> {
    /// A place, a stored array, or views of one: what needs no computation.
    pub(super) fn direct(&self, node: NodeId) -> Option<Buffer> {
        if let Some(Stored::Array(buffer)) = self.stored(node) {
            return Some(buffer.clone());
        }
        match &self.graph.node(node).kind {
            NodeKind::Read { place, .. } => Some(place_buffer(*place, None)),
            NodeKind::Draw { draw } if self.mode == Mode::Fused => Some(Buffer::Draw {
                name: self.draws[*draw].clone(),
            }),
            NodeKind::View { arg, view } => match self.direct(*arg)? {
                Buffer::Draw { .. } => None,
                buffer => Some(buffer.with_view(view.clone())),
            },
            _ => None,
        }
    }
    /// The arrays whose shapes broadcast to that of `node`.
    pub(super) fn leaf_nodes(&self, node: NodeId) -> Vec<NodeId> {
        let (mut leaves, mut seen) = (Vec::new(), HashSet::new());
        self.collect_leaves(node, &mut leaves, &mut seen);
        leaves
    }
    /// Each node is visited once: the paths to a shared one can be as many as two to the power of the operations.
    fn collect_leaves(&self, node: NodeId, leaves: &mut Vec<NodeId>, seen: &mut HashSet<NodeId>) {
        let found = self.graph.node(node);
        if found.is_scalar() || !seen.insert(node) {
            return;
        }
        let computed = matches!(
            found.kind,
            NodeKind::Elementwise { .. } | NodeKind::Cast(_) | NodeKind::Map { .. }
        );
        if !computed || self.direct(node).is_some() {
            leaves.push(node);
            return;
        }
        for arg in self.graph.arguments(node) {
            self.collect_leaves(arg, leaves, seen);
        }
    }
    /// Tokens of the shape of `node`, something that derefs to `[usize]`.
    pub(super) fn shape(&self, node: NodeId) -> TokenStream {
        let shapes = self.named_shapes(node);
        quote!(::brain_jit::__private::broadcast_shape(#shapes))
    }

    /// The method, and the names and shapes of what broadcasts to `node`.
    pub(super) fn named_shapes(&self, node: NodeId) -> TokenStream {
        let shapes = self
            .leaf_nodes(node)
            .into_iter()
            .filter_map(|leaf| self.direct(leaf))
            .map(|buffer| self.named_shape(&buffer));
        let method = self.method;
        quote!(#method, &[#(#shapes),*])
    }

    /// A buffer's name and shape, for messages.
    pub(super) fn named_shape(&self, buffer: &Buffer) -> TokenStream {
        let name = self.buffer_name(buffer);
        let shape = crate::emit::buffer::shape(buffer, self.graph, self.method);
        quote!((#name, &#shape[..]))
    }

    /// The value of `node` as a buffer that is no part of `place`, which is about to be written.
    pub(super) fn apart(&mut self, node: NodeId, place: PlaceId) -> Buffer {
        match self.buffer(node) {
            Buffer::Place { place: from, .. } if self.graph.overlap(from, place) => {
                let name = self.plain_copy(node);
                self.local(name, node)
            }
            other => other,
        }
    }
    /// The value of `node` as an array variable of its own, for host code.
    pub(super) fn owned(&mut self, node: NodeId) -> Ident {
        if let Some(Stored::Array(Buffer::Local { name, views, .. })) = self.stored(node)
            && views.is_empty()
            && !name.to_string().starts_with("__temporary")
        {
            let name = name.clone();
            if self.group.pending.contains(&name.to_string()) {
                self.flush();
            }
            return name;
        }
        if matches!(self.graph.node(node).kind, NodeKind::Call { .. })
            && self.stored(node).is_none()
            && let Stored::Array(Buffer::Local { name, .. }) = self.call(node, true)
        {
            return name;
        }
        let name = self.fresh("array");
        if self.mode == Mode::Plain {
            return self.plain_array(node, true);
        }
        self.join_value(
            node,
            name.clone(),
            OutputKind::Visible { mutable: false },
            "",
        );
        self.flush();
        name
    }
    /// The value of `node` as a temporary that nothing else names.
    pub(super) fn scratch(&mut self, node: NodeId) -> Ident {
        if matches!(self.graph.node(node).kind, NodeKind::Call { .. })
            && self.stored(node).is_none()
            && let Stored::Array(Buffer::Local { name, .. }) = self.call(node, false)
        {
            return name;
        }
        let name = self.fresh("temporary");
        self.join_value(node, name.clone(), OutputKind::Temporary, "");
        self.flush();
        name
    }
    /// The value of `node` as a buffer that a routine can read.
    pub(super) fn buffer(&mut self, node: NodeId) -> Buffer {
        if let Some(buffer) = self
            .direct(node)
            .filter(|b| !matches!(b, Buffer::Draw { .. }))
        {
            let pending = match &buffer {
                Buffer::Draw { .. } => false,
                Buffer::Local { name, .. } => self.group.pending.contains(&name.to_string()),
                Buffer::Place { place, .. } => self.is_written(*place),
            };
            if pending {
                self.flush();
            }
            return self.direct(node).unwrap_or(buffer);
        }
        if let NodeKind::Call { .. } = self.graph.node(node).kind
            && let Stored::Array(buffer) = self.call(node, false)
        {
            return buffer;
        }
        if let NodeKind::View { arg, view } = &self.graph.node(node).kind {
            let (arg, view) = (*arg, view.clone());
            return self.buffer(arg).with_view(view);
        }
        if self.mode == Mode::Plain {
            let name = self.plain_array(node, false);
            return self.local(name, node);
        }
        let name = self.fresh("temporary");
        self.join_value(node, name.clone(), OutputKind::Temporary, "");
        self.flush();
        self.local(name, node)
    }
    pub(super) fn argument(&mut self, node: NodeId) -> PlainArgument {
        if self.graph.node(node).is_scalar() {
            let dtype = self.graph.node(node).dtype.clone();
            return PlainArgument::Scalar(self.scalar(node), dtype);
        }
        PlainArgument::Array(self.buffer(node))
    }
    /// A runtime routine on evaluated operands.
    pub(super) fn call(&mut self, node: NodeId, owned: bool) -> Stored {
        if let Some(stored) = self.stored(node) {
            return stored.clone();
        }
        let found = self.graph.node(node).clone();
        let NodeKind::Call { call, args } = &found.kind else {
            return Stored::Scalar(quote!(()));
        };
        let (call, args) = &self.uses.resolved(self.graph, call, args);
        if self.mode == Mode::Fused
            && *call == Call::Dot
            && let Some(stored) = self.tile(node, args, owned)
        {
            return stored;
        }
        let buffers: Vec<Buffer> = args.iter().map(|a| self.buffer(*a)).collect();
        self.flush();
        let out = self.fresh(if found.is_scalar() {
            "scalar"
        } else if owned {
            "array"
        } else {
            "temporary"
        });
        let operands = buffers.iter().map(|b| self.buffer_name(b)).collect();
        let site = self.site(&self.current, operands);
        self.push(Step::Call {
            out: out.clone(),
            call: call.clone(),
            args: buffers,
            dtype: found.dtype.clone(),
            rank: found.rank,
            owned,
            site,
        });
        let stored = if found.is_scalar() {
            Stored::Scalar(quote!(#out))
        } else {
            Stored::Array(self.local(out, node))
        };
        self.store(node, stored.clone());
        stored
    }
    pub(super) fn local(&self, name: Ident, node: NodeId) -> Buffer {
        let rank = match self.graph.node(node).rank {
            Rank::Static(rank) => rank,
            Rank::Dynamic => 0,
        };
        Buffer::Local {
            name,
            rank,
            views: Vec::new(),
        }
    }
    pub(super) fn buffer_name(&self, buffer: &Buffer) -> String {
        match buffer {
            Buffer::Place { place, .. } => self.graph.place(*place).name.clone(),
            Buffer::Draw { .. } => "a draw".into(),
            Buffer::Local { name, .. } => {
                let text = crate::lower::shown_name(&name.to_string());
                if text.starts_with("__") {
                    "a temporary".into()
                } else {
                    text
                }
            }
        }
    }
}
