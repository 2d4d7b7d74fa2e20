"""`t.data` is an ndarray that answers PyTorch's words, in PyTorch's programs of every age."""

from __future__ import annotations

import copy
import pickle
from io import BytesIO
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, elsewhere
from autograd.elsewhere import Values

X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])


@pytest.fixture
def t() -> Tensor:
    return Tensor(X, requires_grad=True)


def test_it_is_an_ndarray(t: Tensor) -> None:
    data: Any = t.data
    assert isinstance(data, np.ndarray)
    assert np.shares_memory(data, t.data)
    assert repr(data) == repr(X)
    assert str(data) == str(X)
    assert type(np.asarray(data)) is type(t.detach().numpy()) is np.ndarray
    for loaded in (pickle.loads(pickle.dumps(data)), pickle.loads(pickle.dumps(data[0]))):
        assert type(loaded) is np.ndarray
    file = BytesIO()
    np.save(file, data)
    file.seek(0)
    np.testing.assert_array_equal(np.load(file), X)
    np.testing.assert_array_equal(copy.deepcopy(data), X)
    assert not elsewhere.understood & set(dir(data)) - set(dir(np.ndarray))


@pytest.mark.parametrize(
    "line",
    [
        "a.sum()", "a.max()", "a.mean(0)", "a @ a.T", "a + 1", "a > 0", "(a > 0).sum()", "a[0]",
        "a[0, 1]", "np.exp(a)", "np.linalg.norm(a)", "a.std()", "a.T", "a.size", "a.astype(int)",
        "np.concatenate([a, a])", "a.transpose(1, 0)", "a.repeat(2)", "a.repeat(2, axis=1)",
        "a.argmax(1)", "a.view(np.int64)", "a.nonzero()", "np.median(a, 0)", "a.clip(0, 1)",
        "a.max(1)", "a.ravel()", "a.tolist()", "a.item(0)", "a.round()", "hash(a.sum())",
    ],
)  # fmt: skip
def test_numpys_calls_have_numpys_results(line: str) -> None:
    found = eval(line, {"a": Tensor(X).data, "np": np})
    expected = eval(line, {"a": X.copy(), "np": np})
    assert not isinstance(found, Tensor)
    assert repr(found) == repr(expected)
    np.testing.assert_equal(found, expected)


LINES = {
    "a.size(0)": 2,
    "a.size()": (2, 3),
    "a.T.size(-1)": 2,
    "a.dim()": 2,
    "a.numel()": 6,
    "a.view(-1)": X.reshape(-1),
    "a.view(3, 2)": X.reshape(3, 2),
    "a.view((3, -1))": X.reshape(3, 2),
    "a.view_as(a.t())": X.reshape(3, 2),
    "a.max(1, keepdim=True)[1]": [[2], [1]],
    "a.max(dim=1).indices": [2, 1],
    "a.sum(dim=1)": X.sum(1),
    "a.mean(1, keepdim=True)": X.mean(1, keepdims=True),
    "a.argmax(dim=-1)": [2, 1],
    "a.cpu().numpy()": X,
    "a.clone()": X,
    "a.unsqueeze(0).squeeze(0)": X,
    "a.norm()": np.linalg.norm(X),
    "a.abs().exp().log()": abs(X),
    "a.detach().item": None,
    "a[0].unsqueeze(1)": X[0][:, None],
    "a[:, 1:].contiguous().view(-1)": X[:, 1:].reshape(-1),
    "(a > 0).float().sum()": 4.0,
    "(a * 2).clamp(-1, 1)": (X * 2).clip(-1, 1),
    "a.permute(1, 0)": X.T,
    "a.index_select(1, autograd.tensor([0, 2]))": X[:, [0, 2]],
    "a.sort(dim=1, descending=True)[1]": [[2, 0, 1], [1, 0, 2]],
    "a.type(autograd.FloatTensor)": X,
    "a.std(dim=1, correction=1)": X.std(1, ddof=1),
    "a.flatten(0)": X.reshape(-1),
    "a.new_zeros(2)": np.zeros(2),
    "a.eq(a).all()": True,
}


@pytest.mark.parametrize("line", LINES)
def test_pytorchs_words_mean_what_they_mean_on_tensors(line: str) -> None:
    for data in (Tensor(X, requires_grad=True).data, (Tensor(X) * 1).data, Tensor(X[:, ::-1]).data):
        if data[0, 0] != X[0, 0]:
            data = data[:, ::-1]
        found = eval(line, {"a": data, "autograd": autograd})
        if LINES[line] is not None:
            assert not getattr(found, "requires_grad", False)
            np.testing.assert_allclose(getattr(found, "data", found), LINES[line])


