//! The corrected twin of every mistake compiles.
//!
//! All are modules of one crate: as crates of their own they would take minutes to link.

#![allow(dead_code)]
// The twin of `self: Box<Self>` has that receiver, in a method left as written.
#![allow(clippy::boxed_local)]

#[path = "../pass/borrows/assign.rs"]
mod borrows_assign;
#[path = "../pass/borrows/fill.rs"]
mod borrows_fill;
#[path = "../pass/borrows/iter_mut.rs"]
mod borrows_iter_mut;
#[path = "../pass/borrows/loop_over_mutable.rs"]
mod borrows_loop_over_mutable;
#[path = "../pass/borrows/mapv_inplace.rs"]
mod borrows_mapv_inplace;
#[path = "../pass/borrows/mutable_borrow_in_shared_method.rs"]
mod borrows_mutable_borrow_in_shared_method;
#[path = "../pass/borrows/mutable_reference.rs"]
mod borrows_mutable_reference;
#[path = "../pass/borrows/mutable_slice.rs"]
mod borrows_mutable_slice;
#[path = "../pass/borrows/push.rs"]
mod borrows_push;
#[path = "../pass/borrows/ref_mut_in_match.rs"]
mod borrows_ref_mut_in_match;
#[path = "../pass/borrows/ref_mut_pattern.rs"]
mod borrows_ref_mut_pattern;
#[path = "../pass/borrows/swap_with_constant.rs"]
mod borrows_swap_with_constant;
#[path = "../pass/borrows/take.rs"]
mod borrows_take;
#[path = "../pass/borrows/written_by_macro.rs"]
mod borrows_written_by_macro;
#[path = "../pass/borrows/written_while_borrowed.rs"]
mod borrows_written_while_borrowed;
#[path = "../pass/calls/associated_function_as_method.rs"]
mod calls_associated_function_as_method;
#[path = "../pass/calls/exclusive_from_shared.rs"]
mod calls_exclusive_from_shared;
#[path = "../pass/calls/recursion_direct.rs"]
mod calls_recursion_direct;
#[path = "../pass/calls/recursion_mutual.rs"]
mod calls_recursion_mutual;
#[path = "../pass/calls/recursion_of_function.rs"]
mod calls_recursion_of_function;
#[path = "../pass/calls/too_few_arguments.rs"]
mod calls_too_few_arguments;
#[path = "../pass/calls/too_many_arguments.rs"]
mod calls_too_many_arguments;
#[path = "../pass/calls/unknown_function.rs"]
mod calls_unknown_function;
#[path = "../pass/conditions/and_of_arrays.rs"]
mod conditions_and_of_arrays;
#[path = "../pass/conditions/array_in_if.rs"]
mod conditions_array_in_if;
#[path = "../pass/conditions/array_in_match_guard.rs"]
mod conditions_array_in_match_guard;
#[path = "../pass/conditions/array_in_while.rs"]
mod conditions_array_in_while;
#[path = "../pass/conditions/or_of_arrays.rs"]
mod conditions_or_of_arrays;
#[path = "../pass/derive/child_in_option.rs"]
mod derive_child_in_option;
#[path = "../pass/derive/child_of_own_type.rs"]
mod derive_child_of_own_type;
#[path = "../pass/derive/enum_item.rs"]
mod derive_enum_item;
#[path = "../pass/derive/rank_without_dtype.rs"]
mod derive_rank_without_dtype;
#[path = "../pass/derive/variable_and_child.rs"]
mod derive_variable_and_child;
#[path = "../pass/gradients/attribute_on_skipped.rs"]
mod gradients_attribute_on_skipped;
#[path = "../pass/gradients/break_in_loop.rs"]
mod gradients_break_in_loop;
#[path = "../pass/gradients/checkpoint_expression.rs"]
mod gradients_checkpoint_expression;
#[path = "../pass/gradients/checkpoint_without_loop.rs"]
mod gradients_checkpoint_without_loop;
#[path = "../pass/gradients/checkpoint_zero.rs"]
mod gradients_checkpoint_zero;
#[path = "../pass/gradients/child_argument_without_type.rs"]
mod gradients_child_argument_without_type;
#[path = "../pass/gradients/child_changes.rs"]
mod gradients_child_changes;
#[path = "../pass/gradients/child_in_loop.rs"]
mod gradients_child_in_loop;
#[path = "../pass/gradients/child_not_differentiable.rs"]
mod gradients_child_not_differentiable;
#[path = "../pass/gradients/child_without_jvp.rs"]
mod gradients_child_without_jvp;
#[path = "../pass/gradients/child_without_type.rs"]
mod gradients_child_without_type;
#[path = "../pass/gradients/custom_gradient_count.rs"]
mod gradients_custom_gradient_count;
#[path = "../pass/gradients/differentiable_exclusive.rs"]
mod gradients_differentiable_exclusive;
#[path = "../pass/gradients/draw_from_parameter.rs"]
mod gradients_draw_from_parameter;
#[path = "../pass/gradients/dynamic_rank.rs"]
mod gradients_dynamic_rank;
#[path = "../pass/gradients/gradients_used_whole.rs"]
mod gradients_gradients_used_whole;
#[path = "../pass/gradients/hessian_of_array.rs"]
mod gradients_hessian_of_array;
#[path = "../pass/gradients/host_function.rs"]
mod gradients_host_function;
#[path = "../pass/gradients/integer_field.rs"]
mod gradients_integer_field;
#[path = "../pass/gradients/jacobian_exclusive.rs"]
mod gradients_jacobian_exclusive;
#[path = "../pass/gradients/nothing_trained.rs"]
mod gradients_nothing_trained;
#[path = "../pass/gradients/return_in_loop.rs"]
mod gradients_return_in_loop;
#[path = "../pass/gradients/returns_array.rs"]
mod gradients_returns_array;
#[path = "../pass/gradients/second_derivative.rs"]
mod gradients_second_derivative;
#[path = "../pass/gradients/sum_of_complex.rs"]
mod gradients_sum_of_complex;
#[path = "../pass/gradients/tangent_of_child.rs"]
mod gradients_tangent_of_child;
#[path = "../pass/gradients/tangent_of_integer.rs"]
mod gradients_tangent_of_integer;
#[path = "../pass/gradients/tangent_of_nothing.rs"]
mod gradients_tangent_of_nothing;
#[path = "../pass/gradients/through_deliver.rs"]
mod gradients_through_deliver;
#[path = "../pass/gradients/through_map.rs"]
mod gradients_through_map;
#[path = "../pass/gradients/unknown_name.rs"]
mod gradients_unknown_name;
#[path = "../pass/gradients/untrained_list.rs"]
mod gradients_untrained_list;
#[path = "../pass/indexing/axis_of_dynamic_rank.rs"]
mod indexing_axis_of_dynamic_rank;
#[path = "../pass/indexing/axis_out_of_range.rs"]
mod indexing_axis_out_of_range;
#[path = "../pass/indexing/dtypes_mixed.rs"]
mod indexing_dtypes_mixed;
#[path = "../pass/indexing/float_index.rs"]
mod indexing_float_index;
#[path = "../pass/indexing/list_among_indices.rs"]
mod indexing_list_among_indices;
#[path = "../pass/indexing/pair_in_brackets.rs"]
mod indexing_pair_in_brackets;
#[path = "../pass/indexing/pair_in_brackets_read.rs"]
mod indexing_pair_in_brackets_read;
#[path = "../pass/indexing/rank_mismatch_in_dot.rs"]
mod indexing_rank_mismatch_in_dot;
#[path = "../pass/indexing/rank_mismatch_in_write.rs"]
mod indexing_rank_mismatch_in_write;
#[path = "../pass/indexing/too_many_indices.rs"]
mod indexing_too_many_indices;
#[path = "../pass/integrate/cast_to_alias.rs"]
mod integrate_cast_to_alias;
#[path = "../pass/integrate/loop_in_formula.rs"]
mod integrate_loop_in_formula;
#[path = "../pass/integrate/no_state.rs"]
mod integrate_no_state;
#[path = "../pass/integrate/not_elementwise.rs"]
mod integrate_not_elementwise;
#[path = "../pass/integrate/result_count.rs"]
mod integrate_result_count;
#[path = "../pass/integrate/return_in_value.rs"]
mod integrate_return_in_value;
#[path = "../pass/integrate/step_taken.rs"]
mod integrate_step_taken;
#[path = "../pass/integrate/unknown_function.rs"]
mod integrate_unknown_function;
#[path = "../pass/integrate/unknown_in_function.rs"]
mod integrate_unknown_in_function;
#[path = "../pass/integrate/unknown_method.rs"]
mod integrate_unknown_method;
#[path = "../pass/names/field_called.rs"]
mod names_field_called;
#[path = "../pass/names/method_without_call.rs"]
mod names_method_without_call;
#[path = "../pass/names/unknown_field.rs"]
mod names_unknown_field;
#[path = "../pass/names/unknown_field_of_child.rs"]
mod names_unknown_field_of_child;
#[path = "../pass/names/update_frozen.rs"]
mod names_update_frozen;
#[path = "../pass/names/update_jit.rs"]
mod names_update_jit;
#[path = "../pass/names/update_plain.rs"]
mod names_update_plain;
#[path = "../pass/names/update_show_code.rs"]
mod names_update_show_code;
#[path = "../pass/names/update_show_namespace.rs"]
mod names_update_show_namespace;
#[path = "../pass/names/where_function.rs"]
mod names_where_function;
#[path = "../pass/options/attribute_twice.rs"]
mod options_attribute_twice;
#[path = "../pass/options/dyn_vars_of_constant.rs"]
mod options_dyn_vars_of_constant;
#[path = "../pass/options/dyn_vars_twice.rs"]
mod options_dyn_vars_twice;
#[path = "../pass/options/dyn_vars_unknown.rs"]
mod options_dyn_vars_unknown;
#[path = "../pass/options/dyn_vars_without_list.rs"]
mod options_dyn_vars_without_list;
#[path = "../pass/options/on_a_struct.rs"]
mod options_on_a_struct;
#[path = "../pass/options/skip_takes_no_value.rs"]
mod options_skip_takes_no_value;
#[path = "../pass/options/skip_with_dyn_vars.rs"]
mod options_skip_with_dyn_vars;
#[path = "../pass/options/static_arg_on_skipped.rs"]
mod options_static_arg_on_skipped;
#[path = "../pass/options/twice.rs"]
mod options_twice;
#[path = "../pass/options/unknown_on_block.rs"]
mod options_unknown_on_block;
#[path = "../pass/options/unknown_on_method.rs"]
mod options_unknown_on_method;
#[path = "../pass/options/unknown_on_variable.rs"]
mod options_unknown_on_variable;
#[path = "../pass/options/without_effect.rs"]
mod options_without_effect;
#[path = "../pass/random/constant_borrowed.rs"]
mod random_constant_borrowed;
#[path = "../pass/random/draw_from_constant.rs"]
mod random_draw_from_constant;
#[path = "../pass/random/draw_in_shared_method.rs"]
mod random_draw_in_shared_method;
#[path = "../pass/self_escapes/bound_to_local.rs"]
mod self_escapes_bound_to_local;
#[path = "../pass/self_escapes/compared.rs"]
mod self_escapes_compared;
#[path = "../pass/self_escapes/destructured.rs"]
mod self_escapes_destructured;
#[path = "../pass/self_escapes/in_dbg.rs"]
mod self_escapes_in_dbg;
#[path = "../pass/self_escapes/in_format_capture.rs"]
mod self_escapes_in_format_capture;
#[path = "../pass/self_escapes/method_of_other_block.rs"]
mod self_escapes_method_of_other_block;
#[path = "../pass/self_escapes/method_of_trait.rs"]
mod self_escapes_method_of_trait;
#[path = "../pass/self_escapes/passed_to_associated_function.rs"]
mod self_escapes_passed_to_associated_function;
#[path = "../pass/self_escapes/passed_to_function.rs"]
mod self_escapes_passed_to_function;
#[path = "../pass/self_escapes/returned.rs"]
mod self_escapes_returned;
#[path = "../pass/self_escapes/skipped_method.rs"]
mod self_escapes_skipped_method;
#[path = "../pass/signatures/async_fn.rs"]
mod signatures_async_fn;
#[path = "../pass/signatures/const_fn.rs"]
mod signatures_const_fn;
#[path = "../pass/signatures/extern_fn.rs"]
mod signatures_extern_fn;
#[path = "../pass/signatures/self_by_value.rs"]
mod signatures_self_by_value;
#[path = "../pass/signatures/self_in_a_box.rs"]
mod signatures_self_in_a_box;
#[path = "../pass/signatures/unsafe_fn.rs"]
mod signatures_unsafe_fn;
#[path = "../pass/statics/array.rs"]
mod statics_array;
#[path = "../pass/statics/const_generic_in_trait.rs"]
mod statics_const_generic_in_trait;
#[path = "../pass/statics/const_generic_taken.rs"]
mod statics_const_generic_taken;
#[path = "../pass/statics/field_without_values.rs"]
mod statics_field_without_values;
#[path = "../pass/statics/float_without_values.rs"]
mod statics_float_without_values;
#[path = "../pass/statics/string_owned.rs"]
mod statics_string_owned;
#[path = "../pass/statics/string_without_values.rs"]
mod statics_string_without_values;
#[path = "../pass/statics/value_out_of_range.rs"]
mod statics_value_out_of_range;
#[path = "../pass/statics/values_empty.rs"]
mod statics_values_empty;
#[path = "../pass/statics/values_of_wrong_type.rs"]
mod statics_values_of_wrong_type;
#[path = "../pass/statics/values_too_many.rs"]
mod statics_values_too_many;
#[path = "../pass/statics/values_twice.rs"]
mod statics_values_twice;
#[path = "../pass/writes/child_constant_written.rs"]
mod writes_child_constant_written;
#[path = "../pass/writes/child_replaced.rs"]
mod writes_child_replaced;
#[path = "../pass/writes/constant_assigned.rs"]
mod writes_constant_assigned;
#[path = "../pass/writes/constant_augmented.rs"]
mod writes_constant_augmented;
#[path = "../pass/writes/constant_destructured.rs"]
mod writes_constant_destructured;
#[path = "../pass/writes/constant_in_closure.rs"]
mod writes_constant_in_closure;
#[path = "../pass/writes/constant_in_nested_block.rs"]
mod writes_constant_in_nested_block;
#[path = "../pass/writes/constant_indexed.rs"]
mod writes_constant_indexed;
#[path = "../pass/writes/constant_part_written.rs"]
mod writes_constant_part_written;
#[path = "../pass/writes/lost_write_array.rs"]
mod writes_lost_write_array;
#[path = "../pass/writes/lost_write_copy.rs"]
mod writes_lost_write_copy;
#[path = "../pass/writes/lost_write_in_closure.rs"]
mod writes_lost_write_in_closure;
#[path = "../pass/writes/lost_write_in_function.rs"]
mod writes_lost_write_in_function;
#[path = "../pass/writes/lost_write_in_if_let.rs"]
mod writes_lost_write_in_if_let;
#[path = "../pass/writes/lost_write_in_loop.rs"]
mod writes_lost_write_in_loop;
#[path = "../pass/writes/lost_write_in_match_arm.rs"]
mod writes_lost_write_in_match_arm;
#[path = "../pass/writes/lost_write_in_tuple.rs"]
mod writes_lost_write_in_tuple;
#[path = "../pass/writes/lost_write_of_child_variable.rs"]
mod writes_lost_write_of_child_variable;
#[path = "../pass/writes/lost_write_of_parameter.rs"]
mod writes_lost_write_of_parameter;
#[path = "../pass/writes/lost_write_of_random_state.rs"]
mod writes_lost_write_of_random_state;
#[path = "../pass/writes/lost_write_scalar.rs"]
mod writes_lost_write_scalar;
#[path = "../pass/writes/lost_write_through_deref.rs"]
mod writes_lost_write_through_deref;
#[path = "../pass/writes/static_field_assigned.rs"]
mod writes_static_field_assigned;
#[path = "../pass/writes/write_in_shared_method.rs"]
mod writes_write_in_shared_method;

