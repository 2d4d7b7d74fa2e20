"""Where the invariants of `test_architecture.py` do not hold yet.

The lists may only shrink: a test also fails when an exception that is listed no longer occurs.
Functions that are too long are listed in `pyproject.toml`, under ruff's `per-file-ignores`.
"""

# Imports, in functions too, that point up the floors or to the same one.
UPWARD_ARROWS: set[str] = set()

# Files that reach themselves through what they import.
IN_CIRCLES: set[str] = set()

# Packages whose `dir` has more in it than `__all__`.
SHOWING_THEIR_WORKINGS: set[str] = {
    "autograd.testing",
}

# What modules of nn and viz use of autograd that is neither public nor its inner interface.
REACHING_INSIDE: set[str] = {
    "nn.functional.activation: autograd.graph.tensor",
    "nn.functional.adaptive_pooling: autograd.graph.tensor",
    "nn.functional.attention: autograd.graph.tensor",
    "nn.functional.classification_loss: autograd.graph.node",
    "nn.functional.classification_loss: autograd.graph.tensor",
    "nn.functional.classification_loss: autograd.operation.precision",
    "nn.functional.convolution: autograd.graph.tensor",
    "nn.functional.convolution: autograd.kernels.windows",
    "nn.functional.distance: autograd.graph.tensor",
    "nn.functional.distance: autograd.operation.precision",
    "nn.functional.dropout: autograd.graph.tensor",
    "nn.functional.embedding: _value",
    "nn.functional.embedding: autograd.graph.node",
    "nn.functional.embedding: autograd.graph.tensor",
    "nn.functional.loss: autograd.graph.node",
    "nn.functional.loss: autograd.graph.tensor",
    "nn.functional.loss: autograd.operation.precision",
    "nn.functional.normalization: autograd.graph.tensor",
    "nn.functional.normalization: autograd.operation.precision",
    "nn.functional.padding: autograd.graph.tensor",
    "nn.functional.pooling: autograd.graph.tensor",
    "nn.functional.pooling: autograd.kernels.windows",
    "nn.functional.pooling: autograd.operation.precision",
    "nn.functional.resize: autograd.graph.tensor",
    "nn.functional.resize: autograd.kernels.windows",
    "nn.init: autograd.graph.location",
    "nn.inputs: autograd.graph.modes",
    "nn.inputs: autograd.graph.tensor",
    "nn.keras.losses: autograd.graph.node",
    "nn.keras.models: autograd.graph.tensor",
    "nn.losses.base: autograd.graph.node",
    "nn.module: _value",
    "nn.module: autograd.graph.hooks",
    "nn.module: autograd.graph.location",
    "nn.module: autograd.graph.modes",
    "nn.modules.convolution: autograd.kernels.windows",
    "nn.modules.lazy: _value",
    "nn.optim.lbfgs: _grad",
    "nn.optim.lbfgs: _value",
    "nn.optim.lbfgs: autograd.graph.location",
    "nn.optim.optimizer: _grad",
    "nn.optim.optimizer: _value",
    "nn.optim.optimizer: autograd.graph.location",
    "nn.optim.optimizer: autograd.graph.mutation",
    "nn.optim.optimizer: autograd.graph.node",
    "nn.optim.swa_utils: _value",
    "nn.parameter: _value",
    "nn.parameter: autograd.graph.location",
    "nn.parameter: autograd.graph.mutation",
    "nn.utils.gradients: _value",
    "nn.utils.gradients: autograd.graph.location",
    "nn.utils.vectors: _value",
    "nn.utils.vectors: autograd.graph.location",
    "viz.drawing: _node",
    "viz.gallery: autograd.graph.modes",
    "viz.reading.chain_rule: autograd.derivatives.gradients",
    "viz.reading.chain_rule: autograd.graph.node",
    "viz.reading.derivatives: _node",
    "viz.reading.derivatives: _value",
    "viz.reading.derivatives: autograd.graph.node",
    "viz.reading.derivatives: autograd.operation.record",
    "viz.reading.derivatives: autograd.operation.rules",
    "viz.reading.graph: _cut",
    "viz.reading.graph: _node",
    "viz.reading.graph: _value",
    "viz.reading.graph: autograd.graph.mutation",
    "viz.reading.graph: autograd.graph.node",
    "viz.reading.graph: autograd.operation.call",
    "viz.reading.passes: autograd.graph.node",
    "viz.reading.replay: autograd.operation.call",
    "viz.reading.replay: autograd.operation.record",
    "viz.reading.tape: _value",
    "viz.reading.tape: autograd.graph.modes",
    "viz.reading.tape: autograd.graph.mutation",
    "viz.reading.tape: autograd.graph.node",
    "viz.reading.tape: autograd.operation.record",
    "viz.reading.updates: autograd.graph.node",
    "viz.shaping.expand: _node",
    "viz.shaping.expand: autograd.graph.node",
}
