"""Tables and columns of polars as numbers, and what is no number by the name of its column."""

import polars as pl

from autograd import Tensor

series = pl.Series("price", [1.0, 2.0])
table = pl.DataFrame({"a": [1.0, 2.0], "true": [True, False]})
t = Tensor([0.5, 3.0], requires_grad=True)

assert Tensor(series).tolist() == [1.0, 2.0]
assert Tensor(table).tolist() == [[1.0, 1.0], [2.0, 0.0]]
(t * series).sum().backward()
assert t.grad.tolist() == [1.0, 2.0]
assert (t @ table).tolist() == [6.5, 0.5]
assert pl.Series("found", t.detach().numpy()).to_list() == [0.5, 3.0]
for wrong in (table.with_columns(name=pl.Series(["x", "y"])), pl.Series("name", ["x"])):
    said = "nothing"
    try:
        Tensor(wrong)
    except TypeError as error:
        said = str(error)
    assert "'name' (String)" in said, said
