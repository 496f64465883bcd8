"""Signed callbacks as a consumer verifies them: with PyJWT, its own clock and the account's secret."""

import time
from typing import Any

import jwt
import pytest

from sandbox.client import wires
from sandbox.providers import discover
from sandbox.providers.bloomreach import SECRET
from tests.support.checked import Checked
from tests.support.consumer import Consumer, Received

SIGNERS = [slug for slug, provider in sorted(discover().items()) if provider.signs]
SILENT = [slug for slug in sorted(discover()) if slug not in SIGNERS]
OURS = "a secret of thirty-two bytes, no less"
GOOD_FOR = 15 * 60
DELIVERED = ("1s", "delivered")


def verified(received: Received, secret: str) -> dict[str, Any]:
    """What a careful consumer does: signature, algorithm, and an ``iat`` no older than 15 minutes."""
    claims = jwt.decode(received.headers["authorization"], secret, ["HS256"], options={"require": ["iat"]})
    if time.time() - claims["iat"] > GOOD_FOR:
        raise jwt.ExpiredSignatureError
    return dict(claims)


@pytest.mark.parametrize("slug", SIGNERS)
async def test_a_report_is_signed_with_the_secret_that_is_published(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    assert verified(consumer.received[0], SECRET).keys() == {"iat"}


@pytest.mark.parametrize("slug", SIGNERS)
async def test_an_account_signs_with_its_own_secret(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    account = {**wires.wire_of(slug).login("app"), "secret": OURS}
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: [account]}})
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    assert verified(consumer.received[0], OURS)
    with pytest.raises(jwt.InvalidSignatureError):
        verified(consumer.received[0], SECRET)


@pytest.mark.parametrize("slug", SIGNERS)
async def test_the_signature_is_of_real_time_whatever_the_sandbox_s_clock_shows(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    """Made anew for each attempt: a consumer verifies by its own clock, also days of sandbox time later."""
    consumer.answers = [500] * 4
    before = int(time.time())
    await sandbox.report(slug, consumer.url, ("3d", "delivered"))
    await sandbox.settle()
    assert len(consumer.received) == 5
    for received in consumer.received:
        assert before <= verified(received, SECRET)["iat"] <= time.time()


@pytest.mark.parametrize("slug", SIGNERS)
async def test_inbound_messages_are_signed_too(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    account = {**wires.wire_of(slug).login("app"), "secret": OURS, "inbound_url": f"{consumer.url}?key=a%20b"}
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: [account]}})
    await sandbox.post("/inbound", {"provider": slug, "text": "STOP"})
    (received,) = await consumer.wait(1)
    assert verified(received, OURS)
    assert received.path == "/reports?key=a%20b"


FAULTS: dict[str, type[Exception]] = {
    "missing": KeyError,
    "wrong_secret": jwt.InvalidSignatureError,
    "stale": jwt.ExpiredSignatureError,
    "altered": jwt.InvalidSignatureError,
}


@pytest.mark.parametrize("slug", SIGNERS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_faulty_signature_is_found_out(sandbox: Checked, consumer: Consumer, slug: str, fault: str) -> None:
    consumer.answers = [401]
    await sandbox.report(slug, consumer.url, DELIVERED, callback={"sign": fault})
    await sandbox.settle()
    assert len(consumer.received) == 2
    for received in consumer.received:
        with pytest.raises(FAULTS[fault]):
            verified(received, SECRET)


@pytest.mark.parametrize("slug", SIGNERS)
async def test_a_stale_signature_is_a_minute_too_old(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.report(slug, consumer.url, DELIVERED, callback={"sign": "stale"})
    await sandbox.settle()
    claims = jwt.decode(consumer.received[0].headers["authorization"], SECRET, ["HS256"])
    assert 0 <= time.time() - claims["iat"] - 16 * 60 < 60


@pytest.mark.parametrize("slug", SIGNERS)
async def test_what_is_posted_twice_is_signed_twice_and_the_same_otherwise(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    twice = {"after": "1s", "status": "delivered", "times": 2}
    await sandbox.report(slug, consumer.url, twice)
    await sandbox.settle()
    first, second = consumer.received
    assert first.body == second.body
    assert verified(first, SECRET)
    assert verified(second, SECRET)


@pytest.mark.parametrize("slug", SILENT)
async def test_who_does_not_sign_sends_no_credentials_and_may_have_no_sign_faults(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    assert "authorization" not in consumer.received[0].headers
    rule = {"when": {"provider": slug}, "callback": {"sign": "missing"}}
    status, answer = await sandbox.call("PUT", "/_sandbox/scenario", json={"name": "signed", "rules": [rule]})
    assert status == 422, answer
