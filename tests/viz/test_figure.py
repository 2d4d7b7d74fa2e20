import base64
import html
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

import pytest

import autograd
import viz
from autograd import Tensor
from tests.viz import programs
from tests.viz.programs import variable
from tests.viz.test_golden import LAYOUTS
from viz.layout import external
from viz.layout.external import dot_program
from viz.looks.style import STYLES

needs_dot = pytest.mark.skipif(dot_program() is None, reason="dot is not installed")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def figure():
    program = programs.circuit()
    program.result.backward()
    return viz.draw(program.result, layout="builtin")


def test_text_lists_the_program(figure):
    assert figure.text().splitlines()[3:] == [
        "q = add(x, y); float64; forward value 3.00; gradient −4.00",
        "f = mul(q, z); float64; forward value −12.00; gradient 1.00",
    ]


@pytest.mark.parametrize("suffix", [".svg", ".SVG", ".dot", ".gv", ".txt", ".png"])
def test_save_writes_by_suffix(figure, tmp_path, suffix):
    pytest.importorskip("resvg_py")
    path = tmp_path / f"graph{suffix}"
    path.write_text("old", encoding="utf-8")
    assert figure.save(path) == path
    expected = {
        ".svg": lambda: figure.svg().encode(),
        ".dot": lambda: figure.dot().source.encode(),
        ".gv": lambda: figure.dot().source.encode(),
        ".txt": lambda: figure.text().encode(),
        ".png": figure.png,
    }
    assert path.read_bytes() == expected[suffix.lower()]()
    assert os.listdir(tmp_path) == [path.name]  # no temporary file is left


def test_save_refuses_other_suffixes(figure, tmp_path):
    with pytest.raises(ValueError, match=r"'\.bmp', which is none of \.svg, \.html, \.png"):
        figure.save(tmp_path / "graph.bmp")
    with pytest.raises(ValueError, match="'graph' has the suffix ''"):
        figure.save(str(tmp_path / "graph"))
    with pytest.raises(FileNotFoundError, match="folder .*missing' does not exist"):
        figure.save(tmp_path / "missing" / "graph.svg")
    assert os.listdir(tmp_path) == []


