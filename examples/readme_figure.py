"""Draws the figure of the README from its own example: `python -m examples.readme_figure`."""

import re
from pathlib import Path

import viz

ROOT = Path(__file__).resolve().parent.parent
FIGURE = ROOT / "docs" / "figures" / "readme.svg"


def readme_figure():
    """The figure of the first Python block of the README."""
    text = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL).group(1)
    names = {}
    exec(block.replace("viz.draw", "figure = viz.draw").replace('.save("backprop.svg")', ""), names)
    return viz.draw(names["loss"], layout="builtin")


if __name__ == "__main__":
    print(readme_figure().save(FIGURE))
