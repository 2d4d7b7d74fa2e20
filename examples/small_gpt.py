"""A small GPT learns one paragraph by heart, and prints it back.

    python -m examples.small_gpt

To overfit on purpose is the first check of a language model: if it cannot repeat a paragraph that
it has read a few hundred times, something is wrong with it. From the first eight characters on, it
takes the likeliest one each time. The paragraph is King Sejong's preface to the Hunminjeongeum
(1446), in today's Korean.
"""

import argparse

import numpy as np

import autograd
import nn
from examples.measured import Measured, report
from nn.models import GPT
from nn.train import Callback, Trainer

PARAGRAPH = (
    "나라의 말이 중국과 달라 문자와 서로 통하지 아니하므로, 이런 까닭으로 어리석은 백성이 이르고자 "
    "하는 바가 있어도 마침내 제 뜻을 능히 펴지 못하는 사람이 많으니라. 내가 이를 위하여 가엾이 "
    "여겨 새로 스물여덟 글자를 만드노니, 사람마다 하여금 쉬이 익혀 날마다 씀에 편안하게 하고자 할 "
    "따름이니라."
)
GIVEN = 8  # characters that it is given to begin with


class Repeat(Callback):
    """Let the model repeat the paragraph now and then."""

    def __init__(self, repeat, every):
        self.repeat, self.every = repeat, every

    def epoch_ended(self, trainer, record):
        if record["epoch"] % self.every == 0:
            loss, text = record["loss"], self.repeat(trainer.model)
            print(f"epoch {record['epoch']}, loss {loss:.4f}: {text[:60]} ...", flush=True)


def next_character(scores, targets):
    """The loss of a language model: cross-entropy at every place."""
    return nn.functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), targets.reshape(-1))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m examples.small_gpt", description=__doc__)
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--characters", type=int, default=len(PARAGRAPH), help="of the paragraph")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)

    paragraph = PARAGRAPH[: options.characters]
    characters = sorted(set(paragraph))
    numbers = {character: number for number, character in enumerate(characters)}
    text = np.array([numbers[each] for each in paragraph])

    autograd.manual_seed(options.seed)
    model = GPT(len(characters), context=len(text), layers=2, heads=4, width=64)
    optimizer = nn.optim.AdamW(model.parameters(), lr=3e-3)

    def repeated(model):
        tokens = model.generate(text[:GIVEN], len(text) - GIVEN, temperature=0)
        return "".join(characters[number] for number in tokens)

    watch = Repeat(repeated, max(1, options.epochs // 5))
    trainer = Trainer(model, optimizer, next_character, callbacks=[watch], progress=False)
    batch = text[np.newaxis, :-1], text[np.newaxis, 1:]
    trainer.fit([batch], options.epochs)
    written = repeated(model)
    print(f"\n{written}\n")
    right = sum(a == b for a, b in zip(written, paragraph, strict=True))
    return report(
        [
            Measured("characters", len(paragraph), "{:.0f}"),
            Measured("of them repeated", right, "{:.0f}", at_least=len(paragraph)),
            Measured("loss at the end", trainer.history["loss"][-1], "{:.4f}"),
        ]
    )


if __name__ == "__main__":
    main()
