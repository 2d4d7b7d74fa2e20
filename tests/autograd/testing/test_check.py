"""`check_grads`, `assert_gradients`, `gradient_test`: what they take and find, and bad use."""

from collections import Counter

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.testing import GradientError, assert_gradients, check_grads, gradient_test
from autograd.testing.check import assert_resolved
from autograd.testing.properties import PROPERTIES, select
from autograd.testing.result import INFINITE, NOISE, NOT_FINITE, NOWHERE, OVERFLOW
from autograd.testing.search import operands
from autograd.testing.strategies import arrays
from autograd.testing.tally import Tally, tallies

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]])
W = np.array([[1.0, -0.5], [0.5, 2.0], [-1.5, 0.25]])


# ---------------------------------------------------------------------- functions of Tensors


def test_functions_of_tensors_pass_in_every_order_and_mode():
    check_grads(lambda x, w: (x @ w).tanh(), X, W, order=3)
    check_grads(lambda x, w: (x @ w).tanh(), X, W, modes=("fwd",))
    check_grads(lambda x: autograd.split(x, 3, axis=1), X, order=1)
    check_grads(lambda x: x**3, 2.0)
    check_grads(lambda xs: autograd.concatenate(xs), [X, X])
    check_grads(lambda x, axis: x.sum(axis=axis), X, 1)


def test_float32_and_tensors_are_taken_as_points():
    check_grads(autograd.log, Tensor(np.array([0.1, 3.0], np.float32)))
    check_grads(autograd.exp, [[0.5, 1], [2, 3]])


def test_complex_inputs_are_compared_in_both_parts():
    z = np.array([1.0 + 2.0j, -0.5j])
    check_grads(lambda z: autograd.real(z * autograd.conj(z)), z)
    with pytest.raises(GradientError, match=r"z\[0\] \(imaginary part\)"):
        check_grads(lambda z: autograd.real(z * autograd.conj(z).detach()), z)


def wrong_square(x):
    return x * x.detach()


def test_a_wrong_gradient_is_reported_with_the_numbers():
    with pytest.raises(GradientError, match="half as large as it should be") as caught:
        check_grads(wrong_square, np.array([3.0, -1.0]), cotangents=[np.array([1.0, 2.0])])
    error = caught.value
    assert error.property == "P7"
    assert [x.tolist() for x in error.inputs] == [[3.0, -1.0]]
    assert [g.tolist() for g in error.cotangents] == [[1.0, 2.0]]
    assert error.comparison.worst(1)[0].analytic in (3.0, -2.0)
    lines = [line.split() for line in str(error).splitlines()]
    assert ["x[0]", "3", "6"] in [line[:3] for line in lines]
    assert ["x[1]", "-2", "-4"] in [line[:3] for line in lines]


def test_the_code_in_a_report_shows_the_fault_again():
    with pytest.raises(GradientError) as caught:
        assert_gradients(wrong_square, arrays((2, 2)))
    with pytest.raises(GradientError) as again:
        exec(caught.value.code, {"wrong_square": wrong_square})
    assert again.value.diagnosis == caught.value.diagnosis
    assert np.array_equal(again.value.inputs[0], caught.value.inputs[0])


def test_forward_mode_alone_is_compared_with_numbers():
    @autograd.op("general")
    def tripled(x):
        """Three times x."""
        return 3.0 * x

    tripled.vjp(x=lambda g: 3 * g)
    tripled.jvp(x=lambda t: 2 * t)
    with pytest.raises(GradientError, match="forward mode disagrees with numerical"):
        check_grads(tripled, X, modes=("fwd",))
    check_grads(tripled, X, modes=("rev",))


