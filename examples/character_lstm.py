"""A character LSTM learns to write Korean sentences, beside the same network in PyTorch.

    python -m examples.character_lstm

The text is drawn from a small grammar (`examples.korean_sentences`) whose entropy is known: no
model can need fewer bits per character, and one that reaches it has learned all there is, the
choice of particles (은/는, 을/를) included. A twin in PyTorch starts from the same weights and
reads the same text. Bits are measured on sentences that training did not see. With `--text FILE`
it learns any text in UTF-8, of which the last tenth is kept for measuring.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np

import autograd
import nn
from examples.korean_sentences import entropy, sentences
from examples.measured import Measured, report
from examples.twin import run_twin
from nn.models import CharLSTM

HIDDEN, LAYERS, LR = 64, 1, 1e-2
ROWS, LENGTH = 16, 32  # parallel pieces of the text, and characters between two steps


def train(model, rows, epochs):
    """Read all rows at once, window after window; return the losses.

    Args:
        model: a CharLSTM.
        rows: (rows, characters), each row a piece of the text.
        epochs: how often to read the text.
    """
    optimizer = nn.optim.Adam(model.parameters(), lr=LR)
    losses = []
    for epoch in range(1, epochs + 1):
        state, began = None, time.perf_counter()
        for first in range(0, rows.shape[1] - 1, LENGTH):
            window = rows[:, first : first + LENGTH + 1]
            optimizer.zero_grad()
            scores, state = model(window[:, :-1], state)
            state = tuple(each.detach() for each in state)  # remembered, not learned through
            loss = nn.functional.cross_entropy(
                scores.reshape(-1, scores.shape[-1]), window[:, 1:].reshape(-1)
            )
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
        bits = np.mean(losses[-20:]) / math.log(2)
        seconds = time.perf_counter() - began
        print(f"epoch {epoch}: {bits:.3f} bits per character, {seconds:.0f} s", flush=True)
    return np.array(losses)


def bits_per_character(model, text):
    """The mean of -log2 of what the model gave to each character of a text, but the first."""
    with autograd.no_grad():
        scores, _ = model(text[np.newaxis, :-1])
        return nn.functional.cross_entropy(scores[0], text[1:]).item() / math.log(2)


def read(options):
    """The text to learn, and that to measure on."""
    if options.text is None:
        return sentences(options.sentences, seed=0), sentences(500, seed=1)
    text = options.text.read_text("utf-8")
    cut = len(text) * 9 // 10
    return text[:cut], text[cut:]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m examples.character_lstm", description=__doc__)
    parser.add_argument("--text", type=Path, help="learn this file in place of the sentences")
    parser.add_argument("--sentences", type=int, default=3000, help="to learn from")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help="without the PyTorch twin")
    options = parser.parse_args(arguments)

    learned, held_out = read(options)
    characters = sorted(set(learned + held_out))
    numbers = {character: number for number, character in enumerate(characters)}
    text, test = (np.array([numbers[each] for each in part]) for part in (learned, held_out))
    rows = text[: len(text) // ROWS * ROWS].reshape(ROWS, -1)
    print(f"{len(text)} characters, {len(characters)} different ones")

    autograd.manual_seed(options.seed)
    model = CharLSTM(len(characters), HIDDEN, LAYERS)
    twin = None
    if not options.alone:
        print("training the twin in PyTorch ...", flush=True)
        twin = run_twin(
            "character_lstm", model, vocabulary=len(characters), hidden=HIDDEN, layers=LAYERS,
            lr=LR, rows=rows, length=LENGTH, epochs=options.epochs, held_out=test,
        )  # fmt: skip
    train(model, rows, options.epochs)
    bits = bits_per_character(model, test)
    written = model.generate([numbers[held_out[0]]], 100, seed=options.seed)
    print("it writes:", "".join(characters[number] for number in written))

    found = [Measured("bits per character", bits, "{:.4f}")]
    if options.text is None:
        least, length = entropy()
        floor = Measured("the entropy of the sentences", least / length, "{:.4f}")
        above = Measured("bits above the entropy", bits / floor.value - 1, "{:.1%}", at_most=0.05)
        found += [floor, above]
    if twin is not None:
        theirs = float(twin["bits"])
        found += [
            Measured("bits per character of the PyTorch twin", theirs, "{:.4f}"),
            Measured("difference of the two", abs(bits / theirs - 1), "{:.2%}", at_most=0.02),
        ]
    return report(found)


if __name__ == "__main__":
    main()
