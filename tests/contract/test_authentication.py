"""Who may call: logins that are missing, malformed, wrong, refused and expired, of every provider alike."""

from typing import Any

import jwt
import pytest

from sandbox.client import wires
from sandbox.providers import discover
from sandbox.vocabulary import ErrorEntry
from tests.support.checked import Checked, Told, Wire
from tests.support.documents import document, leaves, operations
from tests.support.examples import recipe

MALFORMED = ("", " ", "Basic", "Bearer", "Basic !!!", "Basic Og==", "Bearer a.b.c", "Digest x=y")


def no(slug: str) -> ErrorEntry:
    """How the provider says that it does not know somebody."""
    vocabulary = discover()[slug].vocabulary
    return vocabulary.errors[vocabulary.words["authentication"]]


def is_no(slug: str, told: Told) -> bool:
    return told.status == no(slug).status and no(slug).code in {str(leaf) for leaf in leaves(told.json)}


def credentials(slug: str, operation: dict[str, Any]) -> set[str]:
    """The headers (lower case) that an operation's login is made of, by the document's security schemes."""
    schemes = document(slug)["components"]["securitySchemes"]
    wanted = operation["security"] if "security" in operation else document(slug)["security"]
    return {schemes[name].get("name", "Authorization").lower() for each in wanted for name in each}


def without(call: Wire, headers: set[str]) -> Wire:
    """A provider whose settings may have any name is known by how they begin."""
    beginnings = tuple(name.partition("-")[0] + "-" if name.startswith("chan-") else name for name in headers)
    return call.but(headers={k: v for k, v in call.headers.items() if not k.lower().startswith(beginnings)})


async def guarded(sandbox: Checked, slug: str) -> list[tuple[str, Wire, set[str]]]:
    """A good call of each operation that asks for a login, with the headers of that login."""
    found = []
    for name, operation in operations(slug).items():
        if headers := credentials(slug, dict(operation)):
            found.append((name, await recipe(slug, name).prepare(sandbox), headers))
    return found


async def test_a_missing_login_is_refused_by_every_operation_that_asks_for_one(sandbox: Checked, slug: str) -> None:
    calls = await guarded(sandbox, slug)
    assert calls
    for name, call, headers in calls:
        told = await sandbox.tell(without(call, headers))
        assert is_no(slug, told), (name, told)


async def test_a_malformed_login_is_refused(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    (header,) = credentials(slug, dict(next(op for op in operations(slug).values() if op.get("x-word") == "send")))
    scheme = document(slug)["components"]["securitySchemes"]
    free = all(each["type"] == "apiKey" for each in scheme.values())
    for value in MALFORMED if not free else ("", " "):
        told = await sandbox.tell(
            without(call, {header}).but(headers={**without(call, {header}).headers, header: value})
        )
        assert is_no(slug, told), (value, told)
    assert await sandbox.stored() == 0


async def test_a_refusal_to_log_in_is_journalled_with_its_reason_and_without_the_credential(
    sandbox: Checked, slug: str
) -> None:
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: [wires.wire_of(slug).login("app")]}})
    stranger = _with_secret(slug, wires.wire_of(slug).login("stranger"), "hunter2")
    await _refused(sandbox, slug, stranger)
    (request,) = (await sandbox.get("/requests?outcome=rejected"))["items"]
    assert (request["error"], bool(request["explanation"])) == (no(slug).code, True)
    assert "hunter2" not in str(request)


def _secrets(slug: str, login: dict[str, Any]) -> list[str]:
    return [str(leaf) for key in _secret_keys(slug) for leaf in leaves(login[key])]


def _secret_keys(slug: str) -> list[str]:
    provider = discover()[slug]
    return [key for key in provider.login if key != provider.named_by]


def _with_secret(slug: str, login: dict[str, Any], secret: str) -> dict[str, Any]:
    parts = {key: login[key] for key in _secret_keys(slug)}
    return {**login, **{k: dict.fromkeys(v, secret) if isinstance(v, dict) else secret for k, v in parts.items()}}


