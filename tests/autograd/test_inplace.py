"""Writing to Tensors and to views of them: values and gradients as if nothing were in place."""

import operator

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad, no_grad


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestWrites:
    def test_change_the_same_object(self) -> None:
        h = leaf([1.0, 2.0]) * 1
        same, memory = h, h.data
        h += 1
        h -= 0.5
        h *= 4
        h /= 2
        assert h is same
        assert np.shares_memory(h.data, memory)
        np.testing.assert_array_equal(h.data, [3.0, 5.0])

    def test_each_operator_has_its_gradient(self) -> None:
        x, y = leaf([2.0, 3.0]), leaf([4.0, 5.0])
        h = x * 1
        h += y
        h *= y
        h -= x
        h /= y
        h **= 2  # (x + y - x/y)²
        h.sum().backward()
        inner = x.data + y.data - x.data / y.data
        np.testing.assert_allclose(x.grad.data, 2 * inner * (1 - 1 / y.data))
        np.testing.assert_allclose(y.grad.data, 2 * inner * (1 + x.data / y.data**2))

    def test_remainder_and_floor_division_are_in_place_as_in_numpy(self) -> None:
        base = Tensor([5.0, 6.0, 7.0])
        part = base[:2]
        part %= 4
        np.testing.assert_array_equal(base.data, [1.0, 2.0, 7.0])
        base //= 2
        np.testing.assert_array_equal(part.data, [0.0, 1.0])

    def test_of_itself(self) -> None:
        x = leaf([2.0, 3.0])
        h = x * 1
        h *= h
        h += h
        h[...] = h + h  # 4 x²
        h.sum().backward()
        np.testing.assert_allclose(x.grad.data, 8 * x.data)

    def test_of_overlapping_parts(self) -> None:
        x = leaf([1.0, 2.0, 3.0, 4.0])
        h = x * 1
        h[1:] = h[:-1]
        np.testing.assert_array_equal(h.data, [1.0, 1.0, 2.0, 3.0])
        (h * [1.0, 10.0, 100.0, 1000.0]).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [11.0, 100.0, 1000.0, 0.0])

    def test_make_a_constant_part_of_the_graph(self) -> None:
        x = leaf(3.0)
        buffer = autograd.zeros(3)
        for i in range(3):
            buffer[i] = x * float(i)
        assert buffer.requires_grad
        assert not buffer.is_leaf
        (buffer * buffer).sum().backward()
        assert x.grad.item() == 2 * 3.0 * (0 + 1 + 4)

    def test_of_constants_cut_the_gradient_of_what_they_replace(self) -> None:
        x = leaf([1.0, 2.0, 3.0])
        h = x * 2
        h[1] = 7.0
        (h * h).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [8.0, 0.0, 24.0])

    def test_of_the_whole_tensor_by_a_constant(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 2
        h[:] = 0.0
        h.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [0.0, 0.0])

    @pytest.mark.parametrize(
        "index",
        [[0, 0, 1], np.array([2, 2, 2]), ([0, 1, 1],), ((1, 1, 0),), Tensor([0, 0, 1])],
        ids=repr,
    )
    def test_to_repeated_integers_only_the_last_counts(self, index) -> None:
        raw = index.data if isinstance(index, Tensor) else index
        x, new = leaf([1.0, 2.0, 3.0]), leaf([10.0, 20.0, 30.0])
        h = x * 1
        h[index] = new
        expected = np.array([1.0, 2.0, 3.0])
        expected[raw] = new.data
        np.testing.assert_array_equal(h.data, expected)
        weight = np.array([1.0, 10.0, 100.0])
        (h * weight).sum().backward()
        # Reference: who wrote each place last, or nobody.
        writer = np.full(3, -1)
        for k, place in enumerate(np.arange(3)[raw]):
            writer[place] = k
        np.testing.assert_array_equal(x.grad.data, weight * (writer < 0))
        reached = [weight[writer == k].sum() for k in range(3)]
        np.testing.assert_array_equal(new.grad.data, reached)

    def test_broadcast_what_is_written(self) -> None:
        x, new = leaf(np.ones((2, 3))), leaf([[5.0]])
        h = x * 1
        h[1] = new
        h[:, 0:2] += leaf([1.0, 2.0])
        (h * np.arange(6.0).reshape(2, 3)).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [[0.0, 1.0, 2.0], [0.0, 0.0, 0.0]])
        np.testing.assert_array_equal(new.grad.data, [[12.0]])

    def test_to_a_mask(self) -> None:
        x, new = leaf([1.0, -2.0, 3.0]), leaf([7.0, 8.0])
        h = x * 1
        h[x > 0] = new
        (h * [1.0, 10.0, 100.0]).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [0.0, 10.0, 0.0])
        np.testing.assert_array_equal(new.grad.data, [1.0, 100.0])

    def test_to_numbers(self) -> None:
        x = leaf(3.0)
        h = x * 1
        h *= x
        h[...] = h * x
        h.backward()
        assert x.grad.item() == 27.0

    def test_keep_the_dtype(self) -> None:
        x, y = leaf(np.ones(2, np.float32)), leaf(np.full(2, 3.0))
        h = x * 1
        h *= y
        h[0] = y[0]
        assert h.dtype == np.float32
        h.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [0.0, 3.0])
        np.testing.assert_array_equal(y.grad.data, [1.0, 1.0])
        assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)

    def test_have_second_derivatives(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * x
        h[0] *= x[1]
        part = h[1:]
        part *= x[1:]
        (first,) = grad(h.sum(), x, create_graph=True)  # x₀² x₁ + x₁³
        a, b = x.data
        np.testing.assert_array_equal(first.data, [2 * a * b, a * a + 3 * b * b])
        (second,) = grad((first * np.array([1.0, 10.0])).sum(), x)
        np.testing.assert_array_equal(second.data, [2 * b + 20 * a, 2 * a + 60 * b])


class TestRefusals:
    @pytest.mark.parametrize(
        "write",
        [
            lambda t: operator.iadd(t, 1.0),
            lambda t: operator.imul(t, t),
            lambda t: operator.setitem(t, 0, 1.0),
            lambda t: operator.iadd(t[:1], 1.0),
            lambda t: operator.setitem(t.reshape(2, 1)[:, 0], 0, 1.0),
        ],
    )
    def test_leaves_that_require_gradients(self, write) -> None:
        w = leaf([1.0, 2.0], name="w")
        with pytest.raises(RuntimeError, match=r"leaf 'w' .* requires gradients.*no_grad"):
            write(w)
        np.testing.assert_array_equal(w.data, [1.0, 2.0])
        (w * w).sum().backward()
        np.testing.assert_array_equal(w.grad.data, [2.0, 4.0])

    def test_leaves_are_updated_under_no_grad(self) -> None:
        w = leaf([1.0, 2.0])
        with no_grad():
            w -= 0.5
            w[0] = 9.0
            part = w[1:]
            part *= 2
        assert w.is_leaf
        assert w.requires_grad
        np.testing.assert_array_equal(w.data, [9.0, 3.0])
        (w * w).sum().backward()
        np.testing.assert_array_equal(w.grad.data, [18.0, 6.0])

    def test_results_of_another_shape(self) -> None:
        h = leaf([1.0, 2.0]) * 1
        with pytest.raises(ValueError, match=r"add in place: the result has shape \(3, 2\)"):
            h += np.ones((3, 2))
        with pytest.raises(ValueError, match=r"replaced: .*broadcast.*y: \(3,\)"):
            h[:] = np.ones(3)
        np.testing.assert_array_equal(h.data, [1.0, 2.0])
        assert h._node.op.name == "mul"

    def test_results_of_another_kind(self) -> None:
        count = Tensor([1, 2])
        with pytest.raises(TypeError, match="divide in place: float64 does not fit into int64"):
            count /= 2
        with pytest.raises(TypeError, match="add in place: float64 does not fit into int64"):
            count += leaf(0.5)
        np.testing.assert_array_equal(count.data, [1, 2])

    def test_gradients_into_integers(self) -> None:
        count = Tensor([1, 2])
        with pytest.raises(TypeError, match=r"setitem: .*requires gradients.*\(2,\) int64"):
            count[0] = leaf(1.7)
        np.testing.assert_array_equal(count.data, [1, 2])

    def test_indices_out_of_range(self) -> None:
        h = leaf([1.0, 2.0]) * 1
        with pytest.raises(IndexError, match="index 5 is out of bounds"):
            h[5] = 1.0
        np.testing.assert_array_equal(h.data, [1.0, 2.0])

    def test_memory_that_is_read_only(self) -> None:
        x = leaf([1.0, 2.0])
        wide = autograd.broadcast_to(x * 1, (3, 2))
        with pytest.raises(ValueError, match=r"add in place: .*read-only.*\.copy\(\)"):
            wide += 1
        wide.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [3.0, 3.0])


