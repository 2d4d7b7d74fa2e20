"""Mutated files over all loaders: each is read, or is one kind of error that names it.

`python -m tests.proofs.files 100000` mutates so many. Memory is limited to 2 GiB, a file to ten
seconds; MemoryError counts as a failure, as any other exception than our ValueError does.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import signal
import struct
import sys
import tarfile
import tempfile
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import autograd
import nn
from nn.datasets import cifar10, mnist, read_idx
from nn.datasets.folder import read_image
from nn.saving import load, read_metadata, save
from nn.train import Trainer, grid_search

MEMORY = 2 << 30
SECONDS = 10
NUMBERS = (0, 1, 2, 3, 4, 8, 32, 64, 70, 127, 128, 255, 256, 32767, 65535, 2**31 - 1, 2**32 - 1)
WORDS = (b"9999999999", b"-1", b"NaN", b"null", b"[", b"{", b'"', b"'", b"|O", b"<f4")


def training() -> Trainer:
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
    optimizer = nn.optim.Adam(model.parameters())
    stopping = nn.train.EarlyStopping("loss", patience=9)
    loss = nn.functional.mse_loss
    return Trainer(model, optimizer, loss, callbacks=[stopping], progress=False)


# ---------------------------------------------------------------------- whole files


def idx(array: Any) -> bytes:
    array = np.asarray(array, dtype=np.uint8)
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.tobytes()


def cifar_archive(rng: np.random.Generator) -> bytes:
    records = rng.integers(0, 10, (2, 3073), dtype=np.uint8).tobytes()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in ("data_batch_1.bin", "test_batch.bin", "data_batch_2.bin"):
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(records)
            archive.addfile(info, io.BytesIO(records))
    return buffer.getvalue()


def image(kind: str, pixels: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def whole_files(folder: Path) -> dict[str, bytes]:
    """A file of every format, by the name that it is read under."""
    rng = np.random.default_rng(0)
    trainer = training()
    data = rng.normal(size=(6, 2)).astype("f4"), rng.normal(size=(6, 1)).astype("f4")
    trainer.fit(data, epochs=2, batch_size=3)
    tree = {"a": np.arange(6.0), "b": [1, None, "x"], "c": np.ones(2, "c8"), 3: (np.float32(2),)}
    for suffix in (".npz", ".safetensors"):
        save(tree, folder / f"tree{suffix}", {"data": "noise"})
        trainer.save(folder / f"training{suffix}")
    np.savez_compressed(folder / "other.npz", a=np.zeros((3, 4)), b=np.arange(3))
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    images = idx(rng.integers(0, 256, (2, 28, 28)))
    grey = rng.integers(0, 256, (6, 5), dtype=np.uint8)
    colour = rng.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    archive = cifar_archive(rng)
    files |= {
        "plain-idx": images,
        "t10k-images-idx3-ubyte": images,
        "packed-idx.gz": gzip.compress(images),
        "cifar-10-binary.tar.gz": gzip.compress(archive),
        "test_batch.bin": archive[512 : 512 + 2 * 3073],
        "trials.json": json.dumps([{"settings": {"a": 1}, "result": {"loss": 2.0}}]).encode(),
        "grey.png": image("PNG", grey),
        "deep.png": image("PNG", grey.astype(np.uint16) * 257),
        "colour.jpg": image("JPEG", colour),
        "colour.bmp": image("BMP", colour),
        "grey.gif": image("GIF", grey),
        "colour.webp": image("WEBP", colour),
        "colour.tif": image("TIFF", colour),
        "packed.tif": image("TIFF", colour, compression="tiff_lzw"),
        "grey.pgm": image("PPM", grey),
    }
    return files


# ---------------------------------------------------------------------- mutations


def mutated(content: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    """One to four changes, each of a kind that damaged or hostile files have."""
    changed = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        # Headers are where the harm is.
        reach = len(changed) if draw.random() < 0.5 else min(len(changed), 200)
        at, end = sorted((draw.randint(0, reach), draw.randint(0, reach)))
        kind = draw.randrange(8)
        if kind == 0 and changed:
            for _ in range(draw.randint(1, 8)):
                changed[draw.randrange(max(reach, 1)) % len(changed)] = draw.randrange(256)
        elif kind == 1:
            width, order = draw.choice((1, 2, 4, 8)), draw.choice(("big", "little"))
            number = draw.choice(NUMBERS) % (1 << 8 * width)
            changed[at : at + width] = number.to_bytes(width, order)
        elif kind == 2:
            del changed[at:end]
        elif kind == 3:
            changed[at:at] = changed[at:end]
        elif kind == 4:
            del changed[at:]
        elif kind == 5:
            changed[at:at] = draw.randbytes(draw.randint(1, 20))
        elif kind == 6:
            other = draw.choice(others)
            start = draw.randint(0, len(other))
            changed[at:end] = other[start : start + end - at]
        else:  # digits and words of a header, such as a shape
            word = draw.choice(
                (b"9999999999", b"-1", b"NaN", b"null", b"[", b"{", b'"', b"|O", b"'")
            )
            changed[at : at + len(word)] = word
    return bytes(changed)


def inside(name: str, content: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    """A mutation within what is packed, whose checksums are right again."""
    if name.endswith(".gz"):
        return gzip.compress(mutated(gzip.decompress(content), draw, others), 1)
    if name.endswith(".npz"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [(entry, archive.read(entry)) for entry in archive.namelist()]
        chosen = draw.randrange(len(entries))
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, (entry, data) in enumerate(entries):
                archive.writestr(entry, mutated(data, draw, others) if number == chosen else data)
        return buffer.getvalue()
    if name.endswith(".safetensors"):
        length = int.from_bytes(content[:8], "little")
        header = mutated(content[8 : 8 + length], draw, others)
        return len(header).to_bytes(8, "little") + header + content[8 + length :]
    if name.endswith(".png"):
        return b"".join(png_chunks(mutated(content, draw, others)))
    return mutated(content, draw, others)


def png_chunks(content: bytes) -> list[bytes]:
    """A PNG's parts, each with the checksum that fits."""
    parts, at = [content[:8]], 8
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        body = content[at + 4 : end]
        parts.append(content[at : at + 4] + body + struct.pack(">I", zlib.crc32(body)))
        at = end + 4
    return parts


