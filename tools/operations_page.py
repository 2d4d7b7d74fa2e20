"""The table of all operations, written from their records by `make generate`.

A test keeps `docs/ops.md` complete.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import autograd.ops  # noqa: F401 - fills the records
from autograd.operation.record import Op, records

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ops.md"

# What PyTorch calls an operation, where it is not the same word.
PYTORCH = {
    "astype": "Tensor.to", "average_pool": "F.avg_pool{1,2,3}d", "broadcast_to": "broadcast_to",
    "concatenate": "cat", "conv": "F.conv{1,2,3}d", "conv_input": "F.conv_transpose{1,2,3}d",
    "copy": "clone", "cross_entropy": "F.cross_entropy", "divide": "div", "equal": "eq",
    "expand_dims": "unsqueeze", "getitem": "t[index]", "greater": "gt", "greater_equal": "ge",
    "less": "lt", "less_equal": "le", "linear": "F.linear", "matrix_transpose": "Tensor.mT",
    "max": "amax", "max_pool": "F.max_pool{1,2,3}d", "min": "amin", "negative": "neg",
    "not_equal": "ne", "power": "pow", "replaced": "t[index] = v", "scatter": "index_put",
    "subtract": "sub", "sum_to": "Tensor.sum_to_size", "transpose": "permute",
    "zero_pad": "F.pad", "take": "index_select", "take_along_axis": "take_along_dim",
    "differences": "diff", "repeat": "repeat_interleave", "unstack": "unbind",
    "sliding_window_view": "Tensor.unfold", "digitize": "bucketize", "invert": "bitwise_not",
    "left_shift": "bitwise_left_shift", "right_shift": "bitwise_right_shift", "rint": "round",
    "on_diagonal": "diagonal_scatter", "log_sigmoid": "F.logsigmoid", "cbrt": "x**(1/3)",
    "huber": "F.huber_loss", "rms_normalize": "F.rms_norm", "expm": "linalg.matrix_exp",
    "digamma_derivative": "special.polygamma", "normalize": "F.batch_norm, F.layer_norm, ...",
    "inner": "inner", "outer": "outer", "tensordot": "tensordot", "vdot": "vdot",
}  # fmt: skip
# Where PyTorch keeps the functions of a family, if not at its top level.
_PREFIXES = {
    "activations": "F.", "piecewise": "F.", "special": "special.", "fft": "fft.",
    "linalg": "linalg.",
}  # fmt: skip
_NOT_IN_PYTORCH = frozenset(
    {"average_pool_adjoint", "conv_weight", "cross_entropy_grad", "max_pool_gather",
     "max_pool_scatter", "linear_recurrence", "sinc_derivative", "add_windows", "partition",
     "argpartition", "modf", "lstm_step", "gru_step", "cofactor", "cofactor_change",
     "beta", "bessel_i", "bitwise_count", "flatnonzero", "spacing"}
)  # fmt: skip

_HEAD = """# Operations

Written from the operation records by `make generate`; do not edit.

The kind says how forward mode pushes tangents: *elementwise* by the derivative itself, *linear* and
*multilinear* by the function, *general* by its own rule or by differentiating the reverse rule;
*constant* operations have no derivative. The domain is where the operation is differentiable.

| operation | what it computes | kind | domain | NumPy | PyTorch |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The text of `docs/ops.md`."""
    families: dict[str, list[Op]] = {}
    for record in records.values():
        if record.module.startswith("autograd."):
            families.setdefault(record.module.rpartition(".")[2], []).append(record)
    rows = [
        row
        for family in sorted(families)
        for row in [
            f"| **{family}** | | | | | |",
            *(_row(record) for record in sorted(families[family], key=lambda each: each.name)),
        ]
    ]
    return _HEAD + "\n".join(rows) + "\n"


def _row(record: Op) -> str:
    names = ", ".join(record.parameters)
    domain = record.domain
    if not isinstance(domain, str):
        domain = ", ".join(f"{name} {each}" for name, each in domain.items())
    listed = record.numpy if isinstance(record.numpy, tuple) else (record.numpy,)
    numpy_names = sorted({_numpy_name(each) for each in listed if each is not None})
    cells = [
        f"`{record.name}({names})`",
        _summary(record),
        record.kind,
        "" if record.kind == "constant" else domain,
        ", ".join(numpy_names),
        pytorch_name(record),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def pytorch_name(record: Op) -> str:
    """What PyTorch calls it, below `torch` or, with F., `torch.nn.functional`; "" for nothing."""
    if record.name in _NOT_IN_PYTORCH:
        return ""
    if record.name in PYTORCH:
        return PYTORCH[record.name]
    _, package, family = record.module.split(".")
    return _PREFIXES.get(package, _PREFIXES.get(family, "")) + record.name


def _numpy_name(function: Any) -> str:
    module = getattr(function, "__module__", None) or "numpy"
    prefix = "linalg." if "linalg" in module else "fft." if "fft" in module else ""
    return f"{prefix}{function.__name__}"


def _summary(record: Op) -> str:
    """The first sentence of the docstring, which has the formula."""
    paragraph = (inspect.getdoc(record.function) or "").partition("\n\n")[0]
    return re.sub(r"\s+", " ", paragraph)
