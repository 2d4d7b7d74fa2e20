"""Training in several processes: two ranks where MPI is installed, each test one small job."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from nn.data import DataLoader, DistributedSampler, TensorDataset
from nn.parallel import DistributedDataParallel, only_first, rank, world_size

ROOT = Path(__file__).parents[2]

# What every program begins with.
HEAD = """
import numpy as np, autograd, nn
from nn.parallel import *
from nn.parallel.distributed import _checksum
from mpi4py import MPI
world = MPI.COMM_WORLD
def everywhere(model):
    "What all ranks hold, as bytes."
    return world.allgather(b"".join(each.data.tobytes() for each in
                                    [*model.parameters(), *model.buffers()]))
def grads(model):
    return world.allgather([None if each.grad is None else each.grad.data.tolist()
                            for each in model.parameters()])
def alike(values):
    return all(value == values[0] for value in values)
"""


def run(
    tmp_path: Path, program: str, processes: int = 2, arguments: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program in so many processes; an error if it does not end."""
    pytest.importorskip("mpi4py")
    if shutil.which("mpiexec") is None:
        pytest.skip("mpirun is not installed")
    path = tmp_path / "train.py"
    path.write_text(HEAD + program, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if "THREADS" not in name} | {
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
        "OMPI_MCA_mpi_yield_when_idle": "1",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        ["mpiexec", "-n", str(processes), sys.executable, "-m", "nn.parallel",
         str(path), *arguments],
        capture_output=True, text=True, encoding="utf-8", timeout=60, cwd=tmp_path, env=environment,
    )  # fmt: skip


def check(tmp_path: Path, program: str, processes: int = 2) -> str:
    done = run(tmp_path, program, processes)
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---------------------------------------------------------------------- one process


def test_alone_the_wrapped_model_is_the_model():
    model = nn.Linear(3, 2)
    wrapped = DistributedDataParallel(model)
    x = np.ones((4, 3), np.float32)
    np.testing.assert_array_equal(wrapped(x).data, model(x).data)
    with wrapped.no_sync():
        wrapped(x).sum().backward()
    assert model.weight.grad is not None
    assert (rank(), world_size(), only_first()) == (0, 1, True)
    with pytest.raises(TypeError, match="must be a Module, got function"):
        DistributedDataParallel(lambda x: x)


