"""The lessons of the course as pages of the site, found by its search."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from examples.course import LESSONS
from examples.course.formulas import for_page
from examples.course.lesson import LANGUAGES
from examples.course.pages import WANTED, answering
from examples.course.record import Record, Shown, record
from tools.site.docstrings import code_block
from tools.site.smaller import smaller
from tools.site.uses import Use

ROOT = Path(__file__).resolve().parent.parent.parent

_WORDS = {
    "en": {"course": "Course", "steps": "step by step", "answer": "Show the answer",
           "other": "한국어"},
    "ko": {"course": "강의", "steps": "단계별로 보기", "answer": "답 보기", "other": "English"},
}  # fmt: skip
_LARGEST = 100_000  # bytes of a page to step through; the course has the larger ones too
_INTRO = {
    "en": "Lessons from the perceptron to attention; every one is a program. `make course` builds "
    "them with notebooks, slides and exercises.",
    "ko": "퍼셉트론에서 어텐션까지의 강의입니다. 강의마다 실행되는 프로그램이 하나 있습니다. "
    "`make course`는 노트북과 슬라이드, 연습 문제까지 만듭니다.",
}


def programs() -> dict[Use, Path]:
    """The lessons as programs that use functions."""
    found = {}
    for name in LESSONS:
        path = ROOT / "examples" / "course" / f"{name}.py"
        title = re.search(r'en="([^"]+)"', path.read_text("utf-8"))
        found[Use(f"Lesson: {title[1] if title else name}", f"course/{name}.en")] = path
    return found


def write(source: Path, extra: Path, work: Path) -> None:
    """Run every lesson and write its pages.

    Args:
        source: where pages go.
        extra: where what is no page goes: figures to step through.
        work: where lessons put their files.
    """
    folder = source / "course"
    folder.mkdir()
    for lang in LANGUAGES:
        entries = []
        for name in LESSONS:
            found = record(name, lang, work)
            (folder / f"{name}.{lang}.md").write_text(_page(found, folder, extra), "utf-8")
            entries.append(f"{name}.{lang}")
        words = _WORDS[lang]
        other = "ko" if lang == "en" else "en"
        listing = "\n".join(entries)
        text = (
            f"# {words['course']}\n\n[{words['other']}](index.{other}.md)\n\n{_INTRO[lang]}\n\n"
            f"```{{toctree}}\n:maxdepth: 1\n\n{listing}\n```\n"
        )
        (folder / f"index.{lang}.md").write_text(text, "utf-8")


def _page(found: Record, folder: Path, extra: Path) -> str:
    words = _WORDS[found.lang]
    other = "ko" if found.lang == "en" else "en"
    parts: list[str] = []
    asked = False
    for piece in found.pieces:
        if piece.section.texts:
            parts.append(_linked(for_page(piece.section.texts[found.lang]), found.lang))
            if len(parts) == 1:
                parts.append(f"[{words['other']}]({found.name}.{other}.md)")
                parts += answering(WANTED.get(found.name, ()), found.lang, "../steps/")
            asked = piece.section.asks
            continue
        if piece.section.exercise is not None:
            parts.append(for_page(piece.section.exercise.texts[found.lang]))
        parts.append(code_block(piece.code))
        shown = [
            _figure(each, found, folder, extra)
            if isinstance(each, Shown)
            else code_block(each.strip("\n"), "text")
            for each in piece.outputs
            if isinstance(each, Shown) or each.strip()
        ]
        if asked and shown:  # the answer to a question waits for the reader
            shown = [f"<details><summary>{words['answer']}</summary>\n", *shown, "</details>\n"]
        parts += shown
        asked = False
    return "\n\n".join(parts) + "\n"


def _linked(text: str, lang: str) -> str:
    """Names of lessons become links to them; only the title is of the first level."""
    for name in LESSONS:
        text = re.sub(rf"(?<!`)`{name}`(?!`)", f"[{name}]({name}.{lang}.md)", text)
    return text


def _figure(shown: Any, found: Record, folder: Path, extra: Path) -> str:
    image = shown.file("svg") or shown.file("png") or shown.files[0]
    place = f"{found.name}-{image.name}"
    if image.suffix == ".svg":
        (folder / place).write_text(smaller(image.read_text("utf-8")), "utf-8")
    else:
        shutil.copy(image, folder / place)
    caption = shown.caption
    page = shown.file("html")
    if page is not None and page.stat().st_size < _LARGEST:
        steps = extra / "steps" / f"{found.name}-{page.name}"
        steps.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, steps)
        caption += f' <a href="../steps/{steps.name}">{_WORDS[found.lang]["steps"]}</a>'
    return f"```{{figure}} {place}\n:figclass: graph\n:alt: {shown.caption}\n\n{caption}\n```\n"
