"""Tests of PyTorch's words."""
