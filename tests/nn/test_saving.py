"""Keeping: what is read is what was written, and a kill at any moment loses nothing."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import autograd
import nn
from autograd import Tensor
from nn.saving import load, random_state, read_metadata, save, set_random_state

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = (".safetensors", ".npz")


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path) -> Path:
    if request.param == ".safetensors":
        pytest.importorskip("safetensors")
    return tmp_path / f"kept{request.param}"


def assert_same(got, expected) -> None:
    """Compare trees: types, dtypes, shapes and bits."""
    assert type(got) is type(expected)
    if isinstance(expected, dict):
        assert list(got) == list(expected)
        for key in expected:
            assert_same(got[key], expected[key])
    elif isinstance(expected, list | tuple):
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, Tensor | np.ndarray | np.generic):
        one, other = np.asarray(autograd.value(got)), np.asarray(autograd.value(expected))
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert one.tobytes() == other.tobytes()
    else:
        assert got == expected or (got != got and expected != expected)


numbers = arrays_of.arrays(
    st.sampled_from(["f8", "f4", "f2", "i8", "i1", "u1", "u8", "?", "c8", "c16"]),
    arrays_of.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**130), 2**130)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    | numbers
    | numbers.map(Tensor)
    | st.builds(np.float64, st.floats())
)
names = st.text("abc_é", min_size=1, max_size=4) | st.integers(0, 9)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(tree=trees, suffix=st.sampled_from(SUFFIXES))
def test_a_tree_comes_back_bit_for_bit(tree, suffix, tmp_path_factory):
    if suffix == ".safetensors":
        pytest.importorskip("safetensors")
    path = tmp_path_factory.mktemp("tree") / f"t{suffix}"
    save(tree, path)
    assert_same(load(path), tree)


def test_views_and_foreign_byte_orders_are_kept_by_value(path):
    matrix = np.arange(6.0).reshape(2, 3)
    save({"t": matrix.T, "strided": matrix[:, ::2], "big": matrix.astype(">f8")}, path)
    kept = load(path)
    np.testing.assert_array_equal(kept["t"], matrix.T)
    np.testing.assert_array_equal(kept["strided"], matrix[:, ::2])
    np.testing.assert_array_equal(kept["big"], matrix)


def test_what_was_read_can_be_written_to(path):
    save({"a": np.zeros(2), "t": Tensor([1.0])}, path)
    kept = load(path)
    kept["a"][0] = 1.0
    kept["t"].data += 1.0


def test_weights_and_buffers_move_into_another_model(path):
    def build() -> nn.Sequential:
        return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.PReLU(2))

    first, second = build(), build()
    first(np.random.default_rng(0).normal(size=(4, 1, 5, 5)))
    save(first.state_dict(), path, {"data": "noise"})
    second.load_state_dict(load(path))
    assert_same(second.state_dict(), first.state_dict())
    assert read_metadata(path) == {"data": "noise"}


def test_a_file_of_another_program_is_read_by_name(tmp_path, rng):
    numpy_format = pytest.importorskip("safetensors.numpy")
    layer = nn.Linear(3, 2)
    weight, bias = rng.normal(size=(2, 3)).astype("f4"), rng.normal(size=2).astype("f4")
    path = tmp_path / "torch.safetensors"
    numpy_format.save_file({"weight": weight, "bias": bias}, path, {"format": "pt"})
    layer.load_state_dict(load(path))
    np.testing.assert_array_equal(layer.weight.data, weight)
    np.savez(tmp_path / "numpy.npz", weight=weight + 1, bias=bias)
    layer.load_state_dict(load(tmp_path / "numpy.npz"))
    np.testing.assert_array_equal(layer.weight.data, weight + 1)


def test_another_program_reads_ours_by_dotted_name(tmp_path):
    numpy_format = pytest.importorskip("safetensors.numpy")
    save({"model": nn.Linear(3, 2).state_dict(), "epoch": 3}, tmp_path / "a.safetensors")
    found = numpy_format.load_file(tmp_path / "a.safetensors")
    assert {name: array.shape for name, array in found.items()} == {
        "model.weight": (2, 3),
        "model.bias": (2,),
    }


def test_bfloat16_becomes_float32(tmp_path):
    package = pytest.importorskip("safetensors")
    values = np.array([1.5, -2.0, 3.0e38, 0.0], dtype="<f4")
    upper = (values.view("<u4") >> 16).astype("<u2")
    header = {"w": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]}}
    text = json.dumps(header).encode()
    path = tmp_path / "b.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + upper.tobytes())
    assert package.deserialize(path.read_bytes())[0][1]["dtype"] == "BF16"
    kept = load(path)["w"]
    assert (kept.dtype, kept.shape) == (np.float32, (2, 2))
    expected = (upper.astype("<u4") << 16).view("<f4").reshape(2, 2)
    np.testing.assert_array_equal(kept.numpy(), expected)


def test_optimizer_and_random_state_continue_bit_for_bit(path, rng):
    inputs, targets = rng.normal(size=(8, 3)), rng.normal(size=(8, 1)).astype("f4")

    def step(model, optimizer):
        optimizer.zero_grad()
        mask = autograd.rand(8, 3) < 0.5  # as dropout draws
        nn.functional.mse_loss(model(inputs * mask.numpy()), targets).backward()
        optimizer.step()

    def make():
        model = nn.Linear(3, 1)
        groups = [{"params": [model.weight], "lr": 0.1}, {"params": [model.bias], "amsgrad": True}]
        return model, nn.optim.Adam(groups)

    model, optimizer = make()
    step(model, optimizer)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    save({**state, "random": random_state()}, path)
    step(model, optimizer)

    autograd.manual_seed(99)
    again, resumed = make()
    kept = load(path)
    again.load_state_dict(kept["model"])
    resumed.load_state_dict(kept["optimizer"])
    set_random_state(kept["random"])
    step(again, resumed)
    assert_same(again.state_dict(), model.state_dict())


OPTIMIZERS = [
    kind
    for kind in map(nn.optim.__dict__.get, nn.optim.__all__)
    # Muon is for matrices, and is tried with one where the optimizers are.
    if isinstance(kind, type) and kind not in (nn.optim.Optimizer, nn.optim.Muon)
]


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_every_optimizer_continues_bit_for_bit(kind, tmp_path):
    def steps(weight, optimizer):
        def closure():
            optimizer.zero_grad()
            loss = (weight[0] - 1) ** 2 + 10 * (weight[1] - weight[0] ** 2) ** 2
            loss.backward()
            return loss

        for _ in range(3):
            optimizer.step(closure)

    weight = nn.Parameter([-1.0, 1.5])
    optimizer = kind([weight])
    steps(weight, optimizer)
    save({"weight": weight, "optimizer": optimizer.state_dict()}, tmp_path / "a.npz")
    steps(weight, optimizer)
    kept = load(tmp_path / "a.npz")
    again = nn.Parameter(kept["weight"])
    resumed = kind([again])
    resumed.load_state_dict(kept["optimizer"])
    steps(again, resumed)
    np.testing.assert_array_equal(again.data, weight.data)
    assert np.any(again.data != kept["weight"].data)


def test_generators_of_other_kinds_are_kept_too(path):
    generator = np.random.Generator(np.random.MT19937(1))
    save(generator.bit_generator.state, path)
    expected = generator.random(3)
    other = np.random.Generator(np.random.MT19937(2))
    nn.saving.set_generator_state(other, load(path))
    np.testing.assert_array_equal(other.random(3), expected)


# --- bad input


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"a": [1, {2}]}, r"a\.1 is a set, which no file can hold"),
        (nn.Linear(1, 1), r"the tree is a Linear, .* save its \.state_dict\(\)"),
        ({1.5: 2}, "keys must be text or whole numbers, got 1.5 in the tree"),
        ({"a": {True: 2}}, "got True in a"),
        ({"t": np.array(["x"])}, "t is an array of <U1"),
        ({"t": np.array([None])}, "t is an array of object"),
    ],
)
def test_save_names_what_no_file_can_hold(tree, message, tmp_path):
    with pytest.raises(TypeError, match=message):
        save(tree, tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_save_names_arrays_that_collide_and_metadata_that_is_no_text(tmp_path):
    with pytest.raises(ValueError, match=r"two arrays .* named 'a\.b'"):
        save({"a.b": np.ones(1), "a": {"b": np.ones(1)}}, tmp_path / "a.npz")
    with pytest.raises(TypeError, match="metadata must be text by name, got 'epoch': int"):
        save({}, tmp_path / "a.npz", {"epoch": 3})
    with pytest.raises(FileNotFoundError, match="the folder .*none of a.npz does not exist"):
        save({}, tmp_path / "none" / "a.npz")


@pytest.mark.parametrize("function", [load, read_metadata])
def test_a_wrong_or_missing_file_is_named(function, path):
    with pytest.raises(FileNotFoundError, match="kept.* does not exist"):
        function(path)
    path.write_bytes(b"not a file of arrays")
    with pytest.raises(ValueError, match="kept.* is truncated"):
        function(path)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="kept.* is truncated"):
        function(path)


def test_every_truncation_is_an_error(path):
    save({"a": np.arange(10.0), "b": "text"}, path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="is truncated"):
            load(path)


def test_pickles_are_never_read(tmp_path):
    np.savez(tmp_path / "objects.npz", a=np.array([{"code": 1}], dtype=object))
    with pytest.raises(ValueError, match="needs pickle, which is never used"):
        load(tmp_path / "objects.npz")
    with pytest.raises(ValueError, match=r"must end in \.safetensors or \.npz.*pickles are never"):
        load(tmp_path / "model.pt")
    with pytest.raises(ValueError, match=r"must end in .*, got '.*model'"):
        save({}, tmp_path / "model")


@pytest.mark.parametrize("text", ['["dict", ["a", ["array", "gone"]]]', '["call", "x"]', "[", "[]"])
def test_a_damaged_tree_is_an_error(text, tmp_path):
    texts = json.dumps({"wengert.structure": text})
    np.savez(tmp_path / "a.npz", __metadata__=np.array(texts))
    with pytest.raises(ValueError, match=r"a\.npz holds a damaged description of its tree"):
        load(tmp_path / "a.npz")


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ImportError, match=r"wengert\[save\].*ends in \.npz"):
        save({}, tmp_path / "a.safetensors")


def test_a_state_of_another_generator_is_an_error():
    with pytest.raises(ValueError, match="state of a PCG64 was expected, got that of 'MT19937'"):
        set_random_state(np.random.MT19937(0).state)
    with pytest.raises(ValueError, match="state of a PCG64 was expected"):
        set_random_state({})


# --- whole files only


def test_a_full_disk_leaves_the_old_file_and_no_rest(path, monkeypatch):
    save({"a": 1}, path)

    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save({"a": 2}, path)
    assert load(path) == {"a": 1}
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("moment", "kept"), [("fsync", 1), ("replace", 1), ("close", 2)])
def test_a_kill_leaves_the_old_or_the_new_file(path, moment, kept):
    """The process dies just before the bytes are flushed, before and after the name changes."""
    save({"a": np.full(1000, 1)}, path)
    program = (
        "import os, signal, sys, numpy as np\n"
        "from nn.saving import save\n"
        f"os.{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "save({'a': np.full(1000, 2)}, sys.argv[1])\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, path], cwd=ROOT, check=False)
    assert killed.returncode == -9
    np.testing.assert_array_equal(load(path)["a"], np.full(1000, kept))


MANY_KILLS = """
import os, random, signal, sys, time
import numpy as np
from nn.saving import load, save

