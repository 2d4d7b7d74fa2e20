"""Small programs in PyTorch's words, held to the losses that they have there."""
