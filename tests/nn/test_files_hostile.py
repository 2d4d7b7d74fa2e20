"""Files that are damaged, or made to do harm: one kind of error names each, in bounded memory."""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import threading
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.datasets import ImageFolder, cifar10, mnist, read_idx
from nn.datasets.folder import read_image
from nn.saving import load, read_metadata, save
from nn.train import Trainer, grid_search
from tests.nn.test_datasets_files import idx

ROOT = Path(__file__).resolve().parents[2]


def npy(shape, descr="<f8", data=b"") -> bytes:
    """An array's entry whose header may promise anything."""
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}"
    padded = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(padded)) + padded.encode() + data


def zipped(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def text_entry(text: str) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array(text))
    return buffer.getvalue()


def encrypted() -> bytes:
    content = bytearray(zipped(a=npy((1,), data=bytes(8))))
    content[6] |= 1  # the flag of the entry, there and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def safetensors(header, data=b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def many_axes_idx() -> bytes:
    return bytes([0, 0, 8, 70]) + struct.pack(">70I", *[1] * 70) + b"\7"


def bomb(size: int) -> bytes:
    """Gzip's form of so many zeros, a thousandth as large."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(size >> 20)]
    return b"".join([*parts, packer.flush()])


def png(width: int, height: int, data: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def sparse_tar() -> bytes:
    """An archive whose entry says it is a terabyte of zeros."""
    info = tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 0
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"77777777777\0"  # its size when unpacked
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return gzip.compress(bytes(header) + bytes(1024))


TREE = json.dumps({"wengert.structure": json.dumps(["dict", ["a", ["tensor", "a"]]])})
DEEP = "[" * 100_000 + "]" * 100_000

# Files, and a part of what is said of each; what takes time to make is made when it is asked for.
HOSTILE = {
    "a.npz": [
        (b"", "truncated"),
        (b"PK", "truncated"),
        (zipped(a=b"no array"), "damaged"),
        (zipped(a=npy((10**10,))), r"takes 80,000,000,000 bytes, in 0"),
        (zipped(a=npy((10**10, 10**10, 0))), "damaged"),
        (zipped(a=npy((1,) * 70, data=bytes(8))), "damaged"),
        (zipped(a=npy((-1,), data=bytes(8))), r"takes -8 bytes"),
        (zipped(a=npy((1,), "|O", bytes(8))), "needs pickle"),
        (zipped(a=npy((1,), [("x", "<f8")], bytes(8))), "no numbers"),
        (zipped(a=npy("(" * 200 + ")" * 200)), "damaged"),
        (zipped(a=text_entry("words")), "no numbers"),
        (
            lambda: zipped(a=npy((1 << 29,), "|u1", bytes(1 << 29))),
            "would take 536,871,040 bytes of memory",
        ),
        (encrypted(), "encrypted"),
        (zipped(__metadata__=text_entry("no JSON")), "damaged"),
        (zipped(__metadata__=text_entry("3")), "damaged metadata"),
        (zipped(__metadata__=text_entry('{"a": 3}')), "damaged metadata"),
        (zipped(__metadata__=text_entry(DEEP)), "damaged"),
        (zipped(__metadata__=text_entry(TREE)), "damaged description"),
        (zipped(__metadata__=text_entry(json.dumps({"wengert.structure": DEEP}))), "damaged"),
        (zipped(__metadata__=text_entry(json.dumps({"wengert.structure": "9" * 9999}))), "damaged"),
    ],
    "a.safetensors": [
        (b"", "truncated"),
        (struct.pack("<Q", 10**18) + b"{}", "truncated"),
        (safetensors(b"no JSON"), "truncated"),
        (safetensors(b"[" * 9999), "truncated"),
        (safetensors({"a": {"dtype": "F8", "shape": [1], "data_offsets": [0, 1]}}, b"0"), "trunc"),
        (safetensors({"a": {"dtype": "F32", "shape": [10**10], "data_offsets": [0, 4]}}), "trunc"),
        (
            safetensors({"a": {"dtype": "U8", "shape": [1] * 70, "data_offsets": [0, 1]}}, b"\0"),
            "damaged",
        ),
        (safetensors({"__metadata__": {"wengert.structure": DEEP}}), "damaged"),
        (safetensors({"__metadata__": {"a": 3}}), "truncated"),
    ],
    "a-idx": [
        (b"", "no IDX file"),
        (b"\x1f\x8b", "truncated"),
        (gzip.compress(idx([1, 2]))[:-9], "truncated"),
        (bytes([0, 0, 8, 2]) + struct.pack(">2I", 10**5, 10**5), "of memory"),
        (gzip.compress(bytes([0, 0, 8, 1]) + struct.pack(">I", 10**9)), "of memory"),
        (many_axes_idx(), "70"),
        (lambda: bomb(1 << 29), "no IDX file"),
    ],
    "cifar-10-binary.tar.gz": [
        (b"", "truncated"),
        (gzip.compress(b""), "truncated|lacks"),
        (lambda: bomb(1 << 29), "lacks cifar-10-batches-bin/test_batch.bin"),
        (sparse_tar(), "truncated"),
    ],
    "a.png": [
        (b"", "no image"),
        (png(8, 8), "truncated"),
        (png(8, 8, zlib.compress(b"x" * 20)), "truncated"),
        (png(100_000, 100_000, zlib.compress(bytes(10**6))), "of memory|decompression bomb"),
        (png(12_000, 12_000, zlib.compress(bytes(10**6))), "of memory"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no image"),
    ],
    "trials.json": [
        (b"", "no trials"),
        (b"{", "no trials"),
        (b"3", "no trials"),
        (b'[{"settings": {}}]', "no trials"),
        (DEEP.encode(), "no trials"),
        (b"\xff\xfe", "no trials"),
    ],
}
READERS = {
    ".npz": load,
    ".safetensors": load,
    "-idx": read_idx,
    ".tar.gz": lambda path: cifar10(path.parent, "test"),
    ".png": read_image,
    ".json": lambda path: grid_search(lambda a: 0.0, {"a": [1]}, path=path),
}
CASES = [
    pytest.param(name, content, message, id=f"{name}-{number}")
    for name, files in HOSTILE.items()
    for number, (content, message) in enumerate(files)
]


@pytest.mark.parametrize(("name", "content", "message"), CASES)
@pytest.mark.filterwarnings("ignore:Image size")  # Pillow's word on what we refuse
def test_a_hostile_file_is_named_with_what_is_wrong(name, content, message, tmp_path):
    for suffix, package in ((".safetensors", "safetensors"), (".png", "PIL")):
        if name.endswith(suffix):
            pytest.importorskip(package)
    path = tmp_path / name
    path.write_bytes(content() if callable(content) else content)
    read = next(read for suffix, read in READERS.items() if name.endswith(suffix))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=message) as caught:
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert type(caught.value) is ValueError
    assert str(path) in str(caught.value)
    assert peak < 400 << 20
    assert list(tmp_path.iterdir()) == [path]


def test_metadata_alone_are_read_with_the_same_care(tmp_path):
    for number, (content, message) in enumerate(HOSTILE["a.npz"][:16]):
        path = tmp_path / f"{number}.npz"
        path.write_bytes(content() if callable(content) else content)
        with pytest.raises(ValueError, match=rf"read_metadata: .*{number}\.npz .*({message})"):
            read_metadata(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
@pytest.mark.parametrize("name", ["a.npz", "a-idx", "a.png"])
def test_what_is_no_file_is_not_waited_for(name, tmp_path):
    os.mkfifo(tmp_path / name)
    read = next(read for suffix, read in READERS.items() if name.endswith(suffix))
    with pytest.raises(FileNotFoundError, match=f"{name} is no file"):
        read(tmp_path / name)
    if name == "a.npz":
        with pytest.raises(OSError, match="is no file but a device, pipe or socket"):
            save({}, tmp_path / name)


# --- data sets


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_data_set_without_examples_says_so(split, tmp_path):
    part = {"train": "train", "test": "t10k"}[split]
    (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(np.zeros((0, 28, 28))))
    (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.zeros(0)))
    with pytest.raises(
        ValueError, match=f"mnist: {tmp_path}/{part}-images-idx3-ubyte holds no examples"
    ):
        mnist(tmp_path, split)
    (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(np.zeros((1, 28, 28))))
    floats = bytes([0, 0, 13, 1]) + struct.pack(">If", 1, 1.5)
    (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(floats)
    with pytest.raises(ValueError, match="labels-idx1-ubyte holds .* expected a label from 0 to 9"):
        mnist(tmp_path, split)


def test_a_folder_named_like_an_image_is_none(tmp_path):
    image_of = pytest.importorskip("PIL.Image")
    (tmp_path / "cat" / "old.png").mkdir(parents=True)
    with pytest.raises(ValueError, match="cat holds no image"):
        ImageFolder(tmp_path)
    image_of.new("L", (2, 2), 255).save(tmp_path / "cat" / "old.png" / "a.png")
    data = ImageFolder(tmp_path)
    assert len(data) == 1
    assert data[0][0].min() == 1.0


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_grey_images_of_16_bits_keep_their_range(suffix, channels, tmp_path):
    image_of = pytest.importorskip("PIL.Image")
    grey = np.array([[0, 1, 255, 256], [1000, 32768, 65534, 65535]], dtype=np.uint16)
    image_of.fromarray(grey).save(tmp_path / f"a.{suffix}")
    image = read_image(tmp_path / f"a.{suffix}", channels=channels)
    assert image.shape == (channels, 2, 4)
    assert image.dtype == np.float32
    for channel in image[:3]:
        np.testing.assert_array_equal(channel, grey / np.float32(65535))
    assert (image[3:] == 1).all()
    scaled = read_image(tmp_path / f"a.{suffix}", size=(1, 1), channels=channels)
    np.testing.assert_allclose(scaled[:3].ravel(), grey.mean() / 65535, atol=0.02)


def test_pixels_without_a_known_range_are_refused(tmp_path):
    image_of = pytest.importorskip("PIL.Image")
    for dtype in (np.int32, np.float32):
        image_of.fromarray(np.full((2, 2), 3, dtype)).save(tmp_path / "a.tif")
        with pytest.raises(ValueError, match=r"a\.tif has pixels of 32 bits"):
            read_image(tmp_path / "a.tif")


# --- saving


def itself() -> dict:
    tree: dict = {}
    tree["a"] = {"b": tree}
    return tree


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"a\0b": np.ones(1)}, r"the name 'a\\x00b' of an array has a character"),
        ({"a": {"\ud800": np.ones(1)}}, "has a character that no file can hold"),
        ({"__metadata__": np.ones(1)}, "'__metadata__' of an array is taken by the file itself"),
        ({"x" * 20_000: np.ones(1)}, "of an array is longer than 16,384 bytes"),
        (itself(), "nested more than 100 deep, at a.b.a.*does it hold itself"),
        ({"a": 10**5000}, "a is a number that is too long"),
    ],
)
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_what_could_not_be_read_again_is_not_saved(tree, message, suffix, tmp_path):
    if suffix == ".safetensors":
        pytest.importorskip("safetensors")
    with pytest.raises(ValueError, match=message):
        save(tree, tmp_path / f"a{suffix}")
    with pytest.raises(ValueError, match="half of a pair of surrogates"):
        save({}, tmp_path / f"a{suffix}", {"a": "\udfff"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["é/ü", "a b\n", "../../up", "a.npy", "\\", "\u200b한", "C:x"])
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_names_of_every_other_kind_come_back(name, suffix, tmp_path):
    if suffix == ".safetensors":
        pytest.importorskip("safetensors")
    save({name: np.ones(1), "text\0\ud800": "\0"}, tmp_path / f"a{suffix}")
    kept = load(tmp_path / f"a{suffix}")
    assert list(kept) == [name, "text\0\ud800"]
    assert kept["text\0\ud800"] == "\0"


def test_long_names_of_files_and_permissions(tmp_path):
    path = tmp_path / f"{'x' * 246}.npz"
    save({"a": 1}, path)
    path.chmod(0o640)
    save({"a": 2}, path)
    assert load(path) == {"a": 2}
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


LEFTOVER = """
import os, signal, sys
from nn.saving import save
os.fsync = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
save({"a": 1}, sys.argv[1])
"""


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_the_next_save_removes_what_a_killed_one_left_and_nothing_else(tmp_path):
    path = tmp_path / "a.npz"
    killed = subprocess.run([sys.executable, "-c", LEFTOVER, path], cwd=ROOT, check=False)
    assert killed.returncode == -9
    (left,) = tmp_path.iterdir()
    host, process, number = left.name.removesuffix(".partial.npz").rsplit("-", 2)
    assert number == "0"
    others = [
        f"{host}-{os.getpid()}-0.partial.npz",  # of a process that runs
        f"{host}0-{process}-0.partial.npz",  # of another host
        f".kept-{process}-0.partial.npz",
        f"{host}-{process}-0.npz",
        f"{host}-{'9' * 30}-0.partial.npz",  # of no process at all
    ]
    for other in others:
        (tmp_path / other).write_bytes(b"")
    save({"a": 2}, tmp_path / "b.npz")
    assert {each.name for each in tmp_path.iterdir()} == {*others, "b.npz"}


WRITERS = """
import sys
import numpy as np
from nn.saving import save
for number in range(40):
    save({"a": np.full(1000, int(sys.argv[2]))}, sys.argv[1])
