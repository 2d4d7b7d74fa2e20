"""Does reference counting alone free every graph, or is the cycle collector needed?"""

from benchmarks.session import OURS, Session
from benchmarks.table import Row, limit

GRAPHS = (
    "backward_of_a_model",
    "dropped_before_backward",
    "second_order_by_grad",
    "second_order_by_backward",
    "views_and_in_place",
    "backward_that_fails",
)


def measure(session: Session) -> list[Row]:
    """Count what the collector finds after each kind of graph was dropped with it off."""
    rows = []
    with session.worker(OURS) as worker:
        for graph in GRAPHS:
            left = worker.ask(do="prepare", case="cycles_left", arguments={"graph": graph})
            case = f"freed without the collector: {graph.replace('_', ' ')}"
            rows.append(limit(case, "yes" if left == 0 else "no", left, "objects left", 0))
    return rows
