"""What no client should send: answered in the provider's own shape, nothing stored, nothing broken inside."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.client import wires
from sandbox.providers import discover
from sandbox.wire import encode
from tests.support.checked import Checked, Told, Wire
from tests.support.documents import leaves, operations
from tests.support.examples import recipe

FEW = settings(
    max_examples=40, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
OVER = 4 * 1024 * 1024 + 1

NO_JSON = {
    "nothing": b"",
    "blanks": b" \r\n\t",
    "half an object": b'{"to": "+447700900901"',
    "single quotes": b"{'to': 1}",
    "a trailing comma": b'{"to": "x",}',
    "two values": b"{}{}",
    "not UTF-8": b'{"to": "\xff\xfe"}',
    "UTF-16": '{"to": "x"}'.encode("utf-16"),
    "overlong UTF-8": b'{"to": "\xc0\xaf"}',
    "NaN": b'{"to": NaN}',
    "Infinity": b'{"to": Infinity}',
    "minus Infinity": b'{"to": -Infinity}',
    "a lone surrogate": b'{"to": "\\ud800"}',
    "surrogates in UTF-8": b'{"to": "\xed\xa0\x80"}',
    "a raw control character": b'{"to": "\x00"}',
    "a NUL alone": b"\x00",
    "deep lists": b"[" * 10_000 + b"]" * 10_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "deep and unfinished": b"[" * 100_000,
    "a form": b"to=x&text=y",
    "XML": b"<?xml version='1.0'?><sms/>",
    "a number that is none": b'{"to": 01}',
}
NO_OBJECT = (b"null", b"true", b"0", b"1e400", b'"text"', b"[]", b'[{"to": "x"}]')
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**400, "", " ", "\x00", "x" * 10_000, "\U0001f600", "\n", [], {}, [None], {"": {}},
)  # fmt: skip


async def refused(sandbox: Checked, call: Wire, why: object) -> Told:
    """A no in the provider's own words, from its catalogue; nothing is stored. The client has judged its shape."""
    before, told = await sandbox.stored(), await sandbox.tell(call)
    (request,) = (await sandbox.get("/requests?limit=1"))["items"]
    errors = discover()[call.slug].spec.errors
    assert request["outcome"] == "rejected", (why, told)
    assert request["error"] in errors, (why, told)
    if call.method != "HEAD" and told.status == errors[request["error"]].status:
        assert request["error"] in {str(leaf) for leaf in leaves(told.json)}, (why, told)
    assert await sandbox.stored() == before, why
    assert "Traceback" not in told.body.decode(), why
    return told


async def talks(sandbox: Checked, slug: str) -> list[Wire]:
    """A good call of each operation that takes JSON."""
    bodied = [name for name, op in operations(slug).items() if "application/json" in _content(op)]
    return [await recipe(slug, name).prepare(sandbox) for name in bodied]


def _content(operation: Any) -> dict[str, Any]:
    return dict(operation.get("requestBody", {}).get("content", {}))


def _reads(slug: str, call: Wire) -> bool:
    """Whether the operation looks at its body at all (a service status does not)."""
    return bool(call.body) and call.body not in (b"{}", b"null")


@pytest.mark.parametrize("kind", NO_JSON)
async def test_what_is_no_json_is_refused(sandbox: Checked, slug: str, kind: str) -> None:
    for call in await talks(sandbox, slug):
        if _reads(slug, call):
            await refused(sandbox, call.but(body=NO_JSON[kind]), kind)


async def test_json_that_is_no_object_is_refused(sandbox: Checked, slug: str) -> None:
    for call in await talks(sandbox, slug):
        for body in NO_OBJECT if _reads(slug, call) else ():
            await refused(sandbox, call.but(body=body), body)


def _spoilt(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every place in a JSON value, root excepted, with what stands there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*place, key), item
        yield from _spoilt(item, (*place, key))


def _put(value: Any, place: tuple[str | int, ...], item: Any) -> Any:
    changed = deepcopy(value)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = item
    return changed


def _encoded(value: Any) -> bytes:
    """orjson writes no integer over 64 bits."""
    return json.dumps(value).encode()


def _full_bodies(slug: str, operation: str) -> list[Any]:
    contents = _content(operations(slug)[operation])["application/json"].get("examples", {})
    return [example["value"] for example in contents.values()]


