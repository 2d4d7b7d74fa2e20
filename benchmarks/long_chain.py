"""Does a chain of a million nodes cost a node more than a short one, and how large is a node?"""

from benchmarks.session import OURS, Ratio, Session, Timing
from benchmarks.table import Row, limit, time_text

TIME_BAR, PAUSED_BAR = 1.5, 1.2
BYTES_BAR = 300


def measure(session: Session, nodes: int = 1_000_000, short: int = 10_000) -> list[Row]:
    """Time both lengths in turn; building, backward and freeing count.

    The garbage collector is on, as it is for users, and then paused, as `docs/performance.md` tells
    those with very large graphs.
    """
    rows = [_per_node(session, nodes, short, paused) for paused in (False, True)]
    size = session.result(OURS, "chain_bytes_per_node", {}, nodes=nodes)
    held = f"{nodes * size / 2**20:.0f} MiB"
    case = f"chain of {nodes:,} nodes: memory"
    return [*rows, limit(case, held, size, "bytes a node", BYTES_BAR)]


def _per_node(session: Session, nodes: int, short: int, paused: bool) -> Row:
    long, brief = Timing(OURS, ""), Timing(OURS, "")
    with session.worker(OURS) as long_worker, session.worker(OURS) as brief_worker:
        for worker in (long_worker, brief_worker):
            # Python specialises code in its first calls; both lengths start from specialised code.
            arguments = {"operations": short, "paused": paused}
            worker.ask(do="prepare", case="scalar_chain", arguments=arguments)
            worker.ask(do="time", runs=10)
        arguments = {"operations": nodes, "paused": paused}
        long_worker.ask(do="prepare", case="scalar_chain", arguments=arguments)
        for _ in range(max(3, session.rounds // 3)):
            long.seconds.append(long_worker.ask(do="time", runs=1) / nodes)
            runs = max(1, nodes // short // 4)
            brief.seconds.append(brief_worker.ask(do="time", runs=runs) / short)
    ratio = Ratio.of(long, brief)
    words, bar = ("paused", PAUSED_BAR) if paused else ("on", TIME_BAR)
    per_node = f"{time_text(long.median)} a node; {time_text(brief.median)} at {short:,}"
    return limit(f"chain of {nodes:,} nodes, collector {words}", per_node, ratio.value, "×", bar)
