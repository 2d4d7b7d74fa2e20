"""`mpiexec -n 4 python -m nn.parallel train.py`: a program in each process, and no hang.

Whatever ends one process ends all of them: an error, `sys.exit`, or a program that is through while
others still make steps. (Of a kill `mpiexec` itself learns.) NumPy's linear algebra gets one thread
in each, or the processes would take the processors from one another.
"""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

from nn import ranks

__all__: list[str] = []

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_USAGE = "usage: mpiexec -n 4 python -m nn.parallel (train.py | -m module) [argument ...]"


def main(arguments: list[str]) -> None:
    """Run a program as this process of the job."""
    if not arguments or arguments[0] in ("-h", "--help") or arguments == ["-m"]:
        print(_USAGE)
        sys.exit(0 if arguments[:1] in (["-h"], ["--help"]) else 2)
    if not all(name in os.environ for name in _THREADS):  # NumPy, loaded by now, reads them once
        environment = dict.fromkeys(_THREADS, "1") | dict(os.environ)
        command = [sys.executable, *_options(), "-m", "nn.parallel", *arguments]
        if os.name == "nt":  # where exec would return to the shell at once
            import subprocess

            sys.exit(subprocess.call(command, env=environment))
        os.execve(sys.executable, command, environment)
    try:
        ranks.communicator()  # an error now rather than in the middle of training
        try:
            _run(arguments)
        except SystemExit as left:
            if left.code not in (None, 0):
                _end_all(f"sys.exit({left.code!r})", left.code if isinstance(left.code, int) else 1)
        ranks.agree("finished")
    except BaseException:
        _end_all(traceback.format_exc().rstrip(), 1)


def _options() -> list[str]:
    """The interpreter's own options, such as `-W error`."""
    import subprocess

    return subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined, no-any-return]


def _run(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).resolve().parent)
        runpy.run_path(arguments[0], run_name="__main__")


def _end_all(message: str, code: int) -> Any:
    """Say what happened on which rank, and end every process."""
    sys.stdout.flush()
    print(f"rank {ranks.rank()} of {ranks.size()}: {message}", file=sys.stderr, flush=True)
    world = ranks.communicator()
    if world is None:
        sys.exit(code)
    world.Abort(code)


if __name__ == "__main__":
    main(sys.argv[1:])
