"""Sends that come twice: deduplicated where the provider does or the account asks for it, and nowhere else."""

from typing import Any

import pytest
import pytest_asyncio

from sandbox.client import wires
from sandbox.providers import discover
from tests.support.checked import Checked, Told, Wire
from tests.support.consumer import Consumer
from tests.support.documents import leaves
from tests.support.raw import connected, http
from tests.support.shared import ONE_LOOP


async def identified(sandbox: Checked, slug: str, **fields: Any) -> Wire:
    """A send that its provider may recognise when it comes again."""
    call = await sandbox.wire(slug)
    names = {"bloomreach": "request_id", "blackkonnect": "requestId"}
    return call.but(json={**call.json, names[slug]: "r-1", **fields})


@pytest_asyncio.fixture(params=["bloomreach", "blackkonnect"], loop_scope=ONE_LOOP)
async def slug(request: pytest.FixtureRequest, sandbox: Checked) -> str:
    """A provider, with an account for which the same id is the same message."""
    slug = str(request.param)
    wish = {"dedupe": "request_id"} if slug == "blackkonnect" else {}
    accounts = {slug: [{**wires.wire_of(slug).login("app"), **wish}]}
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": accounts})
    await sandbox.freeze()
    return slug


async def outcomes(sandbox: Checked, call: Wire, count: int) -> list[Told]:
    return [await sandbox.tell(call) for _ in range(count)]


async def test_the_same_id_gets_the_first_answer_and_is_sent_once(
    sandbox: Checked, slug: str, consumer: Consumer
) -> None:
    await sandbox.put(f"/spaces/{sandbox.space}", {"callbacks": {slug: consumer.url}})
    extra = {"callback_url": consumer.url} if slug == "bloomreach" else {}
    first, second, third = await outcomes(sandbox, await identified(sandbox, slug, **extra), 3)
    assert first.body == second.body == third.body
    assert await sandbox.stored() == 1
    told = [item["explanation"] for item in (await sandbox.get("/requests?operation=send"))["items"]]
    again = "the same request was accepted before; this is the answer that it got"
    assert told == [again, again, None]
    await sandbox.settle()
    assert len(consumer.received) == 2


async def test_after_48_hours_of_the_sandbox_s_clock_it_is_another(sandbox: Checked, slug: str) -> None:
    call = await identified(sandbox, slug)
    first = await sandbox.tell(call)
    await sandbox.advance("47h")
    call = call.but(headers=(await identified(sandbox, slug)).headers)  # tokens live an hour
    assert (await sandbox.tell(call)).body == first.body
    await sandbox.advance("61m")
    call = call.but(headers=(await identified(sandbox, slug)).headers)
    assert (await sandbox.tell(call)).body != first.body
    assert await sandbox.stored() == 2


async def test_no_id_or_an_empty_one_is_never_taken_for_another(sandbox: Checked, slug: str) -> None:
    for fields in ({"request_id": "", "requestId": ""}, {"request_id": None, "requestId": None}):
        await outcomes(sandbox, await identified(sandbox, slug, **fields), 2)
    assert await sandbox.stored() == 4


@pytest.mark.parametrize("fault", ["reset", "empty", "truncated"])
async def test_a_stored_message_whose_answer_was_lost_is_replayed(sandbox: Checked, slug: str, fault: str) -> None:
    """The ambiguous acceptance: the client asks again with the same id, and nothing is sent twice."""
    call = await identified(sandbox, slug)
    rule = {"name": "lost", "respond": [{"fault": fault, "stored": True}, {"error": "internal"}]}
    await _beside_accounts(sandbox, slug, rule)
    async with connected(sandbox, http(sandbox, call)) as heard:
        await heard.until_end()
    (message,) = (await sandbox.get("/messages"))["items"]
    told = await sandbox.tell(call)
    assert told.status == 200
    assert set(message["provider_ids"].values()) & set(_texts(told.json))
    assert await sandbox.stored() == 1
    assert (await sandbox.get("/scenario"))["rules"][0]["hits"] == 1


