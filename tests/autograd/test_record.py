"""Operations of one's own: registration, what rules read, several outputs, lists."""

import inspect

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad, op
from autograd.derivatives.forward import push_forward
from autograd.graph.node import ArraySpec
from autograd.operation.dispatch import numpy_functions
from autograd.operation.record import records
from autograd.testing import check_grads


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


# A function of NumPy's kind that the library will never know.
numpys = np.frompyfunc(np.cbrt, 1, 1)


@op("elementwise", symbol="³", numpy=numpys, methods=("cube_root",), domain="positive")
def cube_root(x):
    """Cube root.

    >>> cube_root(Tensor(8.0))
    Tensor(2.)
    """
    return np.cbrt(x)


cube_root.vjp(x=lambda g, out: g / (3 * out * out))


@op("general", arrays=("x",))
def polar(x, scale=1.0):
    """Two results of one pair: radius and angle, scaled, and a count that has no gradient."""
    radius = np.sqrt((x * x).sum())
    return scale * radius, np.arctan2(x[1], x[0]) * scale, np.int64(x.size)


def _polar_x(g, x, scale):
    square = (x * x).sum()
    across = autograd.stack([-x[1], x[0]]) if isinstance(x, Tensor) else np.stack([-x[1], x[0]])
    return scale * (g[0] * x / square**0.5 + g[1] * across / square)


polar.vjp(x=_polar_x)


@op("linear", sequence="arrays")
def weighted(arrays, weights=(1.0, 10.0, 100.0)):
    """Sum of a list of arrays, each with its weight."""
    total = 0.0
    for array, weight in zip(arrays, weights, strict=False):
        total = total + array * weight
    return total


weighted.vjp(
    arrays=lambda g, arrays_shape, weights: [
        autograd.sum_to(g * w, shape) for w, shape in zip(weights, arrays_shape, strict=False)
    ]
)


@op("general")
def product_and_more(x, y, power=2):
    """One rule for both arguments: (x y) ** power."""
    return (x * y) ** power


@product_and_more.vjp_all
def _all(g, x, y, power, wanted):
    shared = g * power * (x * y) ** (power - 1)
    return [shared * y if wanted[0] else None, shared * x if wanted[1] else None]


class TestOneArgument:
    def test_is_a_plain_function(self) -> None:
        assert inspect.isfunction(cube_root)
        assert cube_root.__name__ == "cube_root"
        assert cube_root.__doc__.startswith("Cube root.")
        assert list(inspect.signature(cube_root).parameters) == ["x"]
        assert repr(cube_root.op) == "<op cube_root: elementwise>"
        assert records["cube_root"] is cube_root.op

    def test_is_function_method_and_numpy_function(self) -> None:
        for call in (cube_root, Tensor.cube_root, numpys, lambda t: cube_root(x=t)):
            x = leaf([8.0, 27.0])
            y = call(x)
            assert y._node.op is cube_root.op
            y.sum().backward()
            np.testing.assert_allclose(x.grad.data, [1 / 12, 1 / 27])

    def test_has_all_orders(self) -> None:
        x = leaf(8.0)
        (first,) = grad(cube_root(x), x, create_graph=True)
        (second,) = grad(first, x, create_graph=True)
        assert second.item() == pytest.approx(-2 / 9 * 8 ** (-5 / 3))
        assert grad(second, x)[0].item() == pytest.approx(10 / 27 * 8 ** (-8 / 3))

    def test_has_forward_mode(self) -> None:
        x = leaf([8.0, 27.0])
        (tangent,) = push_forward([cube_root(x)], [x], [[12.0, 27.0]])
        np.testing.assert_allclose(tangent.data, [1.0, 1.0])

    def test_takes_arrays_numbers_and_lists(self) -> None:
        assert cube_root(8.0) == 2.0
        assert type(cube_root(np.array([8.0]))) is np.ndarray
        np.testing.assert_array_equal(cube_root([8.0, 27.0]), [2.0, 3.0])

    @pytest.mark.parametrize("arguments", [(), (1.0, 2.0)])
    def test_the_number_of_arguments_is_checked(self, arguments) -> None:
        with pytest.raises(TypeError, match="cube_root|positional"):
            cube_root(*arguments)


