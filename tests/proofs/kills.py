"""Kills while saving: whatever the moment, the file is the old one or the whole new one.

`python -m tests.proofs.kills 500` kills so many processes, each while it saves again and again;
other processes read and write the same path meanwhile, and nothing is left over at the end.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from nn.saving import load, save

WRITER = """
import sys
import numpy as np
from nn.saving import save

path, number = sys.argv[1], int(sys.argv[2])
print("begun", flush=True)
while True:
    save({"a": np.full(40_000, number), "b": {"c": number}}, path)
"""


def whole(path: Path) -> int:
    """The number that all of a file holds."""
    kept = load(path)
    values = np.unique(kept["a"])
    if len(values) != 1 or values[0] != kept["b"]["c"]:
        raise ValueError(f"{path} is mixed: {values} and {kept['b']}")
    return int(values[0])


def main(kills: int) -> int:
    """Kill so many writers; return whether a file was ever broken."""
    draw = random.Random(0)
    broken = own = 0
    with tempfile.TemporaryDirectory() as name:
        for number in range(kills):
            path = Path(name, f"kept{('.npz', '.safetensors')[number % 2]}")
            save({"a": np.full(40_000, -1), "b": {"c": -1}}, path)
            command = [sys.executable, "-c", WRITER, str(path), str(number)]
            writer = subprocess.Popen(command, stdout=subprocess.PIPE)
            assert writer.stdout is not None
            writer.stdout.readline()
            end = time.monotonic() + draw.uniform(0, 0.05)
            try:
                while time.monotonic() < end:
                    whole(path)  # a reader beside it never sees half a file
                os.kill(writer.pid, signal.SIGKILL)
                writer.wait()
                found = whole(path)
                own += found == number
                if found not in (-1, number):
                    raise ValueError(f"{path} holds {found}, not -1 or {number}")
            except Exception as error:
                broken += 1
                print(f"kill {number}: {type(error).__name__}: {error}")
            finally:
                writer.kill()
                writer.wait()
                writer.stdout.close()
        save({}, Path(name, "last.npz"))  # the next save removes what the killed ones left
        left = sorted(path.name for path in Path(name).iterdir() if ".partial" in path.name)
    print(
        f"{kills:,} kills while saving: {own:,} left the new file, {kills - own - broken:,} the "
        f"old one, {broken} a broken one; {len(left)} leftovers"
    )
    return broken + len(left) > 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