@pytest.mark.parametrize("total", [0, 1, 2, 5, 7, 12])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize("shuffle", [True, False])
def test_shares_together_are_the_data(total: int, count: int, shuffle: bool):
    def shares(**how: bool) -> list[list[int]]:
        samplers = [
            DistributedSampler(range(total), count, r, shuffle, **how) for r in range(count)
        ]
        listed = [list(each) for each in samplers]
        assert [len(each) for each in samplers] == [len(each) for each in listed]
        return listed

    unpadded = shares(pad=False)
    assert sorted(chain(*unpadded)) == list(range(total))
    padded = shares(pad=True)
    assert {len(each) for each in padded} == {-(-total // count)}
    assert set(chain(*padded)) == set(range(total))
    dropped = shares(drop_last=True)
    assert {len(each) for each in dropped} == {total // count}
    assert len({*chain(*dropped)}) == total // count * count
    assert shares() == (padded if shuffle else unpadded)


def test_batches_of_all_ranks_are_those_of_one():
    def batches(count: int, number: int) -> list[list[int]]:
        sampler = DistributedSampler(range(24), count, number, seed=3)
        sampler.set_epoch(2)
        loader = DataLoader(TensorDataset(np.arange(24)), 12 // count, sampler=sampler)
        return [batch[0].data.tolist() for batch in loader]

    whole = batches(1, 0)
    for count in (2, 3, 4):
        of_ranks = zip(*(batches(count, number) for number in range(count)), strict=True)
        assert [sorted(chain(*each)) for each in of_ranks] == [sorted(each) for each in whole]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_epoch_is_continued_by_another_number_of_ranks(count: int):
    """After two batches of two ranks, which is kept by rank 0, the rest comes once."""

    def loader(count: int, number: int) -> DataLoader:
        sampler = DistributedSampler(range(28), count, number, seed=3, pad=False)
        return DataLoader(TensorDataset(np.arange(28)), 4, sampler=sampler)

    seen, states = [], []
    for number in range(2):
        begun = loader(2, number)
        begun.sampler.set_epoch(1)
        batches = iter(begun)
        seen += [*next(batches)[0].data.tolist(), *next(batches)[0].data.tolist()]
        states.append(begun.state_dict())
    assert states[0]["shared"] == {"epoch": 1, "seed": -1, "done": 16}
    for number in range(count):
        continued = loader(count, number)
        continued.load_state_dict(states[0])
        for (batch,) in continued:
            seen += batch.data.tolist()
        assert sum(len(batch) for (batch,) in continued) == len(continued.sampler)
    assert sorted(seen) == list(range(28))
    with pytest.raises(ValueError, match="give this one such a sampler"):
        DataLoader(range(28), 4).load_state_dict(states[0])


def test_epochs_have_orders_of_their_own():
    sampler = DistributedSampler(range(50), 1, 0)
    first = list(sampler)
    sampler.set_epoch(1)
    assert list(sampler) != first
    sampler.set_epoch(0)
    assert list(sampler) == first
    with pytest.raises(ValueError, match="no rank 2 among num_replicas=2"):
        DistributedSampler(range(5), 2, 2)


# ---------------------------------------------------------------------- gradients


def test_two_ranks_train_as_one_with_the_whole_batch(tmp_path: Path):
    """50 steps of Adam in float64, against one process with batches twice as large."""
    program = """
autograd.manual_seed(rank())  # other parameters on rank 1, which it must lose
x = np.random.default_rng(0).normal(size=(80, 5)); y = np.sin(x.sum(1, keepdims=True))
model = DistributedDataParallel(
    nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 1)).double(), check_every=7)
optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
assert alike(everywhere(model))
sampler = nn.data.DistributedSampler(x)
loader = nn.data.DataLoader(nn.data.TensorDataset(x, y), 8, sampler=sampler)
for epoch in range(10):
    sampler.set_epoch(epoch)
    for inputs, targets in loader:
        optimizer.zero_grad()
        nn.functional.mse_loss(model(inputs), targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        assert alike(everywhere(model))
if only_first():
    np.savez("trained.npz", *[each.data for each in model.parameters()])
"""
    check(tmp_path, program)
    autograd.manual_seed(0)
    x = np.random.default_rng(0).normal(size=(80, 5))
    y = np.sin(x.sum(1, keepdims=True))
    model = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 1)).double()
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    sampler = DistributedSampler(x, 1, 0)
    for epoch in range(10):
        sampler.set_epoch(epoch)
        for inputs, targets in DataLoader(TensorDataset(x, y), 16, sampler=sampler):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(inputs), targets).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
    with np.load(tmp_path / "trained.npz") as trained:
        for name, parameter in zip(trained.files, model.parameters(), strict=True):
            np.testing.assert_allclose(trained[name], parameter.data, rtol=0, atol=1e-12)


def test_what_gradients_become(tmp_path: Path):
    program = """
class Two(nn.Module):
    def __init__(self):
        self.a, self.b, self.c = (nn.Parameter(np.ones(2)) for _ in range(3))
        self.scale = nn.Parameter(np.float16(2.0))
        self.wave = nn.Parameter(np.ones(2, np.complex64))
    def forward(self, x, use_b):
        out = (self.a * x).sum() + self.scale.astype(np.float32) + abs(self.wave * x).sum()
        return out + (self.b * x).sum() if use_b else out
net = Two(); model = DistributedDataParallel(net)
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
own = float(rank() + 1)
# Averaged at the end of backward; with zeros where a rank has none; None where none has one.
model(own, use_b=rank() == 1).backward()
assert net.a.grad.data.tolist() == [1.5, 1.5], net.a.grad
assert net.b.grad.data.tolist() == [1.0, 1.0], net.b.grad
assert net.c.grad is None
assert net.scale.grad.dtype == np.float16 and net.wave.grad.dtype == np.complex64
assert alike(grads(model))
# A second pass adds to the average.
model(own, use_b=False).backward()
assert net.a.grad.data.tolist() == [3.0, 3.0]
# Under no_sync nothing is sent until a pass outside of it,
optimizer.zero_grad()
with model.no_sync():
    model(own, use_b=False).backward()
    assert net.a.grad.data.tolist() == [own, own]
model(own, use_b=False).backward()
assert net.a.grad.data.tolist() == [3.0, 3.0] and alike(grads(model))
# or until they are clipped,
optimizer.zero_grad()
with model.no_sync():
    model(own, use_b=False).backward()
nn.utils.clip_grad_value_(model.parameters(), 1.25)
assert net.a.grad.data.tolist() == [1.25, 1.25] and alike(grads(model))
# or a step is made, also where one rank had no gradient at all.
optimizer.zero_grad()
before = net.a.data.copy()
loss = model(own, use_b=False)
if rank() == 0:
    loss.backward()
optimizer.step()
np.testing.assert_allclose(net.a.data, before - 0.1 * 0.5)
assert alike(everywhere(model))
"""
    check(tmp_path, program)


def test_dropout_differs_between_ranks_and_all_else_does_not(tmp_path: Path):
    program = """
autograd.manual_seed(5)
model = DistributedDataParallel(nn.Dropout())
first = world.allgather(model(np.ones(40)).data.tolist())
autograd.manual_seed(5)
assert world.allgather(model(np.ones(40)).data.tolist()) == first
assert first[0] != first[1]
assert alike(world.allgather(autograd.rand(3).data.tolist()))
"""
    check(tmp_path, program)


def test_buffers_are_those_of_the_first_rank(tmp_path: Path):
    program = """
model = DistributedDataParallel(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)))
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
x = np.random.default_rng(rank()).normal(size=(8, 3))
for _ in range(3):
    optimizer.zero_grad()
    (model(x) ** 3).mean().backward()
    optimizer.step()
    assert alike(everywhere(model))
assert model.module[1].num_batches_tracked.item() == 3
kept = DistributedDataParallel(nn.BatchNorm1d(3), broadcast_buffers=False)
kept(x).sum().backward()
assert not alike(everywhere(kept))
"""
    check(tmp_path, program)


def test_batch_norm_over_all_ranks_is_that_of_the_whole_batch(tmp_path: Path):
    program = """
x = np.random.default_rng(0).normal(size=(10, 3, 2))
c = np.random.default_rng(1).normal(size=x.shape)
whole = nn.BatchNorm1d(3).double()
layer = SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(nn.BatchNorm1d(3).double()))
model = DistributedDataParallel(layer)
part = slice(0, 4) if rank() == 0 else slice(4, 10)
full, mine = (autograd.Tensor(each, requires_grad=True) for each in (x, x[part]))
for _ in range(2):
    a = whole(full); b = model(mine)
    np.testing.assert_allclose(b.data, a.data[part], atol=1e-12)
(a ** 2 * c).sum().backward(); (b ** 2 * c[part]).sum().backward()
np.testing.assert_allclose(mine.grad.data, full.grad.data[part], atol=1e-12)
np.testing.assert_allclose(2 * layer[0].weight.grad.data, whole.weight.grad.data, atol=1e-12)
for one, other in zip(whole.buffers(), layer.buffers(), strict=True):
    np.testing.assert_allclose(other.data, one.data, atol=1e-12)
assert alike(everywhere(model))
model.eval(); whole.eval()
np.testing.assert_allclose(model(mine).data, whole(full).data[part], atol=1e-12)
"""
    check(tmp_path, program)


def test_the_trainer_accumulates_and_resumes_with_another_number_of_ranks(tmp_path: Path):
    program = """
import os
autograd.manual_seed(1)
x = np.random.default_rng(0).normal(size=(48, 5)); y = np.sin(x.sum(1, keepdims=True))
model = DistributedDataParallel(nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1)).double())
sampler = nn.data.DistributedSampler(x)
loader = nn.data.DataLoader(nn.data.TensorDataset(x, y), 12 // world_size(), sampler=sampler)
trainer = nn.train.Trainer(model, nn.optim.Adam(model.parameters(), lr=0.01), nn.MSELoss(),
                           accumulate=2, clip_norm=0.5, progress=False)
if os.path.exists("kept.npz"):
    trainer.load("kept.npz")
trainer.fit(loader, 2, (x, y))
assert alike(everywhere(model))
assert alike(world.allgather([dict(each) for each in trainer.history]))
if only_first():
    trainer.save("kept.npz")
    print("%.12f" % trainer.history["validation loss"][-1], trainer.step)
"""

    def trained(*counts: int) -> list[str]:
        (tmp_path / "kept.npz").unlink(missing_ok=True)
        return [check(tmp_path, program, count).split() for count in counts][-1]

    one, mixed = trained(1, 1), trained(2, 1)
    assert abs(float(one[0]) - float(mixed[0])) < 1e-11
    assert one[1] == mixed[1] == "8"


# ---------------------------------------------------------------------- no hang

LOOP = """
model = DistributedDataParallel(nn.Linear(3, 2), check_every=1)
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
def steps(count):
    for _ in range(count):
        optimizer.zero_grad()
        model(np.ones((4, 3))).sum().backward()
        optimizer.step()
steps(2)
print("trained", flush=True)
"""

ENDS = {
    "an exception": ("if rank() == 1: raise ValueError('bad batch')\nsteps(5)",
                     "rank 1 of 2: .*ValueError: bad batch"),
    "sys.exit": ("import sys\nif rank() == 1: sys.exit(3)\nsteps(5)",
                 r"rank 1 of 2: sys.exit\(3\)"),
    "sys.exit with a text": ("import sys\nif rank() == 0: sys.exit('no data')\nsteps(5)",
                             r"rank 0 of 2: sys.exit\('no data'\)"),
    "an early end": ("import sys\nif rank() == 1: sys.exit()\nsteps(5)",
                     "rank 0: gradients of step 3; rank 1: finished"),
    "a kill": ("import os, signal\nif rank() == 1: os.kill(os.getpid(), signal.SIGKILL)\nsteps(5)",
               "rank 1 .*signal 9|KILLED BY SIGNAL: 9"),
    "a step less": ("steps(5 - rank())", "rank 0: gradients of step 7; rank 1: finished"),
    "an interrupt": ("if rank() == 0: raise KeyboardInterrupt\nsteps(5)",
                     "rank 0 of 2: .*KeyboardInterrupt"),
    "a changed parameter": ("if rank() == 1: model.module.bias.data += 1\nsteps(5)",
                            "the parameters are not the same on all processes at step 3"),
    "another model": ("DistributedDataParallel(nn.Linear(3, 2 + rank()))",
                      "not alike: .*'weight', .2, 3.*on rank 0, .*'weight', .3, 3.*on rank 1"),
    "a loss of one's share": ("o = nn.optim.LBFGS(model.parameters())\no.step(lambda: 0)",
                              "LBFGS decides by the loss"),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_whatever_ends_one_rank_ends_all(tmp_path: Path, end: str):
    program, message = ENDS[end]
    began = time.monotonic()
    done = run(tmp_path, LOOP + program)
    took = time.monotonic() - began
    assert done.returncode != 0
    assert re.search(message, done.stderr, re.DOTALL), done.stderr
    assert "trained" in done.stdout
    print(f"{end}: {took:.1f} s with the start")


def test_the_launcher(tmp_path: Path):
    program = """
import os, sys
assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
assert sys.argv[1:] == ["--rate", "0.1"] and __name__ == "__main__"
print(f"rank {rank()} of {world_size()}\\n", end="", flush=True)
"""
    done = run(tmp_path, program, arguments=("--rate", "0.1"))
    assert done.returncode == 0, done.stderr
    # The ends of lines of both may come together.
    assert sorted(re.findall(r"rank \d of 2", done.stdout)) == ["rank 0 of 2", "rank 1 of 2"]


def test_names_of_pytorch_lead_to_it():
    assert nn.SyncBatchNorm is nn.parallel.SyncBatchNorm
    assert nn.DataParallel is nn.parallel.DataParallel
    assert "parallel" in dir(nn)