class TestSeveralOutputs:
    def test_have_values_and_one_node(self) -> None:
        x = leaf([3.0, 4.0])
        radius, angle, count = polar(x, scale=2.0)
        assert (radius.item(), count.item()) == (10.0, 2)
        assert (radius.requires_grad, angle.requires_grad, count.requires_grad) == (
            True,
            True,
            False,
        )
        assert radius._node.edges[0] is angle._node.edges[0]
        assert radius._node.edges[0].op is polar.op

    @pytest.mark.parametrize("used", [(0,), (1,), (0, 1)])
    def test_get_zeros_where_no_cotangent_arrives(self, used) -> None:
        x = leaf([3.0, 4.0])
        outputs = polar(x)
        autograd.backward([outputs[i] * (i + 1.0) for i in used])
        gradients = [np.array([0.6, 0.8]), 2 * np.array([-4.0, 3.0]) / 25]
        np.testing.assert_allclose(x.grad.data, sum(gradients[i] for i in used))

    def test_are_used_several_times(self) -> None:
        x = leaf([3.0, 4.0])
        radius, angle, _ = polar(x)
        (radius * radius + radius * angle * 0 + radius).backward()
        np.testing.assert_allclose(x.grad.data, 2 * x.data + x.data / 5)

    def test_have_second_derivatives(self) -> None:
        x = leaf([3.0, 4.0])
        radius, angle, _ = polar(x)
        (first,) = grad(radius * radius * 0.5 + angle, x, create_graph=True)
        (product,) = grad(first, x, [1.0, 0.0])
        # Hessian of r²/2 is the identity; of the angle [2xy, y²-x²; y²-x², -2xy] / r⁴.
        np.testing.assert_allclose(product.data, [1 + 24 / 625, 7 / 625])

    def test_have_forward_mode(self) -> None:
        x = leaf([3.0, 4.0])
        radius, angle, _ = polar(x)
        tangents = push_forward([radius, angle], [x], [[1.0, 2.0]])
        np.testing.assert_allclose([t.item() for t in tangents], [2.2, 2 / 25])

    def test_as_targets_of_grad(self) -> None:
        x = leaf([3.0, 4.0])
        radius, angle, _ = polar(x)
        results = grad(radius * 3 + angle * 5, [radius, angle])
        assert [r.item() for r in results] == [3.0, 5.0]

    def test_of_constants_are_plain(self) -> None:
        assert not polar(Tensor([3.0, 4.0]))[0].requires_grad
        assert type(polar(np.array([3.0, 4.0]))) is tuple


class TestLists:
    def test_take_tensors_arrays_and_numbers(self) -> None:
        x, y = leaf([1.0, 2.0]), leaf(3.0)
        out = weighted([x, np.array([5.0, 5.0]), y])
        np.testing.assert_array_equal(out.data, [351.0, 352.0])
        out.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 1.0])
        assert y.grad.item() == 200.0

    def test_of_one_tensor_many_times(self) -> None:
        x = leaf(1.0)
        weighted([x, x, x]).backward()
        assert x.grad.item() == 111.0

    def test_with_other_keywords(self) -> None:
        x = leaf(1.0)
        weighted((x, x), weights=(2.0, 3.0)).backward()
        assert x.grad.item() == 5.0

    def test_have_forward_mode_for_every_subset(self) -> None:
        x, y = leaf(1.0), leaf(1.0)
        out = weighted([x, y])
        assert push_forward([out], [x], [1.0])[0].item() == 1.0
        assert push_forward([out], [y], [1.0])[0].item() == 10.0
        assert push_forward([out], [x, y], [1.0, 1.0])[0].item() == 11.0

    def test_a_generator_is_a_list(self) -> None:
        assert weighted(leaf(float(i)) for i in range(3)).item() == 210.0


class TestOneRuleForAll:
    @pytest.mark.parametrize("wanted", ["x", "y", "xy"])
    def test_for_every_subset(self, wanted) -> None:
        x = Tensor(2.0, requires_grad="x" in wanted)
        y = Tensor(3.0, requires_grad="y" in wanted)
        product_and_more(x, y).backward()
        assert (x.grad.item() if "x" in wanted else x.grad) == (36.0 if "x" in wanted else None)
        assert (y.grad.item() if "y" in wanted else y.grad) == (24.0 if "y" in wanted else None)

    def test_second_derivatives_and_forward_mode(self) -> None:
        x, y = leaf(2.0), leaf(3.0)
        z = product_and_more(x, y, power=3)
        (first,) = grad(z, x, create_graph=True)  # 3 x² y³
        assert grad(first, y, retain_graph=True)[0].item() == 9 * 4 * 9
        assert push_forward([z], [x, y], [1.0, 1.0])[0].item() == pytest.approx(
            3 * 4 * 27 + 3 * 8 * 9
        )


