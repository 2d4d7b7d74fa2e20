"""Build the engine: sixteen steps from one slope to a network that reads digits."""
