"""Anything at all, said to a provider: it answers in a form of its own, and the server has nothing to complain of."""

import http.client
import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.background import running
from sandbox.providers import discover
from sandbox.settings import Settings
from sandbox.wire import decode, encode

FEW = settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
JSON_TYPES = {"application/json", "application/problem+json"}
FIELDS = (
    "text", "message-text", "message", "destination", "destinations", "to", "from", "messages", "action", "webhook",
    "url", "reference", "service", "key", "callback_url", "metadata", "custom_data", "request_id",
    "deliveryTimeWindow", "days", "hour", "minute", "sendAt", "validityPeriodMinutes", "priority", "click-tracking",
    "from-mask", "campaign-ref", "mobile", "detailed", "bulkId", "callbackData", "lra",
)  # fmt: skip
WORDS = ("sendsms", "subscribe", "+447700900999", "00447700900064", "00000", "http://localhost:9/", "MONDAY", "NONE")
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20) | st.sampled_from(WORDS) | st.sampled_from(["", "x" * 2000, "https://a.io/b " * 20])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=12,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=12).map(encode) | VALUES.map(encode) | st.binary()
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
LOGINS = {
    "Authorization": st.sampled_from(["Bearer x.y.z", "Basic YTpi", "Basic", "", "Basic " + b64encode(b":").decode()]),
    "x-api-key": LATIN,
    "Chan-Key": LATIN,
    "Content-Type": st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/html; charset=x"]),
    "Content-Encoding": st.sampled_from(["gzip", "deflate", "identity"]),
    "Host": st.sampled_from(["x", "[::1]", "namirial", "a:b:c", "", "\xff", "localhost:99999"]),
    "X-Sandbox-Space": st.sampled_from(["default", "a b", "", "x" * 65, "\xe9"]) | LATIN,
    "Range": st.just("bytes=0-1"),
    "Accept": LATIN,
    "If-None-Match": LATIN,
}
HEADERS = st.fixed_dictionaries({}, optional=LOGINS)
METHODS = st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running(Settings(port=0, max_spaces=50)) as url:
        yield url


@pytest.fixture(scope="module")
def logins(server: str) -> dict[str, dict[str, str]]:
    """Headers that let one in."""
    form = b"client_id=app&client_secret=s&grant_type=client_credentials"
    path = "/blackkonnect/api/sms/authenticate/access-token/token/v1"
    _, _, answer = asked(server, "POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
    return {
        "blackkonnect": {"Authorization": f"Bearer {decode(answer.encode())['token']}"},
        "bloomreach": {"Chan-Key": "k"},
        "namirial": {"Authorization": "Basic YTpi", "x-api-key": "k"},
        "skycore": {"x-api-key": "k"},
    }


def paths(slug: str) -> st.SearchStrategy[str]:
    """Those that there are, with anything for their parameters; and any other."""
    known = [operation.path for operation in discover()[slug].operations]
    piece = st.text(max_size=12).map(lambda text: quote(text, safe=""))
    filled = st.tuples(st.sampled_from(known), piece).map(lambda both: _filled(*both))
    return st.sampled_from(known).map(lambda path: _filled(path, "x")) | filled | piece.map(lambda text: f"/{text}")


def _filled(template: str, piece: str) -> str:
    parts = (piece if part.startswith("{") else part for part in template.split("/"))
    return "/".join(parts)


@FEW
@given(data=st.data())
def test_anything_is_answered_in_the_provider_s_own_form(
    slug: str, server: str, logins: dict[str, dict[str, str]], caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    method, path, query = data.draw(METHODS), data.draw(paths(slug)), data.draw(st.just("") | st.text(max_size=20))
    body, headers = data.draw(BODIES), data.draw(HEADERS) | data.draw(st.sampled_from([{}, logins[slug]]))
    target = f"/{slug}{path}" + (f"?{quote(query, safe='=&')}" if query else "")
    status, kind, answer = asked(server, method, target, body, headers)
    assert "Error handling" not in answer
    if answer:
        assert kind in JSON_TYPES or path.startswith("/r/"), (status, answer)  # a short link leads people
        assert kind not in JSON_TYPES or isinstance(decode(answer.encode()), dict | list)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def asked(server: str, method: str, target: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
    """Status, media type and body."""
    with closing(http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)) as line:
        line.putrequest(method, target, skip_host="Host" in headers)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            line.putheader(name, value.encode("latin-1"))
        line.endheaders(body)
        answer = line.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read().decode()
