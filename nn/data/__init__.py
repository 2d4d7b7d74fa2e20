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
from nn.data.dataset import ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset
from nn.data.folds import k_fold
from nn.data.loader import DataLoader
from nn.data.preprocessing import MinMax, ZScore, one_hot
from nn.data.samplers import (
    BatchSampler,
    RandomSampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from nn.data.split import random_split

__all__ = [
    "BatchSampler",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "MinMax",
    "RandomSampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "ZScore",
    "default_collate",
    "k_fold",
    "one_hot",
    "random_split",
]
