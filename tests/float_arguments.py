"""Calls of every public function that is no operation by itself, with all of their float arguments.

Arguments are given by name; `star` holds those of a `*parameter`, which are called by its name.
"""

import inspect

import numpy as np

import autograd
import nn
import nn.functional

_rng = np.random.default_rng(7)


def real(*shape):
    return _rng.standard_normal(shape)


def positive(*shape):
    return _rng.uniform(0.5, 2.0, shape)


def share(*shape):
    return _rng.uniform(0.2, 0.8, shape)


def apart(*shape):
    """Numbers that are not near one another, or near a half, so that no kink is close."""
    count = int(np.prod(shape))
    return ((_rng.permutation(count) - count / 2 + 0.26) * 0.2).reshape(shape)


class Fresh:
    """A generator that gives the same numbers in each call."""


SIGNS = np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]])
INDICES = np.array([[0, 1, 0]])

AUTOGRAD = {
    "amax": [{"x": apart(2, 3), "axis": 1}],
    "amin": [{"x": apart(2, 3), "axis": 1}],
    "angle": [{"z": real(3) + 2}],
    "append": [{"arr": real(3), "values": real(2)}],
    "arange": [{"start": 0.0, "stop": 1.0, "step": 0.3}],
    "array_split": [{"ary": real(4), "indices_or_sections": 2}],
    "atleast_1d": [{"star": [np.float64(2.0), real(2)]}],
    "atleast_2d": [{"star": [real(2), real(2)]}],
    "atleast_3d": [{"star": [real(2), real(2)]}],
    "average": [{"a": real(2, 3), "axis": 1, "weights": positive(2, 3), "returned": True}],
    "bincount": [{"x": np.array([0, 2, 0]), "weights": real(3)}],
    "block": [{"arrays": [real(2), real(3)]}],
    "broadcast_arrays": [{"star": [real(2, 1), real(3)]}],
    "choose": [{"a": np.array([0, 1, 1]), "choices": [real(3), real(3)]}],
    "column_stack": [{"tup": [real(2), real(2)]}],
    "compress": [{"condition": np.array([True, False, True]), "a": real(3)}],
    "corrcoef": [{"x": real(2, 4), "y": real(4)}],
    "cov": [
        {"m": real(2, 4), "y": real(4), "aweights": positive(4)},
        {"m": real(2, 4), "ddof": 1.0, "fweights": np.array([1, 2, 1, 1])},
    ],
    "cumulative_prod": [{"x": positive(3)}],
    "cumulative_sum": [{"x": real(3)}],
    "delete": [{"arr": real(4), "obj": 1}],
    "diag": [{"v": real(3)}],
    "diagflat": [{"v": real(2)}],
    "diag_embed": [{"input": real(3)}],
    "index_add": [{"input": real(3), "dim": 0, "index": [1, 0], "source": real(2)}],
    "index_copy": [{"input": real(3), "dim": 0, "index": [1, 0], "source": real(2)}],
    "index_fill": [{"input": real(3), "dim": 0, "index": [1], "value": np.float64(2.0)}],
    "logdet": [{"a": np.eye(2) + 0.1 * positive(2, 2)}],
    "pdist": [{"input": real(3, 2)}],
    "std_mean": [{"input": real(2, 3)}],
    "var_mean": [{"input": real(2, 3)}],
    "diff": [{"a": real(3), "prepend": 0.5, "append": real(2)}, {"a": real(3), "append": 1.0}],
    "divmod": [{"x": real(3), "y": positive(3)}],
    "dsplit": [{"ary": real(1, 1, 2), "indices_or_sections": 2}],
    "dstack": [{"tup": [real(2), real(2)]}],
    "extract": [{"condition": np.array([True, False, True]), "arr": real(3)}],
    "fliplr": [{"m": real(2, 2)}],
    "flipud": [{"m": real(2, 2)}],
    "full": [{"shape": (2, 2), "fill_value": 3.0}, {"shape": (2, 2), "fill_value": real(2)}],
    "full_like": [
        {"x": np.zeros(3, int), "fill_value": 2.0, "dtype": float},
        {"x": np.zeros((2, 2), int), "fill_value": real(2), "dtype": float},
    ],
    "gradient": [
        {"f": real(4), "star": [0.5]},
        {"f": real(3, 3), "star": [np.array([0.0, 1.0, 3.0]), 0.5], "edge_order": 2},
    ],
    "hsplit": [{"ary": real(4), "indices_or_sections": 2}],
    "hstack": [{"tup": [real(2), real(2)]}],
    "insert": [{"arr": real(4), "obj": 1, "values": 2.0}],
    "interp": [
        {"x": np.array([-1.0, 0.5, 9.0]), "xp": np.array([0.0, 1.0, 2.0]), "fp": real(3),
         "left": 1.0, "right": 2.0},
        {"x": np.array([-0.7, 0.5, 9.2]), "xp": np.array([0.0, 1.0, 2.0]), "fp": real(3),
         "period": 2.5},
    ],
    "kron": [{"a": real(2), "b": real(3)}],
    "linspace": [
        {"start": 0.5, "stop": 2.0, "num": 4},
        {"start": real(2), "stop": 1.0, "num": 3, "endpoint": False},
    ],
    "geomspace": [{"start": 0.5, "stop": 2.0, "num": 4}, {"start": positive(2), "stop": 3.0}],
    "logspace": [{"start": 0.5, "stop": 2.0, "num": 4, "base": 2.0}],
    "matvec": [{"x1": real(2, 3), "x2": real(3)}],
    "median": [{"a": apart(2, 4), "axis": 1}],
    "meshgrid": [{"star": [real(2), real(3)]}],
    "nanmax": [{"a": np.array([1.0, np.nan, 3.0])}],
    "nanmean": [{"a": np.array([1.0, np.nan, 3.0])}],
    "nanmedian": [{"a": np.array([1.0, np.nan, 3.0, 7.0])}],
    "nanmin": [{"a": np.array([1.0, np.nan, 3.0])}],
    "nanprod": [{"a": np.array([1.0, np.nan, 3.0])}],
    "nanpercentile": [{"a": np.array([1.0, np.nan, 3.0]), "q": 30.0}],
    "nanquantile": [{"a": np.array([1.0, np.nan, 3.0]), "q": 0.3}],
    "nanstd": [{"a": np.array([1.0, np.nan, 3.0])}],
    "nansum": [{"a": np.array([1.0, np.nan, 3.0])}],
    "nanvar": [{"a": np.array([1.0, np.nan, 3.0]), "ddof": 0.5}],
    "norm": [{"x": real(2, 3)}, {"x": real(3), "ord": 3.0}],
    "pad": [
        {"array": real(3), "pad_width": 2, "constant_values": 1.5},
        {"array": real(3), "pad_width": 2, "mode": "linear_ramp", "end_values": 1.5},
    ],
    "percentile": [{"a": apart(5), "q": 30.0}, {"a": apart(5), "q": np.array([30.0, 60.0])}],
    "polygamma": [{"n": 1, "x": positive(3)}],
    "ptp": [{"a": apart(4)}],
    "put_along_axis": [
        {"x": real(2, 3), "indices": np.array([[1], [2]]), "values": real(2, 1), "axis": 1}
    ],
    "ravel": [{"x": real(2, 2)}],
    "scatter_reduce": [
        {"x": real(1, 2), "indices": INDICES, "source": real(1, 3), "reduce": each}
        for each in ("sum", "mean", "prod", "amax")
    ],
    "select": [
        {"condlist": [np.array([True, False, False]), np.array([True, True, False])],
         "choicelist": [real(3), real(3)], "default": 1.5}
    ],
    "trapezoid": [{"y": real(3), "x": np.array([0.0, 1.0, 3.0])}, {"y": real(3), "dx": 0.5}],
    **{
        f"unique{name}": [{"x": np.array([2.0, 1.0, 3.0])}]
        for name in ("_all", "_counts", "_inverse", "_values")
    },
    "unique": [{"x": np.array([2.0, 1.0, 3.0])}],
    "vecmat": [{"x1": real(2), "x2": real(2, 3)}],
    "vsplit": [{"ary": real(2, 2), "indices_or_sections": 2}],
    "vstack": [{"tup": [real(2), real(2)]}],
    "convolve": [{"a": real(3), "v": real(2)}],
    "correlate": [{"a": real(3), "v": real(2)}],
    "polyval": [{"p": real(3), "x": real(2)}],
    "vander": [{"x": real(3), "N": 3}],
    "unwrap": [{"p": np.array([0.1, 6.0, 1.0]), "discont": 3.5, "period": 6.3}],
    "rollaxis": [{"a": real(2, 3), "axis": 1}],
    }  # fmt: skip

