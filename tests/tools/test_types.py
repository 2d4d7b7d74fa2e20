"""Type checkers and editors know every name that the packages offer."""

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.operation.record import Op
from autograd.testing.samples import bound_samples, has_samples
from nn import functional
from tests.all_cases import all_cases
from tests.source_code import ROOT
from tests.test_architecture import LISTING_ONLY_WHAT_THEY_OFFER

# What is lost is an object, or no attribute at all; operations are written without annotations, so
# some are of any type.
UNKNOWN = ('type is "object"', "has no attribute")


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_every_name_that_is_offered_has_a_type(tmp_path):
    lines, names = [], []
    for package in LISTING_ONLY_WHAT_THEY_OFFER:
        lines.append(f"import {package}")
        names += [f"{package}.{name}" for name in importlib.import_module(package).__all__]
    file = tmp_path / "names.py"
    file.write_text("\n".join(lines + [f"reveal_type({name})" for name in names]), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", str(file)], capture_output=True, text=True, cwd=ROOT
    )
    said = re.findall(r"names\.py:(\d+): (.*)", run.stdout)
    assert len(said) >= len(names), run.stdout + run.stderr
    lost = {
        names[int(number) - 1 - len(lines)]
        for number, words in said
        if any(each in words for each in UNKNOWN)
    }
    assert lost == set()


# ------------------------------------------------------------------ stubs and functions agree

PACKAGES = (autograd.ops, autograd.linalg, autograd.fft, functional)
FUNCTIONS = [
    pytest.param(package, name, id=f"{package.__name__}.{name}")
    for package in PACKAGES
    for name in package.__all__
]


@cache
def definitions(package):
    """The overloads of each function in the stub of a package."""
    stub = ast.parse(Path(package.__file__).with_suffix(".pyi").read_text("utf-8"))
    found = {}
    for each in stub.body:
        if isinstance(each, ast.FunctionDef):
            found.setdefault(each.name, []).append(each)
    return found


