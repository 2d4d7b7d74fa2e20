"""The page of a figure in a browser: clicked through, played by keys, asked, printed."""

import html
import re

import numpy as np
import pytest

import autograd
import viz
from tests.viz import browser, programs
from tests.viz.browser import needs_browser
from tests.viz.test_hostile import HOSTILE
from tests.viz.test_html import circuit, story_of
from viz import gallery

# Texts that cannot be seen although the story is over.
HIDDEN = (
    "return [...document.querySelectorAll('#figure .node text')].filter(e => "
    "getComputedStyle(e).visibility !== 'visible' && !e.className.baseVal.startsWith('missing'))"
    ".map(e => e.textContent)"
)


@needs_browser
def test_clicking_through_shows_one_thing_after_the_other(opened):
    page = opened(circuit(), "#step=0")
    assert page.visible("#figure .node text") == []
    assert page.text("#count") == "0 / 9"
    seen = []
    for _ in range(9):
        page.click("#next")
        seen.append((page.text("#phase"), len(page.visible("#figure text.value")),
                     len(page.visible("#figure text.gradient"))))  # fmt: skip
    assert seen == [
        ("build", 0, 0), ("build", 0, 0), ("build", 0, 0),
        ("forward pass", 3, 0), ("forward pass", 4, 0), ("forward pass", 5, 0),
        ("seed", 5, 1), ("backward pass", 5, 3), ("backward pass", 5, 5),
    ]  # fmt: skip
    assert page.run("return document.querySelectorAll('#log li').length") == 9
    assert page.run("return location.hash") == "#step=9"
    page.click("#back")
    assert page.visible("#figure text.gradient") == ["3.00", "−4.00", "1.00"]
    assert page.visible("#figure .wire .backward") == [""] * 2


@needs_browser
def test_keys_scrubbing_and_links(opened):
    page = opened(circuit(), "#step=4")
    assert page.text("#count") == "4 / 9"
    for key, count in ((browser.ARROW_RIGHT, 5), (browser.ARROW_LEFT, 4), (browser.HOME, 0),
                       (browser.END, 9)):  # fmt: skip
        page.press(key)
        assert page.text("#count") == f"{count} / 9"
    page.run("const s = document.getElementById('scrub'); s.value = 6;"
             "s.dispatchEvent(new Event('input'))")  # fmt: skip
    assert page.text("#count") == "6 / 9"
    page.press("p")
    assert page.run("return document.getElementById('predict').checked")


@needs_browser
def test_prediction_has_to_be_right_within_the_printed_digits(opened):
    page = opened(circuit(lang="ko"), "#step=7")
    page.click("#predict")
    page.press(browser.END)  # does not get past the question
    assert page.text("#count") == "7 / 9"
    assert "q의 기울기 = ?" in page.text("#ask")
    page.type("#answer0", "4")
    page.type("#answer1", "3" + browser.ENTER)
    assert page.text("#verdict") == "다시 생각해 보세요"
    assert page.text("#count") == "7 / 9"
    page.run("document.getElementById('answer0').value = ''")
    page.type("#answer0", "-4.004")
    page.click("#check")
    assert page.text("#count") == "8 / 9"
    page.click("#reveal")
    assert page.text("#count") == "9 / 9"
    assert page.text("#verdict") == "정답: −4.00, −4.00"


@needs_browser
def test_a_page_inside_of_another_steps_as_well(opened, window, tmp_path):
    inner = html.escape(circuit().html(), quote=True)
    path = tmp_path / "outer.html"
    path.write_text(f'<iframe sandbox="allow-scripts" srcdoc="{inner}"></iframe>', encoding="utf-8")
    window.open(path.as_uri())
    window.enter("iframe")
    window.run("show(0, at)")
    window.click("#next")
    assert window.text("#count") == "1 / 9"
    window.leave()


@needs_browser
def test_heat_maps_appear_with_their_step(opened):
    numbers = np.random.default_rng(0)
    with viz.record():
        x = programs.variable(numbers.normal(size=(20, 20)), "x")
        y = programs.named(autograd.tanh(x), "y")
        loss = (y * y).sum()
        loss.backward()
    page = opened(viz.draw(loss, layout="builtin"), "#step=0")
    steps = page.run("return steps.map(step => step.phase)")
    for at, value, gradient in ((len(steps) - 2, True, False), (len(steps), True, True),
                                (3, False, False)):  # fmt: skip
        page.run("show(arguments[0], at)", at)
        shown = [
            len(page.visible(f"[data-node='0'] path[data-of={kind}]")) > 0
            for kind in ("value", "gradient")
        ]
        assert shown == [value, gradient], steps[at - 1]


