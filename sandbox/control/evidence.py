"""Everything a space holds, shown row by row to whoever judges it; the server stays responsive meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from sandbox.control import callbacks, messages, requests
from sandbox.control.errand import Errand
from sandbox.control.lists import Kind
from sandbox.control.problems import Problem
from sandbox.scenario.expect import Expectation
from sandbox.store.rows import Filter
from sandbox.verify.judging import Finding, judges
from sandbox.wire import decode

AT_ONCE = 500
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (messages.MESSAGES, requests.REQUESTS, callbacks.CALLBACKS)}
Watch = Callable[[Any], None]


async def judged(errand: Errand, expectations: Sequence[Expectation], watches: Mapping[str, Watch]) -> dict[str, Any]:
    """The verdict as JSON. ``watches``, by list, see every row too. Raises ``Problem`` where evidence is gone."""
    panel = judges(expectations)
    evicted = dict.fromkeys(KINDS, 0)
    for name, kind in KINDS.items():
        eyes: list[Watch] = [judge.see for judge in panel if judge.rows == name]
        eyes += [watches[name]] if name in watches else []
        if eyes:
            async for rows, gone in _rows(errand, kind):
                evicted[name] = gone
                for row in rows:
                    for see in eyes:
                        see(row)
    findings = [judge.find(evicted[judge.rows]) for judge in panel]
    _believe(expectations, findings)
    results = [_result(*pair) for pair in zip(expectations, findings, strict=True)]
    return {"passed": all(finding.passed for finding in findings), "results": results}


async def _rows(errand: Errand, kind: Kind) -> AsyncIterator[tuple[list[Any], int]]:
    """All of a list, newest first, in the form that its readers read; with how many are gone."""
    which: Filter | None = Filter(limit=AT_ONCE)
    while which is not None:
        found = await kind.page(errand, which)
        yield await kind.compared(errand, found.items), found.evicted
        which = Filter(limit=AT_ONCE, cursor=found.next) if found.next else None
        await asyncio.sleep(0)


def _believe(expectations: Sequence[Expectation], findings: Sequence[Finding]) -> None:
    errors = [
        {"pointer": f"/expect/{number}", "detail": f"what was evicted could change the verdict on {each.written}"}
        for number, (each, finding) in enumerate(zip(expectations, findings, strict=True))
        if not finding.certain
    ]
    if errors:
        raise Problem("journal-truncated", "a wrong number would be worse than none", errors)


def _result(expectation: Expectation, finding: Finding) -> dict[str, Any]:
    return {
        "expect": decode(expectation.written.encode()),
        "passed": finding.passed,
        "actual": finding.actual,
        "messages": list(finding.messages),
    }
