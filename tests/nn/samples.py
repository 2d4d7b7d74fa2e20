"""One sample or more of every layer and loss: how it is made, and inputs that suit it.

All tests that hold for any module run over this table; a test holds that nothing is missing. A key
is the name of the class, then perhaps what is special about the sample. Floating inputs are
differentiated, integers are given as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import nn


class Sample(NamedTuple):
    """A module and inputs for it."""

    make: Callable[[], nn.Module]
    inputs: tuple[Any, ...]
    # Of the derivatives that are compared with numerical ones: 0 for none, as the function has
    # steps; 1 where the second order of a whole layer would take seconds and its parts have theirs.
    order: int = 2


def normal(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


def spaced(*shape: int) -> Any:
    """Numbers that are not near one another, or near 0, so that no kink is close."""
    count = int(np.prod(shape))
    return (np.random.default_rng(1).permutation(count).reshape(shape) - count / 2 + 0.25) * 0.2


def positive(*shape: int) -> Any:
    return np.abs(spaced(*shape)) + 0.1


def between(*shape: int, seed: int = 0) -> Any:
    """Numbers between 0 and 1, not near either."""
    return 0.1 + 0.8 * np.random.default_rng(seed).random(shape)


def integers(*shape: int, below: int = 3) -> Any:
    return np.random.default_rng(2).integers(0, below, shape)


def signs(*shape: int) -> Any:
    return integers(*shape, below=2) * 2 - 1


def field(axes: int, *lengths: int) -> tuple[int, ...]:
    """The shape of a batch of maps with so many spatial axes: short ones, for few numbers."""
    return (*lengths, *(4, 3, 2)[:axes][::-1])


ACTIVATIONS = (
    "CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity",
    "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "RReLU", "ReLU", "ReLU6", "SELU", "SiLU",
    "Sigmoid", "Softmax", "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink",
)  # fmt: skip

SAMPLES: dict[str, Sample] = {
    **{name: Sample(getattr(nn, name), (spaced(2, 3),)) for name in ACTIVATIONS},
    "AdaptiveAvgPool1d": Sample(lambda: nn.AdaptiveAvgPool1d(2), (normal(1, 2, 3),)),
    "AdaptiveAvgPool2d": Sample(lambda: nn.AdaptiveAvgPool2d((2, 1)), (normal(1, 2, 3, 2),)),
    "AdaptiveAvgPool3d": Sample(lambda: nn.AdaptiveAvgPool3d((2, 1, 1)), (normal(1, 1, 3, 2, 2),)),
    "AdaptiveMaxPool1d": Sample(lambda: nn.AdaptiveMaxPool1d(2), (spaced(1, 2, 3),)),
    "AdaptiveMaxPool2d": Sample(lambda: nn.AdaptiveMaxPool2d((2, 1)), (spaced(1, 2, 3, 2),)),
    "AdaptiveMaxPool3d": Sample(lambda: nn.AdaptiveMaxPool3d((2, 1, 1)), (spaced(1, 1, 3, 2, 2),)),
    "AlphaDropout": Sample(nn.AlphaDropout, (normal(3, 4),)),
    "AvgPool1d": Sample(lambda: nn.AvgPool1d(2, padding=1), (normal(1, 2, 4),)),
    "AvgPool2d": Sample(
        lambda: nn.AvgPool2d(2, ceil_mode=True, divisor_override=3), (normal(1, 1, 3, 3),)
    ),
    "AvgPool3d": Sample(lambda: nn.AvgPool3d(2, stride=1), (normal(1, 1, 3, 2, 2),)),
    "BatchNorm1d": Sample(lambda: nn.BatchNorm1d(2), (normal(4, 2),)),
    "BatchNorm1d cumulative": Sample(lambda: nn.BatchNorm1d(2, momentum=None), (normal(3, 2, 2),)),
    "BatchNorm2d": Sample(lambda: nn.BatchNorm2d(2, affine=False), (normal(2, 2, 2, 2),)),
    "BatchNorm2d evaluation": Sample(lambda: nn.BatchNorm2d(2).eval(), (normal(1, 2, 2, 2),)),
    "BatchNorm3d": Sample(
        lambda: nn.BatchNorm3d(1, track_running_stats=False), (normal(2, 1, 2, 2, 2),)
    ),
    "Bilinear": Sample(lambda: nn.Bilinear(2, 3, 2), (normal(2, 2), normal(2, 3, seed=1))),
    "ChannelShuffle": Sample(lambda: nn.ChannelShuffle(2), (normal(1, 4, 2),)),
    "Conv1d": Sample(lambda: nn.Conv1d(2, 2, 2, stride=2, padding=1), (normal(1, 2, 4),)),
    "Conv2d": Sample(lambda: nn.Conv2d(1, 2, (2, 3), padding="same"), (normal(1, 1, 3, 3),)),
    "Conv2d reflect": Sample(
        lambda: nn.Conv2d(2, 2, 2, groups=2, padding=1, padding_mode="reflect"),
        (normal(1, 2, 3, 2),),
    ),
    "Conv3d": Sample(lambda: nn.Conv3d(1, 1, (1, 2, 2)), (normal(1, 1, 1, 2, 3),)),
    "ConvTranspose1d": Sample(lambda: nn.ConvTranspose1d(1, 2, 2), (normal(2, 1, 2),)),
    "ConvTranspose2d": Sample(
        lambda: nn.ConvTranspose2d(2, 2, 2, stride=2, output_padding=1, bias=False),
        (normal(1, 2, 2, 2),),
    ),
    "ConvTranspose3d": Sample(
        lambda: nn.ConvTranspose3d(1, 1, (1, 2, 1)), (normal(1, 1, 1, 2, 2),)
    ),
    "Dropout": Sample(nn.Dropout, (normal(3, 4),)),
    "Dropout1d": Sample(nn.Dropout1d, (normal(2, 3, 2),)),
    "Dropout2d": Sample(nn.Dropout2d, (normal(2, 3, 2, 1),)),
    "Dropout3d": Sample(nn.Dropout3d, (normal(2, 3, 2, 1, 1),)),
    "Embedding": Sample(lambda: nn.Embedding(3, 2, padding_idx=1), (integers(2, 2),)),
    "GroupNorm without bias": Sample(lambda: nn.GroupNorm(2, 4, bias=False), (normal(2, 4, 2),)),
    "BatchNorm1d without bias": Sample(lambda: nn.BatchNorm1d(2, bias=False), (normal(4, 2),)),
    "InstanceNorm1d without bias": Sample(
        lambda: nn.InstanceNorm1d(2, affine=True, bias=False), (normal(2, 2, 3),)
    ),
    "EmbeddingBag": Sample(lambda: nn.EmbeddingBag(3, 2, mode="sum"), (integers(2, 2),)),
    "EmbeddingBag mean": Sample(lambda: nn.EmbeddingBag(3, 2, padding_idx=1), (integers(2, 3),)),
    "EmbeddingBag max": Sample(
        lambda: nn.EmbeddingBag(4, 2, mode="max"), (integers(5, below=4), np.array([0, 3]))
    ),
    "FractionalMaxPool2d": Sample(
        lambda: nn.FractionalMaxPool2d(2, 2, _random_samples=between(1, 2, 2)),
        (spaced(1, 2, 4, 3),),
    ),
    "FractionalMaxPool3d": Sample(
        lambda: nn.FractionalMaxPool3d(2, output_ratio=0.6, _random_samples=between(1, 1, 3)),
        (spaced(1, 1, 4, 4, 4),),
    ),
    "FeatureAlphaDropout": Sample(nn.FeatureAlphaDropout, (normal(2, 3, 2),)),
    "Flatten": Sample(nn.Flatten, (normal(2, 2, 3),)),
    "Fold": Sample(lambda: nn.Fold(3, 2), (normal(1, 4, 4),)),
    "GLU": Sample(nn.GLU, (normal(2, 4),)),
    "GRU": Sample(lambda: nn.GRU(2, 2), (normal(2, 2, 2),)),
    "GRUCell": Sample(lambda: nn.GRUCell(2, 2), (normal(1, 2),)),
    "GroupNorm": Sample(lambda: nn.GroupNorm(2, 4), (normal(2, 4, 2),)),
    "InstanceNorm1d": Sample(lambda: nn.InstanceNorm1d(2, affine=True), (normal(2, 2, 3),)),
    "InstanceNorm2d": Sample(
        lambda: nn.InstanceNorm2d(1, track_running_stats=True), (normal(1, 1, 2, 2),)
    ),
    "InstanceNorm3d": Sample(lambda: nn.InstanceNorm3d(1), (normal(2, 1, 2, 2, 1),)),
    "LPPool1d": Sample(lambda: nn.LPPool1d(2, 2), (positive(1, 2, 4),)),
    "LPPool2d": Sample(lambda: nn.LPPool2d(3, 2), (positive(1, 1, 4, 2),)),
    "LPPool3d": Sample(lambda: nn.LPPool3d(1.5, 2), (positive(1, 1, 2, 2, 2),)),
    "LSTM": Sample(lambda: nn.LSTM(2, 2, 2), (normal(2, 1, 2),)),
    "LSTMCell": Sample(lambda: nn.LSTMCell(2, 2), (normal(1, 2),)),
    "LayerNorm": Sample(lambda: nn.LayerNorm((2, 3)), (normal(2, 2, 3),)),
    "LazyBatchNorm1d": Sample(nn.LazyBatchNorm1d, (normal(4, 3),)),
    "LazyBatchNorm2d": Sample(nn.LazyBatchNorm2d, (normal(2, 2, 2, 2),)),
    "LazyBatchNorm3d": Sample(nn.LazyBatchNorm3d, (normal(2, 2, 2, 1, 1),)),
    "LazyConv1d": Sample(lambda: nn.LazyConv1d(2, 2), (normal(1, 2, 3),)),
    "LazyConv2d": Sample(lambda: nn.LazyConv2d(2, 2, groups=2), (normal(1, 2, 3, 2),)),
    "LazyConv3d": Sample(lambda: nn.LazyConv3d(1, 1, bias=False), (normal(1, 1, 2, 2, 1),)),
    "LazyConvTranspose1d": Sample(lambda: nn.LazyConvTranspose1d(2, 2), (normal(1, 2, 3),)),
    "LazyConvTranspose2d": Sample(lambda: nn.LazyConvTranspose2d(1, 2), (normal(1, 2, 2, 2),)),
    "LazyConvTranspose3d": Sample(lambda: nn.LazyConvTranspose3d(1, 1), (normal(1, 1, 2, 2, 1),)),
    "LazyInstanceNorm1d": Sample(lambda: nn.LazyInstanceNorm1d(affine=True), (normal(2, 2, 3),)),
    "LazyInstanceNorm2d": Sample(
        lambda: nn.LazyInstanceNorm2d(track_running_stats=True), (normal(1, 2, 2, 2),)
    ),
    "LazyInstanceNorm3d": Sample(
        lambda: nn.LazyInstanceNorm3d(affine=True), (normal(1, 2, 2, 2, 1),)
    ),
    "LazyLinear": Sample(lambda: nn.LazyLinear(2), (normal(2, 3),)),
    "Linear": Sample(lambda: nn.Linear(3, 2), (normal(2, 3),)),
    "LocalResponseNorm": Sample(lambda: nn.LocalResponseNorm(3, 0.5), (normal(1, 4, 2),)),
    "MaxPool1d": Sample(lambda: nn.MaxPool1d(2, dilation=2), (spaced(1, 2, 5),)),
    "MaxPool2d": Sample(lambda: nn.MaxPool2d(2, stride=1), (spaced(1, 2, 3, 3),)),
    "MaxPool3d": Sample(lambda: nn.MaxPool3d(2, ceil_mode=True), (spaced(1, 1, 3, 2, 2),)),
    "MaxUnpool1d": Sample(
        lambda: nn.MaxUnpool1d(2), (normal(1, 1, 2), np.array([[[1, 2]]]))
    ),
    "MaxUnpool2d": Sample(
        lambda: nn.MaxUnpool2d(2), (normal(1, 1, 1, 2), np.array([[[[1, 6]]]]))
    ),
    "MaxUnpool3d": Sample(
        lambda: nn.MaxUnpool3d(2), (normal(1, 1, 1, 1, 1), np.array([[[[[5]]]]]))
    ),
    "ModuleDict": Sample(lambda: nn.ModuleDict({"a": nn.Linear(2, 1), "b": nn.PReLU()}), ()),
    "ModuleList": Sample(lambda: nn.ModuleList([nn.Linear(2, 1), nn.PReLU()]), ()),
    "MultiheadAttention": Sample(
        lambda: nn.MultiheadAttention(4, 2),
        (normal(2, 1, 4), normal(3, 1, 4, seed=1), normal(3, 1, 4, seed=2)),
    ),
    "PReLU": Sample(lambda: nn.PReLU(2), (spaced(1, 2, 2),)),
    "ParameterDict": Sample(lambda: nn.ParameterDict({"a": nn.Parameter([1.0, 2.0])}), ()),
    "ParameterList": Sample(lambda: nn.ParameterList([nn.Parameter([1.0, 2.0])]), ()),
    "PixelShuffle": Sample(lambda: nn.PixelShuffle(2), (normal(1, 4, 1, 2),)),
    "PixelUnshuffle": Sample(lambda: nn.PixelUnshuffle(2), (normal(1, 1, 2, 4),)),
    "RMSNorm": Sample(lambda: nn.RMSNorm(3), (normal(2, 3),)),
    "RNN": Sample(lambda: nn.RNN(2, 2, bidirectional=True), (normal(3, 1, 2),)),
    "RNNCell": Sample(lambda: nn.RNNCell(2, 2), (normal(1, 2),)),
    "Sequential": Sample(
        lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.Tanh(), nn.Flatten(), nn.Linear(8, 2)),
        (normal(1, 1, 3, 3),),
    ),
    "Softmax2d": Sample(nn.Softmax2d, (normal(1, 3, 2, 1),)),
    "Threshold": Sample(lambda: nn.Threshold(0.1, -1.0), (spaced(2, 3),)),
    "Transformer": Sample(
        lambda: nn.Transformer(4, 2, 1, 1, 3, dropout=0.0, activation="gelu"),
        (normal(2, 1, 4), normal(2, 1, 4, seed=1)), order=1,
    ),
    "TransformerDecoder": Sample(
        lambda: nn.TransformerDecoder(
            nn.TransformerDecoderLayer(4, 2, 3, dropout=0.0, activation="gelu"), 1
        ),
        (normal(2, 1, 4), normal(2, 1, 4, seed=1)), order=1,
    ),
    "TransformerDecoderLayer": Sample(
        lambda: nn.TransformerDecoderLayer(4, 2, 3, dropout=0.0, activation="gelu"),
        (normal(2, 1, 4), normal(2, 1, 4, seed=1)), order=1,
    ),
    "TransformerEncoder": Sample(
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, 3, dropout=0.0, activation="gelu"), 2
        ),
        (normal(2, 1, 4),), order=1,
    ),
    "TransformerEncoderLayer": Sample(
        lambda: nn.TransformerEncoderLayer(4, 2, 3, dropout=0.0, activation="gelu"),
        (normal(2, 1, 4),), order=1,
    ),
    "Unflatten": Sample(lambda: nn.Unflatten(1, (2, 3)), (normal(2, 6),)),
    "Unfold": Sample(lambda: nn.Unfold(2), (normal(1, 1, 3, 3),)),
    "Upsample": Sample(
        lambda: nn.Upsample(scale_factor=2, mode="bicubic"), (normal(1, 1, 3, 3),)
    ),
    "UpsamplingBilinear2d": Sample(lambda: nn.UpsamplingBilinear2d((3, 4)), (normal(1, 1, 2, 2),)),
    "UpsamplingNearest2d": Sample(
        lambda: nn.UpsamplingNearest2d(scale_factor=2), (normal(1, 1, 2, 2),)
    ),
}  # fmt: skip

for _axes in (1, 2, 3):
    for _kind in ("Circular", "Reflection", "Replication", "Zero", "Constant"):
        _name = f"{_kind}Pad{_axes}d"
        _settings = (1, 0.5) if _kind == "Constant" else (1,)
        SAMPLES[_name] = Sample(
            lambda name=_name, settings=_settings: getattr(nn, name)(*settings),
            (normal(*field(_axes, 1, 1)),),
        )

CLASSES = np.array([0, 2])

LOSSES: dict[str, Sample] = {
    "AdaptiveLogSoftmaxWithLoss": Sample(
        lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 6, [2, 4], 2.0),
        (normal(3, 4), integers(3, below=6)),
    ),
    "CTCLoss": Sample(
        nn.CTCLoss,
        (normal(4, 2, 3), np.array([[1, 1], [2, 0]]), np.array([4, 3]), np.array([2, 1])),
    ),
    "LinearCrossEntropyLoss": Sample(
        lambda: nn.LinearCrossEntropyLoss(3, 4, out_features=(2,), bias=True),
        (normal(2, 3), integers(2, 2, below=4)),
    ),
    "BCELoss": Sample(nn.BCELoss, (between(2, 3), between(2, 3, seed=1))),
    "BCEWithLogitsLoss": Sample(
        lambda: nn.BCEWithLogitsLoss(pos_weight=[1.0, 2.0, 0.5]),
        (normal(2, 3), between(2, 3, seed=1)),
    ),
    "CosineEmbeddingLoss": Sample(
        lambda: nn.CosineEmbeddingLoss(-0.9), (normal(2, 3), normal(2, 3, seed=1), signs(2))
    ),
    "CosineSimilarity": Sample(nn.CosineSimilarity, (normal(2, 3), normal(2, 3, seed=1))),
    "CrossEntropyLoss": Sample(
        lambda: nn.CrossEntropyLoss(np.array([1.0, 2.0, 0.5]), label_smoothing=0.1),
        (normal(2, 3), CLASSES),
    ),
    "CrossEntropyLoss shares": Sample(nn.CrossEntropyLoss, (normal(2, 3), between(2, 3, seed=1))),
    "GaussianNLLLoss": Sample(
        lambda: nn.GaussianNLLLoss(full=True),
        (normal(2, 3), normal(2, 3, seed=1), between(2, 3, seed=2)),
    ),
    "HingeEmbeddingLoss": Sample(lambda: nn.HingeEmbeddingLoss(3.0), (normal(2, 3), signs(2, 3))),
    "HuberLoss": Sample(lambda: nn.HuberLoss(delta=0.7), (normal(2, 3), normal(2, 3, seed=1))),
    "KLDivLoss": Sample(
        lambda: nn.KLDivLoss(log_target=True), (normal(2, 3), normal(2, 3, seed=1))
    ),
    "L1Loss": Sample(nn.L1Loss, (normal(2, 3), spaced(2, 3) + 0.07)),
    "MSELoss": Sample(nn.MSELoss, (normal(2, 3), normal(2, 3, seed=1))),
    "MarginRankingLoss": Sample(
        lambda: nn.MarginRankingLoss(0.5), (normal(3), normal(3, seed=1), signs(3))
    ),
    "MultiLabelMarginLoss": Sample(
        nn.MultiLabelMarginLoss, (normal(2, 3), np.array([[1, 2, -1], [0, -1, 1]]))
    ),
    "MultiLabelSoftMarginLoss": Sample(
        nn.MultiLabelSoftMarginLoss, (normal(2, 3), integers(2, 3, below=2))
    ),
    "MultiMarginLoss": Sample(
        lambda: nn.MultiMarginLoss(p=2, margin=5.0), (normal(2, 3), CLASSES)
    ),
    "NLLLoss": Sample(nn.NLLLoss, (np.log(between(2, 3)), CLASSES)),
    "PairwiseDistance": Sample(nn.PairwiseDistance, (normal(2, 3), normal(2, 3, seed=1))),
    "PoissonNLLLoss": Sample(nn.PoissonNLLLoss, (normal(2, 3), np.abs(normal(2, 3, seed=1)))),
    "SmoothL1Loss": Sample(lambda: nn.SmoothL1Loss(beta=0.6), (normal(2, 3), normal(2, 3, seed=1))),
    "SoftMarginLoss": Sample(nn.SoftMarginLoss, (normal(2, 3), signs(2, 3))),
    "TripletMarginLoss": Sample(
        lambda: nn.TripletMarginLoss(5.0, swap=True), tuple(normal(2, 3, seed=n) for n in range(3))
    ),
    "TripletMarginWithDistanceLoss": Sample(
        lambda: nn.TripletMarginWithDistanceLoss(margin=5.0),
        tuple(normal(2, 3, seed=n) for n in range(3)),
    ),
}  # fmt: skip

EVERY = SAMPLES | LOSSES
CALLED = {name: sample for name, sample in EVERY.items() if sample.inputs}  # not mere containers


def prepared(sample: Sample) -> nn.Module:
    """The module in float64, with parameters that are neither 0 nor 1."""
    module = sample.make().double()
    for position, parameter in enumerate(module.parameters()):
        if parameter.size:  # a lazy one's are still empty
            parameter.data = normal(*parameter.shape, seed=10 + position) * 0.5
    return module


def parts(out: Any) -> tuple[Any, ...]:
    """The outputs side by side; sequences return their states in tuples."""
    if isinstance(out, tuple):
        return tuple(each for part in out for each in parts(part))
    return (out,)
