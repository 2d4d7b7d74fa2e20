"""Points at which the planted defects show, and points at which they do not.

For the tests of the defects alone: a checker that is judged by them must find its own.
"""

from typing import Any, NamedTuple

import numpy as np


class At(NamedTuple):
    """Arguments, and a cotangent where the usual one will not do."""

    arguments: list[Any]
    cotangent: np.ndarray | None = None
    along_ones: bool = False  # the one direction that keeps ties, along which a maximum is smooth


def at(*arguments, **options):
    return At([np.array(a) if isinstance(a, list) else a for a in arguments], **options)


def ramp(*shape):
    """Numbers of both signs, all different, of no symmetry."""
    return np.sin(1.0 + 1.7 * np.arange(float(np.prod(shape)))).reshape(shape)


X = [0.3, -1.2, 0.8]
LABELS = np.array([1, -1, 0])

# Where the defective function's first derivative is wrong.
WRONG_AT = {
    "tanh_slope_per_mille": at(X),
    "softplus_straight_from_five": at([5.5, 0.1]),
    "quotient_reads_numerator": at([1.5, -0.7], [0.4, 2.0]),
    "cube_cotangent_twice": at(X),
    "exponential_of_magnitude": at(X),
    "sine_without_cotangent": at(X),
    "logistic_small_gradients_lost": at([-11.0]),
    "absolute_power_of_negative": at([0.5, -0.5]),
    "sinc_at_zero": at([0.0, 1.0]),
    "gelu_of_two_formulas": at(X),
    "logaddexp_complement": at([0.3], [1.0]),
    "logistic_map_outside": at([1.2, 0.5]),
    "bias_averaged": at(ramp(2, 3), ramp(3)),
    "product_axis_of_one": at(ramp(2, 3), ramp(2, 1)),
    "column_scale_guesses_axis": at(ramp(2, 2), ramp(2)),
    "mean_over_negative_axis": at(ramp(2, 3), -1),
    "root_mean_square_of_two_axes": at(ramp(2, 1, 3)),
    "running_sum_without_own": at(X),
    "row_maximum_every_tie": at([[1.0, 1.0, 0.0]], along_ones=True),
    "smaller_of_two_both_win": at([1.0, 0.5], [1.0, 2.0], along_ones=True),
    "mean_square_per_example": at(ramp(2, 2, 3)),
    "quadratic_form_taken_symmetric": at([1.0, 2.0], [[1.0, 3.0], [-1.0, 0.5]]),
    "solve_not_transposed": at([[2.0, 1.0], [0.0, 3.0]], ramp(2, 1)),
    "shared_matrix_of_first_example": at(ramp(2, 2, 3), ramp(3, 2)),
    "permuted_forward_again": at(ramp(2, 2, 2), (1, 2, 0)),
    "picked_rows_overwritten": at(ramp(3, 2), np.array([0, 2, 0])),
    "every_other_backwards": at(ramp(4)),
    "lower_triangle_without_diagonal": at(ramp(2, 3)),
    "squared_distances_both_pull": at(ramp(2, 2), ramp(3, 2)),
    "row_times_matrix_outer": at(ramp(2), ramp(2, 2)),
    "strided_convolution_remainder": at(ramp(1, 1, 6), ramp(1, 1, 3)),
    "convolution_kernel_flipped": at(ramp(1, 1, 4), ramp(1, 1, 2)),
    "average_pool_counts_border": at(ramp(1, 1, 4)),
    "max_pool_overlap_overwritten": at([[[0.0, 1.0, 5.0, 2.0, 3.0]]]),
    "max_pool_every_tie": at([[[1.0, 1.0]]], along_ones=True),
    "smoothing_with_even_kernel": at(ramp(5), ramp(2)),
    "reflected_border_repeats_edge": at(ramp(3)),
    "convolution_bias_first_position": at(ramp(1, 1, 4), ramp(1, 1, 2), ramp(1)),
    "softmax_diagonal_only": at(X),
    "layer_norm_without_mean": at(X),
    "layer_norm_epsilon_outside": at(X),
    "variance_degrees_of_freedom": at(X),
    "log_softmax_along_one": at(ramp(2, 2, 3)),
    "huber_slope_of_delta_one": at([2.0], [0.2]),
    "binary_cross_entropy_overflow": at([800.0, 0.0], [0.25, 0.5]),
    "cross_entropy_counts_ignored": at(ramp(3, 2), LABELS),
    "squared_error_per_row": at(ramp(2, 3), -ramp(2, 3)),
    "dropout_mask_redrawn": at(ramp(10), 3),
    "entropy_without_one": at([0.2, 0.8]),
    "unit_vector_without_projection": at(X),
    "batch_norm_evaluated_as_trained": at(ramp(3, 2), ramp(2), np.array([0.5, 1.5])),
    "second_use_detached": at(X),
    "arctangent_rounds_cotangent": at(X),
    "cotangent_read_in_memory_order": at(ramp(2, 3), cotangent=np.asfortranarray(ramp(2, 3))),
    "input_read_in_memory_order": at(np.asfortranarray(ramp(2, 3))),
    "variance_of_moments_ignored": at(X),
    "padded_convolution_pads_behind": at(ramp(1, 1, 4), ramp(1, 1, 2)),
    "dilated_convolution_forgets_dilation": at(ramp(1, 1, 4), ramp(1, 1, 2)),
    "upsampled_first_copy_only": at(ramp(1, 1, 2)),
    "stretched_without_its_factor": at(ramp(1, 1, 2)),
    "contraction_labels_exchanged": at(ramp(2, 3), ramp(3, 2)),
    "row_sums_of_the_diagonal": at(ramp(2, 3)),
    "determinant_of_the_transpose": at([[2.0, 1.0], [0.0, 3.0]]),
    "inverse_without_minus": at([[2.0, 1.0], [0.0, 3.0]]),
    "cross_product_commuted": at(ramp(2, 3), np.cos(ramp(2, 3))),
    "tail_given_to_the_head": at(X),
    "differences_without_the_first": at(X),
    "neighbours_overwrite": at(X),
    "sorted_again": at([0.3, 0.8, -1.2]),
    "leading_axis_moved_back_wrongly": at(ramp(2, 3, 2)),
    "overwritten_row_keeps_gradient": at(ramp(2, 3), ramp(3)),
    "choice_with_one_mask": at(X, ramp(3)),
    "leak_of_a_hundredth": at(X),
    "clipped_without_end": at([0.3, 4.0]),
    "product_divided_by_zero": at([0.3, 0.0, 2.0]),
    "deviation_keeps_the_two": at(X),
    "batch_norm_without_variance": at(ramp(3, 2)),
    "log_mean_of_powers_centred": at(X),
    "power_log_of_the_output": at([0.3, 1.2]),
    "count_loss_descends_upwards": at(X, [0.5, 1.2, 2.0]),
    "first_cotangent_for_both": at(X),
    "slope_kept_in_half": at(X),
    "largest_size_counts_ties": at([1.0, 1.0, 0.5], along_ones=True),
}

