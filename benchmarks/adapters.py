"""Ten wrong rules before our adapters, and before the checkers of the libraries they are for.

`python -m benchmarks.adapters` writes one function, `sin(x) * w` with a broadcast w, as a custom
function of PyTorch, of JAX and of NumPy (a rule of HIPS autograd is one), once with the right rule
and ten times with a wrong one. Each is held to `assert_gradients` by its adapter, and to the
library's own checker, with ten seeds. What is not installed is left out; `--results FILE` keeps the
counts as JSON, and `--read FILE ...` puts several together. HIPS autograd has our import name: its
checker runs in an environment of its own, `python benchmarks/adapters.py --only HIPS`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

SEEDS = range(10)
Rule = Callable[..., tuple[Any, Any]]


# ---------------------------------------------------------------------- the rules


def _by_x(n: Any, g: Any, x: Any, w: Any) -> Any:
    return g * n.cos(x) * w


def _by_w(n: Any, g: Any, x: Any, w: Any) -> Any:
    return n.sum(g * n.sin(x))


def right(n: Any, g: Any, x: Any, w: Any) -> tuple[Any, Any]:
    """The gradients of sin(x) * w for the cotangent g, in the words of a library."""
    return _by_x(n, g, x, w), _by_w(n, g, x, w)


#: What is wrong, and the rule; each differs from the right one in one place.
WRONG: Mapping[str, Rule] = {
    "the sign": lambda n, g, x, w: (-_by_x(n, g, x, w), _by_w(n, g, x, w)),
    "off by 0.1 %": lambda n, g, x, w: (1.001 * _by_x(n, g, x, w), _by_w(n, g, x, w)),
    "the cotangent is ignored": lambda n, g, x, w: (n.cos(x) * w + 0 * g, _by_w(n, g, x, w)),
    "the cotangent is applied twice": lambda n, g, x, w: (
        g * _by_x(n, g, x, w), _by_w(n, g, x, w)
    ),
    "x is read where w belongs": lambda n, g, x, w: (g * n.cos(x) * x, _by_w(n, g, x, w)),
    "a mean over the broadcast axis": lambda n, g, x, w: (
        _by_x(n, g, x, w), n.mean(g * n.sin(x))
    ),
    "the last row only": lambda n, g, x, w: (_by_x(n, g, x, w), n.last(g * n.sin(x))),
    "wrong beyond 3": lambda n, g, x, w: (_by_x(n, g, n.clip(x), w), _by_w(n, g, x, w)),
    "a saved value is a constant": lambda n, g, x, w: (
        g * n.stop(n.cos(x)) * w, _by_w(n, g, x, w)
    ),
    "rounded to float32": lambda n, g, x, w: (n.single(_by_x(n, g, x, w)), _by_w(n, g, x, w)),
}  # fmt: skip


# ---------------------------------------------------------------------- the libraries


def of_torch(rule: Rule) -> Any:
    """A `torch.autograd.Function`, as its tutorial writes one."""
    torch = importlib.import_module("torch")

    words = SimpleNamespace(
        cos=torch.cos, sin=torch.sin, sum=lambda t: t.sum(0), mean=lambda t: t.mean(0),
        last=lambda t: t[-1].clone(), clip=lambda t: t.clamp(-3, 3), stop=torch.Tensor.detach,
        single=lambda t: t.float().to(t.dtype),
    )  # fmt: skip

    class Custom(torch.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any, w: Any) -> Any:
            ctx.save_for_backward(x, w)
            return torch.sin(x) * w

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return rule(words, g, *ctx.saved_tensors)

    return Custom.apply


def of_jax(rule: Rule) -> Any:
    """A `jax.custom_vjp`, as its documentation writes one."""
    jax = importlib.import_module("jax")

    words = SimpleNamespace(
        cos=jax.numpy.cos, sin=jax.numpy.sin, sum=lambda t: t.sum(0), mean=lambda t: t.mean(0),
        last=lambda t: t[-1], clip=lambda t: t.clip(-3, 3), stop=jax.lax.stop_gradient,
        single=lambda t: t.astype("float32").astype(t.dtype),
    )  # fmt: skip

    @jax.custom_vjp  # type: ignore[untyped-decorator]
    def function(x: Any, w: Any) -> Any:
        return jax.numpy.sin(x) * w

    function.defvjp(lambda x, w: (function(x, w), (x, w)), lambda saved, g: rule(words, g, *saved))
    return function


def _numpy_words(numpy: Any, stop: Callable[[Any], Any]) -> Any:
    return SimpleNamespace(
        cos=numpy.cos, sin=numpy.sin, sum=lambda t: numpy.sum(t, axis=0),
        mean=lambda t: numpy.mean(t, axis=0), last=lambda t: t[-1],
        clip=lambda t: numpy.clip(t, -3, 3), stop=stop,
        single=lambda t: stop(t).astype("float32").astype("float64") + 0 * t,
    )  # fmt: skip


def of_numpy(rule: Rule) -> tuple[Any, Any]:
    """A NumPy function and its gradient function."""
    words = _numpy_words(np, lambda x: x)
    return (lambda x, w: np.sin(x) * w), (lambda g, x, w: rule(words, g, x, w))


def of_hips(rule: Rule) -> Any:
    """A primitive of HIPS autograd with its rules."""
    extend = importlib.import_module("autograd.extend")
    getval = importlib.import_module("autograd.tracer").getval
    words = _numpy_words(importlib.import_module("autograd.numpy"), getval)

    @extend.primitive  # type: ignore[untyped-decorator]
    def function(x: Any, w: Any) -> Any:
        return np.sin(x) * w

    extend.defvjp(
        function,
        lambda ans, x, w: lambda g: rule(words, g, x, w)[0],
        lambda ans, x, w: lambda g: rule(words, g, x, w)[1],
    )
    return function


# ---------------------------------------------------------------------- the checkers


def _typical(seed: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, 3)), rng.normal(size=3)


def _ours(adapted: Any, seed: int, **options: Any) -> None:
    from autograd.testing import assert_gradients
    from autograd.testing.strategies import arrays

    assert_gradients(adapted, arrays((2, 3)), arrays((3,)), seed=seed, examples=50, **options)


def _from_torch(rule: Rule, seed: int) -> None:
    from autograd.testing.adapters import from_torch

    _ours(from_torch(of_torch(rule)), seed)


def _gradcheck(name: str) -> Callable[[Rule, int], None]:
    def check(rule: Rule, seed: int) -> None:
        torch = importlib.import_module("torch")

        inputs = [torch.tensor(x, requires_grad=True) for x in _typical(seed)]
        torch.manual_seed(seed)
        getattr(torch.autograd, name)(of_torch(rule), inputs)

    return check


def _from_jax(rule: Rule, seed: int) -> None:
    from autograd.testing.adapters import from_jax

    _ours(from_jax(of_jax(rule)), seed)


def _check_grads_of_jax(rule: Rule, seed: int) -> None:
    jax = importlib.import_module("jax")
    check_grads = importlib.import_module("jax.test_util").check_grads
    jax.config.update("jax_enable_x64", True)
    np.random.seed(seed)  # noqa: NPY002 - its directions come from there
    check_grads(of_jax(rule), _typical(seed), order=2, modes=["rev"])


def _vjp(rule: Rule, seed: int) -> None:
    function, vjp = of_numpy(rule)
    _ours(function, seed, vjp=vjp)


def _primitive(rule: Rule, seed: int) -> None:
    _ours(of_hips(rule), seed)


def _check_grads_of_hips(rule: Rule, seed: int) -> None:
    check_grads = importlib.import_module("autograd.test_util").check_grads
    np.random.seed(seed)  # noqa: NPY002 - its directions come from there
    check_grads(of_hips(rule), (0, 1), modes=["rev"], order=2)(*_typical(seed))


#: The column, the distribution that must be there, and what raises where a rule is wrong.
CHECKERS: Mapping[str, tuple[str, Callable[[Rule, int], None]]] = {
    "from_torch": ("torch", _from_torch),
    "gradcheck": ("torch", _gradcheck("gradcheck")),
    "gradgradcheck": ("torch", _gradcheck("gradgradcheck")),
    "from_jax": ("jax", _from_jax),
    "JAX check_grads": ("jax", _check_grads_of_jax),
    "vjp=": ("wengert", _vjp),
    "primitive": ("wengert", _primitive),
    "HIPS check_grads": ("autograd", _check_grads_of_hips),
}
#: The gradient function of a NumPy function is not differentiated again.
UNSAID = {("vjp=", "a saved value is a constant")}


def count(check: Callable[[Rule, int], None], rule: Rule) -> int:
    """With how many seeds a checker complains."""
    found = 0
    for seed in SEEDS:
        try:
            with np.errstate(all="ignore"):
                check(rule, seed)
        except Exception:
            found += 1
    return found


def measure(only: str) -> dict[str, dict[str, Any]]:
    """The version and the counts of every checker that is there and whose name begins so."""
    found: dict[str, dict[str, Any]] = {}
    for name, (distribution, check) in CHECKERS.items():
        version = _version(distribution)
        if name.startswith(only) and version:
            rules = {"right": right, **WRONG}
            found[name] = {w: count(check, r) for w, r in rules.items() if (name, w) not in UNSAID}
            found[name]["version"] = version
            print(f"{name}: {found[name]}", file=sys.stderr, flush=True)
    return found


def _version(distribution: str) -> str:
    """Of what is installed; ours is there where this file is not run as a script."""
    ours = importlib.util.find_spec("autograd.testing") is not None
    if distribution == "wengert":
        return "this one" if ours else ""
    if distribution == "autograd" and ours:
        return ""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def table(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A line of Markdown for each rule: with how many of ten seeds each checker complains."""
    columns = [name for name in CHECKERS if name in found]
    ours = {"from_torch", "from_jax", "vjp=", "primitive"}
    heads = [n if n in ours else f"{n} {found[n]['version']}" for n in columns]
    yield f"| rule | {' | '.join(heads)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for words in ("right", *WRONG):
        counts = [found[name].get(words) for name in columns]
        cells = ["-" if each is None else f"{each}/{len(SEEDS)}" for each in counts]
        yield f"| {words} | {' | '.join(cells)} |"
    enough = 0.9 * len(SEEDS)
    sums = []
    for name in columns:
        said = [found[name][words] for words in WRONG if words in found[name]]
        sums.append(f"{sum(each >= enough for each in said)} of {len(said)}")
    yield f"| **wrong ones found with nine of ten** | {' | '.join(sums)} |"


def main() -> int:
    """Measure what is installed, or read; print the table; fail where an adapter of ours errs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adapters", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="columns that begin so")
    parser.add_argument("--results", type=Path, metavar="FILE", help="keep the counts there")
    parser.add_argument("--read", type=Path, nargs="*", metavar="FILE", help="such files")
    given = parser.parse_args()
    found: dict[str, dict[str, Any]] = {}
    for path in given.read or ():
        found |= json.loads(path.read_text(encoding="utf-8"))
    found = found or measure(given.only)
    print("\n".join(table(found)))
    if given.results:
        given.results.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    ours = [found[n] for n in ("from_torch", "from_jax", "vjp=", "primitive") if n in found]
    return int(any(each["right"] for each in ours))


if __name__ == "__main__":
    sys.exit(main())