def test_a_third_derivative_that_is_lost_is_found():
    @autograd.op("elementwise")
    def quartic(x):
        """Fourth power."""
        return x * x * x * x

    def rule(g, x):
        return g * _cube(x) * 4

    quartic.vjp(x=rule)

    @autograd.op("elementwise")
    def _cube(x):
        """Third power, whose rule is right in the first order only."""
        return x * x * x

    _cube.vjp(x=lambda g, x: g * 3 * autograd.value(x) ** 2)
    check_grads(quartic, np.array([0.5, 2.0]))
    with pytest.raises(GradientError, match="second order"):
        check_grads(quartic, np.array([0.5, 2.0]), order=3)


# ---------------------------------------------------------------------- plain NumPy


def test_numpy_functions_with_a_gradient_pass():
    check_grads(lambda x: (x**2).sum(), X, gradient=lambda x: 2 * x)
    check_grads(np.matmul, X, W, vjp=lambda g, x, w: (g @ w.T, x.T @ g))
    check_grads(
        lambda x: (x.sum(axis=0), np.sin(x)),
        X,
        vjp=lambda gs, x: gs[0] + gs[1] * np.cos(x),
    )


def test_arguments_that_are_no_floating_arrays_stay_as_they_are():
    def vjp(g, x, index):
        passed = np.zeros_like(x)
        np.add.at(passed, index, g)
        return passed, None

    check_grads(lambda x, index: x[index], X, np.array([0, 1, 0]), vjp=vjp)


def test_some_inputs_can_be_left_out():
    def vjp(g, x, y):
        return g * y, 0 * y

    check_grads(np.multiply, X, 2 * X, vjp=vjp, differentiate=[0])
    with pytest.raises(GradientError, match="x2: no gradient arrives"):
        check_grads(np.multiply, X, 2 * X, vjp=vjp)
    with pytest.raises(ValueError, match=r"differentiate: 'z' is none of the floating inputs"):
        check_grads(lambda x: x, X, differentiate=["z"])


# ---------------------------------------------------------------------- properties


def test_properties_are_selected_by_name():
    assert [each.name for each in select()][:3] == ["P0", "P1", "P2"]
    assert set(PROPERTIES) == {f"P{number}" for number in range(16)}
    assert_gradients(lambda x: x * x.detach(), X, properties="P0,P1")
    assert_gradients(lambda x: x * x.detach(), X, properties=["-P7", "-P12"])
    with pytest.raises(GradientError, match=r"P7 \(agrees with numerical derivatives\)"):
        assert_gradients(lambda x: x * x.detach(), X, properties="P7")
    with pytest.raises(ValueError, match="properties: 'P99' is not made of P0"):
        assert_gradients(lambda x: x, X, properties="P99")
    with pytest.raises(ValueError, match="mixes names to run"):
        select("P1,-P2")


def test_the_report_names_what_held_before():
    with pytest.raises(GradientError, match="held before: P0, P1, P2, P3, P4, P5, P15, P9"):
        assert_gradients(lambda x: x * x.detach(), X)


def test_a_reference_is_compared_with():
    assert_gradients(autograd.exp, X, reference=np.exp)
    with pytest.raises(GradientError, match="and the reference"):
        assert_gradients(autograd.exp, arrays((3,), wide=False), reference=np.expm1)


def test_a_batch_that_mixes_is_found():
    def centred(x):
        return x - x.mean(axis=0)

    assert_gradients(lambda x, w: x @ w, X, W, batch=(True, False))
    with pytest.raises(GradientError, match="depends on the rest of the batch"):
        assert_gradients(centred, arrays((3, 2), wide=False), batch=True)
    with pytest.raises(GradientError, match="axis 0 of the batched inputs"):
        assert_gradients(lambda x: x.sum(), X, batch=True)
    with pytest.raises(ValueError, match="batch: 1 entries for the 2 inputs x, w"):
        assert_gradients(lambda x, w: x @ w, X, W, batch=[True])


def test_a_gradient_that_mixes_the_batch_is_found():
    def vjp(g, x):
        return np.broadcast_to(g.mean(axis=0), g.shape) * 2 * x

    with pytest.raises(GradientError, match="the examples of the batch give one at a time"):
        assert_gradients(np.square, X, vjp=vjp, batch=True, properties="P11")


