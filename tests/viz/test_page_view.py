"""Pages as they are looked at: enlarged, moved, on a phone, in the dark, by a screen reader."""

import re

import pytest

from tests.viz import browser, looking
from tests.viz.browser import needs_browser
from tests.viz.test_html import circuit, story_of
from viz import gallery
from viz.words import WORDS

pytestmark = needs_browser
SCALE = "return svg.getBoundingClientRect().width / size[0]"


@pytest.fixture
def phone(window):
    window.resize(390, 800, mobile=True)
    yield window
    window.resize()


def test_the_wheel_enlarges_what_it_is_over(opened):
    page = opened(circuit())
    whole, below = page.run(SCALE), page.middle("[data-node='4'] circle")
    page.hover("[data-node='4'] circle")
    for _ in range(3):
        page.wheel("[data-node='4'] circle", -200)
    assert page.run(SCALE) > 2.5 * whole
    after = page.middle("[data-node='4'] circle")
    assert after == pytest.approx(below, abs=3)
    for _ in range(9):
        page.wheel("#figure", 200)
    assert page.run(SCALE) == pytest.approx(whole, rel=0.4)  # it stays at least as large
    assert page.run("return scrollY") > 0  # and the page is scrolled instead


def test_dragging_moves_and_is_no_click(opened):
    page = opened(circuit())
    for _ in range(6):
        page.click("#larger")
    page.run("figure.scrollTo(200, 100)")
    page.drag("#figure", -120, -60)
    assert page.run("return [figure.scrollLeft, figure.scrollTop]") == [320, 160]
    assert page.run("return pinned") is None
    page.click("#whole")
    assert page.run("return figure.scrollWidth <= figure.clientWidth + 1")


def test_fingers_enlarge_and_tap(opened, phone):
    page = opened(circuit())
    before = page.run(SCALE)
    x, y = page.middle("#figure")
    page.pinch(x, y, 60, 180)
    assert page.run(SCALE) == pytest.approx(3 * before, rel=0.05)
    page.click("#whole")
    page.tap(*page.middle("[data-node='3'] .operation-text"))
    for _ in range(50):
        if page.run("return svg.classList.contains('lit')"):
            break
    assert "q = x + y" in page.text("#about")


@pytest.mark.parametrize(
    ("exhibit", "lang"), [("circuit", "ko"), ("affine_batch", "en"), ("network_322", "ko")]
)
def test_a_phone_shows_all_of_it_large_enough_for_fingers(exhibit, lang, opened, phone):
    page = opened(gallery.EXHIBITS[exhibit].figure(lang))
    page.click("#blanks")
    page.click("#blanks")
    page.run("for (const each of document.querySelectorAll('details')) each.open = true;"
             "pin({node: nodes.length - 1})")  # fmt: skip
    assert page.run("return document.documentElement.scrollWidth") <= 390
    small = page.run(looking.SMALL)
    assert small == []


def test_the_dark_is_asked_of_the_system_and_can_be_chosen(opened, window):
    background = "return getComputedStyle(document.body).backgroundColor"
    assert opened(circuit()).run(background) == "rgb(255, 255, 255)"
    window.emulate(prefers_color_scheme="dark")
    try:
        page = opened(circuit())
        assert page.run(background) == "rgb(20, 23, 26)"
        assert "invert" in page.run("return getComputedStyle(svg).filter")
        page.press("d")
        assert page.run(background) == "rgb(255, 255, 255)"
        page.click("#dark")
        assert page.run("return document.getElementById('dark').ariaPressed") == "true"
    finally:
        window.emulate()


@pytest.mark.parametrize("dark", [False, True])
def test_words_can_be_told_from_their_ground(dark, opened, window):
    window.emulate(prefers_color_scheme="dark" if dark else "light")
    try:
        page = opened(gallery.EXHIBITS["affine_batch"].figure("en"), "#step=12")
        page.run("for (const each of document.querySelectorAll('details')) each.open = true;"
                 "pin({node: 2})")  # fmt: skip
        low = page.run(looking.FAINT)
        assert low == []
    finally:
        window.emulate()


def test_chapters_and_skipping_the_building(opened):
    page = opened(circuit(lang="ko"), "")
    assert page.text("#count") == "1 / 9"  # the first step
    assert page.visible("#figure .node text") == ["x", "y", "z"]
    page.click("#skip")
    assert page.text("#count") == "3 / 9"
    assert page.visible("#figure text.value") == []
    assert not page.run("return document.getElementById('skip').offsetParent")
    names = page.run(
        "return [...document.querySelectorAll('#chapters button')].map(b => b.textContent)"
    )
    assert names[1:] == ["그래프 만들기", "순전파", "시작", "역전파"]
    for k, at in ((5, 8), (3, 4), (2, 1), (4, 7)):
        page.click(f"#chapters :nth-child({k})")
        assert page.text("#count") == f"{at} / 9"
        assert page.text("[aria-current=step]") == names[k - 1]


def test_the_presenters_keys_and_large_words(opened):
    page = opened(circuit(), "#step=3")
    page.press("f")
    for _ in range(100):
        if page.run("return document.fullscreenElement !== null"):
            break
    assert page.run("return getComputedStyle(document.getElementById('said')).fontSize") == "30px"
    assert not page.run("return document.getElementById('tools').offsetParent")
    page.press("\ue00f")  # page down
    assert page.text("#count") == "4 / 9"
    page.press("\ue00e")
    page.press("\ue00e")
    assert page.text("#count") == "2 / 9"
    page.press("f")
    assert page.run("return document.getElementById('tools').offsetParent !== null")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_screen_reader_hears_names_and_steps(lang, opened):
    page = opened(circuit(lang=lang), "#step=3")
    words, spoken = WORDS[lang], page.spoken()
    unnamed = [
        role
        for role, name in spoken
        if role in ("button", "slider", "checkbox", "searchbox", "spinbutton") and not name
    ]
    assert unnamed == []
    for role, key in (("button", "first"), ("button", "next"), ("button", "present"),
                      ("slider", "step"), ("checkbox", "predict"), ("navigation", "chapters"),
                      ("group", "figure"), ("region", "inspected")):  # fmt: skip
        assert (role, words[key]) in spoken
    live = page.run("return [...document.querySelectorAll('[aria-live=polite]')].map(e => e.id)")
    assert live == ["words", "about"]
    heard = []
    for _ in range(3):
        page.press(browser.ARROW_RIGHT)
        heard.append(page.text("#words"))
    steps = story_of(circuit(lang=lang).html())["steps"]
    assert heard == [words[f"phase_{s['phase']}"] + s["words"] for s in steps[3:6]]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_sentence_of_a_page_is_in_its_language(lang, opened):
    page = opened(gallery.EXHIBITS["two_layers"].figure(lang), "#step=999")
    page.click("#blanks")
    page.run("pin({node: nodes.length - 1})")
    said = page.run(
        "return [...document.querySelectorAll('button, label, summary, legend, .hint, option, h2')]"
        ".map(e => e.textContent + ' ' + (e.title ?? '') + ' ' + (e.ariaLabel ?? ''))"
    )
    korean = [words for words in said if re.search("[가-힣]", words)]
    if lang == "en":
        assert korean == []
    else:
        plain = [words for words in set(said) - set(korean) if re.search("[A-Za-z]{4}", words)]
        assert plain == []
