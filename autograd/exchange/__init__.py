"""How arrays of other libraries come in and ours go out: DLPack, and the array API standard."""

from autograd.exchange import array_api as array_api
from autograd.exchange import dlpack as dlpack
from autograd.exchange import html as html
from autograd.exchange import numbers as numbers
from autograd.exchange import pictures as pictures