def test_one_tensor_in_two_slots_gets_both_gradients():
    def product(x, y):
        return x * (y if y is not x else y.detach())

    with pytest.raises(GradientError, match="one Tensor as x and y"):
        assert_gradients(product, X, 2 * X, properties="P9")


def test_strategies_draw_the_inputs():
    tally = assert_gradients(
        lambda x, y: x * y, arguments=operands(2), elementwise=True, examples=20
    )
    assert (tally.name, tally.examples) == ("<lambda>", 20)
    assert tally.comparisons > 100
    assert tally.share == 0.0
    assert "20 examples" in str(tally)
    assert tallies["<lambda>"].examples >= 20
    with pytest.raises(TypeError, match="cotangents= goes with fixed inputs"):
        assert_gradients(lambda x: x, arrays((2,)), cotangents=[np.ones(2)])
    with pytest.raises(TypeError, match="give the inputs, or arguments="):
        assert_gradients(lambda x: x, arrays((2,)), arguments=operands(1))


def test_a_seed_decides_what_is_drawn():
    def drawn(seed):
        seen = []
        assert_gradients(
            autograd.sin, arrays((2,)).map(lambda x: seen.append(x.tolist()) or x),
            properties="P1", examples=5, seed=seed,
        )  # fmt: skip
        return seen

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_the_error_counts_the_examples():
    def wrong_from_two(x):
        return x * (x if abs(x.data).max() < 2 else x.detach())

    with pytest.raises(GradientError, match=r"\(example (\d+)\)") as caught:
        assert_gradients(wrong_from_two, arrays((2,)), seed=3)
    assert f"(example {caught.value.example})" in str(caught.value)
    with pytest.raises(GradientError) as caught:
        assert_gradients(wrong_from_two, np.array([2.5]))
    assert caught.value.example == 1


@gradient_test(arrays((2, 3)), arrays((3,)), elementwise=True, examples=10)
def test_the_decorator_makes_a_test(x, scale):
    return x * scale


@gradient_test(scale=arrays((3,)), x=arrays((2, 3)), examples=10)
def test_the_decorator_takes_names(x, scale):
    return x * scale


def test_a_decorated_test_of_a_wrong_gradient_fails():
    @gradient_test(arrays((3,)))
    def wrong(x):
        return x * x.detach()

    with pytest.raises(GradientError, match="^wrong: half as large"):
        wrong()
    with pytest.raises(TypeError, match="wrong takes x, y; give a strategy for each, 1 came"):
        gradient_test(arrays((3,)))(lambda_of_two())


def lambda_of_two():
    def wrong(x, y):
        return x * y

    return wrong


# ---------------------------------------------------------------------- what cannot be told


def test_too_many_unresolved_comparisons_are_an_error():
    tally = Tally("f", examples=1, comparisons=400)
    tally.unresolved["noise"] = 4
    assert_resolved(tally)
    tally.unresolved["noise"] = 5
    with pytest.raises(GradientError, match=r"f: 1.2 % of 400 comparisons .* \(5: noise\)"):
        assert_resolved(tally)
    assert_resolved(tally, 0.02)


def test_few_comparisons_are_judged_by_count_and_not_by_share():
    assert_resolved(Tally("f", comparisons=6, unresolved=Counter({"noise": 1})))
    with pytest.raises(GradientError, match="100.0 % of 2"):
        assert_resolved(Tally("f", comparisons=2, unresolved=Counter({"noise": 2})))


@pytest.mark.parametrize("why", [NOISE, NOWHERE, INFINITE, f"exp {OVERFLOW}"])
def test_what_the_function_itself_hides_fails_only_where_most_is_hidden(why):
    assert_resolved(Tally("f", comparisons=100, unresolved=Counter({why: 40})))
    with pytest.raises(GradientError, match=f"60: {why}"):
        assert_resolved(Tally("f", comparisons=100, unresolved=Counter({why: 60})))


