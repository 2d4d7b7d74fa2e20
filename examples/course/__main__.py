"""Build the whole course into one folder: `python -m examples.course`, or `make course`.

Every lesson runs in English and in Korean; of each there are a page, slides, a notebook, the plain
text, figures, step-by-step pages, and exercise sheets with solutions. Open `index.html`. Beside
them are the tasks that are graded, each proved first: `students/` to hand out, `lecturer/` to keep.
"""

import argparse
import time
from pathlib import Path

import nbformat

import viz
from examples.course import LESSONS
from examples.course.lesson import LANGUAGES
from examples.course.notebook import notebook
from examples.course.pages import ANSWERING, index_page, lesson_page
from examples.course.record import record
from examples.course.sections import check_order, split
from examples.course.slides import slides_page
from examples.course.tasks import handout, proof


def build(folder, lessons=LESSONS, langs=LANGUAGES):
    """Write the course and return the path of its index."""
    records = {lang: [] for lang in langs}
    for name in lessons:
        for lang in langs:
            begun = time.perf_counter()
            found = record(name, lang, folder)
            records[lang].append(found)
            base = folder / name / f"{name}.{lang}"
            base.with_name(f"{base.name}.txt").write_text(found.plain(), "utf-8")
            nbformat.write(notebook(found), base.with_name(f"{base.name}.ipynb"))
            print(f"{name}.{lang}  {time.perf_counter() - begun:.1f} s", flush=True)
    for lang in langs:
        for position, found in enumerate(records[lang]):
            base = folder / found.name
            page = lesson_page(records[lang], position, langs)
            (base / f"index.{lang}.html").write_text(page, "utf-8")
            (base / f"slides.{lang}.html").write_text(slides_page(found), "utf-8")
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    for name in ANSWERING:
        for lang in langs:
            viz.lecture(name, lang).save(folder / "pages" / f"{name}.{lang}.html")
    handout.write(folder, langs, lessons)
    index = folder / "index.html"
    index.write_text(index_page(records), "utf-8")
    return index


def needs_of(name):
    """The lessons that a lesson says should come before it."""
    sections = split(Path(__file__).with_name(f"{name}.py").read_text("utf-8"))
    return next(each.needs for each in sections if each.needs is not None)


def main(arguments=None):
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m examples.course", description=__doc__)
    parser.add_argument("lessons", nargs="*", default=LESSONS, metavar="lesson",
                        help=f"some of {', '.join(LESSONS)}; all if not given")  # fmt: skip
    parser.add_argument("--lang", choices=LANGUAGES, help="one language; both if not given")
    parser.add_argument("--out", type=Path, default=Path("course"), help="default: course/")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.lessons if name not in LESSONS]
    if unknown:
        parser.error(f"no lesson {', '.join(unknown)}; there are {', '.join(LESSONS)}")
    check_order({name: needs_of(name) for name in LESSONS})
    if proof.main() != 0:
        parser.error("an exercise is not proved: see above")
    langs = (options.lang,) if options.lang else LANGUAGES
    print(build(options.out, options.lessons, langs))


if __name__ == "__main__":
    main()