_ROWS, _OTHERS = real(2, 3), real(2, 3)
_IMAGE = apart(1, 2, 4, 4)
_STATISTICS = {"running_mean": real(2), "running_var": positive(2)}
_AFFINE = {"weight": real(2), "bias": real(2)}
_LABELS = np.array([2, 0])
_QUERY = {"query": real(1, 2, 3), "key": real(1, 4, 3), "value": real(1, 4, 3)}


def _pools(name, draw=apart, **more):
    sizes = {"1d": (4,), "2d": (4, 4), "3d": (2, 4, 2)}
    return {name + axes: [{"input": draw(1, 2, *size), **more}] for axes, size in sizes.items()}


def _convolutions():
    made = {}
    for axes in (1, 2, 3):
        kernel = (2,) * axes
        made[f"conv{axes}d"] = [
            {"input": real(1, 2, *(3,) * axes), "weight": real(2, 2, *kernel), "bias": real(2)}
        ]
        made[f"conv_transpose{axes}d"] = [
            {"input": real(1, 2, *(2,) * axes), "weight": real(2, 2, *kernel), "bias": real(2)}
        ]
        made[f"max_unpool{axes}d"] = [
            {"input": real(1, 1, *(2,) * axes),
             "indices": np.arange(2**axes).reshape(1, 1, *(2,) * axes), "kernel_size": 2}
        ]  # fmt: skip
        made[f"dropout{axes}d"] = [
            {"input": real(2, 3, *(2,) * axes), "p": 0.5, "generator": Fresh}
        ]
    return made


