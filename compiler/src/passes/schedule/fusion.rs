//! Which trees the open group can take, and their values by element.

use super::*;

impl Scheduler<'_> {
    /// Evaluates what an elementwise tree needs from outside a kernel.
    pub(super) fn prepare(&mut self, node: NodeId) {
        self.prepare_once(node, &mut HashSet::new());
    }
    /// A node that many share is visited once, here and in what follows: else the visits would double with each operation.
    fn prepare_once(&mut self, node: NodeId, seen: &mut HashSet<NodeId>) {
        if self.group.registers.contains_key(&node) && !self.graph.node(node).is_scalar() {
            return;
        }
        if !seen.insert(node) {
            return;
        }
        let found = self.graph.node(node);
        if found.is_scalar() {
            self.scalar(node);
            return;
        }
        if self.stored(node).is_some() {
            return;
        }
        match &found.kind {
            NodeKind::Elementwise { .. } | NodeKind::Cast(_) | NodeKind::Map { .. } => {
                for arg in self.graph.arguments(node) {
                    self.prepare_once(arg, seen);
                }
            }
            NodeKind::Call { .. } => {
                self.call(node, false);
            }
            NodeKind::View { arg, .. } if self.direct(node).is_none() => {
                let arg = *arg;
                let buffer = self.buffer(arg);
                self.store(arg, Stored::Array(buffer));
            }
            _ => {}
        }
    }
    pub(super) fn prepare_scalars(&mut self, node: NodeId) {
        self.prepare_scalars_once(node, &mut HashSet::new());
    }
    fn prepare_scalars_once(&mut self, node: NodeId, seen: &mut HashSet<NodeId>) {
        if !seen.insert(node) {
            return;
        }
        let found = self.graph.node(node);
        if found.is_scalar() {
            self.scalar(node);
        } else if matches!(
            found.kind,
            NodeKind::Elementwise { .. } | NodeKind::Cast(_) | NodeKind::Map { .. }
        ) {
            for arg in self.graph.arguments(node) {
                self.prepare_scalars_once(arg, seen);
            }
        }
    }
    /// Adds a value to the open group, or to a new one.
    pub(super) fn join_value(&mut self, node: NodeId, name: Ident, kind: OutputKind, source: &str) {
        self.prepare(node);
        let root = Root::Value {
            node,
            name: name.clone(),
            kind,
        };
        if !self.fits(node, None) {
            self.flush();
            self.prepare(node);
        }
        self.open(node, None);
        let value = self.element(node);
        let named = !matches!(kind, OutputKind::Bound);
        if named {
            self.group.pending.insert(name.to_string());
        }
        self.group.outputs.push(Output {
            node,
            value,
            name,
            kind,
        });
        self.group.roots.push(root);
        if !source.is_empty() {
            self.group.sources.push(source.to_string());
        }
    }
    pub(super) fn write(
        &mut self,
        place: PlaceId,
        view: Option<&View>,
        node: NodeId,
        mask: Option<NodeId>,
        version: usize,
        source: &str,
    ) {
        let target = place_buffer(place, view);
        if let Some(mask) = mask {
            let shapes_known = self.leaf_nodes(mask);
            for leaf in shapes_known {
                if self.direct(leaf).is_none() {
                    self.buffer(leaf);
                }
            }
            let trivially = self
                .leaf_nodes(mask)
                .iter()
                .all(|leaf| self.direct(*leaf) == Some(place_buffer(place, None)));
            if !trivially {
                let mask = self.shape(mask);
                let site = self.site(
                    source,
                    vec![self.graph.place(place).name.clone(), "the mask".into()],
                );
                self.flush();
                self.push(Step::CheckMask {
                    target: target.clone(),
                    mask,
                    site,
                });
            }
        }
        if view.is_none() && mask.is_none() && self.add_into(place, node, &target, source) {
            return;
        }
        if self.mode == Mode::Plain {
            self.push(Step::Source(source.to_string()));
            let (node, added) = match self.added(place, node) {
                Some(added) => (added, true),
                None => (node, false),
            };
            let mut value = self.argument(node);
            if let PlainArgument::Array(Buffer::Place { place: from, .. }) = &value
                && self.graph.overlap(*from, place)
            {
                let name = self.plain_copy(node);
                value = PlainArgument::Array(self.local(name, node));
            }
            let site = self.site(source, vec![self.graph.place(place).name.clone()]);
            self.push(Step::Store {
                target,
                value,
                added,
                site,
            });
            return;
        }
        if view.is_none() && self.call_into(place, node, &target, source) {
            return;
        }
        self.prepare(node);
        if !self.fits(node, Some((place, &target))) {
            self.flush();
            self.prepare(node);
        }
        // Looked at now: what the open group has read already would not be seen.
        if self.overlaps(node, place, &target) {
            // The right side reads other elements of what is written: it is completed first.
            let copied = self.fresh("temporary");
            self.join_value(node, copied.clone(), OutputKind::Temporary, "");
            self.flush();
            let buffer = self.local(copied, node);
            self.store(node, Stored::Array(buffer));
        }
        self.open(node, Some((place, &target)));
        let value = self.element(node);
        let (name, dtype, rank) = self.target_type(place, view);
        self.group
            .store(target.clone(), name, dtype, rank, value.clone());
        self.group.written.insert(place, target.clone());
        if view.is_none() {
            self.group.versions.insert((place, version), value);
        }
        self.group.sources.push(source.to_string());
        self.group.positions.insert(self.position);
        self.group.roots.push(Root::Write {
            place,
            target,
            node,
            version,
            source: source.to_string(),
        });
    }
    /// Whether the open group writes to the place, or may do so.
    pub(super) fn is_written(&self, place: PlaceId) -> bool {
        let mut written = self.group.written.keys();
        written.any(|other| self.graph.overlap(*other, place))
    }
    /// What a write adds to a gradient, if it does.
    pub(super) fn added(&self, place: PlaceId, node: NodeId) -> Option<NodeId> {
        let NodeKind::Elementwise { operation, args } = &self.graph.node(node).kind else {
            return None;
        };
        let present = args.first().map(|arg| &self.graph.node(*arg).kind);
        let own = matches!(present, Some(NodeKind::Read { place: read, .. }) if *read == place);
        let adds = *operation == crate::ir::operation::Operation::Add;
        let summed = self.graph.place(place).summed;
        (adds && own && summed).then(|| args[1])
    }
    /// A product or a reduction along an axis is computed where it is to stand.
    fn call_into(&mut self, place: PlaceId, node: NodeId, target: &Buffer, source: &str) -> bool {
        let found = self.graph.node(node).clone();
        let NodeKind::Call { call, args } = &found.kind else {
            return false;
        };
        let written = self.graph.place(place).ty.clone();
        let (call, args) = self.uses.resolved(self.graph, call, args);
        let fits = matches!(
            call,
            Call::Dot | Call::Outer | Call::Chain | Call::ReduceAxis { .. }
        ) && !self.graph.place(place).summed
            && written.dtype == found.dtype
            && written.rank == found.rank
            && written.container == crate::ir::types::Container::Owned
            && self.stored(node).is_none()
            && !self.uses.is_bound(node);
        if !fits || args.iter().any(|arg| self.looks_at(*arg, place)) {
            return false;
        }
        self.push_call_into(false, place, (call, args), node, target, source);
        true
    }
    /// A product that is added to an adjoint is added while it is computed, in the plain twin too: the sums have one order.
    fn add_into(&mut self, place: PlaceId, node: NodeId, target: &Buffer, source: &str) -> bool {
        let written = self.graph.place(place);
        let NodeKind::Elementwise {
            operation: Operation::Add,
            args: sum,
        } = &self.graph.node(node).kind
        else {
            return false;
        };
        let [before, product] = sum.as_slice() else {
            return false;
        };
        let found = self.graph.node(*product);
        let NodeKind::Call { call, args } = &found.kind else {
            return false;
        };
        let adds = ["__grad", "__adjoint"]
            .iter()
            .any(|stem| written.name.starts_with(stem))
            && matches!(self.graph.node(*before).kind, NodeKind::Read { place: read, .. } if read == place)
            && !written.summed
            && found.rank == Rank::Static(2)
            && written.ty.rank == found.rank
            && written.ty.dtype == found.dtype
            && !self.uses.is_bound(*product);
        let (call, args) = self.uses.resolved(self.graph, call, args);
        if !adds || !matches!(call, Call::Dot | Call::Outer | Call::Chain) {
            return false;
        }
        if args.iter().any(|arg| self.looks_at(*arg, place)) {
            return false;
        }
        self.push_call_into(true, place, (call, args), *product, target, source);
        true
    }
    fn looks_at(&self, node: NodeId, place: PlaceId) -> bool {
        let nodes = self.graph.dependencies(node).into_iter();
        nodes.into_iter().any(|node| {
            matches!(self.graph.node(node).kind, NodeKind::Read { place: read, .. } if self.graph.overlap(read, place))
        })
    }
    fn push_call_into(
        &mut self,
        add: bool,
        place: PlaceId,
        (call, args): (Call, Vec<NodeId>),
        node: NodeId,
        target: &Buffer,
        source: &str,
    ) {
        let found = self.graph.node(node);
        let buffers: Vec<Buffer> = args.iter().map(|arg| self.buffer(*arg)).collect();
        self.flush();
        self.push(Step::Source(source.to_string()));
        let mut operands = vec![self.graph.place(place).name.clone()];
        operands.extend(buffers.iter().map(|buffer| self.buffer_name(buffer)));
        let site = self.site(source, operands);
        self.push(Step::CallInto {
            add,
            target: target.clone(),
            call,
            args: buffers,
            dtype: found.dtype.clone(),
            rank: found.rank,
            site,
        });
    }
    pub(super) fn target_type(&self, place: PlaceId, view: Option<&View>) -> (String, DType, Rank) {
        let place = self.graph.place(place);
        let rank = match (view, place.ty.rank) {
            (Some(View::Index(axes)), Rank::Static(rank)) => {
                let gone = axes
                    .iter()
                    .filter(|a| matches!(a, crate::ir::graph::AxisIndex::At(_)))
                    .count();
                let new = axes
                    .iter()
                    .filter(|a| matches!(a, crate::ir::graph::AxisIndex::NewAxis))
                    .count();
                Rank::Static(rank + new - gone)
            }
            (_, rank) => rank,
        };
        (place.name.clone(), place.ty.dtype.clone(), rank)
    }
    /// The buffers that a tree reads, each once.
    pub(super) fn reads(&self, node: NodeId) -> Vec<Buffer> {
        let (mut buffers, mut seen) = (Vec::new(), HashSet::new());
        self.collect_reads(node, &mut buffers, &mut seen);
        buffers
    }
    fn collect_reads(&self, node: NodeId, buffers: &mut Vec<Buffer>, seen: &mut HashSet<NodeId>) {
        if !seen.insert(node)
            || self.group.registers.contains_key(&node)
            || self.graph.node(node).is_scalar()
        {
            return;
        }
        if let Some(buffer) = self.direct(node) {
            if !buffers.contains(&buffer) {
                buffers.push(buffer);
            }
            return;
        }
        for arg in self.graph.arguments(node) {
            self.collect_reads(arg, buffers, seen);
        }
    }
    /// Whether the right side reads elements of the target's place at other indices.
    pub(super) fn overlaps(&self, node: NodeId, place: PlaceId, target: &Buffer) -> bool {
        self.reads(node).iter().any(|b| {
            matches!(b, Buffer::Place { place: p, .. } if self.graph.overlap(*p, place))
                && b != target
        })
    }
    /// Whether a tree can be computed in the open group's loop.
    pub(super) fn fits(&self, node: NodeId, target: Option<(PlaceId, &Buffer)>) -> bool {
        if self.group.is_empty() {
            return true;
        }
        let rank = match target {
            Some((place, Buffer::Place { views, .. })) => self.target_type(place, views.first()).2,
            _ => self.graph.node(node).rank,
        };
        if self.group.rank != Some(rank) {
            return false;
        }
        let reads = self.reads(node);
        let mut connected = self.uses_registers(node) || self.same_component(node, rank, target);
        for read in &reads {
            connected |= self.group.leaves.contains(read);
            let mut written = self.group.written.iter();
            if let Buffer::Place { place, .. } = read
                && written.any(|(other, part)| self.graph.overlap(*other, *place) && part != read)
            {
                return false;
            }
        }
        if let Some((place, buffer)) = target {
            connected |= self.group.leaves.contains(buffer);
            let hazard = self.group.leaves.iter().any(|leaf| {
                matches!(leaf, Buffer::Place { place: p, .. } if self.graph.overlap(*p, place))
                    && leaf != buffer
            });
            if hazard {
                return false;
            }
        }
        connected && self.group.operands.len() + reads.len() < MAX_OPERANDS
    }
    /// Whether other statements of the region connect a tree with the open group.
    pub(super) fn same_component(
        &self,
        node: NodeId,
        rank: Rank,
        target: Option<(PlaceId, &Buffer)>,
    ) -> bool {
        let Some(components) = self.components.last() else {
            return false;
        };
        let mut mine = components.find(self.graph, self.uses, node, rank);
        if let Some((place, Buffer::Place { views, .. })) = target {
            mine.extend(components.place(place, views));
        }
        self.group.leaves.iter().any(|leaf| match leaf {
            Buffer::Place { place, views } => components
                .place(*place, views)
                .is_some_and(|c| mine.contains(&c)),
            Buffer::Local { .. } | Buffer::Draw { .. } => false,
        })
    }
    pub(super) fn uses_registers(&self, node: NodeId) -> bool {
        self.meets_register(node, &mut HashSet::new())
    }
    fn meets_register(&self, node: NodeId, seen: &mut HashSet<NodeId>) -> bool {
        if self.graph.node(node).is_scalar() || !seen.insert(node) {
            return false;
        }
        self.group.registers.contains_key(&node)
            && !matches!(self.graph.node(node).kind, NodeKind::Literal(_))
            || (self.direct(node).is_none()
                && self
                    .graph
                    .arguments(node)
                    .into_iter()
                    .any(|a| self.meets_register(a, seen)))
    }
    pub(super) fn open(&mut self, node: NodeId, target: Option<(PlaceId, &Buffer)>) {
        let rank = match target {
            Some((place, Buffer::Place { views, .. })) => self.target_type(place, views.first()).2,
            _ => self.graph.node(node).rank,
        };
        self.group.rank = Some(rank);
        self.group.span = self.group.span.or(self.span);
        let mut buffers: Vec<Buffer> = self.reads(node).into_iter().collect();
        buffers.extend(target.map(|(_, buffer)| buffer.clone()));
        for buffer in buffers {
            // Positions are looked at when the kernel is launched.
            if let Buffer::Place { place, .. } = &buffer {
                self.group
                    .reads
                    .extend(self.graph.place(*place).reads.iter().cloned());
            }
            if let Buffer::Place { views, .. } | Buffer::Local { views, .. } = &buffer {
                let hosts = views.iter().flat_map(View::hosts);
                let names = hosts.flat_map(|host| self.graph.hosts[host].reads.iter().cloned());
                self.group.reads.extend(names);
            }
            self.group.leaves.insert(buffer);
        }
    }

    /// The value of one element of `node`, in the group's body.
    pub(super) fn element(&mut self, node: NodeId) -> Argument {
        if let Some(value) = self.group.registers.get(&node) {
            return value.clone();
        }
        let found = self.graph.node(node).clone();
        if found.is_scalar() {
            return self.scalar_element(node, &found.kind, &found.dtype);
        }
        if let NodeKind::Read { place, version } = found.kind
            && let Some(value) = self.group.versions.get(&(place, version))
        {
            return value.clone();
        }
        if let Some(buffer) = self.direct(node) {
            let name = self.buffer_name(&buffer);
            let value = match self.group.written_part(&buffer) {
                Some(value) => value,
                None => self.group.load(buffer, name, found.dtype, found.rank),
            };
            self.group.registers.insert(node, value.clone());
            return value;
        }
        let args: Vec<Argument> = self
            .graph
            .arguments(node)
            .into_iter()
            .map(|a| self.element(a))
            .collect();
        let kind = match found.kind {
            NodeKind::Elementwise { operation, .. } => InstructionKind::Operation(operation),
            NodeKind::Map { function, .. } => {
                let code = &self.functions[function];
                self.group.reads.extend(code.effects.reads.iter().cloned());
                InstructionKind::Map(self.group.function(function, code.tokens.clone()))
            }
            _ => InstructionKind::Cast,
        };
        let value = self.group.push(found.dtype, kind, args);
        self.group.registers.insert(node, value.clone());
        value
    }
    pub(super) fn scalar_element(
        &mut self,
        node: NodeId,
        kind: &NodeKind,
        dtype: &DType,
    ) -> Argument {
        if let NodeKind::Literal(text) = kind {
            return Argument::Literal(text.clone(), dtype.clone());
        }
        for dependency in self.graph.dependencies(node) {
            if let NodeKind::Host(number) = self.graph.node(dependency).kind {
                let reads = self.graph.hosts[number].reads.clone();
                self.group.reads.extend(reads);
            }
        }
        let tokens = self.scalar_text(node);
        let share = self.is_share(kind);
        let scalar = self.group.scalar(node, dtype.clone(), tokens, share);
        Argument::Scalar(scalar)
    }

    /// Whether a number is a ratio of lengths.
    fn is_share(&self, kind: &NodeKind) -> bool {
        let count = |node: &NodeId| matches!(self.graph.node(*node).kind, NodeKind::Count(_));
        matches!(kind, NodeKind::Elementwise { operation: Operation::Divide, args } if args.iter().all(count))
    }
}
