"""The derivative rules of an operation: what they read, what nodes save for them, how they run.

The names of a rule's parameters are what it reads. From them follow what a node has to save and
the direct fetch that a rule is compiled to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from autograd.graph.node import Node
from autograd.operation.precision import HALF, in_single
from autograd.operation.signature import Signature, positional_names

# What a node saves of an argument.
NOTHING, SHAPE, VALUE = 0, 1, 2

Rule = Callable[..., Any]
Rewrap = Callable[[Any, Node | None], Any]  # a saved value as a Tensor of the graph it came from
Pull = Callable[[Node, Any], Any]  # from a node and its cotangent to an argument's gradient
Plan = tuple[tuple[int, ...], Literal[True] | tuple[int, ...]]


def parameter_names(function: Rule) -> tuple[str, ...]:
    """Names of a rule's parameters: the cotangent and what it reads."""
    code = getattr(function, "__code__", None)
    if code is None:
        raise TypeError(f"a rule must be a plain Python function, got {function!r}")
    if code.co_kwonlyargcount or code.co_flags & 0x0C:  # *args, **kwargs
        raise TypeError(f"a rule takes positional parameters only, no * or **: {function!r}")
    return positional_names(function)


def shape_of(value: Any) -> tuple[int, ...]:
    """Shape of a saved value: an array, an ArraySpec, or a Python scalar."""
    return getattr(value, "shape", ())


def dtype_of(value: Any) -> Any:
    """Dtype of a saved value; of a Python scalar its type."""
    return getattr(value, "dtype", type(value))


def output_of(outputs: Any, index: int) -> Any:
    """What a rule reads as `out0`, `out1`, ...: one of several results."""
    if not isinstance(outputs, tuple | list):
        raise TypeError(f"a rule reads out{index} of an operation with one result; name it `out`")
    return outputs[index]


def _output_index(name: str) -> int | None:
    """1 for `out1`."""
    return int(name[3:]) if name.startswith("out") and name[3:].isdecimal() else None