FUNCTIONAL = {
    # Activations, which may write into their argument.
    **{
        name: [{"input": apart(2, 3)}]
        for name in (
            "hardsigmoid", "hardswish", "mish", "relu", "relu6", "selu", "sigmoid", "silu",
            "softsign", "tanh", "tanhshrink",
        )
    },
    "celu": [{"input": apart(2, 3), "alpha": 1.3}],
    "elu": [{"input": apart(2, 3), "alpha": 1.3}],
    "leaky_relu": [{"input": apart(2, 3), "negative_slope": 0.1}],
    "hardtanh": [{"input": apart(2, 3), "min_val": -0.35, "max_val": 0.45}],
    "affine_grid": [{"theta": real(1, 2, 3), "size": (1, 1, 2, 2)}],
    "grid_sample": [{"input": _IMAGE, "grid": 0.3 * apart(1, 2, 2, 2)}],
    "pdist": [{"input": apart(3, 2)}, {"input": apart(3, 2), "p": 3.0}],
    "fractional_max_pool2d": [
        {"input": apart(1, 1, 4, 4), "kernel_size": 2, "output_size": 2, "generator": Fresh}
    ],
    "fractional_max_pool3d": [
        {"input": apart(1, 1, 3, 3, 3), "kernel_size": 2, "output_size": 1, "generator": Fresh}
    ],
    "embedding_bag": [
        {"input": INDICES, "weight": real(2, 3), "mode": "sum", "per_sample_weights": real(1, 3)}
    ],
    "ctc_loss": [
        {"log_probs": real(5, 1, 3), "targets": np.array([[1, 2]]),
         "input_lengths": np.array([5]), "target_lengths": np.array([2])}
    ],
    "linear_cross_entropy": [
        {"input": real(2, 3), "linear_weight": real(3, 3), "target": _LABELS,
         "linear_bias": real(3), "weight": positive(3), "label_smoothing": 0.1}
    ],
    **_pools("adaptive_avg_pool", output_size=2),
    **_pools("adaptive_max_pool", output_size=2),
    **_pools("avg_pool", kernel_size=2),
    **_pools("max_pool", kernel_size=2),
    **_pools("lp_pool", positive, kernel_size=2, norm_type=3.0),
    **_convolutions(),
    "avg_pool2d": [{"input": _IMAGE, "kernel_size": 2, "divisor_override": 3.0}],
    "avg_pool3d": [{"input": apart(1, 1, 2, 2, 2), "kernel_size": 2, "divisor_override": 3.0}],
    "alpha_dropout": [{"input": real(2, 3), "p": 0.4, "training": True, "generator": Fresh}],
    "feature_alpha_dropout": [
        {"input": real(2, 3, 2), "p": 0.4, "training": True, "generator": Fresh}
    ],
    "dropout": [{"input": real(2, 3), "p": 0.4, "generator": Fresh}],
    "batch_norm": [
        {"input": real(4, 2), **_STATISTICS, **_AFFINE, "eps": 0.1},
        {"input": real(4, 2), **_STATISTICS, **_AFFINE, "eps": 0.1, "momentum": 0.1,
         "training": True},
    ],
    "instance_norm": [
        {"input": real(2, 2, 3), **_STATISTICS, **_AFFINE, "eps": 0.1, "momentum": 0.1},
        {"input": real(2, 2, 3), **_STATISTICS, **_AFFINE, "use_input_stats": False, "eps": 0.1},
    ],
    "layer_norm": [
        {"input": real(2, 3), "normalized_shape": (3,), "weight": real(3), "bias": real(3),
         "eps": 0.1}
    ],
    "rms_norm": [{"input": real(2, 3), "normalized_shape": (3,), "weight": real(3), "eps": 0.1}],
    "group_norm": [{"input": real(2, 2, 3), "num_groups": 1, **_AFFINE, "eps": 0.1}],
    "local_response_norm": [
        {"input": real(1, 3, 2), "size": 2, "alpha": 0.3, "beta": 0.75, "k": 1.5}
    ],
    "normalize": [
        {"input": real(2, 3), "eps": 0.1}, {"input": real(2, 3), "p": 3.0, "eps": 0.1},
        {"input": 0.01 * real(2, 3), "eps": 0.5},
    ],
    "bilinear": [
        {"input1": real(2, 2), "input2": real(2, 3), "weight": real(2, 2, 3), "bias": real(2)}
    ],
    "binary_cross_entropy": [
        {"input": share(2, 3), "target": share(2, 3), "weight": positive(3)}
    ],
    "binary_cross_entropy_with_logits": [
        {"input": real(2, 3), "target": share(2, 3), "weight": positive(3),
         "pos_weight": positive(3)}
    ],
    "cross_entropy": [
        {"input": real(2, 3), "target": _LABELS, "weight": positive(3), "label_smoothing": 0.1},
        {"input": real(2, 3), "target": _LABELS, "weight": positive(3), "reduction": "sum"},
        {"input": real(2, 3), "target": share(2, 3), "weight": positive(3),
         "label_smoothing": 0.1},
    ],
    "nll_loss": [{"input": -positive(2, 3), "target": _LABELS, "weight": positive(3)}],
    "multi_margin_loss": [
        {"input": real(2, 3), "target": _LABELS, "weight": positive(3), "margin": 1.3, "p": 1.0},
        {"input": real(2, 3), "target": _LABELS, "p": 2},
    ],
    "multilabel_margin_loss": [{"input": real(2, 3), "target": np.array([[1, 2, -1], [0, -1, 1]])}],
    "multilabel_soft_margin_loss": [
        {"input": real(2, 3), "target": share(2, 3), "weight": positive(3)}
    ],
    "soft_margin_loss": [{"input": real(2, 3), "target": SIGNS}],
    "cosine_embedding_loss": [
        {"input1": _ROWS, "input2": _OTHERS, "target": np.array([1.0, -1.0]), "margin": -0.9}
    ],
    "cosine_similarity": [{"x1": _ROWS, "x2": _OTHERS, "eps": 0.01}],
    "hinge_embedding_loss": [{"input": real(2, 3), "target": SIGNS, "margin": 3.0}],
    "margin_ranking_loss": [
        {"input1": _ROWS, "input2": _OTHERS, "target": SIGNS, "margin": 3.0}
    ],
    "pairwise_distance": [{"x1": _ROWS, "x2": _OTHERS, "p": 3.0, "eps": 0.1}],
    "triplet_margin_loss": [
        {"anchor": _ROWS, "positive": _OTHERS, "negative": real(2, 3), "margin": 9.0, "p": 3.0,
         "eps": 0.1}
    ],
    "triplet_margin_with_distance_loss": [
        {"anchor": _ROWS, "positive": _OTHERS, "negative": real(2, 3), "margin": 9.0, "swap": True}
    ],
    "gaussian_nll_loss": [
        {"input": _ROWS, "target": _OTHERS, "var": positive(2, 3), "eps": 1e-6},
    ],
    "huber_loss": [{"input": _ROWS, "target": _OTHERS, "delta": 0.7}],
    "smooth_l1_loss": [{"input": _ROWS, "target": _OTHERS, "beta": 0.7}],
    "kl_div": [
        {"input": _ROWS, "target": share(2, 3)},
        {"input": _ROWS, "target": _OTHERS, "log_target": True, "reduction": "batchmean"},
    ],
    "l1_loss": [{"input": _ROWS, "target": _OTHERS}],
    "mse_loss": [{"input": _ROWS, "target": _OTHERS}],
    "poisson_nll_loss": [
        {"input": positive(2, 3), "target": positive(2, 3) + 1, "log_input": False, "full": True,
         "eps": 0.1}
    ],
    "embedding": [{"input": _LABELS, "weight": real(3, 2)},
                  {"input": _LABELS, "weight": autograd.rand(3, 2), "max_norm": 0.5,
                   "norm_type": 2.0}],
    "fold": [{"input": real(1, 4, 4), "output_size": 3, "kernel_size": 2}],
    "unfold": [{"input": real(1, 1, 3, 3), "kernel_size": 2}],
    "channel_shuffle": [{"input": real(1, 4, 2), "groups": 2}],
    "pixel_shuffle": [{"input": real(1, 4, 1, 2), "upscale_factor": 2}],
    "pixel_unshuffle": [{"input": real(1, 1, 2, 2), "downscale_factor": 2}],
    "interpolate": [
        {"input": real(1, 1, 3), "scale_factor": 1.7, "mode": "linear"},
        {"input": real(1, 1, 3), "scale_factor": [2.0]},
    ],
    "pad": [{"input": real(1, 2), "pad": (1, 2), "value": 1.5}],
    "glu": [{"input": real(2, 4)}],
    "gumbel_softmax": [{"logits": real(2, 3), "tau": 0.7, "generator": Fresh}],
    "log_softmax": [{"input": real(2, 3)}],
    "logsigmoid": [{"input": real(2, 3)}],
    "prelu": [{"input": real(2, 3), "weight": positive(3)}, {"input": real(2), "weight": 0.3}],
    "rrelu": [
        {"input": real(2, 3), "lower": 0.1, "upper": 0.3, "training": False},
        {"input": real(2, 3), "lower": 0.1, "upper": 0.3, "training": True, "generator": Fresh},
    ],
    "scaled_dot_product_attention": [
        {**_QUERY, "attn_mask": real(2, 4), "scale": 0.4},
        {**_QUERY, "attn_mask": np.array([[0.3, -np.inf, 0.0, 0.2], [-np.inf] * 4])},
        {**_QUERY, "dropout_p": 0.3, "is_causal": True, "generator": Fresh},
    ],
    "softmax": [{"input": real(2, 3)}],
    "softmin": [{"input": real(2, 3)}],
    "threshold": [{"input": real(2, 3), "threshold": 0.1, "value": 20.0}],
}  # fmt: skip

