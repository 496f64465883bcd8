"""What nearly matched, what was rehearsed, and both on paper."""

from xml.etree import ElementTree as ET

import pytest

from sandbox.providers import discover
from sandbox.sms.state import State
from sandbox.store.rows import Text
from sandbox.verify.coverage import Seen, coverage
from sandbox.verify.fields import MESSAGE, REQUEST, fits, wanted
from sandbox.verify.junit import xml
from sandbox.verify.misses import SHOWN, nearest
from tests.verify.rows import entry, message, posted

VOCABULARIES = {slug: provider.vocabulary for slug, provider in discover().items()}


def test_the_fewest_failures_come_first_and_each_is_named() -> None:
    where = [wanted("to", Text("+447700900123")), wanted("text", Text("pin", part=True))]
    far, near = message(id="far", to="+44"), message(id="near")
    found = nearest([far, near], where, MESSAGE)
    assert [miss.row.id for miss in found] == ["near", "far"]
    [failed] = found[0].failed
    assert (failed.name, failed.expected, failed.actual) == ("text", "~pin", "Your code is 1234")


def test_what_matches_is_no_miss_and_only_the_nearest_are_told() -> None:
    where = [wanted("status", Text("sent"))]
    rows = [message(state=State.SENT), *[message() for _ in range(SHOWN + 1)]]
    assert len(nearest(rows, where, MESSAGE)) == SHOWN
    assert nearest(rows[:1], where, MESSAGE) == []


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        (Text("Your code is 1234"), True),
        (Text("Your code"), False),
        (Text("CODE", part=True), True),
        (Text("", part=True), True),
    ],
)
def test_a_filter_compares_as_the_store_does(text: Text, fit: bool) -> None:
    assert fits(message(), [wanted("text", text)], MESSAGE) is fit


def test_a_filter_on_what_is_absent_fails() -> None:
    assert not fits(message(), [wanted("rule", Text("late"))], MESSAGE)
    assert not fits(entry(to=()), [wanted("to", Text("", part=True))], REQUEST)


def test_coverage_is_what_was_seen_of_all_there_is() -> None:
    seen = Seen()
    seen.request(entry(provider="namirial", error="64"))
    seen.request(entry(provider="namirial", error=None))
    seen.callback(posted(provider="namirial", status="sent").callback)
    seen.message(message(provider="namirial", state=State.READ))
    covered = coverage(seen, VOCABULARIES)
    assert set(covered) == set(VOCABULARIES)
    assert covered["namirial"]["errors"]["seen"] == ["64"]
    assert covered["namirial"]["errors"]["total"] == len(VOCABULARIES["namirial"].errors)
    assert covered["namirial"]["states"]["seen"] == ["read", "sent"]
    assert covered["skycore"]["states"]["seen"] == []


def test_what_xml_cannot_hold_does_not_break_the_report() -> None:
    cover = {"seen": ["64"], "unseen": [], "total": 1}
    report = {
        "scenario": "a\x00<b>",
        "space": "default",
        "passed": False,
        "coverage": {"x": {"errors": cover, "states": cover}},
        "results": [{"expect": {"text": "\x07\ufffe"}, "passed": False, "actual": "\x1b", "messages": ["m"]}],
    }
    suite = ET.fromstring(xml(report).decode().split("\n", 1)[1]).find("testsuite")
    assert suite is not None
    assert suite.get("name") == "a\N{REPLACEMENT CHARACTER}<b> in default"
    [failure] = suite.iter("failure")
    assert failure.text == "m"
    assert next((each.get("name"), each.get("value")) for each in suite.iter("property")) == ("x.errors", "1/1")
