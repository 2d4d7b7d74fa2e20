"""The table of proofs, and what runs it."""

import shlex
from importlib.util import find_spec

import pytest

from tests.proofs import __main__ as proofs

PROOFS = proofs.read(proofs.TABLE.read_text(encoding="utf-8"))
TABLE = """# Proofs

| proof | what it proves | whole | sample | last measured |
|---|---|---|---|---|
| one | that | `python -c "print('two'); print('= 1 of 1 =')"` | `python -c "print('part')"` | - |
| two | so | `A=3 python -c "import os; print(os.environ['A'])"` | `python -c "exit(3)"` | 9 (old) |
"""


@pytest.fixture
def table(tmp_path, monkeypatch):
    path = tmp_path / "proofs.md"
    path.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(proofs, "TABLE", path)
    return path


def run(monkeypatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["proofs", *words])
    return proofs.main()


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.name)
def test_every_row_names_what_there_is(proof):
    for command in (proof.whole, proof.sample):
        words = [word for word in shlex.split(command) if "=" not in word]
        assert words[:2] == ["python", "-m"]
        assert find_spec(words[2]) is not None
        for word in words[3:]:
            if word.startswith("tests/"):
                assert (proofs.ROOT / word.partition("::")[0]).is_file()


def test_names_are_unique_and_rows_are_read_as_they_are_written():
    assert len({proof.name for proof in PROOFS}) == len(PROOFS) >= 6
    text = proofs.TABLE.read_text(encoding="utf-8")
    assert all(proof.row() in text for proof in PROOFS)


def test_figures_are_printed_and_recorded(table, monkeypatch, capsys):
    assert run(monkeypatch) == 0
    printed = capsys.readouterr().out
    assert "one: holds: 1 of 1 (" in printed
    assert "two: holds: 3 (" in printed
    assert table.read_text(encoding="utf-8") == TABLE
    assert run(monkeypatch, "--record", "two") == 0
    changed = table.read_text(encoding="utf-8").splitlines()
    assert changed[:-1] == TABLE.splitlines()[:-1]
    assert "| 3 (20" in changed[-1]


def test_what_does_not_hold_fails(table, monkeypatch, capsys):
    assert run(monkeypatch, "--sample") == 1
    printed = capsys.readouterr().out
    assert "one: holds: part" in printed
    assert "two: DOES NOT HOLD" in printed
    for words, message in ((["three"], "no proof three"), (["--sample", "--record"], "whole")):
        with pytest.raises(SystemExit):
            run(monkeypatch, *words)
        assert message in capsys.readouterr().err
