"""Averages of weights."""

import numpy as np

import autograd
import nn
from nn.optim.swa_utils import AveragedModel, get_ema_avg_fn, update_bn


def test_the_mean_of_all_and_the_moving_average():
    model = nn.Linear(1, 1, bias=False)
    swa, ema = AveragedModel(model), AveragedModel(model, get_ema_avg_fn(0.5))
    for value in (1.0, 3.0, 8.0):
        model.weight.data = [[value]]
        swa.update_parameters(model)
        ema.update_parameters(model)
    assert swa.module.weight.item() == 4.0
    assert ema.module.weight.item() == 5.0
    assert swa([[2.0]]).item() == 8.0
    assert set(swa.state_dict()) == {"module.weight", "n_averaged"}


def test_buffers_are_copied_or_averaged():
    model = nn.BatchNorm1d(1)
    copied, averaged = AveragedModel(model), AveragedModel(model, use_buffers=True)
    for value in (2.0, 4.0):
        model.running_mean.data = [value]
        copied.update_parameters(model)
        averaged.update_parameters(model)
    assert copied.module.running_mean.item() == 4.0
    assert averaged.module.running_mean.item() == 3.0


def test_statistics_are_taken_anew_over_the_data():
    layer = nn.BatchNorm1d(2, momentum=0.3).eval()
    x = np.random.default_rng(0).standard_normal((12, 2)).astype(np.float32)
    batches = [(autograd.Tensor(x[i : i + 4]), i) for i in (0, 4, 8)]
    update_bn(batches, layer)
    np.testing.assert_allclose(layer.running_mean.data, x.mean(axis=0), rtol=1e-5)
    assert layer.momentum == 0.3
    assert not layer.training
    assert not layer.running_mean.requires_grad
