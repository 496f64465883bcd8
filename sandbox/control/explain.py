"""``/_sandbox/explain``: what would become of a message, and why; a dry run that counts nothing."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox import durations
from sandbox.control import shapes
from sandbox.control.errand import Errand, Route, told
from sandbox.control.filters import number
from sandbox.control.problems import invalid
from sandbox.scenario.explain import Explanation, Trial
from sandbox.scenario.model import SEND
from sandbox.scenario.verdict import Accept, Answer, Decision, Error, Fault, Raw, Step
from sandbox.sms import encoding
from sandbox.sms.message import Submission
from sandbox.spelling import nearest

_NUMBER = re.compile(r"\+[0-9]{1,20}")
"""What any provider lets through is one; what none does asks no rule."""


async def explain(errand: Errand) -> web.Response:
    asked, space = errand.body, errand.space()
    slug, operation = asked["provider"], asked.get("operation", SEND)
    _known(errand, slug, operation)
    sent = submission(asked) if operation == SEND else None
    now = space.clock.now()
    found = space.engine.explain(slug, asked.get("account"), asked.get("body"), sent, now, operation)
    return told(shown(found, now))


def _known(errand: Errand, slug: str, operation: str) -> None:
    provider = errand.services.providers.get(slug)
    if provider is None:
        raise invalid("/provider", f"{slug!r} is no provider{nearest(slug, errand.services.providers)}")
    if operation not in provider.vocabulary.operations:
        raise invalid("/operation", f"{slug} has no {operation!r}{nearest(operation, provider.vocabulary.operations)}")


def submission(asked: Mapping[str, Any]) -> Submission:
    """What is asked about, as a provider would have read it. Raises ``Problem``."""
    if "to" not in asked:
        raise invalid("/to", "to is required where a message is sent")
    text = asked.get("text", "")
    encoded = encoding.encode(text)
    sender = number("from", asked["from"]) if "from" in asked else None
    to = number("to", asked["to"])
    if not _NUMBER.fullmatch(to):
        raise invalid("/to", f"{to[:64]!r} is no number; write it like '+447700900901'")
    return Submission(to, sender, text, encoded.encoding, encoded.segments, element=asked.get("body"))


def shown(found: Explanation, now: int) -> dict[str, Any]:
    """Rules in the order in which they were tried; ``answer`` None: the operation takes its course."""
    decision = found.decision
    begin = None if decision and decision.held_by else now
    return {
        "rules": [_trial(trial) for trial in found.trials],
        "rule": decision.rule if decision else None,
        "answer": _answer(decision) if decision else None,
        "timeline": [_step(step, begin) for step in decision.steps] if decision else [],
        "held_by": decision.held_by if decision else None,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    miss = trial.miss
    failed = None if miss is None else {"field": miss.field, "expected": miss.expected, "actual": miss.actual}
    return {"rule": trial.rule, "matched": miss is None, "failed": failed, "passed_on": trial.passed}


def _answer(decision: Decision) -> dict[str, Any]:
    delay = durations.format(decision.delay)
    return {**_told(decision.answer), "delay": delay, "stored": decision.stored, "limited": decision.limited}


def _told(answer: Answer) -> dict[str, Any]:
    match answer:
        case Accept():
            return {"kind": "accept", "status": answer.status}
        case Error():
            entry = answer.entry
            named = {"code": entry.code, "name": entry.name, "status": entry.status, "message": entry.message}
            return {"kind": "error", **named, "retry_after": answer.retry_after}
        case Raw():
            said = {"status": answer.status, "headers": shapes.headers(answer.headers)}
            return {"kind": "raw", **said, **shapes.body(answer.body)}
        case Fault():
            over = {"over": durations.format(answer.over)} if answer.kind == "trickle" else {}
            return {"kind": "fault", "fault": answer.kind, **over}


def _step(step: Step, begin: int | None) -> dict[str, Any]:
    """``begin`` None: the timeline is held, and when it begins is not known yet."""
    return {
        "after": durations.format(step.happens),
        "at": None if begin is None else shapes.instant(begin + step.happens),
        "status": step.status,
        "reports_after": None if step.leaves is None else durations.format(step.leaves),
        "times": step.times,
        "code": step.code,
        "detail": step.detail,
    }


ROUTES = (Route("POST", "/_sandbox/explain", explain),)