async def _refused(sandbox: Checked, slug: str, login: dict[str, Any]) -> None:
    """Where a token is asked for first, that call says no; else the send does."""
    known = wires.wire_of(slug)
    if known.token is None:
        assert is_no(slug, await sandbox.plain(slug, login))
        return
    asked = next(known.send("", login, {"to": "+447700900999", "text": "x"}))
    told = await sandbox.tell(Wire(slug, asked.method, asked.url, dict(asked.headers), asked.body or b""))
    assert is_no(slug, told)


async def test_a_declared_account_logs_in_and_a_stranger_does_not(sandbox: Checked, slug: str) -> None:
    known = wires.wire_of(slug)
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: [known.login("app")]}})
    await sandbox.plain(slug, known.login("app"))
    assert await sandbox.stored() == 1
    await _refused(sandbox, slug, known.login("stranger"))
    assert await sandbox.stored() == 1


async def test_every_part_of_a_login_must_be_right(sandbox: Checked, slug: str) -> None:
    known, provider = wires.wire_of(slug), discover()[slug]
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: [known.login("app")]}})
    for key in provider.login:
        await _refused(sandbox, slug, {**known.login("app"), key: _altered(known.login("app")[key])})


def _altered(part: Any) -> Any:
    """Another credential that looks much the same: its case is other."""
    return {name: _altered(value) for name, value in part.items()} if isinstance(part, dict) else part.swapcase()


async def test_what_a_scenario_refuses_never_passes_not_even_for_a_declared_account(
    sandbox: Checked, slug: str
) -> None:
    known = wires.wire_of(slug)
    secrets = _secrets(slug, known.login("app"))
    assert secrets
    for accounts in ({}, {slug: [known.login("app")]}):
        await sandbox.play({"refuse": secrets, "accounts": accounts})
        await _refused(sandbox, slug, known.login("app"))


async def test_the_default_scenario_refuses_what_is_called_wrong(sandbox: Checked, slug: str) -> None:
    await _refused(sandbox, slug, _with_secret(slug, wires.wire_of(slug).login("app"), "wrong"))


async def test_any_well_formed_login_passes_where_no_accounts_are_declared(sandbox: Checked, slug: str) -> None:
    for name in ("app", "somebody else"):
        await sandbox.plain(slug, wires.wire_of(slug).login(name))
    assert await sandbox.stored() == 2


TOKENED = [slug for slug in sorted(discover()) if wires.wire_of(slug).token]


@pytest.mark.parametrize("slug", TOKENED)
async def test_a_token_is_good_for_an_hour_by_the_clock_of_its_space(sandbox: Checked, slug: str) -> None:
    await sandbox.freeze()
    call = await sandbox.wire(slug)
    await sandbox.advance("59m")
    assert (await sandbox.tell(call)).status == 200
    await sandbox.advance("1m")
    assert is_no(slug, await sandbox.tell(call))
    assert (await sandbox.plain(slug)).status == 200
    assert (await sandbox.get("/requests?outcome=rejected"))["items"][0]["explanation"] == "the token has expired"


@pytest.mark.parametrize("slug", TOKENED)
async def test_a_token_of_another_space_is_refused_and_one_survives_a_reset(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    await sandbox.post("/reset")
    assert (await sandbox.tell(call)).status == 200
    elsewhere = sandbox.within(f"{sandbox.space}-other")
    assert is_no(slug, await elsewhere.tell(call))
    await elsewhere.call("DELETE", f"/_sandbox/spaces/{elsewhere.space}")


@pytest.mark.parametrize("slug", TOKENED)
async def test_a_token_that_somebody_else_signed_is_refused(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    scheme, _, token = call.headers["Authorization"].partition(" ")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.keys() == {"iss", "sub", "scope", "space", "iat", "exp", "jti"}
    assert claims["exp"] - claims["iat"] == 3600
    for forged in (
        jwt.encode(claims, "another key of thirty-two bytes, surely", "HS256"),
        jwt.encode(claims, None, "none"),
    ):
        assert is_no(slug, await sandbox.tell(call.but(headers={"Authorization": f"{scheme} {forged}"})))
