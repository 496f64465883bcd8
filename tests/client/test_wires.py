"""Each provider's own wire form, from its folder, and the login that leads to a space."""

import pytest

from sandbox.client import Client, SmsSandbox
from sandbox.client.wires import slugs, wire_of
from sandbox.errors import SandboxError
from sandbox.providers import discover


def test_every_provider_says_how_its_clients_speak() -> None:
    assert list(slugs()) == sorted(discover())


def test_a_plain_message_needs_no_login_of_the_testers(sms_sandbox: SmsSandbox, slug: str) -> None:
    sent = sms_sandbox.send(slug, to="+447700900999", text="Hello", sender="12345")
    message = sms_sandbox.messages.wait_for(provider=slug)
    assert (sent.accepted, sent.status, sent.message) == (True, 200, message.id)
    assert (message.to, message.text) == ("+447700900999", "Hello")


def test_a_refusal_is_told_from_an_acceptance(sms_sandbox: SmsSandbox, slug: str) -> None:
    sms_sandbox.use({"name": "no", "rules": [{"respond": {"error": "invalid_request"}}]})
    sent = sms_sandbox.send(slug, to="+447700900999", text="Hello")
    assert (sent.accepted, sent.message) == (False, None)


def test_a_token_that_cannot_be_read_is_no_acceptance(sms_sandbox: SmsSandbox) -> None:
    token = {"provider": "blackkonnect", "operation": "token"}
    sms_sandbox.use({"name": "no", "rules": [{"when": token, "respond": {"fault": "malformed"}}]})
    sent = sms_sandbox.send("blackkonnect", to="+447700900999", text="Hello")
    assert (sent.accepted, sent.status, sent.message) == (False, 200, None)


def test_a_login_alone_leads_to_its_space(sms_sandbox: SmsSandbox, slug: str) -> None:
    login = getattr(sms_sandbox, slug)
    elsewhere = Client(sms_sandbox.root.url, "elsewhere")
    assert login.shared_url == f"{sms_sandbox.root.url}/{slug}"
    talk = wire_of(slug).send(login.shared_url, login.account, {"to": "+447700900999", "text": "x"})
    assert elsewhere._transport.carry(talk).accepted
    assert sms_sandbox.messages.wait_for(provider=slug).account == sms_sandbox.name


def test_another_login_does_not_pass(sms_sandbox: SmsSandbox, slug: str) -> None:
    assert not sms_sandbox.send(slug, to="+447700900999", text="x", login=wire_of(slug).login("stranger")).accepted
    assert sms_sandbox.requests.all(outcome="rejected", limit=1)[0].provider == slug


def test_a_login_has_its_parts_by_name(sms_sandbox: SmsSandbox) -> None:
    assert sms_sandbox.namirial.base_url == f"{sms_sandbox.root.url}/spaces/{sms_sandbox.name}/namirial"
    assert sms_sandbox.namirial.username == sms_sandbox.name
    assert sms_sandbox.bloomreach.headers == {"Chan-Api-Key": f"key-{sms_sandbox.name}"}
    with pytest.raises(AttributeError, match="no 'token' here; there are username, password, api_key"):
        _ = sms_sandbox.namirial.token
    with pytest.raises(AttributeError, match="neither a call nor a provider: 'nobody'"):
        _ = sms_sandbox.nobody


def test_what_is_no_provider_is_told(sms_sandbox: SmsSandbox) -> None:
    with pytest.raises(SandboxError, match="'nobody' is no provider; there are blackkonnect, "):
        sms_sandbox.send("nobody", to="+447700900999", text="x")


@pytest.mark.parametrize(
    ("slug", "login", "lacks"),
    [
        (
            "namirial",
            {"usrname": "app", "password": "x"},
            "the login needs 'username' as text; given: usrname, password",
        ),
        ("blackkonnect", {"client_id": "app"}, "the login needs 'client_secret' as text; given: client_id"),
        ("bloomreach", {"headers": "key"}, "the login needs 'headers' as a mapping; given: headers"),
    ],
)
def test_a_login_that_lacks_a_part_is_told(
    sms_sandbox: SmsSandbox, slug: str, login: dict[str, str], lacks: str
) -> None:
    with pytest.raises(SandboxError, match=lacks):
        sms_sandbox.send(slug, to="+447700900999", text="x", login=login)


@pytest.mark.parametrize("url", ["localhost:7670", "nonsense", "http://", "http://localhost:port", "http://[", ""])
def test_what_is_no_url_is_told_at_once(url: str) -> None:
    with pytest.raises(SandboxError, match="is no URL of a server; write it like http://localhost:7670"):
        Client(url)
