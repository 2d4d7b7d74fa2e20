"""The table of all operations, written from their records by `make generate`.

A test keeps `docs/ops.md` complete.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import autograd  # noqa: F401 - names the families
from autograd.operation.record import Op, complete_records, records

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ops.md"

_HEAD = """# Operations

Written from the operation records by `make generate`; do not edit.

The kind says how forward mode pushes tangents: *elementwise* by the derivative itself, *linear* and
*multilinear* by the function, *general* by its own rule or by differentiating the reverse rule;
*constant* operations have no derivative. The domain is where the operation is differentiable.

`func.vmap` runs an operation on all samples at once, but for these, which it runs on one sample
after the other: {one_by_one}.

| operation | what it computes | kind | domain | NumPy | PyTorch |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The text of `docs/ops.md`."""
    complete_records()
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
    one_by_one = sorted(
        f"`{record.name}`"
        for records_ in families.values()
        for record in records_
        if record.batching is None and record.composed is None
    )
    return _HEAD.format(one_by_one=", ".join(one_by_one)) + "\n".join(rows) + "\n"


def _row(record: Op) -> str:
    names = ", ".join(record.parameters)
    domain = record.domain
    if not isinstance(domain, str):
        domain = ", ".join(f"{name} {each}" for name, each in domain.items())
    numpy_names = sorted({_numpy_name(each) for each in record.numpy})
    cells = [
        f"`{record.name}({names})`",
        _summary(record),
        record.kind,
        "" if record.kind == "constant" else domain,
        ", ".join(numpy_names),
        record.pytorch or "",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _numpy_name(function: Any) -> str:
    module = getattr(function, "__module__", None) or "numpy"
    prefix = "linalg." if "linalg" in module else "fft." if "fft" in module else ""
    return f"{prefix}{function.__name__}"


def _summary(record: Op) -> str:
    """The first sentence of the docstring, which has the formula."""
    paragraph = (inspect.getdoc(record.function) or "").partition("\n\n")[0]
    return re.sub(r"\s+", " ", paragraph)
