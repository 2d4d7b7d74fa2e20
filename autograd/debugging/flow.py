"""How large activations, gradients and updates are, layer by layer, and where they fade or blow up.

One observer measures while a model runs, backpropagates and is updated; what it found, `Flow`, is
plain numbers by the paths of modules, for figures and callbacks alike.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.debugging.anomaly import bad_kind
from autograd.debugging.module_calls import FunctionPlaces, ModulePlaces
from autograd.graph.modes import Observer, current_mode, observe
from autograd.graph.node import Leaf
from autograd.graph.tensor import value as raw_value
from autograd.location import caller_location
from autograd.operation.call import SELECT

if TYPE_CHECKING:
    from autograd.graph.node import Node
    from autograd.operation.record import Op

# A layer's gradient is vanishing or exploding beside that of the layer nearest to the loss, an
# activation beside the first one, when it is so many times smaller or larger.
SMALL, LARGE = 1e-3, 1e3
DEAD, SATURATED = 0.5, 0.5  # shares from which on a layer is marked
_NEAR = 0.02  # of the range of a function, from its ends: saturated
# Functions that are flat somewhere, and the ends of those that become flat towards both.
_FLAT = frozenset(("relu", "relu6", "hardtanh", "hardsigmoid", "hardswish", "threshold"))
_RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "hardtanh": (-1.0, 1.0),
           "hardsigmoid": (0.0, 1.0), "softsign": (-1.0, 1.0), "erf": (-1.0, 1.0)}  # fmt: skip
_IMAGES = 4  # axes of feature maps: their units are channels, those of others the last axis
# What feature maps come from, whatever they are of: signals have three axes, as sequences have.
_CONVOLUTIONS = frozenset(("conv", "conv_input", "max_pool", "average_pool"))


@dataclass
class Layer:
    """What one layer did in one pass. Norms are Euclidean, over the whole batch.

    Attributes:
        path: The path of its module, or of the module that computed it and what that did.
        described: The module in one line, or the name of the operation.
        activation: Root of the mean square of its outputs; None where nobody measured it.
        incoming: The same of what came into it.
        gradient: Norm of the gradient at its outputs; None where no pass came by.
        first_gradient: The same at the first of its own operations, such as the first step of a
            recurrent layer.
        largest_gradient: The largest of them.
        weight: Norm of its own parameters, 0 without any.
        weight_gradient: Norm of what arrived at these; None where nothing did.
        update: Norm of what a step changed in them, by that of the parameters; None without one.
        dead: Share of its units that gave the same for all examples; None for other functions.
        saturated: Share of its outputs close to the ends of their range; None without ends.
        call: (number, count) among the calls of its module.
        marks: "vanishing", "exploding", "dead", "saturated", "NaN", "inf" or "-inf".
    """

    path: str
    described: str
    activation: float | None = None
    incoming: float | None = None
    gradient: float | None = None
    first_gradient: float | None = None
    largest_gradient: float | None = None
    weight: float = 0.0
    weight_gradient: float | None = None
    update: float | None = None
    dead: float | None = None
    saturated: float | None = None
    call: tuple[int, int] = (1, 1)
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where NaN or infinity came from finite numbers first.

    Attributes:
        path: The layer, as its `path` says.
        operation: The operation.
        kind: "NaN", "inf" or "-inf".
        backward: Whether it was its gradient.
        line: The file and line of the call, where that is known.
    """

    path: str
    operation: str
    kind: str
    backward: bool
    line: str | None = None


@dataclass
class Flow:
    """What was measured: layers in the order in which they ran, and the first NaN or infinity."""

    layers: list[Layer] = field(default_factory=list)
    origin: Origin | None = None

    def __getitem__(self, path: str) -> Layer:
        """The first layer with a path."""
        for layer in self.layers:
            if layer.path == path:
                return layer
        raise KeyError(f"there is no layer {path!r}; there are {[x.path for x in self.layers]}")


@dataclass
class _Seen:
    """One result of an operation, as it was measured."""

    path: str | None
    place: str | None  # the same, which knows one call of a module from the next
    operation: str
    described: str
    activation: float
    is_number: bool
    incoming: float | None
    dead: float | None
    saturated: float | None
    bad: str | None
    gradient: float | None = None
    bad_gradient: str | None = None


@dataclass
class _Weight:
    """A parameter as it was used: where, its value then, and what arrived at it."""

    path: str | None
    leaf: Leaf
    before: np.ndarray[Any, Any]
    arrived: Any = None


