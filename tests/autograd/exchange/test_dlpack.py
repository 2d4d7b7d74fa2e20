"""DLPack: memory shared with other libraries, and never a gradient that depends on their writes."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
from autograd import Tensor, from_dlpack

DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
    "float32", "float64", "complex64", "complex128",
)  # fmt: skip


class Elsewhere:
    """An array on another device."""

    shape, dtype = (2,), "float32"

    def __dlpack__(self, **options):
        raise AssertionError("not asked")

    def __dlpack_device__(self):
        return (2, 0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_there_and_back(dtype, shape):
    t = Tensor(np.ones(shape, dtype))
    out = np.from_dlpack(t)
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, np.ones(shape))
    again = from_dlpack(t)
    assert again.dtype == dtype
    assert again.shape == shape


def test_memory_is_shared_both_ways():
    t = Tensor([1.0, 2.0, 3.0])
    out = np.from_dlpack(t[::2])
    t[0] = 7.0
    np.testing.assert_array_equal(out, [7.0, 3.0])
    memory = np.zeros(3)
    borrowed = from_dlpack(memory)
    borrowed[1] = 5.0
    memory[2] = 6.0
    np.testing.assert_array_equal(borrowed, [0.0, 5.0, 6.0])
    copied = from_dlpack(memory, copy=True)
    memory[:] = 0.0
    np.testing.assert_array_equal(copied, [0.0, 5.0, 6.0])


def test_what_cannot_be_written_says_so():
    t = autograd.broadcast_to(Tensor([1.0]), (3,))
    capsule = t.__dlpack__()  # the first version of the protocol: a copy
    assert type(capsule).__name__ == "PyCapsule"
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
        assert not np.from_dlpack(t).flags.writeable


def test_gradients_do_not_leave_silently():
    x = Tensor([1.0], requires_grad=True)
    for t in (x, x * 2):
        with pytest.raises(TypeError, match=r"from_dlpack: .* requires gradients.*detach"):
            np.from_dlpack(t)
    np.testing.assert_array_equal(np.from_dlpack((x * 2).detach()), [2.0])


@pytest.mark.parametrize(
    "take", [lambda b: b, lambda b: b[:2], lambda b: b.reshape(3, 1)[:2, 0], lambda b: b[::2]]
)
@pytest.mark.parametrize(
    "operation",
    [
        lambda x, b: (x * b).sum(),
        lambda x, b: b @ x,
        lambda x, b: autograd.where(b > 1.5, x * b, x).sum(),
        lambda x, b: autograd.einsum("i,i->", x, b),
        lambda x, b: autograd.stack([x * b, b]).sum(),
        lambda x, b: (x**b).sum(),
    ],
)
def test_what_a_rule_saves_is_copied(take, operation):
    gradients = []
    for write in (False, True):
        memory = np.array([1.0, 2.0, 3.0])
        b = take(from_dlpack(memory))
        x = Tensor(np.full(b.shape, 2.0), requires_grad=True)
        out = operation(x, b)
        if write:
            memory[:] = 100.0
        out.backward()
        gradients.append(x.grad)
    np.testing.assert_array_equal(*gradients)


def test_a_leaf_moves_to_its_own_memory():
    memory = np.array([1.0, 2.0])
    x = from_dlpack(memory).requires_grad_()
    out = (x * x).sum()
    memory[:] = 50.0
    out.backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])


def test_nothing_with_a_gradient_is_written_into_borrowed_memory():
    memory = np.array([1.0, 2.0])
    borrowed, x = from_dlpack(memory), Tensor(3.0, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"belongs to another library.*copy"):
        borrowed[0] = x
    with pytest.raises(RuntimeError, match=r"belongs to another library.*copy"):
        borrowed[:1][0] = x
    np.testing.assert_array_equal(memory, [1.0, 2.0])
    assert not borrowed.requires_grad


def test_errors():
    with pytest.raises(TypeError, match=r"from_dlpack: list has no __dlpack__.*autograd.tensor"):
        from_dlpack([1.0])
    with pytest.raises(BufferError, match=r"not in memory of the CPU.*cpu\(\)"):
        from_dlpack(Elsewhere())
    with pytest.raises(BufferError, match="0-d array is copied"):
        from_dlpack(Tensor(1.0), copy=False)
    with pytest.raises(RuntimeError, match="no GPU"):
        from_dlpack(np.ones(2), device="cuda")
    with pytest.raises(BufferError, match=r"\(1, 0\), not \(2, 0\)"):
        Tensor([1.0]).__dlpack__(dl_device=(2, 0))
    with pytest.raises(ValueError, match="no streams"):
        Tensor([1.0]).__dlpack__(stream=3)
    assert Tensor([1.0]).__dlpack_device__() == (1, 0)


def test_pytorch():
    torch = pytest.importorskip("torch")
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    theirs = torch.from_dlpack(t)
    theirs[0, 0] = 9.0
    assert t[0, 0].item() == 9.0
    assert torch.from_dlpack(Tensor(2.0)).item() == 2.0
    ours = from_dlpack(torch.arange(3.0))
    assert ours.dtype == np.float32
    with pytest.raises(TypeError, match="no NumPy dtype"):
        from_dlpack(torch.ones(2, dtype=torch.bfloat16))
    with pytest.raises(BufferError):
        from_dlpack(torch.ones(2, requires_grad=True))