def test_a_save_that_fails_leaves_the_old_file(figure, tmp_path, monkeypatch):
    path = tmp_path / "graph.svg"
    path.write_text("old", encoding="utf-8")

    def refuse(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        figure.save(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["graph.svg"]


def test_notebooks_get_an_image_once_and_as_large_as_it_was_drawn(figure):
    bundle = figure._repr_mimebundle_()
    (encoded,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', bundle["text/html"])
    assert base64.b64decode(encoded).decode() == figure.svg()
    assert bundle["text/plain"] == "<viz.Figure: 2 operations>"
    assert set(bundle) == {"text/html", "text/plain"}
    width = ElementTree.fromstring(figure.svg()).get("width", "")
    assert f'<div style="width:{float(width):.0f}px"><img' in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    assert figure._repr_html_() == bundle["text/html"]
    assert figure._mime_() == ("text/html", bundle["text/html"])  # marimo


def test_a_player_is_a_frame_around_the_page_and_a_picture(figure, tmp_path):
    player = figure.player()
    assert repr(player) == "<viz.Page: 2 operations>"
    assert player.html() == figure.html()
    bundle = player._repr_mimebundle_()
    shown = bundle["text/html"]
    (source,) = re.findall(r' srcdoc="([^"]*)"', shown)
    (packed,) = re.findall(r'atob\("([^"]+)"\)', html.unescape(source))
    assert zlib.decompress(base64.b64decode(packed)).decode() == player.html()
    assert re.search(
        r'<iframe sandbox="allow-scripts allow-modals" [^>]*title="2 operations"', shown
    )
    (encoded,) = re.findall(r'<img [^>]*base64,([^"]+)"></div></div></iframe>$', shown)
    assert base64.b64decode(encoded).decode() == figure.svg()
    assert player._mime_() == ("text/html", shown)
    path = player.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8") == player.html()
    with pytest.raises(ValueError, match=r"'page.svg' has the suffix '.svg', not '.html'"):
        player.save(tmp_path / "page.svg")
    with pytest.raises(FileNotFoundError, match="the folder .*missing"):
        player.save(tmp_path / "missing" / "page.html")


def test_a_player_opens_where_it_is_told_and_is_as_tall_as_its_figure(figure):
    def height(player):
        return int(re.findall(r"height:(\d+)px", player._repr_html_())[0])

    assert '"step": 3' in figure.player(3).html()
    assert height(figure.player(height=333)) == 333
    x = autograd.Tensor(0.5, requires_grad=True)
    parts = [autograd.sin(x + k) for k in range(9)]
    tall = viz.draw(sum(parts[1:], parts[0]), layout="builtin")
    assert 480 <= height(figure.player()) < height(tall.player()) <= 960
    with pytest.raises(ValueError, match="player: step=-1 must be 0 or more"):
        figure.player(-1)
    with pytest.raises(ValueError, match="player: height=0 must be a positive number of pixels"):
        figure.player(height=0)


def test_display_never_raises(figure, monkeypatch):
    def fail():
        raise RuntimeError("no way")

    monkeypatch.setattr(figure, "svg", fail)
    assert figure._repr_mimebundle_() == {
        "text/plain": "<viz.Figure: 2 operations>: not drawn, RuntimeError: no way"
    }
    written = "<pre>&lt;viz.Figure: 2 operations&gt;: not drawn, RuntimeError: no way</pre>"
    assert figure._repr_html_() == written
    assert figure._mime_() == ("text/html", written)


def test_png_is_the_svg_at_a_scale(figure):
    pytest.importorskip("resvg_py")
    root = ElementTree.fromstring(figure.svg())
    for scale in (1.0, 2.0):
        image = figure.png(scale)
        assert image.startswith(PNG)
        size = (int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big"))
        expected = [float(root.get(side, 0)) * scale for side in ("width", "height")]
        assert size == pytest.approx(expected, abs=1)
    with pytest.raises(ValueError, match="scale must be positive, got 0"):
        figure.png(0)


@needs_dot
def test_png_without_the_extra_comes_from_graphviz(figure, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert figure.png().startswith(PNG)


def test_png_without_anything_says_what_to_install(figure, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(external.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match=r'pip install "wengert\[png\]"'):
        figure.png()


def test_dot_holds_values_and_gradients(figure):
    source = figure.dot().source
    for piece in ("−12.00", "−4.00", "<B>×  f</B>", "n0 -> n3", "dir=back"):
        assert piece in source


@needs_dot
def test_dot_renders(figure):
    assert ElementTree.fromstring(figure.dot().pipe("svg")).tag.endswith("svg")
    network = programs.network()  # with clusters
    network.result.backward()
    source = viz.draw(network.result).dot()
    assert "cluster_2" in source.source
    assert ElementTree.fromstring(source.pipe("svg")).tag.endswith("svg")


_REPEAT = """
import sys, autograd
junk = [autograd.Tensor(1.0, requires_grad=True) * 2.0 for _ in range({junk})]
from tests.viz.test_figure import everything
sys.stdout.buffer.write(everything())
"""


def everything():
    """Figures in every style, of loops, several passes and parts, as pages and for Graphviz too."""
    small, loop, network = programs.random_program(7, 30), programs.unrolled(60), programs.network()
    loop.result.backward()
    network.result.backward(retain_graph=True)
    (network.result * 2.0).backward(retain_graph=True)
    figures = [
        viz.draw(program.result, style, lang="ko", layout="builtin")
        for style in STYLES
        for program in (network, loop)[: 1 if style == "neurons" else 2]
    ]
    figures.append(viz.draw(small.result, hide=("constants", "add"), ratio=1.5, layout="builtin"))
    figures.append(viz.draw(network.result, expand=True, depth=1, layout="builtin"))
    figures.append(viz.draw(loop.result, names={"a": loop.tensors[0]}, largest=40,
                            direction="down", layout="builtin"))  # fmt: skip
    texts = [f.svg() + f.text() for f in figures] + [figures[0].html(), figures[0].dot().source]
    return "".join(texts).encode()


def test_the_same_bytes_in_every_process():
    root = Path(viz.__file__).parents[1]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _REPEAT.format(junk=junk)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout
        for seed, junk in (("1", 0), ("2", 57))
    }
    assert outputs == {everything()}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_svg_is_self_contained(layout, lang):
    program = programs.network()
    program.result.backward()
    svg = viz.draw(program.result, layout=layout, lang=lang).svg()
    root = ElementTree.fromstring(svg)
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {
        "svg", "title", "desc", "g", "rect", "circle", "ellipse", "polygon", "polyline", "path",
        "text",
    }  # fmt: skip
    assert not re.search(r'(?<![\w-])(id|href|style|onclick|onload)="', svg)


def explained(figure):
    _, _, legend = figure.svg().partition('<g class="legend">')
    return re.findall(r'class="legend-text"[^>]*>([^<]+)<', legend)


def test_legend_explains_what_is_there():
    x, w = Tensor([1.0, 2.0], name="x"), variable([3.0, 4.0], "w")
    y = (w * x * 2.0).sum()
    assert explained(viz.draw(y)) == ["variable", "input"]  # no gradient is computed
    whole = ["forward value", "variable", "input", "constant", "float64 unless noted"]
    assert explained(viz.draw(y, legend=True)) == whole
    y.backward()
    lines = ["forward value", "gradient"]
    assert explained(viz.draw(y)) == [*lines, "variable", "input"]
    assert explained(viz.draw(w * 2.0 + x.astype("float32"), legend=False)) == []
    lone = variable(2.0, "w")
    product = lone * 3.0
    product.backward()
    assert explained(viz.draw(product)) == lines  # what there is one kind of needs no word
    assert explained(viz.draw(product, "colah")) == []
    single = variable(2.0, "w").astype("float32") * 3.0
    assert explained(viz.draw(single)) == ["float32 unless noted"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"style": "cubist"}, r"style='cubist' is not one of 'cs231n', 'dlfs', 'colah', 'dezero'"),
        ({"lang": "fr"}, r"lang='fr' is not one of 'en', 'ko'"),
        ({"layout": "neato"}, r"layout='neato' is not one of 'auto', 'builtin', 'dot'"),
    ],
)
def test_unknown_options(options, message):
    with pytest.raises(ValueError, match=message):
        viz.draw(programs.circuit().result, **options)


def test_all_languages_have_the_same_words():
    from viz.words import WORDS

    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


@pytest.mark.parametrize(
    ("argument", "given", "expected"),
    [
        ("hide", 3, "a name, or a list of names"),
        ("hide", [3], "a name, or a list of names"),
        ("expand", 3, "True, a name, or a list of names"),
        ("names", "a", "True, or a dict"),
        ("largest", "many", "a whole number of nodes"),
        ("depth", "all", "how many parts"),
        ("ratio", "wide", "a number such as 16/9"),
        ("learning_rate", "0.1", "a number such as 0.1"),
        ("tape", 3, "what `with viz.record"),
        ("between", 3, "two Tensors of the graph"),
    ],
)
def test_arguments_of_another_kind_are_refused(argument, given, expected):
    x = Tensor(2.0, requires_grad=True)
    words = re.escape(f"draw: {argument} must be {expected}") + f".*got {type(given).__name__} "
    with pytest.raises(TypeError, match=words):
        viz.draw(x * x, **{argument: given})


def test_a_depth_of_nothing_is_refused():
    with pytest.raises(ValueError, match="draw: depth must be at least 1, got 0"):
        viz.draw(Tensor(2.0) * 2, depth=0)
