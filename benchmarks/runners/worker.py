"""A contender's process: answers requests, one line of JSON each, until its input ends.

Started as `python -P worker.py RUNNER`, where RUNNER is a module beside this file. It does not
import `benchmarks`, and the folders of the project are not on its path: in the peers' environment
`autograd` is HIPS's.
"""

import gc
import importlib
import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


def seconds_per_run(run: Callable[[], object], runs: int) -> float:
    """Return the processor time of one run, averaged; the collector is on, as it is for users."""
    gc.collect()
    start = time.process_time()
    for _ in range(runs):
        run()
    return (time.process_time() - start) / runs


def _is_number(result: Any) -> bool:
    return isinstance(result, int | float | dict | list)


def main(runner_name: str) -> None:
    """Serve requests: prepare a case, then time it."""
    replies = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no reply
    sys.path.append(str(Path(__file__).parent))
    run: Callable[[], Any] | None = None
    try:
        runner = importlib.import_module(runner_name)
        reply = {"version": runner.version()}
    except Exception:
        reply = {"error": traceback.format_exc()}
    print(json.dumps(reply), file=replies, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "prepare":
                # One run warms up, and its result shows whether all contenders compute the same.
                run = getattr(runner, request["case"])(**request["arguments"])
                result = run()
                reply = {"result": result if _is_number(result) else runner.number(result)}
            else:
                reply = {"seconds": seconds_per_run(run, request["runs"])}
        except Exception:
            reply = {"error": traceback.format_exc()}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
