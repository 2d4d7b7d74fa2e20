"""HIPS autograd's own tests and examples, run on this library."""