class TestViews:
    def test_see_writes_to_their_base(self) -> None:
        x = leaf([1.0, 2.0, 3.0])
        h = x * 1
        part = h[:2]
        h *= 3
        np.testing.assert_array_equal(part.data, [3.0, 6.0])
        part.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [3.0, 3.0, 0.0])

    def test_as_roots_after_a_write_to_their_base(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        part = h[:1]
        h *= 3
        part.backward()
        np.testing.assert_array_equal(x.grad.data, [3.0, 0.0])

    def test_write_to_their_base(self) -> None:
        x = leaf([1.0, 2.0, 3.0])
        h = x * 1
        part = h[1:]
        part *= x[:2]
        (h * h).sum().backward()  # x₀² + (x₁x₀)² + (x₂x₁)²
        a, b, c = x.data
        np.testing.assert_array_equal(
            x.grad.data, [2 * a + 2 * a * b * b, 2 * b * a * a + 2 * b * c * c, 2 * c * b * b]
        )

    def test_see_writes_to_each_other(self) -> None:
        x = leaf([1.0, 2.0, 3.0])
        h = x * 1
        left, right = h[:2], h[1:]
        left *= 2
        right += x[0]
        left.sum().backward()  # 2 x₀ + 2 x₁ + x₀
        np.testing.assert_array_equal(x.grad.data, [3.0, 2.0, 0.0])

    def test_of_views_of_views(self) -> None:
        x = leaf(np.arange(1.0, 9.0).reshape(2, 4))
        h = x * 1
        chain = h.T[1:].reshape(3, 2)[::-1]
        deepest = chain[1:, :1]
        deepest *= 10
        h.sum().backward()
        expected = np.ones((2, 4))
        expected.T[1:].reshape(3, 2)[::-1][1:, :1] = 10
        np.testing.assert_array_equal(x.grad.data, expected)
        np.testing.assert_array_equal(h.data, x.data * expected)

    def test_that_are_copies_stay_apart(self) -> None:
        x = leaf(np.arange(4.0).reshape(2, 2))
        h = x * 1
        flat = h.T.reshape(-1)  # NumPy has to copy
        picked = h[[0, 1]]
        flat += 1
        picked *= 5
        h.sum().backward()
        np.testing.assert_array_equal(h.data, x.data)
        np.testing.assert_array_equal(x.grad.data, np.ones((2, 2)))

    @pytest.mark.parametrize("subscripts", ["ij->ji", "ii->i", "ij->ij"])
    def test_einsum_is_never_one(self, subscripts) -> None:
        h = leaf(np.arange(4.0).reshape(2, 2)) * 1
        moved = autograd.einsum(subscripts, h)
        moved *= 2
        np.testing.assert_array_equal(h.data, [[0.0, 1.0], [2.0, 3.0]])

    def test_an_operation_that_returns_its_argument_is_not_one_by_accident(self) -> None:
        @autograd.op("elementwise")
        def passes_through(x):
            """The argument itself; not declared a view."""
            return x

        passes_through.vjp(x=lambda g: g)
        x = leaf([1.0, 2.0])
        h = x * 1
        y = passes_through(h)
        y *= 5
        np.testing.assert_array_equal(h.data, [1.0, 2.0])
        (h + y).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [6.0, 6.0])

    def test_parts_of_a_split(self) -> None:
        x = leaf(np.arange(4.0))
        h = x * 1
        first, second = autograd.split(h, 2)
        second += first * 2
        (h * [1.0, 10.0, 100.0, 1000.0]).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [201.0, 2010.0, 100.0, 1000.0])

    def test_of_a_constant_that_joins_the_graph(self) -> None:
        x = leaf(3.0)
        base = autograd.zeros(3)
        part = base[:2]
        base += x
        assert part.requires_grad
        part.sum().backward()
        assert x.grad.item() == 2.0

    def test_hooks_and_retained_gradients_are_those_of_the_new_value(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        part = h[:1]
        h *= 3
        part.retain_grad()
        seen = []
        part.register_hook(seen.append)
        (part * 5).sum().backward()
        assert part.grad.item() == 5.0
        assert [g.item() for g in seen] == [5.0]

    def test_names_stay(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        h.name = "h"
        part = h[:1]
        part.name = "part"
        h *= 3
        assert part.requires_grad
        assert (h._node.name, part._node.name) == ("h", "part")

    def test_used_under_no_grad_in_between(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        part = h[:2]
        h *= 2
        with no_grad():
            assert part.sum().item() == 6.0
        part.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [2.0, 2.0])

    def test_detached_ones_share_memory_only(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        detached = h.detach()
        detached += 1
        np.testing.assert_array_equal(h.data, [2.0, 3.0])
        h.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 1.0])


class TestViewsMadeUnderNoGrad:
    @pytest.fixture
    def made(self) -> tuple[Tensor, Tensor, Tensor]:
        x = leaf([1.0, 2.0, 3.0])
        h = x * 1
        with no_grad():
            part = h[:2]
        return x, h, part

    def test_refuse_to_be_written_with_gradients(self, made) -> None:
        x, h, part = made
        with pytest.raises(RuntimeError, match="made under no_grad.*take the view again"):
            part += x[:2]
        with pytest.raises(RuntimeError, match="made under no_grad.*take the view again"):
            part *= 2
        np.testing.assert_array_equal(h.data, [1.0, 2.0, 3.0])
        h.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 1.0, 1.0])

    def test_refuse_to_be_used_after_a_write_to_their_base(self, made) -> None:
        _, h, part = made
        h *= 2
        with pytest.raises(RuntimeError, match="a view made under no_grad by getitem"):
            part.sum()

    def test_can_be_read_and_written_under_no_grad(self, made) -> None:
        _, h, part = made
        h *= 2
        with no_grad():
            assert part.sum().item() == 6.0
            part += 1
        np.testing.assert_array_equal(h.data, [3.0, 5.0, 6.0])

    def test_of_plain_tensors_are_plain(self) -> None:
        base = autograd.zeros(3)
        with no_grad():
            part = base[:2]
        part += 1
        np.testing.assert_array_equal(base.data, [1.0, 1.0, 0.0])


