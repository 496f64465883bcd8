"""BlackKonnect: single and bulk sends, and what is told of their messages."""

import re

import orjson
import pytest

from sandbox.calls import Found
from sandbox.durations import DAY, HOUR, MINUTE, SECOND
from sandbox.ids import Ids
from sandbox.sms.message import Receipt, Window
from sandbox.sms.state import State
from tests.providers.blackkonnect_calls import (
    BLACKKONNECT,
    BULK,
    HOOK,
    NOON,
    RECEIPT,
    SIMPLE,
    TO,
    answer,
    bulk,
    call,
    checked,
    context,
    get,
    part,
    post,
    sms,
    status_path,
    stored,
    told,
    verify,
)

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ZERO = {"totalElements": 0, "pageSize": 0, "totalPages": 0, "pageNumber": 0, "offSet": 0}
WORDS = [
    (State.SENT, "SENT"),
    (State.DELIVERED, "DELIVERED"),
    (State.UNDELIVERED, "UNDELIVERABLE"),
    (State.EXPIRED, "EXPIRED"),
    (State.REJECTED, "REJECTED"),
]
EVERY_DAY = frozenset(range(7))


def only(asked, around=None):
    """The one submission of a send."""
    (submission,) = call(asked, around).submissions
    return submission


# --- a simple send ------------------------------------------------------------------------------------


def test_a_simple_send_is_answered_as_printed():
    answered, (message,) = told("SimpleSmsMessageResponse", post(SIMPLE, sms(requestId="r-1")))
    assert answered == {
        "code": 0,
        "message": None,
        "data": None,
        "correlationId": message.provider_ids["correlationId"],
        "conversationId": message.data["conversationId"],
        "requestId": "r-1",
        "items": [None],
        "itemPagination": ZERO,
        "deliveryStatus": "QUEUED",
        "isSuccessful": True,
    }
    assert all(UUID.fullmatch(answered[name]) for name in ("correlationId", "conversationId"))
    assert list(answered)[:7] == ["code", "message", "data", "correlationId", "conversationId", "requestId", "items"]


def test_a_request_id_that_was_not_given_is_null():
    assert told("SimpleSmsMessageResponse", post(SIMPLE, sms()))[0]["requestId"] is None


def test_null_means_left_out_and_unknown_fields_are_welcome():
    optional = ("messageId", "referenceId1", "referenceId2", "serviceId", "requestId", "initiatorId", "sourceAddress")
    body = sms(**dict.fromkeys(optional), priority=None, unknown={"deep": [1]}, callbackData="not of a simple send")
    submission = only(post(SIMPLE, body))
    assert (submission.sender, submission.reference) == (None, None)
    assert "callbackData" not in submission.data


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("+447700900901", "+447700900901"),
        ("447700900901", "+447700900901"),
        ("00447700900901", "+447700900901"),
        ("1234567", "+1234567"),
        ("123456789012345", "+123456789012345"),
    ],
)
def test_numbers_are_stored_with_a_plus_and_echoed_as_sent(sent, kept):
    send = call(post(SIMPLE, sms(destination=sent)))
    assert send.submissions[0].to == kept
    (message,) = stored(send)
    item = checked("GatewayMessageDeliveryStatusDTO", answer(get(status_path("x")), found=[message]).body)
    assert item["destination"] == sent


def test_a_long_sender_is_stored_as_a_number_and_a_name_as_it_is():
    assert only(post(SIMPLE, sms(sourceAddress="447700900000"))).sender == "+447700900000"
    assert only(post(SIMPLE, sms(sourceAddress="Shop"))).sender == "Shop"
    assert only(post(SIMPLE, sms(sourceAddress=""))).sender is None


def test_texts_are_counted_in_segments():
    submission = only(post(SIMPLE, sms(text="a" * 152 + "€" + "b" * 152)))
    assert (submission.encoding, submission.segments) == ("gsm7", 3)


def test_blanks_and_nul_characters_are_text():
    assert only(post(SIMPLE, sms(text=" "))).text == " "
    assert only(post(SIMPLE, sms(text="a\x00b"))).text == "a\x00b"


