"""Figures in a notebook that was executed and exported: legible, clicked through, sanitized."""

import json
import sys

import pytest

from tests.viz import browser
from tests.viz.browser import needs_browser

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
nbconvert = pytest.importorskip("nbconvert")
bleach = pytest.importorskip("bleach")
CSSSanitizer = pytest.importorskip("bleach.css_sanitizer").CSSSanitizer
pytest.importorskip("ipykernel")

CELLS = [
    """import autograd, viz
x = autograd.tensor(-2.0, requires_grad=True, name="x")
z = autograd.tensor(-4.0, requires_grad=True, name="z")
f = (x + 5) * z
f.backward()
viz.draw(f, layout="builtin", lang="ko")""",
    "viz.draw(f, layout='builtin', lang='ko').player()",
    """y = x
for _ in range(30):
    y = autograd.sin(y)
viz.draw(y, layout="builtin", ratio=30)""",
]


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernel")
    kernel = folder / "kernels" / "this"  # the Python that runs the tests, whatever is installed
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "this", "language": "python",
    }), encoding="utf-8")  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        nbclient.NotebookClient(notebook, kernel_name="this", timeout=120).execute()
    return notebook


def exported(notebook, path, **options):
    exporter = nbconvert.HTMLExporter(template_name="basic", **options)
    body, _ = exporter.from_notebook_node(notebook)
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{body}", encoding="utf-8")
    return path.as_uri()


def test_a_figure_is_stored_once(executed):
    (output,) = executed.cells[0].outputs
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/html"].count("base64") == 1


@needs_browser
def test_the_exported_notebook_is_stepped_through_by_clicks(executed, window, tmp_path):
    window.open(exported(executed, tmp_path / "notebook.html"))
    window.enter("iframe")
    assert window.text("#count") == "1 / 9"
    window.click("#next")
    window.click("#next")
    assert window.text("#count") == "3 / 9"
    assert window.text("#phase") == "그래프 만들기"
    window.press(browser.END)
    assert window.visible("#figure text.gradient") == ["−4.00", "3.00", "−4.00", "1.00"]
    window.leave()
    assert window.complaints() == []


@needs_browser
def test_a_wide_figure_is_scrolled_and_not_shrunk(executed, window, tmp_path):
    window.open(exported(executed, tmp_path / "notebook.html"))
    shown = window.run(
        "const style = document.createElement('style');"  # as notebooks have it
        "style.textContent = 'img { max-width: 100% !important }'; document.head.append(style);"
        "return [...document.images].filter(i => i.offsetParent).map(i =>"
        " [i.clientWidth, i.naturalWidth, i.closest('div').parentNode.clientWidth])"
    )
    assert len(shown) == 2
    for width, drawn, _room in shown:
        assert abs(width - drawn) <= 1
    assert shown[1][0] > 2 * shown[1][2]  # it is much wider than the page, and so is scrolled


@needs_browser
def test_a_sanitizer_that_takes_the_frame_out_leaves_the_picture(executed, window, tmp_path):
    cleaner = bleach.sanitizer.Cleaner(  # what notebooks that are not trusted let through
        tags={"div", "img"}, attributes={"img": ["alt", "src", "style"], "div": ["style"]},
        protocols=["data"], strip=True,
        css_sanitizer=CSSSanitizer(["width", "overflow", "max-height"]),
    )  # fmt: skip
    shown = [cleaner.clean(cell.outputs[0].data["text/html"]) for cell in executed.cells]
    path = tmp_path / "notebook.html"
    path.write_text("".join(shown), encoding="utf-8")
    window.open(path.as_uri())
    assert window.run("return document.querySelectorAll('iframe, script').length") == 0
    assert window.run(
        "return [...document.images].map(i => i.naturalWidth > 100 && i.clientWidth >="
        " i.naturalWidth - 1 && i.closest('div').textContent === '')"
    ) == [True, True, True]


def test_a_page_in_a_frame_stores_the_figure_once(executed):
    figure, page = (executed.cells[place].outputs[0].data["text/html"] for place in (0, 1))
    assert page.count("data:image/svg+xml") == 1
    assert "<svg" not in page
    assert len(page) < len(figure) + 40_000  # the packed script, however large the figure is
