"""What an account's own settings do to its reports and its MO messages."""

from typing import Any

import pytest

from sandbox.client import wires
from sandbox.clock import parse_iso
from sandbox.durations import SECOND
from sandbox.providers import discover
from sandbox.spaces.space import distinct
from sandbox.vocabulary import Account
from tests.support.checked import Checked
from tests.support.consumer import Consumer
from tests.support.documents import leaves

PACED = [slug for slug, p in sorted(discover().items()) if "pace" in p.spec.account["properties"]]
INBOUND = [
    (slug, next(key for key in ("inbound_url", "postback_url") if key in provider.spec.account["properties"]))
    for slug, provider in sorted(discover().items())
    if provider.has_inbound
]


async def declared(sandbox: Checked, slug: str, **settings: Any) -> None:
    account = {**wires.wire_of(slug).login("app"), **settings}
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: [account]}})


@pytest.mark.parametrize("slug", PACED)
async def test_a_paced_account_is_told_one_thing_at_a_time(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.listen(consumer.url)
    await declared(sandbox, slug, pace="1s")
    await sandbox.play({"rules": [{"report": [{"after": "1s", "status": "delivered"}]}]})
    for _ in range(5):
        await sandbox.plain(slug)
    begun = parse_iso((await sandbox.message())["accepted_at"])
    await sandbox.settle()
    posted = [parse_iso(row["attempts"][0]["at"]) - begun for row in await sandbox.ledger()]
    assert sorted(posted) == [turn * SECOND for turn in range(1, 6)]
    assert {parse_iso(row["happened_at"]) - begun for row in await sandbox.ledger()} == {SECOND}


@pytest.mark.parametrize("slug", sorted({*PACED} & {slug for slug, _ in INBOUND}))
async def test_whoever_texts_back_waits_for_a_turn_too(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.listen(consumer.url)
    await declared(sandbox, slug, pace="1s")
    for text in ("first", "second", "third"):
        await sandbox.post("/inbound", {"provider": slug, "text": text})
    await sandbox.settle()
    rows = await sandbox.ledger()
    happened = {parse_iso(row["happened_at"]) for row in rows}
    posted = {row["inbound"]["text"]: parse_iso(row["attempts"][0]["at"]) - min(happened) for row in rows}
    assert (len(happened), posted) == (1, {"first": 0, "second": SECOND, "third": 2 * SECOND})
    assert [row["state"] for row in rows] == ["acknowledged"] * 3


@pytest.mark.parametrize("slug", PACED)
async def test_a_pace_begins_anew_when_nothing_waits(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.listen(consumer.url)
    await declared(sandbox, slug, pace="10s")
    await sandbox.play({"rules": [{"report": [{"after": "1s", "status": "delivered"}]}]})
    for _ in range(2):
        await sandbox.plain(slug)
        await sandbox.advance("1h")
    assert [row["attempts"][0]["at"] for row in await sandbox.ledger()] == [
        row["happened_at"] for row in await sandbox.ledger()
    ]


@pytest.mark.parametrize("slug", PACED)
async def test_a_pace_gives_a_turn_to_a_report_when_it_leaves_not_when_it_happens(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.listen(consumer.url)
    await declared(sandbox, slug, pace="1s")
    steps = [{"after": "1s", "status": "sent", "lag": "1h"}, {"after": "1s", "status": "delivered"}]
    await sandbox.play({"rules": [{"report": steps}]})
    await sandbox.plain(slug)
    begun = parse_iso((await sandbox.message())["accepted_at"])
    await sandbox.settle()
    posted = {row["status"]: parse_iso(row["attempts"][0]["at"]) - begun for row in await sandbox.ledger()}
    assert posted == {"delivered": 2 * SECOND, "sent": 3601 * SECOND}


@pytest.mark.parametrize(("slug", "key"), INBOUND)
async def test_an_mo_message_goes_to_the_account_s_own_url_verbatim(
    sandbox: Checked, consumer: Consumer, slug: str, key: str
) -> None:
    await declared(sandbox, slug, **{key: f"{consumer.url}?account=1&x=%2F"})
    told = await sandbox.post("/inbound", {"provider": slug, "from": "+447700900001", "text": "STOP"})
    (received,) = await consumer.wait(1)
    assert received.path == "/reports?account=1&x=%2F"
    assert "STOP" in set(leaves(received.json))
    assert told["account"]


@pytest.mark.parametrize(("slug", "key"), INBOUND)
async def test_what_an_mo_message_leaves_out_is_made_up_the_same_for_a_seed(
    sandbox: Checked, consumer: Consumer, slug: str, key: str
) -> None:
    texts = []
    for _ in range(2):
        await sandbox.put(f"/spaces/{sandbox.space}", {"seed": 7, "fresh": True, "callbacks": {slug: consumer.url}})
        told = await sandbox.post("/inbound", {"provider": slug})
        texts.append((told["from"], told["to"], told["text"]))
    assert texts[0] == texts[1]
    assert all(texts[0])


@pytest.mark.parametrize(("slug", "key"), INBOUND)
async def test_an_mo_message_is_retried_on_the_provider_s_ladder(
    sandbox: Checked, consumer: Consumer, slug: str, key: str
) -> None:
    consumer.answers = [500] * 20
    await sandbox.freeze()
    await declared(sandbox, slug, **{key: consumer.url})
    await sandbox.post("/inbound", {"provider": slug})
    await sandbox.settle()
    (row,) = await sandbox.ledger()
    assert (row["kind"], row["state"]) == ("inbound", "failed")
    assert len(row["attempts"]) == len(discover()[slug].retries.delays) + 1
    assert len({received.body for received in consumer.received}) == 1


async def test_the_campaign_check_knows_who_subscribed_over_the_wire(sandbox: Checked) -> None:
    await declared(sandbox, "skycore", enforce_campaign=True, campaigns={"spring": ["+447700900001"]})
    call = await sandbox.wire("skycore")

    async def send(to: str, campaign: str | None = "spring") -> Any:
        told = await sandbox.tell(call.but(json={**call.json, "to": to, "campaign-ref": campaign}))
        return told.json.get("error-code")

    async def enlist(action: str, mobile: str) -> None:
        body = {"action": action, "mobile": mobile, "campaign-ref": "spring"}
        assert (await sandbox.tell(call.but(json=body))).json["status"] == "Success"

    assert [await send("+447700900001"), await send("447700900002"), await send("447700900002", None)] == [
        None,
        "E715",
        "E714",
    ]
    await enlist("subscribe", "447700900002")
    await enlist("unsubscribe", "+447700900001")
    assert [await send("+447700900001"), await send("447700900002")] == ["E715", None]
    assert await sandbox.stored() == 2


async def test_an_account_s_rate_is_kept_by_the_sandbox_s_clock(sandbox: Checked) -> None:
    await sandbox.freeze()
    await declared(sandbox, "namirial", rate={"max": 2, "window": "1m"})

    async def send(to: str = "+447700900999") -> int:
        return int((await sandbox.plain("namirial", to=to)).json.get("code", 200))

    assert [await send(), await send(), await send(), await send("+447700900998")] == [200, 200, 60, 200]
    await sandbox.advance("59s")
    assert await send() == 60
    await sandbox.advance("1s")
    assert await send() == 200


async def test_no_two_accounts_of_a_space_are_called_alike(sandbox: Checked, slug: str) -> None:
    """Whether the scenario declares them or the space, with a name or without."""
    logins = [wires.wire_of(slug).login(name) for name in ("ours", "theirs", "third", "fourth")]
    named, nameless = [{**logins[0], "name": "app"}, logins[1]], [{**logins[2], "name": "app"}, logins[3]]
    await sandbox.play({"accounts": {slug: named}})
    told = await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: nameless}})
    assert len({*told["accounts"][slug]}) == 4
    for login, name in zip((*named, *nameless), told["accounts"][slug], strict=True):
        await sandbox.plain(slug, login)
        assert (await sandbox.message())["account"] == name


@pytest.mark.parametrize("slug", PACED)
async def test_a_space_s_own_account_keeps_its_settings_beside_a_scenario_s(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.listen(consumer.url)
    hasty, paced = (wires.wire_of(slug).login(name) for name in ("hasty", "paced"))
    await declared(sandbox, slug, **paced, pace="1s")
    reports = {"rules": [{"report": [{"after": "1s", "status": "delivered"}]}]}
    await sandbox.play({**reports, "accounts": {slug: [hasty]}})
    for login in (hasty, hasty, paced, paced):
        await sandbox.plain(slug, login)
    await sandbox.settle()
    posted = sorted(parse_iso(row["attempts"][0]["at"]) for row in await sandbox.ledger())
    assert [at - posted[0] for at in posted] == [0, 0, 0, SECOND]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["account-1", "account-1", "account-1"], ["account-1", "account-2", "account-3"]),
        (["account-1", "account-2", "account-1"], ["account-1", "account-2", "account-3"]),
        (["app", "app", "app-2", "app"], ["app", "app-2", "app-3", "app-4"]),
        (["-1", "-1", "a-x", "a-x"], ["-1", "-1-2", "a-x", "a-x-2"]),
    ],
)
def test_of_two_names_alike_the_later_counts_on(names: list[str], told: list[str]) -> None:
    assert [account.name for account in distinct([Account("x", name, {}) for name in names])] == told