class FlowRecorder(Observer):
    """Measures every operation and backward step while it is attached."""

    def __init__(self) -> None:
        self._seen: list[_Seen] = []
        self._by_node: dict[int, _Seen] = {}  # by the sequence number, so that no node is kept
        self._weights: dict[Leaf, _Weight] = {}
        self._origin: Origin | None = None
        self._maps: set[int] = set()  # sequence numbers of the nodes of feature maps
        self._models: dict[int, Any] = {}  # weakly, the modules that were called from outside

    # ------------------------------------------------------------------ measuring

    def operation_finished(
        self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any], out: Any, node: Node | None
    ) -> None:
        """Measure a result, and note the parameters that went into it."""
        first = np.asarray(out[0] if isinstance(out, tuple) else out)
        if not _is_real(first):
            return
        path = current_mode().module if node is None else node.module
        path = path.around if isinstance(path, FunctionPlaces) else path
        # A path says what is there when it is formatted.
        plain = None if path is None else str.__str__(path)
        described = "" if plain is None else f"{path}".removeprefix(f"{plain} (").removesuffix(")")
        described = "" if described == plain else described
        if isinstance(path, ModulePlaces) and (model := path.places[0].module) is not None:
            self._models[id(model)] = model
        bad = bad_kind(first)
        seen = _Seen(
            plain, path, op.name, described, _rms(first), first.ndim == 0,
            _rms(values[0]) if isinstance(values[0], np.ndarray) and _is_real(values[0]) else None,
            _dead(op.name, first, self._are_maps(op, node)), _saturated(op.name, first), bad,
        )  # fmt: skip
        self._seen.append(seen)
        if bad and self._origin is None and all(bad_kind(each) is None for each in values):
            self._origin = Origin(_name(seen), op.name, bad, False, caller_location())
        if node is None:
            return
        self._by_node[node.sequence] = seen
        for edge in node.edges:
            if isinstance(edge, Leaf) and edge not in self._weights:
                tensor = edge.tensor()
                if tensor is not None and tensor._value.size > 0:
                    self._weights[edge] = _Weight(seen.path, edge, np.array(tensor._value))

    def _are_maps(self, op: Op, node: Node | None) -> bool:
        """Whether a result is feature maps: of a convolution, or of such element by element."""
        if node is None:
            return op.name in _CONVOLUTIONS
        sources = {edge.sequence for edge in map(_whole, node.edges) if edge is not None}
        keeps = op.kind == "elementwise" or op.name == "normalize"
        found = op.name in _CONVOLUTIONS or (keeps and not sources.isdisjoint(self._maps))
        if found:
            self._maps.add(node.sequence)
        return found

    def step_finished(self, node: Node, cotangent: Any, contributions: list[Any]) -> None:
        """Measure the gradient of a result, and what it brought to parameters."""
        given = cotangent[0] if isinstance(cotangent, tuple) else cotangent
        seen = self._by_node.get(node.sequence)
        if seen is not None and given is not None:
            array = np.asarray(raw_value(given))
            seen.gradient = _norm(array)
            seen.bad_gradient = bad_kind(array)
            if self._origin is None and seen.bad_gradient is None:
                bad = next(filter(None, map(bad_kind, contributions)), None)
                if bad is not None:
                    assert node.op is not None
                    self._origin = Origin(_name(seen), node.op.name, bad, True, node.source)
        for edge, passed in zip(node.edges, contributions, strict=True):
            if isinstance(edge, Leaf) and passed is not None and edge in self._weights:
                weight = self._weights[edge]
                passed = np.asarray(raw_value(passed))
                weight.arrived = passed if weight.arrived is None else weight.arrived + passed

    # ------------------------------------------------------------------ what was found

    def models(self) -> list[Any]:
        """The modules that were called from outside of any."""
        return [model for model in (each() for each in self._models.values()) if model is not None]

    def flow(self) -> Flow:
        """What was measured until now; parameters are compared with what they are now."""
        layers = []
        for rows, alone in self._layers():
            last = rows[-1]
            if last.is_number:  # a loss is no layer
                continue
            known = [seen.gradient for seen in rows if seen.gradient is not None]
            layer = Layer(
                _name(last) if alone else last.path or "",
                last.operation if alone else last.described or last.operation,
                last.activation,
                next((seen.incoming for seen in rows if seen.incoming), None),
                known[-1] if known else None,
                known[0] if known else None,
                max(known, default=None),
                dead=_largest(seen.dead for seen in rows),
                saturated=_largest(seen.saturated for seen in rows),
            )
            if not alone:
                self._add_weights(layer)
            bad = [seen.bad for seen in rows] + [seen.bad_gradient for seen in rows]
            bad.append(bad_kind(np.float64(layer.weight_gradient or 0.0)))
            layer.marks = tuple(dict.fromkeys(filter(None, bad)))
            layers.append(layer)
        _number(layers)
        _mark(layers)
        return Flow(layers, self._origin)

    def _layers(self) -> Iterator[tuple[list[_Seen], bool]]:
        """The results of each call of a layer; alone, what a container computes itself."""
        in_modules = [seen for seen in self._seen if seen.path] or self._seen
        containers = {
            seen.path.rsplit(".", parts)[0]
            for seen in in_modules
            if seen.path
            for parts in range(1, seen.path.count(".") + 1)
        }
        rows: list[_Seen] = []
        for seen in in_modules:
            alone = seen.path is None or seen.path in containers
            if rows and (alone or rows[-1].place is not seen.place):
                yield rows, False
                rows = []
            if not alone:
                rows.append(seen)
            elif seen.gradient is not None or seen.dead is not None:
                yield [seen], True
        if rows:
            yield rows, False

    def _add_weights(self, layer: Layer) -> None:
        own = [weight for weight in self._weights.values() if weight.path == layer.path]
        if not own:
            return
        layer.weight = _together(_norm(weight.before) for weight in own)
        arrived = [weight.arrived for weight in own if weight.arrived is not None]
        if arrived:
            layer.weight_gradient = _together(map(_norm, arrived))
        changes = []
        for weight in own:
            tensor = weight.leaf.tensor()
            if tensor is not None and tensor._value.shape == weight.before.shape:
                changes.append(_norm(np.asarray(tensor._value) - weight.before))
        if any(changes) and layer.weight:
            layer.update = _together(changes) / layer.weight


