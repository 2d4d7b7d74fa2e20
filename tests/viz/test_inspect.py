"""Pages that answer: what is clicked, hovered, searched for or walked to tells what it is about."""

import re

import numpy as np
import pytest

import autograd
import viz
from tests.viz import browser, programs
from tests.viz.browser import needs_browser
from tests.viz.programs import named, variable
from tests.viz.test_html import circuit
from viz import gallery

pytestmark = needs_browser
LIT = ("return [nodes.flatMap((n, k) => n.classList.contains('cone') ? [k] : []),"
       " wires.flatMap((w, k) => w.classList.contains('cone') ? [k] : [])]")  # fmt: skip


def lines(page):
    return page.run("return [...document.querySelectorAll('#about > *')].map(e => e.textContent)")


def test_a_click_on_a_node_tells_its_rule_its_numbers_and_its_line(opened):
    with viz.record():
        program = programs.circuit()
    program.result.backward()
    page = opened(viz.draw(program.result, layout="builtin"))
    page.click("[data-node='3'] .operation-text")
    told = lines(page)
    assert told[:3] == ["q", "q = x + y = −2.00 + 5.00 = 3.00",
                        "→ q: ∂f/∂q = z = −4.00, 1.00 × (−4.00) = −4.00"]  # fmt: skip
    assert told[3].splitlines()[0] == "q (add):"
    assert re.search(r"forward value 3\.00; gradient −4\.00; at programs\.py:\d+", told[4])
    assert told[5:] == ["depends on: x y ", "used by: f "]
    assert page.run(LIT) == [[0, 1, 3], [0, 1]]
    faint = page.run("return nodes.map(n => getComputedStyle(n).opacity < .5)")
    page.press("\ue00c")  # Escape
    assert not page.run("return svg.classList.contains('lit')")
    assert len(faint) == 5


