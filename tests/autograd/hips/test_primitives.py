"""Operations that programs define by `primitive`, `defvjp` and `defjvp`."""

import numpy
import pytest

import autograd.numpy as np
from autograd import deriv, grad, jacobian, make_jvp
from autograd.extend import (
    Box,
    VSpace,
    def_linear,
    defjvp,
    defjvp_argnum,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    primitive,
    register_notrace,
)
from autograd.extend import VJPNode as Reverse
from autograd.misc import const_graph
from autograd.test_util import check_grads
from autograd.tracer import Node, trace
from autograd.util import func


def scaled_power(x, n, scale=1.0):
    return scale * x**n


def with_rules():
    made = primitive(scaled_power)
    defvjp(
        made,
        lambda ans, x, n, scale=1.0: lambda g: g * scale * n * x ** (n - 1),
        None,
        lambda ans, x, n, scale=1.0: lambda g: np.sum(g * x**n),
    )
    return made


def test_rules_take_every_argument():
    power = with_rules()
    x = numpy.array([1.0, 2.0])
    check_grads(power, 0)(x, 3)
    check_grads(power, (0, 2))(x, 3, 2.0)
    assert grad(lambda n: np.sum(power(x, n)))(3.0) == 0.0
    numpy.testing.assert_array_equal(power(x, 3, scale=2.0), 2 * x**3)
    with pytest.raises(TypeError, match="'scale' is passed by name and would get no gradient"):
        grad(lambda s: np.sum(power(x, 3, scale=s)))(2.0)


def test_arguments_and_results_of_any_structure():
    @primitive
    def mixed(pair, names, function):
        return {"sum": pair[0] + pair[1], "product": [function(pair[0]) * pair[1]]}

    def rule(ans, pair, names, function):
        x, y = pair
        assert names == ("x", "y")
        return lambda g: (g["sum"] + g["product"][0] * y * 2 * x, g["sum"] + g["product"][0] * x**2)

    defvjp(mixed, rule)

    def square(x):
        return x**2

    def total(pair):
        out = mixed(pair, ("x", "y"), square)
        return np.sum(out["sum"] * out["product"][0])

    check_grads(total)((numpy.array([1.0, 2.0]), numpy.array([3.0, -1.0])))
    plain = mixed((2.0, 3.0), ("x", "y"), square)
    assert plain == {"sum": 5.0, "product": [12.0]}


def test_one_rule_for_all_arguments():
    product = primitive(lambda x, y: x * y)
    defvjp_argnums(
        product,
        lambda argnums, ans, args, kwargs: lambda g: [g * args[1 - argnum] for argnum in argnums],
    )
    check_grads(product, (0, 1), modes=["rev"])(2.0, 3.0)
    quotient = primitive(lambda x, y: x / y)
    defvjp_argnum(
        quotient,
        lambda argnum, ans, args, kwargs: (
            lambda g: g / args[1] if argnum == 0 else -g * ans / args[1]
        ),
    )
    check_grads(quotient, (0, 1))(2.0, 3.0)


def test_forward_rules_are_used():
    cube = primitive(lambda x: x**3)
    defjvp(cube, lambda g, ans, x: 7 * g)
    assert deriv(cube)(2.0) == 7.0
    with pytest.raises(NotImplementedError, match="VJP of <lambda> wrt argnums 0 not defined"):
        grad(cube)(2.0)
    twice = primitive(lambda x, y: 2 * x + 3 * y)
    def_linear(primitive(lambda x: x))
    defjvp(twice, lambda g, ans, x, y: 2 * g, lambda g, ans, x, y: 3 * g)
    assert make_jvp(twice, (0, 1))(1.0, 1.0)((1.0, 10.0))[1] == 32.0
    same = primitive(lambda x: 5 * x)
    defjvp(same, "same")
    assert deriv(same)(1.0) == 5.0
    defjvp_argnum(same, lambda argnum, g, ans, args, kwargs: -g)
    assert deriv(same)(1.0) == -1.0
    nothing = primitive(lambda x: numpy.round(x))
    defjvp(nothing, None)
    assert deriv(nothing)(1.0) == 0.0


def test_without_forward_rules_the_reverse_mode_is_transposed():
    power = with_rules()
    x = numpy.array([1.0, 2.0])
    numpy.testing.assert_allclose(make_jvp(power)(x, 3)(numpy.ones(2))[1], 3 * x**2)


def test_what_has_no_rule_says_so():
    lonely = primitive(lambda x, y: x * y)
    with pytest.raises(NotImplementedError, match="define it by defvjp"):
        grad(lonely)(1.0, 2.0)
    defvjp(lonely, lambda ans, x, y: lambda g: g * y)
    assert grad(lonely)(1.0, 2.0) == 2.0
    with pytest.raises(NotImplementedError, match="wrt argnums 1 not defined"):
        grad(lonely, 1)(1.0, 2.0)
    with pytest.raises(TypeError, match="sin is no primitive"):
        defvjp(numpy.sin, lambda ans, x: lambda g: g)
    with pytest.raises(TypeError, match="is a function or None, got 3"):
        defvjp(lonely, 3)
    with pytest.raises(TypeError, match='a function, "same" or None'):
        defjvp(lonely, "equal")


