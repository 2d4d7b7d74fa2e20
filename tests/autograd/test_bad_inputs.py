"""Bad inputs: a clear error before any state changes.

What was called, what came, what was expected and what to do; each with its message.
"""

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestData:
    @pytest.mark.parametrize(
        ("data", "error", "match"),
        [
            ([[1.0, 2.0], [3.0]], ValueError, "Tensor: the nested lists are ragged"),
            ([1.0, [2.0]], ValueError, "Tensor: the nested lists are ragged"),
            (
                [Tensor([1.0]), Tensor([1.0, 2.0])],
                ValueError,
                "Tensor: the nested lists are ragged",
            ),
            (None, TypeError, "Tensor: expected numbers, got NoneType with dtype object"),
            ([1.0, None], TypeError, "Tensor: expected numbers, got list with dtype object"),
            ("text", TypeError, "Tensor: expected numbers, got str"),
            (["1", "2"], TypeError, "Tensor: expected numbers, got list with dtype <U1"),
            ({"a": 1}, TypeError, "Tensor: expected numbers, got dict"),
            (object(), TypeError, "Tensor: expected numbers, got object"),
            (
                np.array([1, "a"], object),
                TypeError,
                "expected numbers, got ndarray with dtype object",
            ),
            (
                np.array(["2020-01-01"], "M8[D]"),
                TypeError,
                "expected numbers, got ndarray with dtype datetime64",
            ),
            (np.zeros(2, [("a", float)]), TypeError, "expected numbers, got ndarray with dtype"),
            (
                np.ma.masked_array([1.0], [True]),
                TypeError,
                r"masked arrays are not supported; use \.filled",
            ),
            (2**70, TypeError, "expected numbers, got int with dtype object"),
            ((x for x in [1.0]), TypeError, "expected numbers, got generator"),
        ],
    )
    def test_that_is_no_array_of_numbers(self, data, error, match) -> None:
        with pytest.raises(error, match=match):
            Tensor(data)

    @pytest.mark.parametrize("data", [1, True, [1, 2], np.zeros(2, np.uint8)])
    def test_integers_and_bools_have_no_gradient(self, data) -> None:
        with pytest.raises(
            TypeError, match=r"requires_grad: only floating and complex.*\.astype\(float\)"
        ):
            leaf(data)
        tensor = Tensor(data)
        with pytest.raises(TypeError, match="requires_grad: only floating and complex"):
            tensor.requires_grad_()
        assert not tensor.requires_grad

    def test_switching_off_a_computed_tensor(self) -> None:
        y = leaf(1.0) * 2
        with pytest.raises(
            RuntimeError, match=r"requires_grad_\(False\): .*computed by mul; use \.detach"
        ):
            y.requires_grad_(False)
        assert y.requires_grad


MATMUL = r"matmul: x has 3 columns but y has 4 rows .*\(x: \(2, 3\) float32, y: \(4, 5\) float32\)"


