"""Draws the model of the guide to figures: `python -m examples.model_figures`."""

from pathlib import Path

import autograd
import viz
from nn.models import resnet18

ROOT = Path(__file__).resolve().parent.parent
FIGURE = ROOT / "docs" / "figures" / "resnet18.svg"


def resnet_figure():
    """ResNet-18 for images of 64 x 64, down to its layers."""
    model = resnet18()
    image = autograd.zeros((1, 3, 64, 64), dtype="float32")
    image.name = "image"
    return viz.draw(model.eval()(image), "modules")


if __name__ == "__main__":
    print(resnet_figure().save(FIGURE))
