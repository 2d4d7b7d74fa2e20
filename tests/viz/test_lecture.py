"""The pages for a lecture: what they compute is what the engine computes; how they look."""

import random
import re
from urllib.parse import quote

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor
from tests.viz import browser, looking
from tests.viz.browser import needs_browser
from tests.viz.conftest import LOADED
from viz.writing.lecture_page import LECTURE_PAGES
from viz.writing.lecture_words import LECTURE_WORDS


@pytest.fixture
def lecture(window, tmp_path):
    """Opens a page for a lecture, which must not complain about anything."""

    def open_page(name, lang="en", fragment=""):
        path = viz.lecture(name, lang).save(tmp_path / "page.html")
        window.open(f"{path.as_uri()}{'#' + quote(fragment) if fragment else ''}")
        return window

    yield open_page
    assert window.complaints() == []
    assert window.run(LOADED) == []


# ---------------------------------------------------------------------- files


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", LECTURE_PAGES)
def test_a_page_is_small_loads_nothing_and_is_the_same_each_time(name, lang):
    page = viz.lecture(name, lang).html()
    assert len(page.encode()) <= 30_000
    assert not re.search(r"(?:src|href)\s*=|url\((?!#)|@import|fetch\(|XMLHttp|https?:", page)
    assert "default-src 'none'" in page
    assert page == viz.lecture(name, lang).html()


@pytest.mark.parametrize("name", LECTURE_PAGES)
def test_both_languages_say_the_same(name):
    english, korean = LECTURE_WORDS[name]["en"], LECTURE_WORDS[name]["ko"]
    assert english.keys() == korean.keys()
    for key, words in english.items():
        assert re.findall(r"\{\w+\}", words).sort() == re.findall(r"\{\w+\}", korean[key]).sort()
        latin = key in ("other", "surface") or key.startswith("method_") or words == "f"
        assert latin or re.search("[가-힣]", korean[key]), key


def test_another_name_or_language_is_refused():
    with pytest.raises(ValueError, match="lecture: name='game' is not one of 'playground', "):
        viz.lecture("game")
    with pytest.raises(ValueError, match="lecture: lang='fr' is not one of 'en', 'ko'"):
        viz.lecture("drill", "fr")


# ---------------------------------------------------------------------- expressions

NAMES = ["x", "y", "z", "w"]
FUNCTIONS = {  # with arguments that are fit for them
    "exp": "exp(0.3 * {})", "sin": "sin({})", "cos": "cos({})", "tanh": "tanh({})",
    "sigmoid": "sigmoid({})", "relu": "relu({})", "square": "square({})",
    "softplus": "softplus({})", "silu": "silu({})", "elu": "elu({})",
    "leaky_relu": "leaky_relu({})", "arctan": "arctan({})",
    "sqrt": "sqrt({}**2 + 1)", "log": "log({}**2 + 0.5)", "log1p": "log1p(({})**2)",
    "reciprocal": "reciprocal({}**2 + 1)", "abs": "abs({})", "sinh": "sinh(tanh({}))",
    "exp2": "exp2(sin({}))", "maximum": "maximum({}, {})", "minimum": "minimum({}, {})",
}  # fmt: skip


def expression(draw, depth):
    if depth == 0 or draw.random() < 0.15:
        return draw.choice([*NAMES, *NAMES, str(draw.randint(1, 5)), f"{draw.uniform(0, 3):.2f}"])
    part = lambda: expression(draw, depth - 1)  # noqa: E731
    kind = draw.random()
    if kind < 0.35:
        text = draw.choice(list(FUNCTIONS.values()))
        return text.format(*("(" + part() + ")" for _ in range(text.count("{}"))))
    if kind < 0.42:
        return f"-{part()}" if draw.random() < 0.5 else f"-({part()})"
    if kind < 0.52:
        return f"({part()})**{draw.choice([2, 3])}"
    if kind < 0.62:
        return f"({part()}) / (({part()})**2 + 1)"
    left, right = part(), part()
    return draw.choice([f"({left}) * ({right})", f"{left} + {right}", f"{left} - ({right})",
                        f"{left} * {right}", f"({left} - {right})"])  # fmt: skip


