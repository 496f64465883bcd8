"""``when`` over real sockets: which messages and which calls a rule is about."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.client import wires
from sandbox.wire import NotJson
from tests.rehearsal.stage import OTHER, SLUGS, TO, VOCABULARIES, Stage, code, said
from tests.support.checked import Wire
from tests.support.examples import recipe, words

LONG = "x" * 161
Words = dict[str, Any]
CASES: list[tuple[Words, Words, Words]] = [
    ({"to": TO}, {"to": TO}, {"to": OTHER}),
    ({"to": "+4477009009*"}, {"to": TO}, {"to": "+447700800999"}),
    ({"to": [TO, OTHER]}, {"to": OTHER}, {"to": "+447700900997"}),
    ({"to": {"not": TO}}, {"to": OTHER}, {"to": TO}),
    ({"to": {"regex": "99[89]$"}}, {"to": OTHER}, {"to": "+447700900997"}),
    ({"text": "Hello"}, {"text": "Hello"}, {"text": "hello"}),
    ({"text": "*code*"}, {"text": "your code 1"}, {"text": "your Code 1"}),
    ({"text": {"contains": "*"}}, {"text": "a * b"}, {"text": "a + b"}),
    ({"text": {"contains": "a", "not": "b*"}}, {"text": "a b"}, {"text": "b a"}),
    ({"text": ["one", {"regex": "^t.o$"}]}, {"text": "two"}, {"text": "twoo"}),
    ({"encoding": "ucs2"}, {"text": "ж"}, {"text": "e"}),
    ({"encoding": "gsm7"}, {"text": "é€"}, {"text": "ê"}),
    ({"segments": 2}, {"text": LONG}, {"text": "x"}),
    ({"segments": {"min": 2, "max": 3}}, {"text": LONG}, {"text": LONG * 4}),
    ({"segments": [1, 3]}, {"text": "x"}, {"text": LONG}),
    ({"to": TO, "text": "a", "segments": 1}, {"to": TO, "text": "a"}, {"to": TO, "text": "b"}),
]


async def _asked(stage: Stage, slug: str, when: Words, **words: Any) -> bool:
    """Whether a rule takes a message."""
    await stage.play({"when": when, "respond": {"error": "unavailable"}})
    return await stage.send(slug, **words) == code(slug, "unavailable")


@pytest.mark.parametrize(("when", "yes", "no"), CASES, ids=str)
async def test_a_rule_is_about_the_messages_that_it_describes(
    stage: Stage, slug: str, when: Words, yes: Words, no: Words
) -> None:
    assert await _asked(stage, slug, when, **yes)
    assert not await _asked(stage, slug, when, **no)


async def test_a_rule_may_be_about_a_provider(stage: Stage, slug: str) -> None:
    others = [other for other in SLUGS if other != slug]
    assert await _asked(stage, slug, {"provider": slug})
    assert await _asked(stage, slug, {"provider": [slug, others[0]]})
    assert await _asked(stage, slug, {"provider": f"{slug[:3]}*"})
    assert not await _asked(stage, slug, {"provider": others})


async def test_a_rule_may_be_about_an_account(stage: Stage, slug: str) -> None:
    """By its name; by default the login's, where that is no secret, else account-1, account-2 …"""
    known, space = wires.wire_of(slug), stage.sandbox.space
    logins = [known.login(f"{space}-{n}") for n in (1, 2)]
    unnamed = [{key: value for key, value in login.items() if key != "name"} for login in logins]
    await stage.sandbox.put(f"/spaces/{space}", {"accounts": {slug: unnamed}})
    first = f"{space}-1" if VOCABULARIES[slug].named_by else "account-1"
    assert await _asked(stage, slug, {"account": first}, login=logins[0])
    assert not await _asked(stage, slug, {"account": first}, login=logins[1])
    named = [{**login, "name": f"mine {number}"} for number, login in enumerate(logins)]
    await stage.sandbox.put(f"/spaces/{space}", {"accounts": {slug: named}})
    assert await _asked(stage, slug, {"account": "mine 1"}, login=logins[1])
    assert not await _asked(stage, slug, {"account": "mine 1"}, login=logins[0])


