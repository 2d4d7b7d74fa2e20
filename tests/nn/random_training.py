"""Random trainings: a plan that is drawn from a seed, and its steps with any library.

A plan is data: layers with their arguments, a loss, an optimizer with groups, what is frozen,
clipped, accumulated, hooked, scheduled and reloaded. `train` carries it out with our modules or
with PyTorch's, which have the same names, and gives the numbers on the way.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd
import nn
from autograd import Tensor
from tests.nn.optim.settings import KINDS, OTHERS

STEPS = 10


class Plan(NamedTuple):
    """A training as data."""

    layers: list[tuple[str, tuple[Any, ...], dict[str, Any]]]
    shape: tuple[int, ...]  # of the inputs
    words: int  # how many different integers the inputs are; 0 for real numbers
    loss: str
    optimizer: tuple[str, dict[str, Any]]
    second_group: dict[str, Any]
    schedule: tuple[str, tuple[Any, ...]] | None
    clip: tuple[str, float] | None
    accumulate: int
    frozen: tuple[int, int, int]  # which parameter, from which step, to which
    reload_at: int
    hooked: tuple[int, int]  # a parameter and a layer
    seed: int


class Library(NamedTuple):
    """What differs between us and PyTorch."""

    nn: Any
    functional: Any
    optim: Any
    tensor: Callable[[Any], Any]
    array: Callable[[Any], Any]


OURS = Library(
    nn, nn.functional, nn.optim, lambda a: Tensor(a), lambda t: np.asarray(t.detach().data)
)

ACTIVATIONS = (
    "CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity",
    "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid",
    "Softmax", "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink", "PReLU",
)  # fmt: skip


def named(library: Library, name: str, *args: Any, **settings: Any) -> Any:
    return getattr(library.nn, name)(*args, **settings)


def batch_first(library: Library, name: str, *args: Any, **settings: Any) -> Any:
    return named(library, name, *args, batch_first=True, **settings)


def stacked(library: Library, name: str, count: int, *args: Any, **settings: Any) -> Any:
    return named(library, name, batch_first(library, f"{name}Layer", *args, **settings), count)


def unpooled(library: Library, axes: int) -> Any:
    pool = named(library, f"MaxPool{axes}d", 2, return_indices=True)
    return library.nn.ModuleList([pool, named(library, f"MaxUnpool{axes}d", 2)])


def over_steps(library: Library, cell: Any, x: Any) -> Any:
    state = None
    for step in range(x.shape[1]):
        state = cell(x[:, step], state)
    return state[0] if isinstance(state, tuple) else state


def there_and_back(library: Library, pools: Any, x: Any) -> Any:
    largest, places = pools[0](x)
    return pools[1](largest, places, output_size=tuple(x.shape))


# Layers of several inputs or outputs as ones of one: how the layer is made, and how it is called.
ADAPTED: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "Sequence": (batch_first, lambda library, layer, x: layer(x)[0]),
    "Cell": (named, over_steps),
    "Attention": (batch_first, lambda library, layer, x: layer(x, x, x)[0]),
    "Decoder": (batch_first, lambda library, layer, x: layer(x, x)),
    "Encoders": (stacked, lambda library, layer, x: layer(x)),
    "Decoders": (stacked, lambda library, layer, x: layer(x, x)),
    "Twice": (named, lambda library, layer, x: layer(x, x)),
    "Unpooled": (unpooled, there_and_back),
    "Positive": (named, lambda library, layer, x: layer(library.functional.softplus(x) + 0.1)),
}


def adapted(library: Library, name: str, *args: Any, **settings: Any) -> Any:
    """A module of the library that calls a layer in the way of the table."""
    make, call = ADAPTED[name]

    class Adapted(library.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.inner = make(library, *args, **settings)

        def forward(self, x: Any) -> Any:
            return call(library, self.inner, x)

    return Adapted()


# ---------------------------------------------------------------------- drawing a plan


def of_vectors(rng: np.random.Generator, shape: tuple[int, ...]) -> list[Any]:
    width = shape[-1]
    wide = int(rng.integers(2, 6))
    return [
        ("Linear", (width, wide), {"bias": bool(rng.integers(2))}),
        ("BatchNorm1d", (width,), {"momentum": [0.1, 0.3, None][rng.integers(3)]}),
        ("LayerNorm", (width,), {}),
        ("RMSNorm", (width,), {}),
        ("Twice", ("Bilinear", width, width, wide), {}),
        ("Dropout", (0.0,), {}),
        ("AlphaDropout", (0.0,), {}),
        ("Unflatten", (1, (1, width)), {}),
    ]


def of_maps(rng: np.random.Generator, shape: tuple[int, ...]) -> list[Any]:
    axes, channels, length = len(shape) - 2, shape[1], min(shape[2:])
    more = int(rng.integers(1, 4))
    menu: list[Any] = [
        (f"BatchNorm{axes}d", (channels,), {"affine": bool(rng.integers(2))}),
        (f"InstanceNorm{axes}d", (channels,), {"affine": bool(rng.integers(2))}),
        ("GroupNorm", (1, channels), {}),
        (f"ConvTranspose{axes}d", (channels, more, 2), {"stride": int(rng.integers(1, 3))}),
        (f"Dropout{axes}d", (0.0,), {}),
        (f"ZeroPad{axes}d", (1,), {}),
        (f"ConstantPad{axes}d", (1, 0.5), {}),
        (f"ReplicationPad{axes}d", (1,), {}),
        ("LocalResponseNorm", (3, 0.1), {}),
        ("FeatureAlphaDropout", (0.0,), {}),
        ("Upsample", (), {"scale_factor": 2}),
        ("LayerNorm", (shape[1:],), {}),
        ("Flatten", (), {}),
    ]
    if length >= 2:
        menu += [
            (f"Conv{axes}d", (channels, more, 2), {"padding": int(rng.integers(2))}),
            (f"MaxPool{axes}d", (2,), {"stride": 1}),
            (f"AvgPool{axes}d", (2,), {"stride": 1}),
            ("Positive", (f"LPPool{axes}d", 2, 2), {}),
            (f"AdaptiveAvgPool{axes}d", (2,), {}),
            (f"AdaptiveMaxPool{axes}d", (1,), {}),
            (f"CircularPad{axes}d", (1,), {}),
            (f"ReflectionPad{axes}d", (1,), {}),
            ("Unpooled", (axes,), {}),
        ]
    if axes == 2:
        menu += [
            ("Softmax2d", (), {}),
            ("UpsamplingNearest2d", (), {"scale_factor": 2}),
            ("UpsamplingBilinear2d", (), {"size": (3, 4)}),
            ("Unfold", (1,), {}),
        ]
        if channels % 4 == 0:
            menu.append(("PixelShuffle", (2,), {}))
        if channels % 2 == 0:
            menu.append(("ChannelShuffle", (2,), {}))
        if all(side % 2 == 0 for side in shape[2:]):
            menu.append(("PixelUnshuffle", (2,), {}))
    if axes == 1 and channels % 4 == 0 and shape[2] == 4:
        menu.append(("Fold", ((3, 3), 2), {}))
    if channels % 2 == 0:
        menu.append(("GLU", (1,), {}))
    return menu


def of_sequences(rng: np.random.Generator, shape: tuple[int, ...]) -> list[Any]:
    width = shape[-1]
    heads = 2 if width % 2 == 0 else 1
    hidden = int(rng.integers(2, 5))
    quiet = {"dropout": 0.0}
    return [
        ("Sequence", (["RNN", "LSTM", "GRU"][rng.integers(3)], width, hidden),
         {"bidirectional": bool(rng.integers(2)), "num_layers": int(rng.integers(1, 3))}),
        ("Cell", (["RNNCell", "LSTMCell", "GRUCell"][rng.integers(3)], width, hidden), {}),
        ("Attention", ("MultiheadAttention", width, heads), {}),
        ("TransformerEncoderLayer", (width, heads, 3), {**quiet, "batch_first": True}),
        ("Decoder", ("TransformerDecoderLayer", width, heads, 3), quiet),
        ("Decoder", ("Transformer", width, heads, 1, 1, 3), quiet),
        ("Encoders", ("TransformerEncoder", 2, width, heads, 3), quiet),
        ("Decoders", ("TransformerDecoder", 1, width, heads, 3), quiet),
        ("Linear", (width, hidden), {}),
        ("LayerNorm", (width,), {}),
        ("Flatten", (), {}),
    ]  # fmt: skip


def draw(seed: int) -> Plan:
    """The plan of a seed."""
    rng = np.random.default_rng([seed, 7])
    kind = ["vectors", "maps", "sequences", "words"][rng.integers(4)]
    layers: list[Any] = []
    words = 0
    if kind == "vectors":
        shape: tuple[int, ...] = (4, int(rng.integers(2, 6)))
    elif kind == "maps":
        axes = int(rng.integers(1, 4))
        shape = (3, [1, 2, 4][rng.integers(3)], *[4, 3, 2][:axes])
    else:
        shape = (3, 3, int(rng.integers(2, 5)))
        if kind == "words":
            words = 6
            layers = [("Embedding", (words, shape[2]), {"padding_idx": 1})]
    now = shape
    menus = {"vectors": of_vectors, "maps": of_maps}
    for _ in range(int(rng.integers(2, 6))):
        menu = menus.get(kind, of_sequences)(rng, now) if len(now) > 2 else of_vectors(rng, now)
        name, args, settings = menu[rng.integers(len(menu))]
        if rng.random() < 0.35:
            name, args, settings = ACTIVATIONS[rng.integers(len(ACTIVATIONS))], (), {}
            if name in ("Softmax", "Softmin", "LogSoftmax"):
                args = (1,)  # the default of PyTorch depends on the number of axes
        after = shape_after((name, args, settings), now)
        if (name == "Dropout" and len(now) != 2) or np.prod(after) > 500:
            continue
        if len(after) == 3 and kind == "vectors":
            kind = "sequences"
        layers.append((name, args, settings))
        now = after
    width = int(np.prod(now[1:]))
    layers += [("Flatten", (), {}), ("Linear", (width, 4), {})]
    return Plan(
        layers, shape, words,
        loss=list(LOSSES)[rng.integers(len(LOSSES))],
        optimizer=draw_optimizer(rng),
        second_group={"lr": 0.02, "weight_decay": 0.05} if rng.random() < 0.5 else {},
        schedule=draw_schedule(rng),
        clip=[None, ("norm", 0.5), ("value", 0.05)][rng.integers(3)],
        accumulate=int(rng.integers(1, 4)),
        frozen=(int(rng.integers(20)), int(rng.integers(0, 5)), int(rng.integers(5, 10))),
        reload_at=int(rng.integers(3, 9)),
        hooked=(int(rng.integers(20)), int(rng.integers(20))),
        seed=seed,
    )  # fmt: skip


def draw_optimizer(rng: np.random.Generator) -> tuple[str, dict[str, Any]]:
    # Signs of gradients near 0 decide Rprop's steps, and a setting of Adafactor is a pair; the
    # checked-in numbers are of the others.
    names = [*(each for each in KINDS if each not in ("ASGD", "Adafactor", "Rprop")), "LBFGS"]
    name = names[rng.integers(len(names))]
    if name == "LBFGS":
        search = [None, "strong_wolfe"][rng.integers(2)]
        return name, {"lr": 0.1, "max_iter": 2, "line_search_fn": search, "max_eval": 30}
    possible = [each for each in inspect.signature(KINDS[name]).parameters if each in OTHERS]
    chosen = [each for each in possible if rng.random() < 0.4]
    settings = {each: OTHERS[each] for each in chosen}
    if "nesterov" in settings:
        settings["momentum"] = OTHERS["momentum"]
        settings.pop("dampening", None)
    return name, settings


def draw_schedule(rng: np.random.Generator) -> tuple[str, tuple[Any, ...]] | None:
    menu = [
        None, ("StepLR", (3, 0.5)), ("ExponentialLR", (0.9,)), ("CosineAnnealingLR", (5,)),
        ("LinearLR", (0.3, 1.0, 4)), ("MultiStepLR", ([2, 6], 0.3)), ("PolynomialLR", (12,)),
        ("CosineAnnealingWarmRestarts", (3,)),
    ]  # fmt: skip
    return menu[rng.integers(len(menu))]


def make_layer(library: Library, spec: Any) -> Any:
    name, args, settings = spec
    return (adapted if name in ADAPTED else named)(library, name, *args, **settings)


def shape_after(spec: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    return make_layer(OURS, spec).double()(Tensor(np.zeros(shape))).shape


# ---------------------------------------------------------------------- losses of (batch, 4)


def _classes(library: Library, settings: Any, out: Any, rng: Any) -> Any:
    labels = rng.integers(0, 4, len(out))
    weight = settings.pop("weight", None)
    if weight is not None:
        settings["weight"] = library.tensor(np.array(weight))
    name = settings.pop("name")
    if name == "NLLLoss":
        out = library.functional.log_softmax(out, dim=1)
    return getattr(library.nn, name)(**settings)(out, library.tensor(labels))


def _numbers(library: Library, settings: Any, out: Any, rng: Any) -> Any:
    name = settings.pop("name")
    target = rng.random(tuple(out.shape))
    if name == "BCELoss":
        out = library.functional.sigmoid(out)
    elif name == "KLDivLoss":
        out = library.functional.log_softmax(out, dim=1)
        target = target / target.sum(axis=1, keepdims=True)
    elif name in ("HingeEmbeddingLoss", "SoftMarginLoss"):
        target = np.where(target < 0.5, -1.0, 1.0)
    elif name == "MultiLabelSoftMarginLoss":
        target = np.round(target)
    loss = getattr(library.nn, name)(**settings)
    if name == "GaussianNLLLoss":
        variance = library.functional.softplus(out) + 0.1
        return loss(out, library.tensor(target), variance)
    return loss(out, library.tensor(target))


def _pairs(library: Library, settings: Any, out: Any, rng: Any) -> Any:
    name = settings.pop("name")
    other = library.tensor(rng.standard_normal(tuple(out.shape)))
    signs = np.where(rng.random(len(out)) < 0.5, -1.0, 1.0)
    loss = getattr(library.nn, name)(**settings)
    if name in ("CosineSimilarity", "PairwiseDistance"):
        return loss(out, other).sum()
    if name.startswith("Triplet"):
        return loss(out, other, library.tensor(rng.standard_normal(tuple(out.shape))))
    if name == "MarginRankingLoss":
        return loss(out[:, 0], other[:, 0], library.tensor(signs))
    return loss(out, other, library.tensor(signs))


def _labels(library: Library, settings: Any, out: Any, rng: Any) -> Any:
    labels = np.stack([np.append(rng.permutation(4)[:2], [-1, 0]) for _ in range(len(out))])
    return library.nn.MultiLabelMarginLoss()(out, library.tensor(labels.astype(np.int64)))


LOSSES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "CrossEntropyLoss": (_classes, {"label_smoothing": 0.1}),
    "CrossEntropyLoss weighted": (_classes, {"weight": [1.0, 2.0, 0.5, 1.0], "ignore_index": 3}),
    "NLLLoss": (_classes, {"weight": [1.0, 2.0, 0.5, 1.0]}),
    "MultiMarginLoss": (_classes, {"p": 2, "margin": 0.7}),
    "MSELoss": (_numbers, {}),
    "MSELoss sum": (_numbers, {"reduction": "sum"}),
    "L1Loss": (_numbers, {}),
    "HuberLoss": (_numbers, {"delta": 0.3}),
    "SmoothL1Loss": (_numbers, {"beta": 0.4}),
    "BCELoss": (_numbers, {}),
    "BCEWithLogitsLoss": (_numbers, {}),
    "KLDivLoss": (_numbers, {"reduction": "batchmean"}),
    "PoissonNLLLoss": (_numbers, {"full": True}),
    "GaussianNLLLoss": (_numbers, {"full": True}),
    "HingeEmbeddingLoss": (_numbers, {"margin": 0.5}),
    "SoftMarginLoss": (_numbers, {}),
    "MultiLabelSoftMarginLoss": (_numbers, {}),
    "MultiLabelMarginLoss": (_labels, {}),
    "CosineEmbeddingLoss": (_pairs, {"margin": 0.2}),
    "CosineSimilarity": (_pairs, {}),
    "PairwiseDistance": (_pairs, {}),
    "MarginRankingLoss": (_pairs, {"margin": 0.3}),
    "TripletMarginLoss": (_pairs, {"swap": True}),
    "TripletMarginWithDistanceLoss": (_pairs, {"margin": 2.0}),
}


# ---------------------------------------------------------------------- carrying it out


class Training:
    """A model and its optimizer, made anew from a state when the plan says so."""

    def __init__(self, library: Library, plan: Plan) -> None:
        self.library, self.plan = library, plan
        self.make()
        rng = np.random.default_rng([plan.seed, 1])
        for parameter in self.parameters():
            self.put(parameter, 0.5 * rng.standard_normal(tuple(parameter.shape)))

    def make(self) -> None:
        """Fresh modules, hooks, optimizer and schedule."""
        library, plan = self.library, self.plan
        layers = [make_layer(library, spec) for spec in plan.layers]
        self.model = library.nn.Sequential(*layers).double()
        parameters = self.parameters()
        half = len(parameters) // 2 if plan.second_group and plan.optimizer[0] != "LBFGS" else 0
        groups = [{"params": parameters[half:]}, {"params": parameters[:half], **plan.second_group}]
        name, settings = plan.optimizer
        self.optimizer = getattr(library.optim, name)(groups[: 1 + bool(half)], **settings)
        if name != "LBFGS":  # to which gradients that are not those of the loss make no sense
            hooked = parameters[plan.hooked[0] % len(parameters)]
            hooked.register_hook(lambda gradient: gradient * 0.5)
        layer = layers[plan.hooked[1] % len(layers)]
        layer.register_forward_hook(lambda module, args, out: out * 1.1)
        self.schedule = None
        if plan.schedule is not None and name != "LBFGS":
            kind, args = plan.schedule
            self.schedule = getattr(library.optim.lr_scheduler, kind)(self.optimizer, *args)

    def parameters(self) -> list[Any]:
        return list(self.model.parameters())

    def put(self, parameter: Any, value: Any) -> None:
        parameter.data = value if self.library is OURS else self.library.tensor(value)

    def reload(self) -> None:
        """Go on with everything made anew, from the states of the old."""
        old = self.model, self.optimizer, self.schedule
        frozen = [not each.requires_grad for each in self.parameters()]
        self.make()
        self.model.load_state_dict(old[0].state_dict())
        self.optimizer.load_state_dict(old[1].state_dict())
        if self.schedule is not None:
            self.schedule.load_state_dict(old[2].state_dict())
        for parameter, is_frozen in zip(self.parameters(), frozen, strict=True):
            parameter.requires_grad_(not is_frozen)

    def losses(self, step: int) -> Any:
        """One loss after another for the batches of a step, each ready for backward."""
        plan, library = self.plan, self.library
        compute, settings = LOSSES[plan.loss]
        for part in range(plan.accumulate):
            rng = np.random.default_rng([plan.seed, 2, step, part])
            if plan.words:
                x = library.tensor(rng.integers(0, plan.words, plan.shape[:2]))
            else:
                x = library.tensor(rng.standard_normal(plan.shape))
            out = self.model(x)
            name = plan.loss.split()[0]
            yield compute(library, {"name": name, **settings}, out, rng) / plan.accumulate

    def step(self, number: int) -> float:
        """Carry out one step; the loss before it."""
        plan = self.plan
        which, start, end = plan.frozen
        parameter = self.parameters()[which % len(self.parameters())]
        if number in (start, end):
            parameter.requires_grad_(number == end)
        first: list[float] = []

        def closure() -> Any:
            self.optimizer.zero_grad()
            total = None
            for loss in self.losses(number):
                loss.backward()
                total = loss if total is None else total + loss
            if not first:
                first.append(float(self.library.array(total)))
            if plan.optimizer[0] != "LBFGS":
                clip(self.library, plan.clip, self.parameters())
            return total

        if plan.optimizer[0] == "LBFGS":
            self.optimizer.step(closure)
        else:
            closure()
            self.optimizer.step()
        if self.schedule is not None:
            self.schedule.step()
        return first[0]


def clip(library: Library, how: tuple[str, float] | None, parameters: list[Any]) -> None:
    with_gradient = [each for each in parameters if each.grad is not None]
    if how is not None:
        getattr(library.nn.utils, f"clip_grad_{how[0]}_")(with_gradient, how[1])


def train(library: Library, plan: Plan) -> dict[str, Any]:
    """The losses of ten steps, and the state of the model after them."""
    autograd.manual_seed(plan.seed)
    training = Training(library, plan)
    losses = []
    # Roundings grow fast where a line search decides between points of nearly the same loss.
    steps = 3 if plan.optimizer[0] == "LBFGS" else STEPS
    for number in range(steps):
        if number == plan.reload_at:
            training.reload()
        with np.errstate(all="ignore"):  # some plans lead into the infinite
            losses.append(training.step(number))
    state = {
        name: np.ravel(library.array(value)) for name, value in training.model.state_dict().items()
    }
    return {"losses": losses, "state": state}
