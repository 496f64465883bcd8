"""Timelines and reports, read: steps, names, mixes, and what ``callback`` does to them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.scenario import spans
from sandbox.scenario.model import Order, Report, ScriptedStep, Timeline
from sandbox.scenario.plan import BUILT_IN
from sandbox.scenario.reading import Reading
from sandbox.scenario.source import Path
from sandbox.scenario.speakers import Speakers
from sandbox.scenario.verdict import CallbackWords
from sandbox.sms.state import State
from sandbox.spelling import nearest
from sandbox.vocabulary import Vocabulary


def read(reading: Reading, written: Mapping[str, list[dict[str, Any]]]) -> dict[str, Timeline]:
    """The timelines that a scenario names."""
    for name in written.keys() & BUILT_IN.keys():
        reading.error(("timelines", name), f'the timeline "{name}" is built in; give yours another name', key=True)
    return {name: _timeline(reading, ("timelines", name), steps) for name, steps in written.items()}


def report(
    reading: Reading, path: Path, rule: Mapping[str, Any], timelines: Mapping[str, Timeline], speakers: Speakers
) -> Report:
    """A rule's ``report``, bent by its ``callback``."""
    written, callback = rule.get("report", "delivered"), rule.get("callback", {})
    place = (*path, "report")
    mix = _weighed(reading, place, written, timelines)
    for where, steps in _scripted(place, written, reading.data.get("timelines", {})):
        for index, step in enumerate(steps):
            _sayable((*where, index), step, speakers)
    return Report(
        weights=tuple(float(weight) for weight, _ in mix),
        timelines=tuple(timeline for _, timeline in mix),
        lag=reading.span((*path, "callback", "lag"), callback["lag"]) if "lag" in callback else spans.NONE,
        order=Order(callback.get("order", "true")),
        before_answer=callback.get("before_answer", False),
        scripted="report" in rule,
    )


def callback(reading: Reading, path: Path, written: Mapping[str, Any], speakers: Speakers) -> CallbackWords:
    if "sign" in written:
        speakers.need((*path, "sign"), lambda provider: provider.signs, lambda provider: "does not sign its callbacks")
    ladder = written.get("retry")
    return CallbackWords(
        before_answer=written.get("before_answer", False),
        sign=written.get("sign"),
        unknown_id=written.get("unknown_id", False),
        retry=None if ladder is None else _ladder(reading, (*path, "retry"), ladder),
    )


def _ladder(reading: Reading, path: Path, written: str | list[str]) -> tuple[int, ...]:
    if isinstance(written, str):
        return ()
    return tuple(reading.duration((*path, index), delay) for index, delay in enumerate(written))


def _weighed(
    reading: Reading, path: Path, written: Any, timelines: Mapping[str, Timeline]
) -> list[tuple[float, Timeline]]:
    if isinstance(written, list):
        return [(1, _timeline(reading, path, written))]
    weights = written if isinstance(written, Mapping) else {written: 1}
    known = {**BUILT_IN, **timelines}
    for name in weights.keys() - known.keys():
        place, key = ((*path, name), True) if isinstance(written, Mapping) else (path, False)
        reading.error(place, f'"{name}" is no timeline{nearest(name, known)}', key=key)
    if not any(weights.values()):
        reading.error(path, "all weights are 0, so none can be drawn")
    return [(weight, known.get(name, ())) for name, weight in weights.items()]


def _timeline(reading: Reading, path: Path, steps: list[dict[str, Any]]) -> Timeline:
    return tuple(_step(reading, (*path, index), step) for index, step in enumerate(steps))


def _step(reading: Reading, path: Path, written: Mapping[str, Any]) -> ScriptedStep:
    code = written.get("code")
    return ScriptedStep(
        after=reading.span((*path, "after"), written["after"]) if "after" in written else spans.NONE,
        status=State(written["status"]),
        times=int(written.get("times", 1)),
        lag=reading.span((*path, "lag"), written["lag"]) if "lag" in written else spans.NONE,
        silent=written.get("silent", False),
        code=None if code is None else str(code),
        detail=written.get("detail"),
    )


def _scripted(path: Path, written: Any, named: Mapping[str, Any]) -> Iterable[tuple[Path, list[dict[str, Any]]]]:
    """The steps that a report is made of, with the place where they are written."""
    if isinstance(written, list):
        return [(path, written)]
    names = [written] if isinstance(written, str) else list(written)
    return [(("timelines", name), named[name]) for name in names if name in named]


def _sayable(path: Path, step: Mapping[str, Any], speakers: Speakers) -> None:
    status = State(step["status"])
    speakers.need(
        (*path, "status"),
        lambda provider: status in provider.states,
        lambda provider: f'cannot report "{status}"{nearest(status, provider.states)}',
    )
    if "code" in step:
        code = str(step["code"])
        speakers.need((*path, "code"), lambda provider: _has(provider, code), lambda provider: _lacks(provider, code))
    if "detail" in step:
        speakers.need((*path, "detail"), lambda provider: provider.step_detail, lambda _: "shows no detail in reports")


def _has(provider: Vocabulary, code: str) -> bool:
    return provider.step_codes is not None and (not provider.step_codes or code in provider.step_codes)


def _lacks(provider: Vocabulary, code: str) -> str:
    if provider.step_codes is None:
        return "shows no code in its reports"
    return f'has no report code "{code}"{nearest(code, provider.step_codes)}'
