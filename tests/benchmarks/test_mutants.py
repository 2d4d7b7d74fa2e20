"""Mutants of the operations: what is changed, how they are sampled, that they are judged."""

import ast
import os
import subprocess
import sys

import pytest

from benchmarks import mutants
from benchmarks.mutants import OPERATIONS, ROOT, judged_by, mutants_of, spread, survives

SOURCE = '''
LIMIT = 3


@op("elementwise", symbol="+")
def shifted(x, y, by=2):
    """1 + 1."""
    if by < 0 and x is not None:
        raise ValueError(f"by={by - 1}")
    return x - by * sum(y, axis=-1)


def _helper(g):
    return not g


def composed(x):
    return shifted(x, x) + 1


shifted.vjp(x=lambda g: -g, y=lambda g, y_shape: zip(_helper(g), y, strict=True))
'''


@pytest.fixture
def written(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    path = tmp_path / "written.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_rules_bodies_and_what_they_call_are_changed_and_nothing_else(written):
    found = [(each.before, each.after) for each in mutants_of(written)]
    assert sorted(found) == sorted([
        ("2", "3"),
        ("if by < 0 and x is not None:", "if not (by < 0 and x is not None):"),
        ("by < 0 and x is not None", "by < 0 or x is not None"),
        ("by < 0", "by <= 0"),
        ("0", "1"),
        ("x is not None", "x is None"),
        ("x - by * sum(y, axis=-1)", "x + by * sum(y, axis=-1)"),
        ("by * sum(y, axis=-1)", "by / sum(y, axis=-1)"),
        ("sum(y, axis=-1)", "sum(y)"),
        ("-1", "+1"),
        ("1", "2"),
        ("-g", "+g"),
        ("not g", "not not g"),
    ])  # fmt: skip


def test_each_mutant_differs_in_one_place(written):
    original = ast.unparse(ast.parse(SOURCE)).splitlines()
    for mutant in mutants_of(written):
        changed = ast.unparse(mutant.tree()).splitlines()
        different = [a for a, b in zip(original, changed, strict=True) if a != b]
        assert len(different) == 1, mutant


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("autograd/ops/special.py", {"autograd/ops/special.py"}),
        ("autograd/kernels/windows.py", {"autograd/ops/windows.py"}),
        ("autograd/ops/padding.py", set()),
    ],
)
def test_a_change_is_judged_by_the_operations_that_use_it(path, files):
    assert judged_by(path) >= files
    assert all(each.startswith("autograd/ops/") for each in judged_by(path))
    assert files or not judged_by(path)


def test_factories_of_operations_count_as_operations():
    found = mutants_of(OPERATIONS / "rearrange.py")
    assert any(each.before == "np.ndim(x) < 2" for each in found), "in `tril` and `triu`"


def test_any_beginning_of_the_sample_takes_its_share_of_each_file():
    files = [OPERATIONS / "elementwise.py", OPERATIONS / "shapes.py"]
    every = spread(files)
    assert len(every) == len(set(every)) == sum(len(mutants_of(path)) for path in files)
    half = every[: len(every) // 2]
    for path in files:
        name = str(path.relative_to(ROOT))
        ours, all_of_it = (sum(m.path == name for m in part) for part in (half, every))
        assert abs(2 * ours - all_of_it) <= 2


def test_a_process_that_has_the_package_already_judges_nothing():
    with pytest.raises(RuntimeError, match="autograd is imported already"):
        survives(mutants_of(OPERATIONS / "special.py")[0])


PROGRAM = """
from benchmarks import mutants
found = mutants.mutants_of(mutants.OPERATIONS / "ufuncs.py")
wrong = next(each for each in found if each.after == "g / (sign(x) * sign(out))")
print(mutants.survives(wrong, ["-k", "copysign"], own=True))
mutants.Mutant.tree = lambda self: mutants.ast.parse((mutants.ROOT / self.path).read_text())
print(mutants.survives(wrong, ["-k", "copysign"], own=True))
mutants.import_instead = lambda mutant: []  # as where the tests import another copy
try:
    mutants.survives(wrong, ["--collect-only"], own=True)
except RuntimeError as error:
    print(error)
"""


def test_the_judge_kills_a_wrong_rule_passes_the_right_one_and_knows_when_it_saw_neither():
    result = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert not result.returncode, result.stderr
    killed, passed, unseen = result.stdout.splitlines()
    assert (killed, passed) == ("False", "True")
    assert unseen == f"the tests did not import {ROOT}: another autograd is in the way"
