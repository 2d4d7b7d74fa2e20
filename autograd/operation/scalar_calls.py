"""The most frequent calls, spelt out: Tensors that are recorded, no observer, few arguments.

Each does what `apply` in `call.py` does, and leaves to it whatever is less frequent. Most of what
an operation costs on small arrays is here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numpy import ndarray

from autograd.graph.modes import current_mode
from autograd.graph.mutation import next_sequence
from autograd.graph.node import HEAVY, LIGHT, KeywordNode, Node, keepsake
from autograd.graph.tensor import Tensor, wrap
from autograd.graph.views import View, refresh, shares_memory
from autograd.operation.call import (
    COMPLETE,
    FLOATING_SCALARS,
    RAW_ARRAYS,
    RAW_TYPES,
    apply,
    coerce,
    failure,
    finish,
    note_constant,
    plain_keywords,
    record,
)
from autograd.operation.record import VALUE, Op, bind

_new = object.__new__

# Keywords of these types hold nothing that could be a Tensor.
_PLAIN = frozenset({type(None), bool, int, float, str})

# ---------------------------------------------------------------------- elementwise, no keywords


def make_unary(op: Op) -> Callable[..., Any]:
    """The call of an elementwise operation of one array, without keywords."""
    body = op.body

    def call(x):  # type: ignore[no-untyped-def]  # wraps untyped bodies
        if not isinstance(x, Tensor):
            return apply(op, (x,), op.keywords) if type(x) not in RAW_TYPES else body(x)
        if x._view is not None:
            refresh(x)
        node0 = x._node
        mode = current_mode()
        if node0 is None or not mode.plain:
            return apply(op, (x,), op.keywords)
        v0 = x._value
        try:
            value = body(v0)
        except Exception as error:
            raise failure(op, error, (v0,), op.keywords) from error
        if type(value) not in FLOATING_SCALARS or op.without_rule:
            return finish(op, (x,), (v0,), (node0,), 1, op.keywords, value, mode)
        node = _new(Node)
        node.op = op
        node.sequence = next_sequence()
        node.edge0 = node0
        node.input0 = v0
        node.value = value
        node.module = mode.module
        node.annotations = None
        node.state = LIGHT
        tensor = _new(Tensor)
        tensor._value = value
        tensor._node = node
        tensor._grad = tensor._name = tensor._view = tensor._cut = None
        return tensor

    return call


def make_binary(op: Op) -> Callable[..., Any]:
    """The call of an elementwise operation of two arrays, without keywords."""
    body = op.body

    def call(x, y):  # type: ignore[no-untyped-def]  # wraps untyped bodies
        if isinstance(x, Tensor):
            if x._view is not None:
                refresh(x)
            v0 = x._value
            node0 = x._node
        else:
            v0 = x if type(x) in COMPLETE or (type(x) is ndarray and x.ndim) else coerce(x, op, 0)
            node0 = None
        if isinstance(y, Tensor):
            if y._view is not None:
                refresh(y)
            v1 = y._value
            node1 = y._node
        else:
            v1 = y if type(y) in COMPLETE or (type(y) is ndarray and y.ndim) else coerce(y, op, 1)
            node1 = None
            if node0 is None and v0 is x and v1 is y:
                return body(v0, v1)  # arrays in, array out: rules run here in a first-order pass
        mode = current_mode()
        if (node0 is None and node1 is None) or not mode.plain:
            return apply(op, (x, y), op.keywords)
        try:
            value = body(v0, v1)
        except Exception as error:
            raise failure(op, error, (v0, v1), op.keywords) from error
        if type(value) not in FLOATING_SCALARS or op.without_rule:
            mask = (node0 is not None) + 2 * (node1 is not None)
            edges = (node0, node1)
            return finish(op, (x, y), (v0, v1), edges, mask, op.keywords, value, mode)
        node = _new(Node)
        node.op = op
        node.sequence = next_sequence()
        node.edge0 = node0
        node.edge1 = node1
        node.input0 = v0
        node.input1 = v1
        node.value = value
        node.module = mode.module
        node.annotations = None
        node.state = LIGHT
        if node0 is None:
            note_constant(node, 0, x)
        elif node1 is None:
            note_constant(node, 1, y)
        tensor = _new(Tensor)
        tensor._value = value
        tensor._node = node
        tensor._grad = tensor._name = tensor._view = tensor._cut = None
        return tensor

    return call


# ---------------------------------------------------------------------- all others


def make_general(op: Op) -> Callable[..., Any]:
    """The call of any other operation."""
    body, arrays = op.body, len(op.arguments)
    listed = bool(op.sequence or op.variadic)
    quick = apply if listed else {1: _apply_to_one, 2: _apply_to_two}.get(arrays, apply)
    defaults = op.keywords
    names, needed = defaults.keys(), op.required.intersection(op.keywords)
    positional = op.parameters[arrays : op.positional]

    def call(*args: Any, **kwargs: Any) -> Any:
        if listed or len(args) < arrays:
            operands, keywords = bind(op, args, kwargs)
            return quick(op, operands, keywords)
        if not kwargs:
            # Arrays in, array out: rules call operations like this in a first-order pass.
            for operand in args[:arrays]:
                if type(operand) not in RAW_ARRAYS:
                    break
            else:
                for keyword in args[arrays:]:
                    if isinstance(keyword, Tensor):
                        return quick(op, *bind(op, args, kwargs))
                try:
                    return body(*args)
                except Exception:  # the general call raises it again, in our words
                    pass
            if op.least_positional <= len(args) <= op.positional:
                if len(args) == arrays:
                    return quick(op, args, defaults)
                given = dict(zip(positional, args[arrays:], strict=False))
                return quick(op, args[:arrays], {**defaults, **given})
        elif len(args) == arrays and kwargs.keys() <= names and needed <= kwargs.keys():
            return quick(op, args, {**defaults, **kwargs})
        operands, keywords = bind(op, args, kwargs)
        return quick(op, operands, keywords)

    return call


def _without_tensors(op: Op, keywords: dict[str, Any]) -> dict[str, Any]:
    if keywords is not op.keywords:
        for each in keywords.values():
            if type(each) not in _PLAIN:
                return plain_keywords(op, keywords)
    return keywords


def _apply_to_one(op: Op, operands: Sequence[Any], keywords: dict[str, Any]) -> Any:
    (x,) = operands
    mode = current_mode()
    if not isinstance(x, Tensor) or not mode.plain or op.without_rule or op.arity != 1:
        return apply(op, operands, keywords)
    if x._view is not None:
        refresh(x)
    node0 = x._node
    if node0 is None or not op.ours:
        return apply(op, operands, keywords)
    v0 = x._value
    keywords = _without_tensors(op, keywords)
    try:
        value = op.body(v0, **keywords)
    except Exception as error:
        raise failure(op, error, (v0,), keywords) from error
    if type(value) is ndarray and value.ndim:
        if value.dtype.kind not in "fc":
            return finish(op, operands, (v0,), (node0,), 1, keywords, value, mode)
    elif type(value) not in FLOATING_SCALARS:
        return finish(op, operands, (v0,), (node0,), 1, keywords, value, mode)
    plan, reads_out = op.plans.get((1, 1)) or op.plan(1, 1)
    node = _new(KeywordNode if keywords else Node)
    node.op = op
    node.sequence = next_sequence()
    node.edge0 = node0
    node.input0 = v0 if plan[0] == VALUE else None
    node.value = value if reads_out else keepsake(value)
    if keywords:
        node.keywords = keywords  # type: ignore[misc]  # a slot of KeywordNode
    node.module = mode.module
    node.annotations = None
    node.state = HEAVY
    tensor = wrap(value, node)
    if op.view and shares_memory(value, v0):
        tensor._view = View(x, op, keywords, None, True)
    return tensor


def _apply_to_two(op: Op, operands: Sequence[Any], keywords: dict[str, Any]) -> Any:
    x, y = operands
    mode = current_mode()
    if not mode.plain or op.view or not op.ours:
        return apply(op, operands, keywords)
    if isinstance(x, Tensor):
        if x._view is not None:
            refresh(x)
        v0, node0 = x._value, x._node
    else:
        v0, node0 = coerce(x, op, 0), None
    if isinstance(y, Tensor):
        if y._view is not None:
            refresh(y)
        v1, node1 = y._value, y._node
    else:
        v1, node1 = coerce(y, op, 1), None
    mask = (node0 is not None) + 2 * (node1 is not None)
    if not mask or mask & op.without_rule:
        return apply(op, operands, keywords)
    keywords = _without_tensors(op, keywords)
    try:
        value = op.body(v0, v1, **keywords)
    except Exception as error:
        raise failure(op, error, (v0, v1), keywords) from error
    if type(value) is ndarray and value.ndim:
        if value.dtype.kind not in "fc":
            return finish(op, operands, (v0, v1), (node0, node1), mask, keywords, value, mode)
    elif type(value) not in FLOATING_SCALARS:
        return finish(op, operands, (v0, v1), (node0, node1), mask, keywords, value, mode)
    edges = (node0, node1)
    return wrap(value, record(op, operands, (v0, v1), edges, mask, keywords, value, mode))