def test_a_simple_send_has_no_schedule():
    submission = only(post(SIMPLE, sms(validityPeriodMinutes=1, sendAt="2026-03-01T00:00:00Z")))
    assert (submission.send_at, submission.window, submission.validity) == (None, None, None)


def test_reports_go_where_the_account_says():
    assert only(post(SIMPLE, sms()), context({"callback_url": HOOK})).callback_url == HOOK
    assert only(post(SIMPLE, sms())).callback_url is None


def test_the_clients_message_id_names_the_message_and_an_empty_one_does_not():
    (named,) = stored(call(post(SIMPLE, sms(messageId="m-1"))))
    (nameless,) = stored(call(post(SIMPLE, sms(messageId=""))))
    assert named.provider_ids["messageId"] == "m-1"
    assert UUID.fullmatch(nameless.provider_ids["messageId"])
    assert nameless.provider_ids["messageId"] != nameless.id
    assert "bulkId" not in named.provider_ids


def test_what_a_rule_takes_and_rejects_is_told_so():
    send = call(post(SIMPLE, sms()))
    reply = BLACKKONNECT.answer(send, Found(stored(send, State.REJECTED)), context())
    assert checked("SimpleSmsMessageResponse", reply.body)["deliveryStatus"] == "REJECTED"


# --- a bulk send --------------------------------------------------------------------------------------


def test_a_bulk_send_is_answered_with_all_that_was_sent():
    first = part({"destination": "447700900901", "messageId": "m-1"}, "+447700900902", text="é" * 200)
    second = part("+447700900903", callbackData="c", priority=1)
    answered, messages = told("BulkSmsMessageResponse", post(BULK, bulk(first, second, bulkId="b-1", requestId="r")))
    assert (answered["data"], answered["items"]) == (first, [first, second])
    assert answered["itemPagination"] == {
        "totalElements": 2,
        "pageSize": 2,
        "totalPages": 1,
        "pageNumber": 0,
        "offSet": 0,
    }
    assert (answered["bulkId"], answered["requestId"], answered["message"]) == ("b-1", "r", None)
    assert "deliveryStatus" not in answered
    statuses = answered["smsMessageDeliveryStatuses"]
    assert [status["destination"] for status in statuses] == ["447700900901", "+447700900902", "+447700900903"]
    assert [status["messageId"] for status in statuses] == [message.provider_ids["messageId"] for message in messages]
    assert [status["smsCount"] for status in statuses] == [2, 2, 1]
    assert statuses[0]["messageId"] == "m-1"
    assert statuses[0]["messageGroupStatus"] == {
        "statusGroupName": "PENDING",
        "deliveryStatus": "QUEUED",
        "statusDescription": "Message accepted and queued for delivery",
        "action": None,
    }


def test_fields_that_no_document_knows_are_accepted_and_not_echoed():
    nested = b'{"destination": "+447700900901", "x": ' + b"[" * 600 + b"]" * 600 + b"}"
    body = b'{"messages": [{"text": "a", "y": 1, "destinations": [' + nested + b"]}]}"
    answered, _ = told("BulkSmsMessageResponse", post(BULK, body))
    assert answered["data"] == {"destinations": [{"destination": TO}], "text": "a"}


def test_fields_that_are_known_elsewhere_alone_name_nothing():
    strange = {"messageId": {"not": "an id"}, "sourceAddress": 7, "callbackData": "c"}
    (message,) = stored(call(post(BULK, bulk(part(**strange), messageId="of the request"))))
    assert UUID.fullmatch(message.provider_ids["messageId"])
    assert message.sender is None
    (simple,) = stored(call(post(SIMPLE, sms(messages=[1], destinations=None, bulkId=5))))
    assert "bulkId" not in simple.provider_ids


def test_messages_of_one_request_share_its_names_and_have_their_own():
    messages = stored(call(post(BULK, bulk(part(TO, TO), part(TO)))))
    assert len({message.provider_ids["correlationId"] for message in messages}) == 1
    assert len({message.provider_ids["bulkId"] for message in messages}) == 1
    assert len({message.provider_ids["messageId"] for message in messages}) == 3
    assert len({message.id for message in messages}) == 3
    assert UUID.fullmatch(messages[0].provider_ids["bulkId"])