class Rules(Signature):
    """A signature with derivative rules.

    Attributes:
        rules: one vjp rule per differentiable argument; `rule_all` where one serves all.
        rule_raw: one for all arguments as a kernel, which takes raw arrays only.
        push_rules: jvp rules by argument, of the kind "general".
        without_rule: the slots that have no derivative, as bits.
    """

    def __init__(self, body: Callable[..., Any], kind: str, **options: Any) -> None:
        super().__init__(body, kind, **options)
        # These take the fast path of scalar_calls.py: scalar results mean scalar arguments.
        self.fast = (
            kind == "elementwise" and bool(self.arity) and not self.keywords and not self.optional
        )
        self.rules: dict[str, Rule] = {}
        self.rule_all: Rule | None = None
        self.rule_raw: Rule | None = None
        self.push_rules: dict[str, Rule] = {}
        self._forget_compiled()

    # ------------------------------------------------------------------ registration

    def set_rules(self, rules: Mapping[str, Rule]) -> None:
        """Register vjp rules by argument name."""
        if self.kind == "constant":
            raise TypeError(f"{self.name}.vjp: the kind 'constant' has no derivative")
        for argument, rule in rules.items():
            self._check_argument(argument, "vjp")
            self._check_reads(rule, "vjp", argument)
        self.rules.update(rules)
        self._forget_compiled()

    def set_rule_all(self, rule: Rule) -> None:
        """Register one vjp rule that returns a gradient (or None) for every array argument."""
        if self.fast:
            raise TypeError(
                f"{self.name}.vjp_all: an operation of {len(self.arguments)} arrays without "
                f"keywords takes one rule per argument; use {self.name}.vjp"
            )
        self._check_reads(rule, "vjp_all", "all arguments")
        self.rule_all = rule
        self.arity = 0  # its nodes are wide
        self._forget_compiled()

    def set_rule_raw(self, rule: Rule) -> None:
        """Register one vjp rule for all arguments that computes on raw arrays alone.

        A pass on Tensors takes the other rules, or where there are none differentiates what the
        operation is composed of.
        """
        if self.fast or self.listed:
            raise TypeError(
                f"{self.name}.vjp_raw: neither scalars nor a list of arrays need a kernel; "
                f"use {self.name}.vjp"
            )
        if not self.rules and self.rule_all is None and self.composed is None:
            raise TypeError(
                f"{self.name}.vjp_raw: a pass on Tensors needs other rules, registered before, or "
                "composed="
            )
        self._check_reads(rule, "vjp_raw", "all arguments")
        self.rule_raw = rule
        self.arity = 0  # its nodes are wide
        self._forget_compiled()

    def set_push_rules(self, rules: Mapping[str, Rule]) -> None:
        """Register jvp rules by argument name; the tangents they return are added up."""
        if self.kind != "general":
            raise TypeError(
                f"{self.name}.jvp: the kind {self.kind!r} already gives the forward mode; "
                "only 'general' operations take jvp rules"
            )
        for argument, rule in rules.items():
            self._check_argument(argument, "jvp")
            self._check_reads(rule, "jvp", argument)
            kept = self._reads(argument)
            for name in parameter_names(rule)[1:]:
                if _output_index(name) is not None and "out" in kept:
                    continue
                saved = name in ("out", *self.arguments) or _output_index(name) is not None
                if saved and name not in kept:
                    raise ValueError(
                        f"{self.name}.jvp: the rule for {argument!r} reads {name!r}, "
                        "which its vjp rule does not read and a node therefore does not keep"
                    )
        self.push_rules.update(rules)
        self._forget_compiled()

    def _check_argument(self, argument: str, what: str) -> None:
        if argument not in self.arguments:
            raise ValueError(
                f"{self.name}.{what}: {argument!r} is not an array argument; "
                f"it has {', '.join(self.arguments)}"
            )

    def _check_reads(self, rule: Rule, what: str, argument: str) -> None:
        names = parameter_names(rule)
        if not names:
            raise ValueError(
                f"{self.name}.{what}: the rule for {argument} takes no cotangent; "
                "its first parameter is the gradient that arrives"
            )
        about = {f"{name}_{what}" for name in self.arguments for what in ("shape", "dtype")}
        readable = {"out", "wanted", *self.arguments, *about, *self.keywords}
        if what == "vjp_raw":
            readable.update(self.residuals)
        for name in names[1:]:
            if name not in readable and _output_index(name) is None:
                raise ValueError(
                    f"{self.name}.{what}: the rule for {argument} reads {name!r}, which is none "
                    f"of {', '.join(sorted(readable))}"
                )

    # ------------------------------------------------------------------ what nodes save

    def _slots_without_rule(self) -> int:
        if self.rule_all is not None or self.by_composition:
            return 0
        if self.listed:
            return 0 if self.rules else -1
        return sum(1 << i for i, name in enumerate(self.arguments) if name not in self.rules)

    def _reads(self, argument: str) -> set[str]:
        rule = self.rule_all or self.rules.get(argument)
        reads = set() if rule is None else set(parameter_names(rule)[1:])
        if self.rule_raw is not None:
            reads.update(parameter_names(self.rule_raw)[1:])
        if self.by_composition:
            reads.update(self.arguments)
        return reads

    @property
    def by_composition(self) -> bool:
        """Whether a pass on Tensors differentiates what the operation is composed of."""
        return self.rule_raw is not None and self.rule_all is None and not self.rules

    def by_kernel(self, node: Node, on_tensors: bool) -> bool:
        """Whether the rule for raw arrays passes a node's gradient on."""
        return (
            self.rule_raw is not None
            and not on_tensors
            and (not self.residuals or node.residuals is not None)
        )

    def plan(self, mask: int, count: int) -> Plan:
        """What to save when the slots in the bits of `mask` have edges.

        Returns:
            Per slot NOTHING, SHAPE or VALUE; and True where the result itself is read, or which
            of several results are.
        """
        key = (mask, count)
        known = self.plans.get(key)
        if known is not None:
            return known
        names = self.arguments * count if self.listed else self.arguments
        reads: set[str] = set()
        for slot, name in enumerate(names):
            if mask >> slot & 1:
                reads |= self._reads(name)
        # A linear operation is pushed with zeros of the shape of what has no tangent.
        slots = tuple(
            VALUE
            if name in reads
            else SHAPE
            if self.kind == "linear" or {f"{name}_shape", f"{name}_dtype"} & reads
            else NOTHING
            for name in names
        )
        outputs = tuple(sorted({i for i in map(_output_index, reads) if i is not None}))
        planned: Plan = (slots, True if "out" in reads else outputs)
        self.plans[key] = planned
        return planned

    # ------------------------------------------------------------------ compiled rules

    def _forget_compiled(self) -> None:
        self.without_rule = self._slots_without_rule()
        self.plans: dict[tuple[int, int], Plan] = {}
        self._compiled: dict[tuple[str, Rewrap | None], Pull] = {}
        self._pulls: dict[Rewrap | None, list[Pull]] = {}
        # What the engine calls for the slots of a node in a pass on raw arrays; else it asks.
        self.pulls = self.pulls_on(None) if self.rules and self.rule_raw is None else []

    def pulls_on(self, rewrap: Rewrap | None) -> list[Pull]:
        """The vjp rules as functions of a node and its cotangent, per slot; empty for a list.

        The first call of each compiles it. For `rewrap`, see `compiled`.
        """
        if self.rule_all is not None or self.listed:
            return []
        known = self._pulls.get(rewrap)
        if known is None:
            slots = range(len(self.arguments))
            known = self._pulls[rewrap] = [self._pull_later(slot, rewrap) for slot in slots]
        return known

    def _pull_later(self, slot: int, rewrap: Rewrap | None) -> Pull:
        def pull(node: Node, g: Any) -> Any:
            rule = self.rules[self.arguments[slot]]
            compiled = self._pulls[rewrap][slot] = self.compiled(rule, f"pull{slot}", rewrap)
            return compiled(node, g)

        return pull

    def compiled(self, rule: Rule, key: str, rewrap: Rewrap | None = None) -> Pull:
        """`rule` as a function of a node and the cotangent that fetches what the rule reads.

        Compiled once per rule: a direct fetch costs a third less than a loop over names. With
        `rewrap` (of `call.py`) the saved values come back as Tensors tied to the graph they belong
        to, so that what the rule computes is recorded again.
        """
        known = self._compiled.get((key, rewrap))
        if known is None:
            on_tensors = rewrap is not None
            fetches = [self._fetch(name, on_tensors) for name in parameter_names(rule)[1:]]
            called = "rule"
            if self.accumulates:
                called = "(in_single if type(g) is tuple or g.dtype is HALF else rule)"
            source = f"lambda node, g: {called}({', '.join(['g', *fetches])})"
            names = {
                "rule": rule, "in_single": in_single(rule), "HALF": HALF, "rewrap": rewrap,
                "output_of": output_of, "shape_of": shape_of, "dtype_of": dtype_of,
            }  # fmt: skip
            known = eval(compile(source, f"<rule {key} of {self.name}>", "eval"), names)
            self._compiled[key, rewrap] = known
        return known

    def _fetch(self, name: str, on_tensors: bool) -> str:
        index = _output_index(name)
        if name == "out" or (index is not None and name not in self.arguments):
            out = "rewrap(node.value, node)" if on_tensors else "node.value"
            return out if name == "out" else f"output_of({out}, {index})"
        if name == "wanted":
            return "tuple(edge is not None for edge in node.edges)"
        if name in self.keywords:
            return f"node.keywords[{name!r}]"
        if name in self.residuals:
            return f"node.residuals[{self.residuals.index(name)}]"
        argument, _, about = name.rpartition("_")
        about = "" if name in self.arguments else about
        if self.listed:
            if about:
                return (
                    f"[{about}_of(v if e is None else e.value)"
                    " for v, e in zip(node.inputs, node.edges, strict=True)]"
                )
            if on_tensors:
                return "[rewrap(v, e) for v, e in zip(node.inputs, node.edges, strict=True)]"
            return "list(node.inputs)"
        slot = self.arguments.index(argument if about else name)
        value = f"node.input{slot}" if self.arity else f"node.inputs[{slot}]"
        edge = f"node.edge{slot}" if self.arity else f"node.edges[{slot}]"
        if about:
            return f"{about}_of({value} if {edge} is None else {edge}.value)"
        return f"rewrap({value}, {edge})" if on_tensors else value

    def contributions(
        self,
        node: Node,
        g: Any,
        rewrap: Rewrap | None = None,
        edges: Sequence[Node | None] | None = None,
    ) -> list[Any]:
        """What the rules pass on, one per slot; None where `edges` (else the node's) have none."""
        edges = node.edges if edges is None else edges
        if self.rule_raw is not None and self.by_kernel(node, rewrap is not None):
            rule, key = self.rule_raw, "raw"
        elif pulls := self.pulls_on(rewrap):
            return [
                None if edge is None else pull(node, g)
                for pull, edge in zip(pulls, edges, strict=True)
            ]
        elif self.rule_all is not None:
            rule, key = self.rule_all, "all"
        else:
            rule, key = self.rules[self.arguments[0]], "list"
        passed = list(self.compiled(rule, key, rewrap)(node, g))
        if len(passed) != len(edges):
            raise ValueError(
                f"{self.name}: its rule returned {len(passed)} gradients for {len(edges)} arguments"
            )
        return [None if edge is None else passed[slot] for slot, edge in enumerate(edges)]
