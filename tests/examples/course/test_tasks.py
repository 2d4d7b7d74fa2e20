"""Exercises: each is proved, and whole submissions get the marks that they should."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Tensor
from examples.course import check, grade
from examples.course.tasks import KINDS, feedback, find, handout, running, source, submission, tasks
from examples.course.tasks.proof import failures

ROOT = Path(__file__).resolve().parents[3]
EVERY = [(task, cell) for kind in KINDS for task in tasks(kind) for cell in task.exercises]


@pytest.fixture(autouse=True)
def _english():
    yield
    feedback.speak("en")


@pytest.mark.parametrize(
    ("task", "cell"), EVERY, ids=[f"{task.name}-{cell.name}" for task, cell in EVERY]
)
def test_an_exercise_is_proved(task, cell):
    assert list(failures(task, cell)) == []
    assert cell.mistakes, "list at least one typical mistake"


def test_every_lesson_has_exercises():
    assert all(len(task.exercises) >= 2 for task in tasks("lessons"))


def test_korean_answers_have_no_english_sentence():
    for task in tasks("lessons"):
        for cell in task.exercises:
            for mistake in cell.mistakes:
                said = running.judge(task, cell, cell.with_mistake(mistake), "ko").said
                if "Error" not in said:  # Python's own words
                    assert re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", said) is None, said


def test_there_are_sixteen_steps_and_twenty_four_puzzles():
    assert len(tasks("track")) == 16
    assert [len(task.exercises) for task in tasks("puzzles")] == [12, 6, 6]


def test_steps_are_short():
    for task in tasks("track"):
        code = [
            line for cell in task.cells for line in cell.solution.split("\n")
            if line.strip() and not line.strip().startswith("#")
        ]  # fmt: skip
        assert len(code) <= 120, task.name


# ---------------------------------------------------------------------- the engine that was built


def test_the_engine_at_the_end_is_under_400_lines():
    lines = 0
    for task in tasks("track"):
        for cell in task.cells:
            text = [line.strip() for line in cell.solution.split("\n")]
            lines += sum(bool(line) and not line.startswith(("#", '"""')) for line in text)
    assert lines < 400


def random_program(random, steps, add, multiply, tanh, matmul, total, leaves):
    """A number computed by random operations from matrices, rows and numbers."""
    pool = list(leaves)
    for _ in range(steps):
        x, y = (pool[i] for i in random.integers(len(pool), size=2))
        kind = random.integers(5)
        if kind == 0:
            pool.append(add(x, y))
        elif kind == 1:
            pool.append(multiply(x, y))
        elif kind == 2:
            pool.append(tanh(x))
        elif kind == 3:
            pool.append(tanh(matmul(add(leaves[0], x), add(leaves[0], y))))
        else:
            pool.append(multiply(total(x), 0.1))
    return total(tanh(pool[-1]))


def test_the_built_engine_agrees_with_the_library_on_a_thousand_programs():
    from examples.course.track import (
        s03_node,
        s04_walking_back,
        s07_functions,
        s12_matrices,
        s13_second_derivatives,
    )

    mine = (s03_node.add, s03_node.multiply, s07_functions.tanh, s12_matrices.matmul,
            s12_matrices.total)  # fmt: skip
    library = (autograd.add, autograd.multiply, autograd.tanh, autograd.matmul, autograd.sum)
    used = 0
    for seed in range(1000):
        values = [np.random.default_rng(seed).normal(size=shape) for shape in ((3, 3), (3,), ())]
        nodes = [s03_node.Node(value) for value in values]
        tensors = [Tensor(value, requires_grad=True) for value in values]
        steps = 4 + seed % 8
        result = random_program(np.random.default_rng(seed), steps, *mine, nodes)
        expected = random_program(np.random.default_rng(seed), steps, *library, tensors)
        assert float(result.value) == pytest.approx(expected.item(), rel=1e-10, abs=1e-12)
        order = s04_walking_back.youngest_first(result)
        reached = [node for node in nodes if node in order]
        ours = s13_second_derivatives.grad(result, *reached)
        theirs = autograd.grad(expected, [tensors[nodes.index(node)] for node in reached])
        for one, other in zip(ours, theirs, strict=True):
            used += 1
            np.testing.assert_allclose(one.value, other.data, rtol=1e-8, atol=1e-10)
    assert used > 1500


# ---------------------------------------------------------------------- task files

