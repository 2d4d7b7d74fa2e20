"""Every operation at two sizes, beside what one would write in NumPy: its value and gradient."""

from benchmarks.operation_cases.arrays import ARRAYS
from benchmarks.operation_cases.case import Case
from benchmarks.operation_cases.elementwise import ELEMENTWISE, of_records
from benchmarks.operation_cases.models import MODELS
from benchmarks.operation_cases.vectors import VECTORS

CASES: list[Case] = [*ELEMENTWISE, *ARRAYS, *VECTORS, *MODELS]
CASES += of_records({case.name for case in CASES})

__all__ = ["CASES", "Case"]