def test_a_click_on_a_wire_tells_what_came_back_along_it(opened):
    page = opened(circuit())
    page.run(
        "wires[2].querySelector('.room').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert lines(page)[:2] == ["q → f", "→ q: ∂f/∂q = z = −4.00, 1.00 × (−4.00) = −4.00"]
    assert page.run(LIT) == [[0, 1, 3, 4], [0, 1, 2]]
    width = page.run("return getComputedStyle(wires[2].querySelector('.room')).strokeWidth")
    assert float(width.removesuffix("px")) >= 14  # to be hit by a finger


def test_of_a_layer_of_units_each_has_its_own_line(opened):
    page = opened(gallery.EXHIBITS["network_322"].figure("en"))
    (unit,) = page.run("return data.names.flatMap((name, k) => name === 'h2' ? [k] : [])")
    page.run("pin({node: arguments[0]})", unit)
    told = lines(page)
    assert [line for line in told if " = f(" in line] == [told[1]]
    assert told[1].startswith("h2 = f(")


def test_hovering_tells_and_leaving_forgets(opened):
    page = opened(circuit())
    page.hover("[data-node='3'] circle")
    assert lines(page)[0] == "q"
    assert page.run(LIT)[0] == [0, 1, 3]
    page.hover("#tools")
    assert not page.run("return svg.classList.contains('lit')")
    page.click("[data-node='2']")
    page.hover("[data-node='3'] circle")
    assert lines(page)[0] == "z"  # what was clicked stays


def test_the_cone_is_all_that_a_node_depends_on(opened):
    program = programs.random_program(5, 14)
    page = opened(viz.draw(program.result, layout="builtin"))
    ends = page.run("return wires.map((_, k) => [source[k], target[k]])")
    count = page.run("return nodes.length")
    for n in range(count):
        expected = {n}
        for s, t in reversed(ends):  # sources come before their users
            if t in expected:
                expected.add(s)
        page.run("pin({node: arguments[0]})", n)
        found, ways = page.run(LIT)
        assert set(found) == expected
        assert ways == [k for k, (_s, t) in enumerate(ends) if t in expected]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_keyboard_walks_from_node_to_node(lang, opened):
    page = opened(circuit(lang=lang))
    page.run("figure.focus()")
    walked = []
    for key in (*["\ue015"] * 4, "\ue013"):  # down, up
        page.press(key)
        walked.append(lines(page)[0])
    assert walked == ["x", "y", "z", "q", "z"]
    page.run("document.querySelector('#about button').focus()")
    page.press(browser.ENTER)  # used by f
    assert lines(page)[0] == "f"
    assert page.run("return document.activeElement.textContent") == "f"


def test_search_finds_nodes_of_a_large_graph(opened):
    x = variable(0.5, "x")
    y = x
    for k in range(60):
        y = named(autograd.sin(y), f"h{k}")
    y.backward()
    page = opened(viz.draw(y, layout="builtin", largest=1000, ratio=100), "#step=1")
    page.press("/")
    page.type("#find", "h47" + browser.ENTER)
    assert lines(page)[0] == "h47"
    inside = page.run(
        "const [box, room] = [nodes[+arguments[0]], figure].map(e => e.getBoundingClientRect());"
        "return box.left >= room.left - 1 && box.right <= room.right + 1", 48,
    )  # fmt: skip
    assert inside
    page.run("document.getElementById('find').value = ''")
    page.type("#find", "h4" + browser.ENTER)
    assert lines(page)[0] == "h4"  # the whole name goes first
    page.type("#find", browser.ENTER)
    assert lines(page)[0] == "h40"
    assert page.text("#found") == "2 / 13"  # the last are h5 = sin(h4) and h50
    page.type("#find", "nothing" + browser.ENTER)
    assert page.text("#found") == "not found"


def test_nothing_that_is_asked_for_is_told(opened):
    page = opened(circuit(), "#step=4")
    page.click("#predict")
    for k in range(5):
        page.run("pin({node: arguments[0]})", k)
        told = " ".join(lines(page))
        assert "gradient" not in told
        assert ("−12.00" in told) is False
    page.run("wires.forEach((_, k) => pin({wire: k}))")
    assert "∂" not in page.text("#about")
    page.click("#predict")
    page.press(browser.END)
    page.click("#blanks")
    assert not page.run("return document.getElementById('about').offsetParent")
    assert page.run("return titles.some(title => title.textContent.includes('gradient'))") is False


# ---------------------------------------------------------------------- rows and columns


def sums_of(page, node, kind):
    """The parts of every number of an array, and the number, as the page has them."""
    return page.run(
        "const [n, kind] = arguments, text = ([w, of, k]) => texts(w, of)[k].textContent;"
        "return sums(n, kind)?.map((one, e) => [text([n, kind, e]), one.terms.map(pair =>"
        " pair.map(text)), one.plus.map(text)]) ?? null", node, kind,
    )  # fmt: skip


def value(text):
    return float(text.replace("−", "-"))


def products():
    x = variable([[1.0, 2.0, -3.0], [0.5, -1.0, 4.0]], "x")
    w = variable([[1.0, -2.0, 3.0], [2.0, 0.5, -1.0]], "w")
    yield "linear", named(autograd.linear(x, w, variable([1.0, -1.0], "b")), "y")
    yield "matmul", named(x @ w.T, "y")
    yield "vector", named(variable([1.0, -2.0], "v") @ w, "y")
    yield "column", named(x @ variable([[1.0], [2.0], [4.0]], "c"), "y")
    yield "dot", named(x @ variable([1.0, 2.0, 4.0], "d"), "y")


@pytest.mark.parametrize("case", ["linear", "matmul", "vector", "column", "dot"])
def test_a_number_of_a_product_is_the_sum_of_its_row_and_column(case, opened):
    y = dict(products())[case]
    loss = (y * y * 0.5).sum()
    loss.backward()
    figure = viz.draw(loss, layout="builtin", decimals=6)
    page = opened(figure)
    seen = 0
    for n in range(page.run("return nodes.length")):
        for kind in ("value", "gradient"):
            for number, terms, plus in sums_of(page, n, kind) or []:
                total = sum(value(a) * value(b) for a, b in terms) + sum(map(value, plus))
                assert value(number) == pytest.approx(total, abs=1e-4)
                seen += 1
    assert seen > y.size


def test_steps_of_arrays_begin_with_their_first_number(opened):
    page = opened(gallery.EXHIBITS["affine_batch"].figure("ko"), "#step=8")
    assert "v1[0, 0] = 0.5 × 0.1 + −1.0 × 0.2 = −0.15" in page.text("#sum")
    assert page.run("return svg.querySelectorAll('.term').length") == 4
    page.press(browser.ARROW_RIGHT)
    assert page.run("return svg.querySelectorAll('.term').length") == 0
    page.run("show(steps.length - 1, at); show(steps.length, at)")
    page.click("[data-node='0'] text.gradient-cell:last-of-type")
    assert page.text("#sum").startswith("∂L/∂X[1, 1] = ")
    page.run("[...document.querySelectorAll('#about button')]"
             ".find(b => b.ariaLabel?.startsWith('0, 1')).click()")  # fmt: skip
    assert page.text("#sum").startswith("∂L/∂X[0, 1] = ")
    assert page.run("return svg.querySelectorAll('.made').length") == 1


# ---------------------------------------------------------------------- sheets


def sheet(page):
    return page.run("return [blank.map(text => text.textContent), document.getElementById('line')"
                    ".textContent, [...document.querySelectorAll('#solutions li')]"
                    ".map(e => e.textContent)]")  # fmt: skip


def choose(page, name, value):
    page.run("const field = document.getElementById(arguments[0]); field.value = arguments[1];"
             "field.onchange()", name, value)  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_blanks_are_drawn_by_level_number_and_seed(lang, opened):
    page = opened(gallery.EXHIBITS["two_layers"].figure(lang))
    page.click("#blanks")
    blanks, line, solutions = sheet(page)
    assert blanks == [f"({k})" for k in range(1, 13)]
    assert len(solutions) == 12
    assert "1" in line
    choose(page, "amount", 8)
    choose(page, "seed", 77)
    first = sheet(page)
    assert len(first[0]) == 8
    assert "77" in first[1]
    choose(page, "seed", 78)
    assert sheet(page)[2] != first[2]
    choose(page, "seed", 77)
    assert sheet(page) == first
    kinds = {}
    for level in "123":
        choose(page, "level", level)
        kinds[level] = set(page.run("return blank.map(t => t.className.baseVal.split('-')[0])"))
        if level == "1":
            assert page.visible("#figure text.gradient-cell") == []
    assert kinds["1"] == {"value"}
    assert kinds["2"] == {"gradient"}
    assert kinds["3"] == {"value", "gradient"}
    page.click("#another")
    assert len(sheet(page)[0]) == 8
    page.click("#blanks")
    assert page.run("return [...svg.querySelectorAll('text')].some(t => /^\\(\\d+\\)$/.test("
                    "t.textContent))") is False  # fmt: skip
    assert np.all([not e for e in sheet(page)[1]])
