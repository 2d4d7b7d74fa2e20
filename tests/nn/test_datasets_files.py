"""Published data sets: real files where they are installed, made ones for all that breaks."""

import functools
import gzip
import hashlib
import http.server
import os
import struct
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest

from nn.datasets import ImageFolder, cifar10, download, fashion_mnist, mnist, read_idx

FASHION = Path("/usr/share/datasets/fashion-mnist")


def idx(array) -> bytes:
    array = np.asarray(array, dtype=np.uint8)
    return (
        bytes([0, 0, 8, array.ndim])
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.tobytes()
    )


def write_mnist(folder: Path, count: int = 5, part: str = "train", compress: bool = False) -> None:
    images = np.arange(count * 784).reshape(count, 28, 28) % 256
    for name, array in (("images-idx3", images), ("labels-idx1", np.arange(count) % 10)):
        content = idx(array)
        path = folder / f"{part}-{name}-ubyte{'.gz' * compress}"
        path.write_bytes(gzip.compress(content) if compress else content)


# --- the real ones


@pytest.mark.skipif(not FASHION.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")
def test_the_real_fashion_mnist():
    images, labels = fashion_mnist(FASHION, "test")
    assert images.shape == (10000, 1, 28, 28)
    np.testing.assert_array_equal(np.bincount(labels), np.full(10, 1000))
    assert labels[:5].tolist() == [9, 2, 1, 1, 6]
    assert images.mean() == pytest.approx(0.2868, abs=1e-4)


@pytest.mark.skipif("MNIST_FOLDER" not in os.environ, reason="MNIST_FOLDER names no folder")
def test_the_real_mnist():
    images, labels = mnist(os.environ["MNIST_FOLDER"], "train")
    assert images.shape == (60000, 1, 28, 28)
    assert labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert images.mean() == pytest.approx(0.1307, abs=1e-4)


# --- IDX


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("read", [mnist, fashion_mnist])
def test_a_folder_is_read(read, compress, tmp_path):
    write_mnist(tmp_path, part="t10k", compress=compress)
    images, labels = read(tmp_path, "test")
    assert (images.shape, images.dtype) == ((5, 1, 28, 28), np.float32)
    assert (labels.tolist(), labels.dtype) == ([0, 1, 2, 3, 4], np.int64)
    np.testing.assert_array_equal(images.ravel()[:256], np.arange(256, dtype=np.float32) / 255)


@pytest.mark.parametrize("compress", [False, True])
def test_every_truncation_of_an_idx_file_is_an_error(compress, tmp_path):
    write_mnist(tmp_path, count=1, compress=compress)
    path = tmp_path / f"train-images-idx3-ubyte{'.gz' * compress}"
    whole = path.read_bytes()
    for length in [*range(40), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"train-images-idx3-ubyte.* is (truncated|no IDX)"):
            mnist(tmp_path)
    path.write_bytes(whole + b"x")
    with pytest.raises(ValueError, match="is truncated"):
        mnist(tmp_path)


def test_other_types_of_numbers_are_read(tmp_path):
    path = tmp_path / "floats"
    path.write_bytes(bytes([0, 0, 13, 1]) + struct.pack(">I2f", 2, 1.5, -2.5))
    array = read_idx(path)
    assert array.tolist() == [1.5, -2.5]
    assert array.dtype == np.float32


def test_what_is_missing_or_does_not_fit_is_named(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"no train-images-idx3-ubyte\[.gz\] in .*fetch=Tr"):
        mnist(tmp_path)
    monkeypatch.setenv("WENGERT_DATA", str(tmp_path / "cache"))
    with pytest.raises(FileNotFoundError, match=r"cache/fashion-mnist"):
        fashion_mnist()
    with pytest.raises(ValueError, match="split must be 'train' or 'test', got 'val'"):
        mnist(tmp_path, "val")
    write_mnist(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx([1, 2]))
    with pytest.raises(ValueError, match=r"labels-idx1-ubyte holds .*\(2,\).* each of 5 images"):
        mnist(tmp_path)


# --- CIFAR-10


def cifar_bytes(count: int, seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    records = rng.integers(0, 256, (count, 3073), dtype=np.uint8)
    records[:, 0] %= 10
    return records.tobytes()


@pytest.mark.parametrize("packed", [False, True])
def test_cifar_is_read_from_its_files_and_from_its_archive(packed, tmp_path):
    inside = tmp_path / "cifar-10-batches-bin"
    inside.mkdir()
    contents = [cifar_bytes(2, number) for number in range(5)]
    for number, content in enumerate(contents, 1):
        (inside / f"data_batch_{number}.bin").write_bytes(content)
    if packed:
        with tarfile.open(tmp_path / "cifar-10-binary.tar.gz", "w:gz") as archive:
            archive.add(inside, "cifar-10-batches-bin")
        for path in inside.iterdir():
            path.unlink()
    images, labels = cifar10(tmp_path)
    raw = np.frombuffer(b"".join(contents), np.uint8).reshape(10, 3073)
    np.testing.assert_array_equal(labels, raw[:, 0])
    np.testing.assert_array_equal(images, raw[:, 1:].reshape(10, 3, 32, 32) / np.float32(255))


def test_cifar_files_that_are_wrong_are_named(tmp_path):
    with pytest.raises(
        FileNotFoundError, match="neither cifar-10-binary.tar.gz nor test_batch.bin"
    ):
        cifar10(tmp_path, "test")
    (tmp_path / "test_batch.bin").write_bytes(cifar_bytes(2, 0)[:-1])
    with pytest.raises(ValueError, match="test_batch.bin is truncated or damaged: 6,145 bytes"):
        cifar10(tmp_path, "test")
    (tmp_path / "test_batch.bin").write_bytes(b"\x0b" * 3073)
    with pytest.raises(ValueError, match="label 11 in .*test_batch.bin is not from 0 to 9"):
        cifar10(tmp_path, "test")
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(gzip.compress(b"no archive")[:-3])
    with pytest.raises(ValueError, match="is truncated, damaged or no archive"):
        cifar10(tmp_path)
    with pytest.raises(ValueError, match="split must be"):
        cifar10(tmp_path, "valid")


# --- downloading


class Server(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path != "/short":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 400)
        return None


@pytest.fixture
def site(tmp_path):
    (tmp_path / "published").mkdir()
    handler = functools.partial(Server, directory=str(tmp_path / "published"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def test_a_file_is_fetched_once(site, tmp_path):
    content = bytes(range(256)) * 1000
    (tmp_path / "published" / "a.bin").write_bytes(content)
    target = tmp_path / "new" / "a.bin"
    assert download(f"{site}a.bin", target, md5(content)) == target
    assert target.read_bytes() == content
    (tmp_path / "published" / "a.bin").unlink()
    download(f"{site}a.bin", target, md5(content))
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("a.bin", ValueError, "has the checksum .* and not 00, .* nothing was kept"),
        ("short", ValueError, "ended after 400 of 1000 bytes; nothing was kept"),
        ("gone", OSError, r"gone could not be fetched \(.*\); fetch it another way"),
    ],
)
def test_a_download_that_fails_leaves_nothing(name, error, message, site, tmp_path):
    (tmp_path / "published" / "a.bin").write_bytes(b"other")
    with pytest.raises(error, match=message):
        download(site + name, tmp_path / "new" / name, "00", progress=False)
    assert list((tmp_path / "new").iterdir()) == []


def test_mnist_fetches_what_is_missing(site, tmp_path, monkeypatch):
    published = tmp_path / "published"
    write_mnist(published, compress=True)
    sums = {path.stem: md5(path.read_bytes()) for path in published.iterdir()}
    monkeypatch.setattr("nn.datasets.idx._MNIST", site)
    monkeypatch.setattr("nn.datasets.idx._MNIST_MD5", sums)
    images, _ = mnist(tmp_path / "kept", fetch=True, progress=False)
    assert len(images) == 5
    assert len(list((tmp_path / "kept").iterdir())) == 2


# --- images in folders


def test_images_are_read_from_a_folder_for_each_class(tmp_path):
    image_of = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    for name in ("dog/b.png", "cat/x/a.png", "cat/c.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        image_of.fromarray(pixels).save(tmp_path / name)
    data = ImageFolder(tmp_path)
    assert data.classes == ["cat", "dog"]
    assert data.labels.tolist() == [0, 0, 1]
    image, label = data[2]
    assert label == 1
    np.testing.assert_array_equal(image, pixels.transpose(2, 0, 1) / np.float32(255))
    assert ImageFolder(tmp_path, size=(4, 8))[0][0].shape == (3, 4, 8)
    assert ImageFolder(tmp_path, channels=1)[0][0].shape == (1, 6, 5)
    assert ImageFolder(tmp_path, transform=lambda image: image.shape)[0][0] == (3, 6, 5)


def test_folders_and_images_that_are_wrong_are_named(tmp_path):
    pytest.importorskip("PIL")
    with pytest.raises(NotADirectoryError, match="none is no folder"):
        ImageFolder(tmp_path / "none")
    with pytest.raises(ValueError, match="holds no folders; expected one for each class"):
        ImageFolder(tmp_path)
    (tmp_path / "cat").mkdir()
    with pytest.raises(ValueError, match="cat holds no image"):
        ImageFolder(tmp_path)
    (tmp_path / "cat" / "a.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"a\.png is truncated, damaged or no image"):
        ImageFolder(tmp_path)[0]
    with pytest.raises(ValueError, match="channels must be 1, 3 or 4, got 2"):
        ImageFolder(tmp_path, channels=2)
