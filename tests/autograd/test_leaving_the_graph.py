"""The ways out of the graph: those on purpose work, those by accident raise."""

import array
import cmath
import ctypes
import inspect
import math
import statistics
import struct
import warnings

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize

import autograd
from autograd import LostGradientWarning, Tensor, no_grad


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestOnPurpose:
    @pytest.mark.parametrize("make", [lambda: leaf(2.5), lambda: leaf([[2.5]]) * 1])
    def test_numbers(self, make) -> None:
        t = make()
        assert t.item() == 2.5
        assert bool(t) is True
        assert f"{t:.3f}" == "2.500"
        assert f"{t:>8.1e}" == " 2.5e+00"
        assert f"{t}" == str(t)
        assert "{:.1f}".format(t) == "2.5"  # noqa: UP032 - this is what it is about

    def test_detach(self) -> None:
        x = leaf([1.0, 2.0])
        y = (x * x).detach()
        assert isinstance(y.numpy(), np.ndarray)
        (x * y).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 4.0])

    def test_data_is_always_an_array(self) -> None:
        for t in (leaf(2.0), leaf([1.0]) * 2, Tensor([True]), leaf(2.0) * 3):
            assert isinstance(t.data, np.ndarray)

    def test_numpy_of_plain_tensors(self) -> None:
        t = Tensor([1.0, 2.0])
        assert np.shares_memory(np.asarray(t), t.data)
        assert not np.shares_memory(np.array(t), t.data)
        np.testing.assert_array_equal(np.array([t, t]), [[1.0, 2.0], [1.0, 2.0]])
        np.testing.assert_array_equal(np.asarray(t, dtype=np.float32), [1.0, 2.0])

    def test_gradients_are_plain(self) -> None:
        x = leaf([1.0, 2.0])
        (x * x).sum().backward()
        np.testing.assert_array_equal(np.asarray(x.grad), [2.0, 4.0])
        assert x.grad.numpy().tolist() == [2.0, 4.0]


# Python's and NumPy's ways to make a number of a Tensor.
CONVERSIONS = {
    "float": float,
    "int": int,
    "complex": complex,
    "real part of complex": lambda t: complex(t, 1.0),
    "imaginary part of complex": lambda t: complex(1.0, t),
    "math.exp": math.exp,
    "math.floor": math.floor,
    "math.ceil": math.ceil,
    "math.isnan": math.isnan,
    "math.hypot": lambda t: math.hypot(t, 1.0),
    "math.fsum": lambda t: math.fsum([t]),
    "math.dist": lambda t: math.dist([t], [1.0]),
    "cmath.exp": cmath.exp,
    "statistics.fmean": lambda t: statistics.fmean([t]),
    "struct.pack": lambda t: struct.pack("d", t),
    "array.array": lambda t: array.array("d", [t]),
    "ctypes": ctypes.c_double,
    "%f": lambda t: "%f" % t,  # noqa: UP031
    "%d": lambda t: "%d" % t,  # noqa: UP031
    "np.float64": np.float64,
    "np.fromiter": lambda t: np.fromiter([t], float),
    "np.fromiter of complex": lambda t: np.fromiter([t], complex),
    "ndarray.fill": lambda t: np.ones(2).fill(t),
    "sum(initial=)": lambda t: np.ones(2).sum(initial=t),
    "max(initial=)": lambda t: np.ones(2).max(initial=t),
    "np.add.reduce(initial=)": lambda t: np.add.reduce(np.ones(2), initial=t),
    "np.interp(left=)": lambda t: np.interp(0.0, [1.0, 2.0], [1.0, 2.0], left=t),
    "array[i] = t": lambda t: np.ones(2).__setitem__(0, t),
    "int array[i] = t": lambda t: np.ones(2, int).__setitem__(0, t),
    "float32 array[i] = t": lambda t: np.ones(2, np.float32).__setitem__(0, t),
    "complex array[i] = t": lambda t: np.ones(2, complex).__setitem__(0, t),
    "array[i, j] = t": lambda t: np.ones((2, 2)).__setitem__((0, 1), t),
    "array.flat[i] = t": lambda t: np.ones(2).flat.__setitem__(0, t),
    "list of numbers in slots": lambda t: np.ones(2, "f8,f8").__setitem__(0, (t, 1.0)),
    "quad": lambda t: scipy.integrate.quad(lambda u: u, 0.0, t),
    "brentq": lambda t: scipy.optimize.brentq(lambda u: u - t, 0.0, 5.0),
}
MAKE = {
    "leaf": lambda: leaf(2.5),
    "computed": lambda: leaf(2.5) * 1,
    "one element": lambda: leaf([[2.5]]) * 1,
    "float32": lambda: leaf(np.float32(2.5)) + 0,
}