def test_a_function_that_cannot_be_resolved_is_an_error():
    def hole(x):
        return np.where(x == 0.5, 0.0, 1.0)

    options = {"vjp": lambda g, x: g, "properties": "P7"}
    with pytest.raises(GradientError, match="could not be told.*1: no slope on either side"):
        assert_gradients(hole, np.array([0.5]), **options)
    assert_gradients(hole, np.array([0.5]), **options, max_unresolved=1.0)


def test_a_function_that_is_hardly_ever_finite_is_an_error():
    with pytest.raises(GradientError, match="not finite at most points .* domain='positive'"):
        assert_gradients(autograd.log, -np.ones((3, 2)))
    tally = Tally("log", comparisons=10, outside=90)
    tally.count([], 0.0)
    assert_resolved(tally)
    assert NOT_FINITE.startswith("the value of the function")


# ---------------------------------------------------------------------- bad use


def test_integers_have_no_gradients():
    with pytest.raises(TypeError, match=r"f: nothing to differentiate.*\(3,\) and dtype int64.*"):
        check_grads(named_f, np.array([1, 2, 3]))
    with pytest.raises(TypeError, match="the arguments are 3.* pass floating numbers"):
        check_grads(named_f, 3)


def named_f(x):
    return x * x


named_f.__name__ = "f"


def test_a_random_function_is_named_with_the_cure():
    rng = np.random.default_rng(0)

    def dropout(x):
        return x * rng.integers(0, 2, x.shape)

    with pytest.raises(GradientError, match=r"dropout is not deterministic(.|\n)*pass them in"):
        check_grads(dropout, np.ones(20))
    with pytest.raises(GradientError, match="dropout is not deterministic"):
        assert_gradients(dropout, arrays((20,), domain="positive"))


def test_a_side_effect_on_an_input_is_named():
    def doubling(x):
        x *= 2
        return x

    with pytest.raises(GradientError, match=r"x was changed in place by the forward call"):
        assert_gradients(doubling, X, vjp=lambda g, x: 2 * g)


def test_a_side_effect_on_later_calls_is_named():
    calls = []

    def drifting(x):
        calls.append(1)
        return x * len(calls)

    with pytest.raises(GradientError, match="let no call change what a later one reads"):
        check_grads(drifting, X)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: None, "output 0 is NoneType.*is the `return` missing?"),
        (lambda x: x.detach().numpy(), "output 0 is ndarray.*its gradient was lost"),
        (lambda x: "text", "output 0 is str"),
        (lambda x: (x, 3), "output 1 is int"),
        (lambda x: [], "returned an empty list"),
    ],
)
def test_outputs_that_are_no_tensors_are_named(function, words):
    with pytest.raises(TypeError, match=words):
        check_grads(function, X)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: None, "output 0 is NoneType.*is the `return` missing?"),
        (lambda x: {"loss": "x"}, "output 0 is str"),
        (lambda x: np.array(["a"]), "output 0 is ndarray"),
        (lambda x: (), "returned an empty tuple"),
    ],
)
def test_outputs_that_are_no_arrays_are_named(function, words):
    with pytest.raises(TypeError, match=words):
        check_grads(function, X, vjp=lambda g, x: g)


def test_a_vjp_of_wrong_shape_is_named():
    with pytest.raises(
        GradientError,
        match=r"shape \(2, 3\), float64; expected the shape and dtype of bias, \(3,\)",
    ) as caught:
        check_grads(lambda x, bias: x + bias, X, X[0], vjp=lambda g, x, bias: (g, g))
    assert caught.value.diagnosis == "bias: the sum over broadcast axis 0 is missing"
    assert caught.value.property == "P1"


@pytest.mark.parametrize(
    ("vjp", "words"),
    [
        (lambda g, x: (g, g, g), "its vjp returned 3 gradients for 1 floating inputs"),
        (lambda g, x: None, "its vjp returned NoneType as the gradient of input 0"),
        (lambda g, x: "g", "its vjp returned str as the gradient of input 0"),
        (lambda g: g, "TypeError: .*takes 1 positional argument but 2 were given"),
    ],
)
def test_a_vjp_that_returns_something_else_is_named(vjp, words):
    with pytest.raises(GradientError, match=words):
        check_grads(np.sin, X, vjp=vjp)