def signature_of(definition):
    """Names and defaults in order, those behind a star marked."""
    arguments = definition.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    listed = [(each.arg, default) for each, default in zip(plain, defaults, strict=True)]
    if arguments.vararg:
        listed.append(("*" + arguments.vararg.arg, None))
    listed += [
        (each.arg, default)
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return [(name, None if default is None else ast.unparse(default)) for name, default in listed]


@all_cases("package, name", FUNCTIONS)
def test_a_stub_has_the_signature_of_the_function(package, name):
    expected = [
        ("*" * (each.kind is each.VAR_POSITIONAL) + each.name,
         None if each.default is each.empty else repr(each.default))
        for each in inspect.signature(getattr(package, name)).parameters.values()
    ]  # fmt: skip
    overloads = definitions(package)[name]
    assert signature_of(overloads[-1]) == expected
    for overload in overloads:
        got = signature_of(overload)
        assert [each for each, _ in got] == [each for each, _ in expected]
        both = zip(got, expected, strict=True)
        assert all(default in (None, usual) for (_, default), (_, usual) in both)


def structure_of(result):
    """How a result is written in a stub: `tuple[Tensor, Tensor]`."""
    if isinstance(result, Tensor):
        return "Tensor"
    if isinstance(result, tuple | list):
        inside = [structure_of(each) for each in result]
        name = type(result).__name__
        if name == "tuple":
            return f"tuple[{', '.join(inside)}]"
        assert len(set(inside)) <= 1
        return f"{name}[{inside[0]}]"
    return "_Array" if isinstance(result, np.ndarray | np.generic) else type(result).__name__


SAMPLED = [
    each
    for each in FUNCTIONS
    if isinstance(op := getattr(getattr(*each.values), "op", None), Op) and has_samples(op)
]


@all_cases("package, name", SAMPLED)
def test_a_stub_tells_what_samples_return(package, name):
    told = {ast.unparse(each.returns) for each in definitions(package)[name]}
    told |= {
        re.sub(r"\[(\w+), \.\.\.\]", rf"[{', '.join([kind] * count)}]", each)
        for each in told
        for kind in ("Tensor", "_Array")
        if f"[{kind}, ..." in each
        for count in range(1, 5)
    }
    for bound in bound_samples(getattr(package, name).op):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            of_tensors = bound.function()(*map(Tensor, bound.arrays))
            of_arrays = bound.function()(*bound.arrays)
        assert structure_of(of_tensors) in told
        assert structure_of(of_arrays) in told


# ------------------------------------------------------------------ a user's program

TYPES = {
    "autograd.exp(x)": "Tensor",
    "autograd.exp(a)": "ndarray[Any, Any]",
    "autograd.exp([1.0, 2.0])": "ndarray[Any, Any]",
    "autograd.add(x, 2.0)": "Tensor",
    "autograd.add(a, x)": "Tensor",
    "autograd.add(a, a)": "ndarray[Any, Any]",
    "autograd.clip(a, max=x)": "Tensor",
    "autograd.clip(a, 0.0, 1.0)": "ndarray[Any, Any]",
    "autograd.concatenate([x, x])": "Tensor",
    "autograd.concatenate([a, a], axis=0)": "ndarray[Any, Any]",
    "autograd.einsum('i,i->', x, x)": "Tensor",
    "autograd.sum(x, axis=(0,), keepdims=True)": "Tensor",
    "autograd.split(x, 2)": "list[Tensor]",
    "autograd.topk(x, 1)": "TopK[Tensor]",
    "autograd.topk(a, 1)": "TopK[ndarray[Any, Any]]",
    "autograd.average(x, returned=True)": "tuple[Tensor, Tensor]",
    "autograd.average(x)": "Tensor",
    "autograd.linspace(0.0, 1.0)": "Tensor",
    "autograd.norm(x)": "Tensor",
    "autograd.linalg.svd(x).U": "Tensor",
    "autograd.linalg.svd(x, compute_uv=False)": "Tensor",
    "autograd.linalg.qr(a).Q": "ndarray[Any, Any]",
    "autograd.linalg.slogdet(x).logabsdet": "Tensor",
    "autograd.fft.rfft(x)": "Tensor",
    "x.exp().sum(axis=0)": "Tensor",
    "nn.functional.softmax(x, dim=-1)": "Tensor",
    "nn.functional.mse_loss(a, a)": "ndarray[Any, Any]",
    "nn.functional.max_pool1d(x, 2)": "Tensor",
    "nn.functional.max_pool1d(x, 2, return_indices=True)": "tuple[Tensor, Tensor]",
    "nn.init.zeros_(x)": "Tensor",
    "nn.Linear(2, 3)(x)": "Tensor",
    "Model()(x)": "tuple[Tensor, int]",
    "nn.CrossEntropyLoss()(x, a)": "Tensor",
}
MISTAKES = (
    "autograd.exp(x, axi=0)",
    "autograd.exp('a word')",
    "autograd.sum(x, axes=0)",
    "autograd.sum(x, axis='0')",
    "autograd.softmaxx(x)",
    "autograd.func.gradd",
    "autograd.linalg.invv",
    "autograd.fft.fftt",
    "nn.Liner",
    "nn.functional.rellu(x)",
    "nn.functional.softmax(x, dims=1)",
    "nn.init.zero_(x)",
    "nn.optim.Adamm",
    "x.expp()",
)
PROGRAM = """
from typing import reveal_type

import autograd
import nn
import numpy as np
from autograd import Tensor

x = Tensor([1.0, 2.0])
a = np.ones(2)


class Model(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, int]:
        return x, 1


"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A user's file, with an expression a line; and the line where they start."""
    file = tmp_path_factory.mktemp("program") / "program.py"
    lines = [f"reveal_type({each})" for each in TYPES]
    file.write_text(PROGRAM + "\n".join([*lines, *MISTAKES]) + "\n", encoding="utf-8")
    return file, PROGRAM.count("\n") + 1


def check(start, types, mistaken):
    """Compare what a checker found, by line, with what is expected."""
    found = {each: types.get(start + place) for place, each in enumerate(TYPES)}
    assert found == TYPES
    passed = [
        each for place, each in enumerate(MISTAKES, start + len(TYPES)) if place not in mistaken
    ]
    assert passed == []
    assert [line for line in mistaken if line < start + len(TYPES)] == []


def plain(kind):
    """A type without the modules it comes from; results by name as pyright calls them."""
    kind = re.sub(r"\b(?:\w+\.)+(?=\w)", "", kind)
    return re.sub(r"^tuple\[.*, fallback=(.*)\]$", r"\1", kind)


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_mypy_judges_a_users_program(program):
    file, start = program
    run = subprocess.run(
        [sys.executable, "-m", "mypy", str(file)], capture_output=True, text=True, cwd=ROOT
    )
    said = re.findall(r"program\.py:(\d+): (\w+): (.*)", run.stdout)
    types = {
        int(line): plain(words.split('"')[1])
        for line, _, words in said
        if words.startswith("Revealed type")
    }
    mistaken = {int(line) for line, kind, _ in said if kind == "error"}
    check(start, types, mistaken)
    assert 'maybe "grad"?' in run.stdout


@pytest.mark.skipif(find_spec("pyright") is None, reason="pyright is not installed")
def test_pyright_judges_a_users_program(program):
    file, start = program
    run = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, file],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    said = json.loads(run.stdout)["generalDiagnostics"]
    lines = [(each["range"]["start"]["line"] + 1, each) for each in said]
    types = {
        line: plain(each["message"].rpartition(' is "')[2].rstrip('"'))
        for line, each in lines
        if each["severity"] == "information"
    }
    check(start, types, {line for line, each in lines if each["severity"] == "error"})


# ------------------------------------------------------------------ completions of an editor

COMPLETIONS = {
    "autograd.exp(x).": {"backward", "grad", "reshape", "sum", "exp"},
    "autograd.soft": {"softmax", "softplus"},
    "autograd.linalg.": {"inv", "svd", "norm"},
    "autograd.fft.rf": {"rfft", "rfft2"},
    "autograd.func.": {"grad", "hessian", "jvp"},
    "nn.functional.": {"relu", "cross_entropy", "conv2d"},
    "nn.init.kaim": {"kaiming_normal_", "kaiming_uniform_"},
    "nn.functional.relu(x).": {"backward", "shape"},
    "nn.optim.": {"Adam", "SGD"},
}


@pytest.mark.skipif(find_spec("jedi") is None, reason="Jedi is not installed")
@pytest.mark.parametrize("typed", COMPLETIONS)
def test_jedi_completes(typed):
    import jedi

    lines = "import autograd\nimport nn\nx = autograd.tensor([1.0])\n"
    script = jedi.Script(lines + typed, project=jedi.Project(ROOT))
    found = {each.name for each in script.complete(4, len(typed))}
    assert COMPLETIONS[typed] <= found


@pytest.mark.skipif(find_spec("jedi") is None, reason="Jedi is not installed")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("autograd.exp", "Exponential"),
        ("autograd.linalg.inv", "nverse"),
        ("nn.functional.softmax", "softmax"),
    ],
)
def test_jedi_finds_docstrings_at_the_source(name, words):
    import jedi

    package = name.partition(".")[0]
    script = jedi.Script(f"import {package}\n{name}", project=jedi.Project(ROOT))
    (found,) = {each.docstring() for each in script.help(2, len(name))}
    assert words in found
