"""Figures as a browser draws them, with its own fonts: nothing overlaps, is cut or crossed."""

import json
import re

import pytest

import viz
from tests.viz.browser import needs_browser
from tests.viz.models import MODELS, called
from tests.viz.test_legible import LEAST, SLIDE
from viz import gallery

# What is wrong with the figure of the page, by the boxes that the browser gives its texts.
DEFECTS = """
const svg = document.querySelector('svg'), found = [];
const whole = svg.getBoundingClientRect();
const texts = [...svg.querySelectorAll('text')].map(text => {
  const box = text.getBoundingClientRect();
  // Boxes of lines are higher than letters: from the tallest to the lowest of them.
  return {text, left: box.left, right: box.right, top: box.top + 0.18 * box.height,
    bottom: box.bottom - 0.2 * box.height};
});
for (const {text, left, right, top, bottom} of texts)
  if (left < whole.left - 0.5 || right > whole.right + 0.5 || top < whole.top || bottom >
      whole.bottom) found.push('cut: ' + text.textContent);
texts.sort((a, b) => a.top - b.top);
for (let i = 0; i < texts.length; i++)
  for (let j = i + 1; j < texts.length && texts[j].top < texts[i].bottom; j++) {
    const a = texts[i], b = texts[j];
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
      found.push('overlap: ' + a.text.textContent + ' | ' + b.text.textContent);
  }
for (const line of svg.querySelectorAll('.wire path')) {
  // Walking along a line is slow: where no text is near, it is left out.
  const to = line.getScreenCTM(), box = line.getBoundingClientRect();
  const near = texts.filter(({left, right, top, bottom}) => box.left <= right && box.right >= left
    && box.top <= bottom && box.bottom >= top);
  const long = near.length ? line.getTotalLength() : 0;
  for (let at = 1; at < long; at += 3) {
    const p = line.getPointAtLength(at).matrixTransform(to);
    for (const {text, left, right, top, bottom} of near)
      if (p.x > left + 1 && p.x < right - 1 && p.y > top + 1 && p.y < bottom - 1)
        found.push('crossed: ' + text.textContent);
  }
}
return [...new Set(found)];
"""
# The smallest letters when the whole figure is shown on a slide.
LETTERS = """
const svg = document.querySelector('svg'), box = svg.getBoundingClientRect();
const sizes = [...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize));
return Math.min(...sizes) * Math.min(1, arguments[0] / box.width, arguments[1] / box.height);
"""


def defects(window, path):
    window.open(path.as_uri())
    return window.run(DEFECTS)


@needs_browser
def test_every_figure_of_the_gallery_in_a_browser(window):
    found = {}
    for path in sorted(gallery.FOLDER.glob("*.svg")):
        if wrong := defects(window, path.resolve()):
            found[path.name] = wrong
        if window.run(LETTERS, *SLIDE) < LEAST:
            found.setdefault(path.name, []).append("illegible")
    assert found == {}


@needs_browser
@pytest.mark.parametrize("lang", gallery.LANGUAGES)
def test_every_model_in_a_browser(window, tmp_path, lang):
    found = {}
    for number, name in enumerate(MODELS):
        _, result = called(name)
        for depth in (None, 1, 3):
            figure = viz.draw(result, "modules", lang=lang, depth=depth)
            path = figure.save(tmp_path / f"{number}-{depth}.svg")
            if wrong := defects(window, path):
                found[name, depth] = wrong
    assert found == {}


@needs_browser
@pytest.mark.parametrize("fault", ["overlap", "cut", "crossed", "illegible"])
def test_the_measures_see_what_is_wrong(window, tmp_path, fault):
    """The negative control: each defect, put into a figure that has none, is found."""
    path = tmp_path / "broken.svg"
    svg = (gallery.FOLDER / "circuit.en.svg").read_text("utf-8")
    path.write_text(svg, "utf-8")
    assert defects(window, path) == []
    assert window.run(LETTERS, *SLIDE) >= LEAST
    first = re.search(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>[^<]+</text>', svg)
    assert first is not None
    x, y = map(float, first.groups())
    broken = {
        "overlap": svg.replace(first[0], first[0] + first[0].replace(first[1], str(x + 3))),
        "cut": svg.replace(f'x="{first[1]}"', 'x="-40"', 1),
        "crossed": svg.replace(
            '<g class="wire"',
            f'<g class="wire"><path d="M{x - 40},{y - 4} C{x},{y - 4} {x},{y - 4} {x + 40},{y - 4}"'
            ' class="forward" fill="none" stroke="#000"/></g><g class="wire"', 1,
        ),
        "illegible": svg.replace('font-size="13"', 'font-size="7"'),
    }[fault]  # fmt: skip
    path.write_text(broken, "utf-8")
    found = defects(window, path)
    if fault == "illegible":
        assert window.run(LETTERS, *SLIDE) < LEAST
    else:
        assert any(each.startswith(fault) for each in found), json.dumps(found)
