"""What holds for every layer and loss, whatever it computes."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from autograd.testing import check_grads
from nn.utils import functional_call
from tests.all_cases import all_cases
from tests.nn.samples import CALLED, EVERY, SAMPLES, parts, prepared


def class_of(name):
    return getattr(nn, name.partition(" ")[0])


def outputs(module, sample, dtype=np.float64):
    """What the module gives for the sample's inputs, with the same random numbers every time."""
    autograd.manual_seed(3)
    inputs = (each.astype(dtype) if each.dtype.kind == "f" else each for each in sample.inputs)
    return [np.asarray(each.data) for each in parts(module(*inputs))]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_every_layer_and_loss_has_a_sample():
    classes = {
        name
        for name in nn.__all__
        if inspect.isclass(getattr(nn, name)) and issubclass(getattr(nn, name), nn.Module)
    }
    assert {name.partition(" ")[0] for name in EVERY} == classes - {"Module"}


@all_cases("name", EVERY)
def test_a_sample_is_of_its_class(name):
    assert type(EVERY[name].make()) is class_of(name)


@pytest.mark.parametrize("name", CALLED)
def test_gradients(name):
    sample = CALLED[name]
    module = prepared(sample)
    if name.startswith("Lazy"):
        module(*sample.inputs)
        module = _renewed(module)
    names = [name for name, _ in module.named_parameters()]
    floating = [each.dtype.kind == "f" for each in sample.inputs]
    count = sum(floating)

    def function(*tensors):
        autograd.manual_seed(3)  # the same mask every time
        given = iter(tensors)
        inputs = [
            next(given) if real else each
            for each, real in zip(sample.inputs, floating, strict=True)
        ]
        parameters = dict(zip(names, tensors[count:], strict=True))
        return parts(functional_call(module, parameters, tuple(inputs)))

    values = [each for each, real in zip(sample.inputs, floating, strict=True) if real]
    values += [p.data for p in module.parameters()]
    if sample.order > 1:
        check_grads(function, *values, order=sample.order)
    else:
        check_grads(along_directions(function, values), np.zeros(6), order=sample.order)


def along_directions(function, values):
    """A function of many numbers as one of a few, each of which moves all of them.

    A gradient that is wrong anywhere is wrong along random directions.
    """
    rng = np.random.default_rng(0)
    directions = [rng.standard_normal((6, value.size)) for value in values]

    def along(t):
        return function(*(
            (t @ direction).reshape(value.shape) + value
            for value, direction in zip(values, directions, strict=True)
        ))  # fmt: skip

    return along


def _renewed(module):
    for position, parameter in enumerate(module.parameters()):
        parameter.data = np.random.default_rng(position).standard_normal(parameter.shape)
    return module


@all_cases("dtype", [np.float32, np.float64])
@all_cases("name", CALLED)
def test_floating_results_have_the_dtype_of_the_module(name, dtype):
    sample = CALLED[name]
    for each in outputs(sample.make().to(dtype), sample, dtype):
        assert each.dtype.kind in "iu" or each.dtype == dtype


@all_cases("name", EVERY)
def test_a_state_makes_a_fresh_module_the_same(name):
    sample = EVERY[name]
    module, fresh = prepared(sample), sample.make().double()
    if sample.inputs:
        outputs(module, sample)  # running statistics move, lazy layers take their size
    result = fresh.load_state_dict(module.state_dict())
    assert result == ([], [])
    assert same(*([each.data for each in m.state_dict().values()] for m in (module, fresh)))
    if sample.inputs:
        assert same(outputs(module.eval(), sample), outputs(fresh.eval(), sample))


COPIES = {"deepcopy": copy.deepcopy, "pickle": lambda each: pickle.loads(pickle.dumps(each))}


