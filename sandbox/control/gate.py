"""Who may call: no stranger's Host, no foreign Origin, and the token where there is one (CONTROL-API.md, Safety).

A browser that resolves a stranger's name to this machine sends that name as ``Host``; a page of another site sends
its ``Origin``. Neither can forge the other. Pages and ``EventSource`` cannot set headers, so ``POST /_sandbox/login``
gives them a cookie: HttpOnly, SameSite=Strict, and a proof of the token rather than the token.
"""

import hmac
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.control.problems import Problem
from sandbox.settings import Settings

COOKIE = "sms_sandbox_login"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NEAR = (".localhost", ".local", ".internal", ".test")
"""Endings that nobody can buy."""
_PORTS = {"http": 80, "https": 443}


def check_host(request: web.BaseRequest, settings: Settings) -> None:
    """Raises ``Problem`` for a ``Host`` that a stranger could own."""
    host = hostname(request.headers.get("Host", ""))
    if host is None or not (near(host) or host in {name.lower() for name in settings.allow_host}):
        shown = request.headers.get("Host", "")[:100]
        raise Problem("foreign-host", f"the Host {shown!r} is not known here; allow it with --allow-host")


def check_origin(request: web.BaseRequest) -> None:
    """Raises ``Problem`` for a call that changes something and comes from another site's page."""
    origin = request.headers.get("Origin")
    if origin is None or request.method in SAFE:
        return
    if not same_origin(origin, request.headers.get("Host", "")):
        raise Problem("foreign-origin", f"the Origin {origin[:100]!r} is not this server's")


def check_token(request: web.BaseRequest, settings: Settings) -> None:
    """Raises ``Problem`` unless the caller shows the token, or the cookie that a login gave."""
    if settings.token is None:
        return
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    bearer = scheme.lower() == "bearer" and same(shown.strip(), settings.token)
    if not bearer and not same(request.cookies.get(COOKIE, ""), proof(settings.token)):
        how = "send Authorization: Bearer TOKEN, or the cookie that POST /_sandbox/login gives"
        what = "the token sent is not the server's" if shown else "no token was sent"
        raise Problem("unauthorized", f"{what}; {how}", headers={"WWW-Authenticate": 'Bearer realm="sms-sandbox"'})


def hostname(host: str) -> str | None:
    """``[::1]:7670`` → ``::1``; in lower case, without port and final dot. None for what is no host; "" if not said."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    name = (parts.hostname or "").removesuffix(".")
    return None if parts.path or parts.username is not None or (host and not name) else name


def near(host: str) -> bool:
    """An address, a single label (a container's alias), or a name that nobody can buy. "" is no browser's doing."""
    return ("." not in host and ":" not in host) or host.endswith(NEAR) or _address(host)


def _address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def same_origin(origin: str, host: str) -> bool:
    """Whether a page of ``origin`` was served by ``host``; the scheme may differ (a proxy that ends TLS)."""
    try:
        ours, theirs = urlsplit(f"//{host}"), urlsplit(origin)
        default = _PORTS[theirs.scheme]
        ports = (ours.port or default, theirs.port or default)
    except (ValueError, KeyError):
        return False
    return ours.hostname == theirs.hostname and ports[0] == ports[1]


def same(shown: str, known: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), known.encode())


def proof(token: str) -> str:
    """What the cookie holds: it opens this server, and tells nobody the token."""
    return hmac.new(token.encode(), b"sms-sandbox page", sha256).hexdigest()
