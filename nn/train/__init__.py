"""Training: the loop, what it measures, and what watches it.

>>> import nn
>>> from nn.datasets import digits
>>> images, labels = digits()
>>> model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
>>> optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
>>> trainer = Trainer(model, optimizer, nn.CrossEntropyLoss(), "accuracy", progress=False)
>>> history = trainer.fit((images, labels), epochs=3)
>>> history["accuracy"][-1] > 0.9
True
"""

from nn.train import plots
from nn.train.callbacks import (
    Callback,
    Checkpoint,
    CSVLog,
    EarlyStopping,
    Schedule,
    StopOnNaN,
)
from nn.train.history import History
from nn.train.metrics import (
    F1,
    MAE,
    R2,
    RMSE,
    Accuracy,
    ConfusionMatrix,
    Metric,
    Precision,
    Recall,
    TopKAccuracy,
)
from nn.train.search import (
    Search,
    grid_search,
    integers,
    log_uniform,
    random_search,
    uniform,
)
from nn.train.summary import Summary, summary
from nn.train.trainer import Trainer

__all__ = [
    "F1",
    "MAE",
    "R2",
    "RMSE",
    "Accuracy",
    "CSVLog",
    "Callback",
    "Checkpoint",
    "ConfusionMatrix",
    "EarlyStopping",
    "History",
    "Metric",
    "Precision",
    "Recall",
    "Schedule",
    "Search",
    "StopOnNaN",
    "Summary",
    "TopKAccuracy",
    "Trainer",
    "grid_search",
    "integers",
    "log_uniform",
    "plots",
    "random_search",
    "summary",
    "uniform",
]
