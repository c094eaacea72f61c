//! BJ0004: a method that changes its receiver, called on a field that is no variable.

use super::catalogue::Code;
use super::place::{Step, Target};
use super::uses::Action;
use super::{Finding, Site, mark_it, what_it_is};
use crate::ir::types::{Container, ValueType};
use crate::model::object::Field;
use syn::{GenericArgument, PathArguments, Type};

pub(super) fn rule(site: &Site) -> Option<Finding> {
    let Action::Call(method) = &site.usage.action else {
        return None;
    };
    let (field, owner, path) = site.constant()?;
    let Target::Field { rest, .. } = &site.target else {
        return None;
    };
    if !mutates(field, rest, &method.to_string()) {
        return None;
    }
    Some(Finding {
        code: Code::MutatingMethod,
        what: format!(
            "`.{method}(..)` changes `{path}`, but {}: compiled methods take it as a constant",
            what_it_is(field)
        ),
        help: mark_it(field, owner),
    })
}

/// Whether `method` is known to change what `field`, after the steps `rest`, holds.
pub(super) fn mutates(field: &Field, rest: &[Step], method: &str) -> bool {
    // Only ndarray's names are sure where the type is not known; a user's `push` may well take `&self`.
    let into = rest.iter().any(|step| !matches!(step, Step::Deref));
    let family = if into {
        Family::Unknown
    } else {
        Family::of(&field.written, &field.value)
    };
    family
        .mutating()
        .iter()
        .any(|names| names.contains(&method))
}

/// Types that share their mutating methods.
enum Family {
    Scalar,
    Array,
    Sequence,
    Map,
    Option,
    Text,
    Unknown,
}

impl Family {
    fn of(written: &Type, value: &ValueType) -> Family {
        match value {
            ValueType::Scalar(_) | ValueType::RandomState => return Family::Scalar,
            ValueType::Array(array) if array.container != Container::Slice => return Family::Array,
            _ => {}
        }
        match written {
            Type::Reference(t) => Family::of(&t.elem, value),
            Type::Paren(t) => Family::of(&t.elem, value),
            Type::Group(t) => Family::of(&t.elem, value),
            Type::Slice(_) | Type::Array(_) => Family::Sequence,
            Type::Path(t) => {
                let Some(last) = t.path.segments.last() else {
                    return Family::Unknown;
                };
                match last.ident.to_string().as_str() {
                    "Vec" | "VecDeque" | "LinkedList" | "BinaryHeap" => Family::Sequence,
                    "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" => Family::Map,
                    "Option" => Family::Option,
                    "String" => Family::Text,
                    "Box" => match &last.arguments {
                        PathArguments::AngleBracketed(list) => match list.args.first() {
                            Some(GenericArgument::Type(inner)) => Family::of(inner, value),
                            _ => Family::Unknown,
                        },
                        _ => Family::Unknown,
                    },
                    _ => Family::Unknown,
                }
            }
            _ => Family::Unknown,
        }
    }

    fn mutating(&self) -> &'static [&'static [&'static str]] {
        match self {
            Family::Scalar => &[],
            Family::Array => &[OF_ARRAYS, OF_OWNED_ARRAYS],
            Family::Sequence => &[OF_ARRAYS, OF_SEQUENCES],
            Family::Map => &[OF_MAPS],
            Family::Option => &[OF_OPTIONS],
            Family::Text => &[OF_TEXT],
            Family::Unknown => &[OF_ARRAYS],
        }
    }
}

/// Names that nothing but a mutating method has.
const OF_ARRAYS: &[&str] = &[
    "accumulate_axis_inplace",
    "as_mut_ptr",
    "as_mut_slice",
    "as_slice_memory_order_mut",
    "as_slice_mut",
    "assign",
    "axis_chunks_iter_mut",
    "axis_iter_mut",
    "chunks_exact_mut",
    "chunks_mut",
    "column_mut",
    "columns_mut",
    "diag_mut",
    "exact_chunks_mut",
    "fill",
    "first_mut",
    "index_axis_inplace",
    "index_axis_mut",
    "indexed_iter_mut",
    "iter_mut",
    "lanes_mut",
    "last_mut",
    "map_axis_mut",
    "map_inplace",
    "mapv_inplace",
    "multi_slice_mut",
    "outer_iter_mut",
    "par_chunks_mut",
    "par_iter_mut",
    "par_map_inplace",
    "par_mapv_inplace",
    "row_mut",
    "rows_mut",
    "scaled_add",
    "slice_axis_inplace",
    "slice_axis_mut",
    "slice_collapse",
    "slice_each_axis_inplace",
    "slice_each_axis_mut",
    "slice_mut",
    "split_at_mut",
    "view_mut",
    "zip_mut_with",
];