class TestWhatIsKept:
    def test_what_no_rule_reads_is_let_go(self) -> None:
        @op("general")
        def keeps_a_shape(x, y):
            """Reads the shape of x, the value of nothing."""
            return x + y.sum()

        keeps_a_shape.vjp(
            x=lambda g: g, y=lambda g, y_shape: autograd.broadcast_to(g.sum(), y_shape)
        )
        x, y = leaf(np.ones(1000)), leaf(np.ones(2000))
        out = keeps_a_shape(x, y)
        assert not any(isinstance(kept, np.ndarray) for kept in out._node.inputs)
        assert isinstance(out._node.value, ArraySpec)
        out.sum().backward()
        np.testing.assert_array_equal(y.grad.data, np.full(2000, 1000.0))

    def test_only_what_the_needed_rules_read(self) -> None:
        x, c = leaf(np.ones(1000)), Tensor(np.ones(1000))
        saved_x, saved_c = (x * c)._node.inputs
        assert saved_x is None
        assert saved_c is c._value

    def test_of_several_results_those_that_are_read(self) -> None:
        @op("general", arrays=("x",))
        def with_scale(x):
            """x / ‖x‖², and ‖x‖²."""
            square = (x * x).sum()
            return x / square, square

        def rule(g, x, out1):
            along = (g[0] * x).sum() / out1
            return g[0] / out1 - 2 * x * along / out1 + 2 * x * g[1]

        with_scale.vjp(x=rule)
        check_grads(lambda x: with_scale(x), np.arange(1.0, 4.0), order=2)
        out, square = with_scale(leaf(np.ones(1000)))
        large, small = square._node.edge0.value
        assert isinstance(large, ArraySpec)
        assert small == 1000
        out += 1.0
        (out * square).sum().backward()  # nothing that a rule reads was written into

    def test_one_of_several_results_where_there_is_one(self) -> None:
        @op("general", arrays=("x",))
        def twice_of_one_result(x):
            """2 x."""
            return 2 * x

        twice_of_one_result.vjp(x=lambda g, out0: 2 * g)
        with pytest.raises(TypeError, match="a rule reads out0 of an operation with one result"):
            twice_of_one_result(leaf(np.ones(3))).sum().backward()

    def test_keywords_are_read_by_name(self) -> None:
        @op("general", arrays=("x",))
        def scaled(x, *, factor=2.0, offset=0.0):
            """factor x + offset."""
            return factor * x + offset

        scaled.vjp(x=lambda g, factor: g * factor)
        x = leaf(1.0)
        (scaled(x, factor=5.0) + scaled(x) + scaled(x, offset=3.0)).backward()
        assert x.grad.item() == 9.0


def declare(kind="elementwise", **options):
    @op(kind, **options)
    def declared_badly(x, y):
        """For errors at registration."""
        return x * y

    return declared_badly


class TestRegistrationErrors:
    def test_unknown_kinds(self) -> None:
        with pytest.raises(ValueError, match="kind 'pointwise' is not one of elementwise, linear"):
            declare("pointwise")

    def test_unknown_options(self) -> None:
        with pytest.raises(TypeError, match="colour"):
            declare(colour="red")

    @pytest.mark.parametrize(
        ("rules", "error", "match"),
        [
            ({"z": lambda g: g}, ValueError, "'z' is not an array argument; it has x, y"),
            (
                {"x": lambda g, weight: g},
                ValueError,
                "the rule for x reads 'weight', which is none of",
            ),
            ({"x": lambda: 1.0}, ValueError, "takes no cotangent"),
            ({"x": np.multiply}, TypeError, "a rule must be a plain Python function"),
            ({"x": lambda g, *rest: g}, TypeError, "positional parameters only"),
            ({"x": lambda g, *, y: g}, TypeError, "positional parameters only"),
            ({"x": lambda g, **rest: g}, TypeError, "positional parameters only"),
        ],
    )
    def test_rules_that_read_what_is_not_there(self, rules, error, match) -> None:
        function = declare()
        with pytest.raises(error, match=match):
            function.vjp(**rules)
        assert function.op.rules == {}

    def test_one_bad_rule_registers_none(self) -> None:
        function = declare()
        with pytest.raises(ValueError, match="reads 'nonsense'"):
            function.vjp(x=lambda g: g, y=lambda g, nonsense: g)
        assert function.op.rules == {}

    def test_rules_of_constants(self) -> None:
        with pytest.raises(TypeError, match=r"declared_badly\.vjp: the kind 'constant'"):
            declare("constant").vjp(x=lambda g: g)

    def test_jvp_where_the_kind_gives_it(self) -> None:
        with pytest.raises(
            TypeError, match="the kind 'elementwise' already gives the forward mode"
        ):
            declare().jvp(x=lambda t: t)

    def test_jvp_that_reads_what_is_not_kept(self) -> None:
        function = declare("general")
        function.vjp(x=lambda g, y: g * y, y=lambda g, x: g * x)
        for name, rule in (("y", lambda t, y: t * y), ("out", lambda t, out: t * out)):
            with pytest.raises(
                ValueError, match=f"reads '{name}', which its vjp rule does not read"
            ):
                function.jvp(y=rule)
        assert function.op.push_rules == {}

    def test_one_rule_for_all_of_a_simple_elementwise_operation(self) -> None:
        with pytest.raises(TypeError, match="takes one rule per argument"):
            declare().vjp_all(lambda g, x, y: [g * y, g * x])

    def test_arrays_come_first(self) -> None:
        with pytest.raises(ValueError, match="must take its arrays first"):

            @op("general", arrays=("y",))
            def wrong_order(axis, y):
                """Keyword before array."""

    def test_a_taken_name(self) -> None:
        with pytest.raises(ValueError, match="the name 'exp' is taken by autograd.ops.elementwise"):

            @op("elementwise")
            def exp(x):
                """Not ours."""
                return x

        assert records["exp"] is autograd.exp.op

    @pytest.mark.parametrize(
        "options",
        [
            {"methods": ("reshape",)},
            {"methods": ("grad",)},
            {"reflected": "__radd__"},
            {"inplace": "__iadd__"},
            {"numpy": np.multiply},
            {"numpy": (np.frompyfunc(np.add, 2, 1), np.multiply)},
        ],
    )
    def test_taken_methods_and_numpy_functions_register_nothing(self, options) -> None:
        before = dict(numpy_functions), dict(Tensor.__dict__)
        with pytest.raises(ValueError, match="already"):

            @op("elementwise", **{"numpy": np.frompyfunc(np.add, 2, 1), **options})
            def would_take(x, y):
                """Never registered."""
                return x

        assert (dict(numpy_functions), dict(Tensor.__dict__)) == before
        assert "would_take" not in records


