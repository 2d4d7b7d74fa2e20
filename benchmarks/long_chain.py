"""Does a chain of a million nodes cost a node more than a short one, and how large is a node?"""

from benchmarks.session import OURS, Ratio, Session, Timing
from benchmarks.table import Row, limit, time_text

TIME_BAR = 1.5
BYTES_BAR = 300


def measure(session: Session, nodes: int = 1_000_000, short: int = 10_000) -> list[Row]:
    """Time both lengths in turn, with the collector on; building, backward and freeing count."""
    long, brief = Timing(OURS, ""), Timing(OURS, "")
    with session.worker(OURS) as long_worker, session.worker(OURS) as brief_worker:
        for worker in (long_worker, brief_worker):
            # Python specialises code in its first calls; both lengths start from specialised code.
            worker.ask(do="prepare", case="scalar_chain", arguments={"operations": short})
            worker.ask(do="time", runs=10)
        long_worker.ask(do="prepare", case="scalar_chain", arguments={"operations": nodes})
        for _ in range(max(3, session.rounds // 3)):
            long.seconds.append(long_worker.ask(do="time", runs=1) / nodes)
            runs = max(1, nodes // short // 4)
            brief.seconds.append(brief_worker.ask(do="time", runs=runs) / short)
    ratio = Ratio.of(long, brief)
    case = f"chain of {nodes:,} nodes, collector on"
    per_node = f"{time_text(long.median)} a node; {time_text(brief.median)} at {short:,}"
    size = session.result(OURS, "chain_bytes_per_node", {}, nodes=nodes)
    return [
        limit(f"{case}: time", per_node, ratio.value, "×", TIME_BAR),
        limit(
            f"{case}: memory", f"{nodes * size / 2**20:.0f} MiB", size, "bytes a node", BYTES_BAR
        ),
    ]
