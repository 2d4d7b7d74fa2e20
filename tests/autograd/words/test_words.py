"""PyTorch's words: each means the same here as there, or is refused with its cure."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, elsewhere
from autograd.graph.tensor import value
from autograd.operation.record import records
from autograd.words import table
from tests.all_cases import all_cases
from tests.autograd.words.cases import EXPRESSIONS, VALUES, evaluated, leaves, other_plain

EXPECTED = json.loads(VALUES.read_text("utf-8"))


def same(ours: Any, theirs: Any) -> bool:
    """Whether two results, as JSON has them, are equal up to rounding."""
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(theirs, dict) and "value" in theirs:
        if isinstance(ours, list) or ours["dtype"] != theirs["dtype"]:
            return False
        a, b = np.array(ours["value"]), np.array(theirs["value"])
        # What float32 computes differs in its last digits between processors.
        tolerance = 1e-5 if theirs["dtype"] in ("float16", "float32") else 1e-9
        return a.shape == b.shape and np.allclose(a, b, tolerance, tolerance, equal_nan=True)
    if isinstance(theirs, float):
        return bool(np.isclose(ours, theirs))
    return bool(ours == theirs)


@all_cases("expression", EXPRESSIONS)
def test_a_line_means_the_same_as_in_pytorch(expression: str) -> None:
    ours = json.loads(json.dumps(evaluated(autograd, expression)))
    theirs = EXPECTED[expression]
    assert same(ours["value"], theirs["value"])
    gradients = theirs.get("gradients", {})
    assert ours.get("gradients", {}).keys() == gradients.keys()
    for name, expected in gradients.items():
        assert same(ours["gradients"][name], expected), name


def test_the_values_are_those_of_the_lines() -> None:
    assert list(EXPECTED) == [*EXPRESSIONS, *table.OTHER_MEANING]


def said(name: str) -> bool:
    """Whether a word stands in one of the lines."""
    return any(re.search(rf"\b{name}\b", each) for each in EXPRESSIONS)


def test_every_word_of_the_table_stands_in_a_line() -> None:
    words = {signature.partition("(")[0] for signature in table.SPELT}
    words |= {*table.ON_TENSORS, *table.OF_THE_PACKAGE, *table.CALLS, *table.SAME, *table.DTYPES}
    assert {name for name in words if not said(name)} == UNSAID


# Words that change nothing, without a value to compare.
UNSAID = {"pin_memory", "set_printoptions", "share_memory_"}


@pytest.mark.parametrize("name", table.IN_PLACE)
def test_a_word_with_an_underscore_writes_what_the_word_gives(name: str) -> None:
    """The line of the word on one of the Tensors, and the same line that writes into a copy."""
    call = re.compile(rf"[^t].*\.{name}\(.*\)")
    line = next(each for each in EXPRESSIONS if call.fullmatch(each))
    given = leaves(autograd)
    owner, _, rest = line.partition(f".{name}(")
    target = eval(owner, dict(given)).copy()
    expected = eval(line, {"torch": autograd, **given})
    result = eval(f"target.{name}_({rest}", {"torch": autograd, **given, "target": target})
    assert result is target
    np.testing.assert_array_equal(target.data, expected.data.astype(target.dtype))
    assert target.requires_grad == expected.requires_grad


def test_print_options_are_numpys() -> None:
    with np.printoptions():
        autograd.set_printoptions(precision=2, sci_mode=False)
        assert repr(Tensor([1 / 3, 1e-9])) == "Tensor([0.33, 0.  ])"
    assert Tensor([1.0]).pin_memory().share_memory_().shape == (1,)


class TestNobodyPaysForThem:
    def test_they_stand_in_no_dir(self) -> None:
        assert not elsewhere.understood & set(dir(Tensor(1.0)))
        words = {*table.OF_THE_PACKAGE, *table.ON_TENSORS, *table.REFUSED_OF_THE_PACKAGE}
        assert not words & set(dir(autograd)) - set(autograd.__all__)

    def test_they_stand_in_no_stub(self) -> None:
        stub = inspect.getsourcefile(Tensor)
        assert stub is not None
        with open(stub + "i", encoding="utf-8") as file:
            text = file.read()
        assert not [name for name in elsewhere.understood if f"def {name}(" in text]

    def test_what_is_found_does_not_ask(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def asked(*args: Any) -> None:
            raise AssertionError("asked")

        monkeypatch.setattr(elsewhere, "meaning", asked)
        x = autograd.randn(2, 3)
        for _ in (x.sum(axis=1), x.max(axis=1), x.std(), x.reshape(3, 2), autograd.zeros((2, 3))):
            pass


@pytest.mark.parametrize("name", sorted(table.REFUSED_ON_TENSORS))
def test_a_refused_method_names_the_cure(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"Tensor has no '{name}'; use \w"):
        getattr(Tensor([1.0]), name)
    assert not hasattr(Tensor([1.0]), name)


@pytest.mark.parametrize("name", sorted(table.REFUSED_OF_THE_PACKAGE))
def test_a_refused_name_of_the_package_names_the_cure(name: str) -> None:
    expected = re.escape(f"module 'autograd' has no attribute '{name}'; use ")
    with pytest.raises(AttributeError, match=expected):
        getattr(autograd, name)


def cures() -> list[str]:
    """All that the table advises."""
    return [
        *table.REFUSED_ON_TENSORS.values(),
        *table.REFUSED_OF_THE_PACKAGE.values(),
        *(here for here, _ in table.ON_TENSORS.values()),
        *(here for here, _ in table.OF_THE_PACKAGE.values()),
        *(here for here, _ in table.CALLS.values()),
        *table.SPELT.values(),
    ]


@all_cases("cure", sorted(set(cures())))
def test_what_a_cure_names_is_there_and_taught(cure: str) -> None:
    for path in re.findall(r"\bautograd((?:\.\w+)+)", cure):
        found: Any = autograd
        for part in path[1:].split("."):
            assert part in dir(found) or part == "testing", path
            found = getattr(found, part)
    for name in re.findall(r"\bt\.(\w+)", cure):
        assert name in dir(Tensor(1.0)), name


REFUSALS = {
    "x.transpose(0, 1)": "swapaxes",
    "x.transpose(-2, -1)": "swapaxes",
    "x.transpose(0, -1)": "swapaxes",
    "x.repeat(2, 1)": r"tile.*axis=1",
    "x.nonzero(as_tuple=False)": "argwhere",
    "autograd.nonzero(x, as_tuple=False)": "argwhere",
    "x.std(dim=1)": "correction=1",
    "x.var(dim=1)": "correction=1",
    "x.std(0, keepdim=True)": "correction=1",
    "autograd.std(x, dim=1)": "correction=1",
    "autograd.var(x, dim=0, keepdim=True)": "correction=1",
    "x.sort()": r"dim=-1.*autograd\.sort",
    "x.view(np.int32)": "astype",
    "x.type()": "dtype",
    "x.squeeze(0)": "squeeze.dim=0",
    "x.cuda()": "no GPU",
    "x.to('cuda')": "no GPU",
    "x.to('cuda:0')": "no GPU",
    "autograd.device('cuda')": "no GPU",
    "autograd.device('mps')": "no GPU",
    "autograd.zeros(2, device='cuda')": "no GPU",
    "autograd.randn(2, 3, device='cuda:1')": "no GPU",
    "autograd.tensor([1.0], device='cuda')": "no GPU",
    "autograd.cuda.get_device_name(0)": "no GPU",
    "autograd.save({}, 'model.pt')": r"nn\.save",
    "autograd.load('model.pt')": r"nn\.load",
    "autograd.nn": "import nn",
    "autograd.optim": r"nn\.optim",
    "autograd.utils.data": r"nn\.utils\.data",
    "autograd.distributions": r"nn\.distributions",
    "autograd.Tensor(2, 3)": "autograd.empty",
    "autograd.amp.autocast('cpu')": "float16",
    "x.mm(x)": r"y\.T",
    "x.bmm(x)": "bmm: expected 3 axes",
    "w.add_(1)": "requires gradients",
    "w.zero_()": "requires gradients",
    "w.normal_()": "requires gradients",
    "w.masked_fill_(w > 0, 0.0)": "requires gradients",
    "x.foo_()": "has no attribute",
    "x.sum(dimension=1)": "no parameter 'dimension'",
    "autograd.set_detect_anomaly(True)": "detect_anomaly",
    "autograd.multinomial(autograd.tensor([0.0, 1.0]), 2)": "cannot draw 2",
    "autograd.gather(x, 1, x)": "integers",
    "x.expand(-1, 2, 3)": "expand",
    "x.split(0)": "split",
}


@pytest.mark.parametrize("line", REFUSALS)
def test_what_would_go_wrong_is_refused_with_its_cure(line: str) -> None:
    x = autograd.arange(6.0).reshape(2, 3)
    w = Tensor([[1.0, 2.0]], requires_grad=True)
    with pytest.raises(
        (TypeError, ValueError, AttributeError, RuntimeError), match=f"(?s){REFUSALS[line]}"
    ):
        eval(line, {"x": x, "w": w, "autograd": autograd, "np": np})


def axis_calls() -> list[str]:
    """Functions of the package that take an axis."""
    found = []
    for name in autograd.__all__:
        function = getattr(autograd, name)
        if callable(function) and not inspect.isclass(function):
            parameters = inspect.signature(function).parameters
            if "axis" in parameters and name not in ("gradient", "split"):
                found.append(name)
    return found


# How they are called on a matrix, where that is not `f(x, dim=1)`.
CALLED = {
    "append": "f(x, x, dim=1)", "array_split": "f(x, 3, dim=1)",
    "compress": "f([True, False, True], x, dim=1)", "concat": "f([x, x], dim=1)",
    "concatenate": "f([x, x], dim=1)", "cross": "f(x, x, dim=1)", "delete": "f(x, 1, dim=1)",
    "expand_dims": "f(x, dim=1)", "insert": "f(x, 1, 0.0, dim=1)",
    "linear_recurrence": "f(x, x, dim=1)", "geomspace": "f(1.0, 8.0, 4, dim=0)",
    "linspace": "f(0.0, 1.0, 4, dim=0)", "logspace": "f(0.0, 1.0, 4, dim=0)",
    "nanpercentile": "f(x, 30, dim=1)", "nanquantile": "f(x, 0.3, dim=1)",
    "partition": "f(x, 1, dim=1)", "argpartition": "f(x, 1, dim=1)",
    "percentile": "f(x, 30, dim=1)", "put_along_axis": "f(x, i, x, dim=1)",
    "quantile": "f(x, 0.3, dim=1)", "repeat": "f(x, 2, dim=1)", "rollaxis": "f(x, dim=1)",
    "roll": "f(x, 1, dim=1)", "scatter_add": "f(x, i, x, dim=1)",
    "scatter_reduce": "f(x, i, x, dim=1)", "sliding_window_view": "f(x, 2, dim=1)",
    "squeeze": "f(x[:, :1], dim=1)", "stack": "f([x, x], dim=1)",
    "std": "f(x, dim=1, correction=0)", "var": "f(x, dim=1, correction=0)",
    "take": "f(x, 1, dim=1)", "take_along_axis": "f(x, i, dim=1)", "topk": "f(x, 2, dim=1)",
    "vecdot": "f(x, x, dim=1)", "unwrap": "f(x, dim=1)", "glu": "f(x[:, 1:], dim=1)",
}  # fmt: skip


@pytest.mark.parametrize("name", axis_calls())
def test_dim_is_understood_by_all_that_take_an_axis(name: str) -> None:
    x = autograd.tensor([[3.0, 1.0, 2.0], [5.0, 4.0, 6.0]])
    i = np.array([[0, 2, 1], [1, 0, 2]])
    line = CALLED.get(name, "f(x, dim=1)")
    scope = {"f": getattr(autograd, name), "x": x, "i": i}
    theirs = eval(line, scope)
    if name in ("max", "min", "sort", "median", "nanmedian", "cummax", "cummin"):
        theirs = theirs.values
    ours = eval(line.replace("dim=", "axis=").replace("correction=", "ddof="), scope)
    if name in ("median", "nanmedian"):
        np.testing.assert_array_equal(theirs.data, [2.0, 5.0])
        return
    for mine, other in zip(
        *(each if isinstance(each, (tuple, list)) else [each] for each in (ours, theirs)),
        strict=True,
    ):
        np.testing.assert_array_equal(mine.data, other.data)


@pytest.mark.parametrize(
    "name",
    [n for n in axis_calls() if "keepdims" in inspect.signature(getattr(autograd, n)).parameters],
)
def test_keepdim_is_understood_by_all_that_take_keepdims(name: str) -> None:
    function = getattr(autograd, name)
    x = autograd.tensor([[3.0, 1.0, 2.0], [5.0, 4.0, 6.0]])
    line = CALLED.get(name, "f(x, dim=1)")[:-1] + ", keepdim=True)"
    found = eval(line, {"f": function, "x": x})
    assert getattr(found, "values", found).shape == (2, 1)


@pytest.mark.parametrize("line", table.OTHER_MEANING)
def test_same_word_other_meaning(line: str) -> None:
    """Both numbers: NumPy's meaning, and PyTorch's by the spelling that the page names."""
    scope = {"autograd": autograd, **table.other_meaning_data(autograd.tensor)}
    ours = other_plain(eval(line, scope))
    theirs = other_plain(eval(table.OTHER_MEANING[line], scope))
    expected = EXPECTED[line]["value"]
    assert theirs == expected
    assert ours != expected


def test_every_row_is_reached() -> None:
    """A name that the package has by itself would never ask the table."""
    for name, (_, word) in table.OF_THE_PACKAGE.items():
        found = getattr(autograd, name)
        assert found is word or found == word, name


ONE_ARGUMENT = sorted(
    name for name, op in records.items() if op.ours and op.fast and len(op.arguments) == 1
)


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_the_only_argument_may_be_called_input(name: str) -> None:
    function, x = records[name].function, Tensor([1.25, 1.5] if name == "arccosh" else [0.25, 0.5])
    np.testing.assert_array_equal(value(function(input=x)), value(function(x)))
    with pytest.raises(TypeError, match=rf"{name}\(\) has no parameter 'given'; it has x"):
        function(given=x)
    with pytest.raises(TypeError, match=name):
        function(x, input=x)


def test_names_of_records_are_words() -> None:
    for op in records.values():
        if op.ours and op.pytorch and op.pytorch.isidentifier():
            if op.pytorch in table.REFUSED_OF_THE_PACKAGE:
                continue
            assert callable(getattr(autograd, op.pytorch)), op.name


def test_import_loads_no_family_for_them() -> None:
    code = "import sys, autograd; print('autograd.linalg' in sys.modules, 'scipy' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False"]