# ---------------------------------------------------------------------- parts of NumPy's kinds

PARTS = {
    "split": lambda m, a: m.split(a, 2),
    "split at": lambda m, a: m.split(a, [1]),
    "array_split": lambda m, a: m.array_split(a, 2),
    "hsplit": lambda m, a: m.hsplit(a, 2),
    "vsplit": lambda m, a: m.vsplit(a, 2),
    "dsplit": lambda m, a: m.dsplit(a, 2),
    "unstack": lambda m, a: m.unstack(a),
    "broadcast_arrays": lambda m, a: m.broadcast_arrays(a, a),
    "meshgrid": lambda m, a: m.meshgrid(a[0, 0], a[0, 0]),
    "gradient": lambda m, a: m.gradient(a),
    "nonzero": lambda m, a: m.nonzero(a),
    "modf": lambda m, a: m.modf(a),
    "divmod": lambda m, a: divmod(a, 2.0),
}


@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize("name", PARTS)
def test_several_results_come_as_numpys(name, requires_grad) -> None:
    a = np.arange(8.0).reshape(2, 2, 2)
    if name == "unstack" and not hasattr(np, "unstack"):
        pytest.skip("NumPy has it since 2.1")
    expected = PARTS[name](np, a)
    for module in (np, autograd):
        for given in (Tensor(a, requires_grad=requires_grad), a):
            try:
                parts = PARTS[name](module, given)
            except TypeError as error:
                assert "no derivative" in str(error)  # noqa: PT017 - some are refused
                continue
            assert isinstance(parts, type(expected))
            for part, right in zip(parts, expected, strict=True):
                np.testing.assert_array_equal(getattr(part, "data", part), right)


