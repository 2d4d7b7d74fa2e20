import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.text import clean, is_wide, text_width


def test_hangul_is_as_wide_as_the_font_size():
    assert text_width("역전파", 14) == 42
    assert text_width("e\u0301", 10) == text_width("e", 10)  # accents take no room
    assert text_width("w", 10, bold=True) > text_width("w", 10)
    assert is_wide("순전파 값")
    assert not is_wide("naïve −1.5 × σ")


@pytest.mark.parametrize(
    ("given_text", "drawn"),
    [
        ("a\nb\tc", "a b c"),
        ("nul\0bell\x07", "nul\ufffdbell\ufffd"),
        ("lone\ud800", "lone\ufffd"),
        ("\u202eright to left\u2066", "right to left"),
        ("noncharacter\uffff", "noncharacter\ufffd"),
        ("x" * 10_000, "x" * 27 + "…"),
        (3, "3"),
    ],
)
def test_clean(given_text, drawn):
    assert clean(given_text) == drawn


@given(st.text())
def test_clean_text_can_be_encoded_and_measured(text):
    cleaned = clean(text)
    cleaned.encode()
    assert len(cleaned) <= 28
    assert text_width(cleaned, 12) >= 0
