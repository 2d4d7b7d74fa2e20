"""What runs and is hardly ever meant, seen in the graph: each trap warns, and what is meant not."""

import copy
import inspect
import pickle
import warnings

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, TrapWarning

N = 4
NUMBERS = np.linspace(0.5, 2.0, N)


def leaf(*shape):
    return Tensor(NUMBERS.reshape(shape), requires_grad=True)


def column():
    return leaf(N, 1)


def row():
    return leaf(N)


def predictions():
    """What a layer with one output gives."""
    return leaf(N, 1) @ Tensor([[2.0]], requires_grad=True)


def only_trap(caught):
    (found,) = [each for each in caught if each.category is TrapWarning]
    assert found.filename == __file__
    return str(found.message)


# ---------------------------------------------------------------------- a column beside a row

WORDS = r"shapes \((4, 1|4,)\) and \((4, 1|4,)\) broadcast to \(4, 4\).*\[:, None\]"
SQUARES = {
    "predictions and an array": lambda: ((predictions() - NUMBERS) ** 2).mean(),
    "predictions and a Tensor": lambda: ((predictions() - Tensor(NUMBERS)) ** 2).mean(),
    "predictions and a list": lambda: ((predictions() - list(NUMBERS)) ** 2).mean(),
    "an array first": lambda: ((NUMBERS - predictions()) ** 2).mean(),
    "targets as a column": lambda: ((row() - NUMBERS.reshape(-1, 1)) ** 2).mean(),
    "flat predictions": lambda: ((predictions().reshape(-1) - NUMBERS.reshape(-1, 1)) ** 2).sum(),
    "squeezed": lambda: (Tensor(NUMBERS.reshape(-1, 1)) - predictions().squeeze()).square().sum(),
    "two leaves": lambda: ((column() - row()) ** 2).mean(),
    "abs": lambda: abs(column() - row()).mean(),
    "np": lambda: np.mean(np.square(np.subtract(predictions(), NUMBERS))),
    "at once": lambda: (column() * row()).sum(),
    "a factor between": lambda: (0.5 * (column() - row()) ** 2).sum(),
    "norm": lambda: np.linalg.norm(predictions() - NUMBERS),
    "largest": lambda: abs(predictions() - NUMBERS).max(),
    "smallest": lambda: abs(predictions() - NUMBERS).min(),
    "median": lambda: np.median(abs(predictions() - NUMBERS)),
    "spread": lambda: (predictions() - NUMBERS).std(),
    "variance": lambda: (predictions() - NUMBERS).var(),
    "nanmean": lambda: np.nanmean((predictions() - NUMBERS) ** 2),
    "axes by name": lambda: ((predictions() - NUMBERS) ** 2).sum(axis=(0, 1)),
    "maximum": lambda: autograd.maximum(predictions(), NUMBERS).sum(),
    "quotient": lambda: abs(predictions() / NUMBERS).mean(),
    "cross-entropy by hand": lambda: -(
        NUMBERS * predictions().sigmoid().log()
        + (1 - NUMBERS) * (1 - predictions().sigmoid()).log()
    ).mean(),
    "by pieces": lambda: autograd.where(
        predictions() > 0, (predictions() - NUMBERS) ** 2, abs(predictions() - NUMBERS)
    ).mean(),
    "single precision": lambda: (
        (predictions().astype(np.float32) - NUMBERS.astype(np.float32)) ** 2
    ).mean(),
    "a layer": lambda: (
        (nn.Linear(1, 1)(NUMBERS.reshape(-1, 1).astype("f")) - NUMBERS.astype("f")) ** 2
    ).mean(),
    "large": lambda: (
        (Tensor(np.ones((400, 1)), requires_grad=True) - np.ones(400)) ** 2
    ).mean() * autograd.sum(column() * row()),
}  # fmt: skip


@pytest.mark.parametrize("kind", SQUARES)
def test_a_column_beside_a_row_is_warned_of_where_it_is_reduced(kind):
    with pytest.warns(TrapWarning) as caught:
        SQUARES[kind]()
    assert {each.filename for each in caught} == {__file__}
    assert "broadcast to (4" in str(caught[-1].message)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=nn.TrapWarning)
        SQUARES[kind]()