def some_expressions(count, seed=1, depth=4):
    draw = random.Random(seed)
    found = []
    while len(found) < count:
        text = expression(draw, depth)
        if re.search(r"\b[xyzw]\b.*[-+*/(]|[-+*/(].*\b[xyzw]\b", text):
            found.append(text)
    return found


def by_the_engine(text, values):
    leaves = {n: Tensor(v, requires_grad=True) for n, v in values.items()}
    functions = {name: getattr(autograd, name) for name in FUNCTIONS}
    with np.errstate(all="ignore"):
        result = eval(text, {**functions, **leaves})
        if not isinstance(result, Tensor) or not result.requires_grad:
            return None
        result.backward()
    return result.item(), {n: 0.0 if t.grad is None else t.grad.item() for n, t in leaves.items()}


@needs_browser
def test_gradients_are_those_of_the_engine_for_200_expressions(lecture):
    page = lecture("playground")
    draw = random.Random(5)
    texts = some_expressions(260)
    compared = 0
    for text in texts:
        values = {name: round(draw.uniform(-2, 2), 2) for name in NAMES}
        expected = by_the_engine(text, values)
        if expected is None:
            continue
        given = "; ".join(f"{name} = {value}" for name, value in values.items())
        found = page.run(
            "const made = parse(arguments[0]), {values, gradient} = run(made);"
            "return [values[made.root], made.nodes.flatMap((node, n) => node.kind === 'leaf' ?"
            " [[node.name, gradient[n] ?? 0]] : [])]", f"{text}; {given}",
        )  # fmt: skip
        assert found[0] == pytest.approx(expected[0], rel=1e-9, abs=1e-12), text
        for name, gradient in found[1]:
            assert gradient == pytest.approx(expected[1][name], rel=1e-9, abs=1e-12), text
        compared += 1
    assert compared >= 200


AS_IN_PYTHON = [  # an expression, its value, and the slope in its first leaf
    ("-x**2; x = 3", -9, -6), ("2**-x; x = 1", 0.5, -0.5 * np.log(2)),
    ("x**2**3; x = 1.1", 1.1**8, 8 * 1.1**7),
    ("x - 1 - 2; x = 4", 1, 1), ("8 / x / 2; x = 2", 2, -1), ("2 * 3 + x; x = 1", 7, 1),
    ("x² + x³; x = 2", 12, 16), ("3 × x ÷ 2 − 1; x = 2", 2, 1.5), ("x ^ 2; x = 3", 9, 6),
    ("max(x, 2); x = 2", 2, 0.5), ("-(-x) + +x; x = 2", 4, 2), ("a = x*x; b = a*a; x = 2", 16, 32),
    ("x = 3; x * x", 9, 6), ("가격 * 2\n가격 = 5", 10, 2), ("1e-3 * x + .5; x = 2", 0.502, 0.001),
    ("ln(x) * x; x = 1", 0, 1), ("x * 0 + x; x = 2", 2, 1),
]  # fmt: skip


@needs_browser
def test_the_language_is_pythons(lecture):
    page = lecture("playground")
    for text, value, slope in AS_IN_PYTHON:
        found = page.run(
            "const made = parse(arguments[0]), {values, gradient} = run(made); return"
            " [values[made.root], gradient[made.nodes.findIndex(n => n.kind === 'leaf')]]", text,
        )  # fmt: skip
        assert found == pytest.approx([value, slope]), text


