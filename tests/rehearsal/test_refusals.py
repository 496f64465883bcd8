"""A word that a provider cannot say: the file is refused, with the reason, where it stands."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sms.state import State
from sandbox.vocabulary import WORDS, Vocabulary
from tests.rehearsal.stage import SLUGS, VOCABULARIES, Stage, code, places

Lacks = Callable[[Vocabulary], bool]
RULE = """\
name: unsayable
rules:
  - name: mine
    when: {{provider: {slug}}}
    {line}
"""
TAKEN: list[tuple[str, str, Lacks]] = [
    *((f"respond: {{error: §{word}}}", f'has no error "{word}"', lambda v, w=word: w not in v.words) for word in WORDS),
    *(
        (f"report: [{{after: 1s, status: §{state}}}]", f'cannot report "{state}"', lambda v, s=state: s not in v.states)
        for state in State
        if state is not State.QUEUED
    ),
    ("report: [{status: sent, code: §X9}]", "code", lambda v: v.step_codes is None or bool(v.step_codes)),
    ("report: [{status: undelivered, detail: §gone}]", "shows no detail in reports", lambda v: not v.step_detail),
    *(
        (f"callback: {{sign: §{fault}}}", "does not sign its callbacks", lambda v: not v.signs)
        for fault in ("missing", "wrong_secret", "stale", "altered")
    ),
]
CANNOT = [(slug, line, why) for line, why, lacks in TAKEN for slug in SLUGS if lacks(VOCABULARIES[slug])]
CAN = [(slug, line) for line, _, lacks in TAKEN for slug in SLUGS if not lacks(VOCABULARIES[slug])]
OPERATIONS = sorted(frozenset().union(*(vocabulary.operations for vocabulary in VOCABULARIES.values())))


async def _refused(stage: Stage, marked: str) -> Any:
    """The one error of a text, which is where its mark is; and nothing has changed."""
    text, marks = places(marked)
    before = await stage.sandbox.get("/scenario")
    status, problem = await stage.sandbox.call("PUT", "/_sandbox/scenario", data=text.encode())
    assert (status, problem["status"]) == (422, 422), problem
    (error,) = problem["errors"]
    assert (error["file"], error["line"], error["column"]) == ("inline", *next(marks)), error
    assert await stage.sandbox.get("/scenario") == before
    return error


@pytest.mark.parametrize(("slug", "line", "why"), CANNOT)
async def test_what_a_provider_cannot_say_is_refused_where_the_rule_names_it(
    stage: Stage, slug: str, line: str, why: str
) -> None:
    error = await _refused(stage, RULE.format(slug=slug, line=line))
    assert error["detail"].startswith(f"{slug} ")
    assert why in error["detail"]


@pytest.mark.parametrize(("slug", "line"), CAN)
async def test_what_it_can_say_is_taken(stage: Stage, slug: str, line: str) -> None:
    text = RULE.format(slug=slug, line=line.replace("§", ""))
    status, answer = await stage.sandbox.call("PUT", "/_sandbox/scenario", data=text.encode())
    assert (status, answer["warnings"]) == (200, [])


@pytest.mark.parametrize("line", [line for line, _, lacks in TAKEN if any(map(lacks, VOCABULARIES.values()))])
async def test_for_a_rule_that_names_nobody_it_is_a_warning_and_the_rule_is_not_for_them(
    stage: Stage, line: str
) -> None:
    lacks = next(lacks for known, _, lacks in TAKEN if known == line)
    without = {slug for slug in SLUGS if lacks(VOCABULARIES[slug])}
    text, marks = places(f"rules:\n  - name: anybody's\n    {line}\n")
    status, answer = await stage.sandbox.call("PUT", "/_sandbox/scenario", data=text.encode())
    said = [warning for warning in answer["warnings"] if "the rule does not match for it" in warning["detail"]]
    assert (status, {warning["detail"].partition(" ")[0] for warning in said}) == (200, without)
    assert {(warning["line"], warning["column"]) for warning in said} == {next(marks)}
    for slug in SLUGS:
        before = (await stage.hits())["anybody's"]
        await stage.sandbox.tell(await stage.wire(slug))
        assert ((await stage.hits())["anybody's"] > before) is (slug not in without)


@pytest.mark.parametrize("word", OPERATIONS)
async def test_an_operation_that_a_provider_has_not_is_refused(stage: Stage, slug: str, word: str) -> None:
    text = f"rules:\n  - when: {{provider: {slug}, operation: §{word}}}\n"
    if word in VOCABULARIES[slug].operations:
        assert (await stage.sandbox.call("PUT", "/_sandbox/scenario", data=text.replace("§", "").encode()))[0] == 200
    else:
        error = await _refused(stage, text)
        assert error["detail"].startswith(f'{slug} has no operation "{word}"')


@pytest.mark.parametrize("word", sorted({*OPERATIONS} - {"send"}))
@pytest.mark.parametrize(
    "line",
    ["report: §none", "callback: §{lag: 1s}", "hold: §true", "per: §to", "respond: {fault: empty, stored: §true}"],
)
async def test_what_messages_have_is_refused_for_operations_that_send_none(stage: Stage, word: str, line: str) -> None:
    text, _ = places(f"rules:\n  - when: {{operation: {word}}}\n    until: {{calls: 1}}\n    {line}\n")
    status, problem = await stage.sandbox.call("PUT", "/_sandbox/scenario", data=text.encode())
    assert status == 422
    assert {error["line"] for error in problem["errors"]} == {4}


@pytest.mark.parametrize("owner", SLUGS)
async def test_another_provider_s_own_code_is_refused(stage: Stage, slug: str, owner: str) -> None:
    own = set(VOCABULARIES[owner].errors) - set(VOCABULARIES[slug].errors) - set(VOCABULARIES[slug].aliases)
    for foreign in sorted(own - set(WORDS) - {""})[:3]:
        error = await _refused(stage, RULE.format(slug=slug, line=f"respond: {{error: §{foreign}}}"))
        assert error["detail"].startswith(f'{slug} has no error "{foreign}"')


async def test_an_own_code_is_refused_where_the_rule_names_nobody(stage: Stage, slug: str) -> None:
    own = code(slug, "internal")
    if own in WORDS:
        return
    error = await _refused(stage, f"rules:\n  - respond: {{error: §{own}}}\n")
    assert f'"{own}" is an own code of ' in error["detail"]
    assert "the rule must name that one provider" in error["detail"]


TEACHING = [
    ("rules:\n  - §reprot: delivered\n", 'did you mean "report"?'),
    ("rules:\n  - report: [{after: §30, status: sent}]\n", "30s"),
    ("rules:\n  - when: {to: §+447700900901}\n", 'quote it: "+447700900901"'),
    ("rules:\n  - when: {to: §0123}\n", "quote it"),
    ("rules:\n  - when: {to: §*901}\n", 'quote it: "*901"'),
    ('rules:\n  - when: {to: §"447700900*"}\n', '"+447700900*"'),
    ("rules:\n  - name: a\n  - name: §a\n", "the first is in line 2"),
    ("name: a\n§name: b\n", "name"),
    ("rules:\n  - respond: {error: §unavailible}\n", 'did you mean "unavailable"?'),
    ("rules:\n  - report: [{after: 1s, status: §deliverd}]\n", 'did you mean "delivered"?'),
    ("rules:\n  - report: §delivred\n", 'did you mean "delivered"?'),
    ("rules:\n  - when: {provider: §namirail}\n", 'did you mean "namirial"?'),
    ("timelines:\n  §delivered: [{after: 1s, status: sent}]\n", "built in"),
    ("accounts:\n  §nobody: []\n", "nobody"),
    ("rules:\n  - hold: §true\n", "for ever"),
    ("a: &x [1]\nb: §*x\n", "write it out"),
]


@pytest.mark.parametrize(("marked", "why"), TEACHING)
async def test_mistakes_are_told_so_that_people_learn(stage: Stage, marked: str, why: str) -> None:
    text, marks = places(marked)
    status, problem = await stage.sandbox.call("PUT", "/_sandbox/scenario", data=text.encode())
    assert status == 422
    found = {(error["line"], error["column"]): error["detail"] for error in problem["errors"]}
    assert why in found[next(marks)]
