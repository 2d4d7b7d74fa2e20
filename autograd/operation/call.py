"""How an operation is called: unwrap, compute, record, wrap.

The decorator `op` returns a plain function, which binds its arguments and calls `apply`. What that
comes to for elementwise operations on scalars is spelt out in `scalar_calls.py`; both do the same
thing, and the tests hold them to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from autograd import elsewhere
from autograd.graph.defaults import of_integers
from autograd.graph.modes import Mode, current_mode, numpy_errors
from autograd.graph.mutation import KEPT_ELEMENTS, is_borrowed, next_sequence
from autograd.graph.node import (
    HEAVY,
    ArraySpec,
    KernelNode,
    KeywordNode,
    Node,
    WideNode,
    describe,
    keepsake,
    small,
)
from autograd.graph.tensor import Origin, Tensor, as_numeric_array, constant, wrap
from autograd.graph.views import View, refresh, shares_memory
from autograd.location import caller_location
from autograd.operation.record import Op
from autograd.operation.rules import VALUE

_new = object.__new__

# The operation, its operands, their raw values and edges, which slots have an edge, the keywords.
Call = tuple[Op, Sequence[Any], Sequence[Any], Sequence[Node | None], int, dict[str, Any]]

PYTHON_SCALARS = frozenset({bool, int, float, complex})
# Results of these types are complete: 0-d, of known dtype, immutable.
FLOATING_SCALARS = frozenset(
    {np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128}
)
RAW_ARRAYS = FLOATING_SCALARS | {ndarray, type(None)}
COMPLETE = PYTHON_SCALARS | FLOATING_SCALARS
RAW_TYPES = COMPLETE | {ndarray}
SETTINGS = PYTHON_SCALARS | {str, tuple, type(None)}  # of most calls: shapes, axes
UNCHANGEABLE = PYTHON_SCALARS | {str, bytes, slice, type, type(None), type(...)}


def coerce(operand: Any, op: Op, slot: int) -> Any:
    """An operand that is not a Tensor as something NumPy computes with; None stays None."""
    if isinstance(operand, int) and type(operand) is not bool:
        operand = int(operand)  # such as a Tensor's size, or a member of an IntEnum
    if type(operand) in PYTHON_SCALARS:
        # Beside another argument a Python number takes that one's dtype; alone it needs its own.
        alone = len(op.arguments) == 1 and not op.listed
        return np.asarray(operand)[()] if alone else operand
    if type(operand) in RAW_TYPES and (type(operand) is not ndarray or operand.dtype != object):
        return operand if type(operand) is not ndarray or operand.ndim else operand[()]
    if operand is None:
        argument = op.arguments[0 if op.listed else slot]
        if argument in op.optional:
            return None
        raise TypeError(f"{op.name}: {argument} must be a Tensor or an array, got None")
    argument = op.arguments[0 if op.listed else slot]
    if isinstance(operand, np.matrix):
        raise TypeError(
            f"{op.name}: {argument} is an np.matrix, whose * means another product; use "
            "np.asarray(matrix)"
        )
    array = as_numeric_array(operand, f"{op.name}: {argument}")
    return array[()] if array.ndim == 0 else array


def failure(
    op: Op, error: Exception, values: Sequence[Any], keywords: dict[str, Any]
) -> BaseException:
    """The error of a body, in words that name the operation, its arguments and the module."""
    for value in values:
        if hasattr(type(value), "levels"):  # it was mapped, and is used where it is not
            refused: Exception = value.refusal(f"the value, for {op.name},")
            return refused
    if op.listed:
        given = [f"{op.arguments[0]}: [{', '.join(describe(v) for v in values)}]"]
    else:
        given = [f"{n}: {describe(v)}" for n, v in zip(op.arguments, values, strict=True)]
    given += [f"{n}={v!r}" for n, v in keywords.items() if v is not None and v is not False]
    text = str(error).removeprefix(f"{op.name}: ")
    advice = op.hint(*values, **keywords) if op.hint is not None else None
    where = f" in module {current_mode().module}" if current_mode().module else ""
    message = f"{op.name}: {text} ({', '.join(given)}){where}"
    if advice:
        message += f"; {advice}"
    for kind in (
        np.exceptions.AxisError, np.linalg.LinAlgError, IndexError, MemoryError, ValueError,
        TypeError,
    ):  # fmt: skip
        if isinstance(error, kind):
            return kind(message)
    error.add_note(message)
    return error


# ---------------------------------------------------------------------- the general call


def make_call(op: Op) -> Callable[..., Any]:
    """The function that users call, but for those of `scalar_calls.py`."""
    body, bind, count, keywords = op.body, op.bind, len(op.arguments), op.keywords
    if op.residuals:
        body = lambda *args: op.body(*args)[0]  # noqa: E731
    are_raw, are_settings = RAW_ARRAYS.issuperset, SETTINGS.issuperset
    exact = count if op.required.issubset(op.arguments) else None  # so many arrays, and no more

    def sorted_call(*args: Any, **kwargs: Any) -> Any:
        try:
            return apply(op, *bind(args, kwargs))
        except TypeError:
            again = elsewhere.meaning(op.function, op.name, args, kwargs)
            if again is None:
                raise
        return again()

    if op.listed:
        return sorted_call

    def call(*args: Any, **kwargs: Any) -> Any:
        # Arrays in, array out: rules call operations like this in a first-order pass.
        if (
            not kwargs
            and type(args[0] if args else kwargs) in RAW_ARRAYS
            and are_raw(map(type, args[1:count]))
            and (
                are_settings(map(type, args[count:]))
                or not any(isinstance(each, Tensor) for each in args[count:])
            )
        ):
            try:
                return body(*args)
            except Exception as error:
                operands, given = bind(args, kwargs)
                values = [coerce(each, op, slot) for slot, each in enumerate(operands)]
                raise failure(op, error, values, given) from error
        if not kwargs and len(args) == exact:
            return apply(op, args, keywords)
        return sorted_call(*args, **kwargs)

    return elsewhere.paired(call, op.name)


def apply(op: Op, operands: Sequence[Any], keywords: dict[str, Any]) -> Any:
    """Call `op` on operands in slot order: Tensors in, Tensor out; arrays in, array out."""
    mode = current_mode()
    if mode.levels:
        return mode.levels[-1].call(op, operands, keywords)
    count = len(operands)
    values: list[Any] = [None] * count
    edges: list[Node | None] = [None] * count
    mask, any_tensor = 0, False
    for slot, operand in enumerate(operands):
        if isinstance(operand, Tensor):
            any_tensor = True
            if operand._view is not None:
                refresh(operand)
            values[slot] = operand._value
            if operand._node is not None:
                edges[slot] = operand._node
                mask |= 1 << slot
        else:
            values[slot] = coerce(operand, op, slot)
    if keywords is not op.keywords:
        keywords = plain_keywords(op, keywords)
    observer = mode.observer if any_tensor else None
    if observer is not None:
        observer.operation_started(op, tuple(values), keywords)
    residuals = None
    try:
        if observer is not None:
            with numpy_errors(observer):
                out = observer.compute(op, values, keywords)
        else:
            out = op.bound(op.body, values, keywords) if op.listed else op.body(*values, **keywords)
            if op.residuals:
                out, *residuals = out
    except Exception as error:
        raise failure(op, error, values, keywords) from error
    call = op, operands, values, edges, mask, keywords
    return finish(call, out, mode, residuals) if any_tensor else out


def plain_keywords(op: Op, keywords: dict[str, Any]) -> dict[str, Any]:
    """Keywords without Tensors, and with copies of arrays: a node may keep them."""
    if UNCHANGEABLE.issuperset(map(type, keywords.values())):
        return keywords
    return {
        name: value if type(value) in UNCHANGEABLE else _frozen(value, op, name)
        for name, value in keywords.items()
    }


def _frozen(value: Any, op: Op, name: str) -> Any:
    value = constant(value, op.name, name)
    if type(value) is tuple or type(value) is list:
        return type(value)(_frozen(each, op, name) for each in value)
    if type(value) is ndarray:
        return value.copy()
    if _is_memory_of_others(value):
        return np.asarray(value).copy()  # an `__array__` may overlook that a copy is wanted
    return value


def _is_memory_of_others(value: Any) -> bool:
    """Whether it is an array of another kind, whose owner may change it at any time."""
    if type(value) in UNCHANGEABLE or isinstance(value, np.generic):
        return False
    if hasattr(value, "__array__"):
        return True
    try:
        return not memoryview(value).readonly
    except TypeError:
        return False


def finish(call: Call, out: Any, mode: Mode, residuals: Sequence[Any] | None = None) -> Any:
    """Wrap the result of a call on Tensors, and record it where it should be."""
    op, operands, values, _, mask, keywords = call
    if op.caution is not None:
        op.caution(operands[0], keywords.get("axis"))
    if (
        op.usual and mask and mode.plain and not mask & op.without_rule
        and (type(out) in FLOATING_SCALARS or (type(out) is ndarray and out.ndim))
        and out.dtype.kind in "fc"
    ):  # fmt: skip
        return wrap(out, record(call, out, mode, residuals))
    several = isinstance(out, tuple | list)
    results = tuple(_normal(each) for each in (out if several else (out,)))
    if not op.ours and not op.view:  # not declared a view, so its memory must be its own
        results = tuple(x.copy() if _in_memory_of(values, x) else x for x in results)
    if not mask:
        results = tuple(of_integers(x, values) if x.dtype == np.float64 else x for x in results)
    normal: Any = results if several else results[0]
    node = None
    if (
        mask and mode.recording and op.kind != "constant"
        and (several or normal.dtype.kind in "fc")
    ):  # fmt: skip
        _refuse_without_rule(op, operands, mask & op.without_rule)
        node = record(call, normal, mode, residuals)
    if mode.observer is not None:
        mode.observer.operation_finished(op, tuple(values), keywords, normal, node)
    if several and node is not None:
        tensors = select_outputs(node, results)
    else:
        tensors = [wrap(each, node) for each in results]
    if node is None:
        _note_cut(tensors, op, operands, mask, mode)
    if op.view and isinstance(operands[0], Tensor):
        for index, each in enumerate(tensors):
            base, which = operands[0], index if several else None
            if shares_memory(each._value, base._value):
                each._view = View(base, op, keywords, which, mode.recording)
    return getattr(type(out), "_make", type(out))(tensors) if several else tensors[0]


def _refuse_without_rule(op: Op, operands: Sequence[Any], slots: int) -> None:
    """Raise for the first argument, of those in the bits of `slots`, that has no derivative."""
    if slots:
        slot = (slots & -slots).bit_length() - 1
        constant(operands[slot], op.name, op.arguments[min(slot, len(op.arguments) - 1)])


def _in_memory_of(values: Sequence[Any], result: Any) -> bool:
    return any(shares_memory(result, each) for each in values)


def _normal(out: Any) -> Any:
    """A result as an ndarray of one axis or more, or a NumPy scalar."""
    if type(out) is ndarray:
        return out if out.ndim else out[()]
    return out if isinstance(out, np.generic) else np.asarray(out)[()]


def _note_cut(
    results: Sequence[Tensor], op: Op, operands: Sequence[Any], mask: int, mode: Mode
) -> None:
    """Remember on results without a node why that is, for errors and explanations."""
    if not mask:
        cut = next((t._cut for t in operands if isinstance(t, Tensor) and t._cut), None)
    elif not mode.recording:
        cut = f"computed by {op.name} under no_grad"
    else:
        cut = f"computed by {op.name}, which has no derivative"
    if cut is not None:
        for each in results:
            each._cut = cut
    if op.arity and mode.recording and len(results) == 1:
        results[0]._origin = Origin(op, operands)


def record(call: Call, out: Any, mode: Mode, residuals: Sequence[Any] | None = None) -> Node:
    """A node for one call, with what its rules will read and what a drawing shows."""
    op, operands, values, edges, mask, keywords = call
    limit: float = KEPT_ELEMENTS
    observer = mode.observer
    if observer is not None and observer.keep_values:
        limit = float("inf")
    count = len(values)
    plan, reads_out = op.plans.get((mask, count)) or op.plan(mask, count)
    wide = not op.arity
    node: Node = (
        _kernel_node(residuals)
        if op.residuals
        else _new(WideNode if wide else KeywordNode if keywords else Node)
    )
    node.op = op
    node.sequence = next_sequence()
    node.annotations = None
    # By position: a `zip` that is strict takes half a microsecond.
    inputs = [values[slot] if what == VALUE else None for slot, what in enumerate(plan)]
    if mask + 1 != 1 << count:
        for slot, edge in enumerate(edges):
            if edge is None:
                inputs[slot] = _saved(plan[slot], values[slot], operands[slot], limit)
                note_constant(node, slot, operands[slot])
    if wide:
        node.edge0 = node.edge1 = None
        node.edges, node.inputs = tuple(edges), tuple(inputs)  # type: ignore[misc]
    else:
        node.edge0, node.input0 = edges[0], inputs[0]
        node.edge1 = None
        if count == 2:
            node.edge1, node.input1 = edges[1], inputs[1]
    if reads_out is True:
        node.value = out
    elif type(out) is tuple:
        node.value = tuple(
            each if index in reads_out else keepsake(each, limit) for index, each in enumerate(out)
        )
    else:
        node.value = keepsake(out, limit)
    if wide or keywords:
        node.keywords = keywords or None  # type: ignore[misc]  # a slot of these two classes
    node.module = mode.module
    node.state = HEAVY
    if observer is not None and observer.keep_source:
        node.annotate().source = caller_location()
    return node


def _kernel_node(residuals: Sequence[Any] | None) -> Node:
    node = _new(KernelNode)
    node.residuals = None if residuals is None else tuple(residuals)
    return node


def _saved(what: int, value: Any, operand: Any, limit: float) -> Any:
    """What a node keeps of an argument without an edge, which would know its shape."""
    if type(value) is not ndarray:
        return value
    if what == VALUE:
        # Others may change their memory at any time. Tensors are watched by the mutation table,
        # unless theirs is borrowed, and what was made of a list is ours.
        ours = isinstance(operand, (Tensor, list, tuple)) and not is_borrowed(value)
        return value if ours else value.copy()
    # A small constant is kept to be drawn.
    return value.copy() if value.size <= limit else ArraySpec(value.shape, value.dtype)


def note_constant(node: Node, slot: int, tensor: Any) -> None:
    """Remember what a constant Tensor was called and where it was cut from a graph."""
    if not isinstance(tensor, Tensor):
        return
    if tensor._name is not None or tensor._cut is not None or tensor._origin is not None:
        node.annotate().constants[slot] = (tensor._name, tensor._cut, tensor._origin)


def release(node: Node) -> None:
    """Let go of the large arrays of a node that a backward pass has used."""
    node.change_inputs(small)
    if isinstance(node, KernelNode):
        node.residuals = None
    several = type(node.value) is tuple
    node.value = tuple(map(small, node.value)) if several else small(node.value)


def rewrap(value: Any, node: Node | None) -> Any:
    """A saved value as a Tensor of the graph it came from; constants stay raw."""
    if node is None or value is None:
        return value
    return select_outputs(node, value) if isinstance(value, tuple) else wrap(value, node)


def select_outputs(node: Node, values: tuple[Any, ...]) -> list[Tensor]:
    """A Tensor per result of an operation with several; only floating ones carry gradients."""
    return [
        _select(node, index, each) if each.dtype.kind in "fc" else wrap(each, None)
        for index, each in enumerate(values)
    ]


def _select(node: Node, index: int, each: Any) -> Tensor:
    if isinstance(each, ArraySpec):
        return wrap(each, node)
    call = SELECT, (None,), (None,), (node,), 1, {"index": index}
    selected = record(call, each, current_mode())
    return wrap(each, selected)


def _select_body(outputs: Any, index: int = 0) -> Any:
    """One of several results; the engine knows its rules."""
    return outputs[index]


_select_body.__name__ = "select"
SELECT = Op(_select_body, "linear")
SELECT.rules["outputs"] = lambda g: g  # never called: the engine gathers a tuple of gradients
SELECT.pulls = []