WRITING = {
    "add_(1.0)": X + 1,
    "add_(a, alpha=2.0)": 3 * X,
    "sub_(a)": 0 * X,
    "mul_(0.5).add_(1)": X / 2 + 1,
    "div_(2)": X / 2,
    "zero_()": 0 * X,
    "fill_(7)": 0 * X + 7,
    "copy_(a * 3)": 3 * X,
    "clamp_(-1, 1)": X.clip(-1, 1),
    "addcmul_(a, a, value=0.5)": X + X * X / 2,
    "masked_fill_(a > 0, 0.0)": np.where(X > 0, 0, X),
}


@pytest.mark.parametrize("line", WRITING)
def test_words_with_an_underscore_write_into_the_tensor(line: str, t: Tensor) -> None:
    expected = WRITING[line]
    for place, target in ((..., "t.data"), (0, "t.data[0]"), ((slice(None), 1), "t.data[:, 1]")):
        t.data = X
        square = t * t
        array = t.data[place]
        eval(f"{target}.{line}", {"t": t, "a": array})
        np.testing.assert_allclose(t.data[place], expected[place])
        assert t.requires_grad
        assert t.is_leaf
        # A backward pass that needs the old value knows who changed it, as with `t.data += ...`.
        with pytest.raises(RuntimeError, match=r"changed in place at .*<string>|needs 'x'"):
            square.sum().backward()


@pytest.mark.parametrize("line", ["normal_(0, 0.02)", "uniform_(-0.1, 0.1)"])
def test_random_words_write_too(line: str, t: Tensor) -> None:
    eval(f"t.data.{line}", {"t": t})
    assert (t.data != X).all()


def test_a_single_number_is_replaced() -> None:
    t = Tensor(2.0, requires_grad=True)
    for line, expected in {
        "zero_()": 0.0, "fill_(3)": 3.0, "add_(1)": 4.0, "mul_(0.5)": 2.0, "copy_(t.data + 1)": 3.0,
    }.items():  # fmt: skip
        y = t * t
        eval(f"t.data.{line}", {"t": t})
        assert t.data.item() == expected
        assert t.requires_grad
        assert t.is_leaf
        y.backward()  # the number that it saved was replaced, not written to
    assert t.data.clone().item() == t.data.cpu().numpy() == t.data.view(1)[0].item() == 3.0
    kept = t.data.copy()
    kept.zero_()
    assert (kept, t.item()) == (0.0, 3.0)
    with pytest.raises(AttributeError):
        t.data.label = "lost"


@pytest.mark.parametrize(
    ("line", "cure"),
    {
        "transpose(0, 1)": "swapaxes",
        "repeat(2, 1)": r"tile.*axis=1",
        "std(dim=1)": "correction=1",
        "nonzero(as_tuple=False)": "argwhere",
        "cuda()": "no GPU",
        "resize_(2)": "shape",
        "grad_fn": "explain",
        "unknown_word": "'numpy.ndarray' object has no attribute 'unknown_word'",
        "sum(dimension=1)": "dimension",
    }.items(),
)
def test_what_would_go_wrong_is_refused_as_on_tensors(line: str, cure: str, t: Tensor) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError), match=f"(?s){cure}"):
        eval(f"t.data.{line}", {"t": t})
    np.testing.assert_array_equal(t.data, X)


def test_assigning_what_it_gave(t: Tensor) -> None:
    memory = t.detach().numpy()
    t.data += 1
    t.data -= 0.5 * t.data
    assert np.shares_memory(memory, t.data)
    np.testing.assert_allclose(t.data, (X + 1) / 2)
    t.data = t.data[:, ::-1]
    np.testing.assert_allclose(t.data, (X[:, ::-1] + 1) / 2)
    t.data = t.data.clone()
    assert not np.shares_memory(memory, t.data)


def test_the_library_computes_with_plain_arrays(t: Tensor) -> None:
    made = [
        Tensor(t.data), autograd.from_numpy(t.data), t * t.data, t.data * t,
        autograd.where(t.data > 0, t.data, t), autograd.stack([t.data, t]), t @ t.data.T,
        autograd.concatenate([t.data, t.data[:1], t[:1]]), t.take(t.data[0].astype(int) % 2, 0),
    ]  # fmt: skip
    kept = autograd.zeros(2, 3)
    kept += t.data
    kept[0] = t.data[1]
    t.grad = Tensor(t.data)
    for each in (*made, kept, t.grad):
        assert isinstance(each, Tensor)
        assert type(each._value) is np.ndarray
    assert type(t.data * 2) is Values
