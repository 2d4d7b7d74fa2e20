"""`set_default_dtype`: what Python's floats and creation functions make."""

from collections.abc import Iterator

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor

MADE = {
    "a number": lambda: Tensor(2.0),
    "a list": lambda: Tensor([[1.0, 2.0]]),
    "tensor": lambda: autograd.tensor([1.0, 2]),
    "zeros": lambda: autograd.zeros(2),
    "zeros in PyTorch's words": lambda: autograd.zeros(2, 3),
    "ones": lambda: autograd.ones((2, 3)),
    "full": lambda: autograd.full(2, 1.0),
    "eye": lambda: autograd.eye(2),
    "arange": lambda: autograd.arange(0.0, 1.0, 0.5),
    "linspace": lambda: autograd.linspace(0, 1, 3),
    "logspace": lambda: autograd.logspace(0, 1, 3),
    "geomspace": lambda: autograd.geomspace(1, 2, 3),
    "rand": lambda: autograd.rand(2),
    "randn": lambda: autograd.randn(2),
    "normal": lambda: autograd.normal(0.0, 1.0, (2,)),
    "empty": lambda: autograd.empty(2),
    "a parameter": lambda: nn.Parameter(autograd.ones(3)),
    "a quotient of integers": lambda: Tensor([1, 2]) / 2,
    "a mean of integers": lambda: Tensor([1, 2]).mean(),
    "a root of integers": lambda: autograd.sqrt(Tensor([1, 2])),
    "integers times a number": lambda: Tensor([1, 2]) * 0.5,
    "like a Tensor": lambda: autograd.randn_like(Tensor([1.0])),
}
KEPT = {
    "an array": (lambda: Tensor(np.ones(2)), "float64"),
    "a NumPy number": (lambda: Tensor(np.float64(1)), "float64"),
    "integers": (lambda: Tensor([1, 2]), "int64"),
    "truths": (lambda: Tensor([True]), "bool"),
    "a named dtype": (lambda: autograd.zeros(2, dtype=np.float64), "float64"),
    "a sum of float64": (lambda: Tensor(np.ones(2)) + 1.0, "float64"),
    "full of integers": (lambda: autograd.full(2, 1), "int64"),
    "arange of integers": (lambda: autograd.arange(3), "int64"),
}


@pytest.fixture
def _single() -> Iterator[None]:
    autograd.set_default_dtype(np.float32)
    yield
    autograd.set_default_dtype(np.float64)


@pytest.mark.parametrize("name", MADE)
def test_the_default_is_numpys(name: str) -> None:
    assert MADE[name]().dtype == np.float64


@pytest.mark.usefixtures("_single")
@pytest.mark.parametrize("name", MADE)
def test_what_is_made_of_pythons_numbers_has_it(name: str) -> None:
    assert MADE[name]().dtype == np.float32


@pytest.mark.usefixtures("_single")
def test_complex_numbers_follow() -> None:
    assert Tensor([1 + 2j]).dtype == np.complex64


@pytest.mark.usefixtures("_single")
@pytest.mark.parametrize("name", KEPT)
def test_the_rest_keeps_its_dtype(name: str) -> None:
    make, dtype = KEPT[name]
    assert make().dtype == dtype


@pytest.mark.parametrize("dtype", [np.int64, "complex128", bool])
def test_only_real_floats_are_a_default(dtype: object) -> None:
    with pytest.raises(TypeError, match="set_default_dtype: expected np.float16"):
        autograd.set_default_dtype(dtype)  # type: ignore[arg-type]
    assert autograd.get_default_dtype() == np.float64


class Scaled(nn.Module):
    """A layer behind a parameter of the user's."""

    def __init__(self) -> None:
        self.scale = nn.Parameter(autograd.ones(3))
        self.linear = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        """Scale and map."""
        return self.linear(x * self.scale)


def test_a_wide_parameter_is_named_where_a_layer_refuses_its_product() -> None:
    with pytest.raises(TypeError, match=r"parameter scale of shape \(3,\).*set_default_dtype"):
        Scaled()(Tensor(np.ones((2, 3), np.float32)))


@pytest.mark.usefixtures("_single")
def test_a_program_of_pythons_numbers_fits_a_model() -> None:
    assert Scaled()(autograd.ones(2, 3)).dtype == np.float32
