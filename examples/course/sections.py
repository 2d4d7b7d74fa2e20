"""A lesson's script as a row of texts and pieces of code, and the code without `lesson`.

What stands between two calls of `lesson.say` is one piece of code: a cell of the notebook, a block
of the page; lines that plot are a piece of their own, which folds away. The exercises stand in a
file of their own and come before the lesson's end. In the code of a notebook there is no `lesson`:
it is the ordinary program that a student would write, and needs nothing of the course.
"""

import ast
import inspect
from dataclasses import dataclass
from itertools import pairwise

from examples.course.lesson import Lesson
from examples.course.tasks.source import Cell

LOCAL = "lesson"
TEXTS = ("say", "begin", "predict", "end")
PLOTTING = {"Figure", "figure", "axes", "axis"}  # names that a statement of a plot reads or binds
COMPUTING = {"nn", "Trainer"}  # what reads these trains, too, and is worth reading


@dataclass(frozen=True)
class Section:
    """A text, a piece of code, or an exercise.

    Attributes:
        source: Of the statements, as the script has it.
        line: Where it begins in the script.
        texts: Of a text: Markdown by language; empty for code.
        asks: It is a question, which the next piece of code answers.
        needs: Names of the lessons that should come before; of the text that begins a lesson.
        plots: It only draws with Matplotlib.
        exercise: What a student writes here.
    """

    source: str
    line: int
    texts: dict[str, str]
    asks: bool = False
    needs: tuple[str, ...] | None = None
    plots: bool = False
    exercise: Cell | None = None


def split(script):
    """The sections of a script in their order; its docstring is none of them.

    Raises:
        ValueError: if a text is not a plain string, which no notebook could show.
    """
    lines = script.split("\n")
    statements = ast.parse(script).body
    if ast.get_docstring(ast.parse(script)) is not None:
        statements = statements[1:]
    ends = [statements[0].lineno - 1, *(each.end_lineno for each in statements)]
    sections = []
    begun = ends[0]
    for statement, (start, end) in zip(statements, pairwise(ends), strict=True):
        texts = _texts(statement)
        if texts is None:
            continue
        sections += _code(lines, begun, start)
        asks, needs = _of_lesson(getattr(statement, "value", None)) == "predict", _needs(statement)
        told = "\n".join(lines[statement.lineno - 1 : end])
        sections.append(Section(told, statement.lineno, texts, asks, needs))
        begun = end
    sections += _code(lines, begun, len(lines))
    return [each for each in sections if each.texts or each.source.strip()]


def exercise_sections(task):
    """The sections of a lesson's exercises (see `examples.course.tasks`)."""
    return [
        Section(each.code, 1, {}, exercise=each)
        if each.kind == "exercise"
        else Section(each.code, 1, each.texts)
        for each in task.cells
    ]


def check_order(needs):
    """Hold the lessons to their order: what a lesson needs comes before it, so there is no circle.

    Args:
        needs: What each lesson needs, by name, in the order of the lessons.

    Raises:
        ValueError: naming the lesson and what it needs.
    """
    before = set()
    for name, wanted in needs.items():
        missing = [each for each in wanted if each not in before]
        if missing:
            raise ValueError(f"{name} needs {', '.join(missing)}, which must come before it")
        before.add(name)


def _code(lines, start, end):
    """Lines of code as sections: what plots, by itself, where it is more than three lines."""
    source = "\n".join(lines[start:end])
    statements = ast.parse(source).body
    if not statements:
        return []
    # A comment belongs to the statement below it.
    ends = [0, *(each.end_lineno for each in statements[:-1]), end - start]
    runs = []
    drawn = set(PLOTTING)
    for statement, (first, last) in zip(statements, pairwise(ends), strict=True):
        plots = _plots(statement, drawn)
        if runs and runs[-1][2] == plots:
            runs[-1][1] = last
        else:
            runs.append([first, last, plots])
    long = [run for run in runs if run[2] and run[1] - run[0] > 3]
    if not long:
        return [Section(source, start + 1, {})]
    cuts = sorted({0, end - start, *(place for run in long for place in run[:2])})
    folded = {run[0] for run in long}
    return [
        Section("\n".join(lines[start + a : start + b]), start + a + 1, {}, plots=a in folded)
        for a, b in pairwise(cuts)
    ]


def _plots(statement, drawn):
    """Whether a statement does no more than draw with Matplotlib.

    Args:
        statement: Of a lesson.
        drawn: Names of figures and axes; those that the statement binds are added.
    """
    inside = list(ast.walk(statement))
    named = {each.id for each in inside if isinstance(each, ast.Name)}
    named |= {each.arg for each in inside if isinstance(each, ast.arg)}
    if drawn.isdisjoint(named) or not COMPUTING.isdisjoint(named):
        return False
    if isinstance(statement, ast.Assign):
        bound = (each for target in statement.targets for each in ast.walk(target))
        drawn |= {each.id for each in bound if isinstance(each, ast.Name)}
    return True