def test_a_gradient_function_is_for_one_number():
    with pytest.raises(GradientError, match=r"returned shape \(2, 3\); gradient= is for functions"):
        check_grads(np.sin, X, gradient=np.cos)
    with pytest.raises(TypeError, match="give one of vjp= and gradient="):
        check_grads(np.sum, X, gradient=np.cos, vjp=np.cos)


def test_an_exception_in_the_function_says_at_which_inputs():
    def picky(x):
        if x.data.max() > 1.5:
            raise RuntimeError("too large")
        return x

    with pytest.raises(RuntimeError, match="too large") as caught:
        check_grads(picky, X)
    assert "while calling picky here" in caught.value.__notes__[0]
    assert "x = np.array([[0.5, -1.5, 2.0]" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match="too large") as caught:
        assert_gradients(picky, arrays((2,)))
    assert any("x = np.array([0.0, 2.0])" in note for note in caught.value.__notes__)


def test_an_exception_in_the_vjp_is_part_of_the_report():
    def vjp(g, x):
        raise IndexError("no such axis")

    with pytest.raises(GradientError, match="IndexError: no such axis") as caught:
        check_grads(np.sin, X, vjp=vjp)
    assert isinstance(caught.value.__cause__, IndexError)


def test_what_is_no_function_is_named():
    with pytest.raises(TypeError, match="expected a function, or a layer .*, got ndarray"):
        check_grads(X, X)
    with pytest.raises(ValueError, match="modes are 'rev' and 'fwd'"):
        check_grads(named_f, X, modes=("reverse",))
    with pytest.raises(ValueError, match="order is 1 or more, got 0"):
        check_grads(named_f, X, order=0)
    with pytest.raises(TypeError, match="cotangents: expected a list"):
        check_grads(named_f, X, cotangents=X)


# ---------------------------------------------------------------------- arrays that are used again


def test_a_rule_that_overwrites_its_earlier_answer_is_found():
    kept = np.zeros(3)

    def reused(g, x):
        np.multiply(g, np.cos(x), out=kept)
        return kept

    with pytest.raises(GradientError, match="overwritten by a later one"):
        assert_gradients(np.sin, np.ones(3), vjp=reused, properties="P3")


@pytest.mark.parametrize(
    ("function", "rule"),
    [
        (lambda x: x.copy(), lambda g, x: g),
        (lambda x: 3 * x, lambda g, x: 3 * g),
        (lambda x: x.T.copy(), lambda g, x: g.T),
        (lambda x: x.sum(), lambda g, x: np.broadcast_to(g, x.shape)),
    ],
)
def test_what_comes_may_be_handed_on(function, rule):
    assert_gradients(function, np.arange(6.0).reshape(2, 3), vjp=rule)


# ---------------------------------------------------------------------- a budget of time


def test_no_example_is_drawn_after_its_seconds():
    tally = assert_gradients(np.sin, arrays((3,)), vjp=lambda g, x: g * np.cos(x), seconds=1e-9)
    assert tally.examples == 1
    assert "stopped after 1e-09 s" in str(tally)
    tally = assert_gradients(
        np.sin, arrays((3,)), vjp=lambda g, x: g * np.cos(x), seconds=600.0, examples=3
    )
    assert tally.examples == 3
    assert tally.stopped is None
    with pytest.raises(ValueError, match="seconds is more than 0"):
        assert_gradients(np.sin, 1.0, vjp=lambda g, x: g * np.cos(x), seconds=0)


def test_a_fault_found_in_time_is_made_small_in_spite_of_it():
    with pytest.raises(GradientError):
        assert_gradients(np.sin, arrays((3,)), vjp=lambda g, x: g * np.sin(x), seconds=1e-9)