async def test_a_wrong_type_at_any_field_is_answered_in_kind_and_never_half_stored(sandbox: Checked, slug: str) -> None:
    """What the schema takes is accepted, anything else refused; each in the provider's shape."""
    tried = 0
    for name in [name for name, op in operations(slug).items() if "application/json" in _content(op)]:
        call = await recipe(slug, name).prepare(sandbox)
        for body in _full_bodies(slug, name):
            for place, _ in _spoilt(body):
                for wrong in WRONG[len(place) + tried % 3 :: 3]:
                    before = await sandbox.stored()
                    told = await sandbox.tell(call.but(body=_encoded(_put(body, place, wrong))))
                    (request,) = (await sandbox.get("/requests?limit=1"))["items"]
                    assert await sandbox.stored() - before in (0, len(request["messages"])), (place, wrong, told)
                    assert request["outcome"] == "accepted" or not request["messages"], (place, wrong, told)
                    tried += 1
    assert tried >= 10


async def test_a_missing_field_of_those_required_is_refused(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    outcomes = []
    for name in call.json:
        await sandbox.tell(call.but(json={key: value for key, value in call.json.items() if key != name}))
        outcomes.append((await sandbox.get("/requests?limit=1"))["items"][0]["outcome"])
    assert outcomes.count("rejected") >= 2
    assert await sandbox.stored() == outcomes.count("accepted")


async def test_huge_strings_cost_an_answer_and_nothing_else(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    for name in call.json:
        if isinstance(call.json[name], str):
            told = await sandbox.tell(call.but(json={**call.json, name: "9" * 1_000_000}))
            assert len(told.body) < 1_100_000


async def test_nul_characters_are_text_like_any_other(sandbox: Checked, slug: str) -> None:
    await sandbox.plain(slug, text="a\x00b")
    assert (await sandbox.get("/messages"))["items"][0]["text"] == "a\x00b"


async def test_of_duplicate_keys_the_last_wins(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug, text="the last")
    key = next(name for name, value in call.json.items() if value == "the last")
    twice = b'{"' + key.encode() + b'": "the first", ' + call.body[1:]
    await sandbox.tell(call.but(body=twice))
    assert [message["text"] for message in (await sandbox.get("/messages"))["items"]] == ["the last"]


async def test_unknown_fields_are_accepted_and_journalled(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    await sandbox.tell(call.but(json={**call.json, "somethingElse": {"deep": ["er"]}}))
    assert await sandbox.stored() == 1
    assert "somethingElse" in (await sandbox.get("/requests?limit=1"))["items"][0]["body"]


# --- size --------------------------------------------------------------------------------------------


async def _crumbs(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 1 << 18):
        yield body[at : at + (1 << 18)]


@pytest.mark.parametrize("how", ["whole", "chunked", "gzip"])
async def test_a_body_over_the_limit_is_refused_in_the_provider_s_words(sandbox: Checked, slug: str, how: str) -> None:
    call = await sandbox.wire(slug)
    body = call.body[:-1] + b', "more": "' + b"x" * OVER + b'"}'
    headers = {**call.headers, "Expect": "100-continue"} if how != "gzip" else call.headers
    if how == "gzip":
        body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
    data = _crumbs(body) if how == "chunked" else BytesIO(body)
    told = await sandbox.ask(call.method, f"/{slug}{call.path}", headers=headers, data=data)
    assert told.status in (413, 200)
    assert await sandbox.stored() == 0
    (request,) = (await sandbox.get("/requests?limit=1"))["items"]
    assert (request["outcome"], request["error"] in discover()[slug].spec.errors) == ("rejected", True)
    assert "4194304" in request["explanation"]


async def test_a_body_just_within_the_limit_is_read(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    room = OVER - 1 - len(call.body) - len(', "more": ""')
    body = call.body[:-1] + b', "more": "' + b"x" * room + b'"}'
    await sandbox.ask(call.method, f"/{slug}{call.path}", headers=call.headers, data=BytesIO(body))
    assert await sandbox.stored() == 1


async def test_a_compressed_body_is_read(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    headers = {**call.headers, "Content-Encoding": "gzip"}
    await sandbox.tell(call.but(body=gzip.compress(call.body), headers=headers))
    assert await sandbox.stored() == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_that_is_not_compressed_as_it_says_is_refused(sandbox: Checked, slug: str, encoding: str) -> None:
    call = await sandbox.wire(slug)
    await refused(
        sandbox, call.but(headers={**call.headers, "Content-Encoding": encoding}, body=b"\x1f\x8bno"), encoding
    )


# --- paths and methods -------------------------------------------------------------------------------

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


async def test_a_wrong_method_is_told_what_is_allowed(sandbox: Checked, slug: str) -> None:
    """405 with ``Allow`` where the provider has such an answer; one whose every answer is 200 says no in the body."""
    calls = [await recipe(slug, name).prepare(sandbox) for name in operations(slug)]
    by_path: dict[str, set[str]] = {}
    for operation in operations(slug).values():
        by_path.setdefault(operation["path"], set()).add(operation["method"])
    for call, operation in zip(calls, operations(slug).values(), strict=True):
        for method in set(METHODS) - by_path[operation["path"]] - {call.method}:
            told = await refused(sandbox, call.but(method=method, body=b""), method)
            if _knows(slug, "405"):
                allowed = set(told.headers["Allow"].split(", "))
                assert (told.status, allowed) == (405, by_path[operation["path"]]), (method, call)
            else:
                assert told.status == 200, (method, call)


def _knows(slug: str, status: str) -> bool:
    return any(status in operation["responses"] for operation in operations(slug).values())


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing/here", "/%00", "/%FF", "/..%2F..%2Fetc%2Fpasswd", "//", "/a//b", "/%E2%82%AC", "/" + "x" * 4000],
)
async def test_an_unknown_path_is_refused_in_the_provider_s_words(sandbox: Checked, slug: str, path: str) -> None:
    call = (await sandbox.wire(slug)).but(path=path, method="DELETE", body=b"")
    told = await refused(sandbox, call, path)
    assert told.status in (404, 405) or not _knows(slug, "405")


# --- anything ----------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def bodies(draw: st.DrawFn, good: Any) -> bytes:
    """Bytes, JSON, or a good body of which some fields are anything."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.binary(max_size=200))
    if kind == 1:
        return encode(draw(JSON))
    places = [place for place, _ in _spoilt(good)]
    value = good
    for place in draw(st.lists(st.sampled_from(places), min_size=1, max_size=2, unique=True)):
        try:
            value = _put(value, place, draw(JSON))
        except (TypeError, KeyError, IndexError):
            continue
    return encode(value)


@FEW
@given(data=st.data())
async def test_anything_at_all_is_answered_as_documented(sandbox: Checked, slug: str, data: st.DataObject) -> None:
    call = await sandbox.wire(slug)
    goods = [
        example["value"]
        for operation in operations(slug).values()
        for example in _content(operation).get("application/json", {}).get("examples", {}).values()
    ]
    good = data.draw(st.sampled_from([call.json, *[value for value in goods if isinstance(value, dict) and value]]))
    before = await sandbox.stored()
    told = await sandbox.tell(call.but(body=data.draw(bodies(good))))
    (request,) = (await sandbox.get("/requests?limit=1"))["items"]
    assert request["outcome"] in ("accepted", "rejected")
    assert request["answer"]["status"] == told.status
    assert await sandbox.stored() - before in (0, len(request["messages"]))


HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)


@FEW
@given(value=HEADER)
async def test_any_header_for_a_login_is_answered_as_documented(sandbox: Checked, slug: str, value: str) -> None:
    call = await sandbox.wire(slug)
    headers = dict.fromkeys(call.headers, value.encode("latin-1").decode("utf-8", "surrogateescape"))
    told = await sandbox.tell(call.but(headers={**headers, "Content-Type": "application/json"}))
    assert told.status in {200, 400, 401}


FORMS = [slug for slug in wires.slugs() if wires.wire_of(slug).token]


@pytest.mark.parametrize("slug", FORMS)
@pytest.mark.parametrize("body", [b"", b"\xff", b"=" * 5000, b"a=1&" * 5000, b"client_id=%00&client_secret=%ff", b"{}"])
async def test_a_form_of_any_kind_is_answered_as_documented(sandbox: Checked, slug: str, body: bytes) -> None:
    name = next(name for name, op in operations(slug).items() if op.get("x-word") == "token")
    call = await recipe(slug, name).prepare(sandbox)
    await refused(sandbox, call.but(body=body), body)
