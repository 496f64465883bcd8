"""Skycore's click tracking: short links put into texts, and opened."""

import pytest

from sandbox.calls import Follow, Found, Trace
from sandbox.ids import Ids
from sandbox.sms.message import Link
from tests.providers.skycore_calls import BASE, SKYCORE, call, context, failure, request, sms

LINKED = "See www.example.com/a?b=1#c, HTTP://Example.org/ and www.example.com/a?b=1#c."


def test_with_click_tracking_every_url_becomes_a_short_link_of_its_own():
    (admission,) = SKYCORE.admit(call(request(sms(message_text=LINKED, click_tracking=True))), [Ids()])
    one, two, three = (f"{BASE}/r/{link.code}" for link in admission.links)
    assert admission.text == f"See {one}, {two} and {three}."
    assert [link.url for link in admission.links] == [
        "http://www.example.com/a?b=1#c",
        "HTTP://Example.org/",
        "http://www.example.com/a?b=1#c",
    ]
    assert len({one, two, three}) == 3
    assert all(len(link.code) == 8 and link.code.isalnum() for link in admission.links)


def test_a_text_beyond_what_a_message_can_hold_is_not_shortened_without_end():
    (admission,) = SKYCORE.admit(call(request(sms(message_text="a.co " * 8_001, click_tracking=True))), [Ids()])
    assert len(admission.links) == 8_000
    assert admission.text is not None
    assert admission.text.endswith(f"{admission.links[-1].code} a.co ")


@pytest.mark.parametrize("tracking", [..., None, False])
def test_without_click_tracking_the_text_goes_as_it_is(tracking):
    (admission,) = SKYCORE.admit(call(request(sms(message_text=LINKED, click_tracking=tracking))), [Ids()])
    assert (admission.text, admission.links) == (None, ())


def test_scenarios_see_the_text_as_submitted():
    assert call(request(sms(message_text=LINKED, click_tracking=True))).submissions[0].text == LINKED


def test_the_same_seed_makes_the_same_names():
    send = call(request(sms(message_text=LINKED, click_tracking=True)))
    first, second = (SKYCORE.admit(send, [Ids.fixed(7, "skycore", "+447700900001", 0)]) for _ in range(2))
    assert first == second
    assert first[0].provider_ids == {"tracking-id": first[0].id}


@pytest.mark.parametrize(("method", "counted"), [("GET", True), ("HEAD", False)])
def test_a_short_link_is_followed_without_a_key_and_only_get_counts(method, counted):
    asked = request(key=None, method=method, path="/r/a1B2c3D4")
    assert call(asked, context({})) == Follow(SKYCORE.operation(asked), "a1B2c3D4", counted)
    assert SKYCORE.traces(asked, SKYCORE.operation(asked)) == (Trace("link", "a1B2c3D4"),)


@pytest.mark.parametrize("path", ["/r", "/r/", "/r/a/b", "/", "/R/a1B2c3D4"])
def test_other_paths_are_no_short_links(path):
    asked = request(method="GET", path=path)
    assert SKYCORE.traces(asked, SKYCORE.operation(asked)) == ()
    assert failure(asked)["error-code"] == "E100"


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://example.com/a?b=c&d=%20#e", "https://example.com/a?b=c&d=%20#e"),
        ("http://example.com/grüße|x", "http://example.com/gr%C3%BC%C3%9Fe%7Cx"),
    ],
)
def test_an_opened_link_redirects_to_where_it_leads(url, location):
    wanted = call(request(key=None, method="GET", path="/r/a1B2c3D4"))
    reply = SKYCORE.answer(wanted, Found(link=Link("a1B2c3D4", url, 1)), context())
    assert (reply.status, dict(reply.headers)["Location"]) == (302, location)


def test_a_link_that_nobody_handed_out_is_not_found():
    wanted = call(request(key=None, method="GET", path="/r/a1B2c3D4"))
    assert SKYCORE.answer(wanted, Found(), context()).status == 404