# ---------------------------------------------------------------------- reading


def readers(trainer: Trainer) -> dict[str, Callable[[Path], Any]]:
    """How each file is read, by a part of its name."""
    return {
        "training": trainer.load,
        "tree": load,
        "other": read_metadata,
        "-idx3-": lambda path: mnist(path.parent, "test"),
        "-idx": read_idx,
        "tar.gz": lambda path: cifar10(path.parent, "test"),
        "_batch": lambda path: cifar10(path.parent, "test"),
        "trials": lambda path: grid_search(lambda a: 0.0, {"a": [1]}, path=path),
        "": lambda path: read_image(path, size=(4, 4), channels=3),
    }


def too_slow(*_: Any) -> None:
    raise BaseException(f"more than {SECONDS} seconds")  # no except Exception takes it


def main(count: int) -> int:
    """Mutate so many files, spread over all formats; return whether one went wrong."""
    if hasattr(signal, "SIGALRM"):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGALRM, too_slow)
    warnings.simplefilter("ignore")  # decoders warn of what they go on with
    draw = random.Random(0)
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        source, folder = Path(name, "source"), Path(name, "mutated")
        source.mkdir()
        folder.mkdir()
        files = whole_files(source)
        others = list(files.values())
        trainer = training()
        trainer.save(folder / "state.npz")
        untouched = (folder / "state.npz").read_bytes()
        known = readers(trainer)
        (folder / "t10k-labels-idx1-ubyte").write_bytes(idx([3, 4]))
        for number in range(count):
            name, content = list(files.items())[number % len(files)]
            change = draw.choice((mutated, lambda *given, name=name: inside(name, *given)))
            path = folder / name
            path.write_bytes(change(content, draw, others))
            read = next(read for part, read in known.items() if part in name)
            outcome = result(read, path)
            outcomes[outcome] += 1
            if outcome not in ("read", "refused"):
                wrong.append(f"{name}, file {number}: {outcome}")
                shutil.copy(path, Path(tempfile.gettempdir(), f"mutant-{number}-{name}"))
            if read == trainer.load:
                if outcome == "read":
                    trainer = training()
                    known = readers(trainer)
                elif number % 97 == 0:
                    trainer.save(folder / "state.npz")
                    if (folder / "state.npz").read_bytes() != untouched:
                        wrong.append(f"{name}, file {number}: it changed the training")
            path.unlink()
    print("\n".join(wrong))
    print(
        f"{count:,} mutated files of {len(files)} kinds: {outcomes['refused']:,} refused by name, "
        f"{outcomes['read']:,} read, {len(wrong)} wrong"
    )
    return len(wrong) > 0


def result(read: Callable[[Path], Any], path: Path) -> str:
    """How reading ended: "read", "refused", or in words what was wrong about it."""
    if hasattr(signal, "SIGALRM"):
        signal.alarm(SECONDS)
    try:
        read(path)
        return "read"
    except ValueError as error:
        if type(error) is not ValueError or str(path) not in str(error):
            return f"{type(error).__name__} without the file's name: {error}"
        causes: list[Any] = [error]
        while causes[-1] is not None:
            causes.append(causes[-1].__cause__ or causes[-1].__context__)
        if any(isinstance(cause, MemoryError) for cause in causes):
            return f"memory ran out: {error}"
        return "refused"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
