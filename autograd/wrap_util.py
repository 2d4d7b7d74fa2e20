"""What programs import from `autograd.wrap_util`; what it does is in `autograd.hips`."""

from autograd.hips.transforms import name_of as get_name
from autograd.hips.transforms import unary_to_nary

__all__ = ["get_name", "unary_to_nary"]
