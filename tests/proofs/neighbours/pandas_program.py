"""Tables and columns of pandas as numbers, and what is no number by the name of its column."""

import operator

import numpy as np
import pandas as pd

import autograd
import nn
from autograd import Tensor

series = pd.Series([1.0, 2.0], name="price")
table = pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4], "true": [True, False]})
mixed = table.assign(name=["x", "y"], when=pd.to_datetime(["2020-01-01", "2020-01-02"]))
t = Tensor([0.5, 3.0], requires_grad=True)


def refused(function, *words):
    said = "nothing"
    try:
        function()
    except TypeError as error:
        said = str(error)
    assert all(word in said for word in words), said


assert Tensor(series).tolist() == [1.0, 2.0]
assert Tensor(table).tolist() == [[1.0, 3.0, 1.0], [2.0, 4.0, 0.0]]
assert Tensor(pd.array([1, 2], dtype="Int64")).dtype == np.int64
for function in (Tensor, autograd.tensor, nn.Linear(2, 1), nn.data.TensorDataset):
    refused(lambda function=function: function(mixed), "'name' (", "'when' (datetime64")
refused(lambda: Tensor(mixed["name"]), "'name'")
refused(lambda: t + mixed, "'name'")

binary = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.lt)
for operate in binary:
    for other in (series, table[["a", "b"]], series.index + 1, series.array):
        for pair in ((other, t), (t, other)):
            found = operate(*pair)
            plain = (np.asarray(each.detach() if each is t else each) for each in pair)
            assert type(found) is Tensor, (operate, type(other))
            np.testing.assert_array_equal(found.detach(), operate(*plain))
(series * t).sum().backward()
assert t.grad.tolist() == [1.0, 2.0]
assert (t @ series).item() == 6.5
assert np.dot(table[["a", "b"]], t).shape == (2,)

assert pd.Series(t.detach()).tolist() == [0.5, 3.0]
assert table.assign(new=t.detach())["new"].tolist() == [0.5, 3.0]
refused(lambda: table.assign(new=t), ".detach().numpy()")
assert nn.data.TensorDataset(table, table["b"])[0][0].tolist() == [1.0, 3.0, 1.0]
