"""Is backward linear in the nodes where the number of paths doubles with each?"""

from benchmarks.session import OURS, Ratio, Session, Timing
from benchmarks.table import Row, limit, time_text

BAR = 1.5  # times what twice the depth may cost; by paths it would be 2 ** 30


def measure(session: Session, depth: int = 60) -> list[Row]:
    """Compare the time per level at one depth with that at half of it."""
    depths = {size: Timing(OURS, "") for size in (depth, depth // 2)}
    with session.worker(OURS) as worker:
        for _ in range(session.rounds):
            for size, timing in depths.items():
                worker.ask(do="prepare", case="diamond", arguments={"depth": size})
                timing.seconds.append(worker.ask(do="time", runs=50) / size)
    ours, half = depths.values()
    figure = Ratio.of(ours, half).value
    return [
        limit(f"diamond of depth {depth}", f"{time_text(ours.median)} a level", figure, "×", BAR)
    ]