def _texts(statement):
    """The texts of `lesson.say(...)`, and the title of `lesson = Lesson(...)`; None for others."""
    if isinstance(statement, ast.Assign) and _names(statement.value, "Lesson"):
        call, heading = statement.value, "# "
    elif isinstance(statement, ast.Expr) and _of_lesson(statement.value) in TEXTS:
        return _told(statement)
    else:
        return None
    texts = {}
    for keyword in call.keywords:
        if keyword.arg in ("en", "ko"):
            if not isinstance(keyword.value, ast.Constant):
                raise ValueError(f"line {statement.lineno}: a text must be one plain string")
            texts[keyword.arg] = heading + inspect.cleandoc(keyword.value.value)
    return texts


def _told(statement):
    """What `lesson` says when it runs the statement, by language."""
    told = {}
    try:
        method = _of_lesson(statement.value)
        given = {each.arg: ast.literal_eval(each.value) for each in statement.value.keywords}
    except ValueError:
        raise ValueError(f"line {statement.lineno}: a text must be one plain string") from None
    listener = Listener(told)
    getattr(listener, method)(**given)
    return told


class Listener(Lesson):
    """A lesson that only keeps what it was told to say."""

    def __init__(self, told):
        self.told = told

    def say(self, *, en, ko):
        """Keep both texts."""
        self.told.update(en=inspect.cleandoc(en), ko=inspect.cleandoc(ko))


def _needs(statement):
    """The lessons that `lesson.begin(needs=...)` names; None for other statements."""
    if not (isinstance(statement, ast.Expr) and _of_lesson(statement.value) == "begin"):
        return None
    given = {each.arg: each.value for each in statement.value.keywords}
    return tuple(ast.literal_eval(given["needs"])) if "needs" in given else ()


def _names(node, name):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _of_lesson(node):
    """The method of `lesson` that a node calls, or None."""
    if isinstance(node, ast.Call):
        node = node.func
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return node.attr if node.value.id == LOCAL else None
    return None


# ---------------------------------------------------------------------- code without `lesson`


def without_lesson(source, lang):
    """A piece of code as a student would write it, in one language.

    `lesson.text(...)` and `lesson.lang` become what they stand for, `lesson.show(...)` a print,
    `lesson.figure(name, figure)` becomes `display(figure)`, and `with lesson.mistake(...)` a try.
    """
    source = "\n".join(
        line for line in source.split("\n") if "examples.course.lesson import" not in line
    )
    while True:
        edit = next(_edits(ast.parse(source), source, lang), None)
        if edit is None:
            return source.strip("\n")
        start, end, replacement = edit
        # Positions of the syntax tree are in bytes.
        text = source.encode()
        source = (text[:start] + replacement.encode() + text[end:]).decode()


def _edits(tree, source, lang):
    """What is to be replaced: start, end and replacement; the innermost places first."""
    for node in sorted(ast.walk(tree), key=lambda each: -getattr(each, "lineno", 0)):
        inside = [each for each in ast.walk(node) if each is not node]
        if isinstance(node, ast.With) and _of_lesson(node.items[0].context_expr) == "mistake":
            yield _mistake(node, source)
        elif _of_lesson(node) is not None:
            method = _of_lesson(node)
            if any(_of_lesson(each) for each in inside):
                continue
            if method in ("text", "show"):
                (chosen,) = (each.value for each in node.keywords if each.arg == lang)
                written = ast.get_source_segment(source, chosen)
                several = "\n" in written and not written.startswith(('"""', "'''"))
                if method == "show":
                    yield *_span(node, source), f"print({written})"
                else:
                    yield *_span(node, source), f"({written})" if several else written
            elif method == "figure":
                figure = ast.get_source_segment(source, node.args[1])
                yield *_span(node, source), f"display({figure})"
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) == (LOCAL, "lang")
        ):
            yield *_span(node, source), f'"{lang}"'


def _mistake(node, source):
    """`try` and `except` for `with lesson.mistake(ValueError):`."""
    kinds = [ast.get_source_segment(source, each) for each in node.items[0].context_expr.args]
    kind = kinds[0] if len(kinds) == 1 else f"({', '.join(kinds)})"
    indent = " " * node.col_offset
    lines = source.split("\n")
    body = lines[node.body[0].lineno - 1 : node.end_lineno]
    others = ", ".join(ast.unparse(each) for each in node.items[1:])
    if others:  # contexts beside the mistake's, such as detect_anomaly()
        body = [f"{indent}    with {others}:", *(f"    {line}" if line else line for line in body)]
    told = [
        f"{indent}except {kind} as error:",
        f'{indent}    print(f"{{type(error).__name__}}: {{error}}")',
    ]
    start = len("\n".join([*lines[: node.lineno - 1], ""]).encode())
    end = len("\n".join(lines[: node.end_lineno]).encode())
    return start, end, "\n".join([f"{indent}try:", *body, *told])


def _span(node, source):
    """First and last byte of a node."""
    lines = source.encode().split(b"\n")

    def at(line, column):
        return sum(len(each) + 1 for each in lines[: line - 1]) + column

    return at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)