#[path = "../pass/calls/method_as_function.rs"]
mod calls_method_as_function;

#[path = "../pass/calls/axis_in_whole_reduction.rs"]
mod calls_axis_in_whole_reduction;

#[path = "../pass/calls/dot_of_three.rs"]
mod calls_dot_of_three;

#[path = "../pass/calls/operand_missing.rs"]
mod calls_operand_missing;

#[path = "../pass/conditions/array_in_assert.rs"]
mod conditions_array_in_assert;

#[path = "../pass/conditions/and_in_condition.rs"]
mod conditions_and_in_condition;

#[path = "../pass/dtypes/variables_mixed.rs"]
mod dtypes_variables_mixed;

#[path = "../pass/dtypes/written_to_other.rs"]
mod dtypes_written_to_other;

#[path = "../pass/dtypes/mask_multiplied.rs"]
mod dtypes_mask_multiplied;

#[path = "../pass/dtypes/where_of_numbers.rs"]
mod dtypes_where_of_numbers;

#[path = "../pass/dtypes/bitwise_of_floats.rs"]
mod dtypes_bitwise_of_floats;

#[path = "../pass/dtypes/exp_of_integers.rs"]
mod dtypes_exp_of_integers;

#[path = "../pass/dtypes/dot_mixed.rs"]
mod dtypes_dot_mixed;

