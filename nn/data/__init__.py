"""Data on its way into a model: data sets, splits, and a loader of batches.

>>> from nn.datasets import digits
>>> images, labels = digits()
>>> data = TensorDataset(images, labels)
>>> train, test = random_split(data, [0.8, 0.2], stratify=labels, seed=0)
>>> for inputs, targets in DataLoader(train, batch_size=64, shuffle=True, seed=0):
...     print(inputs.shape, targets.shape)
...     break
(64, 1, 8, 8) (64,)
"""

from nn.data.collate import default_collate
from nn.data.dataset import Dataset, Subset, TensorDataset
from nn.data.loader import DataLoader
from nn.data.split import random_split

__all__ = [
    "DataLoader",
    "Dataset",
    "Subset",
    "TensorDataset",
    "default_collate",
    "random_split",
]
