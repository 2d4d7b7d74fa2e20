"""The record of an operation, and the decorator that makes one.

An operation is a documented NumPy function with its derivative rules right below it. Everything
else (Tensor method, NumPy dispatch, forward mode, broadcasting, tests, drawing) follows from the
record made here; how a call is carried out is in `call.py`.

    @op("elementwise", symbol="×", numpy=np.multiply, methods=("__mul__",))
    def mul(x, y):
        '''Product, element by element.'''
        return x * y

    mul.vjp(x=lambda g, y: g * y,
            y=lambda g, x: g * x)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from autograd.graph.node import Node

KINDS = ("elementwise", "linear", "multilinear", "constant", "general")

# What a node saves of an argument.
NOTHING, SHAPE, VALUE = 0, 1, 2

Rewrap = Callable[[Any, Node | None], Any]  # a saved value as a Tensor of the graph it came from

records: dict[str, Op] = {}  # every registered operation by name, in order of definition


def parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the positional parameters, read off the code object: `inspect` is slow."""
    code = getattr(function, "__code__", None)
    if code is None:
        raise TypeError(f"a rule must be a plain Python function, got {function!r}")
    if code.co_kwonlyargcount or code.co_flags & 0x0C:  # *args, **kwargs
        raise TypeError(f"a rule takes positional parameters only, no * or **: {function!r}")
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount]
    return names


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


class Sample(NamedTuple):
    """One call of an operation for tests: shapes stand for arrays drawn from its domain."""

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class ErrorSample(NamedTuple):
    """One call that must fail, with the exception and a pattern of its message."""

    exception: type[Exception]
    match: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


def sample(*arguments: Any, **keywords: Any) -> Sample:
    """A call for tests; a tuple of integers is the shape of an array to be drawn."""
    return Sample(arguments, keywords)


def error(exception: type[Exception], match: str, *arguments: Any, **keywords: Any) -> ErrorSample:
    """A call that must raise `exception` with a message that `match` finds."""
    return ErrorSample(exception, match, arguments, keywords)


def _same_word(module: str) -> str:
    """Where PyTorch keeps what has the same name as ours."""
    return next((f"{each}." for each in ("linalg", "fft") if f".{each}." in module), "")