def warnings_of(function, *arguments) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [each for each in caught if each.category is LostGradientWarning]


class TestNumbers:
    """A number is made and leaves the graph: that is said, unless it is for a log."""

    @pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
    @pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)
    def test_warns_and_names_the_ways(self, convert, make) -> None:
        caught = warnings_of(convert, make())
        assert caught
        for word in ("autograd.exp", ".item()", ".detach()", "requires gradients"):
            assert word in str(caught[0].message)
        if convert is not CONVERSIONS["statistics.fmean"]:  # written in Python itself
            assert caught[0].filename == __file__

    @pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)
    def test_is_quiet_for_what_is_outside_or_used(self, convert) -> None:
        plain = Tensor(2.5)
        detached = leaf(2.5).detach()
        assert not warnings_of(convert, plain)
        assert not warnings_of(convert, detached)
        with no_grad():
            for make in MAKE.values():
                assert not warnings_of(convert, make())
            assert not warnings_of(convert, leaf(2.5) * 2)
        x = leaf(2.5)
        h = x * 2
        loss = h * h / h
        metric = h + 1
        loss.backward()
        if convert is CONVERSIONS["brentq"]:
            return  # it computes with the Tensor, which is another graph
        for used in (loss, h, x, metric):
            assert not warnings_of(convert, used)

    @pytest.mark.parametrize(
        "run",
        [
            lambda loss, x: loss.backward(),
            lambda loss, x: loss.backward(retain_graph=True),
            lambda loss, x: loss.backward(create_graph=True),
            lambda loss, x: loss.backward(inputs=[x]),
            lambda loss, x: autograd.grad(loss, x),
            lambda loss, x: autograd.grad(loss, x, create_graph=True),
        ],
    )
    def test_any_pass_is_a_use(self, run) -> None:
        x = leaf(2.0)
        loss = x * x
        assert warnings_of(float, loss)
        assert warnings_of(float, x)
        run(loss, x)
        assert not warnings_of(float, loss)
        assert not warnings_of(float, x)
        # What is computed later is another graph.
        assert warnings_of(float, x * x)

    def test_once_per_line(self) -> None:
        def train(filter_):
            w = leaf(2.0)
            seen = []
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter(filter_)
                for _ in range(3):
                    seen.append(math.exp(w * 1.5))
                    seen.append(math.exp(w))
                seen.append(float(w))
            assert seen[1] == math.exp(2.0)
            return sorted(each.lineno for each in caught)

        assert len(train("always")) == 7
        lines = train("default")
        assert len(lines) == len(set(lines)) == 3

    def test_as_an_error_nothing_has_left(self) -> None:
        t = leaf(2.0)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(LostGradientWarning, match="autograd.exp"):
                math.exp(t)
            target = np.zeros(2)
            with pytest.raises((LostGradientWarning, ValueError, TypeError)):
                target[0] = t
        assert target.tolist() == [0.0, 0.0]

    def test_the_wrong_gradient_that_it_is_about(self) -> None:
        w = leaf(2.0)
        with pytest.warns(LostGradientWarning):
            y = w * math.exp(w)
        y.backward()
        assert w.grad.item() == pytest.approx(math.exp(2.0))
        w.grad = None
        (w * autograd.exp(w)).backward()
        assert w.grad.item() == pytest.approx(3 * math.exp(2.0))

    def test_logging_a_loss_stays_quiet(self) -> None:
        import nn

        model = nn.Linear(2, 1)
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(3):
                optimizer.zero_grad()
                out = model(np.ones((4, 2), np.float32))
                loss = nn.functional.mse_loss(out, np.zeros((4, 1), np.float32))
                loss.backward()
                optimizer.step()
                history = [float(loss), float(out.mean()), loss.item(), float(model.bias)]
                print(f"{loss:.3f} {history} %.3f" % loss)

    def test_a_view_whose_base_joined_the_graph(self) -> None:
        base = Tensor([1.0, 2.0])
        part = base[0:1]
        assert not warnings_of(float, part)
        base *= leaf(2.0)
        assert warnings_of(float, part)

    def test_lines_of_libraries_are_not_blamed(self) -> None:
        t = leaf(2.0)
        caught = warnings_of(lambda: scipy.integrate.quad(lambda u: u, 0.0, t))
        assert {each.filename for each in caught} == {__file__}


