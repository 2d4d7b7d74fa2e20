"""Where frameworks disagree about losses and distances: our choice."""

import numpy as np
import pytest

import nn.functional as F
from autograd import Tensor


def derivative(function, *data):
    """The gradients of the sum of a function, as nested lists."""
    leaves = [Tensor(each, requires_grad=True) for each in data]
    function(*leaves).sum().backward()
    found = [each.grad.data.tolist() for each in leaves]
    return found[0] if len(found) == 1 else found


def distance_at_zero(p):
    """Of equal vectors of two elements: the eps is inside the norm, as in PyTorch."""
    norm = 2 ** (1 / p) * 1e-6
    return (1e-6 / norm) ** (p - 1)


@pytest.mark.parametrize(
    ("function", "data", "expected"),
    [
        (lambda x: F.l1_loss(x, np.zeros(2)), [0.0, 1.0], [0.0, 0.5]),
        (lambda x: F.smooth_l1_loss(x, np.zeros(2)), [0.0, 1.0], [0.0, 0.5]),
        (lambda x: F.rrelu(x, training=False), [0.0, -1.0], [11 / 48, 11 / 48]),
        (lambda x: F.pairwise_distance(x, np.zeros((1, 2))), [[0.0, 0.0]],
         [[distance_at_zero(2)] * 2]),
        (lambda x: F.cosine_similarity(x, np.ones((1, 2))), [[0.0, 0.0]],
         [[1e8 / 2**0.5, 1e8 / 2**0.5]]),
        (lambda x: F.normalize(x, dim=1), [[0.0, 0.0]], [[1e12, 1e12]]),
        (lambda x: F.binary_cross_entropy_with_logits(x, np.array([1.0, 0.0])),
         [1000.0, -1000.0], [0.0, 0.0]),
        (lambda x: F.binary_cross_entropy_with_logits(x, np.array([0.0, 1.0])),
         [1000.0, -1000.0], [0.5, -0.5]),
    ],
)  # fmt: skip
def test_derivatives_where_frameworks_differ(function, data, expected) -> None:
    np.testing.assert_allclose(derivative(function, data), expected, rtol=1e-9)


def test_cross_entropies_of_large_logits_are_exact() -> None:
    for target, expected in ((1.0, 0.0), (0.0, 1000.0)):
        loss = F.binary_cross_entropy_with_logits(Tensor([1000.0]), np.array([target]))
        assert loss.item() == expected


@pytest.mark.parametrize("shapes", [((3, 1), (3,)), ((3,), (3, 1))])
def test_a_column_against_a_row_is_an_error(shapes) -> None:
    x, y = (np.zeros(shape) for shape in shapes)
    for loss in (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss):
        with pytest.raises(ValueError, match=loss.__name__):
            loss(Tensor(x), y)