def test_the_words_name_shapes_and_the_cure():
    with pytest.warns(TrapWarning, match=WORDS) as caught:
        ((row() - NUMBERS.reshape(-1, 1)) ** 2).mean()
    assert "subtract: shapes (4,) and (4, 1)" in only_trap(caught)


def centred():
    x = column()
    return ((x - x.sum(axis=1)) ** 2).mean()


def against_itself():
    x = row()
    return ((x.reshape(-1, 1) - x) ** 2).mean()


def by_a_matrix():
    x = row()
    return ((x @ np.ones((N, N)) - (x * 2)[:, None]) ** 2).sum()


def computed_from_the_column():
    x = column()
    return ((x - (x * 2).squeeze()) ** 2).mean()


MEANT = {
    "all pairs": lambda: ((row()[:, None] - NUMBERS) ** 2).mean(),
    "all pairs, ellipsis": lambda: ((row()[..., np.newaxis] - NUMBERS) ** 2).mean(),
    "all pairs of constants": lambda: ((Tensor(NUMBERS)[:, None] - row()) ** 2).mean(),
    "expand_dims": lambda: abs(np.expand_dims(row(), 1) - NUMBERS).sum(),
    "expand_dims, then scaled": lambda: abs(2 * np.expand_dims(row(), 1) - NUMBERS).sum(),
    "reshape": lambda: abs(row().reshape(-1, 1) - NUMBERS).sum(),
    "a constant reshaped": lambda: abs(Tensor(NUMBERS).reshape(-1, 1) - row()).sum(),
    "transposed": lambda: abs(leaf(1, N).T - NUMBERS).sum(),
    "stacked": lambda: abs(autograd.stack([row()], 1) - NUMBERS).sum(),
    "sums of rows": lambda: (leaf(N, 1).mean(axis=1, keepdims=True) * NUMBERS).sum(),
    "deviations of rows": lambda: (leaf(N, 1).std(axis=1, keepdims=True) * NUMBERS).sum(),
    "one from the other": centred,
    "against itself": against_itself,
    "from one source": by_a_matrix,
    "from the column": computed_from_the_column,
    "equal shapes": lambda: ((predictions() - NUMBERS.reshape(-1, 1)) ** 2).mean(),
    "two rows": lambda: ((row() - NUMBERS) ** 2).mean(),
    "a bias": lambda: (leaf(2, 2) + NUMBERS[:2]).sum(),
    "a factor for each row": lambda: (Tensor(np.ones((N, N))) * column()).sum(),
    "other lengths": lambda: (column() - np.ones(3)).sum(),
    "one element": lambda: (Tensor([[1.0]], requires_grad=True) - [2.0]).sum(),
    "a column and a row of one line": lambda: (column() * leaf(1, N)).sum(),
    "a square left as it is": lambda: column() * row(),
    "of each row": lambda: (column() * row()).sum(axis=1),
    "of each column": lambda: np.exp(-((column() - row()) ** 2)).mean(axis=0),
    "a kernel": lambda: np.exp(-((column() - row()) ** 2)).mean(),
    "much later": lambda: (((column() - row()) ** 2) @ NUMBERS).sum(),
    "outer": lambda: np.outer(row(), NUMBERS).sum(),
    "einsum": lambda: autograd.einsum("i,j->ij", row(), NUMBERS).sum(),
    "mse_loss": lambda: nn.functional.mse_loss(predictions(), NUMBERS.reshape(-1, 1)),
}


@pytest.mark.parametrize("kind", MEANT)
def test_squares_that_are_meant_are_not(kind):
    result = MEANT[kind]()
    result.backward(np.ones(result.shape), create_graph=True)


# ---------------------------------------------------------------------- .grad of what was computed


def computed():
    x = row()
    y = x * 2
    y.sum().backward()
    return x, y


def test_the_missing_gradient_of_a_computed_tensor_is_explained_once_a_line():
    _, y = computed()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            gradient = y.grad
    assert gradient is None
    words = only_trap(caught)
    assert "computed by mul" in words
    assert ".retain_grad()" in words
    assert "autograd.explain" in words


