"""The table of operations is complete."""

from autograd.catalogue import PAGE, page


def test_the_page_is_what_the_records_say():
    assert PAGE.read_text("utf-8") == page(), "run `python -m autograd.catalogue`"