const OF_OWNED_ARRAYS: &[&str] = &[
    "append",
    "collapse_axis",
    "get_mut",
    "get_mut_ptr",
    "insert_axis_inplace",
    "invert_axis",
    "merge_axes",
    "permute_axes",
    "push",
    "push_column",
    "push_row",
    "remove_index",
    "reserve",
    "reverse_axes",
    "swap",
    "swap_axes",
];

const OF_SEQUENCES: &[&str] = &[
    "append",
    "back_mut",
    "clear",
    "clone_from_slice",
    "copy_from_slice",
    "copy_within",
    "dedup",
    "dedup_by",
    "dedup_by_key",
    "drain",
    "extend",
    "extend_from_slice",
    "extract_if",
    "fill_with",
    "front_mut",
    "get_mut",
    "insert",
    "pop",
    "pop_back",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "remove",
    "reserve",
    "resize",
    "resize_with",
    "retain",
    "retain_mut",
    "reverse",
    "rotate_left",
    "rotate_right",
    "select_nth_unstable",
    "shrink_to_fit",
    "sort",
    "sort_by",
    "sort_by_cached_key",
    "sort_by_key",
    "sort_unstable",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "splice",
    "split_off",
    "swap",
    "swap_remove",
    "swap_with_slice",
    "truncate",
];

const OF_MAPS: &[&str] = &[
    "append",
    "clear",
    "drain",
    "entry",
    "extend",
    "first_entry",
    "get_mut",
    "insert",
    "iter_mut",
    "last_entry",
    "pop_first",
    "pop_last",
    "remove",
    "remove_entry",
    "replace",
    "reserve",
    "retain",
    "split_off",
    "take",
    "values_mut",
];

const OF_OPTIONS: &[&str] = &[
    "as_deref_mut",
    "as_mut",
    "get_or_insert",
    "get_or_insert_with",
    "insert",
    "iter_mut",
    "replace",
    "take",
    "take_if",
];

const OF_TEXT: &[&str] = &[
    "clear",
    "drain",
    "extend",
    "insert",
    "insert_str",
    "make_ascii_lowercase",
    "make_ascii_uppercase",
    "pop",
    "push",
    "push_str",
    "remove",
    "replace_range",
    "retain",
    "truncate",
];

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::neuron_codes;
    use syn::parse_quote;

    #[test]
    fn constants_of_known_types_do_not_change() {
        for call in [
            parse_quote!({
                self.table.fill(0.0);
            }),
            parse_quote!({
                self.table.assign(&x);
            }),
            parse_quote!({
                self.table.mapv_inplace(|x| x);
            }),
            parse_quote!({
                self.table.row_mut(0).fill(0.0);
            }),
            parse_quote!({ for x in self.table.iter_mut() {} }),
            parse_quote!({
                self.history.push(1.0);
            }),
            parse_quote!({
                self.history.sort_by(f);
            }),
            parse_quote!({
                self.label.take();
            }),
            parse_quote!({
                self.label.as_mut();
            }),
            parse_quote!({
                self.text.push_str("a");
            }),
            parse_quote!({
                self.seen.entry(1).or_insert(2);
            }),
            parse_quote!({
                self.e.weights.fill(0.0);
            }),
            parse_quote!({
                println!("{}", self.history.pop().unwrap());
            }),
            parse_quote!({
                self.strange.fill(0.0);
            }),
        ] {
            let shown = quote::quote!(#call).to_string();
            assert_eq!(neuron_codes(call), [MutatingMethod], "{shown}");
        }
    }

    #[test]
    fn reading_methods_and_variables() {
        assert_eq!(
            neuron_codes(parse_quote!({
                self.v.fill(0.0);
                self.e.g.assign(&x);
                self.table.mapv(|x| x);
                self.text.replace("a", "b");
                self.label.as_ref();
                self.history.iter().take(3);
                self.strange.push(1);
                self.layers.iter_mut();
                self.tau.rem_euclid(1.0);
            })),
            []
        );
    }
}
