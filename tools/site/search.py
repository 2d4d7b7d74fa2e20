"""The language of the site's search: English words by their stems, Hangul by pairs of syllables.

Korean words take endings (기울기, 기울기를, 기울기가), which no English splitter knows. Every run
of Hangul is cut into pairs of neighbouring syllables, in the index and in the question alike.
"""

from __future__ import annotations

import re

from sphinx.search.en import SearchEnglish

_WORD = re.compile(r"[가-힣]+|[^\W가-힣]+")

# Words of questions that say nothing of what is asked.
_ASKING = (
    "how do does did i my me can could should would what which why when where who is are am was "
    "were be a an the to of in on for with and or not it its this that only one use using get make "
    "there have has if at by from as so"
)


class Bilingual(SearchEnglish):
    """English and Korean, on one page or in one question."""

    lang = "en-ko"
    language_name = "English"  # that of the stemmer
    stopwords = frozenset(_ASKING.split())
    js_splitter_code = r"""
function splitQuery(query) {
  const found = [];
  for (const word of query.match(/[가-힣]+|[\p{Letter}\p{Number}_]+/gu) || []) {
    const run = /[가-힣]+|[^가-힣]+/g;
    for (const part of word.match(run)) {
      if (!/[가-힣]/.test(part)) {
        found.push(part);
        if (part.includes("_")) found.push(...part.split("_").filter(Boolean));
      } else if (part.length === 1) found.push(part);
      else for (let at = 0; at + 1 < part.length; at++) found.push(part.slice(at, at + 2));
    }
  }
  return found;
}
"""

    def split(self, text: str) -> list[str]:
        """The words of the index."""
        found: list[str] = []
        for word in _WORD.findall(text):
            if not "가" <= word[0] <= "힣":
                found.append(word)
                if "_" in word:
                    found += [part for part in word.split("_") if part]
            elif len(word) == 1:
                found.append(word)
            else:
                found += [word[at : at + 2] for at in range(len(word) - 1)]
        return found
