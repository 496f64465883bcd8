"""``python -m tests.bench``: the goals of speed and size, measured side by side in one run, as a Markdown table.

The server is a process of its own and only loopback is used. ``--quick`` takes about a minute, all of it a few;
words choose: ``send tail bulk callbacks pending growth full start``. Numbers differ by machine and hour; ratios less.
"""

import sys
from collections.abc import Awaitable, Callable

import uvloop

from tests.bench import bulks, reports, sends, starts
from tests.bench.effort import FULL, QUICK, TINY, Effort
from tests.bench.table import Row, machine, markdown

MEASURES: dict[str, Callable[[Effort], Awaitable[list[Row]]]] = {
    "send": sends.send,
    "tail": sends.tail,
    "bulk": bulks.bulk,
    "callbacks": reports.callbacks,
    "pending": reports.pending,
    "growth": sends.growth,
    "full": sends.full,
    "start": starts.start,
}
EFFORTS = {"--quick": QUICK, "--tiny": TINY}


async def bench(names: list[str], effort: Effort) -> list[Row]:
    rows = []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        rows += await MEASURES[name](effort)
    return rows


def main(arguments: list[str]) -> None:
    unknown = set(arguments) - MEASURES.keys() - EFFORTS.keys()
    if unknown:
        sys.exit(f"no {', '.join(sorted(unknown))}; there are {' '.join(MEASURES)} {' '.join(EFFORTS)}")
    effort = next((EFFORTS[word] for word in arguments if word in EFFORTS), FULL)
    names = [word for word in arguments if word in MEASURES] or list(MEASURES)
    rows = uvloop.run(bench(names, effort))
    print(f"{markdown(rows)}\n\n{machine()}")


if __name__ == "__main__":
    main(sys.argv[1:])
