r"""Task files: programs that run as they stand, in which some lines are a student's to write.

    # %% text
    # en: A rule says what a node passes back.
    # ko: 규칙은 노드가 무엇을 되돌려 보낼지를 정합니다.

    # %% exercise scale 2
    # en: Pass back what `3 * x` must.
    # ko: `3 * x`가 되돌려 보낼 값을 쓰세요.
    def scale_rule(g, x):
        return 3 * g  # solution

    # %% check scale
    expect(scale_rule(1.0, 5.0), 3.0)

    # %% mistakes scale
    # `3 * g` -> `g` : 3 | 3

The number is that of points. What stands behind `# solution` is left out of the student's copy. A
mistake replaces a piece of the solution; behind the colon is what the check must then say, in
English and in Korean, as patterns.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

MARK = re.compile(r"^# %% (text|code|exercise|check|mistakes)(?: (\w+))?(?: (\d+))?$")
SOLUTION = "  # solution"
MISTAKE = re.compile(r"^# `(.*)` -> `(.*)` : (.*) \| (.*)$")
BLANK = {"en": "...  # your code", "ko": "...  # 여기에 쓰세요"}


@dataclass(frozen=True)
class Mistake:
    """What many write instead, and patterns of what they are told, by language."""

    right: str
    wrong: str
    told: dict[str, str]


@dataclass
class Cell:
    """One part of a task file.

    Attributes:
        kind: "text", "code" or "exercise".
        code: As the file has it, without the leading comments.
        texts: What is said, by language.
    """

    kind: str
    code: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    name: str = ""
    points: int = 0
    check: str = ""
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def solution(self) -> str:
        """The code without the marks."""
        return self.code.replace(SOLUTION, "")

    def blank(self, lang: str) -> str:
        """The code with a blank for every run of marked lines."""
        lines: list[str] = []
        inside = False
        for line in self.code.split("\n"):
            if line.endswith(SOLUTION):
                if not inside:
                    lines.append(line[: len(line) - len(line.lstrip())] + BLANK[lang])
                inside = True
            else:
                inside = inside and line.strip() == ""
                lines.append(line)
        return "\n".join(lines)

    def with_mistake(self, mistake: Mistake) -> str:
        """The solution as somebody who makes this mistake writes it."""
        return self.solution.replace(mistake.right, mistake.wrong)


@dataclass
class Task:
    """A task file."""

    path: Path
    cells: list[Cell]

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.stem

    @property
    def exercises(self) -> list[Cell]:
        """The cells that a student fills in."""
        return [cell for cell in self.cells if cell.kind == "exercise"]

    def title(self, lang: str) -> str:
        """The heading of its first text."""
        return self.cells[0].texts[lang].split("\n")[0].lstrip("# ")


def read(path: Path) -> Task:
    """The task of a file.

    Raises:
        ValueError: for a file that is not of this form; the message names the file and the place.
    """
    cells: list[Cell] = []
    named: dict[str, Cell] = {}
    for kind, name, points, body in _parts(path):
        where = f"{path.name}: {kind} {name}".strip()
        if kind in ("check", "mistakes"):
            if name not in named:
                raise ValueError(f"{where}: there is no exercise of this name above it")
            if kind == "check":
                named[name].check = body
            else:
                named[name].mistakes = list(_mistakes(body, named[name], where))
            continue
        texts, code = _texts(body) if kind != "code" else ({}, body)
        cell = Cell(kind, code, texts, name, int(points or 1) if kind == "exercise" else 0)
        if kind != "code" and set(texts) != {"en", "ko"}:
            raise ValueError(f"{where}: its text needs `# en:` and `# ko:`, got {sorted(texts)}")
        if kind == "exercise":
            if not name or name in named:
                raise ValueError(f"{where}: an exercise needs a name of its own")
            if SOLUTION not in code:
                raise ValueError(f"{where}: no line is marked as the solution")
            named[name] = cell
        cells.append(cell)
    unchecked = [name for name, cell in named.items() if not cell.check]
    if unchecked:
        raise ValueError(f"{path.name}: no check for {', '.join(unchecked)}")
    if not cells or cells[0].kind != "text":
        raise ValueError(f"{path.name}: it must begin with a text, whose first line is its title")
    return Task(path, cells)


def _parts(path: Path):
    """Kind, name, points and body of every part; what stands before the first is no part."""
    current = None
    for line in path.read_text("utf-8").split("\n"):
        mark = MARK.match(line)
        if mark is None:
            if line.startswith("# %%"):
                raise ValueError(f"{path.name}: not a known part: {line}")
            if current is not None:
                current[3].append(line)
            continue
        if current is not None:
            yield *current[:3], "\n".join(current[3]).strip("\n")
        current = (mark[1], mark[2] or "", mark[3], [])
    if current is not None:
        yield *current[:3], "\n".join(current[3]).strip("\n")


def _texts(body: str) -> tuple[dict[str, str], str]:
    """The leading comments by language, and the code below them."""
    texts: dict[str, list[str]] = {}
    lines = body.split("\n")
    lang = None
    while lines and lines[0].startswith("#"):
        line = lines.pop(0).removeprefix("#").removeprefix(" ")
        begun = re.match(r"^(en|ko):\s?(.*)$", line)
        if begun:
            lang = begun[1]
            texts[lang] = [begun[2]] if begun[2] else []
        elif lang is not None:
            texts[lang].append(line)
    return (
        {lang: "\n".join(each).strip() for lang, each in texts.items()},
        "\n".join(lines).strip("\n"),
    )


def _mistakes(body: str, cell: Cell, where: str):
    for line in filter(str.strip, body.split("\n")):
        found = MISTAKE.match(line)
        if found is None:
            raise ValueError(f"{where}: expected # `right` -> `wrong` : en | ko, got {line}")
        right, wrong, en, ko = found.groups()
        right, wrong = right.replace("\\n", "\n"), wrong.replace("\\n", "\n")
        if cell.solution.count(right) == 0:
            raise ValueError(f"{where}: the solution has no `{right}`")
        yield Mistake(right, wrong, {"en": en.strip(), "ko": ko.strip()})
