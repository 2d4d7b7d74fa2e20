"""The documentation site: its pages are written from what is there, and it answers questions.

What needs Sphinx and Chromium is skipped without them. `SITE=site` checks a site that was built
before; otherwise a part of one is built here.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

import autograd
import nn
from autograd.operation.record import records
from autograd.testing import strategies
from tests.source_code import ROOT
from tests.viz.browser import Browser, needs_browser
from tools.site import docstrings, in_use, shown
from tools.site.formulas import is_formula, mathml
from tools.site.inventory import PACKAGES, entries, families

ENTRIES = entries()

# Links out of the site; nothing is loaded from there.
HOSTS = {
    "arxiv.org", "doi.org", "hypothesis.readthedocs.io", "keepachangelog.com", "semver.org",
}  # fmt: skip


# ---------------------------------------------------------------------- what is written


def test_every_public_name_has_one_page():
    names = [name for entry in ENTRIES for name in (entry.name, *entry.also)]
    assert len(names) == len(set(names))
    for package in PACKAGES:
        module = __import__(package, fromlist=["_"])
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isroutine(thing):
                assert f"{package}.{name}" in names


def test_every_operation_of_ours_is_on_a_page():
    shown_ones = {entry.record.name for entry in ENTRIES if entry.record}
    public = {r.name for r in records.values() if r.module.startswith("autograd.")}
    inner = {name for name in public if not any(hasattr(m, name) for m in (
        autograd, autograd.ops, autograd.linalg, autograd.fft))}  # fmt: skip
    assert public - inner <= shown_ones


def test_families_have_titles():
    assert [each.module for each in families(ENTRIES) if len(each.title) < 3] == []
    assert [each.title for each in families(ENTRIES) if re.search(r"[`:.]", each.title)] == []


@pytest.mark.parametrize(
    "text", ["e^(-x²)", "y = x Wᵀ + b", "√(x² + y²)", "∂out/∂x", "w ← w - lr m̂ / (√v̂ + ε)"]
)
def test_formulas_are_typeset_whole(text):
    assert is_formula(text)
    drawn = mathml(text)
    HTMLParser().feed(drawn)
    assert drawn.count("<m") == drawn.count("</m")
    letters = re.sub(r"<[^>]*>", "", drawn)
    kept = [each for each in text if each.isalpha() and each.isascii()]
    assert [each for each in letters if each in kept]


@pytest.mark.parametrize(
    "text", ["keepdims=True", "nn.Linear", "(batch, classes)", "x[0]", "max_norm"]
)
def test_programs_are_no_formulas(text):
    assert not is_formula(text)


@pytest.mark.parametrize("name", sorted(set(nn.train.__all__) & {*in_use.CALLBACKS}))
def test_callbacks_are_shown_in_a_training(name):
    assert "```{" in "".join(in_use.callback_shown(getattr(nn.train, name)))


def test_every_callback_and_every_strategy_is_shown():
    callbacks = {each for each in vars(nn.train).values() if isinstance(each, type)}
    callbacks = {e.__name__ for e in callbacks if issubclass(e, nn.train.Callback)} - {"Callback"}
    assert callbacks == in_use.CALLBACKS.keys()
    named = {name: getattr(strategies, name) for name in strategies.__all__ if name.islower()}
    drawn = {name: "".join(in_use.strategy_shown(each)) for name, each in named.items()}
    assert [name for name, text in drawn.items() if text.count("\n") < 6] == []


EXAMPLES = [
    entry
    for entry in ENTRIES
    if entry.name.rpartition(".")[0] in ("autograd", "autograd.linalg", "autograd.fft", "nn", "viz")
    and ">>>" in (inspect.getdoc(entry.thing) or "")
]


def test_examples_can_be_pasted_as_they_stand(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    broken = {}
    for entry in EXAMPLES:
        doc = docstrings.parse(inspect.getdoc(entry.thing) or "")
        if any(example.exc_msg for example in doc.examples):
            continue  # it shows an error
        program = docstrings.pasteable(doc.examples, entry.thing.__module__)
        registered = set(records)
        try:
            exec(compile(program, entry.name, "exec"), {"__name__": "__main__"})
        except NameError as error:
            broken[entry.name] = str(error)
        for name in set(records) - registered:
            del records[name]
    assert broken == {}


def test_every_elementwise_operation_of_one_number_is_plotted():
    missing = [
        each.name
        for each in records.values()
        if each.module.startswith("autograd.") and each.kind == "elementwise" and each.fast
        and not shown.operation_plot(each)
    ]  # fmt: skip
    assert missing == []


def test_every_schedule_and_optimizer_is_plotted():
    schedules = [each for each in vars(nn.optim.lr_scheduler).values() if inspect.isclass(each)]
    without = {each.__name__ for each in schedules if not shown.schedule_plot(each)}
    assert without <= {
        "ChainedScheduler", "LRScheduler", "ReduceLROnPlateau", "SequentialLR",
    }  # fmt: skip
    optimizers = [getattr(nn.optim, name) for name in nn.optim.__all__]
    optimizers = [each for each in optimizers if inspect.isclass(each)]
    without = {each.__name__ for each in optimizers if not shown.optimizer_plot(each)}
    assert "Adam" not in without
    assert "SGD" not in without


def test_slopes_at_kinks_are_those_of_the_conventions():
    tables = {
        name: {place: slope for place, _, slope in shown.special_values(records[name])}
        for name in ("relu", "abs", "sign", "exp")
    }
    assert tables["relu"]["0"] == tables["abs"]["0"] == tables["sign"]["0"] == "0"
    assert tables["exp"]["1"] == "2.718"


# ---------------------------------------------------------------------- a site that is built


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if "SITE" in os.environ:
        return (ROOT / os.environ["SITE"]).resolve()
    if find_spec("sphinx") is None:
        pytest.skip("Sphinx is not installed")
    folder = tmp_path_factory.mktemp("site")
    words = ["--no-course", "--only", "elu", "--out", folder / "out", "--work", folder / "work"]
    run = subprocess.run(
        [sys.executable, "-m", "tools.site", *map(str, words)],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert (folder / "out" / "index.html").exists(), run.stdout + run.stderr
    return folder / "out"


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.anchors = [], set()

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.links += [named[key] for key in ("href", "src") if named.get(key)]
        self.anchors |= {named[key] for key in ("id", "name") if named.get(key)}


@pytest.fixture(scope="module")
def pages(site):
    found = {}
    for path in site.rglob("*.html"):
        parser = _Links()
        parser.feed(path.read_text("utf-8"))
        found[path] = parser
    return found


def test_no_link_is_dead_and_nothing_comes_from_another_host(site, pages):
    dead, foreign = [], []
    icons = (site / "_static" / "site.js").read_text("utf-8")
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") or link.startswith("//"):
                if parts.hostname not in HOSTS:
                    foreign.append((path.name, link))
                continue
            if parts.scheme in ("data", "mailto", "javascript"):
                continue
            if f'"{link.removeprefix("#svg-")}":' in icons:  # which a script puts in
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                dead.append((path.name, link))
            elif parts.fragment and target in pages and target.parent.name != "steps":
                known = pages[target].anchors | {"top"}
                dead += [(path.name, link)] if unquote(parts.fragment) not in known else []
    assert foreign == []
    if "SITE" not in os.environ:  # of a part the course is missing
        dead = [each for each in dead if "course/" not in each[1]]
    assert dead == []


def test_a_whole_site_is_small(site):
    if "SITE" not in os.environ:
        pytest.skip("only a part of the site was built")
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 25e6


# Questions of newcomers, and the page (and section) that answers each.
QUESTIONS = {
    "how do I freeze a layer?": "faq.html#how-do-i-freeze-a-layer",
    "why is my gradient None?": "faq.html#why-is-my-gradient-none",
    "기울기 소실": "faq.ko.html#",
    "what is relu's slope at 0?": "reference/autograd.relu.html",
    "how do I draw only one layer?": "faq.html#how-do-i-draw-only-one-layer",
    "loss is nan": "faq.html#why-is-my-loss-nan",
    "save a trained model": "faq.html#how-do-i-save-and-load-a-model",
    "층을 고정하려면": "faq.ko.html#",
    "leaky_relu": "reference/autograd.leaky_relu.html",
    "the graph was already used by a backward pass": "errors.html#graph-used",
    "can I use a GPU": "faq.html#can-i-use-a-gpu",
    "그림을 PNG로 저장": "faq.ko.html#",
}


@pytest.fixture(scope="module")
def browser():
    opened = Browser(390, 800)
    yield opened
    opened.close()


@needs_browser
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_in_the_first_three_hits(site, browser, question):
    browser.open(f"{(site / 'search.html').as_uri()}?q={quote(question)}")
    hits: list[str] = []
    for _ in range(100):
        hits = browser.run(
            "return [...document.querySelectorAll('ul.search li a')]"
            ".map(link => link.getAttribute('href'))"
        )
        if len(hits) >= 3:
            break
        time.sleep(0.05)
    assert any(QUESTIONS[question] in hit for hit in hits[:3]), hits[:5]
    assert browser.complaints() == []


@needs_browser
@pytest.mark.parametrize(
    "page", ["index", "index.ko", "steps/front.en", "steps/playground.ko", "guides/faq",
             "guides/faq.ko", "guides/gallery.en", "reference/autograd.elu", "reference/nn.ELU",
             "search"],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_a_phone_and_says_nothing_to_the_console(site, browser, page, scheme):
    browser.emulate(prefers_color_scheme=scheme)
    browser.open((site / f"{page}.html").as_uri())
    wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert browser.complaints() == []


def test_guides_in_korean_are_in_korean(site):
    text = (site / "guides" / "faq.ko.html").read_text("utf-8")
    assert 'lang="ko"' in text
    assert Path(site / "guides" / "faq.html").read_text("utf-8").count("한국어") >= 1
