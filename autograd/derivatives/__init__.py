"""What is computed from a graph: backward passes, gradients on request, forward mode."""
