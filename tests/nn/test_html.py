"""What notebooks show of Tensors, modules and optimizers."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from nn.train import summary

EMPTY = {"br", "hr", "img"}


class Reader(HTMLParser):
    """Reads a page: its text, and whether every element ends where it must."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        assert all(not name.startswith("on") and name != "id" for name, _ in attributes)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += f" {data}"


def model():
    return nn.Sequential(nn.Embedding(10, 4), nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)))


X = Tensor([[1.0, -2.0], [3.0, 0.0]], requires_grad=True, name="x <b>&\"'")


@pytest.mark.parametrize(
    "make",
    [
        lambda: X,
        lambda: X * 2,
        lambda: X.detach(),
        lambda: Tensor(2.5),
        lambda: Tensor(np.zeros((0, 3))),
        lambda: Tensor([1.0, np.nan, -np.inf]),
        lambda: Tensor([1 + 2j]),
        lambda: Tensor([True, False]),
        lambda: Tensor(np.arange(24).reshape(1, 2, 3, 4)),
        lambda: Tensor(np.zeros((2, 0, 3))),
        lambda: Tensor(np.array([2**63], np.uint64)),
        lambda: Tensor(np.float16([1.0, 65504.0])),
        lambda: nn.Parameter([1.0]),
        model,
        nn.ReLU,
        nn.Module,
        lambda: nn.optim.Adam(model().parameters()),
        lambda: nn.optim.LBFGS(model().parameters()),
    ],
)
def test_every_page_is_whole_and_the_same_each_time(make):
    shown = make()
    page = shown._repr_html_()
    assert page == shown._repr_html_()
    found = Reader(page)
    assert {"script", "style", "img", "iframe"} & set(found.tags) == set()
    assert type(shown).__name__ in found.text
    assert "<b>&" not in page


def test_values_gradient_and_origin_are_said():
    x = Tensor([[1.0, -2.0], [3.0, 0.0]], requires_grad=True, name="x <b>")
    before = Reader(x._repr_html_()).text
    assert "no gradient yet" in before
    y = x * 2
    y.sum().backward()
    text = Reader(x._repr_html_()).text
    for each in ("x <b>", "2×2", "float64", "leaf", "-2", "gradient"):
        assert each in text
    assert "made by  mul" in Reader(y._repr_html_()).text
    assert re.search(r"detached at .*test_html\.py:\d+", Reader(x.detach()._repr_html_()).text)


def test_colours_go_by_sign_and_size():
    page = Tensor([4.0, -2.0, 0.0, np.nan])._repr_html_()
    cells = re.findall(r"<td[^>]*background:rgba\(([^)]*)\)", page)
    assert cells == ["230,110,0,0.50", "0,110,230,0.25", "190,0,190,.35"]
    assert not re.search(r"[^-]color:(?!inherit)", page)  # text keeps the page's colour


def test_large_arrays_make_small_pages():
    rng = np.random.default_rng(0)
    for shape in ((10**6,), (1000, 1000), (100, 10, 30, 30), (10**6, 1), (1,) * 30):
        page = Tensor(rng.normal(size=shape))._repr_html_()
        assert len(page) < 40_000
    assert "… 97 more" in Tensor(np.zeros((100, 3, 3)))._repr_html_()


def test_large_models_make_small_pages():
    deep = nn.Linear(2, 2)
    for _ in range(60):
        deep = nn.Sequential(deep)
    wide = nn.Sequential(*(nn.Sequential(*(nn.Linear(2, 2) for _ in range(30))) for _ in range(30)))
    for each in (deep, wide):
        assert len(each._repr_html_()) < 250_000
    assert "… 10 more modules" in wide._repr_html_()


def test_parameters_are_counted_as_in_a_summary():
    net = model()
    net[1][0].weight.requires_grad = False
    net.again = net[0]  # counts once
    found = summary(nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)), (4,))
    text = Reader(net._repr_html_()).text
    assert f"{40 + found.total:,} parameters" in text
    assert "12 of them not trainable" in text
    for each in ("weight", "running_mean", "10×4", "training mode", "4 -> 3"):
        assert each in text
    assert "evaluation mode" in Reader(net.eval()._repr_html_()).text


def test_settings_of_every_group_are_shown():
    first, second = nn.Linear(2, 2), nn.Linear(2, 3)
    groups = [{"params": first.parameters(), "lr": 0.5}, {"params": second.parameters()}]
    text = Reader(nn.optim.SGD(groups, lr=0.125, momentum=0.9)._repr_html_()).text
    for each in ("SGD", "group 1", "0.5", "0.125", "momentum", "0.9", "2, 9 elements"):
        assert each in text


def test_many_samples_at_once_have_their_text_alone():
    pages = []
    autograd.func.vmap(lambda x: (pages.append(x._repr_html_()), x * 2)[1])(Tensor(np.ones((2, 3))))
    assert pages == [None]


def test_notebooks_get_the_page_and_terminals_the_text():
    formatters = pytest.importorskip("IPython.core.formatters")
    shown, _ = formatters.DisplayFormatter().format(Tensor([1.0, 2.0]))
    assert shown["text/plain"] == "Tensor([1., 2.])"
    assert shown["text/html"].startswith("<div")