MISREAD = [
    ("(x + y", {"en": "something is missing at the end", "ko": "끝에 빠진 것이 있음"}),
    ("x + ", {"en": "something is missing at the end", "ko": "끝에 빠진 것이 있음"}),
    ("x + * y", {"en": "“* y” is not expected here", "ko": "“* y”이(가) 올 자리가 아님"}),
    ("x y", {"en": "“y” is not expected", "ko": "“y”이(가)"}),
    ("x ? y", {"en": "“? y” is not expected", "ko": "“? y”이(가)"}),
    ("foo(x)", {"en": "there is no function foo", "ko": "foo(이)라는 함수는 없음"}),
    ("constructor(x)", {"en": "no function constructor", "ko": "constructor(이)라는"}),
    ("exp(x, y)", {"en": "exp has other arguments", "ko": "exp의 인수가"}),
    ("max(x)", {"en": "max has", "ko": "max의"}),
    ("a = x*2; a = x*3", {"en": "a has a meaning already", "ko": "a은(는) 이미"}),
    ("(x + 1; y)", {"en": "“)” is missing at “; y)”", "ko": "“; y)” 앞에 “)”"}),
    ("", {"en": "type an expression", "ko": "식을 입력하세요"}),
    ("3 + 4", {"en": "type", "ko": "식을"}),
    ("x", {"en": "type an expression", "ko": "식을 입력하세요"}),
    ("<img src=x onerror=alert(1)>", {"en": "not expected", "ko": "올 자리가 아님"}),
]  # fmt: skip


@needs_browser
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_cannot_be_read_is_said_and_changes_nothing(lang, lecture):
    page = lecture("playground", lang)
    before = page.run("return $('figure').innerHTML")
    for text, words in MISREAD:
        page.run("$('text').value = arguments[0]; $('text').oninput()", text)
        assert words[lang] in page.text("#error"), text
        assert page.run("return $('figure').innerHTML") == before


# ---------------------------------------------------------------------- the diagram

# Wires that come too near to a node that is not their own, and nodes that overlap.
THROUGH = """
const boxes = [...document.querySelectorAll('.node')].map(node => {
  const own = [...node.children].filter(e => e.matches('rect, text')).map(e => e.getBBox())
    .filter(b => b.width);
  return [+node.dataset.node, Math.min(...own.map(b => b.x)), Math.min(...own.map(b => b.y)),
    Math.max(...own.map(b => b.x + b.width)), Math.max(...own.map(b => b.y + b.height))];
});
const found = [];
for (const wire of document.querySelectorAll('.wire')) for (const path of wire.children) {
  const long = path.getTotalLength(), down = path.matches('.back') ? 6 : 0;
  for (let s = 0; s <= long; s += 4) {
    const at = path.getPointAtLength(s);
    for (const [n, left, top, right, bottom] of boxes)
      if (n !== +wire.dataset.source && n !== +wire.dataset.target && at.x > left && at.x < right &&
        at.y + down > top && at.y + down < bottom) found.push([path.outerHTML, n]);
  }
}
boxes.forEach((a, i) => boxes.forEach((b, j) => {
  if (i < j && a[1] < b[3] && b[1] < a[3] && a[2] < b[4] && b[2] < a[4]) found.push([a[0], b[0]]);
}));
return found;
"""
WOVEN = [
    "(x*y + z*w) * (x*z + y*w) * (x*w + y*z) - (x + y)*(z + w)",
    "(a + b) * (b + 1) * a + b", "x*y*z*w*x", "x + (y + (z + (w + (x*y + z))))",
         "sigmoid(x)*tanh(y) + exp(x*y)*z - x*w + y/(z**2 + 1)",
]  # fmt: skip


@needs_browser
def test_no_wire_runs_through_a_node_in_30_expressions(lecture):
    page = lecture("playground")
    texts = WOVEN + some_expressions(21, seed=8, depth=3)
    texts += some_expressions(6, seed=3, depth=5)
    sizes = []
    for text in texts:
        page.run("$('text').value = arguments[0]; read(); show(steps.length)", text)
        assert page.text("#error") == ""
        assert page.run(THROUGH) == [], text
        sizes.append(page.run("return graph.nodes.length"))
    assert max(sizes) > 20


