"""One browser for all tests of pages."""

import pytest

from tests.viz.browser import Browser

# What a page has asked for, beside itself and the pictures that it holds.
LOADED = "return performance.getEntriesByType('resource').map(each => each.name)"


@pytest.fixture(scope="session")
def window():
    window = Browser()
    yield window
    window.close()


@pytest.fixture
def opened(window, tmp_path):
    """Opens the page of a figure, which must not complain about anything."""

    def open_page(figure, fragment="#step=999"):
        path = figure.save(tmp_path / "page.html")
        window.open(f"{path.as_uri()}{fragment}")
        return window

    yield open_page
    assert window.complaints() == []
    assert window.run(LOADED) == []