LINALG = {
    "logdet": [{"a": np.eye(2) + 0.1 * positive(2, 2)}],
    "pdist": [{"input": real(3, 2)}],
    "cond": [{"x": real(2, 2) + 2 * np.eye(2), "p": 2.0}],
    "diagonal": [{"x": real(2, 2)}],
    "eigvals": [{"a": np.array([[2.0, 1.0], [0.5, 3.0]])}],
    "matrix_norm": [{"x": real(2, 3)}, {"x": real(2, 3), "ord": 1.0}],
    "norm": [{"x": real(2, 3)}, {"x": real(3), "ord": 3.0}],
    "tensorinv": [{"a": real(4, 2, 2), "ind": 1}],
    "tensorsolve": [{"a": real(2, 2, 4), "b": real(2, 2)}],
    "trace": [{"x": real(2, 2)}],
}
FFT = {"fftfreq": [{"n": 4, "d": 0.5}], "rfftfreq": [{"n": 4, "d": 0.5}]}

_STEPS = real(3, 1, 4)
_SQUARE = np.where(np.tri(3, dtype=bool), real(3, 3), -np.inf)


def _attention_inputs(hidden):
    return {
        "query": real(3, 1, 4), "key": real(3, 1, 4), "value": real(3, 1, 4),
        "key_padding_mask": hidden, "need_weights": True, "attn_mask": _SQUARE,
    }  # fmt: skip


