"""What every lesson starts with: its language, its narrative, its figures and its mistakes.

    lesson = Lesson("perceptron", en="The perceptron", ko="퍼셉트론")
    lesson.say(en="A **neuron** adds up its inputs.", ko="**뉴런**은 입력을 더한다.")
    lesson.figure("neuron", viz.draw(y, lang=lesson.lang))

Notebooks are made from the same lines (see `examples.course.notebook`): texts become Markdown,
`lesson.figure(name, figure)` becomes `display(figure)`. So a lesson uses `lesson` in no other
way than through what is here, and imports nothing else of the course.
"""

import argparse
import inspect
import sys
import warnings
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import viz
from examples.course import formulas
from examples.course.exercise import save_exercise
from examples.course.fonts import use_fonts_for

LANGUAGES = ("en", "ko")
FRAMES = 20  # steps that a class goes through on slides; longer ones have their page


def opening(minutes: int, needs: Sequence[str]) -> dict[str, str]:
    """The line below a lesson's title, by language."""
    before = ", ".join(f"`{name}`" for name in needs)
    return {
        "en": f"*{minutes} minutes"
        + (f". Before it: {before}.*" if needs else ". Needs nothing.*"),
        "ko": f"*{minutes}분"
        + (f". 먼저 볼 강의: {before}.*" if needs else ". 준비할 것이 없습니다.*"),
    }


def closing(pytorch: str) -> dict[str, str]:
    """The lines at a lesson's end that come before its summary, by language."""
    code = f"```python\n{inspect.cleandoc(pytorch)}\n```"
    return {
        "en": f"## The same in PyTorch\n\n{code}\n\n## In three lines",
        "ko": f"## PyTorch로 쓰면\n\n{code}\n\n## 세 줄 요약",
    }


def _save_frames(base: Path, figure: viz.Figure) -> list[Path]:
    """Write the steps of a figure as pictures, for the slides; none where they are too many."""
    frames = figure.frames()
    if not 1 < len(frames) <= FRAMES:
        return []
    folder = base.parent / "frames"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{base.name}.{number:02}.svg" for number in range(1, len(frames) + 1)]
    for path, frame in zip(paths, frames, strict=True):
        path.write_text(frame, "utf-8")
    return paths


class Lesson:
    """One lesson in one language.

    Args:
        name: That of the script; its figures go to the folder of this name.
        en: The title in English.
        ko: The title in Korean.
        arguments: Words of the command line, `--lang en|ko` and `--out FOLDER`; those of the
            process if not given.

    Attributes:
        lang: "en" or "ko".
        folder: Where the figures go.
        written: What was saved, in order.
    """

    def __init__(self, name: str, *, en: str, ko: str, arguments: Sequence[str] | None = None):
        parser = argparse.ArgumentParser(prog=f"python -m examples.course.{name}", description=en)
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="default: en")
        parser.add_argument("--out", type=Path, default=Path("course"), help="default: course/")
        options = parser.parse_args(arguments)
        self.name = name
        self.lang: str = options.lang
        self.folder: Path = options.out / name
        self.written: list[Path] = []
        self.folder.mkdir(parents=True, exist_ok=True)
        if hasattr(sys.stdout, "reconfigure"):  # Hangul and formulas, also on Windows and in pipes
            sys.stdout.reconfigure(encoding="utf-8")
        use_fonts_for(self.lang)
        self.say(en=f"# {en}", ko=f"# {ko}")

    def text(self, *, en: str, ko: str) -> str:
        """The text of the lesson's language, for the words of a figure."""
        return {"en": en, "ko": ko}[self.lang]

    def say(self, *, en: str, ko: str) -> None:
        """Tell something, in small Markdown: headings, emphasis, lists, tables, code, formulas.

        A formula stands between dollars, see `examples.course.formulas`.
        """
        text = inspect.cleandoc(self.text(en=en, ko=ko))
        tell = getattr(sys.stdout, "tell_text", None)  # the builder of the course listens
        if tell is not None:
            tell(text)
        else:
            print(f"\n{formulas.plain(text)}\n")

    def begin(self, *, minutes: int, needs: Sequence[str] = (), en: str, ko: str) -> None:
        """What the lesson is for: three goals as a list, and a story that leads into it.

        Args:
            minutes: That it takes.
            needs: Names of the lessons that should come before.
            en: Goals and story in English.
            ko: In Korean.
        """
        heading = opening(minutes, needs)
        self.say(en=f"{heading['en']}\n\n{inspect.cleandoc(en)}",
                 ko=f"{heading['ko']}\n\n{inspect.cleandoc(ko)}")  # fmt: skip

    def predict(self, *, en: str, ko: str) -> None:
        """Ask before the next piece of code answers; a page shows its results on request."""
        self.say(en=f"> **Predict.** {inspect.cleandoc(en)}",
                 ko=f"> **먼저 예상해 보세요.** {inspect.cleandoc(ko)}")  # fmt: skip

    def end(self, *, pytorch: str, en: str, ko: str) -> None:
        """The same in PyTorch, three lines of summary as a list, and where to read on.

        Args:
            pytorch: A few lines of code; they are shown, not run.
            en: Summary and reading in English.
            ko: In Korean.
        """
        texts = closing(pytorch)
        self.say(en=f"{texts['en']}\n\n{inspect.cleandoc(en)}",
                 ko=f"{texts['ko']}\n\n{inspect.cleandoc(ko)}")  # fmt: skip

    def show(self, *, en: str, ko: str) -> None:
        """Print a line of numbers with the words of the language."""
        print(self.text(en=en, ko=ko))

    def figure(self, name: str, figure, *, en: str = "", ko: str = "") -> None:
        """Save a figure: of `viz` with its steps and exercise, or of Matplotlib.

        Args:
            name: Of the files, without suffix.
            figure: What `viz.draw` or a plot returned.
            en: A caption in English.
            ko: A caption in Korean.
        """
        base = self.folder / f"{name}.{self.lang}"
        caption = self.text(en=en, ko=ko)
        if isinstance(figure, viz.Figure):
            written = [figure.save(base.with_name(f"{base.name}.svg"))]
            if len(figure.frames()) > 1:
                written.append(figure.save(base.with_name(f"{base.name}.html")))
            sheets = save_exercise(base, figure, self.lang, caption or name)
            written += sheets[:1]  # the solutions are for the lecturer
            written += _save_frames(base, figure)
        else:
            path = base.with_name(f"{base.name}.svg")
            figure.savefig(path, metadata={"Date": None})
            written = [path]
        self.written += written
        tell = getattr(sys.stdout, "tell_figure", None)
        if tell is not None:
            tell(written, caption)
        else:
            print(f"[{caption}: {written[0]}]" if caption else f"[{written[0]}]")

    @contextmanager
    def mistake(self, *kinds: type[Exception]):
        """Make a beginner's mistake, and print what the library says about it.

            with lesson.mistake(ValueError):
                model([[1.0, 2.0, 3.0]])

        Raises:
            RuntimeError: If nothing was wrong after all.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                yield
        except kinds as error:
            print(f"{type(error).__name__}: {error}")
        else:
            raise RuntimeError(f"{self.name}: this mistake raised none of {kinds}")
