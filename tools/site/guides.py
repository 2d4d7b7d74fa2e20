"""The guides of `docs/`, the gallery and the examples as pages of the site."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tools.site.docstrings import code_block
from tools.site.smaller import smaller
from tools.site.uses import Use
from viz.gallery import EXHIBITS
from viz.writing.lecture_words import LECTURE_WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"

# In the order of the contents; what is not named here stands at the end of the last part.
PARTS = {
    "Start": ("start", "tensors", "faq", "errors"),
    "Guides": (
        "drawing", "testing", "training", "parallel", "transforms", "libraries", "performance",
        "runs",
    ),
    "Coming from": ("from-pytorch", "from-numpy", "from-keras", "from-dezero"),
    "Inside": ("engine", "proofs", "mutants"),
}  # fmt: skip
_KOREAN = {
    "Start": "시작", "Guides": "안내", "Coming from": "다른 도구에서 오신 분께", "Inside": "내부",
}  # fmt: skip
_ELSEWHERE = ("index", "index.ko", "ops")  # the front pages; the reference has all of the table
LECTURES = ("playground", "descent", "activation", "drill")  # pages for a lecture
# Figures of the gallery that are also there to be stepped through.
STEPPED = ("circuit", "apple_shop", "two_paths", "sigmoid_chain", "mlp", "attention", "lstm")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def names_of(lang: str) -> dict[str, list[str]]:
    """The guides that are there, by part."""
    ending = ".ko.md" if lang == "ko" else ".md"
    there = {
        path.name.removesuffix(ending)
        for path in DOCS.glob(f"*{ending}")
        if lang == "ko" or not path.name.endswith(".ko.md")
    } - {"index", "ops"}
    parts = {part: [name for name in names if name in there] for part, names in PARTS.items()}
    named = {name for names in parts.values() for name in names}
    parts["Inside"] += sorted(there - named)
    return {part: names for part, names in parts.items() if names}


def write(source: Path) -> None:
    """Write all guides below the folder of sources."""
    folder = source / "guides"
    folder.mkdir(parents=True)
    for path in sorted(DOCS.glob("*.md")):
        name = path.name.removesuffix(".md")
        text = path.read_text("utf-8")
        if name in _ELSEWHERE:
            continue
        (folder / path.name).write_text(_guide(text, name), "utf-8")
    for images in ("figures", "gallery"):
        (folder / images).mkdir()
        for image in sorted((DOCS / images).glob("*.svg")):
            (folder / images / image.name).write_text(smaller(image.read_text("utf-8")), "utf-8")
    for lang in ("en", "ko"):
        (folder / f"gallery.{lang}.md").write_text(_gallery(lang), "utf-8")
    (source / "changelog.md").write_text(
        linked((ROOT / "CHANGELOG.md").read_text("utf-8"), "changelog"), "utf-8"
    )


def _guide(text: str, name: str) -> str:
    """A guide with its links turned to the site's pages, and one to the other language."""
    title, _, rest = text.partition("\n")
    base = name.removesuffix(".ko")
    other = base if name.endswith(".ko") else f"{name}.ko"
    if (DOCS / f"{other}.md").exists() and f"({other}.md)" not in rest[:400]:
        word = "English" if name.endswith(".ko") else "한국어"
        title += f"\n\n[{word}]({other}.md)\n"
    return linked(f"{title}\n{rest}", name)


