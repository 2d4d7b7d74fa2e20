"""Kernels: fast functions of raw NumPy arrays, which the operations call.

They know nothing of Tensors, graphs or derivatives; each family is closed under differentiation,
so that an operation's rule is another function of its family.
"""

import numpy as np

# Kernels make large buffers and free them again. Until one of nearly 32 MiB was freed, the C
# library of Linux gives each back to the system, and every step pays for its pages anew: 40 % of a
# training step of the digits network. This one is never written to, so it costs nothing itself.
np.empty((32 << 20) - (1 << 16), np.uint8)
