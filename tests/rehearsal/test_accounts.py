"""``accounts``, ``refuse`` and dedupe, over real sockets: what is decided before any rule is asked."""

from typing import Any

import aiohttp
import jwt
import pytest

from sandbox.client import wires
from sandbox.providers import discover
from tests.rehearsal.stage import GONE, OTHER, SLUGS, TO, Stage, code, said
from tests.support.checked import Wire

Keys = dict[str, Any]
LINK = "see example.com/x"


async def _declared(stage: Stage, slug: str, keys: Keys, *rules: Keys) -> Keys:
    """A scenario with one account; its login. Logins are of this space alone."""
    login = wires.wire_of(slug).login(str(stage.sandbox.space))
    await stage.play(*rules, accounts={slug: [{**login, **keys}]})
    return login


async def _heard(stage: Stage, slug: str, login: Keys, changes: Keys | None = None, **words: Any) -> str:
    wire = await stage.wire(slug, login=login, **words)
    changed = wire.but(json={**wire.json, **(changes or {})}) if changes else wire
    return said(slug, await stage.sandbox.tell(changed))


PLAIN = {"url": "http://localhost:9/"}
CAMPAIGN = {"enforce_campaign": True, "campaigns": {"c": [TO]}}
REFUSED: list[tuple[str, Keys, Keys, Keys, str]] = [
    # provider, account's keys, what the call says, what would pass, the error
    ("namirial", {"services": ["A"]}, {"reference": {"service": "B"}}, {"reference": {"service": "A"}}, "59"),
    ("namirial", {"urls": "denied"}, {"text": LINK}, {"text": "see you"}, "74"),
    ("namirial", {"watchlist": [TO]}, {"destination": TO}, {"destination": OTHER}, "61"),
    ("namirial", {"https_webhooks": True}, {"webhook": PLAIN}, {"webhook": {"url": "https://localhost/"}}, "0"),
    ("skycore", {"senders": ["00001"]}, {"from": "00000"}, {"from": "00001"}, "E111"),
    ("skycore", CAMPAIGN, {}, {"campaign-ref": "c"}, "E714"),
    ("skycore", CAMPAIGN, {"campaign-ref": "c", "to": OTHER}, {"campaign-ref": "c"}, "E715"),
    *(("skycore", {"blocked": error}, {}, {}, error) for error in ("E103", "E105", "E109")),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "keys", "bad", "good", "error"), REFUSED)
async def test_what_an_account_forbids_is_refused_before_any_rule_is_asked(
    stage: Stage, slug: str, keys: Keys, bad: Keys, good: Keys, error: str
) -> None:
    login = await _declared(stage, slug, keys, {"name": "all", "until": {"calls": 1}})
    for _ in range(2):
        assert await _heard(stage, slug, login, bad) == error
    assert (await stage.hits(), await stage.stored()) == ({"all": 0}, 0)
    if good:
        assert await _heard(stage, slug, login, good) == "accept"
        assert await stage.hits() == {"all": 1}


async def test_an_account_s_rate_is_a_sliding_window_for_each_recipient(stage: Stage) -> None:
    login = await _declared(stage, "namirial", {"rate": {"max": 2, "window": "1m"}})
    assert [await _heard(stage, "namirial", login) for _ in range(3)] == ["accept", "accept", "60"]
    assert await _heard(stage, "namirial", login, to=OTHER) == "accept"
    await stage.advance("1m")
    assert await _heard(stage, "namirial", login) == "accept"


async def test_an_account_that_is_no_admin_may_not_send_as_one(stage: Stage) -> None:
    for admin, heard in ((False, "63"), (True, "accept")):
        login = await _declared(stage, "namirial", {"admin": admin})
        wire = (await stage.wire("namirial", login=login)).but(path="/api/Admin/send")
        assert said("namirial", await stage.sandbox.tell(wire)) == heard


@pytest.mark.parametrize(
    ("key", "header"), [("service_account", "X-ServiceAccount-ID"), ("organisation", "X-Organisation-ID")]
)
async def test_an_account_may_demand_headers(stage: Stage, key: str, header: str) -> None:
    login = await _declared(stage, "blackkonnect", {key: "mine"})
    wire = await stage.wire("blackkonnect", login=login)
    for value, heard in ((None, "401"), ("yours", "401"), ("mine", "accept")):
        headers = {**wire.headers, header: value} if value else wire.headers
        assert said("blackkonnect", await stage.sandbox.tell(wire.but(headers=headers))) == heard


async def test_an_account_s_posts_may_leave_one_by_one(stage: Stage) -> None:
    login = await _declared(stage, "skycore", {"pace": "10s"})
    for _ in range(2):
        await _heard(stage, "skycore", login)
    await stage.settle()
    assert [at for _, at in await stage.told()] == [1, 11, 21, 31]


REPORTED = [("blackkonnect", "callback_url"), ("skycore", "postback_url")]


@pytest.mark.parametrize(("slug", "key"), REPORTED)
async def test_an_account_says_where_its_reports_go(stage: Stage, slug: str, key: str) -> None:
    await stage.sandbox.put(f"/spaces/{stage.sandbox.space}", {"callbacks": {slug: "http://localhost:9/"}})
    login = await _declared(stage, slug, {key: f"{stage.consumer.url}?account=mine"})
    await _heard(stage, slug, login)
    await stage.settle()
    assert [received.path for received in stage.consumer.received] == ["/reports?account=mine"] * 2


