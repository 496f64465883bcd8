"""The calls that the load is made of, as bytes on the wire. Recipients are +999…, a country code that nobody has."""

from base64 import b64encode

import aiohttp
import orjson

from tests.bench.process import Server

BASIC = b"Basic " + b64encode(b"app:secret")
COPRIME = 611_953
"""Makes recipients jump about, as they do in life."""


def recipient(number: int) -> str:
    return f"+999{number * COPRIME % 10**9:09}"


def send(number: int, webhook: str | None = None) -> bytes:
    """A Namirial send, as an application makes it."""
    body = {
        "destination": recipient(number),
        "text": f"Your code is {number % 10**6:06}. Do not share it.",
        "reference": {"service": "AUTHENTICATION", "key": f"order-{number}"},
        **({"webhook": {"url": webhook}} if webhook else {}),
    }
    return _post("/namirial/api/Services/send", BASIC, orjson.dumps(body))


def bulk(token: str, first: int, count: int) -> bytes:
    """A BlackKonnect bulk of ``count`` recipients."""
    destinations = [{"destination": recipient(number)} for number in range(first, first + count)]
    body = {"messages": [{"destinations": destinations, "text": "The shop opens at nine."}]}
    return _post("/blackkonnect/api/sms/send-bulk-messages/v1", f"Bearer {token}".encode(), orjson.dumps(body))


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost:7670\r\nAccept: */*\r\n\r\n".encode()


def _post(path: str, authorization: bytes, body: bytes) -> bytes:
    return (
        b"POST %b HTTP/1.1\r\nHost: localhost:7670\r\nAuthorization: %b\r\nContent-Type: application/json\r\n"
        b"Accept: */*\r\nUser-Agent: bench/1\r\nContent-Length: %d\r\n\r\n%b"
    ) % (path.encode(), authorization, len(body), body)


async def token(server: Server) -> str:
    form = {"client_id": "app", "client_secret": "secret", "grant_type": "client_credentials"}
    path = "/blackkonnect/api/sms/authenticate/access-token/token/v1"
    async with aiohttp.ClientSession() as session, session.post(server.url + path, data=form) as answer:
        return str((await answer.json())["token"])


async def control(server: Server, method: str, path: str, body: object = None) -> dict[str, object]:
    """A call of the control API, and its JSON."""
    url = f"{server.url}/_sandbox{path}"
    async with aiohttp.ClientSession() as session, session.request(method, url, json=body) as answer:
        answer.raise_for_status()
        told: dict[str, object] = await answer.json()
        return told


async def freeze(server: Server) -> None:
    """Nothing falls due by itself from now on."""
    await control(server, "PUT", "/clock", {"mode": "manual"})
