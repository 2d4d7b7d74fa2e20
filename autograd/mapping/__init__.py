"""Many samples at once: Tensors with a hidden axis, and how operations run over it."""
