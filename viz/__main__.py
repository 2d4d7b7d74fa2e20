"""Draw a Tensor of a script: `python -m viz script.py:loss -o graph.svg`."""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Sequence

from viz.drawing import draw
from viz.looks.style import DEFAULT_STYLE, STYLES
from viz.words import WORDS


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a script and draw one of its global variables.

    Args:
        arguments: Words of the command line; those of the process if not given.

    Raises:
        SystemExit: For wrong arguments, with a message.
    """
    parser = argparse.ArgumentParser(prog="python -m viz", description=__doc__)
    parser.add_argument("target", help="a script and the name of a Tensor in it: script.py:loss")
    parser.add_argument("-o", "--output", required=True, help="file to write: .svg, .png, .dot, …")
    parser.add_argument("--style", default=DEFAULT_STYLE, choices=STYLES)
    parser.add_argument("--lang", default="en", choices=WORDS)
    options = parser.parse_args(arguments)
    script, _, name = options.target.rpartition(":")
    if not script:
        parser.error(f"target {options.target!r} has no ':name' after the script")
    variables = runpy.run_path(script, run_name="__main__")
    if name not in variables:
        parser.error(f"{script} has no variable {name!r}")
    try:
        path = draw(variables[name], options.style, lang=options.lang).save(options.output)
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        parser.error(str(error))
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