def linked(text: str, name: str) -> str:
    """Links to files of the repository become links to pages, or words where there is none."""

    def turned(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        path = target.removeprefix("../").removeprefix("docs/")
        if path.endswith("gallery/README.md"):
            return f"[{words}](/guides/gallery.{'ko' if name.endswith('.ko') else 'en'}.md)"
        if path in ("index.md", "index.ko.md"):
            return f"[{words}](/{path})"
        if path.startswith("/"):
            return match[0]
        if path == "ops.md":
            return f"[{words}](/reference/index.md)"
        if path.startswith("README"):
            return f"[{words}](/index{'.ko' if '.ko' in path else ''}.md)"
        if path == "CHANGELOG.md":
            return f"[{words}](/changelog.md)"
        if path.startswith("examples/") and path.endswith(".py"):
            page = path.removeprefix("examples/").removesuffix(".py")
            return f"[{words}](/examples/{page}.md)" if "/" not in page else words
        if path.endswith(".md") and (DOCS / path).exists():
            return f"[{words}](/guides/{path}{anchor})"
        return words

    return _LINK.sub(turned, text)


# ---------------------------------------------------------------------- gallery and examples


def _gallery(lang: str) -> str:
    """Every figure of the textbooks, with the program that draws it."""
    titles = {"en": "Gallery", "ko": "갤러리"}
    intro = {
        "en": "Figures of textbooks and courses, drawn by `viz.draw` from the program beside them.",
        "ko": "교재와 강의의 그림을 옆에 있는 프로그램에서 `viz.draw`로 그렸습니다.",
    }
    other = {"en": "[한국어](gallery.ko.md)", "ko": "[English](gallery.en.md)"}
    parts = [f"# {titles[lang]}\n\n{other[lang]}\n\n{intro[lang]}\n"]
    parts.append(_lectures(lang))
    functions = _functions(ROOT / "viz" / "gallery.py")
    for name, exhibit in EXHIBITS.items():
        title = exhibit.title[lang]
        figure = f"gallery/{name}.{lang}.svg"
        if not (DOCS / figure).exists():
            continue
        parts.append(
            f"## {title}\n\n```{{figure}} {figure}\n:figclass: graph\n:alt: {title}\n```\n"
        )
        if name in STEPPED:
            parts.append(code_block(_frame(name, _STEPS[lang], lang), "{raw} html"))
        build = getattr(exhibit.build, "__wrapped__", exhibit.build)
        program = functions.get(build.__name__)
        if program:
            options = "".join(f", {key}={value!r}" for key, value in exhibit.options.items())
            call = f'viz.draw({build.__name__}(), "{exhibit.style}"{options})'
            body = code_block(f":class: no-search\n\n{program}\n\n\n{call}", "{code-block} python")
            parts.append(f"<details><summary>{call[:60]}</summary>\n\n{body}\n</details>\n")
    return "\n".join(parts)


def _lectures(lang: str) -> str:
    """The pages for a lecture, each in a frame that loads when it is opened."""
    title = {"en": "Pages that answer", "ko": "답하는 페이지"}[lang]
    intro = {
        "en": "`viz.lecture` writes pages for a lecture; they work here as they do offline.",
        "ko": "`viz.lecture`가 만드는 강의용 페이지입니다. 네트워크 없이도 움직입니다.",
    }[lang]
    parts = [f"## {title}\n\n{intro}\n"]
    for name in LECTURES:
        words = LECTURE_WORDS[name][lang]["title"]
        parts.append(code_block(_frame(name, words, lang), "{raw} html"))
    return "\n".join(parts)


_STEPS = {"en": "step by step", "ko": "단계별로 보기"}


def _frame(name: str, words: str, lang: str) -> str:
    """A page in a frame that loads when it is opened."""
    return (
        f'<details class="frame"><summary>{words}</summary><iframe loading="lazy" '
        f'title="{words}" src="../steps/{name}.{lang}.html"></iframe></details>'
    )


def _functions(path: Path) -> dict[str, str]:
    text = path.read_text("utf-8")
    return {
        each.name: ast.get_source_segment(text, each) or ""
        for each in ast.parse(text).body
        if isinstance(each, ast.FunctionDef)
    }


def examples() -> dict[Use, Path]:
    """The programs to read."""
    found = {}
    for path in sorted((ROOT / "examples").glob("*.py")):
        text = path.read_text("utf-8")
        docstring = ast.get_docstring(ast.parse(text))
        if path.stem != "__init__" and docstring:
            paragraph = docstring.partition("\n\n")[0].replace("\n", " ")
            title = re.split(r"[:.;](?:\s|$)", paragraph)[0].replace("`", "")
            found[Use(title, f"examples/{path.stem}")] = path
    return found


def write_examples(source: Path) -> None:
    """A page for each program: what it says of itself, and its text."""
    (source / "examples").mkdir()
    for use, path in examples().items():
        text = path.read_text("utf-8")
        docstring = ast.get_docstring(ast.parse(text)) or ""
        head = f"---\norphan: true\n---\n\n# {use.title}\n\n`examples/{path.name}`"
        page = f"{head}\n\n{_words(docstring)}\n\n"
        (source / f"{use.page}.md").write_text(page + code_block(text.rstrip()), "utf-8")


def _words(docstring: str) -> str:
    """A module's docstring as Markdown."""
    from tools.site.docstrings import markdown

    return "\n\n".join(
        code_block(block, "text") if block.startswith("    ") else markdown(block)
        for block in docstring.split("\n\n")
    )


def contents(lang: str) -> str:
    """The table of contents of a language: guides by part, then what is the same in both."""
    parts = []
    for part, names in names_of(lang).items():
        title = part if lang == "en" else _KOREAN[part]
        lines = "\n".join(f"/guides/{name}{'.ko' if lang == 'ko' else ''}" for name in names)
        parts.append(f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n{lines}\n```\n")
    return "\n".join(parts)
