"""The chain rule in figures: formulas, factors and what is passed on agree with the engine."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Tensor, op
from autograd.operation.record import records
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import named, variable
from viz.reading.chain_rule import with_aliases, with_arrivals, with_locals
from viz.reading.graph import as_tensors, read

ELEMENTWISE = [
    record
    for record in records.values()
    if record.ours and record.kind == "elementwise" and record.fast and record.name != "ldexp"
]


def with_chain(tensor):
    return with_locals(with_aliases(with_arrivals(read(as_tensors(tensor)))))


def evaluated(formula, names):
    """A printed formula, computed again by Python."""
    text = formula.replace("−", "-").replace("·", "*").replace("^", "**")
    text = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"**({m[0].translate(_LOWERED)})", text)
    text = re.sub(r"√(\w+)", r"sqrt(\1)", text).replace("√(", "sqrt(")
    text = re.sub(r"(?<![A-Za-z\d.])(\d+(?:\.\d+)?)(?=[A-Za-z])", r"\1*", text)
    functions = {name: record.function for name, record in records.items()}
    arrays = {name: np.float64(value) for name, value in names.items()}
    return float(eval(text, {**functions, **arrays}))


_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize("record", ELEMENTWISE, ids=lambda record: record.name)
def test_formulas_compute_what_the_rules_do(record):
    values = [0.6, 0.7][: record.arity]
    if record.name == "arccosh":
        values = [1.6, 2.0][: record.arity]
    arguments = [variable(v, n) for v, n in zip(values, "uv", strict=False)]
    result = named(record.function(*arguments), "y")
    result.backward()
    vertex = with_chain(result).vertices[-1]
    names = dict(zip("uv", values, strict=False)) | {"y": result.item()}
    for local in vertex.locals:
        if local is not None and local.formula:
            assert evaluated(local.formula, names) == pytest.approx(
                float(local.factor.values), rel=2e-3, abs=1e-6
            )
        elif local is not None:
            assert record.name in ("softsign", "copysign", "nan_to_num", "fmod", "remainder"), (
                "a rule that should print has no formula"
            )


def test_formulas_as_textbooks_write_them():
    x = variable(0.5, "x")
    expected = {
        "y": autograd.exp(x),
        "2x": x**2,
        "−sin(x)": autograd.cos(x),
        "y·(1 − y)": autograd.sigmoid(x),
        "1 − y²": autograd.tanh(x),
        "−y²": autograd.reciprocal(x),
        "1/x": autograd.log(x),
        "1/(2y)": autograd.sqrt(x),
        "3x²": x**3,
        "1": autograd.relu(x),
    }
    for formula, result in expected.items():
        (local,) = [each for each in with_chain(named(result, "y")).vertices[-1].locals if each]
        assert local.formula == formula


def test_matrix_products_have_their_form_and_shapes():
    x, w, b = (variable(np.ones(s), n) for s, n in (((4, 2), "X"), ((2, 3), "W"), (3, "B")))
    y = named(x @ w + b, "Y")
    z = named(autograd.linear(x, w.T), "Z")
    found = {(v.operation, local.argument): (local.formula, local.shapes)
             for v in with_chain((y, z)).vertices for local in v.locals if local}  # fmt: skip
    assert found["matmul", "X"] == ("∂L/∂v1 Wᵀ", "(4, 3) (3, 2)")
    assert found["matmul", "W"] == ("Xᵀ ∂L/∂v1", "(2, 4) (4, 3)")
    assert found["add", "B"] == ("1", "Σ (4, 3)")
    assert found["linear", "X"] == ("∂L/∂Z v2", "(4, 3) (3, 2)")


def test_a_broadcast_argument_collects_what_its_copies_send_back():
    y, b, c = (variable(np.ones(s), n) for s, n in (((2, 3), "Y"), (3, "B"), ((), "c")))
    out = named(named(y + b, "Z") * c, "out")
    out.backward(np.ones((2, 3)))
    picture = Picture(viz.draw(out, "dlfs", layout="builtin").svg())
    assert picture.node("Z").words("chain") == [
        "∂L/∂Y = ∂L/∂Z", "∂L/∂B = Σ ∂L/∂Z", "(3,) = Σ (2, 3)",
    ]  # fmt: skip
    assert picture.node("out").words("chain") == [
        "∂L/∂Z = ∂L/∂out × c", "∂L/∂c = Σ (∂L/∂out × Z)", "() = Σ (2, 3)",
    ]  # fmt: skip
    assert picture.defects() == []


@given(seed=st.integers(0, 10_000), operations=st.integers(1, 25))
def test_what_is_passed_on_adds_up_to_the_gradients(seed, operations):
    program = programs.random_program(seed, operations)
    graph = with_chain(program.result)
    arrived = {}
    with np.errstate(all="ignore"):
        for vertex in graph.vertices:
            for source, local in zip(vertex.sources, vertex.locals, strict=False):
                if local is not None and local.passed is not None:
                    arrived[source] = arrived.get(source, 0.0) + local.passed.values
                    if local.factor is not None:
                        np.testing.assert_allclose(
                            vertex.gradient.values * local.factor.values,
                            local.passed.values,
                            rtol=1e-9,
                        )
    for number, total in arrived.items():
        gradient = graph.vertices[number].gradient.values
        np.testing.assert_allclose(total, gradient, rtol=1e-6, atol=1e-12)


def test_the_chain_stands_at_the_gates():
    program = programs.circuit()
    program.result.backward()
    picture = Picture(viz.draw(program.result, "dlfs", layout="builtin").svg())
    assert picture.node("q").words("chain") == [
        "∂q/∂x = 1", "−4 × 1 = −4", "∂q/∂y = 1", "−4 × 1 = −4",
    ]  # fmt: skip
    assert picture.node("f").words("chain") == [
        "∂f/∂q = z = −4", "1 × (−4) = −4", "∂f/∂z = q = 3", "1 × 3 = 3",
    ]  # fmt: skip
    assert picture.defects() == []
    plain = viz.draw(program.result, "dlfs", derivatives=False, layout="builtin")
    assert "∂" not in plain.svg()
    before = programs.circuit()  # no gradient yet, and so no product either
    picture = Picture(viz.draw(before.result, "cs231n", derivatives=True).svg())
    assert picture.node("f").words("chain") == ["∂f/∂q = z = −4.00", "∂f/∂z = q = 3.00"]


def test_formulas_disturb_nothing():
    class Counter(autograd.graph.modes.Observer):
        seen = 0

        def operation_finished(self, *event):
            self.seen += 1

    x = variable(2.0, "x")
    y = autograd.exp(x) * x
    y.backward(retain_graph=True)
    gradient, counter = x.grad.item(), Counter()
    with autograd.graph.modes.observe(counter), autograd.no_grad():
        svg = viz.draw(y, "dlfs", layout="builtin", expand=True).svg()
    assert counter.seen == 0
    assert x.grad.item() == gradient
    assert "∂" in svg
    y.backward()
    assert x.grad.item() == 2 * gradient


def test_a_users_rule_that_cannot_be_written_is_left_out():
    @op("elementwise")
    def chain_test_odd(x):
        """Twice x."""
        return 2 * x

    def rule(g, x):
        if isinstance(x, Tensor):
            raise ValueError("only arrays")
        return g * 2

    chain_test_odd.vjp(x=rule)
    try:
        y = chain_test_odd(variable(3.0, "x"))
        y.backward()
        (local,) = with_chain(y).vertices[-1].locals
        assert (local.formula, float(local.factor.values)) == ("", 2.0)
    finally:
        del records["chain_test_odd"]
