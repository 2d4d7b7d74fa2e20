"""Draw a Tensor of a script: `python -m viz script.py:loss -o graph.svg`.

The script runs as `python script.py` would run it; words after `--` are its own. The name of a page
for a lecture writes that page: `python -m viz playground -o playground.html`.
"""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograd.internals import show
from viz.drawing import draw
from viz.lecture import lecture
from viz.looks.style import DEFAULT_STYLE, STYLES
from viz.words import WORDS
from viz.writing.lecture_page import LECTURE_PAGES


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a script and draw one of its global variables.

    Args:
        arguments: Words of the command line; those of the process if not given.

    Raises:
        SystemExit: For wrong arguments, with a message.
    """
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(
        prog="python -m viz", description=summary, epilog="words after -- are the script's own"
    )
    parser.add_argument(
        "target",
        help="a script and the name of a Tensor in it: script.py:loss; "
        f"or a page for a lecture: {', '.join(LECTURE_PAGES)}",
    )
    parser.add_argument("-o", "--output", required=True, help="file to write: .svg, .png, .dot")
    parser.add_argument("--style", default=DEFAULT_STYLE, choices=STYLES)
    parser.add_argument("--lang", default="en", choices=WORDS)
    given = list(sys.argv[1:] if arguments is None else arguments)
    split = given.index("--") if "--" in given else len(given)
    options = parser.parse_args(given[:split])
    if options.target in LECTURE_PAGES:
        try:
            show(str(lecture(options.target, options.lang).save(options.output)))
        except (OSError, ValueError) as error:
            parser.error(str(error))
        return
    script, _, name = options.target.rpartition(":")
    if not script:
        parser.error(f"target {options.target!r} has no ':name' after the script")
    if not Path(script).is_file():
        parser.error(f"there is no file {script}")
    try:
        with _alone(script, given[split + 1 :]):
            variables = runpy.run_path(script, run_name="__main__")
    except SystemExit as ended:
        parser.error(f"{script} ended itself (sys.exit({ended.code!r})): nothing is left to draw")
    if name not in variables:
        parser.error(f"{script} has no variable {name!r}")
    try:
        path = draw(variables[name], options.style, lang=options.lang).save(options.output)
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        parser.error(str(error))
    show(str(path))


@contextmanager
def _alone(script: str, words: list[str]) -> Iterator[None]:
    """Let a script see its own words and import from its own folder."""
    before = sys.argv, sys.path[:]
    sys.argv = [script, *words]
    sys.path[0:1] = [str(Path(script).resolve().parent)]
    try:
        yield
    finally:
        sys.argv, sys.path[:] = before


if __name__ == "__main__":
    main()
