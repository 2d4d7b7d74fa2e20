"""PDF, pages of a story, fonts, and Graphviz from pygraphviz."""

import importlib.util
import shutil
import subprocess
import sys

import pytest

import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.test_hostile import HOSTILE, drawn
from viz.layout import external
from viz.writing import raster

PNG = b"\x89PNG\r\n\x1a\n"


def circuit(**options):
    program = programs.circuit()
    program.result.backward()
    return viz.draw(program.result, layout="builtin", **options)


def test_frames_show_what_the_page_shows():
    figure = circuit()
    pages = [Picture(page) for page in figure.frames()]
    assert len({(page.canvas.right, page.canvas.bottom) for page in pages}) == 1
    texts = [[t for n in page.nodes for t in n.words("value", "gradient")] for page in pages]
    assert [len(each) for each in texts] == [0, 0, 0, 3, 4, 5, 6, 8, 10]
    assert [len(page.nodes) for page in pages[:3]] == [3, 4, 5]
    assert [len(page.wires) for page in pages[:3]] == [0, 2, 4]
    returned = [sum(wire.backward is not None for wire in page.wires) for page in pages]
    assert returned == [0] * 7 + [2, 4]
    assert figure.frames(words=False)[-1] == figure.svg()
    before = programs.circuit()
    assert len(viz.draw(before.result, layout="builtin").frames()) == 6
    with pytest.raises(ValueError, match="frames: format='gif' is not one of 'svg', 'png', 'pdf'"):
        figure.frames("gif")


def test_frames_as_images():
    pytest.importorskip("resvg_py")
    images = circuit().frames("png")
    assert len(images) == 9
    assert all(image.startswith(PNG) for image in images)
    assert len({image[16:24] for image in images}) == 1  # of one size


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="fontconfig is not installed")
def test_pdf_is_one_page(tmp_path):
    try:
        import cairosvg  # noqa: F401
    except (ImportError, OSError) as error:
        pytest.skip(f"could not import 'cairosvg': {error}")
    path = circuit(lang="ko").save(tmp_path / "figure.pdf")
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert circuit().frames("pdf")[0].startswith(b"%PDF-")
    for name in HOSTILE:
        assert drawn(name).pdf().startswith(b"%PDF-")


def test_pdf_uses_a_korean_font_that_is_there(monkeypatch):
    cairosvg = pytest.importorskip("cairosvg")
    seen = []
    monkeypatch.setattr(cairosvg, "svg2pdf", lambda bytestring: seen.append(bytestring) or b"%PDF")
    monkeypatch.setattr(raster, "korean_font", lambda: "Some Font & Co")
    circuit(lang="ko").pdf()
    assert b'font-family="Some Font &amp; Co"' in seen[0]


def test_pdf_without_anything_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    monkeypatch.setattr(external, "dot_command", lambda format: None)
    with pytest.raises(RuntimeError, match=r'pdf: needs cairosvg; .*pip install "wengert\[pdf\]"'):
        circuit().pdf()


def test_a_missing_korean_font_is_named(monkeypatch):
    pytest.importorskip("resvg_py")
    monkeypatch.setattr(raster, "korean_font", lambda: "")
    with pytest.warns(RuntimeWarning, match="png: no font with Korean letters .*fonts-noto-cjk"):
        circuit(lang="ko").png()
    circuit().png()  # no Korean, no warning
    monkeypatch.setattr(raster, "korean_font", lambda: None)
    circuit(lang="ko").png()


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [
        ("Noto Serif CJK KR\nNoto Sans CJK JP\nNoto Sans CJK KR,Noto Sans CJK KR Bold\n",
         "Noto Sans CJK KR"),
        ("UnBatang\nNanumGothic\n", "NanumGothic"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_korean_font_is_one_without_serifs(listed, chosen, monkeypatch):
    done = subprocess.CompletedProcess([], 0, listed.encode())
    monkeypatch.setattr(raster.shutil, "which", lambda name: name)
    monkeypatch.setattr(raster.subprocess, "run", lambda *_, **__: done)
    assert raster.korean_font() == chosen


@pytest.mark.skipif(
    importlib.util.find_spec("pygraphviz") is None, reason="pygraphviz is not installed"
)
def test_pygraphviz_serves_where_dot_is_missing(monkeypatch):
    monkeypatch.setattr(external, "dot_program", lambda: None)
    program = programs.network()
    program.result.backward()
    assert Picture(viz.draw(program.result, layout="dot").svg()).defects() == []
    monkeypatch.setattr(external, "TIME_LIMIT", 0.001)  # a process of its own can be stopped
    with pytest.warns(RuntimeWarning, match="did not finish within 0 s; the built-in layout"):
        viz.draw(program.result, layout="dot").svg()
