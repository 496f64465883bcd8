"""What is blotted out of the journal and the log: every spelling of it, whatever is sent in no more than its time."""

import pytest

from sandbox import log, visit
from sandbox.providers.base import blot
from sandbox.providers.blackkonnect.credentials import masked_form
from tests.support.cost import linear
from tests.support.server import Server

HEADERS = [
    ("Basic YXBwOnNlY3JldA==", "Basic ***"),
    ("bearer abc.def", "bearer ***"),
    ("session=abc; theme=dark", "***"),
    ("my secret", "***"),
    ("Bearer", "***"),
    ("", "***"),
]
QUERIES = [
    ("api_key=k-1&page=1", "api_key=***&page=1"),
    ("page=1&Password=", "page=1&Password=***"),
    ("my-token-id=a=b&x", "my-token-id=***&x"),
    ("a=token=word", "a=token=***"),
    ("token&x=key", "token&x=key"),
    ("", ""),
]
FORMS = [
    (b"client_id=app&client_secret=word&scope=", b"client_id=app&client_secret=***&scope="),
    (b"%63lient%5fsecret=word", b"%63lient%5fsecret=***"),
    (b"client_secret=a&client_secret=b", b"client_secret=***&client_secret=***"),
    (b'a=b&{"client_secret": "one&two", "client_id": "app"}', b"a=b&***"),
    (b"a=client_secret&word", b"***"),
    (b"client_id=app&secret=x", b"client_id=app&secret=x"),
    (b"", b""),
]


@pytest.mark.parametrize(("header", "shown"), HEADERS)
def test_of_a_credential_in_a_header_no_more_is_shown_than_its_scheme(header: str, shown: str) -> None:
    assert blot(header) == shown


@pytest.mark.parametrize(("query", "shown"), QUERIES)
def test_a_credential_in_a_query_is_blotted_out(query: str, shown: str) -> None:
    assert visit.masked_query(query) == shown


@pytest.mark.parametrize(("form", "shown"), FORMS)
def test_a_form_is_shown_without_its_secret_and_what_is_no_form_without_all_that_follows(
    form: bytes, shown: bytes
) -> None:
    assert masked_form(form) == shown


@pytest.mark.parametrize(
    "piece", ["a", "1", "token", "key=", "secret&", "&", "=", "chan-", "eyJ", "eyJ-", "eyJa.", "://", "a://b", "@", "."]
)
def test_what_anybody_sends_is_blotted_out_in_linear_time(piece: str) -> None:
    assert linear(visit.masked_query, (piece * 800)[:800], (piece * 8_000)[:8_000])
    assert linear(log.masked, (piece * 800)[:800], (piece * 8_000)[:8_000])


@pytest.mark.parametrize("piece", [b"&", b"%", b"=", b"c", b"client_secre", b"client_secret", b"client_secret=x&"])
def test_a_form_is_read_for_its_secret_in_linear_time(piece: bytes) -> None:
    assert linear(masked_form, (piece * 20_000)[:20_000], (piece * 200_000)[:200_000])


async def test_a_long_query_keeps_nobody_waiting(sandbox: Server, slug: str) -> None:
    status, _ = await sandbox.call("GET", f"/{slug}/nowhere?{'token' * 1_500}")
    assert status in {200, 404}
