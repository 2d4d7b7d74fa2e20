"""The whole course as those meet it who use it.

    python -m tests.proofs.course notebooks [EVERY]   every notebook of both languages is executed
    python -m tests.proofs.course pages [EVERY]       every page is opened in a browser
    python -m tests.proofs.course installing          a first cell beside another `autograd`

`EVERY` takes only each such notebook or page of two lessons and all tasks, for a sample.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

import nbformat

from examples.course import LESSONS
from examples.course.__main__ import build
from tests.viz import browser

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = (1000, 400)  # pixels: of a window, and of a phone


def built(scratch: str, every: int) -> Path:
    """The course in a folder, in both languages; two lessons of it for a sample."""
    folder = Path(scratch) / "built"
    with redirect_stdout(io.StringIO()):
        build(folder, LESSONS if every == 1 else ("losses", "graphs"))
    return folder


def execute(path: Path) -> str:
    """What is wrong with a notebook; "" where it runs and says what it should."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    # Blanks are for students: what comes below one may fail, but the check answers.
    solved = "lecturer" in path.parts or path.parent.parent.name == "built"
    client = NotebookClient(
        notebook, timeout=300, allow_errors=not solved,
        resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error)[-500:]
    for cell in notebook.cells:
        if cell.cell_type != "code" or "\ncheck(" not in cell.source[:400]:
            continue
        said = "".join(each.get("text", "") for each in cell.outputs)
        wanted = "✓" if "lecturer" in path.parts else "✗"
        if not said.startswith(wanted):
            return f"{cell.source!r} answered {said!r}, not {wanted}"
    return ""


def notebooks(every: int) -> int:
    """Execute the notebooks; the number of those that were wrong."""
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        paths = sorted(built(scratch, every).rglob("*.ipynb"))[::every]
        wrong = 0
        for path in paths:
            problem = execute(path)
            if problem:
                wrong += 1
                print(f"{path.relative_to(scratch)}: {problem}", flush=True)
    print(f"{len(paths)} notebooks executed, {wrong} wrong")
    return wrong


def pages(every: int) -> int:
    """Open the pages, in a window and at a phone's width; the number of those that were wrong."""
    if browser.missing():
        print(f"not opened: {browser.missing()}")
        return 0
    wrong = opened = 0
    with tempfile.TemporaryDirectory() as scratch:
        paths = sorted(built(scratch, every).rglob("*.html"))[::every]
        for width in WIDTHS:
            window = browser.Browser(width, 800)
            for path in paths:
                opened += 1
                problem = opens(window, path)
                if problem:
                    wrong += 1
                    print(f"{path.relative_to(scratch)} at {width}: {problem}", flush=True)
            window.close()
    print(f"{len(paths)} pages opened at {len(WIDTHS)} widths, {wrong} of {opened} wrong")
    return wrong


def opens(window: browser.Browser, path: Path) -> str:
    """What is wrong with a page; "" where all is shown and nothing complains."""
    window.open(path.as_uri())
    broken = window.run("return [...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
    if broken:
        return f"no picture {broken}"
    # Slides and sheets are for a screen of their own size, and for paper.
    if path.name.startswith("index."):
        wide = window.run("return document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            return f"{wide} pixels wider than the window"
    return "; ".join(map(str, window.complaints()))


def installing() -> int:
    """Run a notebook's first cell where HIPS autograd is installed; 0 where ours replaced it."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        files = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
        for name in filter(None, files.split("\0")):
            if (ROOT / name).is_file():
                (project / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, project / name)
        here = project / "course" / "losses"
        here.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "venv", f"{scratch}/venv"], check=True)
        python = f"{scratch}/venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "-q", "autograd"], check=True)
        before = "import autograd.numpy, autograd; print(autograd.__file__)\n"
        cell = (ROOT / "examples/course/installing.py").read_text("utf-8")
        after = (
            'get_ready("en")\ncheck = checker("en")\nimport autograd, viz\n'
            "x = autograd.tensor(3.0, requires_grad=True)\n(x * x).backward()\n"
            "assert x.grad == 6.0 and check.__module__ == 'examples.course.check'\n"
        )
        environment = {key: v for key, v in os.environ.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            [python, "-c", before + cell + after], cwd=here, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    print(done.stdout)
    told = done.returncode == 0 and "removing another package called autograd" in done.stdout
    print("another autograd was removed, ours installed" if told else "the first cell failed")
    return 0 if told else 1


def main() -> int:
    """Run one of the three."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.course", description=__doc__)
    parser.add_argument("what", choices=("notebooks", "pages", "installing"))
    parser.add_argument("every", nargs="?", type=int, default=1)
    options = parser.parse_args()
    if options.what == "installing":
        return installing()
    return 1 if {"notebooks": notebooks, "pages": pages}[options.what](options.every) else 0


if __name__ == "__main__":
    sys.exit(main())