class Op:
    """Everything known of one operation.

    Attributes:
        kind: one of KINDS; it decides how tangents are pushed forward.
        arguments: names of the array arguments, in slot order; one name for a list.
        arity: how many slots, 1 or 2; 0 where it varies or is larger (such nodes are wide).
        keywords: the other parameters with their defaults.
        rules: one vjp rule per differentiable argument; `rule_all` where one serves all.
    """

    def __init__(
        self,
        body: Callable[..., Any],
        kind: str,
        *,
        symbol: str | None = None,
        numpy: Any = None,
        methods: Sequence[str] = (),
        reflected: str | None = None,
        inplace: str | None = None,
        arrays: Sequence[str] | None = None,
        sequence: str | None = None,
        view: bool = False,
        domain: str | Mapping[str, str] = "real",
        composed: Callable[..., Any] | None = None,
        samples: Sequence[Sample] = (),
        errors: Sequence[ErrorSample] = (),
        hint: Callable[..., str | None] | None = None,
        aliases: Mapping[str, str] | None = None,
        pytorch: str | None = "",
        helper: bool = False,
    ) -> None:
        if kind not in KINDS:
            raise ValueError(f"op: kind {kind!r} is not one of {', '.join(KINDS)}")
        self.body = body
        self.name = body.__name__
        self.kind = kind
        self.symbol = symbol
        self.numpy = numpy
        self.methods = tuple(methods)
        self.reflected = reflected
        self.inplace = inplace
        self.view = view
        self.domain = domain
        self.composed = composed
        self.samples = samples
        self.errors = errors
        self.hint = hint
        self.aliases = dict(aliases or {})
        self.helper = helper
        self.module = body.__module__
        self.ours = body.__module__.partition(".")[0] in ("autograd", "nn")
        self.pytorch = _same_word(self.module) + self.name if pytorch == "" else pytorch
        self.function: Callable[..., Any] = body  # replaced by the public function

        code = body.__code__
        positional = code.co_argcount
        names = code.co_varnames[: positional + code.co_kwonlyargcount]
        defaults = dict(
            zip(
                names[positional - len(body.__defaults__ or ()) : positional],
                body.__defaults__ or (),
                strict=True,
            )
        )
        defaults.update(body.__kwdefaults__ or {})
        self.parameters = names
        self.positional = positional
        self.variadic: str | None = code.co_varnames[len(names)] if code.co_flags & 0x04 else None
        self.sequence = sequence
        if sequence or self.variadic:
            self.arguments: tuple[str, ...] = (sequence or self.variadic or "",)
            self.arity = 0
        else:
            self.arguments = (
                tuple(name for name in names if name not in defaults)
                if arrays is None
                else tuple(arrays)
            )
            self.arity = len(self.arguments) if len(self.arguments) <= 2 else 0
            if self.arguments != names[: len(self.arguments)]:
                raise ValueError(
                    f"op: {self.name} must take its arrays first: {self.arguments} of {names}"
                )
        self.optional = frozenset(name for name in self.arguments if name in defaults)
        self.keywords = {n: defaults.get(n) for n in names if n not in self.arguments}
        self.required = frozenset(n for n in names if n not in defaults and n not in self.optional)
        # Calls with at least so many arguments, all positional, are bound without a search.
        listed = bool(self.sequence or self.variadic)
        required = [n for n in names[:positional] if n in self.required]
        self.least_positional = (
            positional + 1 if listed else max(len(self.arguments), len(required))
        )
        # These take the fast path of call.py: their scalar results mean scalar arguments.
        self.fast = (
            kind == "elementwise" and bool(self.arity) and not self.keywords and not self.optional
        )

        self.rules: dict[str, Callable[..., Any]] = {}
        self.rule_all: Callable[..., Any] | None = None
        self.push_rules: dict[str, Callable[..., Any]] = {}
        self._forget_compiled()

    # ------------------------------------------------------------------ registration

    def set_rules(self, rules: Mapping[str, Callable[..., Any]]) -> None:
        """Register vjp rules by argument name."""
        if self.kind == "constant":
            raise TypeError(f"{self.name}.vjp: the kind 'constant' has no derivative")
        for argument, rule in rules.items():
            self._check_argument(argument, "vjp")
            self._check_reads(rule, "vjp", argument)
        self.rules.update(rules)
        self._forget_compiled()

    def set_rule_all(self, rule: Callable[..., Any]) -> None:
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

    def set_push_rules(self, rules: Mapping[str, Callable[..., Any]]) -> None:
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

    def _check_reads(self, rule: Callable[..., Any], what: str, argument: str) -> None:
        names = parameter_names(rule)
        if not names:
            raise ValueError(
                f"{self.name}.{what}: the rule for {argument} takes no cotangent; "
                "its first parameter is the gradient that arrives"
            )
        for name in names[1:]:
            if name not in self._readable() and _output_index(name) is None:
                raise ValueError(
                    f"{self.name}.{what}: the rule for {argument} reads {name!r}, which is none "
                    f"of {', '.join(sorted(self._readable()))}"
                )

    def _readable(self) -> set[str]:
        about = {f"{name}_{what}" for name in self.arguments for what in ("shape", "dtype")}
        return {"out", "wanted", *self.arguments, *about, *self.keywords}

    # ------------------------------------------------------------------ what nodes save

    def _slots_without_rule(self) -> int:
        """The argument slots that have no derivative, as bits."""
        if self.rule_all is not None:
            return 0
        if self.sequence or self.variadic:
            return 0 if self.rules else -1
        return sum(1 << i for i, name in enumerate(self.arguments) if name not in self.rules)

    def _reads(self, argument: str) -> set[str]:
        rule = self.rule_all or self.rules.get(argument)
        return set() if rule is None else set(parameter_names(rule)[1:])

    def plan(
        self, mask: int, count: int
    ) -> tuple[tuple[int, ...], Literal[True] | tuple[int, ...]]:
        """What to save when the slots in the bits of `mask` have edges.

        Returns:
            Per slot NOTHING, SHAPE or VALUE; and True where the result itself is read, or which
            of several results are.
        """
        key = (mask, count)
        known = self.plans.get(key)
        if known is not None:
            return known
        listed = bool(self.sequence or self.variadic)
        reads: set[str] = set()
        for slot in range(count):
            if mask >> slot & 1:
                reads |= self._reads(self.arguments[0 if listed else slot])
        slots = []
        for slot in range(count):
            argument = self.arguments[0 if listed else slot]
            if argument in reads:
                slots.append(VALUE)
            elif (
                f"{argument}_shape" in reads
                or f"{argument}_dtype" in reads
                or self.kind == "linear"
            ):
                slots.append(SHAPE)  # a linear operation is pushed with zeros of that shape
            else:
                slots.append(NOTHING)
        outputs = tuple(sorted({i for i in map(_output_index, reads) if i is not None}))
        planned: tuple[tuple[int, ...], Literal[True] | tuple[int, ...]]
        planned = self.plans[key] = (tuple(slots), True if "out" in reads else outputs)
        return planned

    # ------------------------------------------------------------------ compiled rules

    def _forget_compiled(self) -> None:
        self.without_rule = self._slots_without_rule()
        self.plans: dict[
            tuple[int, int], tuple[tuple[int, ...], Literal[True] | tuple[int, ...]]
        ] = {}
        self._compiled: dict[tuple[str, Rewrap | None], Callable[[Node, Any], Any]] = {}
        # What the engine calls, per slot; None where a rule serves all, or a list. The first call
        # of each compiles it.
        self.pulls: list[Callable[[Node, Any], Any]] | None = None
        if self.rule_all is None and not self.sequence and not self.variadic:
            self.pulls = [self._pull_later(slot) for slot in range(len(self.arguments))]

    def _pull_later(self, slot: int) -> Callable[[Node, Any], Any]:
        def pull(node: Node, g: Any) -> Any:
            assert self.pulls is not None
            rule = self.rules[self.arguments[slot]]
            self.pulls[slot] = self.compiled(rule, f"pull{slot}")
            return self.pulls[slot](node, g)

        return pull

    def compiled(
        self, rule: Callable[..., Any], key: str, rewrap: Rewrap | None = None
    ) -> Callable[[Node, Any], Any]:
        """`rule` as a function of a node and the cotangent that fetches what the rule reads.

        Compiled once per rule: a direct fetch costs a third less than a loop over names. With
        `rewrap` (of `call.py`) the saved values come back as Tensors tied to the graph they belong
        to, so that what the rule computes is recorded again.
        """
        known = self._compiled.get((key, rewrap))
        if known is None:
            on_tensors = rewrap is not None
            fetches = [self._fetch(name, on_tensors) for name in parameter_names(rule)[1:]]
            source = f"lambda node, g: rule({', '.join(['g', *fetches])})"
            names = {
                "rule": rule, "rewrap": rewrap, "output_of": output_of, "shape_of": shape_of,
                "dtype_of": dtype_of,
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
        argument, _, about = name.rpartition("_")
        about = "" if name in self.arguments else about
        if self.sequence or self.variadic:
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

    def contributions(self, node: Node, g: Any, rewrap: Rewrap | None = None) -> list[Any]:
        """What the rules pass on, one per slot; None where there is no edge."""
        edges = node.edges
        if self.rule_all is not None:
            passed = list(self.compiled(self.rule_all, "all", rewrap)(node, g))
        elif self.sequence or self.variadic:
            passed = list(self.compiled(self.rules[self.arguments[0]], "list", rewrap)(node, g))
        else:
            return [
                None
                if edge is None
                else self.compiled(self.rules[name], f"pull{slot}", rewrap)(node, g)
                for slot, (edge, name) in enumerate(zip(edges, self.arguments, strict=True))
            ]
        if len(passed) != len(edges):
            raise ValueError(
                f"{self.name}: its rule returned {len(passed)} gradients for {len(edges)} arguments"
            )
        return [None if edge is None else each for edge, each in zip(edges, passed, strict=True)]

    def call_body(self, values: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """The NumPy function itself, on raw arrays."""
        if self.sequence:
            return self.body(list(values), **keywords)
        if self.variadic:
            leading = self.parameters[: self.positional]
            rest = {name: v for name, v in keywords.items() if name not in leading}
            return self.body(*(keywords[name] for name in leading), *values, **rest)
        return self.body(*values, **keywords)

    def __repr__(self) -> str:
        return f"<op {self.name}: {self.kind}>"


def bind(
    op: Op, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Sequence[Any], dict[str, Any]]:
    """Sort the arguments of a call into operands (one per slot) and keywords."""
    if not kwargs and op.least_positional <= len(args) <= op.positional:
        count = len(op.arguments)
        if len(args) == count:
            return args, op.keywords
        return args[:count], {
            **op.keywords,
            **dict(zip(op.parameters[count:], args[count:], strict=False)),
        }
    if op.variadic:
        if len(args) < op.positional:
            raise TypeError(f"{op.name}() takes {op.positional} leading arguments, got {len(args)}")
        bound = dict(zip(op.parameters, args[: op.positional], strict=False))
        operands = list(args[op.positional :])
    else:
        if len(args) > op.positional:
            raise TypeError(
                f"{op.name}() takes at most {op.positional} positional arguments "
                f"({', '.join(op.parameters[: op.positional])}), got {len(args)}"
            )
        bound = dict(zip(op.parameters, args, strict=False))
    for given, value in kwargs.items():
        name = op.aliases.get(given, given)
        if name in bound:
            raise TypeError(f"{op.name}() got several values for {name!r}")
        if name not in op.parameters:
            advice = "; array functions name it 'axis'" if name == "dim" else ""
            raise TypeError(
                f"{op.name}() has no parameter {name!r}; it has {', '.join(op.parameters)}{advice}"
            )
        bound[name] = value
    missing = [name for name in op.parameters if name in op.required and name not in bound]
    if missing:
        raise TypeError(f"{op.name}() is missing {', '.join(map(repr, missing))}")
    if op.sequence:
        listed = bound.pop(op.sequence)
        if not isinstance(listed, (list, tuple)):
            listed = list(listed)
        operands = list(listed)
    elif not op.variadic:
        operands = [bound.pop(name, None) for name in op.arguments]
    return operands, {**op.keywords, **bound} if bound else op.keywords