@needs_browser
def test_a_large_graph_is_stepped_through_by_its_groups(opened):
    x = programs.variable(0.5, "x")
    y = x
    for _ in range(600):
        y = autograd.sin(y) + 0.1
    y.backward()
    page = opened(viz.draw(y, layout="builtin"), "#step=0")
    page.press(browser.END)
    assert page.run(HIDDEN) == []
    assert page.run("return steps.length") > 10


@needs_browser
def test_a_figure_too_large_to_be_told_is_shown_as_it_is(opened):
    x = programs.variable(0.5, "x")
    y = x
    for _ in range(410):
        y = autograd.sin(y)
    y.backward()
    page = opened(viz.draw(y, layout="builtin", largest=1000))
    assert page.text("#count") == "0 / 0"
    assert page.run(HIDDEN) == []
    page.click("#predict")
    assert page.text("#ask") == ""


@needs_browser
def test_an_array_is_predicted_in_one_field(opened):
    figure = gallery.EXHIBITS["affine_batch"].figure("en")
    steps = story_of(figure.html())["steps"]
    at = next(k for k, step in enumerate(steps) if len(step["questions"]) == 2)
    page = opened(figure, f"#step={at}")
    page.click("#predict")
    page.type("#answer0", "-0.05 -0.05, -0.05; 0.3 0.7 1.1")
    page.type("#answer1", "[0,25 0,65]" + browser.ENTER)
    assert page.text("#verdict") == "not yet"
    page.run("document.getElementById('answer1').value = ''")
    page.type("#answer1", "[0,25 0,65 1,05]" + browser.ENTER)
    assert page.text("#count") == f"{at + 1} / {len(steps)}"


@needs_browser
def test_nothing_gives_an_answer_away(opened):
    page = opened(circuit())
    page.click("#predict")  # from the end back to what can be predicted
    assert page.text("#count") == "7 / 9"
    assert page.visible("#rows tr:not([hidden])") == ["f11"]
    titles = "return [...nodes].map(node => node.querySelector('title').textContent)"
    assert page.run(titles) == ["x", "y", "z", "q", page.run("return told[4]")]
    assert page.text("#figure desc") == ""
    page.click("#reveal")
    page.click("#reveal")
    assert "gradient −4.00" in page.run(titles)[0]
    assert page.text("#figure desc").count("gradient") == 5


@needs_browser
def test_finite_differences_stand_beside_the_gradients(opened):
    page = opened(circuit(), "#step=8")
    page.run("document.getElementById('checks').open = true")
    rows = "#rows tr:not([hidden])"
    assert page.visible(rows) == ["z33", "q−4−4", "f11"]
    page.press(browser.ARROW_RIGHT)
    assert page.visible(rows)[:2] == ["x−4−4", "y−4−4"]


@needs_browser
def test_updates_are_the_last_steps(opened):
    program = programs.circuit()
    program.result.backward()
    page = opened(viz.draw(program.result, learning_rate=0.1, layout="builtin"), "#step=9")
    assert page.visible("#figure text.updated") == []
    page.click("#predict")
    page.type("#answer0", "-1.6" + browser.ENTER)
    assert page.visible("#figure text.updated") == ["→", "−1.6"]
    assert page.text("#phase") == "update"
    assert page.text("#said") == "x ← x − 0.1 × ∂f/∂x = −2.00 − 0.1 × (−4.00) = −1.6"


@needs_browser
def test_the_keyboard_is_enough(opened):
    page = opened(circuit(), "#step=0")
    reached = []
    for _ in range(15):
        page.press(browser.TAB)
        reached.append(page.run("return document.activeElement.id"))
    assert reached == [
        "next", "last", "play", "scrub", "smaller", "larger", "whole", "dark", "present",
        "skip", "", "", "", "", "figure",
    ]  # fmt: skip
    page.run("document.getElementById('next').focus()")
    page.press(browser.ENTER)
    assert page.text("#count") == "1 / 9"
    page.run("document.getElementById('figure').focus()")
    width = page.run("return svg.clientWidth")
    page.press("+")
    assert page.run("return svg.clientWidth") > width
    page.press("b")
    assert page.run("return document.getElementById('blanks').checked")
    page.press("b")
    page.run("const real = setInterval; window.setInterval = (f, t) => real(f, t / 60)")
    page.press(browser.SPACE)
    for _ in range(200):
        if page.text("#count") == "9 / 9":
            break
        page.run("return 0")
    assert page.text("#count") == "9 / 9"


