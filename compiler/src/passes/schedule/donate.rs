//! Buffers that are lent: an array that a method takes by value and returns a function of becomes its result, and a temporary that is
//! read for the last time becomes what is computed from it.

use super::*;

impl Scheduler<'_> {
    /// Lets the result of the open group, which is the method's, take the buffer of an argument that it reads element by
    /// element.
    pub(super) fn donate(
        &mut self,
        group: &mut Group,
        results: &mut Vec<Option<Ident>>,
        exported: &[Output],
    ) {
        let [output] = exported else { return };
        let Some(made) = group.operands.last().cloned() else {
            return;
        };
        if made.access != Access::New {
            return;
        }
        let Some((argument, place)) = self.donor(group, &made) else {
            return;
        };
        // A function that looks at the argument runs inside the kernel, when the buffer is written.
        let name = self.graph.place(place).name.clone();
        let mut functions = group.scalars.iter().filter(|scalar| scalar.dtype.is_none());
        if functions.any(|function| mentions(group.values[function.value].clone(), &name)) {
            return;
        }
        let shape = self.fresh("shape");
        let dims = self.shape(output.node);
        self.push(Step::Let {
            name: shape.clone(),
            mutable: false,
            dtype: None,
            value: quote!(::brain_jit::__private::kernel::Dims::new(&#dims[..])),
        });
        // Scalars that look at the argument do so before it is given away.
        for value in &mut group.values {
            if mentions(value.clone(), &name) {
                self.counter += 1;
                let scalar = Ident::new(&format!("__scalar_{}", self.counter), Span::mixed_site());
                let value = std::mem::replace(value, quote!(#scalar));
                let step = Step::Let {
                    name: scalar,
                    mutable: false,
                    dtype: None,
                    value,
                };
                self.push(step);
            }
        }
        let array = &self.graph.place(place).tokens;
        self.push(Step::Let {
            name: output.name.clone(),
            mutable: true,
            dtype: None,
            value: quote!(::brain_jit::__private::donate(#array, &#shape[..])),
        });
        group.operands.pop();
        results.pop();
        group.operands[argument].access = Access::ReadWrite;
        group.buffers[group.operands[argument].buffer] =
            self.local(output.name.clone(), output.node);
        if let Some(store) = group.stores.last_mut() {
            store.operand = argument;
        }
    }

    /// Lets a temporary that only the open group still reads become what the group computes.
    pub(super) fn reuse(
        &mut self,
        group: &mut Group,
        results: &mut Vec<Option<Ident>>,
        exported: &[Output],
    ) {
        let [output] = exported else { return };
        let Some(made) = group.operands.last().cloned() else {
            return;
        };
        if made.access != Access::Scratch {
            return;
        }
        let Some((operand, temporary, nodes)) = self.spent(group, &made) else {
            return;
        };
        let shape = self.shape(output.node);
        nodes.into_iter().for_each(|node| self.forget(node));
        self.push(Step::Let {
            name: output.name.clone(),
            mutable: true,
            dtype: None,
            value: quote!({
                let __shape = ::brain_jit::__private::kernel::Dims::new(&#shape[..]);
                ::brain_jit::__private::reuse(#temporary, &__shape[..])
            }),
        });
        group.operands.pop();
        results.pop();
        group.operands[operand].access = Access::ReadWrite;
        group.buffers[group.operands[operand].buffer] =
            self.local(output.name.clone(), output.node);
        if let Some(store) = group.stores.last_mut() {
            store.operand = operand;
        }
    }

    /// The operand that reads a temporary of the result's type for the last time.
    fn spent(&self, group: &Group, made: &Operand) -> Option<(usize, Ident, Vec<NodeId>)> {
        group.operands.iter().enumerate().find_map(|(k, operand)| {
            let fits = operand.access == Access::Read
                && operand.dtype == made.dtype
                && operand.rank == made.rank;
            let Some(Buffer::Local { name, views, .. }) =
                fits.then(|| group.buffers.get(operand.buffer)).flatten()
            else {
                return None;
            };
            let text = name.to_string();
            if !views.is_empty() || !text.starts_with("__temporary") {
                return None;
            }
            let names = |buffer: &&Buffer| matches!(buffer, Buffer::Local { name: other, .. } if other == name);
            let alone = group.buffers.iter().filter(names).count() == 1
                && !group.values.iter().any(|value| mentions(value.clone(), &text));
            // Of this region: a loop inside would take it again and again.
            let region = self.memo.last()?.iter();
            let nodes: Vec<NodeId> = region
                .filter(|(_, stored)| {
                    matches!(stored, Stored::Array(Buffer::Local { name: other, .. }) if other == name)
                })
                .map(|(node, _)| *node)
                .collect();
            let last = nodes
                .iter()
                .all(|node| !self.uses.outside(*node, &group.positions));
            (alone && last && !nodes.is_empty()).then(|| (k, name.clone(), nodes))
        })
    }

    /// The operand that reads an argument of the result's type, which nothing else looks at.
    fn donor(&self, group: &Group, made: &Operand) -> Option<(usize, PlaceId)> {
        group.operands.iter().enumerate().find_map(|(k, operand)| {
            let fits = operand.access == Access::Read
                && operand.dtype == made.dtype
                && operand.rank == made.rank;
            let Some(Buffer::Place { place, views }) =
                fits.then(|| group.buffers.get(operand.buffer)).flatten()
            else {
                return None;
            };
            let alone = group.buffers.iter().filter(
                |buffer| matches!(buffer, Buffer::Place { place: other, .. } if other == place),
            );
            let donated = self.graph.place(*place).donated && views.is_empty();
            (donated && alone.count() == 1).then_some((k, *place))
        })
    }
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
