"""How fast and how large: one file per question, asked of us and of our peers.

`python -m benchmarks` measures everything, `python -m benchmarks scalar_chain` one question, and
`python -m benchmarks.peers install` makes the environment with the peers. Each contender runs in
a process of its own, on one thread; their runs alternate within one session, so that whatever
else the machine does meets them alike, and what is reported is the ratio of their medians.

Three questions are about tests: `python -m benchmarks.defects` plants wrong gradients before our
checker and others, `python -m benchmarks.adapters` wrong rules of other libraries before our
adapters, and `python -m benchmarks.mutants` changes operations under generated tests.
"""
