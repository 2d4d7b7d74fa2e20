"""Data sets: the bundled digits.

>>> images, labels = digits()
>>> images.shape, labels.shape
((1797, 1, 8, 8), (1797,))
"""

from nn.datasets.bundled import digits

__all__ = ["digits"]