def test_the_destinations_sender_comes_before_the_requests():
    own = {"destination": TO, "sourceAddress": "Own"}
    submissions = call(post(BULK, bulk(part(own, TO), sourceAddress="Shared"))).submissions
    assert [submission.sender for submission in submissions] == ["Own", "Shared"]


def test_matchers_see_a_destination_within_its_message():
    (submission,) = call(post(BULK, bulk(part({"destination": TO, "messageId": "m-1"}, entityId="e")))).submissions
    assert (submission.element["entityId"], submission.element["messageId"]) == ("e", "m-1")


def test_with_seeded_ids_the_same_send_gets_the_same_names():
    send = call(post(BULK, bulk(part(TO, "+447700900902"))))
    first, second = ([Ids.fixed(7, turn) for turn in range(2)] for _ in range(2))
    assert BLACKKONNECT.admit(send, first) == BLACKKONNECT.admit(send, second)


def test_what_a_rule_takes_and_rejects_is_told_in_the_bulk_answer():
    send = call(post(BULK, bulk(part(TO, "+447700900904"))))
    messages = stored(send)
    messages[1].state = State.REJECTED
    answered = checked("BulkSmsMessageResponse", BLACKKONNECT.answer(send, Found(messages), context()).body)
    groups = [status["messageGroupStatus"] for status in answered["smsMessageDeliveryStatuses"]]
    assert [(group["statusGroupName"], group["deliveryStatus"]) for group in groups] == [
        ("PENDING", "QUEUED"),
        ("REJECTED", "REJECTED"),
    ]
    assert answered["isSuccessful"] is True


# --- schedules ----------------------------------------------------------------------------------------


def window(opens=None, closes=None, days=None):
    times = {"from": opens, "to": closes}
    said = {name: {"hour": time[0], "minute": time[1]} for name, time in times.items() if time}
    return {**said, "days": days} if days is not None else said


def scheduled(**changes):
    return only(post(BULK, bulk(part(**changes))))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (..., None),
        (None, None),
        ({}, None),
        (window((0, 0), (0, 0), ["MONDAY"]), Window(frozenset({0}), 0, 0)),
        (window((10, 0), (10, 0)), None),
        (window((10, 0), (10, 0), ["SUNDAY", "SUNDAY"]), Window(frozenset({6}), 0, 0)),
        (window((8, 30), (18, 0), []), Window(EVERY_DAY, 510, 1080)),
        (window((23, 30), (0, 30), ["FRIDAY"]), Window(frozenset({4}), 1410, 30)),
        (window((8, 0), (9, 0)), Window(EVERY_DAY, 480, 540)),
        (window(days=["SATURDAY", "SUNDAY"]), Window(frozenset({5, 6}), 0, 0)),
        ({"from": {"hour": 1, "minute": 0, "second": 0}, "to": {"hour": 1, "minute": 0}}, None),
    ],
)
def test_a_window_is_days_and_minutes_in_utc_or_none(said, meant):
    assert scheduled(deliveryTimeWindow=said).window == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (..., None),
        (None, None),
        ("2019-08-24T14:15:22Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("2026-02-12T13:00:00Z", NOON - 123_456 + HOUR),
        ("2026-02-12T13:00:00.5+01:00", NOON - 123_456 + SECOND // 2),
        ("2026-08-11t12:00:00z", NOON - 123_456 + 180 * DAY),
    ],
)
def test_send_at_is_an_instant_and_one_in_the_past_is_now(said, meant):
    assert scheduled(sendAt=said).send_at == meant


@pytest.mark.parametrize(
    ("said", "minutes"),
    [(..., 2880), (None, 2880), (0, 2880), (1, 1), (2880, 2880), (2881, 2880), (1e300, 2880), (5.0, 5)],
)
def test_validity_is_in_minutes_and_cut_at_two_days(said, minutes):
    assert scheduled(validityPeriodMinutes=said).validity == minutes * MINUTE


