"""Measures and prints the results table: `python -m benchmarks [QUESTION ...]`."""

import argparse
import sys
from pathlib import Path

from benchmarks import (
    cases,
    diamond,
    figures,
    freeing,
    import_time,
    long_chain,
    mlp_step,
    operations,
    parallel,
    scalar_chain,
    step_memory,
    trainer,
    transforms,
)
from benchmarks.session import Session
from benchmarks.table import Row, machine, markdown

QUESTIONS = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        scalar_chain,
        mlp_step,
        step_memory,
        trainer,
        transforms,
        long_chain,
        diamond,
        freeing,
        import_time,
        figures,
        operations,
        parallel,
        cases,
    )
}


def main() -> int:
    """Answer the questions named on the command line, or all; fail if a bar is not met."""
    listed = "\n".join(f"  {name:13} {module.__doc__}" for name, module in QUESTIONS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure wengert, beside its peers where `python -m benchmarks.peers install` "
        "has put them.",
        epilog=f"questions:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="all, if none is named")
    parser.add_argument("--rounds", type=int, default=15, help="alternating rounds (15)")
    parser.add_argument("--only", default="", metavar="WORD", help="cases: those with this word")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the table there, too")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.questions if name not in QUESTIONS]
    if unknown:
        parser.error(f"no question {', '.join(unknown)}; there are {', '.join(QUESTIONS)}")
    if arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {arguments.rounds}")

    session = Session(rounds=arguments.rounds)
    if not session.with_peers:
        print("The peers are not installed: python -m benchmarks.peers install", file=sys.stderr)
    rows: list[Row] = []
    for name in arguments.questions or QUESTIONS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        chosen = {"only": arguments.only} if name == "cases" else {}
        rows += QUESTIONS[name].measure(session, **chosen)
    text = f"{markdown(rows)}\n\n{machine()}"
    print(text)
    if arguments.save:
        arguments.save.write_text(f"# Results\n\n{text}\n", encoding="utf-8")
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
