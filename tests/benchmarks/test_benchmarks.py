"""The benchmarks run, at sizes too small to say anything about speed."""

import dataclasses
import math
import subprocess
import sys

import pytest

from benchmarks import (
    __main__,
    cases,
    diamond,
    figures,
    freeing,
    import_time,
    long_chain,
    mlp_step,
    parallel,
    peers,
    scalar_chain,
    step_memory,
    table,
    trainer,
    transforms,
)
from benchmarks.session import OURS, ROOT, Ratio, Session, Timing
from benchmarks.table import Row, comparison, limit, markdown, size_text, time_text
from viz.layout.external import dot_command

ALONE = Session(rounds=2, seconds_per_round=0.001, with_peers=False)
FIGURES = 5 * (1 + (dot_command("json") is not None)) + 1
TINY_STEP = ((3, 4, 2), 5, 1.0)


@pytest.mark.parametrize(
    ("question", "sizes", "rows"),
    [
        (scalar_chain, {"operations": 20}, 4),
        (mlp_step, {"steps": [TINY_STEP]}, 1),
        (step_memory, {"layers": 2, "width": 8, "batch": 4}, 1),
        (trainer, {"batch": 2, "steps": 2}, 1),
        (transforms, {}, len(transforms.JOBS)),
        (long_chain, {"nodes": 200, "short": 20}, 3),
        (diamond, {"depth": 6}, 1),
        (freeing, {}, len(freeing.GRAPHS)),
        (import_time, {}, 1),
        (figures, {"small": 20, "steps": 3, "large": 200, "chain": 300}, FIGURES),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_our_side_of_every_question_runs(question, sizes, rows):
    measured = question.measure(ALONE, **sizes)
    assert len(measured) == rows
    assert all(row.case and row.ours for row in measured)


def test_every_graph_is_freed_without_the_collector():
    # No time is measured here, so this figure is held by the tests as well.
    assert [row.case for row in freeing.measure(ALONE) if not row.met] == []


@pytest.mark.skipif(peers.interpreter() is None, reason="the peers are not installed")
def test_all_contenders_compute_the_same():
    session = dataclasses.replace(ALONE, with_peers=True)
    timings = session.compare("scalar_chain", OURS, *scalar_chain.BARS, operations=20)
    assert list(timings) == [OURS, *scalar_chain.BARS]
    assert mlp_step.measure(session, [TINY_STEP])[0].figure


def test_our_side_of_every_case_runs():
    with ALONE.worker(OURS) as worker:
        results = [
            worker.ask(do="prepare", case="case", arguments={"name": case.name})
            for case in cases.CASES
        ]
    assert all(math.isfinite(result) and result for result in results)


def test_cases_are_chosen_by_a_word(capsys):
    (row,) = cases.measure(ALONE, "pendulum")
    assert row.case == "models: pendulum, 200 Euler steps"
    assert row.met is None  # there is nobody to compare with
    assert "pendulum" in capsys.readouterr().err


def test_the_table_of_cases_takes_the_place_of_the_one_before(tmp_path):
    page = tmp_path / "performance.md"
    tables = [f"{table.start(each)}\nold of {each}\n{table.END}\n" for each in ("cases", "others")]
    page.write_text(f"above\n{tables[0]}{tables[1]}below\n", encoding="utf-8")
    table.write(page, "cases", [Row("new", "1 s")])
    text = page.read_text(encoding="utf-8")
    assert text.startswith("above\n")
    assert text.endswith("below\n")
    assert "| new " in text
    assert "old of cases" not in text
    assert "old of others" in text
    page.write_text("without a place", encoding="utf-8")
    with pytest.raises(ValueError, match="no place for the table"):
        table.write(page, "cases", [])


def test_the_pages_have_a_place_for_each_table():
    for lang in (".md", ".ko.md"):
        text = table.PAGE.with_suffix(lang).read_text(encoding="utf-8")
        assert text.count(table.start("cases")) == text.count(table.start("transforms")) == 1
        assert text.count(table.END) == 2
        text = parallel.PAGE.with_suffix(lang).read_text(encoding="utf-8")
        assert text.count(table.start("parallel")) == text.count(table.END) == 1


def test_the_table_goes_into_the_korean_page_too(tmp_path):
    page, korean = tmp_path / "some.md", tmp_path / "some.ko.md"
    for each in (page, korean):
        each.write_text(f"{each.name}\n{table.start('x')}\n{table.END}\n", encoding="utf-8")
    table.write(page, "x", [Row("new", "1 s")], "wall clock")
    for each in (page, korean):
        assert each.read_text(encoding="utf-8").startswith(each.name)
        assert "| new " in each.read_text(encoding="utf-8")
        assert "wall clock, alternating" in each.read_text(encoding="utf-8")


@pytest.mark.skipif(peers.interpreter() is None, reason="the peers are not installed")
@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_all_contenders_compute_the_same_in_every_case(case):
    session = dataclasses.replace(ALONE, with_peers=True)
    assert list(cases.timings(session, case)) == cases.contenders(case)


def test_contenders_that_disagree_are_an_error(monkeypatch):
    results = iter([1.0, 2.0])
    monkeypatch.setattr("benchmarks.session.Worker.ask", lambda self, **request: next(results))
    with pytest.raises(RuntimeError, match="diamond: wengert computes 2.0, but wengert 1.0"):
        ALONE.compare("diamond", OURS, OURS, depth=2)


def test_a_failure_in_a_contender_is_told_with_its_traceback():
    with (
        ALONE.worker(OURS) as worker,
        pytest.raises(RuntimeError, match=r"(?s)wengert failed:.*no_such_case"),
    ):
        worker.ask(do="prepare", case="no_such_case", arguments={})


def test_ratios_are_of_medians_and_quartiles_of_rounds():
    ratio = Ratio.of(Timing(OURS, "", [1.0, 2.0, 9.0]), Timing("peer", "", [2.0, 4.0, 4.0]))
    assert ratio.value == 0.5
    assert (ratio.low, ratio.high) == (0.5, 2.25)


def test_rows_say_whether_the_bar_is_met():
    timings = {OURS: Timing(OURS, "", [1.0]), "fast": Timing("fast", "1", [0.5])}
    rows = comparison("a case", timings, {"fast": 1.0, "absent": 1.0})
    assert [row.met for row in rows] == [False, None]
    assert "not installed" in rows[1].theirs
    assert limit("a case", "", 300, "bytes", 300).met


def test_markdown_is_aligned():
    lines = markdown([Row("a", "1 s", bar=0.5, met=True), Row("a longer case", "2 s")]).splitlines()
    assert len(lines) == 4
    assert len(set(map(len, lines))) == 1
    assert "| 0.5 | yes |" in lines[2]


def test_units():
    texts = [time_text(seconds) for seconds in (2, 0.123456, 2.5e-6, 3e-8)]
    assert texts == ["2 s", "123 ms", "2.5 µs", "30 ns"]
    assert size_text(3 * 2**20) == "3.0 MiB"


def test_an_unknown_question_is_named():
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks", "sclar_chain"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "no question sclar_chain; there are scalar_chain, mlp_step" in result.stderr


def test_every_question_is_offered_by_name():
    assert all(module.measure for module in __main__.QUESTIONS.values())
