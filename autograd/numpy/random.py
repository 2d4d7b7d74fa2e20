"""`numpy.random`, as it is: what is drawn has no derivative."""

import numpy as _numpy

__all__ = [_name for _name in dir(_numpy.random) if not _name.startswith("_")]
globals().update({_name: getattr(_numpy.random, _name) for _name in __all__})