class TestShapes:
    @pytest.mark.parametrize(
        ("call", "error", "match"),
        [
            (
                lambda x: x + np.ones(4),
                ValueError,
                r"add: .*\(x: \(2, 3\) float32, y: \(4,\) float64\)",
            ),
            (
                lambda x: np.ones(4) * x,
                ValueError,
                r"mul: .*x: \(4,\) float64, y: \(2, 3\) float32",
            ),
            (lambda x: autograd.maximum(x, np.ones((3, 2))), ValueError, r"maximum: .*y: \(3, 2\)"),
            (lambda x: x @ np.ones((4, 5), np.float32), ValueError, MATMUL),
            (lambda x: x @ np.ones((2, 3)), ValueError, r"did you mean matmul\(x, y\.T\)\?"),
            (lambda x: x @ np.ones((2, 5)), ValueError, r"did you mean matmul\(x\.T, y\)\?"),
            (lambda x: x @ 2.0, ValueError, r"matmul: a 0-d operand; use \*"),
            (
                lambda x: x.reshape(4, 2),
                ValueError,
                r"reshape: cannot reshape.*x: \(2, 3\).*shape=\(4, 2\)",
            ),
            (
                lambda x: x.reshape(-1, -1),
                ValueError,
                "reshape: can only specify one unknown dimension",
            ),
            (
                lambda x: autograd.broadcast_to(x, (3, 2)),
                ValueError,
                r"broadcast_to: .*shape=\(3, 2\)",
            ),
            (
                lambda x: autograd.concatenate([x, np.ones((2, 4))]),
                ValueError,
                r"concatenate: .*arrays: \[\(2, 3\)",
            ),
            (
                lambda x: autograd.concatenate([]),
                ValueError,
                "concatenate: need at least one array",
            ),
            (
                lambda x: autograd.stack([x, x.T]),
                ValueError,
                "stack: all input arrays must have the same shape",
            ),
            (lambda x: autograd.split(x, 2, axis=1), ValueError, "split: .*equal division"),
            (
                lambda x: autograd.squeeze(x, 0),
                ValueError,
                "squeeze: cannot select an axis .*not equal to one",
            ),
            (
                lambda x: autograd.where(np.ones(4, bool), x, 0),
                ValueError,
                r"where: .*condition: \(4,\) bool",
            ),
            (lambda x: autograd.einsum("ij,jk->ik", x, x), ValueError, "einsum: "),
            (
                lambda x: autograd.linear(x, np.ones((5, 4))),
                ValueError,
                "linear: x has 3 features but weight takes 4",
            ),
            (lambda x: x[:0].max(), ValueError, "max: zero-size array"),
        ],
    )
    def test_that_do_not_fit(self, call, error, match) -> None:
        x = leaf(np.ones((2, 3), np.float32))
        with pytest.raises(error, match=match):
            call(x)
        (x * x).sum().backward()
        np.testing.assert_array_equal(x.grad.data, np.full((2, 3), 2.0))

    @pytest.mark.parametrize("dtype", [np.float64, np.float32])
    def test_numbers_take_the_same_errors(self, dtype) -> None:
        with pytest.raises(ValueError, match=r"linear: x has 0 features"):
            autograd.linear(leaf(dtype(1)), np.ones((2, 2)))
        with pytest.raises(ValueError, match="matrix_transpose: needs at least two axes"):
            _ = leaf(dtype(1)).mT

    @pytest.mark.parametrize(
        ("call", "name"),
        [
            (lambda x: x.sum(axis=2), "sum: axis 2 is out of bounds for array of dimension 2"),
            (lambda x: x.sum(axis=(0, -3)), "sum: axis -3 is out of bounds"),
            (lambda x: x.max(axis=5), "max: axis 5"),
            (lambda x: x.softmax(axis=2), "softmax: axis 2"),
            (lambda x: x.logsumexp(axis=-3), "logsumexp: axis -3"),
            (lambda x: autograd.concatenate([x, x], axis=2), "concatenate: axis 2"),
            (lambda x: autograd.stack([x, x], axis=4), "stack: axis 4"),
            (lambda x: autograd.expand_dims(x, 4), "expand_dims: axis 4"),
            (lambda x: x.flip(axis=2), "flip: axis 2"),
            (lambda x: np.mean(x, axis=3), "mean: axis 3"),
            (lambda x: x.argmax(axis=2), "argmax: axis 2"),
        ],
    )
    def test_unknown_axes(self, call, name) -> None:
        with pytest.raises(np.exceptions.AxisError, match=rf"{name}.*\(2, 3\) float64"):
            call(leaf(np.ones((2, 3))))

    def test_repeated_axes(self) -> None:
        with pytest.raises(ValueError, match="sum: duplicate value in 'axis'"):
            leaf(np.ones((2, 3))).sum(axis=(0, 0))

    def test_axes_of_wrong_type(self) -> None:
        with pytest.raises(TypeError, match="sum: .*axis='rows'"):
            leaf(np.ones((2, 3))).sum(axis="rows")

    @pytest.mark.parametrize(
        ("index", "match"),
        [
            (3, "getitem: index 3 is out of bounds.*x: .2, 3. float64.*index=3"),
            ((0, 0, 0), "getitem: too many indices"),
            (1.5, "getitem: only integers, slices"),
            ("a", "getitem: only integers, slices"),
            ([0, 2], "getitem: index 2 is out of bounds"),
            (np.ones((3, 3), bool), "getitem: boolean index did not match"),
            ((Ellipsis, Ellipsis), "getitem: an index can only have a single ellipsis"),
        ],
    )
    def test_indices(self, index, match) -> None:
        with pytest.raises(IndexError, match=match):
            leaf(np.ones((2, 3)))[index]