"""


def test_threads_and_processes_that_save_to_one_path_leave_a_whole_file(tmp_path):
    path = tmp_path / "a.npz"
    failed = []

    def write(number):
        try:
            for _ in range(40):
                save({"a": np.full(1000, number)}, path)
                values = np.unique(load(path)["a"])
                assert len(values) == 1
        except Exception as error:
            failed.append(error)

    command = [sys.executable, "-c", WRITERS, path]
    processes = [subprocess.Popen([*command, str(n)], cwd=ROOT) for n in (10, 11)]
    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    assert failed == []
    assert len(np.unique(load(path)["a"])) == 1
    assert list(tmp_path.iterdir()) == [path]


# --- trainings


def training(width=3, **options) -> Trainer:
    model = nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width), nn.Linear(width, 1))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.1)
    callbacks = [nn.train.EarlyStopping("loss", patience=9)]
    return Trainer(
        model, optimizer, nn.functional.mse_loss, callbacks=callbacks, progress=False, **options
    )


def kept(trainer: Trainer, path: Path) -> bytes:
    trainer.save(path)
    return path.read_bytes()


DAMAGE = {
    "another model": lambda state: state.update(model=training(4).model.state_dict()),
    "half a model": lambda state: state["model"].pop("2.weight"),
    "another optimizer": lambda state: state.update(optimizer={"state": {}, "param_groups": []}),
    "no optimizer's": lambda state: state["optimizer"].update(state={"0": {"exp_avg": 3}, "9": {}}),
    "no callback": lambda state: state.update(callbacks=[]),
    "another callback": lambda state: state.update(callbacks=[{}]),
    "another metric": lambda state: state.update(metrics={"accuracy": {}}),
    "no place": lambda state: state.pop("began"),
    "no random state": lambda state: state.update(random={"bit_generator": "Dice"}),
    "random numbers out of range": lambda state: state["random"]["state"].update(state=-(2**70)),
    "a history of numbers": lambda state: state.update(history=[3]),
    "no epoch": lambda state: state.update(epoch="three"),
    "nothing": lambda state: state.clear(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_loading_a_training_that_does_not_fit_changes_nothing(damage, tmp_path):
    rng = np.random.default_rng(0)
    data = rng.normal(size=(8, 2)).astype("f4"), rng.normal(size=(8, 1)).astype("f4")
    trainer, other = training(), training()
    trainer.fit(data, epochs=2, batch_size=4)
    other.fit(data, epochs=5, batch_size=4)
    state = other.state_dict()
    DAMAGE[damage](state)
    save(state, tmp_path / "other.npz")
    before = kept(trainer, tmp_path / "before.npz")
    with pytest.raises(
        ValueError, match=r"Trainer\.load: .*other\.npz holds no training that fits"
    ):
        trainer.load(tmp_path / "other.npz")
    assert kept(trainer, tmp_path / "after.npz") == before
    trainer.fit(data, epochs=1, batch_size=4)
    assert trainer.epoch == 3
