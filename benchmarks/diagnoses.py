"""The words of the planted defects, and how the checker's reports say them.

A planted defect is labelled with one word of a list; a report says what it sees in a sentence. It
names the fault rightly where one of the word's phrases is in the sentence: a reader who is told
that would look in the right place.
"""

import re
from collections.abc import Mapping

# No particular diagnosis can be expected of these.
UNNAMED = frozenset({"other"})

_PHRASES: Mapping[str, str] = {
    "sign": r"sign is wrong|wrong sign",
    "factor": r"twice too large|half as large|too (large|small) by the count|"
    r"times what it should be|off by [-+.\d]+ %|a factor .+ (is missing|too many)",
    "transposed": r"transposed|axes are in the wrong order|permutation|"
    r"gradients of .* are exchanged",
    "broadcast sum": r"broadcast ax[ie]s",
    "axis": r"count of (another )?ax[ie]s|wrong order|sum over ax[ie]s|along axis|wrong axis",
    "accumulation": r"only the (last|first) use|add up over uses|several outputs contribute|"
    r"one of two equal uses",
    "mean term": r"terms? through|dot term",
    # The list has no word for memory layout: such defects are called by the array that is read.
    "cotangent": r"cotangent|contiguous memory",
    "off by one": r"off by one|at the (end|beginning) of axis",
    "ties": r"\bties\b",
    "second call": r"second wrong|between calls",
    "dtype": r"float(32|16)",
    "shared memory": r"handed on without a copy",
    "mutation": r"changed in place",
    "saved value": r"saved|between calls|contiguous memory",
    "range": r"wrong only (for|where)|special inputs|not a number",
    "second order": r"second (order|derivatives)",
    "missing": r"no gradient arrives|never set|returns nothing",
    "path": r"only the way through|only one of two factors",
    "window": r"stride|dilation|read backwards|a step\)",
    "precision": r"digits only",
    "mask": r"arrives where nothing should|another mask",
    "shape": r"shape|axis of length 1|keepdims",
}  # fmt: skip


def words_of(property: str, diagnosis: str) -> frozenset[str]:
    """The words of the list that a report says.

    Args:
        property: that did not hold, as the report names it.
        diagnosis: of the report.

    >>> sorted(words_of("P7", "x: the sign is wrong"))
    ['sign']
    """
    return frozenset(word for word, phrase in _PHRASES.items() if re.search(phrase, diagnosis))