# Where it is right all the same: what makes some of them hard to find.
RIGHT_AT = {
    "softplus_straight_from_five": at(X),
    "cube_cotangent_twice": at(X, cotangent=np.ones(3)),
    "exponential_of_magnitude": at(X, cotangent=np.array([0.3, 2.0, 0.7])),
    "sine_without_cotangent": at(X, cotangent=np.ones(3)),
    "logistic_small_gradients_lost": at(X),
    "absolute_power_of_negative": at([0.5, 2.5]),
    "sinc_at_zero": at(X),
    "logistic_map_outside": at([0.1, 0.9]),
    "bias_averaged": at(ramp(1, 3), ramp(3)),
    "product_axis_of_one": at(ramp(2, 3), ramp(3)),
    "column_scale_guesses_axis": at(ramp(2, 3), ramp(3)),
    "mean_over_negative_axis": at(ramp(2, 3), 1),
    "root_mean_square_of_two_axes": at(ramp(2, 3, 1)),
    "row_maximum_every_tie": at([[1.0, 1.5, 0.0]]),
    "smaller_of_two_both_win": at([1.0, 0.5], [1.5, 0.2]),
    "mean_square_per_example": at(ramp(2, 3, 3)),
    "quadratic_form_taken_symmetric": at([1.0, 2.0], [[1.0, 3.0], [3.0, 0.5]]),
    "solve_not_transposed": at([[2.0, 1.0], [1.0, 3.0]], ramp(2, 1)),
    "shared_matrix_of_first_example": at(ramp(1, 2, 3), ramp(3, 2)),
    "permuted_forward_again": at(ramp(2, 3, 4), (1, 0, 2)),
    "picked_rows_overwritten": at(ramp(3, 2), np.array([2, 0])),
    "every_other_backwards": at(ramp(5)),
    "joined_split_by_sizes": at(ramp(2, 3), ramp(1, 3)),
    "strided_convolution_remainder": at(ramp(1, 1, 5), ramp(1, 1, 3)),
    "convolution_kernel_flipped": at(ramp(1, 1, 4), ramp(2, 1, 1)),
    "max_pool_overlap_overwritten": at([[[0.0, 1.0, 5.0]]]),
    "max_pool_every_tie": at([[[1.0, 2.0, 0.0]]]),
    "smoothing_with_even_kernel": at(ramp(5), ramp(3)),
    "log_softmax_along_one": at(ramp(2, 3)),
    "huber_slope_of_delta_one": at([1.0], [0.2]),
    "binary_cross_entropy_overflow": at([30.0, -30.0], [0.25, 0.5]),
    "cross_entropy_counts_ignored": at(ramp(3, 2), np.array([1, 0, 0])),
    "squared_error_per_row": at(ramp(3), -ramp(3)),
    "one_tensor_in_two_slots": at(ramp(3), ramp(3)),
    "halves_share_memory": at(ramp(3), ramp(2, 1)),
    "workspace_reused": at(X),
    "cotangent_multiplied_in_place": at(X),
    "saved_input_centred_in_place": at(X),
    "softmax_shifts_its_input": at(X),
    "latest_input_remembered": at(X),
    "gradient_remembered_by_input": at(X),
    "gradient_added_to_first": at(X),
    "power_of_two_leaks_float64": at(X),
    "arctangent_rounds_cotangent": at(X, cotangent=np.ones(3)),
    "parabola_of_scalar_gains_axis": at(X),
    "arctangent_of_nothing": at(X),
    "cotangent_read_in_memory_order": at(np.asfortranarray(ramp(2, 3))),
    "input_read_in_memory_order": at(ramp(2, 3)),
    "cube_slope_constant": at(X),
    "square_times_cross_term": at(X, ramp(2, 1)),
    "sine_cotangent_constant": at(X),
    "variance_mean_constant": at(X),
    "softmax_dot_constant": at(X),
    "swish_slope_has_wrong_slope": at(X),
    "exponential_not_recorded": at(X),
    "matrix_product_left_constant": at(ramp(2, 3), ramp(3, 2)),
}

# Where the second derivative is wrong.
BENT_WRONG_AT = {
    "cube_slope_constant": at(X),
    "square_times_cross_term": at(X, ramp(2, 1)),
    "sine_cotangent_constant": at(X),
    "variance_mean_constant": at(X),
    "softmax_dot_constant": at(X),
    "swish_slope_has_wrong_slope": at(X),
    "exponential_not_recorded": at(X),
    "matrix_product_left_constant": at(ramp(2, 3), ramp(3, 2)),
    "softplus_slope_constant": at(X),
    "quotient_of_constant_numerator": at(X, ramp(2, 1)),
    "bell_with_half_a_curvature": at(X),
}


# Where its rule fails, and with what words.
FAILS_AT = {
    "joined_split_by_sizes": ([ramp(2, 3), ramp(1, 3), ramp(2, 3)], "returned shape"),
    "parabola_of_scalar_gains_axis": ([np.array(0.5)], r"shape \(1,\), the argument has \(\)"),
    "arctangent_of_nothing": ([np.zeros((0, 2))], "zero-size array"),
}
