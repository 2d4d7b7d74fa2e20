"""What is recorded: the Tensor, the node behind it, modes, views and writes in place."""
