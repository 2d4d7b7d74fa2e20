"""The whole idea in one sitting: automatic differentiation in a hundred lines.

    python -m examples.engine_in_100_lines

Read it top to bottom. It records what runs, walks the record backwards, and differentiates its own
derivatives again. The library does the same; each step says in which of its files.
"""

import heapq
import itertools

import numpy as np


# 1. A Tensor is a value that remembers how it was computed: by which operation, from which
#    Tensors. The number says when. (autograd/graph/tensor.py, autograd/graph/node.py)
class Tensor:
    """An array, and where it came from."""

    count = itertools.count()

    def __init__(self, value, operation=None, sources=(), keywords=None):
        self.value = np.asarray(value, dtype=float)
        self.operation, self.sources, self.keywords = operation, sources, keywords or {}
        self.number, self.gradient = next(Tensor.count), None

    def __repr__(self):
        return f"Tensor({self.value})"


# 2. An operation is a NumPy function, with a rule for each argument: what it passes back of the
#    gradient `g` that arrives at its result `out`. (autograd/operation/record.py, rules.py)
class Operation:
    """Calling it computes and records, nothing else (autograd/operation/call.py).

    Whatever Python does around the calls, loops, conditions, functions, needs no translation.
    """

    def __init__(self, function, *rules):
        self.function, self.rules = function, rules

    def __call__(self, *arguments, **keywords):
        sources = [each if isinstance(each, Tensor) else Tensor(each) for each in arguments]
        value = self.function(*(each.value for each in sources), **keywords)
        return Tensor(value, self, sources, keywords)


# 3. The way back. Every Tensor is younger than what it was computed from; taking the youngest
#    first meets each one when all that flows into it has arrived. Where a value was used twice, the
#    two gradients are added up before they go on. (autograd/derivatives/reverse.py)
def backward(result):
    """Fill `.gradient` of everything that a result was computed from."""
    arrived = {result: Tensor(np.ones_like(result.value))}
    youngest_first = [(-result.number, result)]
    while youngest_first:
        _, out = heapq.heappop(youngest_first)
        g = out.gradient = arrived.pop(out)
        for position, source in enumerate(out.sources):
            rule = out.operation.rules[position]
            passed = undo_broadcasting(rule(g, out, *out.sources, **out.keywords), source)
            if source in arrived:
                arrived[source] = add(arrived[source], passed)
            else:
                arrived[source] = passed
                heapq.heappush(youngest_first, (-source.number, source))


# 4. Where NumPy repeats a small array to fit a large one, the gradient is the sum over the
#    repetitions. That is done here, once, for all operations. (autograd/derivatives/gradients.py)
def undo_broadcasting(g, source):
    """Sum a gradient over the axes along which its source was repeated."""
    added = g.value.ndim - source.value.ndim
    repeated = [
        axis + added
        for axis, (long, short) in enumerate(
            zip(g.value.shape[added:], source.value.shape, strict=True)
        )
        if long != short
    ]
    axes = (*range(added), *repeated)
    return reshape(sum(g, axis=axes), shape=source.value.shape) if axes else g


# 5. The operations (autograd/ops/). Their rules are written in operations, so the way back is
#    recorded too: that is all it takes for gradients of gradients.
add = Operation(np.add, lambda g, out, x, y: g, lambda g, out, x, y: g)
multiply = Operation(
    np.multiply, lambda g, out, x, y: multiply(g, y), lambda g, out, x, y: multiply(g, x)
)
transpose = Operation(np.transpose, lambda g, out, x: transpose(g))
matmul = Operation(
    np.matmul,
    lambda g, out, x, y: matmul(g, transpose(y)),
    lambda g, out, x, y: matmul(transpose(x), g),
)
reshape = Operation(np.reshape, lambda g, out, x, shape: reshape(g, shape=x.value.shape))
sum = Operation(  # every summand gets the gradient of the sum
    lambda x, axis=None: np.sum(x, axis, keepdims=True),
    lambda g, out, x, axis=None: multiply(g, np.ones_like(x.value)),
)
tanh = Operation(np.tanh, lambda g, out, x: multiply(g, add(1, multiply(-1, multiply(out, out)))))

# 6. Python's signs for them (`methods=` of a record in the library).
Tensor.__add__ = Tensor.__radd__ = lambda x, y: add(x, y)
Tensor.__mul__ = Tensor.__rmul__ = lambda x, y: multiply(x, y)
Tensor.__matmul__ = lambda x, y: matmul(x, y)


def learn_xor(steps=400, rate=0.2):
    """Train a network of two layers on XOR; returns its outputs and its loss at every step."""
    random = np.random.default_rng(0)
    x = Tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    wanted = Tensor([[-1], [1], [1], [-1]])
    w1, b1 = Tensor(random.normal(size=(2, 8))), Tensor(np.zeros(8))
    w2, b2 = Tensor(random.normal(size=(8, 1))), Tensor(np.zeros(1))
    losses = []
    for _ in range(steps):
        output = tanh(tanh(x @ w1 + b1) @ w2 + b2)
        error = output + -1 * wanted
        loss = 0.25 * sum(error * error)
        backward(loss)
        losses.append(loss.value.item())
        for parameter in (w1, b1, w2, b2):
            parameter.value = parameter.value - rate * parameter.gradient.value
    return output.value, losses


if __name__ == "__main__":
    x = Tensor(2.0)
    y = x * x * x
    backward(y)
    first = x.gradient
    backward(first)
    print(f"x³ at 2: value {y.value}, slope {first.value}, slope of the slope {x.gradient.value}")

    outputs, losses = learn_xor()
    print(f"XOR: loss {losses[0]:.3f} -> {losses[-1]:.3f}, outputs {outputs.ravel().round(2)}")