@needs_browser
def test_a_wire_through_a_node_would_be_found(lecture):
    page = lecture("playground")
    page.run("$('text').value = arguments[0]; read(); show(steps.length)", WOVEN[1])
    page.run(
        "const middle = n => {"
        " const b = document.querySelector(`[data-node='${n}'] rect`).getBBox();"
        " return `${b.x + b.width / 2} ${b.y + b.height / 2}`; };"
        "for (const wire of document.querySelectorAll('.wire')) for (const path of wire.children)"
        " path.setAttribute('d', `M${middle(wire.dataset.source)}L${middle(wire.dataset.target)}`)"
    )
    assert page.run(THROUGH) != []


# ---------------------------------------------------------------------- the playground


@needs_browser
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_playground_steps_forth_and_back(lang, lecture):
    page = lecture("playground", lang)
    assert page.text("#count") == "0 / 5"
    said = []
    for _ in range(5):
        page.click("#next")
        said.append(page.text("#words"))
    seed = {
        "en": "the gradient of f with respect to itself is 1",
        "ko": "f의 자기 자신에 대한 기울기는 1",
    }
    assert said == [
        "q = x + y = −2 + 5 = 3", "f = q × z = 3 × (−4) = −12", seed[lang],
        "f (mul):\n→ q: ∂f/∂q = z = −4, 1 × (−4) = −4\n→ z: ∂f/∂z = q = 3, 1 × 3 = 3",
        "q (add):\n→ x: ∂q/∂x = 1, −4 × 1 = −4\n→ y: ∂q/∂y = 1, −4 × 1 = −4",
    ]  # fmt: skip
    shown = "return [...document.querySelectorAll('.node .gradient')].map(e => e.textContent)"
    assert page.run(shown) == ["−4", "−4", "−4", "3", "1"]
    rows = page.run("return [...document.querySelectorAll('#rows tr')].map(r =>"
                    " [...r.children].map(c => c.textContent))")  # fmt: skip
    assert rows[0] == ["x", "−2", "−4", "−4"]
    page.press(browser.ARROW_LEFT)
    assert page.run(shown) == ["", "", "−4", "3", "1"]
    page.press(browser.HOME)
    assert page.run(shown) == [""] * 5
    page.press(browser.END)
    page.run("const bar = document.querySelector('#leaves [type=range][aria-label=z]');"
             "bar.value = 2; bar.oninput()")  # fmt: skip
    assert page.run(shown)[:3] == ["2", "2", "2"]
    assert "z = 2" in page.run("return decodeURIComponent(location.hash)")


@needs_browser
def test_a_sum_at_a_branch_a_link_and_the_other_language(lecture):
    page = lecture("playground", "en", "(a + b) * (b + 1); a = 2; b = 1")
    page.press(browser.END)
    assert page.text("[data-node='1'] .gradient") == "5"
    assert page.text("#words").splitlines()[-1] == "∂L/∂b = 3 + 2 = 5"  # as it came
    page.click("#lang")
    assert page.text("h1") == "역전파 놀이터"
    assert page.run("return [document.documentElement.lang, document.title]") == [
        "ko", "역전파 놀이터",
    ]  # fmt: skip
    page.run("$('examples').selectedIndex = 3; $('examples').onchange()")
    assert "1 / (1 + exp(-x))" in page.run("return decodeURIComponent(location.hash)")


@needs_browser
def test_guessing_comes_first(lecture):
    page = lecture("playground", "ko")
    page.click("#guess")
    page.click("#next")
    assert page.text("#count") == "0 / 5"
    page.type("#ask input", "4" + browser.ENTER)
    assert page.text("#verdict") == "다시 생각해 보세요"
    page.run("document.querySelector('#ask input').value = ''")
    page.type("#ask input", "3" + browser.ENTER)
    assert page.text("#count") == "1 / 5"
    page.click("#last")
    assert page.text("#count") == "1 / 5"  # the next question stops it
    assert "−12" not in page.text("body").replace(page.text("script"), "")
    page.click("#ask button:nth-of-type(2)")
    page.click("#next")
    page.click("#next")
    page.run("const fields = document.querySelectorAll('#ask input');"
             "fields[0].value = '-4'; fields[1].value = '3,0'")  # fmt: skip
    page.click("#ask button")
    assert page.text("#count") == "4 / 5"