async def test_an_account_s_secret_signs_its_reports(stage: Stage) -> None:
    login = await _declared(stage, "bloomreach", {"secret": "my secret, of more than 32 bytes in all"})
    await _heard(stage, "bloomreach", login)
    await stage.settle()
    for received in stage.consumer.received:
        jwt.decode(received.headers["authorization"], "my secret, of more than 32 bytes in all", algorithms=["HS256"])
    assert len(stage.consumer.received) == 2


async def test_an_account_s_key_opens_its_own_messages(stage: Stage) -> None:
    login = await _declared(stage, "namirial", {"api_key": f"k-{stage.sandbox.space}"})
    await _heard(stage, "namirial", login)
    path = f"/api/messagestatus/phonenumber/{TO.replace('+', '%2B')}"
    for key, found in ((f"k-{stage.sandbox.space}", 200), ("another", 401)):
        assert (await stage.sandbox.tell(Wire("namirial", "GET", path, {"X-Api-Key": key}))).status == found


async def test_what_is_refused_by_its_login_asks_no_rule(stage: Stage, slug: str) -> None:
    provider = discover()[slug]
    await _declared(stage, slug, {}, {"name": "all"})
    stranger = wires.wire_of(slug).login("stranger")
    if wires.wire_of(slug).token is None:
        assert await _heard(stage, slug, stranger) == provider.vocabulary.words["authentication"]
    assert (await stage.hits(), await stage.stored()) == ({"all": 0}, 0)


# --- the same again -----------------------------------------------------------------------------------------

DEDUPED: dict[str, tuple[Keys, Keys]] = {
    "bloomreach": ({}, {"request_id": "r-1"}),
    "blackkonnect": ({"dedupe": "request_id"}, {"requestId": "r-1"}),
}
SAME = pytest.mark.parametrize("slug", sorted(DEDUPED.keys() & set(SLUGS)))


async def _again(stage: Stage, slug: str, *answers: Any, times: int) -> list[str]:
    keys, field = DEDUPED[slug]
    login = await _declared(stage, slug, keys, {"name": "all", "respond": list(answers)})
    wire = await stage.wire(slug, login=login)
    same = wire.but(json={**wire.json, **field})
    heard = []
    for _ in range(times):
        try:
            heard.append(said(slug, await stage.tell(same)))
        except aiohttp.ClientError:
            heard.append(GONE)
    return heard


@SAME
async def test_a_stored_message_is_replayed_without_asking_rules(stage: Stage, slug: str) -> None:
    assert await _again(stage, slug, "accept", {"error": "internal"}, times=3) == ["accept"] * 3
    assert (await stage.stored(), await stage.hits()) == (1, {"all": 1})


@SAME
async def test_after_an_error_the_same_id_asks_again(stage: Stage, slug: str) -> None:
    heard = await _again(stage, slug, {"error": "internal"}, {"error": "unavailable"}, "accept", times=4)
    assert heard == [code(slug, "internal"), code(slug, "unavailable"), "accept", "accept"]
    assert (await stage.stored(), await stage.hits()) == (1, {"all": 3})


@SAME
@pytest.mark.parametrize(("stored", "asked"), [(False, 2), (True, 1)])
@pytest.mark.parametrize("fault", ["reset", "empty"])
async def test_after_a_lost_answer_only_a_stored_message_is_replayed(
    stage: Stage, slug: str, fault: str, stored: bool, asked: int
) -> None:
    assert await _again(stage, slug, {"fault": fault, "stored": stored}, "accept", times=2) == [GONE, "accept"]
    assert (await stage.stored(), await stage.hits()) == (1, {"all": asked})


@SAME
async def test_what_was_stored_under_an_error_is_replayed_as_an_acceptance(stage: Stage, slug: str) -> None:
    """The 503, but sent."""
    refused = {"error": "unavailable", "stored": True}
    assert await _again(stage, slug, refused, times=2) == [code(slug, "unavailable"), "accept"]
    assert await stage.stored() == 1


@SAME
async def test_the_memory_of_a_request_ends_after_two_days_of_the_sandbox_s_clock(stage: Stage, slug: str) -> None:
    keys, field = DEDUPED[slug]
    login = await _declared(stage, slug, keys)
    for by, stored in (("0s", 1), ("48h", 1), ("1us", 2)):
        await stage.advance(by)
        wire = await stage.wire(slug, login=login)
        await stage.tell(wire.but(json={**wire.json, **field}))
        assert await stage.stored() == stored, by


async def test_nobody_else_s_repeats_are_forgotten(stage: Stage) -> None:
    await stage.play()
    for slug in set(SLUGS) - {"bloomreach"}:
        await stage.sends(2, slug)
    assert await stage.stored() == 2 * len(set(SLUGS) - {"bloomreach"})


async def test_another_scenario_begins_an_account_s_rate_anew(stage: Stage) -> None:
    rate = {"rate": {"max": 1, "window": "1h"}}
    for report in ("none", "delivered"):
        login = await _declared(stage, "namirial", rate, {"name": "all", "report": report})
        assert await stage.sends(2, "namirial", login=login) == ["accept", "60"]
    login = await _declared(stage, "namirial", rate, {"name": "all", "report": report})
    assert await stage.sends(1, "namirial", login=login) == ["60"]  # which says the same, and so changes nothing