#[path = "../pass/indexing/outer_of_matrix.rs"]
mod indexing_outer_of_matrix;

#[path = "../pass/indexing/float_bound.rs"]
mod indexing_float_bound;

#[path = "../pass/indexing/array_of_floats_as_index.rs"]
mod indexing_array_of_floats_as_index;

#[path = "../pass/dtypes/scalars_mixed.rs"]
mod dtypes_scalars_mixed;

#[path = "../pass/dtypes/array_of_unseen_type.rs"]
mod dtypes_array_of_unseen_type;

#[path = "../pass/calls/option_of_mean.rs"]
mod calls_option_of_mean;

#[path = "../pass/calls/arguments_of_method.rs"]
mod calls_arguments_of_method;

#[path = "../pass/calls/method_of_numpy.rs"]
mod calls_method_of_numpy;

#[path = "../pass/writes/shared_parameter.rs"]
mod writes_shared_parameter;

#[path = "../pass/derive/child_is_a_number.rs"]
mod derive_child_is_a_number;

#[path = "../pass/signatures/impl_trait_result.rs"]
mod signatures_impl_trait_result;

#[path = "../pass/closures/captures.rs"]
mod closures_captures;

#[path = "../pass/indexing/part_borrowed.rs"]
mod indexing_part_borrowed;

