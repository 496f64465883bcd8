"""How a client of each provider speaks, from ``specs/<slug>/client.json``: a login, and a plain send.

In its templates ``{words}`` are put in; what has no word is left out, with whatever holds nothing else. ``+`` and
digits is ``{to}``, ``{digits}`` the digits alone.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from sandbox import resources
from sandbox.client.exchange import Answer, Ask, Talk
from sandbox.errors import SandboxError
from sandbox.wire import NotJson, decode, encode

__tracebackhide__ = True  # pytest shows the caller's line, not how a call is carried

FILE = "client.json"
Words = Mapping[str, Any]
_WORD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A provider's answer. ``message``: the sandbox's id of what it stored, where the server says it."""

    accepted: bool
    status: int
    body: Any
    message: str | None


@dataclass(frozen=True, slots=True)
class Wire:
    """``account`` is declared for a login, ``token`` asked for first, ``accepted`` the least that a yes says."""

    account: Mapping[str, Any]
    send_form: Mapping[str, Any]
    defaults: Mapping[str, str]
    accepted: Mapping[str, Any]
    token: Mapping[str, Any] | None

    def login(self, id: str) -> dict[str, Any]:  # noqa: A002
        """An account that nobody has who is not called ``id``."""
        login: dict[str, Any] = _filled(self.account, {"id": id})
        return login

    def send(self, base: str, login: Words, words: Words) -> Talk[Sent]:
        """Raises ``SandboxError`` for a login that the request cannot be made of."""
        self._check(login)
        given = {name: value for name, value in words.items() if value is not None}
        known = {**login, **self.defaults, **given, "digits": given["to"].removeprefix("+")}
        if self.token is not None:
            answer = yield _ask(base, self.token, known)
            said = _said(answer)
            if answer.status != 200 or not isinstance(said, dict) or self.token["answer"] not in said:
                return _sent(answer, accepted=False)
            known["token"] = said[self.token["answer"]]
        answer = yield _ask(base, self.send_form, known)
        return _sent(answer, accepted=self._accepts(answer))

    def _check(self, login: Words) -> None:
        """Every part of an account's login that is sent must be there."""
        sent = set(_WORD.findall(encode([self.token, self.send_form]).decode()))
        for part, value in self.account.items():
            if part in sent and not isinstance(login.get(part), type(value)):
                kind = "a mapping" if isinstance(value, dict) else "text"
                raise SandboxError(f"the login needs {part!r} as {kind}; given: {', '.join(login)}")

    def _accepts(self, answer: Answer) -> bool:
        said = _said(answer)
        return answer.status == 200 and isinstance(said, dict) and self.accepted.items() <= said.items()


@cache
def wire_of(slug: str) -> Wire:
    """Raises ``SandboxError`` for what is no provider."""
    if slug not in slugs():
        raise SandboxError(f"{slug!r} is no provider; there are {', '.join(slugs())}")
    told = decode((resources.folder("specs") / slug / FILE).read_bytes())
    return Wire(told["account"], told["send"], told.get("defaults", {}), told.get("accepted", {}), told.get("token"))


@cache
def slugs() -> tuple[str, ...]:
    """The providers that can be spoken to."""
    return tuple(sorted(file.parent.name for file in resources.folder("specs").glob(f"*/{FILE}")))


def _ask(base: str, form: Mapping[str, Any], words: Words) -> Ask:
    headers = dict(_filled(form.get("headers", {}), words))
    if "basic" in form:
        headers["Authorization"] = "Basic " + b64encode(":".join(_filled(form["basic"], words)).encode()).decode()
    if "form" in form:
        body = urlencode(_filled(form["form"], words)).encode()
        return Ask("POST", base + form["path"], {"Content-Type": "application/x-www-form-urlencoded", **headers}, body)
    body = encode(_filled(form["json"], words))
    return Ask("POST", base + form["path"], {"Content-Type": "application/json", **headers}, body)


def _filled(template: Any, words: Words) -> Any:
    """``template`` with its words; a word that is a value itself (headers) stays one. None: a word is missing."""
    if isinstance(template, dict):
        filled = {name: _filled(value, words) for name, value in template.items()}
        kept = {name: value for name, value in filled.items() if value is not None}
        return kept if kept or not template else None
    if isinstance(template, list):
        return [_filled(value, words) for value in template]
    if not isinstance(template, str):
        return template
    if (whole := _WORD.fullmatch(template)) is not None:
        return words.get(whole[1])
    missing = {name for name in _WORD.findall(template) if words.get(name) is None}
    return None if missing else _WORD.sub(lambda word: str(words[word[1]]), template)


def _sent(answer: Answer, *, accepted: bool) -> Sent:
    return Sent(accepted, answer.status, _said(answer), answer.headers.get("x-sandbox-message"))


def _said(answer: Answer) -> Any:
    """Its JSON; where it is none, its text."""
    try:
        return answer.json
    except NotJson:
        return answer.body.decode(errors="replace")
