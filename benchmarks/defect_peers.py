"""The planted defects before the gradient checkers of PyTorch, JAX and HIPS autograd.

Each runs in the peers' environment, where a defect is a custom function whose value, gradient and
gradient's gradient are computed by a process with our engine. They get what their users give them:
one typical input a check, drawn as the defect's author draws it, at the checkers' defaults, in
reverse mode and up to second order, every argument. What cannot be said there is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks import peers
from benchmarks.session import ROOT, Session
from tests.autograd.testing.defects.planting import Defect

CHECKERS = ("PyTorch gradcheck", "JAX check_grads", "HIPS check_grads")

_MEMORY = "memory: arrays are copied on their way"
_GRAPH = "graph: each gradient comes from a call of its own"
#: Defects that a custom function of another framework cannot have, and why.
INEXPRESSIBLE = {
    "halves_share_memory": _MEMORY,
    "workspace_reused": _MEMORY,
    "cotangent_multiplied_in_place": _MEMORY,
    "saved_input_centred_in_place": _MEMORY,
    "softmax_shifts_its_input": _MEMORY,
    "latest_input_remembered": _GRAPH,
    "gradient_added_to_first": _GRAPH,
    "one_tensor_in_two_slots": "identity: the two slots never hold the same tensor",
    "power_of_two_leaks_float64": "dtype: these checks are in float64",
}


class _Found(Protocol):
    @property
    def defect(self) -> str: ...
    @property
    def found(self) -> bool: ...


@dataclass(frozen=True)
class Answers:
    """What one checker says of one defect, a boolean for each typical input.

    Attributes:
        wrong: whether it complained about the defect.
        right: whether it complained about the correct sibling.
    """

    wrong: tuple[bool, ...]
    right: tuple[bool, ...]


def ask(
    session: Session, checker: str, defects: Sequence[Defect], samples: int
) -> tuple[str, dict[str, Answers]]:
    """The version of a peer, and its answers on all defects that it can be shown."""
    command = [sys.executable, "-c", _SERVE.format(root=str(ROOT))]
    found = {}
    with session.worker(checker) as worker:

        def complains(defect: Defect, correct: bool, sample: int) -> bool:
            which: dict[str, Any] = {"defect": defect.name, "correct": correct, "sample": sample}
            reply = worker.ask(
                do="prepare", case="check_defect", arguments={"command": command, **which}
            )
            return bool(reply["found"])

        for defect in defects:
            if defect.name not in INEXPRESSIBLE:
                wrong, right = (
                    tuple(complains(defect, correct, sample) for sample in range(samples))
                    for correct in (False, True)
                )
                found[defect.name] = Answers(wrong, right)
        return worker.version, found


_SERVE = (
    "import sys; sys.path.insert(0, {root!r}); from benchmarks.defect_server import main; main()"
)


def table(defects: Sequence[Defect], trials: Sequence[_Found], samples: int = 10) -> str:
    """Our checker and the peers, one line for each defect, and the sums.

    Args:
        defects: to show.
        trials: what our checker found.
        samples: typical inputs for each peer.
    """
    if peers.interpreter() is None:
        return "The peers are not installed: python -m benchmarks.peers install"
    session = Session()
    answers = {checker: ask(session, checker, defects, samples) for checker in CHECKERS}
    return "\n".join(_lines(defects, trials, answers))


def _lines(
    defects: Sequence[Defect],
    trials: Sequence[_Found],
    answers: dict[str, tuple[str, dict[str, Answers]]],
) -> Iterator[str]:
    heads = ["wengert", *(f"{checker} {answers[checker][0]}" for checker in answers)]
    yield f"| defect | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(heads)}"
    shown = [defect for defect in defects if defect.name not in INEXPRESSIBLE]
    for defect in defects:
        ours = [trial.found for trial in trials if trial.defect == defect.name]
        cells = [f"{sum(ours)}/{len(ours)}"]
        if defect.name in INEXPRESSIBLE:
            cells += [INEXPRESSIBLE[defect.name]] * len(answers)
        else:
            each = (found[defect.name].wrong for _, found in answers.values())
            cells += [f"{sum(wrong)}/{len(wrong)}" for wrong in each]
        yield f"| {defect.name} | {' | '.join(cells)} |"

    own = [[trial.found for trial in trials if trial.defect == d.name] for d in defects]
    of_shown = [[trial.found for trial in trials if trial.defect == d.name] for d in shown]
    columns = [[found[d.name].wrong for d in shown] for _, found in answers.values()]
    for words, enough in (("with nine of ten", _nearly_always), ("at least once", any)):
        counts = [f"{sum(map(enough, own))} of {len(own)}, {sum(map(enough, of_shown))} of"
                  f" {len(of_shown)}"]  # fmt: skip
        counts += [f"{sum(map(enough, column))} of {len(column)}" for column in columns]
        yield f"| **found {words}** | {' | '.join(counts)} |"
    alarms = [
        f"{sum(sum(a.right) for a in found.values())} of "
        f"{sum(len(a.right) for a in found.values())}"
        for _, found in answers.values()
    ]
    yield f"| **false alarms on the siblings** | see above | {' | '.join(alarms)} |"


def _nearly_always(found: Sequence[bool]) -> bool:
    return sum(found) >= 0.9 * len(found)
