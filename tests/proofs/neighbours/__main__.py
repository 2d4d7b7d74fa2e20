"""Libraries that work on Tensors, each in an environment of its own.

`python -m tests.proofs.neighbours [NAME ...]`: a program of each runs on this library; `mixed`
installs HIPS autograd over it and takes the advice that is given. Where nothing can be downloaded
it says so.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.proofs.environments import FOLDER, ROOT, Unreachable, ours, pip, python

HERE = Path(__file__).parent
LIBRARIES = {
    "opt_einsum": ("opt_einsum",),
    "autoray": ("autoray",),
    "pymanopt": ("pymanopt",),
    "pandas": ("pandas", "graphviz"),
    "polars": ("polars", "graphviz"),
    "xarray": ("xarray", "graphviz"),
    "scikit_learn": ("scikit-learn", "array-api-compat", "graphviz"),
}
USED = "import autograd; print(autograd.Tensor([2.0]), autograd.grad(lambda x: x * x)(1.0))"


def run_program(library: str) -> None:
    """Run the program of a library; raise if it fails."""
    interpreter = python(library, *LIBRARIES[library], "numpy", "scipy")
    program = HERE / f"{library}_program.py"
    subprocess.run([interpreter, "-W", "error", program], check=True, env=ours(), cwd=FOLDER)


def says(interpreter: Path, code: str) -> tuple[str, str]:
    """Return what a program prints, and its errors and warnings, outside the tree."""
    done = subprocess.run(
        [interpreter, "-c", code], capture_output=True, text=True, cwd=FOLDER, check=False
    )
    return done.stdout, done.stderr


def mix() -> None:
    """Install HIPS autograd over ours and the other way round, and take the advice each time."""
    FOLDER.mkdir(exist_ok=True)
    wheels = FOLDER / "wheel"
    pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
    (wheel,) = map(str, wheels.glob("wengert-*.whl"))
    for order in ((wheel, "autograd"), ("autograd", wheel)):
        interpreter = python("mixed", fresh=True)
        for each in order:
            pip(interpreter, "install", "--upgrade", each)
        theirs_on_top = order[1] == "autograd"
        asked = "import nn" if theirs_on_top else USED
        _, warned = says(interpreter, asked)
        assert "pip uninstall" in warned, warned
        assert "--force-reinstall --no-deps" in warned, warned
        pip(interpreter, "uninstall", "-y", "autograd")
        pip(interpreter, "install", "--force-reinstall", "--no-deps", wheel)
        printed, silent = says(interpreter, "import nn, viz; " + USED)
        assert (printed, silent) == ("[2.] 2.0\n", ""), (printed, silent)
        print(f"{' then '.join(Path(each).name for each in order)}: said, and repaired")


def main() -> int:
    """Run what is named on the command line, or everything."""
    names = sys.argv[1:] or [*LIBRARIES, "mixed"]
    try:
        for name in names:
            run_program(name) if name in LIBRARIES else mix()
    except Unreachable as error:
        print(f"skipped: {error}")
        return 0
    print(f"{len(names)} of {len(names)}: {', '.join(names)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
