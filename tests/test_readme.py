"""Every Python block of the README and the guides runs, as its reader would: top to bottom."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run_blocks(text: str, name: str) -> int:
    """Run the Python blocks of a Markdown text in one namespace; return how many there were."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    blocks = FENCE.findall(text)
    for number, block in enumerate(blocks, start=1):
        label = f"{name}, block {number}"
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, namespace, label, name, 0)
            runner = doctest.DebugRunner(verbose=False, optionflags=FLAGS)
            runner.run(test, clear_globs=False)
            namespace.update(test.globs)
        else:
            exec(compile(block, label, "exec"), namespace)
    return len(blocks)


IN_BOTH = (
    "drawing", "engine", "faq", "from-dezero", "from-keras", "from-numpy", "from-pytorch",
    "index", "parallel", "start", "tensors", "training", "transforms",
)  # fmt: skip
DOCUMENTS = [
    "README.md",
    "docs/libraries.md",
    *(f"docs/{name}{lang}.md" for name in IN_BOTH for lang in ("", ".ko")),
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_blocks_of_a_document_run(document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    if document.startswith("docs/libraries"):
        pytest.importorskip("sklearn")
    # What a block saves goes where nobody minds.
    monkeypatch.chdir(tmp_path)
    assert run_blocks((ROOT / document).read_text(encoding="utf-8"), document) > 0


def test_a_block_that_prints_something_else_fails():
    text = "```python\nx = 2\n```\n\n```python\n>>> x + 1\n4\n```\n"
    with pytest.raises(doctest.DocTestFailure):
        run_blocks(text, "wrong.md")


def test_the_figure_of_the_readme_is_that_of_its_example():
    from examples.readme_figure import FIGURE, readme_figure

    drawn = readme_figure().svg()
    assert FIGURE.read_text("utf-8") == drawn, "run `python -m examples.readme_figure`"


def test_the_model_of_the_guide_is_what_the_example_draws():
    from examples.model_figures import FIGURE, resnet_figure

    drawn = resnet_figure().svg()
    assert FIGURE.read_text("utf-8") == drawn, "run `python -m examples.model_figures`"


# ---------------------------------------------------------------------- in Korean

CODE = re.compile(r"^```python\n.*?^```$|^(?: {4}[^\n]*\n)+", re.MULTILINE | re.DOTALL)


def test_the_korean_readme_is_in_step():
    english, korean = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md")
    )
    assert "[한국어](README.ko.md)" in english
    assert "[English](README.md)" in korean
    assert CODE.findall(korean) == CODE.findall(english), "the blocks of code"
    texts = [CODE.sub("", each).replace(".ko.md)", ".md)") for each in (english, korean)]
    for what, pattern in (
        ("headings", r"^#+(?= )"), ("rows of the table", r"^\| `\S+` \|"),
        ("code in the text", r"`[^`\n]+`"), ("links", r"\]\(((?!README)[^)]+)\)"),
        ("measured numbers", r"\d+\.\d+"),
    ):  # fmt: skip
        ours, theirs = (sorted(re.findall(pattern, each, re.MULTILINE)) for each in texts)
        assert theirs == ours, f"{what} of README.ko.md are others than those of README.md"


HEADING = re.compile(r"^(#+) ", re.MULTILINE)


@pytest.mark.parametrize("korean", sorted((ROOT / "docs").glob("*.ko.md")), ids=lambda e: e.name)
def test_a_korean_guide_has_the_sections_and_the_examples_of_the_english_one(korean):
    texts = [
        path.read_text("utf-8")
        for path in (korean, korean.with_name(korean.name.replace(".ko.md", ".md")))
    ]
    theirs, ours = (HEADING.findall(CODE.sub("", text)) for text in texts)
    assert theirs == ours, "levels of headings"
    theirs, ours = (text.count("```python\n") for text in texts)
    assert theirs == ours, "blocks of code"


def test_every_link_of_the_korean_readme_leads_somewhere():
    text = (ROOT / "README.ko.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / target).exists(), target


def test_no_page_has_two_versions_of_a_line():
    """What merging leaves where two changes met, which Markdown shows as text."""
    marks = ("<<<<<<< ", ">>>>>>> ")
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
    ]
    assert [
        page.name
        for page in pages
        if any(line.startswith(marks) for line in page.read_text("utf-8").splitlines())
    ] == []