async def test_a_refused_or_lost_call_is_asked_again(sandbox: Checked, slug: str) -> None:
    call = await identified(sandbox, slug)
    rule = {"name": "lost", "respond": [{"error": "unavailable"}, {"fault": "empty"}, "accept"]}
    await _beside_accounts(sandbox, slug, rule)
    refused = await sandbox.tell(call)
    assert refused.status >= 500
    async with connected(sandbox, http(sandbox, call)) as heard:
        await heard.until_end()
    assert await sandbox.stored() == 0
    first, second = await outcomes(sandbox, call, 2)
    assert (first.status, first.body) == (200, second.body)
    assert await sandbox.stored() == 1
    assert (await sandbox.get("/scenario"))["rules"][0]["hits"] == 3


async def test_a_sent_error_is_sent(sandbox: Checked, slug: str) -> None:
    """503, but stored: the same id then gets the acceptance that it never heard."""
    call = await identified(sandbox, slug)
    await _beside_accounts(sandbox, slug, {"name": "lie", "respond": {"error": "unavailable", "stored": True}})
    refused, replayed = await outcomes(sandbox, call, 2)
    assert (refused.status >= 500, replayed.status) == (True, 200)
    assert await sandbox.stored() == 1


async def test_a_reset_forgets_what_was_sent(sandbox: Checked, slug: str) -> None:
    call = await identified(sandbox, slug)
    first = await sandbox.tell(call)
    await sandbox.post("/reset")
    assert (await sandbox.tell(call)).body != first.body
    assert await sandbox.stored() == 1


async def _beside_accounts(sandbox: Checked, slug: str, rule: dict[str, Any]) -> None:
    await sandbox.play({"rules": [{"when": {"provider": slug}, **rule}]})


def _texts(value: Any) -> list[str]:
    return [leaf for leaf in leaves(value) if isinstance(leaf, str)]


# --- what is particular ------------------------------------------------------------------------------


async def test_bloomreach_looks_at_the_id_alone_and_not_at_the_other_fields(sandbox: Checked) -> None:
    call = await sandbox.wire("bloomreach")
    first = await sandbox.tell(call.but(json={**call.json, "request_id": "r-1"}))
    other = {**call.json, "request_id": "r-1", "to": "00447700900064", "text": "Another"}
    assert (await sandbox.tell(call.but(json=other))).body == first.body
    assert await sandbox.stored() == 1


async def test_fields_are_looked_at_before_an_id_is_recognised(sandbox: Checked) -> None:
    call = await sandbox.wire("bloomreach")
    await sandbox.tell(call.but(json={**call.json, "request_id": "r-1"}))
    bad = await sandbox.tell(call.but(json={**call.json, "request_id": "r-1", "to": "nobody"}))
    assert bad.status == 400


async def test_another_account_s_id_is_another(sandbox: Checked) -> None:
    known = wires.wire_of("bloomreach")
    logins = [known.login("one"), known.login("two")]
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {"bloomreach": logins}})
    bodies = set()
    for login in logins:
        call = await sandbox.wire("bloomreach", login)
        bodies.add((await sandbox.tell(call.but(json={**call.json, "request_id": "r-1"}))).body)
    assert len(bodies) == 2
    assert await sandbox.stored() == 2


async def test_blackkonnect_wants_equal_bodies(sandbox: Checked) -> None:
    account = {**wires.wire_of("blackkonnect").login("app"), "dedupe": "request_id"}
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {"blackkonnect": [account]}})
    for text in ("one", "two", "one"):
        call = await sandbox.wire("blackkonnect", text=text)
        await sandbox.tell(call.but(json={**call.json, "requestId": "r-1"}))
    assert await sandbox.stored() == 2


async def test_left_to_itself_only_bloomreach_recognises_anything(sandbox: Checked) -> None:
    ids = {"requestId": "r", "request_id": "r", "messageId": "r", "reference": {"key": "r"}, "campaign-ref": "r"}
    for slug in sorted(discover()):
        await sandbox.post("/reset")
        call = await sandbox.wire(slug)
        await outcomes(sandbox, call.but(json={**call.json, **ids}), 2)
        assert await sandbox.stored() == (1 if slug == "bloomreach" else 2), slug
