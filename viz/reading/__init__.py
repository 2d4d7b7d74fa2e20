"""Reading a graph: what ran, with its values, gradients and local derivatives."""
