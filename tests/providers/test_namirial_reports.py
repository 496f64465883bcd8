"""Namirial's webhook: one notification for each status after the first (PROVIDERS.md §C, Webhook)."""

import orjson
import pytest

from sandbox.durations import SECOND
from sandbox.ids import Ids
from sandbox.sms.message import Receipt
from sandbox.sms.state import State
from tests.providers.namirial_calls import HOOK, NAMIRIAL, NOON, answer, checked, message, query

NOTIFICATION = Ids.fixed("a notification").uuid()
STATUSES = {
    State.SENT: ("SENT", "SENT"),
    State.DELIVERED: ("DELIVERED", "DELIVERED"),
    State.UNDELIVERED: ("UNDELIVERED", "UNDELIVERED"),
    State.EXPIRED: ("UNDELIVERED", "EXPIRED"),
    State.REJECTED: ("REJECTED", "REJECTED"),
    State.READ: ("READ", "READ"),
}
FAILED = (State.UNDELIVERED, State.EXPIRED, State.REJECTED)
WENT_WELL = (State.SENT, State.DELIVERED, State.READ)


def receipt(status=State.DELIVERED, **changes):
    return Receipt(**{"id": NOTIFICATION, "status": status, "at": NOON + 5 * SECOND, **changes})


def told(status=State.DELIVERED, of=None, **changes):
    """The notification's body, checked against the document."""
    post = NAMIRIAL.post(of or message(), receipt(status, **changes), HOOK)
    assert post is not None
    assert (post.url, post.headers) == (HOOK, (("Content-Type", "application/json"),))
    return checked("StatusNotification", post.body)


def test_a_notification_tells_the_message_as_the_document_shows_it():
    kept = message(data={"reference": {"service": "DIGITALSIGN", "action": "AUTH", "key": "webhook_3"}}, segments=2)
    body = told(of=kept)
    assert body.pop("webhookConfigurationId") != body["message"]["provider"].pop("id")
    assert body == {
        "id": NOTIFICATION,
        "type": "STATUS_UPDATE",
        "createdAt": "2026-02-12T12:00:05Z",
        "message": {
            "id": kept.id,
            "providerAcceptanceAt": "2026-02-12T12:00:00Z",
            "statusChangedAt": "2026-02-12T12:00:05Z",
            "reference": {"service": "DIGITALSIGN", "action": "AUTH", "key": "webhook_3"},
            "channel": "SMS",
            "status": "DELIVERED",
            "provider": {"name": "PROVIDER1", "status": "DELIVERED", "code": "0"},
            "sms": {"segments": 2},
        },
    }


def test_every_state_but_the_first_is_posted():
    assert NAMIRIAL.states == set(STATUSES)
    assert NAMIRIAL.post(message(), receipt(State.QUEUED), HOOK) is None


@pytest.mark.parametrize("state", STATUSES)
def test_a_state_has_the_gateways_word_and_the_networks(state):
    body = told(state)["message"]
    assert (body["status"], body["provider"]["status"]) == STATUSES[state]


@pytest.mark.parametrize("state", FAILED)
def test_a_failure_says_why(state):
    network = told(state)["message"]["provider"]
    assert (network["code"], network["message"]) == ("1", "Number Blocked by Carrier")
    scripted = told(state, code="27", detail="Absent subscriber")["message"]["provider"]
    assert (scripted["code"], scripted["message"]) == ("27", "Absent subscriber")


@pytest.mark.parametrize("state", WENT_WELL)
def test_what_went_well_is_code_0_whatever_the_scenario_says(state):
    network = told(state, code="27", detail="Absent subscriber")["message"]["provider"]
    assert network["code"] == "0"
    assert "message" not in network


def test_a_message_that_is_read_came_by_rcs():
    assert told(State.READ)["message"]["channel"] == "RCS"
    assert told(State.DELIVERED)["message"]["channel"] == "SMS"
    assert told(State.DELIVERED, of=message(data={"channel": "RCS"}))["message"]["channel"] == "RCS"


def test_without_a_reference_there_is_an_empty_object():
    assert told()["message"]["reference"] == {}


def test_a_retry_is_the_same_byte_for_byte_though_the_message_moved_on():
    first = NAMIRIAL.post(message(), receipt(State.SENT), HOOK)
    again = NAMIRIAL.post(message(State.DELIVERED, state_at=NOON + 9 * SECOND), receipt(State.SENT), HOOK)
    assert first == again


def test_ids_that_are_the_messages_stay_and_the_notifications_do_not():
    sent, delivered = told(State.SENT), told(State.DELIVERED, id=Ids().uuid())
    assert sent["webhookConfigurationId"] == delivered["webhookConfigurationId"]
    assert sent["message"]["provider"]["id"] == delivered["message"]["provider"]["id"]
    assert sent["id"] != delivered["id"]
    stranger = told(of=message(id=Ids().uuid()))
    assert stranger["message"]["provider"]["id"] != sent["message"]["provider"]["id"]


@pytest.mark.parametrize("state", STATUSES)
def test_webhook_and_status_api_tell_the_same_message(state):
    at = NOON + 5 * SECOND
    kept = message(state, state_at=at)
    asked = orjson.loads(answer(query(kept.id), found=(kept,)).body)["message"]
    assert asked == told(state, of=kept, at=at)["message"]