path, seen = sys.argv[1], set()
random.seed(0)
for kill in range(8):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        for number in range(1000 * kill, 10**9):
            save({"a": np.full(40_000, number)}, path)
            os.write(writer, b"!")
    os.close(writer)
    assert os.read(reader, 1)  # the first file is there; now at any moment of the following ones
    time.sleep(random.uniform(0, 0.01))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)
    values = np.unique(load(path)["a"])
    assert len(values) == 1, values
    seen.add(int(values[0]) // 1000)
print(sorted(seen) == list(range(8)))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kills_at_any_moment_leave_whole_files(path):
    """A process that saves again and again is killed at random moments; what is left is whole."""
    run = subprocess.run(
        [sys.executable, "-c", MANY_KILLS, path], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "True", "every process left a file of its own"


FULL_DISK = """
import resource, sys
import numpy as np
from nn.saving import load, save

save({"a": 1}, sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))  # no file may grow further
try:
    save({"a": np.ones(100_000)}, sys.argv[1])
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_file_that_cannot_grow_leaves_the_old_one_and_no_rest(path):
    """Half of it is written when the system refuses more, as on a full disk."""
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert run.stdout.strip() == "OSError", run.stderr
    assert load(path) == {"a": 1}
    assert list(path.parent.iterdir()) == [path]


def test_a_link_is_followed_and_permissions_are_the_usual(tmp_path):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.npz"
    (tmp_path / "plain").write_bytes(b"")
    save({"a": 1}, target)
    link = tmp_path / "link.npz"
    link.symlink_to(target)
    save({"a": 2}, link)
    assert link.is_symlink()
    assert load(target) == {"a": 2}
    assert target.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_state_may_bring_its_dtypes():
    """With `assign=True` the parameters are the same objects in the dtypes of the state."""
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    weight = model[0].weight
    state = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).double().state_dict()
    model.load_state_dict(state)
    assert weight.dtype == np.float32
    model.load_state_dict(state, assign=True)
    assert model[0].weight is weight
    for name, value in model.state_dict().items():
        assert value.dtype == state[name].dtype
        np.testing.assert_array_equal(value.data, state[name].data)
    before = weight.data.copy()
    model(autograd.ones((4, 2), dtype=np.float64)).square().sum().backward()
    optimizer.step()
    assert weight.dtype == np.float64
    state["0.weight"].data[...] = 7.0  # the state is not the model's memory
    assert (weight.data != 7.0).all()
    assert before.shape == weight.shape
    with pytest.raises(TypeError, match=r"0\.weight is int64 and does not fit float64"):
        model.load_state_dict({**state, "0.weight": np.ones((3, 2), int)}, assign=True)
    with pytest.raises(ValueError, match="wrong shape"):
        model.load_state_dict({**state, "0.weight": np.ones((2, 2))}, assign=True)