def test_functions_without_derivative():
    @notrace_primitive
    def seen(x):
        assert isinstance(x, (numpy.ndarray, numpy.generic))
        return float(numpy.sum(x))

    assert grad(lambda x: x * seen(x))(3.0) == 3.0
    rounded = primitive(numpy.round)
    register_notrace(Reverse, rounded)
    assert grad(lambda x: x + rounded(x))(0.3) == 1.0


def test_numpy_functions_take_rules():
    histogram = np.histogram
    with pytest.raises(TypeError):
        grad(lambda x: np.sum(np.histogram(x)[1]))(numpy.array([1.0, 2.0]))
    defvjp(histogram, lambda ans, x: lambda g: numpy.array([g[1][0], g[1][-1]]))
    found = grad(lambda x: np.sum(np.histogram(x)[1][0]))(numpy.array([1.0, 2.0]))
    numpy.testing.assert_array_equal(found, [1.0, 0.0])


def test_the_ways_of_older_programs():
    product = primitive(lambda x, y: x * y)
    product.defvjp(lambda g, ans, vs, gvs, x, y: y * g)
    product.defvjp(lambda g, ans, vs, gvs, x, y: x * g, argnum=1)
    check_grads(product, (0, 1), modes=["rev"])(2.0, 3.0)
    product.defgrad(lambda ans, x, y: lambda g: 5 * g)
    assert grad(product)(2.0, 3.0) == 5.0
    product.defvjp_is_zero([1])
    assert grad(product, 1)(2.0, 3.0) == 0.0


class Printed(Node):
    lines: list = []  # noqa: RUF012  # of one test

    def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
        self.lines.append((fun.__name__, float(numpy.sum(value)), parent_argnums))

    def initialize_root(self, x):
        self.x = x


def test_traces_are_made_of_ones_own_nodes():
    Printed.lines.clear()
    value, node = trace(Printed.new_root(1.0), lambda x: np.sin(x + x) * 2, 1.0)
    assert value == pytest.approx(2 * numpy.sin(2.0))
    assert isinstance(node, Printed)
    assert Printed.lines == [
        ("add", 2.0, (0, 1)),
        ("sin", pytest.approx(numpy.sin(2.0)), (0,)),
        ("multiply", pytest.approx(2 * numpy.sin(2.0)), (0,)),
    ]
    assert trace(Printed.new_root(1.0), lambda x: 3.0, 1.0) == (3.0, None)
    # The argument may belong to a function that is differentiated.
    assert grad(lambda x: trace(Printed.new_root(x), lambda y: y * y, x)[0])(3.0) == 6.0


def test_graphs_of_one_run_are_computed_again():
    runs = []

    def function(x, tree):
        runs.append(1)
        values, _ = np.linalg.eigh(tree["matrix"] + np.eye(2))
        return np.sum(values) * grad(lambda y: y**3)(x)

    replayed = const_graph(function)
    matrix = numpy.array([[2.0, 1.0], [1.0, 5.0]])
    assert replayed(2.0, {"matrix": matrix}) == pytest.approx(9 * 12)
    assert replayed(3.0, {"matrix": 2 * matrix}) == pytest.approx(16 * 27)
    assert len(runs) == 1
    assert grad(replayed)(2.0, {"matrix": matrix}) == pytest.approx(9 * 12)
    assert jacobian(lambda x: replayed(x, {"matrix": matrix}))(2.0) == pytest.approx(9 * 12)
    with pytest.raises(ValueError, match="depends on no argument"):
        const_graph(lambda x: 1.0)(2.0)


class Polynomial:
    """A value of a class of one's own: coefficients by power."""

    def __init__(self, coefficients):
        self.coefficients = dict(coefficients)

    @primitive
    def __call__(self, x):
        return sum((c * x**power for power, c in self.coefficients.items()), 0.0)

    @primitive
    def half(self):
        return Polynomial({power: c / 2 for power, c in self.coefficients.items()})


class PolynomialBox(Box, Polynomial):
    @property
    def coefficients(self):
        return self._value.coefficients


class PolynomialSpace(VSpace):
    def zeros(self):
        return Polynomial({})

    def _add(self, f, g):
        powers = f.coefficients.keys() | g.coefficients.keys()
        return Polynomial(
            {p: f.coefficients.get(p, 0.0) + g.coefficients.get(p, 0.0) for p in powers}
        )


Polynomial.__add__ = lambda self, other: PolynomialSpace(self)._add(self, other)
PolynomialBox.register(Polynomial)
PolynomialSpace.register(Polynomial)
defvjp(
    func(Polynomial.__call__),
    lambda ans, f, x: lambda g: Polynomial({p: g * x**p for p in f.coefficients}),
)
defvjp(func(Polynomial.half), lambda ans, f: lambda g: g.half())


def test_values_of_ones_own_classes():
    f = Polynomial({1: 2.0, 3: 1.0})
    assert f(2.0) == 12.0
    found = grad(lambda f: f(2.0) ** 2 + f(1.0))(f)
    assert found.coefficients == {1: 24 * 2 + 1.0, 3: 24 * 8 + 1.0}
    through = grad(lambda pair: pair[0].half()(2.0) * pair[1])((f, 5.0))
    assert through[0].coefficients == {1: 5.0, 3: 20.0}
    assert through[1] == 6.0
    assert grad(lambda pair: pair[1] ** 2)((f, 3.0))[0].coefficients == {}
    assert grad(lambda x: grad(lambda f: f(2.0) * x)(f)(1.0))(3.0) == 10.0
