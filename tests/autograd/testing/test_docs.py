"""The guide to testing says what happens: its code runs, its reports and table are the real ones.

`python -m tests.autograd.testing.test_docs` writes the reports and the table anew.
"""

import re
from pathlib import Path

import pytest

from autograd.testing import GradientError
from autograd.testing.properties import PROPERTIES
from autograd.testing.search import load_profile

DOCS = Path(__file__).resolve().parents[3] / "docs"
DOCUMENT, KOREAN = DOCS / "testing.md", DOCS / "testing.ko.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(\| name \| what holds \|\n\|---\|---\|\n)((?:\|.*\n)*)")


def rewritten(text: str) -> str:
    """The document with its reports and its table as they come out now."""
    namespace: dict[str, object] = {"__name__": "docs"}
    report = ""

    def block(found: re.Match[str]) -> str:
        nonlocal report
        language, content = found.groups()
        if language == "python":
            assert not report, "a report is not shown"
            try:
                exec(compile(content, "docs/testing.md", "exec"), namespace)
            except GradientError as error:
                report = f"{error}\n"
        elif language == "text":
            content, report = report, ""
            assert content, "no report to show"
        return f"```{language}\n{content}```"

    rows = sorted(PROPERTIES.values(), key=lambda each: int(each.name[1:]))
    table = "".join(f"| {each.name} | {each.title} |\n" for each in rows)
    return TABLE.sub(lambda found: found.group(1) + table, FENCE.sub(block, text))


def settled(text: str) -> str:
    """Without what depends on versions: the number of an example, and estimates of rounding."""
    return re.sub(
        r" +\d\.\de-\d\d$", " (bound)", re.sub(r"example \d+", "example", text), flags=re.M
    )


@pytest.mark.parametrize("document", [DOCUMENT, KOREAN], ids=lambda path: path.name)
def test_the_document_is_up_to_date(document: Path):
    text = document.read_text(encoding="utf-8")
    assert settled(rewritten(text)) == settled(text)


def test_a_document_that_is_not_is_found():
    text = DOCUMENT.read_text(encoding="utf-8")
    wrong = text.replace("the sum over broadcast axis 0 is missing", "all is well")
    assert wrong != text
    assert settled(rewritten(wrong)) != settled(wrong)


if __name__ == "__main__":
    load_profile("quick")
    for document in (DOCUMENT, KOREAN):
        document.write_text(rewritten(document.read_text(encoding="utf-8")), encoding="utf-8")