@needs_browser
def test_a_sheet_with_blanks_prints_with_its_solutions_on_a_page_of_their_own(opened):
    w = programs.variable([[0.1, 0.3], [0.2, 0.4]], "W")
    loss = (w * w * 0.5).sum()
    loss.backward()
    page = opened(viz.draw(loss, layout="builtin"))
    page.click("#blanks")
    assert page.visible("#solutions li")[:4] == ["W: 0.10", "W: 0.30", "W: 0.20", "W: 0.40"]
    assert page.visible("#said") == []
    page.emulate("print")
    hidden = "return ['header', '#checks', '.hint'].map(each => document.querySelector(each)" \
        ".offsetParent === null)"  # fmt: skip
    assert page.run(hidden) == [True, True, True]
    page.emulate()
    assert len(re.findall(rb"/Type\s*/Page\b", page.printed())) == 2
    page.click("#blanks")
    assert len(re.findall(rb"/Type\s*/Page\b", page.printed())) == 1


@needs_browser
def test_who_prefers_less_motion_gets_less(opened, window):
    duration = "return getComputedStyle(nodes[0]).transitionDuration"
    page = opened(circuit(), "#step=3")
    assert page.run(duration) == "0.2s"
    window.emulate(prefers_reduced_motion="reduce")
    try:
        page = opened(circuit(), "#step=3")
        assert page.run(duration) == "0s"
        used = page.run(
            "let used; for (const k of [3, 4])"
            "  nodes[k].scrollIntoView = options => { used = options.behavior; };"
            "step(2); return used"
        )
        assert used == "instant"
    finally:
        window.emulate()


@needs_browser
@pytest.mark.parametrize("theme", ["light", "print"])
@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah", "dezero", "modules"])
def test_every_style_steps_in_both_themes(style, theme, opened):
    program = programs.network()
    with viz.record():
        program.result.backward()
    figure = viz.draw(program.result, style, theme=theme, layout="builtin", lang="ko",
                      learning_rate=0.1)  # fmt: skip
    page = opened(figure, "#step=0")
    assert page.visible("#figure .node text") == []
    page.press(browser.END)
    assert page.run(HIDDEN) == []


@needs_browser
def test_blanks_and_their_solutions(opened):
    page = opened(circuit())
    page.click("#blanks")
    assert page.visible("#figure text.gradient") == [f"({n})" for n in range(1, 6)]
    assert page.visible("#solutions li") == [
        "x: −4.00", "y: −4.00", "z: 3.00", "q: −4.00", "f: 1.00",
    ]  # fmt: skip
    page.click("#blanks")
    assert page.visible("#figure text.gradient")[0] == "−4.00"
    assert page.visible("#solutions li") == []


@needs_browser
def test_playing_runs_to_the_end_and_pauses(opened):
    page = opened(circuit(), "#step=0")
    page.run("const real = setInterval; window.setInterval = (f, t) => real(f, t / 60)")
    page.click("#play")
    for _ in range(200):
        if page.text("#count") == "9 / 9" and page.text("#play") == "play":
            break
        page.run("return 0")
    assert page.text("#count") == "9 / 9"


@needs_browser
def test_readers_hear_every_step(opened):
    page = opened(circuit())
    assert page.run("return document.getElementById('words').getAttribute('aria-live')") == "polite"
    assert page.run("return document.querySelector('#log').getAttribute('role')") == "log"
    unnamed = page.run(
        "return [...document.querySelectorAll('button, input')].filter(e => "
        "!e.textContent.trim() && !e.ariaLabel && !e.labels?.length).length"
    )
    assert unnamed == 0


@needs_browser
@pytest.mark.parametrize("name", list(gallery.EXHIBITS))
def test_every_exhibit_plays(opened, name):
    page = opened(gallery.EXHIBITS[name].figure("en"), "#step=0")
    page.press(browser.END)
    steps = page.run("return steps.length")
    assert steps > 3
    assert page.run(HIDDEN) == []


@needs_browser
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_nothing_in_a_browser(name, opened):
    x = programs.variable(np.float64(2.0), name)
    y = x * 3.0
    y.backward()
    page = opened(viz.draw(y, layout="builtin"), "#step=0")
    page.run("window.alert = () => { document.title = 'executed'; }")
    page.click("#next")
    page.press(browser.END)
    page.click("#blanks")
    page.run(
        "const field = document.querySelector('#leaves input'); field.value = 5;"
        "field.dispatchEvent(new Event('input'))"
    )
    assert page.text("#figure .value") == "5.00"
    assert page.run("return [document.images.length, document.scripts.length]") == [0, 2]
    assert page.run("return document.title") != "executed"
