"""Build the documentation site: `make docs`, or `python -m tools.site`.

The pages of functions are written from their records, the guides from `docs/`, the lessons by
running them; Sphinx makes one site of them, which opens from the file system without a network.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path

from sphinx.cmd.build import build_main

import autograd
import viz
from tools.site import guides, lessons, reference, uses
from tools.site.inventory import Entry, entries, families
from tools.site.sharing import share
from tools.site.smaller import smaller
from tools.site.squeeze import squeeze
from viz.gallery import EXHIBITS

ROOT = Path(__file__).resolve().parent.parent.parent


def write_sources(work: Path, with_lessons: bool, only: str) -> None:
    """Write all pages as Markdown into `work/source`, and what is no page into `work/extra`."""
    source, extra = work / "source", work / "extra"
    source.mkdir(parents=True)
    (extra / "steps").mkdir(parents=True)
    guides.write(source)
    guides.write_examples(source)
    if with_lessons:
        lessons.write(source, extra, work / "lessons")
    known = [entry for entry in entries() if only in entry.name]
    _write_reference(source, known, with_lessons)
    for lang in ("en", "ko"):
        _write_front(source, lang, with_lessons)
        _write_steps(extra / "steps", lang)
    share(extra / "steps")
    names = {name: entry.page for entry in known for name in (entry.name, *entry.also)}
    (source / "names.json").write_text(json.dumps(names), "utf-8")


def _write_reference(source: Path, known: list[Entry], with_lessons: bool) -> None:
    folder = source / "reference"
    folder.mkdir()
    programs = (lessons.programs() if with_lessons else {}) | guides.examples()
    used = uses.uses_of(known, programs)
    listed = families(known)
    for family in listed:
        (source / f"{family.page}.md").write_text(reference.family_page(family), "utf-8")
        for entry in family.entries:
            text = reference.page(entry, family, used.get(entry.name, []), folder)
            (source / f"{entry.page}.md").write_text(text, "utf-8")
    (folder / "index.md").write_text(reference.index_page(listed), "utf-8")


def _write_front(source: Path, lang: str, with_lessons: bool) -> None:
    """The front page with the contents of its language."""
    name = "index.ko.md" if lang == "ko" else "index.md"
    front = ROOT / "docs" / name
    text = front.read_text("utf-8") if front.exists() else "# wengert\n"
    course = f"/course/index.{lang}\n" if with_lessons else ""
    more = {"en": "More", "ko": "그 밖에"}[lang]
    last = "/reference/index\n/changelog\n한국어 </index.ko>\n" if lang == "en" else ""
    text += (
        f"\n{guides.contents(lang)}\n```{{toctree}}\n:hidden:\n:caption: {more}\n\n"
        f"{course}/guides/gallery.{lang}\n{last}```\n"
    )
    (source / name).write_text(guides.linked(text, name.removesuffix(".md")), "utf-8")


def _write_steps(folder: Path, lang: str) -> None:
    """The figure of the front page, to step through and as pictures that follow one another."""
    w = autograd.tensor([0.5, -1.0], requires_grad=True, name="w")
    loss = (autograd.tanh(w) ** 2).sum()
    loss.name = "loss"
    loss.backward()
    figure = viz.draw(loss, lang=lang)
    (folder / f"front.{lang}.html").write_text(str(figure.html()), "utf-8")
    for number, frame in enumerate(figure.frames(words=False)):
        (folder / f"front.{lang}.{number:02}.svg").write_text(smaller(str(frame)), "utf-8")
    for name in guides.LECTURES:
        page = folder / f"{name}.{lang}.html"
        page.write_text(viz.lecture(name, lang).html(), "utf-8")
    for name in guides.STEPPED:
        EXHIBITS[name].figure(lang).save(folder / f"{name}.{lang}.html")


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for; the status of Sphinx."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "site")
    parser.add_argument("--no-course", action="store_true", help="without running the lessons")
    parser.add_argument("--only", default="", help="functions with this in their names, for a look")
    options = parser.parse_args(arguments)
    begun = time.perf_counter()
    for folder in (options.work, options.out):
        shutil.rmtree(folder, ignore_errors=True)
    write_sources(options.work, not options.no_course, options.only)
    print(f"pages written in {time.perf_counter() - begun:.0f} s", flush=True)
    status = build_main([
        "-W", "--keep-going", "-q", "-b", "html", "-c", str(Path(__file__).parent),
        "-d", str(options.work / "doctrees"),
        "-D", f"html_extra_path={options.work / 'extra'}",
        str(options.work / "source"), str(options.out),
    ])  # fmt: skip
    squeeze(options.out)
    size = sum(path.stat().st_size for path in options.out.rglob("*") if path.is_file())
    print(f"{options.out / 'index.html'}: {size / 1e6:.1f} MB, {time.perf_counter() - begun:.0f} s")
    return int(status)


if __name__ == "__main__":
    raise SystemExit(main())