class TestBackward:
    def test_several_elements_without_cotangent(self) -> None:
        x = leaf([1.0, 2.0])
        y = x * x
        for call in (y.backward, lambda: grad(y, x), lambda: autograd.backward([y.sum(), y])):
            with pytest.raises(
                RuntimeError,
                match=r"the output has shape \(2,\).*\.sum\(\) or \.mean\(\).*gradient=",
            ):
                call()
        assert x.grad is None
        y.sum().backward()  # nothing was spent
        np.testing.assert_array_equal(x.grad.data, [2.0, 4.0])

    def test_an_empty_output_without_cotangent(self) -> None:
        x = leaf(np.ones((0, 2)))
        with pytest.raises(RuntimeError, match=r"the output has shape \(0, 2\)"):
            (x * x).backward()

    @pytest.mark.parametrize("cotangent", [1.0, [1.0], [[1.0, 1.0]], np.ones(3), Tensor([1.0])])
    def test_a_cotangent_of_the_wrong_shape(self, cotangent) -> None:
        x = leaf([1.0, 2.0])
        y = x * x
        match = r"the cotangent has shape .*, the output \(2,\); they must be equal"
        for call in (lambda: y.backward(cotangent), lambda: grad(y, x, cotangent)):
            with pytest.raises(ValueError, match=match):
                call()
        y.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [2.0, 4.0])

    @pytest.mark.parametrize(
        ("cotangent", "error", "match"),
        [
            ("text", TypeError, "backward: gradient: expected numbers, got str"),
            ([1.0, None], TypeError, "backward: gradient: expected numbers"),
            ([[1.0], [1.0, 2.0]], ValueError, "backward: gradient: the nested lists are ragged"),
            ([1j, 1j], TypeError, "a complex cotangent for the real output"),
        ],
    )
    def test_a_cotangent_that_is_none(self, cotangent, error, match) -> None:
        x = leaf([1.0, 2.0])
        with pytest.raises(error, match=match):
            (x * x).backward(cotangent)
        assert x.grad is None

    def test_a_complex_output_without_cotangent(self) -> None:
        z = leaf(1 + 2j)
        with pytest.raises(RuntimeError, match="the output is complex.*real part"):
            (z * z).backward()

    def test_a_number_of_cotangents_that_does_not_match(self) -> None:
        x = leaf([1.0, 2.0])
        with pytest.raises(ValueError, match="backward: 2 outputs but 1 cotangents"):
            autograd.backward([x * x, x], [np.ones(2)])
        with pytest.raises(ValueError, match="grad: 1 outputs but 2 cotangents"):
            grad([x * x], x, [np.ones(2), np.ones(2)])

    @pytest.mark.parametrize("output", [3.0, np.ones(1), None, "loss"])
    def test_outputs_that_are_no_tensors(self, output) -> None:
        x = leaf(1.0)
        with pytest.raises(TypeError, match="backward: expected a Tensor"):
            autograd.backward([x * x, output])
        with pytest.raises(TypeError, match="grad: expected a Tensor"):
            grad([output], x)
        assert x.grad is None

    @pytest.mark.parametrize("given", [3.0, np.ones(1), None, "w"])
    def test_inputs_that_are_no_tensors(self, given) -> None:
        x = leaf(1.0)
        with pytest.raises(TypeError, match="grad: input 1 must be a Tensor"):
            grad(x * x, [x, given])
        with pytest.raises(TypeError, match="input 1 must be a Tensor"):
            (x * x).backward(inputs=[x, given])
        assert x.grad is None

    def test_one_output_that_is_no_tensor(self) -> None:
        with pytest.raises(TypeError, match="backward: expected a Tensor.*got float"):
            autograd.backward(3.0)
        with pytest.raises(
            TypeError, match="grad: input 0 must be a Tensor, got float|grad: expected"
        ):
            grad(leaf(1.0) * 1, 3.0)

    def test_outputs_outside_any_graph(self) -> None:
        x = leaf(1.0)
        with pytest.raises(
            RuntimeError, match=r"backward: this Tensor \(\(\) float64\) does not require gradients"
        ):
            autograd.backward([x * x, Tensor(1.0)])
        assert x.grad is None

    def test_integer_outputs(self) -> None:
        with pytest.raises(RuntimeError, match="it is int64, and only floating"):
            leaf([1.0, 2.0]).argmax().backward()

    def test_inputs_that_do_not_require_gradients(self) -> None:
        x, c = leaf(1.0), Tensor(2.0)
        with pytest.raises(RuntimeError, match="grad: input 1 does not require gradients"):
            grad(x * c, [x, c])

    def test_inputs_that_are_not_reachable(self) -> None:
        x, w = leaf(1.0), leaf([1.0, 2.0], name="w")
        with pytest.raises(
            RuntimeError,
            match=r"grad: input 1 'w' \(\(2,\) float64\) was not used.*materialize_grads",
        ):
            grad(x * x, [x, w])

    def test_freed_graphs(self) -> None:
        x = leaf([1.0, 2.0])
        y = (x.exp() * x).sum()
        y.backward()
        first = x.grad
        for call in (y.backward, lambda: grad(y, x), lambda: grad(y, x, create_graph=True)):
            with pytest.raises(
                RuntimeError, match="graph at sum was already used.*retain_graph=True to the first"
            ):
                call()
        assert x.grad is first

    def test_stale_views(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        with autograd.no_grad():
            part = h[:1]
        h *= 2
        with pytest.raises(
            RuntimeError, match="view made under no_grad by getitem.*take the view again"
        ):
            part * 2

    def test_mutated_saved_values(self) -> None:
        h = leaf([1.0, 2.0]) * 1
        y = (h * h).sum()
        h += 1
        with pytest.raises(
            RuntimeError, match=r"mul needs 'x'.*changed in place at .*test_bad_inputs\.py:\d+"
        ):
            y.backward()

    def test_a_nan_cotangent_is_no_error(self) -> None:
        x = leaf([1.0, 2.0])
        (x * x).backward([np.nan, np.inf])
        np.testing.assert_array_equal(x.grad.data, [np.nan, np.inf])


class TestSizes:
    @pytest.mark.parametrize(
        ("call", "match"),
        [
            (
                lambda x: autograd.broadcast_to(x, (2**25, 2**25)) + 1.0,
                r"add: .*\(33554432, 33554432\)",
            ),
            (
                lambda x: autograd.broadcast_to(x, (2**25, 2**25)).exp(),
                r"exp: .*\(33554432, 33554432\)",
            ),
            (
                lambda x: autograd.broadcast_to(x, (2**25, 2**25)).copy(),
                r"copy: .*\(33554432, 33554432\)",
            ),
            (
                lambda x: autograd.ops.zero_pad(x.reshape(1), (0, 2**50)),
                r"zero_pad: .*1125899906842625",
            ),
        ],
    )
    def test_impossible_ones_name_the_shape(self, call, match) -> None:
        x = leaf(1.0)
        with pytest.raises(MemoryError, match=match):
            call(x)
        (x * x).backward()
        assert x.grad.item() == 2.0

    def test_impossible_gradients(self) -> None:
        x = leaf([1.0, 2.0])
        y = autograd.broadcast_to(x.sum(), (2**25, 2**25))
        with pytest.raises((MemoryError, ValueError), match="33554432|cotangent"):
            (y * x[0]).sum().backward()
        assert x.grad is None


class TestBackwardErrorsNameTheOperation:
    def test_with_shapes_and_module(self) -> None:
        from autograd.graph.modes import enter_module, leave_module

        @autograd.op("general")
        def breaks_backward(x, y):
            """Fine forwards."""
            return x * y

        def broken(g):
            raise ValueError("original words")

        breaks_backward.vjp(x=broken, y=broken)
        x, y = leaf(np.ones((2, 3), np.float32)), Tensor(np.ones(3))
        token = enter_module("model.fc2")
        z = breaks_backward(x, y)
        leave_module(token)
        z.name = "logits"
        with pytest.raises(ValueError, match="original words") as caught:
            z.sum().backward()
        note = "\n".join(caught.value.__notes__)
        for part in (
            "breaks_backward 'logits' in module model.fc2",
            "'x': (2, 3) float32",
            "'y': (3,) float64",
        ):
            assert part in note
