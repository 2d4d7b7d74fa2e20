"""What is public: every name that the packages offer, once, by the file that defines it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from autograd.operation.record import Op, complete_records

# In the order of the reference; a name stands where it is met first.
PACKAGES = (
    "autograd", "autograd.linalg", "autograd.fft", "autograd.func", "autograd.testing",
    "autograd.testing.strategies", "nn", "nn.functional", "nn.init", "nn.optim",
    "nn.optim.lr_scheduler", "nn.optim.swa_utils", "nn.data", "nn.train", "nn.train.plots",
    "nn.utils", "nn.transforms", "nn.datasets", "nn.models", "nn.keras", "nn.keras.layers",
    "nn.keras.models", "nn.keras.losses", "nn.keras.optimizers", "nn.keras.initializers", "viz",
    "autograd.ops",
)  # fmt: skip


@dataclass
class Entry:
    """One thing that has a page.

    Attributes:
        name: where users find it, `autograd.exp`.
        also: its other names.
        thing: the function or class itself.
        family: the file that defines it.
    """

    name: str
    thing: Any
    family: str
    also: list[str] = field(default_factory=list)

    @property
    def short(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    @property
    def page(self) -> str:
        """Where its page is, below the root of the site, without suffix."""
        return f"reference/{self.name}"

    @property
    def record(self) -> Op | None:
        """The operation's record, if it is one."""
        found = getattr(self.thing, "op", None)
        return found if isinstance(found, Op) else None

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        paragraph = (inspect.getdoc(self.thing) or "").partition("\n\n")[0]
        text = re.sub(r"\s+", " ", paragraph)
        return re.split(r"(?<=[^.]\.) (?=[A-Z`])", text)[0]


@dataclass
class Family:
    """The things of one file."""

    module: str
    entries: list[Entry]

    @property
    def title(self) -> str:
        """The first sentence of the file's docstring."""
        text = (inspect.getdoc(importlib.import_module(self.module)) or self.module).split("\n")[0]
        return re.split(r"[:.;](?: |$)", text)[0].strip().replace("`", "")

    @property
    def page(self) -> str:
        """Where its page is."""
        return f"reference/family.{self.module}"


def entries() -> list[Entry]:
    """Every public function and class, in the order of `PACKAGES`."""
    complete_records()
    known: dict[int, Entry] = {}
    for package in PACKAGES:
        for name, thing in _offered(package):
            full = f"{package}.{name}"
            if id(thing) in known:
                known[id(thing)].also.append(full)
            else:
                known[id(thing)] = Entry(full, thing, _home(thing, package))
    return [_by_its_own_name(each) for each in known.values()]


def _offered(package: str) -> Iterator[tuple[str, Any]]:
    try:
        module = importlib.import_module(package)
    except ImportError:  # of what is not built yet, or needs what is not installed
        return
    for name in getattr(module, "__all__", None) or _defined(module):
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isroutine(thing):
            yield name, thing


def _defined(module: ModuleType) -> list[str]:
    """The names of a module that lists none."""
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    ]


def _home(thing: Any, package: str) -> str:
    module = getattr(thing, "__module__", None) or package
    return module if module.partition(".")[0] in ("autograd", "nn", "viz") else package


def _by_its_own_name(entry: Entry) -> Entry:
    """`autograd.abs` and not `autograd.absolute`, where both are the same function."""
    own = getattr(entry.thing, "__name__", entry.short)
    if entry.short != own:
        for other in entry.also:
            package, _, last = other.rpartition(".")
            if last == own and package == entry.name.rpartition(".")[0]:
                entry.also[entry.also.index(other)] = entry.name
                entry.name = other
                break
    return entry


def families(known: list[Entry]) -> list[Family]:
    """The entries by the file that defines them, in order."""
    found: dict[str, Family] = {}
    for entry in known:
        found.setdefault(entry.family, Family(entry.family, [])).entries.append(entry)
    for family in found.values():
        family.entries.sort(key=lambda entry: entry.short.lower())
    return list(found.values())