# --- status queries -------------------------------------------------------------------------------------


def test_a_status_query_asks_for_the_newest_of_the_accounts_messages():
    lookup = call(get(status_path("c-1")))
    assert (lookup.id, lookup.account, lookup.limit, lookup.moves) == ("c-1", "app", 1, None)


@pytest.mark.parametrize(("state", "word"), [(State.QUEUED, "QUEUED"), *WORDS])
def test_a_status_item_has_the_states_word(state, word):
    (message,) = stored(call(post(SIMPLE, sms(messageId="m-1", sourceAddress="Shop"))), state)
    item = checked("GatewayMessageDeliveryStatusDTO", answer(get(status_path("m-1")), found=[message]).body)
    assert item == {
        "uuid": message.id,
        "messageId": "m-1",
        "bulkReferenceId": None,
        "partReferenceId": None,
        "destination": TO,
        "sourceAddress": "Shop",
        "deliveryStatus": word,
        "deliveryTimestamp": "2026-02-12T12:00:00.123Z",
    }


def test_timestamps_always_have_milliseconds():
    (message,) = stored(call(post(SIMPLE, sms())))
    message.state_at = NOON - 123_456
    item = checked("GatewayMessageDeliveryStatusDTO", answer(get(status_path("x")), found=[message]).body)
    assert item["deliveryTimestamp"] == "2026-02-12T12:00:00.000Z"


def statuses(found, query=""):
    """The bulk status, of messages found newest first."""
    answered = checked_list(answer(get(status_path("b-1", bulk=True), query), found=found))
    return [item["messageId"] for item in answered]


def checked_list(reply):
    items = orjson.loads(reply.body)
    for item in items:
        verify("GatewayMessageDeliveryStatusDTO", item)
    return items


def bulk_of(*names, seq=1):
    """Stored messages ``m-…`` of one bulk request, newest first."""
    destinations = [{"destination": f"+44770090090{turn}", "messageId": name} for turn, name in enumerate(names)]
    return stored(call(post(BULK, bulk(part(*destinations), bulkId="b-1"))), seq=seq)[::-1]


def test_the_bulk_status_is_in_the_order_of_the_request():
    found = bulk_of("m-2", "m-1", "m-3")
    assert statuses(found) == ["m-2", "m-1", "m-3"]
    answered = checked_list(answer(get(status_path("b-1", bulk=True)), found=found))
    assert {item["bulkReferenceId"] for item in answered} == {"b-1"}


def test_of_several_sends_with_one_bulk_id_the_newest_counts():
    assert statuses(bulk_of("m-3", "m-4", seq=10) + bulk_of("m-1", "m-2")) == ["m-3", "m-4"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("page=0&size=2", ["b", "a"]),
        ("page=1&size=2", ["c"]),
        ("page=7", []),
        ("page=&size=&sort=", ["b", "a", "c"]),
        ("sort=messageId", ["a", "b", "c"]),
        ("sort=messageId,asc", ["a", "b", "c"]),
        ("sort=messageId,desc", ["c", "b", "a"]),
        ("sort=messageId,desc&size=1&page=1", ["b"]),
        ("sort=partReferenceId,desc", ["b", "a", "c"]),
        ("size=1&size=2", ["b", "a"]),
    ],
)
def test_the_bulk_status_is_paged_and_sorted(query, names):
    assert statuses(bulk_of("b", "a", "c"), query) == names


def test_a_page_holds_twenty_unless_told_otherwise():
    many = stored(call(post(BULK, bulk(part(*[TO] * 45)))))[::-1]
    assert len(statuses(many)) == 20
    assert len(statuses(many, "page=2")) == 5
    assert len(statuses(many, "size=1000")) == 45


# --- the operator's word --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("DELIVRD", State.DELIVERED),
        ("UNDELIV", State.UNDELIVERED),
        ("EXPIRED", State.EXPIRED),
        ("REJECTD", State.REJECTED),
        ("ENROUTE", State.SENT),
    ],
)
def test_the_operators_word_moves_the_newest_message(word, state):
    lookup = call(get(RECEIPT, f"messageReference=m-1&status={word}"))
    assert (lookup.id, lookup.moves, lookup.limit, lookup.account) == ("m-1", state, 1, "app")