@contextmanager
def measured_flow() -> Iterator[FlowRecorder]:
    """Measure what runs inside: forward, backward, and the step of an optimizer."""
    with observe(FlowRecorder()) as recorder:
        yield recorder


def _name(seen: _Seen) -> str:
    return f"{seen.path}: {seen.operation}" if seen.path else seen.operation


def _is_real(array: np.ndarray[Any, Any]) -> bool:
    return array.dtype.kind in "fc"


def _rms(array: np.ndarray[Any, Any]) -> float:
    return _norm(array) / math.sqrt(array.size) if array.size else 0.0


def _norm(array: np.ndarray[Any, Any]) -> float:
    """The Euclidean norm, in double precision where the squares need it."""
    with np.errstate(all="ignore"):
        size = float(np.linalg.norm(array.reshape(-1)))
        if size == 0.0 or math.isinf(size):  # squares may have left the range of the dtype
            wide = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
            largest = float(np.abs(wide).max(initial=0.0))
            if largest and math.isfinite(largest):
                size = largest * float(np.linalg.norm((wide / largest).reshape(-1)))
    return size


def _together(norms: Iterable[float]) -> float:
    return math.hypot(*norms)


def _largest(shares: Iterable[float | None]) -> float | None:
    return max((share for share in shares if share is not None), default=None)


def _whole(node: Node | None) -> Node | None:
    """The operation with several results that a node is one result of; any other node itself."""
    return node.edges[0] if node is not None and node.op is SELECT else node


def _dead(operation: str, out: np.ndarray[Any, Any], are_maps: bool) -> float | None:
    """The share of units that are on a flat piece for all examples, where there are several."""
    if operation not in _FLAT or out.ndim < 2 or out.dtype.kind == "c":
        return None
    unit = 1 if are_maps or out.ndim >= _IMAGES else out.ndim - 1
    others = tuple(axis for axis in range(out.ndim) if axis != unit)
    if out.size // max(out.shape[unit], 1) < 2:
        return None
    return float(np.mean(out.max(axis=others) == out.min(axis=others)))


def _saturated(operation: str, out: np.ndarray[Any, Any]) -> float | None:
    if operation not in _RANGES or out.dtype.kind == "c" or not out.size:
        return None
    low, high = _RANGES[operation]
    near = _NEAR * (high - low) / 2
    return float(np.mean((out < low + near) | (out > high - near)))


def _number(layers: list[Layer]) -> None:
    """Number the calls of every module."""
    called = Counter(layer.path for layer in layers)
    so_far: Counter[str] = Counter()
    for layer in layers:
        so_far[layer.path] += 1
        layer.call = so_far[layer.path], called[layer.path]


def _mark(layers: list[Layer]) -> None:
    """Mark what is far from the layers that the loss and the input are next to."""
    gradients = [x.gradient for x in layers if x.gradient and math.isfinite(x.gradient)]
    sizes = (x.incoming or x.activation for x in layers)
    activations = [size for size in sizes if size and math.isfinite(size)]
    nearest = gradients[-1] if gradients else None
    for layer in layers:
        marks = list(layer.marks)
        if nearest is not None and layer.first_gradient is not None:
            if layer.first_gradient < SMALL * nearest:
                marks.append("vanishing")
            if (layer.largest_gradient or 0.0) > LARGE * nearest:
                marks.append("exploding")
        if activations and (layer.activation or 0.0) > LARGE * activations[0]:
            marks.append("exploding")
        if layer.dead is not None and layer.dead >= DEAD:
            marks.append("dead")
        if layer.saturated is not None and layer.saturated >= SATURATED:
            marks.append("saturated")
        layer.marks = tuple(dict.fromkeys(marks))


def flow_of_parameters(model: Any) -> Flow:
    """What can be said of a model that nobody watched: its parameters and their gradients.

    Args:
        model: A module, whose layers are named as `named_modules` says.
    """
    layers = []
    for path, module in model.named_modules():
        own = [each for _, each in module.named_parameters(recurse=False)]
        if own:
            gradients = [raw_value(each.grad) for each in own if each.grad is not None]
            layers.append(
                Layer(
                    f"{model.root_name}.{path}".rstrip("."),
                    module.describe(),
                    weight=_together(_norm(np.asarray(each._value)) for each in own),
                    weight_gradient=_together(_norm(np.asarray(each)) for each in gradients)
                    if gradients
                    else None,
                )
            )
    return Flow(layers)