@needs_browser
def test_every_example_can_be_stepped_through(lecture):
    page = lecture("playground")
    for k in range(page.run("return EXAMPLES.length")):
        page.run("$('examples').selectedIndex = arguments[0]; $('examples').onchange();"
                 "while (at < steps.length) show(at + 1)", k)  # fmt: skip
        assert page.text("#error") == ""
        assert page.run(THROUGH) == []
        assert "NaN" not in page.text("#rows")


# ---------------------------------------------------------------------- the other pages


@needs_browser
def test_descent_goes_as_the_optimizers_do(lecture):
    page = lecture("descent")
    made = {
        "sgd": lambda p: nn.optim.SGD([p], lr=0.5),
        "momentum": lambda p: nn.optim.SGD([p], lr=0.1, momentum=0.9),
        "adagrad": lambda p: nn.optim.Adagrad([p], lr=1.5),
        "rmsprop": lambda p: nn.optim.RMSprop([p], lr=0.1),
        "adam": lambda p: nn.optim.Adam([p], lr=0.3),
    }
    assert page.run("return Object.keys(METHODS)") == list(made)
    for method, make in made.items():
        found = page.run("choose(0); $('method').value = arguments[0]; $('method').onchange();"
                         "forth(30); return path", method)  # fmt: skip
        p = nn.Parameter(np.array([-7.0, 2.0]))
        optimizer, expected = make(p), [p.data.copy()]
        for _ in range(30):
            optimizer.zero_grad()
            (p[0] ** 2 / 20 + p[1] ** 2).backward()
            optimizer.step()
            expected.append(p.data.copy())
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@needs_browser
def test_descent_begins_where_one_clicks(lecture):
    page = lecture("descent", "ko")
    page.run("$('map').onclick({clientX: $('map').getBoundingClientRect().left,"
             " clientY: $('map').getBoundingClientRect().top})")  # fmt: skip
    assert page.run("return path") == [[-10, 5]]
    page.click("#step")
    page.click("#many")
    assert page.run("return path.length") == 12
    assert "f(" in page.run("return $('map').ariaLabel")
    page.run("$('text').value = 'x*y*z'; $('text').oninput()")
    assert page.text("#error") == "곡면에는 변수가 두 개 있어야 함: 지금 3개"
    page.run("$('text').value = 'a**2 + b**4'; $('text').oninput()")
    assert page.text("#error") == ""
    assert page.text("#x") + page.text("#y") == "ab"
    for k in range(page.run("return SURFACES.length")):  # what is painted takes longest
        page.run("paint = () => {}; choose(arguments[0]); forth(10)", k)
        assert "NaN" not in page.text("#words")
        heights = page.run("return path.map(point => at(point).value)")
        assert heights[-1] < heights[0]
    page.run("choose(4); rate = 1; forth(99)")
    assert "학습률이 너무 큼" in page.text("#words")


@needs_browser
def test_an_activation_tells_the_engines_slope(lecture):
    page = lecture("activation", "ko")
    for name in page.run("return SHOWN"):
        for at in (-5.0, -0.5, 0.75, 5.5):
            found = page.run(
                "$('function').value = arguments[0]; x = arguments[1]; redraw();"
                "const [f, slope] = FORMULAS[arguments[0]]; return [f(x), slope(x, f(x))]",
                name, at,
            )  # fmt: skip
            x = Tensor(at, requires_grad=True)
            y = getattr(autograd, name)(x)
            y.backward()
            assert found == pytest.approx([y.item(), x.grad.item()])
            flat = "기울기가 거의 0" in page.text("#words")
            assert flat == (abs(x.grad.item()) < 0.05)
    page.run("$('function').value = 'sigmoid'; x = 0; redraw()")
    assert page.text("#words") == "sigmoid(0) = 0.5\n∂/∂x = y(1 − y) = 0.25"