@pytest.mark.parametrize("name", [name for name in PARTS if "split" in name])
def test_parts_in_a_list_are_written_in_place(name) -> None:
    """`parts[0] += y` writes, then assigns: to a list, or the write would be half done."""
    a = np.arange(8.0).reshape(2, 2, 2)
    x = Tensor(a, requires_grad=True)
    y = Tensor(3.0, requires_grad=True)
    t = x * 1
    parts = PARTS[name](np, t)
    parts[0] *= y
    PARTS[name](np, a)[0].__imul__(3.0)
    np.testing.assert_array_equal(t.data, a)
    t.sum().backward()
    assert sorted(x.grad.data.ravel()) == [1.0] * (8 - parts[0].size) + [3.0] * parts[0].size
    assert y.grad.item() == PARTS[name](np, x.data)[0].sum()


@pytest.mark.parametrize("name", [name for name in PARTS if "split" in name])
def test_a_refused_write_to_a_part_leaves_the_memory(name) -> None:
    a = np.arange(8.0).reshape(2, 2, 2)
    leaf = Tensor(a, requires_grad=True)
    computed = leaf * 1
    with autograd.no_grad():
        blind = PARTS[name](np, computed)
    wide = np.ones((3, 2, 2, 2))
    for base, parts, given, error in (
        (leaf, PARTS[name](np, leaf), 1.0, RuntimeError),
        (computed, PARTS[name](np, computed), wide, ValueError),
        (computed, PARTS[name](np, computed), 1j, TypeError),
        (computed, PARTS[name](np, computed), "text", TypeError),
        (computed, blind, Tensor(1.0, requires_grad=True), RuntimeError),
    ):
        before = parts[0]
        with pytest.raises(error, match="add|Tensor"):
            parts[0] += given
        assert parts[0] is before
        np.testing.assert_array_equal(base.data, a)