def test_the_operator_is_told_of_the_message_and_of_a_made_up_network():
    asked = get(RECEIPT, "messageReference=m-1&status=DELIVRD")
    sent = sms(messageId="m-1", referenceId1="one", referenceId2="two", sourceAddress="Shop")
    (message,) = stored(call(post(SIMPLE, sent)), State.DELIVERED)
    reply = answer(asked, context(seed=7), found=[message])
    answered = checked("GenericResponseNetworkOperatorMessageDeliveryDTO", reply.body)
    data = answered["data"]
    assert (answered["code"], answered["message"]) == (0, None)
    assert (data["uuid"], data["messageReference"], data["deliveryStatus"]) == (message.id, "m-1", "DELIVERED")
    assert (data["referenceId1"], data["referenceId2"], data["cost"]) == ("one", "two", 0)
    assert (data["messageContent"], data["sourceAddress"], data["mobileCountryCode"]) == (message.text, "Shop", "001")
    assert reply == answer(asked, context(seed=7), found=[message])


# --- reports --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "word"), WORDS)
def test_every_state_is_reported_with_the_status_item_and_what_the_request_asked_to_have_back(state, word):
    send = call(post(BULK, bulk(part({"destination": "447700900901", "messageId": "m"}, callbackData="c"), bulkId="b")))
    (message,) = stored(send)
    sent = BLACKKONNECT.post(message, Receipt("r-1", state, NOON + SECOND), HOOK)
    assert sent is not None
    assert (sent.url, sent.headers) == (HOOK, (("Content-Type", "application/json"),))
    assert checked("DeliveryReport", sent.body) == {
        "uuid": message.id,
        "messageId": "m",
        "bulkReferenceId": "b",
        "partReferenceId": None,
        "destination": "447700900901",
        "sourceAddress": None,
        "deliveryStatus": word,
        "deliveryTimestamp": "2026-02-12T12:00:01.123Z",
        "callbackData": "c",
        "smsCount": 1,
    }


def test_a_report_of_a_simple_send_has_no_callback_data():
    (message,) = stored(call(post(SIMPLE, sms())))
    sent = BLACKKONNECT.post(message, Receipt("r-1", State.DELIVERED, NOON), HOOK)
    assert sent is not None
    assert checked("DeliveryReport", sent.body)["callbackData"] is None


@pytest.mark.parametrize("state", [State.QUEUED, State.READ])
def test_states_without_a_word_are_not_reported(state):
    (message,) = stored(call(post(SIMPLE, sms())))
    assert BLACKKONNECT.post(message, Receipt("r-1", state, NOON), HOOK) is None


def test_the_same_receipt_is_the_same_body():
    (message,) = stored(call(post(SIMPLE, sms())))
    receipt = Receipt("r-1", State.DELIVERED, NOON)
    assert BLACKKONNECT.post(message, receipt, HOOK) == BLACKKONNECT.post(message, receipt, HOOK)


# --- duplicates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SIMPLE, BULK])
def test_an_account_may_want_equal_bodies_with_a_request_id_to_be_one(path):
    body = {**sms(requestId="r-1"), **bulk()}
    around = context({"dedupe": "request_id"})
    send = call(post(path, body), around)
    assert send.dedupe
    assert send.dedupe_for == 48 * HOUR
    assert call(post(path, body), around).dedupe == send.dedupe
    assert call(post(path, {**body, "requestId": "r-2"}), around).dedupe != send.dedupe


@pytest.mark.parametrize(
    ("account", "request_id"), [({}, "r-1"), ({"dedupe": "request_id"}, ""), ({"dedupe": "request_id"}, None)]
)
def test_otherwise_sent_twice_is_sent_twice(account, request_id):
    assert call(post(SIMPLE, sms(requestId=request_id)), context(account)).dedupe is None
