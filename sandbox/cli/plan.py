"""``sms-sandbox plan``: what a scenario would make of a message, and why, without a server."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from sandbox.cli._settings import with_settings
from sandbox.errors import SandboxError
from sandbox.settings import Settings
from sandbox.wire import encode


@click.command(short_help="Say what a scenario would make of a message.")
@with_settings("scenarios")
@click.argument("scenario", metavar="NAME|FILE")
@click.option("--provider", required=True, help="The provider that the message is sent to, by its slug.")
@click.option("--to", required=True, metavar="MSISDN", help="The recipient.")
@click.option("--text", default="", help="The text.")
@click.option("--from", "from", metavar="SENDER", help="The sender.")
@click.option("--account", help="The account that sends, by its name.")
@click.option("--json", "as_json", is_flag=True, help="Answer with JSON, as POST /_sandbox/explain does.")
def command(settings: Settings, scenario: str, as_json: bool, **asked: Any) -> int:
    """Say what a scenario makes of a message: the rules tried, what failed first, the answer, and what is reported.

    Where the scenario draws and has no seed, it is one of the things that may happen.
    """
    found = explained(settings, scenario, {name: value for name, value in asked.items() if value is not None})
    click.echo(encode(found) if as_json else "\n".join(_lines(found)))
    return 0


def explained(settings: Settings, named: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """As of the first message that the scenario is asked about. Raises ``SandboxError``."""
    from sandbox import resources
    from sandbox.cli._vocabularies import vocabularies
    from sandbox.clock import Clock
    from sandbox.control import explain
    from sandbox.control.problems import Problem
    from sandbox.opening import Opening
    from sandbox.scenario.engine import Engine
    from sandbox.scenario.shelf import Shelf
    from sandbox.spelling import nearest

    known, slug = vocabularies(), asked["provider"]
    if slug not in known:
        raise SandboxError(f"--provider: {slug!r} is no provider{nearest(slug, known)}")
    shelf = Shelf(resources.folder("scenarios"), settings.scenarios, known)
    now = Clock().now()
    engine = Engine(Opening(named, shelf, known).scenario, seed=None, since=now)
    try:
        sent = explain.submission(asked)
    except Problem as fault:
        raise SandboxError(f"--to: {fault}") from None
    return explain.shown(engine.explain(slug, asked.get("account"), None, sent, now), now)


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield "rules tried:"
    for trial in found["rules"]:
        yield f"  {trial['rule']}: {_outcome(trial)}"
    yield f"answer: {_answer(found['answer'])}"
    steps = found["timeline"]
    yield "reports:" if steps else "reports: none"
    for step in steps:
        yield f"  {_step(step)}"
    if found["held_by"]:
        yield f"  held until the rule {found['held_by']!r} retires"


def _outcome(trial: Mapping[str, Any]) -> str:
    if trial["matched"]:
        return "matches, and leaves the word to those below" if trial["passed_on"] else "decides"
    failed = trial["failed"]
    return f"{failed['field']} is {_said(failed['actual'])}, not {_said(failed['expected'])}"


def _answer(answer: Mapping[str, Any]) -> str:
    match answer["kind"]:
        case "accept":
            told = "accepted" if answer["status"] != "rejected" else "taken, but rejected"
        case "error":
            told = f"error {answer['code']}, HTTP {answer['status']}: {answer['message']}"
            told += f", Retry-After {answer['retry_after']}" if answer["retry_after"] is not None else ""
        case "raw":
            told = f"HTTP {answer['status']}: {answer['body']}"
        case fault:
            told = f"{fault}: {answer['fault']}" + (f" over {answer['over']}" if "over" in answer else "")
    late = f", after {answer['delay']}" if answer["delay"] != "0s" else ""
    kept = "" if answer["kind"] == "accept" else ", stored all the same" if answer["stored"] else ", not stored"
    reached = ", for the limit is reached" if answer["limited"] else ""
    return told + late + kept + reached


def _step(step: Mapping[str, Any]) -> str:
    leaves = step["reports_after"]
    told = "told nobody" if leaves is None else f"told after {leaves}" if leaves != step["after"] else ""
    words = (told, f"{step['times']} times" if step["times"] > 1 else "", step["code"], step["detail"])
    return ", ".join(filter(None, (f"{step['status']} after {step['after']}", *words)))


def _said(value: Any) -> str:
    return encode(value).decode()