@pytest.mark.parametrize(
    "make", [lambda x: x[0], lambda x: x.T, lambda x: x.reshape(2, 2), lambda x: x.astype("f")]
)
def test_so_is_that_of_a_part_of_a_leaf(make):
    x = row()
    (x * x).sum().backward()
    with pytest.warns(TrapWarning, match="only leaves keep their gradient"):
        assert make(x).grad is None


def test_gradients_that_are_there_or_missing_by_right_are_not_explained():
    x, y = computed()
    assert x.grad is not None
    x.grad = None
    assert x.grad is None
    assert Tensor(1.0).grad is None
    assert Tensor(1.0, requires_grad=True).grad is None
    assert y.detach().grad is None
    with autograd.no_grad():
        assert (x * 2).grad is None
    z = (x * 3).retain_grad()
    assert z.grad is None  # so far
    z.sum().backward()
    assert z.grad is not None
    z.grad = None
    assert z.grad is None
    y.grad = Tensor(np.ones(N))
    assert y.grad is not None


def test_what_looks_at_everything_asks_for_nothing():
    y = leaf(2, 2) * 2
    repr(y), str(y), f"{y}", copy.copy(y), pickle.dumps(y.detach())
    inspect.getmembers(y)
    assert "no gradient" in autograd.explain(y)
    y.retain_grad()


# ---------------------------------------------------------------------- not a number

x = Tensor([-1.0, 4.0], requires_grad=True, name="x")
zero = Tensor([0.0, 1.0], requires_grad=True)
ORIGINS = {
    "sqrt": (lambda: np.sqrt(x).sum(), "it began in sqrt"),
    "log": (lambda: np.log(x).mean(), "it began in log"),
    "log2": (lambda: np.log2(x).mean(), "it began in log2"),
    "log1p": (lambda: np.log1p(2 * x).mean(), "it began in log1p"),
    "power": (lambda: (x**0.5).sum(), "it began in pow"),
    "arccos": (lambda: np.arccos(x).sum(), "it began in arccos"),
    "arcsin": (lambda: np.arcsin(x).sum(), "it began in arcsin"),
    "arccosh": (lambda: np.arccosh(x).sum(), "it began in arccosh"),
    "arctanh": (lambda: np.arctanh(x).sum(), "it began in arctanh"),
    "0 / 0": (lambda: (zero / zero).sum(), "it began in div"),
    "inf - inf": (lambda: (1 / zero - 1 / zero).sum(), "it began in sub"),
    "0 * inf": (lambda: (zero * np.log(zero)).sum(), "it began in mul"),
    "further on": (lambda: (np.exp(np.sqrt(x)) * 2 + x).sum(), "it began in sqrt"),
    "one number": (lambda: np.log(x[0]), "it began in log"),
    "a constant": (lambda: (x * [np.nan, 1.0]).sum(), "a constant that is NaN goes into mul"),
    "a leaf": (
        lambda: Tensor(np.nan, requires_grad=True, name="w") * 2, "the leaf 'w' is NaN itself",
    ),
    "too large to be kept": (
        lambda: np.sqrt(Tensor(-np.ones(400), requires_grad=True)).sum(),
        "the result is NaN; run both",
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own
@pytest.mark.parametrize("kind", ORIGINS)
def test_the_gradient_of_nan_names_where_it_began_and_anomaly_mode(kind):
    make, words = ORIGINS[kind]
    with pytest.warns(TrapWarning, match=words) as caught:
        make().backward()
    assert "autograd.detect_anomaly()" in only_trap(caught)
    with pytest.warns(TrapWarning, match=words):
        autograd.grad(make(), x, allow_unused=True)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_infinity_and_other_roots_have_no_such_words():
    (1 / zero).sum().backward()
    np.sqrt(x).backward(np.ones(2))


def test_nan_that_is_meant_has_no_such_words():
    with np.errstate(invalid="ignore"):
        np.sqrt(x).sum().backward()


def test_the_mean_of_nothing_is_nan_as_documented():
    scores = Tensor([[1.0, 2.0]], requires_grad=True)
    nn.functional.cross_entropy(scores, [-100]).backward()
    scores[:0].mean().backward()
