"""The page that steps through a figure: one file, offline, played by clicking and by keys."""

import json
import re

import numpy as np
import pytest

import viz
from tests.viz import browser, programs
from tests.viz.test_hostile import HOSTILE, drawn
from viz import gallery
from viz.player import SCRIPT, STYLE

needs_browser = pytest.mark.skipif(
    browser.missing() is not None, reason=browser.missing() or "a browser is there"
)


def story_of(page):
    (data,) = re.findall(r'<script type="application/json" id="story">(.*?)</script>', page)
    return json.loads(data)


def circuit(**options):
    program = programs.circuit()
    program.result.backward()
    return viz.draw(program.result, layout="builtin", **options)


def test_the_page_is_small_and_loads_nothing():
    page = circuit().html()
    assert len((SCRIPT + STYLE).encode()) < 30_000
    assert not re.search(
        r"(?:src|href)\s*=|url\(|@import|fetch\(|XMLHttp|https?://(?!www\.w3)", page
    )
    assert "default-src 'none'" in page
    assert page == circuit().html()


def test_the_story_runs_in_the_engines_order():
    program = programs.circuit()
    order = []

    class Order(viz.Tape):
        def step_started(self, node, cotangent):
            if not node.is_leaf:
                order.append(node.op.name)

    from autograd.modes import observe

    with observe(Order()):
        program.result.backward()
    steps = story_of(viz.draw(program.result, layout="builtin").html())["steps"]
    backward = [step for step in steps if step["phase"] == "backward"]
    assert [re.search(r"\((\w+)\)", step["words"])[1] for step in backward] == order
    assert [step["phase"] for step in steps] == (
        ["build"] * 3 + ["forward"] * 3 + ["seed"] + ["backward"] * 2
    )
    asked = [[q["answer"] for q in step["questions"]] for step in backward]
    assert asked == [[-4.0, 3.0], [-4.0, -4.0]]
    assert "→ q: ∂f/∂q = z = −4.00, 1.00 × (−4.00) = −4.00" in backward[0]["words"]


def test_what_arrives_at_a_branch_is_summed_in_a_step_of_its_own():
    program = programs.two_paths()
    program.result.backward()
    steps = story_of(viz.draw(program.result, layout="builtin").html())["steps"]
    (total,) = [step for step in steps if step["phase"] == "sum"]
    assert total["words"].endswith("2.00 + 3.00 = 5.00")
    assert total["questions"][0]["answer"] == 5.0


def test_before_backward_the_story_ends_with_the_forward_pass():
    steps = story_of(viz.draw(programs.circuit().result, layout="builtin").html())["steps"]
    assert {step["phase"] for step in steps} == {"build", "forward"}


def test_the_build_phase_has_source_lines_under_record():
    with viz.record():
        program = programs.circuit()
    steps = story_of(viz.draw(program.result, layout="builtin").html())["steps"]
    assert "programs.py:" in steps[1]["words"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name):
    page = drawn(name).html()
    page.encode()
    assert page.count("<script") == 2
    assert len(re.findall("</script>", page)) == 2
    story_of(page)


@pytest.fixture(scope="module")
def window():
    window = browser.Browser()
    yield window
    window.close()


@pytest.fixture
def opened(window, tmp_path):
    def open_page(figure, fragment=""):
        path = figure.save(tmp_path / "page.html")
        window.open(f"{path.as_uri()}{fragment}")
        return window

    yield open_page
    assert window.complaints() == []


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
    hidden = page.run(
        "return [...document.querySelectorAll('#figure .node text')].filter(e => "
        "getComputedStyle(e).visibility !== 'visible' && e.className.baseVal !== 'missing')"
        ".map(e => e.textContent)"
    )
    assert hidden == []


@needs_browser
def test_hostile_names_do_nothing_in_a_browser(opened):
    x = programs.variable(np.float64(2.0), "</script><img src=x onerror=alert(1)>")
    y = x * 3.0
    y.backward()
    page = opened(viz.draw(y, layout="builtin"), "#step=0")
    page.press(browser.END)
    assert page.run("return document.images.length + document.scripts.length") == 2
