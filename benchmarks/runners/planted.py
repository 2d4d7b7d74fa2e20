"""A planted defect as a peer's process sees it: NumPy arrays from a process with our engine."""

import pickle
import subprocess
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

_server: subprocess.Popen | None = None
_one_at_a_time = threading.Lock()  # JAX calls back from threads of its own


def ask(command: list[str], method: str, *arguments: Any) -> Any:
    """Have the server, started by `command` at the first request, run one of its methods.

    Raises:
        RuntimeError: if that failed, as a rule that raises does.
    """
    global _server
    with _one_at_a_time:
        if _server is None:
            _server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        pickle.dump((method, *arguments), _server.stdin)
        _server.stdin.flush()
        succeeded, result = pickle.load(_server.stdout)
    if not succeeded:
        raise RuntimeError(result)
    return result


class Planted:
    """One defect, or its sibling, with typical inputs."""

    def __init__(self, command: list[str], defect: str, correct: bool, sample: int) -> None:
        self.command = command
        self.inputs = [np.array(x) for x in ask(command, "begin", defect, correct, sample)]
        self.count = len(self.inputs)
        self.shapes = [out.shape for out in self.value(*self.inputs)]

    def value(self, *floats: Any) -> list[np.ndarray]:
        """The outputs."""
        return ask(self.command, "value", *map(np.array, floats))

    def pull(self, *given: Any) -> list[np.ndarray]:
        """The gradients, from the inputs and the cotangents."""
        return ask(self.command, "pull", self.count, *map(np.array, given))

    def pull_twice(self, *given: Any) -> list[np.ndarray]:
        """The gradients of <pull, weights>, from the inputs, the cotangents and the weights."""
        both = self.count + len(self.shapes)
        return ask(self.command, "pull_twice", self.count, both, *map(np.array, given))


def verdict(check: Callable[[], Any]) -> dict[str, Any]:
    """Whether a checker complained, and its words."""
    try:
        check()
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        return {"found": True, "words": f"{type(error).__name__}: {lines[0][:200]}"}
    return {"found": False, "words": ""}
