"""Programs that show what the packages do; each runs as `python -m examples.<name>`."""

import os

# The matrices here are small: several threads would mostly wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