#[path = "../pass/indexing/position_of_other_type.rs"]
mod indexing_position_of_other_type;

#[path = "../pass/indexing/mask_of_other_rank.rs"]
mod indexing_mask_of_other_rank;

#[path = "../pass/calls/power_operator.rs"]
mod calls_power_operator;

#[path = "../pass/dtypes/annotation_of_other_type.rs"]
mod dtypes_annotation_of_other_type;

#[path = "../pass/dtypes/array_without_element_type.rs"]
mod dtypes_array_without_element_type;

#[path = "../pass/conditions/array_in_match.rs"]
mod conditions_array_in_match;

#[path = "../pass/options/attribute_of_parameter.rs"]
mod options_attribute_of_parameter;

#[path = "../pass/options/dyn_vars_unused.rs"]
mod options_dyn_vars_unused;

#[test]
fn every_twin_is_compiled_here_and_has_its_mistake() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = include_str!("twins.rs");
    let mut twins = 0;
    for theme in std::fs::read_dir(folder.join("pass")).expect("themes") {
        let theme = theme.expect("a theme").file_name();
        for file in std::fs::read_dir(folder.join("pass").join(&theme)).expect("twins") {
            let file = file.expect("a twin").file_name();
            let path = format!("{}/{}", theme.display(), file.display());
            assert!(
                here.contains(&format!("../pass/{path}\"")),
                "{path} is not compiled"
            );
            assert!(
                folder.join("fail").join(&path).exists(),
                "{path} corrects no mistake"
            );
            twins += 1;
        }
    }
    assert_eq!(here.matches("#[path").count(), twins + 1);
}