def _feed(layer, **settings):
    return lambda: layer(4, 2, 3, dropout=0.0, **settings)


# Layers with more than one input or with buffers: constructor and inputs, in their order.
LAYERS = {
    "BatchNorm1d": (lambda: nn.BatchNorm1d(2), {"x": real(4, 2)}),
    "BatchNorm1d in evaluation": (lambda: nn.BatchNorm1d(2).eval(), {"x": real(4, 2)}),
    "InstanceNorm1d": (
        lambda: nn.InstanceNorm1d(2, affine=True, track_running_stats=True), {"x": real(2, 2, 3)}
    ),
    "InstanceNorm1d in evaluation": (
        lambda: nn.InstanceNorm1d(2, affine=True, track_running_stats=True).eval(),
        {"x": real(2, 2, 3)},
    ),
    "Bilinear": (lambda: nn.Bilinear(2, 3, 2), {"x1": real(2, 2), "x2": real(2, 3)}),
    "RNN": (lambda: nn.RNN(2, 3), {"x": real(2, 1, 2), "hx": real(1, 1, 3)}),
    "GRU": (lambda: nn.GRU(2, 3), {"x": real(2, 1, 2), "hx": real(1, 1, 3)}),
    "RNNCell": (lambda: nn.RNNCell(2, 3), {"x": real(1, 2), "hx": real(1, 3)}),
    "GRUCell": (lambda: nn.GRUCell(2, 3), {"x": real(1, 2), "hx": real(1, 3)}),
    "LSTM": (lambda: nn.LSTM(2, 3), {"x": real(2, 1, 2), "hx": (real(1, 1, 3), real(1, 1, 3))}),
    "LSTMCell": (lambda: nn.LSTMCell(2, 3), {"x": real(1, 2), "hx": (real(1, 3), real(1, 3))}),
    "MultiheadAttention": (lambda: nn.MultiheadAttention(4, 2), _attention_inputs(real(1, 3))),
    "MultiheadAttention with more keys": (
        lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True),
        _attention_inputs(np.array([[False, True, False]])),
    ),
    "TransformerEncoderLayer": (
        _feed(nn.TransformerEncoderLayer),
        {"src": _STEPS, "src_mask": _SQUARE, "src_key_padding_mask": real(1, 3)},
    ),
    "TransformerDecoderLayer": (
        _feed(nn.TransformerDecoderLayer),
        {"tgt": _STEPS, "memory": real(3, 1, 4), "tgt_mask": _SQUARE, "memory_mask": real(3, 3),
         "tgt_key_padding_mask": real(1, 3), "memory_key_padding_mask": real(1, 3)},
    ),
    "Transformer": (
        lambda: nn.Transformer(4, 2, 1, 1, 3, dropout=0.0),
        {"src": _STEPS, "tgt": real(3, 1, 4), "src_mask": _SQUARE, "tgt_mask": _SQUARE,
         "memory_mask": real(3, 3)},
    ),
    "CrossEntropyLoss": (
        lambda: nn.CrossEntropyLoss(positive(3)), {"input": real(2, 3), "target": _LABELS}
    ),
    "CrossEntropyLoss of shares": (
        lambda: nn.CrossEntropyLoss(positive(3)), {"input": real(2, 3), "target": share(2, 3)}
    ),
    "NLLLoss": (lambda: nn.NLLLoss(positive(3)), {"input": -positive(2, 3), "target": _LABELS}),
    "BCELoss": (lambda: nn.BCELoss(positive(3)), {"input": share(2, 3), "target": share(2, 3)}),
    "BCEWithLogitsLoss": (
        lambda: nn.BCEWithLogitsLoss(positive(3), pos_weight=positive(3)),
        {"input": real(2, 3), "target": share(2, 3)},
    ),
    "MultiMarginLoss": (
        lambda: nn.MultiMarginLoss(weight=positive(3)), {"input": real(2, 3), "target": _LABELS}
    ),
    "MultiLabelSoftMarginLoss": (
        lambda: nn.MultiLabelSoftMarginLoss(positive(3)),
        {"input": real(2, 3), "target": share(2, 3)},
    ),
    "GaussianNLLLoss": (
        nn.GaussianNLLLoss, {"input": _ROWS, "target": _OTHERS, "var": positive(2, 3)}
    ),
    "TripletMarginLoss": (
        lambda: nn.TripletMarginLoss(margin=9.0),
        {"anchor": _ROWS, "positive": _OTHERS, "negative": real(2, 3)},
    ),
    "CosineEmbeddingLoss": (
        lambda: nn.CosineEmbeddingLoss(-0.9),
        {"input1": _ROWS, "input2": _OTHERS, "target": np.array([1.0, -1.0])},
    ),
    "MarginRankingLoss": (
        lambda: nn.MarginRankingLoss(3.0), {"input1": _ROWS, "input2": _OTHERS, "target": SIGNS}
    ),
    "HingeEmbeddingLoss": (
        lambda: nn.HingeEmbeddingLoss(3.0), {"input": _ROWS, "target": SIGNS}
    ),
    "CosineSimilarity": (nn.CosineSimilarity, {"x1": _ROWS, "x2": _OTHERS}),
    "PairwiseDistance": (nn.PairwiseDistance, {"x1": _ROWS, "x2": _OTHERS}),
}  # fmt: skip

# Public functions that take no numbers to differentiate.
NOT_NUMERIC = {
    "autograd": {
        "backward", "checkpoint", "default_generator", "explain", "eye", "from_dlpack",
        "from_numpy", "get_default_dtype", "grad", "is_grad_enabled", "manual_seed", "ones",
        "ones_like", "op", "profile", "rand", "randint", "randn", "set_default_dtype", "tensor",
        "value", "zeros", "zeros_like",
    },
    "functional": {"one_hot"},
    "linalg": set(),
    "fft": set(),
}  # fmt: skip

TABLES = {
    "autograd": (autograd, AUTOGRAD),
    "functional": (nn.functional, FUNCTIONAL),
    "linalg": (autograd.linalg, LINALG),
    "fft": (autograd.fft, FFT),
}


def composed_functions(module):
    """Names of the public functions of a module that have no record of their own."""
    return {
        name
        for name in module.__all__
        if inspect.isfunction(getattr(module, name)) and not hasattr(getattr(module, name), "op")
    }
