"""detect_anomaly, explain and profile say what is wrong, where, and what to do."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, detect_anomaly, explain, profile

HERE = r"test_diagnosis\.py:\d+"


class TestAnomaly:
    def test_the_first_bad_forward_value_is_named_with_its_line(self):
        x = Tensor([1.0, 0.0], requires_grad=True)
        with (
            detect_anomaly(),
            pytest.raises(FloatingPointError, match=rf"log produced -inf in 1 of 2 .*{HERE}"),
        ):
            (x * 2).log().sum().backward()

    def test_what_was_bad_already_is_not_blamed(self):
        x = Tensor([np.nan, 1.0], requires_grad=True)
        with detect_anomaly():
            (x * 2).sum().backward()
        assert np.array_equal(x.grad.data, [2.0, 2.0])

    def test_a_bad_gradient_names_the_operation_and_its_call(self):
        x = Tensor([0.0, 4.0], requires_grad=True)
        with (
            detect_anomaly(),
            pytest.raises(
                FloatingPointError, match=rf"gradient of sqrt .*'x' is inf.*{HERE}"
            ) as bad,
        ):
            ag.sqrt(x).sum().backward()
        assert "where()" not in str(bad.value), "no branch is to blame for an infinite slope"

    def test_the_branch_that_where_did_not_take(self):
        x = Tensor([0.0, 4.0], requires_grad=True)
        with (
            detect_anomaly(),
            pytest.raises(FloatingPointError, match=r"where\(\) did not take.*where\(ok, sqrt"),
        ):
            ag.where(x.data > 0, ag.sqrt(x), 0.0).sum().backward()

    def test_a_branch_that_is_bad_in_the_forward_pass_already(self):
        x = Tensor([-1.0, 4.0], requires_grad=True)
        with (
            detect_anomaly(),
            pytest.raises(
                FloatingPointError,
                match=rf"log produced NaN in 1 of 2 .*{HERE}; if a where\(\).*log\(where\(ok, x, 1",
            ),
        ):
            ag.where(x.data > 0, ag.log(x), 0.0).sum().backward()
        with detect_anomaly(), pytest.raises(FloatingPointError) as everywhere:
            ag.log(-x * x)
        assert "where()" not in str(everywhere.value)

    def test_the_cure_it_names_works(self):
        x = Tensor([0.0, 4.0], requires_grad=True)
        with detect_anomaly():
            ok = x.data > 0
            ag.where(ok, ag.sqrt(ag.where(ok, x, 1.0)), 0.0).sum().backward()
        assert np.array_equal(x.grad.data, [0.0, 0.25])

    def test_a_raw_write_to_a_saved_array_is_found(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        with detect_anomaly():
            y = (x * x).sum()
            x.data[...] = 5.0
            with pytest.raises(RuntimeError, match=rf"mul, called at .*{HERE}, saved its argument"):
                y.backward()

    def test_outside_the_block_nothing_is_watched(self):
        x = Tensor(0.0, requires_grad=True)
        with detect_anomaly():
            pass
        with np.errstate(divide="ignore"):
            assert ag.log(x).item() == -np.inf

    def test_it_decorates_and_nests_with_other_observers(self):
        @detect_anomaly()
        def run(x):
            return ag.log(x)

        with profile() as costs, pytest.raises(FloatingPointError, match="log produced"):
            run(Tensor(0.0, requires_grad=True))
        assert costs.forward["log"].calls == 1


class TestExplain:
    def test_every_reason(self):
        x = Tensor([1.0, 2.0], requires_grad=True, name="x")
        cut = (x * 2).detach()
        with ag.no_grad():
            blind = x * 3
        ranked = x.argsort()
        assert "backward() has not been run" in explain(x)
        assert "detached at" in explain(cut)
        assert "test_diagnosis.py" in explain(cut)
        assert "under no_grad" in explain(blind)
        assert "which has no derivative" in explain(ranked)
        assert "int64" in explain(Tensor([1]))
        assert "requires_grad=True" in explain(Tensor(1.0))

    def test_after_backward(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        y = x * 2
        z = y.sum()
        z.backward()
        assert "has a gradient of shape (2,)" in explain(x)
        assert "retain_grad()" in explain(y)
        x.grad = None
        assert "cleared since" in explain(x)

    @pytest.mark.parametrize(
        "run",
        [
            lambda x: (x * 2).sum().backward(),
            lambda x: (x * 2).sum().backward(inputs=x),
            lambda x: (x * 2).sum().backward(create_graph=True),
        ],
        ids=["backward", "inputs", "create_graph"],
    )
    @pytest.mark.parametrize("data", [1.0, [1.0, 2.0]])
    def test_a_gradient_that_several_passes_added_to_says_so(self, run, data):
        def forget(x):
            x.grad = None

        def zeros(x):
            x.grad = Tensor(np.zeros(x.shape))

        def in_place(x):
            x.grad.data *= 0

        x = Tensor(data, requires_grad=True)
        run(x)
        assert "passes" not in explain(x)
        for count in (2, 3):
            run(x)
            assert f"the sum of {count} backward passes" in explain(x)
            assert "zero_grad()" in explain(x)
        for clear in (forget, zeros, in_place):
            clear(x)
            run(x)
            assert "passes" not in explain(x)
            run(x)
            assert "the sum of 2 backward passes" in explain(x)

    def test_optimizers_and_modules_that_forget_or_zero(self):
        import nn

        model = nn.Linear(2, 1)
        optimizer = nn.optim.SGD(model.parameters())
        for forget in (optimizer.zero_grad, model.zero_grad):
            for set_to_none in (True, False):
                for _ in range(2):
                    model([[1.0, 2.0]]).sum().backward()
                assert "the sum of" in explain(model.weight)
                forget(set_to_none=set_to_none)
                model([[1.0, 2.0]]).sum().backward()
                assert "the sum of" not in explain(model.weight)

    def test_what_retains_its_gradient_is_not_told_to(self):
        y = Tensor(1.0, requires_grad=True) * 2
        assert "call .retain_grad()" in explain(y)
        y.retain_grad()
        assert explain(y) == (
            "no gradient: backward() has not been run on anything computed from it"
        )
        y.backward()
        assert "has a gradient" in explain(y)

    def test_positions_say_which_operation_made_them(self):
        x = Tensor([1.0, 2.0], requires_grad=True)
        assert "int64 (it was computed by argmax, which has no derivative)" in explain(x.argmax())

    def test_a_path_that_was_cut(self):
        x = Tensor(1.0, requires_grad=True)
        y = (x * 2).detach() * Tensor(3.0, requires_grad=True)
        assert "not computed from it in the graph: argument 0 of mul was detached at" in explain(
            x, y
        )
        assert "was not computed from it" in explain(x, Tensor(1.0, requires_grad=True) * 2)
        assert "does not require gradients" in explain(x, Tensor(1.0))

    def test_other_things_are_refused(self):
        with pytest.raises(TypeError, match="explain: expected a Tensor, got ndarray"):
            explain(np.ones(2))


class TestProfile:
    def test_calls_bytes_and_the_table(self):
        x = ag.ones((10, 10), requires_grad=True)
        with profile() as costs:
            for _ in range(3):
                (x @ x).sum().backward()
        assert costs.forward["matmul"].calls == 3
        assert costs.forward["matmul"].bytes == 3 * 800
        assert costs.backward["matmul"].bytes == 3 * 1600
        lines = str(costs).splitlines()
        assert lines[0].split()[:3] == ["operation", "calls", "forward"]
        assert {line.split()[0] for line in lines[1:]} >= {"matmul", "sum"}
        assert sum(float(line.split()[-1].rstrip("%")) for line in lines[1:]) == pytest.approx(
            100, abs=1
        )

    def test_nothing_is_measured_outside(self):
        with profile() as costs:
            pass
        ag.exp(Tensor(1.0))
        assert costs.forward == {}
