"""Models as ONNX files, which other programs run: `nn.onnx.export(model, example, "model.onnx")`.

The model is run in evaluation mode and its operations are written down, each as what
`nn/onnx/operations.py` says of it; a new operation is one entry there. The package `onnx` does the
format (`pip install "wengert[onnx]"`); nothing else of nn loads it.
"""

from nn.onnx.exporting import export
from nn.onnx.tracing import NotExportable

__all__ = ["NotExportable", "export"]
