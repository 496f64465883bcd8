"""The callback of every state that a provider can tell, and of nothing else: posted, documented, signed or not."""

from typing import Any

import pytest

from sandbox.client import wires
from sandbox.providers import discover
from sandbox.sms.state import MOVES, State
from sandbox.wire import encode
from tests.support.checked import Checked
from tests.support.consumer import Consumer
from tests.support.documents import document, leaves, webhook_faults

VOCABULARIES = [(slug, provider.vocabulary) for slug, provider in sorted(discover().items())]
EVERY = [(slug, str(state)) for slug, provider in sorted(discover().items()) for state in sorted(provider.states)]
FINAL = [(slug, state) for slug, state in EVERY if not MOVES[State(state)] and state != "read"]


async def _reported(sandbox: Checked, consumer: Consumer, slug: str, *steps: dict[str, Any]) -> None:
    await sandbox.report(slug, consumer.url, *steps)
    await sandbox.settle()


@pytest.mark.parametrize(("slug", "state"), EVERY)
async def test_every_state_has_its_callback(sandbox: Checked, consumer: Consumer, slug: str, state: str) -> None:
    await _reported(sandbox, consumer, slug, {"after": "1s", "status": state})
    (received,) = consumer.received
    assert webhook_faults(slug, "report", received.body) == []
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"].startswith("sms-sandbox/")
    (message,) = (await sandbox.get("/messages"))["items"]
    assert {message["id"], *message["provider_ids"].values()} & set(map(str, leaves(received.json)))
    assert message["status"] == ("queued" if state == "read" else state)
    (callback,) = (await sandbox.get("/callbacks"))["items"]
    assert (callback["status"], callback["state"], len(callback["attempts"])) == (state, "acknowledged", 1)


async def test_states_differ_in_what_is_posted(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    """But for the states that a provider has one word for (PROVIDERS.md §0)."""
    states = sorted(discover()[slug].states)
    await _reported(sandbox, consumer, slug, *[{"after": "0s", "status": state} for state in states])
    said = {frozenset(map(str, leaves(body))) for body in consumer.bodies}
    assert len(consumer.bodies) == len(states)
    assert len(said) >= len(states) - 1


async def test_a_state_that_a_provider_cannot_tell_is_refused_in_its_rules(sandbox: Checked, slug: str) -> None:
    for state in set(State) - discover()[slug].states:
        rule = {"when": {"provider": slug}, "report": [{"after": "1s", "status": str(state)}]}
        status, answer = await sandbox.call("PUT", "/_sandbox/scenario", json={"name": "untold", "rules": [rule]})
        assert status == 422, answer


@pytest.mark.parametrize(("slug", "state"), FINAL)
async def test_a_step_s_code_and_detail_show_where_the_provider_shows_any(
    sandbox: Checked, consumer: Consumer, slug: str, state: str
) -> None:
    vocabulary, step = discover()[slug].vocabulary, {"after": "1s", "status": state}
    if vocabulary.step_codes is not None:
        step["code"] = max(vocabulary.step_codes) if vocabulary.step_codes else "666"
    if vocabulary.step_detail:
        step["detail"] = "Handset on the moon"
    await _reported(sandbox, consumer, slug, step)
    shown = set(map(str, leaves(consumer.bodies[0]))) if state != "delivered" else set(step.values())
    assert {step[key] for key in ("code", "detail") if key in step} <= shown


@pytest.mark.parametrize(
    ("slug", "word"),
    [(slug, {"code": "666"}) for slug, voc in VOCABULARIES if voc.step_codes is None or voc.step_codes]
    + [(slug, {"detail": "x"}) for slug, voc in VOCABULARIES if not voc.step_detail],
)
async def test_what_a_provider_does_not_show_is_refused_in_its_steps(
    sandbox: Checked, slug: str, word: dict[str, str]
) -> None:
    rule = {"when": {"provider": slug}, "report": [{"after": "1s", "status": "undelivered", **word}]}
    status, answer = await sandbox.call("PUT", "/_sandbox/scenario", json={"name": "unsaid", "rules": [rule]})
    assert status == 422, answer


async def test_an_mo_message_reaches_the_account_s_url_as_documented(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    provider = discover()[slug]
    assert provider.has_inbound is ("inbound" in document(slug)["webhooks"])
    asked = {"provider": slug, "from": "+447700900001", "to": "+447700900002", "text": "STOP \u20ac \U0001f600"}
    status, _ = await sandbox.call("POST", "/_sandbox/inbound", json=asked)
    assert status == 422
    if provider.has_inbound:
        await sandbox.put(f"/spaces/{sandbox.space}", {"callbacks": {slug: consumer.url}})
        await sandbox.post("/inbound", asked)
        (received,) = await consumer.wait(1)
        assert webhook_faults(slug, "inbound", received.body) == []
        assert "STOP \u20ac \U0001f600" in set(leaves(received.json))


@pytest.mark.parametrize("slug", [slug for slug in wires.slugs() if "callback" not in wires.wire_of(slug).defaults])
async def test_no_report_goes_anywhere_where_nobody_said_where(sandbox: Checked, slug: str) -> None:
    await sandbox.freeze()
    await sandbox.plain(slug)
    assert (await sandbox.settle())["pending"] == 0
    assert (await sandbox.get("/callbacks"))["items"] == []
    assert (await sandbox.get("/messages"))["items"][0]["status"] == "delivered"


def test_the_webhooks_of_the_providers_are_told_apart_by_their_documents(slug: str) -> None:
    for key, webhook in document(slug)["webhooks"].items():
        examples = webhook["post"]["requestBody"]["content"]["application/json"]["examples"]
        for name, example in examples.items():
            body = encode(example["value"])
            fits = [(s, k) for s in discover() for k in document(s)["webhooks"] if not webhook_faults(s, k, body)]
            assert fits == [(slug, key)], name
