"""The environment with the peers: `python -m benchmarks.peers install`."""

import argparse
import os
import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path(__file__).with_name("peers.txt")


def environment() -> Path:
    """Return the folder of the environment: `.venv-peers`, or what BENCHMARK_PEERS names."""
    return Path(os.environ.get("BENCHMARK_PEERS", ROOT / ".venv-peers"))


def interpreter() -> Path | None:
    """Return the peers' Python, or None while they are not installed."""
    python = _python(environment())
    return python if python.exists() else None


def install() -> None:
    """Make the environment with the pinned peers; do nothing if it is there already."""
    folder = environment()
    stamp = folder / "installed.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing the peers into {folder}; PyTorch is large.", flush=True)
    venv.create(folder, with_pip=True)
    command = [str(_python(folder)), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
    subprocess.run(command, check=True)
    stamp.write_text(wanted, encoding="utf-8")


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "command", choices=["install"], help="make .venv-peers with pinned versions"
    )
    parser.parse_args()
    install()
