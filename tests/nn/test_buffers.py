"""A buffer stays one, whatever is assigned to it; what cannot be one is refused."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad


class Averaged(nn.Module):
    """A running average in the way people write it."""

    def __init__(self, first=(0.0, 0.0), persistent=True):
        self.register_buffer("average", first, persistent)

    def forward(self, x):
        if self.average is None:
            self.average = x
        self.average = 0.9 * self.average + 0.1 * x
        return x - self.average


ASSIGNED = {
    "a computed Tensor": lambda old: 0.9 * old + 0.1,
    "an array": lambda old: np.array([1.0, 2.0]),
    "a list": lambda old: [1.0, 2.0],
    "a tuple of integers": lambda old: (1, 2),
    "a detached Tensor": lambda old: Tensor(np.array([1, 2], "f4"), requires_grad=True).detach(),
    "an operator": lambda old: old + 1,
    "another shape": lambda old: np.zeros((3, 1), np.float32),
    "itself": lambda old: old,
}


@pytest.mark.parametrize("kind", ASSIGNED)
@pytest.mark.parametrize("persistent", [True, False])
def test_what_is_assigned_becomes_the_buffer(kind, persistent):
    model = Averaged(persistent=persistent)
    old = model.average
    value = ASSIGNED[kind](old)
    model.average = value
    assert isinstance(model.average, nn.Buffer)
    assert [name for name, _ in model.named_buffers()] == ["average"]
    assert list(model.state_dict()) == ["average"] * persistent
    assert not list(model.parameters())
    assert model.average.dtype == np.float32
    expected = np.asarray(value.data if isinstance(value, Tensor) else value, np.float32)
    np.testing.assert_array_equal(model.average.data, expected)


def test_in_place_and_augmented_assignments_stay_buffers():
    model = Averaged()
    model.average += 1
    model.average *= 3
    np.testing.assert_array_equal(model.state_dict()["average"].data, [3.0, 3.0])


@pytest.mark.parametrize("persistent", [True, False])
def test_none_is_a_buffer_that_is_still_to_come(persistent):
    model = Averaged(None, persistent)
    assert model.average is None
    assert not list(model.named_buffers())
    model(Tensor([1.0, 2.0]))
    assert [name for name, _ in model.named_buffers()] == ["average"]
    assert list(model.state_dict()) == ["average"] * persistent
    model.average = None
    assert model.state_dict() == {}
    model.average = np.ones(3)
    assert model.average.persistent is persistent


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_knows_what_is_still_to_come(clone):
    model = clone(Averaged(None))
    model(Tensor([1.0, 2.0]))
    assert list(model.state_dict()) == ["average"]


def test_a_state_with_the_average_is_saved_and_loaded(tmp_path):
    model, other = Averaged(), Averaged()
    for _ in range(3):
        model(Tensor([1.0, 2.0], requires_grad=False).astype(np.float32))
    nn.save(model.state_dict(), tmp_path / "a.npz")
    other.load_state_dict(nn.load(tmp_path / "a.npz"))
    np.testing.assert_array_equal(other.average.data, model.average.data)
    assert other.average.data[0] > 0


def test_a_graph_is_refused_and_nothing_has_changed():
    model = Averaged()
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    old = model.average
    with pytest.raises(TypeError, match=r"Averaged.average is a buffer.*assign .detach\(\) of it"):
        model(x)
    assert model.average is old
    with no_grad():
        model(x)
    assert model.average.data[0] > 0


def test_other_things_are_refused():
    model = Averaged()
    for value in ("text", object(), np.tanh):
        with pytest.raises(TypeError, match="is a buffer and can become a Tensor, an array or"):
            model.average = value
    assert isinstance(model.average, nn.Buffer)


def test_a_parameter_or_module_takes_its_place():
    model = Averaged()
    model.average = nn.Parameter([1.0])
    assert [name for name, _ in model.named_parameters()] == ["average"]
    assert not list(model.buffers())
    model = Averaged(None)
    model.average = nn.Linear(1, 1)
    assert [name for name, _ in model.named_children()] == ["average"]
    model.average = None
    model.average = np.ones(2)
    assert not list(model.buffers()), "it had become something else"


def test_after_deletion_the_name_is_free():
    model = Averaged()
    del model.average
    model.average = np.ones(2)
    assert isinstance(model.average, np.ndarray)
