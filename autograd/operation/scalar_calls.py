"""The most frequent call, spelt out: an elementwise operation of one or two arrays, on scalars.

It does what `apply` in `call.py` does, and leaves to it whatever is less frequent. Most of what an
operation costs on small arrays is here: written out it is 2.3 times as fast.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

from autograd.graph.node import LIGHT
from autograd.operation import call
from autograd.operation.record import Op

# The lines for one argument; # is its slot.
_UNWRAP = """
        if isinstance(x#, Tensor):
            if x#._view is not None:
                refresh(x#)
            v#, n# = x#._value, x#._node
        elif type(x#) in COMPLETE or (type(x#) is ndarray and x#.ndim):
            v#, n# = x#, None
        else:
            OTHERWISE"""
# Names of arguments that are another library's; operators are not called by name.
_OTHERS = """
        if others: return elsewhere.by_name(op.function, dict(zip(op.arguments, (XS))), others)"""
_SAVE = """
        node.edge#, node.input# = n#, v#
        if n# is None:
            note_constant(node, #, x#)"""


def _source(arity: int, operator: bool) -> str:
    """The text of the call for so many arguments; an operator does not convert everything."""

    def each(text: str, between: str = "") -> str:
        return between.join(text.replace("#", str(slot)) for slot in range(arity))

    otherwise = "return beside(x0, x1)" if operator else "v#, n# = coerce(x#, op, #), None"
    # Alone, a Python number needs a dtype; beside another it takes that one's.
    taken = "FLOATING_SCALARS" if arity == 1 else "COMPLETE"
    unwrap = each(_UNWRAP.replace("OTHERWISE", otherwise).replace("COMPLETE", taken))
    xs, vs, ns = each("x#, "), each("v#, "), each("n#, ")
    others = "" if operator else _OTHERS.replace("XS", xs)
    return f"""
def make(op, body, keywords, beside):
    def call({xs if operator else each("x#=None, ") + "**others"}):{others}{unwrap}
        if {each("n# is None", " and ")}:
            if {each("v# is x#", " and ")}:
                return body({vs})  # arrays in, array out: rules run here in a first-order pass
            return apply(op, ({xs}), keywords)
        mode = current_mode()
        if not mode.plain:
            return apply(op, ({xs}), keywords)
        try:
            value = body({vs})
        except Exception as error:
            raise failure(op, error, ({vs}), keywords) from error
        if type(value) not in FLOATING_SCALARS or op.without_rule:
            mask = {each("(n# is not None) << #", " | ")}
            return finish((op, ({xs}), ({vs}), ({ns}), mask, keywords), value, mode)
        node = _new(Node)
        node.op = op
        node.sequence = next_sequence()
        node.value = value
        node.module = mode.module
        node.annotations = None
        node.state = LIGHT
        node.edge1 = None{each(_SAVE)}
        tensor = _new(Tensor)
        tensor._value = value
        tensor._node = node
        tensor._grad = tensor._name = tensor._view = tensor._cut = tensor._origin = None
        return tensor
    return call
"""


@cache
def _factory(arity: int, operator: bool) -> Callable[..., Callable[..., Any]]:
    scope = {**vars(call), "LIGHT": LIGHT}  # it is a special case of what stands there
    exec(compile(_source(arity, operator), f"<call of {arity}>", "exec"), scope)
    factory: Callable[..., Callable[..., Any]] = scope["make"]
    return factory


def make_scalar_call(op: Op, beside: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """The call of an elementwise operation of one or two arrays, without keywords.

    With `beside` it is that of an operator, which leaves other operands than numbers to it.
    """
    made = _factory(op.arity, beside is not None)(op, op.body, op.keywords, beside)
    # Its arguments take the names of the operation's, so that keywords work.
    made.__code__ = _named(made.__code__, op.arguments)
    return made


@cache
def _named(code: CodeType, arguments: tuple[str, ...]) -> CodeType:
    return code.replace(co_varnames=arguments + code.co_varnames[len(arguments) :])