@all_cases("kind", COPIES)
@all_cases("name", EVERY)
def test_a_copy_computes_the_same_and_shares_nothing(name, kind):
    sample = EVERY[name]
    module = prepared(sample)
    if sample.inputs:
        outputs(module, sample)  # whatever a module remembers of a call
    other = COPIES[kind](module)
    assert type(other) is type(module)
    assert repr(other) == repr(module)
    assert list(other.state_dict()) == list(module.state_dict())
    pairs = zip(_tensors(module), _tensors(other), strict=True)
    assert not any(np.shares_memory(a.data, b.data) for a, b in pairs)
    if sample.inputs:
        assert same(outputs(module, sample), outputs(other, sample))


def _tensors(module):
    return [each for each in (*module.parameters(), *module.buffers()) if each.ndim]


@all_cases("name", EVERY)
def test_repr_says_the_class_and_reads_well(name):
    text = repr(EVERY[name].make())
    assert text.startswith(f"{name.partition(' ')[0]}(")
    assert " object at " not in text
    assert "array(" not in text
    assert len(text.splitlines()) == 1 or "\n  (" in text


@pytest.mark.parametrize("name", CALLED)
def test_inputs_and_parameters_stay_as_they_are(name):
    sample = CALLED[name]
    module = prepared(sample)
    outputs(module, sample)  # lazy layers take their size
    before = [each.copy() for each in sample.inputs]
    own = {name: each.data.copy() for name, each in module.named_parameters()}
    real = [Tensor(each, requires_grad=each.dtype.kind == "f") for each in sample.inputs]
    losses = [each.sum() for each in parts(module(*real)) if each.requires_grad]
    if losses:
        sum(losses[1:], losses[0]).backward()
    assert same(before, sample.inputs)
    assert same(before, [each.data for each in real])
    assert same(own.values(), [each.data for each in module.parameters()])


# Squares of the huge ones are still numbers; beyond that a mean of squares is infinite.
EXTREME = {
    "zeros": (0.0, np.float32), "ones": (1.0, np.float32), "constant": (-2.5, np.float32),
    "huge": (1e15, np.float32), "huge negative": (-1e15, np.float32),
    "tiny": (1e-40, np.float32), "huge float64": (1e150, np.float64),
}  # fmt: skip

# What the docstrings say: powers and exponentials that overflow, powers of negative numbers.
NOT_FINITE = {
    ("LPPool2d", "huge"), ("LPPool2d", "huge float64"), ("LPPool3d", "constant"),
    ("LPPool3d", "huge negative"), ("PoissonNLLLoss", "huge"), ("PoissonNLLLoss", "huge float64"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::autograd.TrapWarning")  # of scores where logarithms go
@all_cases("kind", EXTREME)
@all_cases("name", CALLED)
def test_values_and_gradients_of_extreme_inputs_are_finite(name, kind):
    sample, (number, dtype) = CALLED[name], EXTREME[kind]
    module = sample.make().to(dtype)
    autograd.manual_seed(0)
    inputs = [
        Tensor(np.full(each.shape, number, dtype), requires_grad=True)
        if each.dtype.kind == "f" and (place == 0 or name in SAMPLES)
        else each.astype(dtype if each.dtype.kind == "f" else each.dtype)  # targets stay ordinary
        for place, each in enumerate(sample.inputs)
    ]
    if name == "BCELoss" and not 0 <= number <= 1:
        with pytest.raises(ValueError, match="must be probabilities"):
            module(*inputs)
        return
    with np.errstate(all="ignore"):
        results = [each for each in parts(module(*inputs)) if each.dtype.kind == "f"]
        total = sum((each.sum() for each in results[1:]), results[0].sum())
        if total.requires_grad:
            total.backward()
    leaves = [each for each in (*inputs, *module.parameters()) if isinstance(each, Tensor)]
    found = [*results, *(each.grad for each in leaves if each.grad is not None)]
    finite = all(np.isfinite(each.data).all() for each in found)
    assert finite == ((name, kind) not in NOT_FINITE)


@pytest.mark.parametrize("name", ["LPPool1d", "LPPool2d", "LPPool3d"])
def test_the_slope_of_a_norm_at_zero_is_zero(name):
    sample = CALLED[name]
    x = Tensor(np.zeros_like(sample.inputs[0]), requires_grad=True)
    sample.make()(x).sum().backward()
    assert not x.grad.data.any()