TITLE = "# %% text\n# en: a\n# ko: b\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# %% text\n# en:\n# a\n", "needs `# en:` and `# ko:`"),
        ("# %% code\nx = 1\n", "must begin with a text"),
        ("# %% wrong\n", "not a known part"),
        ("# %% check one\nx\n", "no exercise of this name"),
        (f"{TITLE}# %% exercise e\n# en: a\n# ko: b\nx = 1\n", "no line is marked"),
        (f"{TITLE}# %% exercise e\n# en: a\n# ko: b\nx = 1  # solution\n", "no check for e"),
    ],
)  # fmt: skip
def test_a_task_file_that_is_not_of_the_form_is_refused(tmp_path, text, told):
    path = tmp_path / "t1_task.py"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=told):
        source.read(path)


def test_a_task_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="no task 'circle'; there are perceptron"):
        find("circle")
    assert find("diamond").name == "s05_diamond"


# ---------------------------------------------------------------------- what is handed out


def test_students_get_neither_solutions_nor_checks(tmp_path):
    written = handout.write(tmp_path)
    assert len(written["students"]) == 2 * 2 * (14 + 16 + 3)
    for task in (task for kind in KINDS for task in tasks(kind)):
        for path in written["students"]:
            if path.stem != task.name:
                continue
            text = path.read_text("utf-8")
            assert "# solution" not in text
            assert "%% check" not in text
            assert "mistakes" not in text
            for cell in task.exercises:
                hidden = [line for line in cell.code.split("\n") if line.endswith("  # solution")]
                for line in hidden:
                    body = line.removesuffix("  # solution").strip()
                    if len(body) > 25:
                        assert body not in text, f"{path.name} gives away: {body}"


def test_the_solved_steps_run_as_files_beside_each_other(tmp_path):
    handout.write(tmp_path, ("en",))
    folder = tmp_path / "lecturer" / "track" / "en"
    run = subprocess.run(
        [sys.executable, "-c", "import s14_forward, s15_modules; print(s15_modules.Linear)"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


# ---------------------------------------------------------------------- three submissions


def written_submission(folder: Path, code, names=None) -> None:
    """A student's folder with a script for the rules, and a notebook for the diamond."""
    folder.mkdir(parents=True)
    rules, diamond = find("p1_write_the_rule"), find("s05_diamond")
    chosen = [cell for cell in rules.exercises if names is None or cell.name in names]
    script = [f"# %% exercise {cell.name}\n{code(cell)}" for cell in chosen]
    (folder / "p1_write_the_rule.py").write_text("\n".join(script), "utf-8")
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": [f"# %% exercise {cell.name}\n", code(cell)]}
        for cell in diamond.exercises
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "s05_diamond.ipynb").write_text(json.dumps(notebook), "utf-8")


HOSTILE = {
    "identity": "import time\nwhile True:\n    time.sleep(0.01)",
    "scale": "import sys\nsys.exit(0)",
    "total": "import os\nos._exit(0)",
    "mean": "def mean_rule(g, x):\n    return 0 * x\nfrom examples.course.tasks import feedback\n"
            "feedback.check_rule = feedback.expect = lambda *a, **k: None\n"
            "check_rule = feedback.check_rule",
    "product": "def product_rule(g, x, y:\n",
    "relu": "print('x' * 10_000_000)\ndef relu_rule(g, x):\n    return g * (x > 0)",
    "index": "def index_rule(g, x, i):\n    raise SystemExit('done')",
    "cumulative": "import threading\nthreading.Event().wait()",
    "sort": "def sort_rule(g, x):\n    return sort_rule(g, x)",
}  # fmt: skip


def test_three_submissions_get_their_marks(tmp_path, capsys):
    def typical(cell):
        return cell.with_mistake(cell.mistakes[0])

    def hostile(cell):
        return HOSTILE.get(cell.name, cell.solution)

    # Each exercise is a process: those of honest students are answered one by one elsewhere.
    some = ("relu", "index", "matmul")
    written_submission(tmp_path / "a_right", lambda cell: cell.solution, some)
    written_submission(tmp_path / "b_typical", typical, some)
    written_submission(tmp_path / "c_hostile", hostile, (*HOSTILE, "matmul"))
    (tmp_path / "c_hostile" / "s01_slope.ipynb").write_text("{", "utf-8")
    (tmp_path / "c_hostile" / "notes.py").write_text("", "utf-8")
    assert grade.main([str(tmp_path), "--lang", "ko", "--limit", "10"]) == 0
    table = (tmp_path / "grades.csv").read_text("utf-8-sig")
    assert table.startswith("학생,과제,문제,점수,만점,채점 결과")
    marks = {}
    said = {}
    for line in csv.reader(table.splitlines()[1:]):
        if len(line) == 6 and line[3].isdigit():
            marks.setdefault(line[0], {})[line[2]] = int(line[3]), int(line[4])
            said[line[0], line[2]] = line[5]
    rules = find("p1_write_the_rule").exercises
    everything = sum(cell.points for cell in rules if cell.name in some) + 2
    assert sum(points for points, _ in marks["a_right"].values()) == everything
    assert sum(points for points, _ in marks["b_typical"].values()) == 0
    submitted = {*HOSTILE, "matmul", "slope", "slopes"}
    lost = {name for name in submitted if marks["c_hostile"][name][0] == 0}
    assert lost == submitted - {"relu", "matmul"}
    assert "10초 안에 끝나지 않았습니다" in said["c_hostile", "identity"]
    assert "프로그램을 끝냈습니다" in said["c_hostile", "scale"]
    assert "대답 없이" in said["c_hostile", "total"]
    assert "기울기" in said["c_hostile", "mean"]
    assert "notes.py" in capsys.readouterr().out
    page = (tmp_path / "grades.html").read_text("utf-8")
    assert "a_right" in page
    assert "<script" not in page


def test_a_folder_without_students_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no folders of students"):
        grade.grade(tmp_path)
    with pytest.raises(ValueError, match="no folders of students"):
        grade.grade(tmp_path / "missing")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"", "a script"),
        ("a.ipynb", b"[1]", "no notebook"),
        ("a.py", b"\xff\xfe", "be read"),
        ("a.ipynb", b'{"cells": 3}', "no notebook"),
    ],
)
def test_files_that_are_no_submission(tmp_path, name, content, told):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=told):
        submission.exercises(path)


