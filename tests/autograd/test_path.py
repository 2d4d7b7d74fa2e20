"""The way from a call to its gradient: how many functions it takes, and how much there is to read.

Counted, not timed: what a machine does besides makes no difference.
"""

import ast
import re
import sys
from pathlib import Path

from autograd import Tensor
from tests.source_code import code_lines

ROOT = Path(__file__).resolve().parents[2]
LONGEST_PATH = 800  # code lines
ROW = re.compile(r"^\| `(autograd/\S+\.py)` \| (.*?) \|", re.MULTILINE)


def functions_of_ours(run):
    """Return the names of the library's functions that a call runs."""
    names = []

    def see(frame, event, argument):
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.partition(".")[0] == "autograd":
            names.append(f"{module}.{frame.f_code.co_name}")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        run()
    finally:
        sys.setprofile(before)
    return names


def leaf(number):
    return Tensor(number, requires_grad=True)


def test_a_product_of_scalars_runs_two_functions():
    x, y = leaf(2.0), leaf(3.0)
    assert len(functions_of_ours(lambda: x * y)) <= 2


def test_the_backward_of_a_product_runs_few_functions():
    (leaf(2.0) * leaf(3.0)).backward()  # its rules are compiled at their first use
    x, y = leaf(2.0), leaf(3.0)
    names = functions_of_ours((x * y).backward)
    assert len(names) <= 25, names


def test_a_longer_chain_adds_its_rules_and_nothing_else():
    def counted(length):
        x, y = leaf(2.0), leaf(3.0)
        z = x
        for _ in range(length):
            z = z * y
        return len(functions_of_ours(z.backward))

    counted(2)
    assert counted(12) - counted(2) == 10 * 2


def definitions(path: Path) -> dict[str, str]:
    """Return the source of each function and class of a file by its name, those of classes too."""
    source = path.read_text(encoding="utf-8")
    found = {}
    for node in ast.parse(source).body:
        members = node.body if isinstance(node, ast.ClassDef) else []
        for each in (node, *members):
            if isinstance(each, ast.FunctionDef | ast.ClassDef):
                name = each.name if each is node else f"{node.name}.{each.name}"
                lines = source.splitlines()[each.lineno - 1 : each.end_lineno]
                found[name] = "\n".join(lines)
    return found


def test_the_path_that_the_page_names_is_read_in_an_evening():
    page = (ROOT / "docs/engine.md").read_text(encoding="utf-8")
    rows = ROW.findall(page.partition("## The reading order")[2])
    assert len(rows) >= 10
    total = 0
    for name, read in rows:
        path = ROOT / name
        if read == "whole":
            total += code_lines(path.read_text(encoding="utf-8"))
        else:
            known = definitions(path)
            for each in re.findall(r"`(\S+?)`", read):
                source = known[each]  # the page names what exists
                indent = len(source) - len(source.lstrip())
                total += code_lines("\n".join(line[indent:] for line in source.splitlines()))
    assert total <= LONGEST_PATH, f"the path has {total} code lines"
