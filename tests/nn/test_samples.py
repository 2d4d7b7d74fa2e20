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
from tests.nn.samples import CALLED, EVERY, parts, prepared


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


@pytest.mark.parametrize("name", EVERY)
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
    check_grads(function, *values, *(p.data for p in module.parameters()), order=sample.order)


def _renewed(module):
    for position, parameter in enumerate(module.parameters()):
        parameter.data = np.random.default_rng(position).standard_normal(parameter.shape)
    return module


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CALLED)
def test_floating_results_have_the_dtype_of_the_module(name, dtype):
    sample = CALLED[name]
    for each in outputs(sample.make().to(dtype), sample, dtype):
        assert each.dtype.kind in "iu" or each.dtype == dtype


@pytest.mark.parametrize("name", EVERY)
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


@pytest.mark.parametrize("kind", COPIES)
@pytest.mark.parametrize("name", EVERY)
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


@pytest.mark.parametrize("name", EVERY)
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