# ---------------------------------------------------------------------- one's own check


def test_the_command_line_says_yours_and_expected_and_draws(tmp_path, capsys):
    task = find("p2_fill_the_graph")
    wrong = task.exercises[1]
    parts = [
        f"# %% exercise {c.name}\n{c.with_mistake(c.mistakes[0]) if c is wrong else c.solution}"
        for c in task.exercises
    ]
    path = tmp_path / "mine.py"
    path.write_text("\n".join(parts), "utf-8")
    assert check.main(["fill_the_graph", str(path), "--lang", "ko"]) == 1
    printed = capsys.readouterr().out
    assert "✗ two_paths: 내 답: 3   정답: 5" in printed
    assert "길이 둘입니다" in printed
    assert printed.count("✓") == 5
    picture = (tmp_path / "mine.two_paths.svg").read_text("utf-8")
    assert "#c1121f" in picture
    assert "∂e/∂c = d = 2" not in picture, "the drawing gives the answers away"


def test_a_check_in_a_notebook(capsys):
    variables = {"scale_rule": lambda g, x: g, "check": check.check}
    exec('check("p1_write_the_rule", "scale", lang="ko")', variables)
    assert "✗ x의 기울기: 내 규칙은 1, 실제 기울기는 3입니다" in capsys.readouterr().out
    variables["scale_rule"] = lambda g, x: 3 * g
    exec('check("p1_write_the_rule", "scale")', variables)
    assert capsys.readouterr().out.startswith("✓ right")
    with pytest.raises(ValueError, match="no exercise 'scal'; it has identity"):
        check.check("p1_write_the_rule", "scal")


# ---------------------------------------------------------------------- with pytest


def test_pytest_checks_a_file(tmp_path):
    task = find("losses")
    cells = [
        f"# %% exercise {cell.name}\n"
        + (cell.with_mistake(cell.mistakes[0]) if cell.name == "squares" else cell.solution)
        for cell in task.exercises
        if cell.name != "binary"
    ]
    (tmp_path / "losses.py").write_text("\n\n".join(cells), "utf-8")
    (tmp_path / "notes.py").write_text("raise SystemExit", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
         "examples.course.pytest_plugin", str(tmp_path / "losses.py"), "--lang", "ko",
         "--rootdir", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "1 passed" in done.stdout
    assert "2 failed" in done.stdout
    assert "내 답: 4   정답: 2" in done.stdout
    assert "제출하지 않았습니다" in done.stdout
    assert "Traceback" not in done.stdout
