//! `dot(g(dot(x, w), rows…), x)` in one pass over `x`.

use super::*;

impl Scheduler<'_> {
    /// `dot(g(dot(x, w), rows…), x)` in one pass over `x`.
    pub(super) fn tile(&mut self, node: NodeId, args: &[NodeId], owned: bool) -> Option<Stored> {
        let [left, matrix] = args else { return None };
        if self.graph.node(*left).rank != Rank::Static(1)
            || self.graph.node(*matrix).rank != Rank::Static(2)
        {
            return None;
        }
        let dtype = self.graph.node(node).dtype.clone();
        if !matches!(dtype, DType::F32 | DType::F64) {
            return None;
        }
        let x = self.direct(*matrix)?;
        // The inner product, met through elementwise nodes only.
        let mut inner = None;
        for leaf in self.leaf_nodes(*left) {
            if let NodeKind::Call {
                call: Call::Dot,
                args,
            } = &self.graph.node(leaf).kind
                && self.stored(leaf).is_none()
                && args.len() == 2
                && self.direct(args[0]).as_ref() == Some(&x)
                && self.graph.node(args[1]).rank == Rank::Static(1)
            {
                if inner.is_some() {
                    return None;
                }
                inner = Some((leaf, args[1]));
            }
        }
        let (product, weights) = inner?;
        for leaf in self.leaf_nodes(*left) {
            if leaf != product
                && (self.direct(leaf).is_none() || self.graph.node(leaf).rank != Rank::Static(1))
            {
                return None;
            }
            if self.graph.node(leaf).dtype != dtype {
                return None;
            }
        }
        self.prepare_scalars(*left);
        let weights = self.buffer(weights);
        self.flush();
        // The products are an operand of their own.
        let matrix = x.clone();
        self.group.buffers.push(matrix);
        self.group.buffers.push(weights);
        self.group.operands.push(Operand {
            name: self.buffer_name(&x),
            dtype: dtype.clone(),
            rank: Rank::Static(1),
            access: Access::RowProduct,
            buffer: 0,
        });
        let loaded = self
            .group
            .push(dtype.clone(), InstructionKind::Load(0), Vec::new());
        self.group.registers.insert(product, loaded);
        let value = self.element(*left);
        let mut group = std::mem::take(&mut self.group);
        group.operands.push(Operand {
            name: self.buffer_name(&x),
            dtype,
            rank: Rank::Static(1),
            access: Access::RowSum,
            buffer: 0,
        });
        let target = group.operands.len() - 1;
        let out = self.fresh("temporary");
        let mut results = vec![None; target];
        results.push(Some(out.clone()));
        let site = Site {
            statement: self.current.clone(),
            operands: group.operands.iter().map(|o| o.name.clone()).collect(),
        };
        let launch = Launch {
            kernel: Kernel {
                source: self.current.clone(),
                operands: group.operands,
                scalars: group.scalars,
                body: group.body,
                stores: vec![crate::ir::kernel::Store {
                    operand: target,
                    value,
                }],
            },
            buffers: group.buffers,
            values: group.values,
            results,
            mutable: Vec::new(),
            guard: Vec::new(),
            fallback: None,
            site,
        };
        self.push(Step::Source(self.current.clone()));
        self.push(Step::Kernel(Box::new(launch)));
        let name = if owned {
            let name = self.fresh("array");
            self.push(Step::Let {
                name: name.clone(),
                mutable: false,
                dtype: None,
                value: quote!(#out.to_owned()),
            });
            name
        } else {
            out
        };
        let stored = Stored::Array(self.local(name, node));
        self.store(node, stored.clone());
        Some(stored)
    }
}