class TestWrongRules:
    """A rule's result that cannot be the gradient is an error that names operation and argument."""

    @staticmethod
    def make(rule, kind="general"):
        @op(kind)
        def ruled_wrongly(x, y):
            """Its rule for y is right."""
            return x * y

        ruled_wrongly.vjp(x=rule, y=lambda g, x: g * x)
        return ruled_wrongly

    @pytest.mark.parametrize("create_graph", [False, True])
    @pytest.mark.parametrize(
        ("rule", "error", "match"),
        [
            (
                lambda g: g.sum(),
                ValueError,
                r"the rule of ruled_wrongly for 'x' returned shape \(\), the argument has \(2,\)",
            ),
            (lambda g: autograd.stack([g, g]), ValueError, r"for 'x' returned shape \(2, 2\)"),
            (lambda g: None, (TypeError, ValueError), "for 'x' returned None"),
            (lambda g: "gradient", TypeError, "for 'x' returned str"),
            (lambda g: [g], TypeError, "for 'x' returned list"),
        ],
    )
    def test_of_wrong_shape_or_type(self, rule, error, match, create_graph) -> None:
        x, y = leaf([1.0, 2.0]), leaf([1.0, 2.0])
        z = self.make(rule)(x, y).sum()
        with pytest.raises(error, match=match):
            z.backward(create_graph=create_graph)
        assert x.grad is None
        assert y.grad is None

    def test_broadcasting_is_undone_for_elementwise_only(self) -> None:
        x, y = leaf([1.0, 2.0]), leaf(np.ones((3, 2)))
        self.make(lambda g, y: g * y, "elementwise")(x, y).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [3.0, 3.0])
        z = self.make(lambda g, y: g * y)(x, y).sum()
        with pytest.raises(ValueError, match=r"returned shape \(3, 2\), the argument has \(2,\)"):
            z.backward()

    def test_an_elementwise_gradient_that_is_too_small(self) -> None:
        x, y = leaf([1.0, 2.0]), leaf([1.0, 2.0])
        z = self.make(lambda g: g[:1], "elementwise")(x, y).sum()
        with pytest.raises(ValueError, match=r"returned shape \(1,\), the argument has \(2,\)"):
            z.backward()

    def test_a_wrong_number_of_gradients(self) -> None:
        @op("general")
        def counts_wrongly(x, y, z):
            """Three arguments, two gradients."""
            return x + y + z

        counts_wrongly.vjp_all(lambda g: [g, g])
        x = leaf(1.0)
        with pytest.raises(ValueError, match="counts_wrongly: its rule returned 2 gradients for 3"):
            counts_wrongly(x, x, x).backward()

    def test_a_wrong_dtype_is_cast_and_an_error_where_tests_ask(self, monkeypatch) -> None:
        function = self.make(lambda g, y: g * y * np.ones(2), "elementwise")
        x, y = leaf(np.ones(2, np.float32)), leaf(np.ones(2, np.float32))
        function(x, y).sum().backward()
        assert x.grad.dtype == np.float32
        monkeypatch.setattr(autograd.derivatives.gradients, "strict_dtypes", True)
        with pytest.raises(
            TypeError, match="for 'x' returned dtype float64, the argument has float32"
        ):
            function(x, y).sum().backward()

    def test_a_python_number_is_a_gradient_of_a_number(self) -> None:
        x, y = leaf(3.0), leaf(4.0)
        self.make(lambda g: 7)(x, y).backward()
        assert x.grad.item() == 7.0
        assert x.grad.dtype == np.float64
