"""What programs written for HIPS autograd expect, over Tensors.

Their names lie where they import them from (`autograd.numpy`, `autograd.extend`, ...), and what
these do is here. Nothing else in the library needs this room; the face loads it when a program
asks for one of its names.

Their functions take and give arrays and numbers: inside a function that is differentiated these
are Tensors, and results are arrays again. Gradients of complex arguments follow their convention:
d/dRe - i d/dIm, the conjugate of what `func.grad` gives.

Reference: D. Maclaurin (2016), Modeling, Inference and Optimization with Composable Differentiable
Procedures, Harvard University, chapter 4.
"""
