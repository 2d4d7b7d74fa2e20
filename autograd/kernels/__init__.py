"""Kernels: fast functions of raw NumPy arrays, which the operations call.

They know nothing of Tensors, graphs or derivatives; each family is closed under differentiation,
so that an operation's rule is another function of its family.
"""
