"""Random trainings beside PyTorch: ten steps of all kinds of models, losses and optimizers.

`python -m tests.nn.pytorch.test_random_training` writes PyTorch's numbers for machines without it.
"""

import collections
import json
from pathlib import Path

import numpy as np
import pytest

from tests.nn.random_training import OURS, Library, draw, train

torch = pytest.importorskip("torch")

THEIRS = Library(
    torch.nn, torch.nn.functional, torch.optim,
    lambda a: torch.from_numpy(np.array(a)), lambda t: t.detach().numpy(),
)  # fmt: skip
NUMBERS = Path(__file__).resolve().parent.parent / "random_trainings.json"
CHECKED_IN = 60


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", range(CHECKED_IN))
def test_ten_steps(seed):
    plan = draw(seed)
    ours, theirs = train(OURS, plan), train(THEIRS, plan)
    np.testing.assert_allclose(ours["losses"], theirs["losses"], rtol=1e-6, atol=1e-8)
    assert list(ours["state"]) == list(theirs["state"])
    for name, value in ours["state"].items():
        np.testing.assert_allclose(value, theirs["state"][name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_plans_are_of_all_kinds():
    plans = [draw(seed) for seed in range(600)]
    layers = collections.Counter(
        args[0] if args and isinstance(args[0], str) else name
        for plan in plans
        for name, args, _ in plan.layers
    )
    assert len(layers) > 90
    assert len({plan.loss for plan in plans}) == 24
    assert len({plan.optimizer[0] for plan in plans}) == 10


def write() -> None:
    """Write the losses and sizes of the states after PyTorch's trainings."""
    found = {}
    for seed in range(CHECKED_IN):
        result = train(THEIRS, draw(seed))
        sizes = [float(np.abs(value).sum()) for value in result["state"].values()]
        found[seed] = {"losses": result["losses"], "size": sum(sizes)}
    lines = ",\n".join(f'"{seed}": {json.dumps(each)}' for seed, each in found.items())
    NUMBERS.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write()