def _says(slug: str, word: str) -> bool:
    return f"{{{word}}}" in str(wires.wire_of(slug).send_form)


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if _says(slug, "from")])
async def test_a_rule_may_be_about_a_sender(stage: Stage, slug: str) -> None:
    """Short codes as sent, long numbers as + and digits."""
    assert await _asked(stage, slug, {"from": "88600"}, **{"from": "88600"})
    assert not await _asked(stage, slug, {"from": "88600"}, **{"from": "88601"})
    assert await _asked(stage, slug, {"from": "+4477009*"}, **{"from": "447700900123"})


def _paths(value: Any, sought: str, *path: str) -> Iterator[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if item == sought:
            yield ".".join((*path, str(key)))
        yield from _paths(item, sought, *path, str(key))


async def test_a_rule_may_be_about_any_field_of_the_provider_s_own_body(stage: Stage, slug: str) -> None:
    wire = await stage.wire(slug, text="sought for")
    (path,) = _paths(wire.json, "sought for")
    assert await _asked(stage, slug, {"body": {path: "sought*"}}, text="sought for")
    assert not await _asked(stage, slug, {"body": {path: "sought*"}}, text="found")
    assert not await _asked(stage, slug, {"body": {f"{path}.deeper": "*"}}, text="sought for")
    assert await _asked(stage, slug, {"body": {"nothing.there": {"not": 1}}}, text="x")


@pytest.mark.parametrize(
    ("field", "path", "matcher"),
    [
        (7, "x", {"min": 6.5}),
        (7, "x", {"max": 7, "not": 6}),
        (True, "x", True),
        (7, "x", [1, 7]),
        ("7", "x", "7"),
        ({"a": [{"b": 1}]}, "x.a.0.b", 1),
    ],
)
async def test_values_of_the_body_are_themselves(stage: Stage, slug: str, field: Any, path: str, matcher: Any) -> None:
    await stage.play({"when": {"body": {path: matcher}}, "respond": {"error": "unavailable"}})
    wire = await stage.wire(slug)
    heard = [said(slug, await stage.sandbox.tell(_with(wire, value))) for value in (field, [field], None, "other")]
    assert heard == [code(slug, "unavailable"), "accept", "accept", "accept"]


def _with(wire: Wire, value: Any) -> Wire:
    return wire.but(json={**wire.json, "x": value})


OPERATIONS = [
    (slug, operation, word) for slug in SLUGS for operation, word in sorted(words(slug).items()) if word != "send"
]


@pytest.mark.parametrize(("slug", "operation", "word"), OPERATIONS)
async def test_a_rule_may_be_about_another_operation(stage: Stage, slug: str, operation: str, word: str) -> None:
    known = recipe(slug, operation)
    call = await known.prepare(stage.sandbox)
    scenario = known.example.told.get("scenario", {})
    answers = [{"error": "internal"}, {"fault": "malformed"}, {"raw": {"status": 418, "body": {"a": 1}}}, "accept"]
    rule = {"name": "no", "when": {"provider": slug, "operation": word}, "respond": answers}
    other = {"name": "never", "when": {"provider": slug}, "respond": {"fault": "reset"}}
    await stage.sandbox.put("/scenario", {**scenario, "name": "operations", "rules": [rule, other]})
    assert said(slug, await stage.sandbox.tell(call)) == code(slug, "internal")
    with pytest.raises(NotJson):
        said(slug, await stage.tell(call))
    raw = await stage.tell(call)
    assert (raw.status, raw.json) == (418, {"a": 1})
    assert (await stage.sandbox.tell(call)).status == 200
    assert await stage.hits() == {"no": 4, "never": 0}


async def test_the_first_rule_that_matches_decides(stage: Stage, slug: str) -> None:
    await stage.play(
        {"name": "elsewhere", "when": {"to": OTHER}, "respond": {"error": "internal"}},
        {"name": "here", "when": {"to": "+44*"}, "respond": {"error": "unavailable"}},
        {"name": "later", "when": {"to": TO}},
    )
    assert await stage.send(slug) == code(slug, "unavailable")
    assert await stage.hits() == {"elsewhere": 0, "here": 1, "later": 0}