@needs_browser
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_drill_asks_for_what_the_engine_computes(level, lecture):
    page = lecture("drill")
    for seed in range(1, 8):
        values, calls, gradients = page.run(
            "$('level').value = arguments[0]; $('seed').value = arguments[1]; set();"
            "return [graph.nodes.map(n => n.value ?? null), graph.calls, graph.nodes.map((n, k) =>"
            " n.kind === 'leaf' ? passes.gradient[k] : null)]", level, seed,
        )  # fmt: skip
        tensors = [None if v is None else Tensor(float(v), requires_grad=True) for v in values]
        for n, name, sources in calls:
            tensors[n] = getattr(autograd, name)(*(tensors[s] for s in sources))
        tensors[-1].backward()
        expected = [t.grad.item() for t, v in zip(tensors, values, strict=True) if v is not None]
        assert [g for g in gradients if g is not None] == pytest.approx(expected)
        assert page.run(THROUGH) == []
    assert page.run("return LEVELS[arguments[0] - 1].size", level) <= len(calls)


@needs_browser
def test_the_drill_counts_what_was_right_at_once(lecture):
    page = lecture("drill", "ko")
    right = "for (const f of document.querySelectorAll('#answers input'))" \
        " f.value = passes.gradient[f.dataset.node]"  # fmt: skip
    assert not page.run("return $('steps').offsetParent")
    page.run(right)
    page.click("#answers button")
    assert page.text("#verdict") == "정답"
    assert page.text("#score") == "1문제 중 1문제 정답"
    page.click("#new")
    page.run("document.querySelector('#answers input').value = '999'")
    page.click("#answers button")
    assert page.text("#verdict") == "다시 생각해 보세요"
    page.run(right)
    page.click("#answers button")
    assert page.text("#score") == "2문제 중 1문제 정답"
    page.click("#new")
    page.click("#answers button[type=button]")  # reveal
    assert page.text("#score") == "3문제 중 1문제 정답"
    page.click("#first")
    page.click("#next")
    assert "=" in page.text("#words")


@needs_browser
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", LECTURE_PAGES)
def test_a_phone_the_dark_and_a_screen_reader(name, lang, lecture, window):
    window.resize(390, 800, mobile=True)
    window.emulate(prefers_color_scheme="dark")
    try:
        page = lecture(name, lang)
        page.run(
            "document.querySelector('#guess:not(:checked)')?.offsetParent && $('guess').click()"
        )
        assert page.run("return document.documentElement.scrollWidth") <= 390
        assert page.run(looking.SMALL) == []
        assert page.run(looking.FAINT) == []
        assert page.run(looking.UNNAMED) == []
        assert (
            page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"
        )
        page.click("#dark")
        assert page.run(looking.FAINT) == []
        words = page.run(
            "return [...document.querySelectorAll('[data-w]')].map(e => e.textContent)"
        )
        if lang == "en":
            assert not re.search("[가-힣]", "".join(words))
    finally:
        window.emulate()
        window.resize()


@needs_browser
@pytest.mark.parametrize("name", LECTURE_PAGES)
def test_the_keyboard_reaches_everything(name, lecture):
    page = lecture(name)
    all_of_it = "button, input, select, [tabindex='0']"
    wanted = page.run(f"return [...document.querySelectorAll(`{all_of_it}`)]"
                      ".filter(e => e.offsetParent && !e.disabled).length")  # fmt: skip
    reached = []
    for _ in range(wanted):
        page.press(browser.TAB)
        reached.append(
            page.run("const e = document.activeElement; e.reached = true; return e.tagName")
        )
    assert "BODY" not in reached
    assert (
        page.run("return [...document.querySelectorAll('*')].filter(e => e.reached).length")
        == wanted
    )