class TestByAccident:
    @pytest.mark.parametrize(
        "leave",
        [
            lambda t: t.numpy(),
            np.asarray,
            np.array,
            lambda t: np.array(t, dtype=np.float32),
            lambda t: np.array([t, t]),
            lambda t: np.array([[t], [t]], dtype=float),
            lambda t: np.mean([t, t]),
            lambda t: Tensor([t, t]),
            lambda t: autograd.tensor([[t]]),
            lambda t: np.ones(2).dot(t),
        ],
    )
    @pytest.mark.parametrize("data", [2.0, [2.0], [1.0, 2.0]])
    def test_raises_and_names_the_ways(self, leave, data) -> None:
        with pytest.raises(TypeError, match=r"requires gradients.*\.detach\(\)\.numpy\(\).*stack"):
            leave(leaf(data) * 1)

    def test_stack_is_the_way_for_lists(self) -> None:
        x = leaf(2.0)
        autograd.stack([x, x * x]).sum().backward()
        assert x.grad.item() == 5.0

    def test_functions_of_numpy_that_are_not_recorded(self) -> None:
        with pytest.raises(TypeError, match=r"np\.poly has no derivative"):
            np.poly(leaf([1.0, 2.0]))

    @pytest.mark.parametrize("data", [[1.0, 2.0], [[1.0], [2.0]], []])
    def test_several_elements_are_no_number(self, data) -> None:
        t = leaf(data)
        for convert in (float, int, complex, lambda t: t.item(), lambda t: f"{t:.2f}"):
            with pytest.raises(ValueError, match="item: needs exactly one element"):
                convert(t)

    @pytest.mark.parametrize("data", [[1.0, 2.0], []])
    def test_several_elements_are_no_truth(self, data) -> None:
        with pytest.raises(
            ValueError, match="the truth value of .* is ambiguous; use .*any.* or .*all"
        ):
            bool(leaf(data))
        with pytest.raises(ValueError, match="ambiguous"):
            _ = leaf([1.0, 2.0]) > 0 and True

    def test_floats_are_no_index(self) -> None:
        with pytest.raises(TypeError, match=r"an index must be one integer, got \(\) float64"):
            [1, 2][leaf(1.0)]
        with pytest.raises(IndexError, match="expected integers or bool, got a Tensor of float64"):
            leaf([1.0, 2.0])[leaf(1.0)]


class TestErrorsSayWhere:
    """'does not require gradients' says where the graph was cut."""

    def test_by_detach(self) -> None:
        line = inspect.currentframe().f_lineno + 1
        y = leaf([1.0]).detach()
        with pytest.raises(RuntimeError, match=rf"detached at .*test_leaving_the_graph\.py:{line}"):
            y.backward()

    def test_by_detach_further_up(self) -> None:
        y = (leaf([1.0]).detach() * 2 + 1).sum()
        with pytest.raises(RuntimeError, match=r"detached at .*test_leaving_the_graph\.py"):
            y.backward()

    def test_by_no_grad(self) -> None:
        x = leaf([1.0])
        with no_grad():
            y = x.exp()
        with pytest.raises(RuntimeError, match="computed by exp under no_grad"):
            (y * 2).backward()

    def test_by_an_operation_without_derivative(self) -> None:
        @autograd.op("constant")
        def quantised(x):
            """Whole numbers."""
            return np.floor(x)

        y = quantised(leaf([1.5]))
        with pytest.raises(RuntimeError, match="computed by quantised, which has no derivative"):
            y.backward()

    def test_by_a_conversion(self) -> None:
        y = leaf([1.5]).astype(int)
        with pytest.raises(RuntimeError, match="int64, and only floating and complex"):
            y.backward()

    def test_in_grad(self) -> None:
        x = leaf([1.0])
        with pytest.raises(
            RuntimeError, match="grad: input 0 does not require gradients: it was detached at"
        ):
            autograd.grad((x * 2).sum(), x.detach())

    def test_nothing_was_ever_in_a_graph(self) -> None:
        with pytest.raises(
            RuntimeError, match="does not require gradients; make one of .*requires_grad=True"
        ):
            (Tensor([1.0]) * 2).backward()
