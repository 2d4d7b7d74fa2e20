"""Runs the PyTorch twin of a training in a process of its own, from the same weights and data."""

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import peers

PROGRAM = Path(__file__).with_name("pytorch_twins.py")


def interpreter():
    """A Python that has PyTorch: this one, or that of the benchmarks' peers; None if neither."""
    return Path(sys.executable) if importlib.util.find_spec("torch") else peers.interpreter()


def run_twin(training, model, **start):
    """Train in PyTorch.

    Args:
        training: the name of a function of `pytorch_twins.py`.
        model: ours, before its training; the twin starts from its weights.
        **start: arrays and numbers that the function reads.

    Returns:
        What the function returned, arrays by name; None where PyTorch is not installed.
    """
    python = interpreter()
    if python is None:
        print("no PyTorch twin: `python -m benchmarks.peers install` installs PyTorch")
        return None
    weights = {f"model.{key}": value.numpy() for key, value in model.state_dict().items()}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, "start.npz"), Path(folder, "end.npz")]
        np.savez(files[0], **weights, **start)
        # Without our path: the twin must not import anything of ours.
        subprocess.run([python, "-I", PROGRAM, training, *files], check=True)
        with np.load(files[1]) as end:
            return dict(end)
