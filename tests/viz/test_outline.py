"""The outline of a model in its page: modules are opened and closed, wires follow."""

import pytest

import viz
from tests.viz import browser
from tests.viz.browser import needs_browser
from tests.viz.models import MODELS, called

# The visible boxes, each by its first line.
SHOWN = (
    "return [...document.querySelectorAll('#outline .box')].filter(e => e.checkVisibility())"
    ".map(e => e.querySelector('b').textContent)"
)
WIRES = "return document.querySelectorAll('#outline .line').length"
# Points of wires inside of boxes that can be seen, other than in what is open; or outside of all.
CROSSINGS = """
const root = document.getElementById('outline').getBoundingClientRect();
const boxes = [...document.querySelectorAll('#outline .box')]
  .filter(e => e.checkVisibility() && !(e.tagName === 'DETAILS' && e.open))
  .map(e => [e.querySelector('b').textContent, e.getBoundingClientRect()]);
const found = [];
for (const line of document.querySelectorAll('#outline .line')) {
  const box = line.getBoundingClientRect(), near = boxes.filter(([, b]) => box.left <= b.right
    && box.right >= b.left && box.top <= b.bottom && box.bottom >= b.top);
  const long = near.length ? line.getTotalLength() : 0;
  for (let at = 2; at < long - 2; at += 3) {
    const p = line.getPointAtLength(at), x = p.x + root.left, y = p.y + root.top;
    for (const [name, b] of near)
      if (x > b.left + 1 && x < b.right - 1 && y > b.top + 1 && y < b.bottom - 1) found.push(name);
  }
}
return found;
"""


def click(page, selector):
    page.run(f"document.querySelector('{selector}').scrollIntoView({{block: 'center'}})")
    page.click(selector)


@needs_browser
def test_modules_open_and_close_by_click(opened):
    _, result = called("ResNet-18")
    page = opened(viz.draw(result, "modules", depth=1))
    closed = page.run(SHOWN)
    assert "layer1: Sequential" in closed
    assert "0–1: _Block ×2" not in closed
    chain = page.run(WIRES)
    assert chain == len(closed) - 2  # a chain, but for the frame around it all
    layer = "#outline details details:nth-of-type(2)"
    click(page, f"{layer} > summary")
    assert set(page.run(SHOWN)) > set(closed)
    click(page, "#open")
    everything = page.run(SHOWN)
    assert {"0–1: _Block ×2", "conv2: Conv2d", "downsample: Sequential"} <= set(everything)
    wires = viz.draw(result, "modules", depth=9)._model.wires
    assert page.run(WIRES) == len({(wire.source, wire.target) for wire in wires})
    assert page.run(CROSSINGS) == []
    click(page, "#close")
    assert page.run(SHOWN) == ["x", "model: ResNet"]
    assert page.run(WIRES) == 1


@needs_browser
@pytest.mark.parametrize("name", [name for name in MODELS if name != "ResNet-50"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_wires_pass_beside_the_boxes_whatever_is_open(name, lang, opened):
    _, result = called(name)
    page = opened(viz.draw(result, "modules", lang=lang))
    assert page.run(CROSSINGS) == []
    click(page, "#open")
    assert page.run(CROSSINGS) == []
    total = page.run("return document.querySelectorAll('#outline details').length")
    for number in range(min(total, 4)):
        page.run(f"document.querySelectorAll('#outline details')[{number}].open = false")
        assert page.run(CROSSINGS) == []
    words = "모두 펼치기" if lang == "ko" else "open all"
    assert page.text("#open") == words


@needs_browser
def test_the_measure_sees_a_wire_through_a_box(opened):
    _, result = called("U-Net")
    page = opened(viz.draw(result, "modules"))
    page.run("document.querySelector('#outline > svg').style.left = '60px'")
    page.run("document.querySelector('#outline .line').setAttribute('d', 'M60 0V400')")
    assert page.run(CROSSINGS) != []


@needs_browser
def test_modules_open_by_keys(opened):
    _, result = called("ResNet-18")
    page = opened(viz.draw(result, "modules", depth=1))
    before = len(page.run(SHOWN))
    page.run("document.querySelectorAll('#outline summary')[1].focus()")
    page.press(browser.ENTER)
    opened_boxes = len(page.run(SHOWN))
    assert opened_boxes > before
    page.press(browser.SPACE)
    assert len(page.run(SHOWN)) == before


def test_other_figures_have_no_outline():
    _, result = called("one layer")
    html = viz.draw(result).html()
    assert 'id="modules"' not in html
    assert "The outline of a model" not in html
