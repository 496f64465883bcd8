"""Who calls BlackKonnect: a form that asks for a token, and the bearer token that all else asks for."""

import re
from urllib.parse import parse_qsl

from sandbox.calls import Context
from sandbox.durations import SECOND
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.vocabulary import Account
from sandbox.wire import Request

SLUG = "blackkonnect"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
TOKEN_LIFE = 3600
"""Seconds on the space's clock (convention)."""
DEMANDED = (("service_account", "x-serviceaccount-id"), ("organisation", "x-organisation-id"))
"""An account's setting, and the header whose value it then demands. Otherwise the headers are optional (S000)."""

_ISSUED = re.compile(rb'("token"\s*:\s*")[^"]*')
_NAME = b"".join(rb"(?:%c|%%(?i:%02x))" % (letter, letter) for letter in b"client_secret")
"""As a form may spell it."""
_NAMED = re.compile(_NAME)
_SECRET = re.compile(rb"(?:\A|(?<=&))(%b)(?:=[^&]*)?(?=&|\Z)" % _NAME)
_STRAY = re.compile(rb"%b(?!=\*\*\*(?:&|\Z))" % _NAME)
"""What is left of it where no form is."""


def form(request: Request) -> dict[str, str] | None:
    """The fields of a form, the last where one is given twice; None if the body is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return dict(pairs) if kind == FORM else None


def log_in(request: Request, context: Context) -> Account:
    """Whom ``client_id`` and ``client_secret`` name. Raises 401, or 400 where there is no form to read them from."""
    fields = form(request)
    if fields is None:
        raise Refusal("400", f"The body must be a form, {FORM}.")
    client_id, secret = fields.get("client_id"), fields.get("client_secret")
    if not client_id or not secret:
        raise _stranger("client_id or client_secret is missing")
    if secret in context.refuse:
        raise _stranger("the scenario refuses this client_secret")
    account = _holder(client_id, context)
    if account is None or account.settings.get("client_secret", secret) != secret:
        raise _stranger("no account has this client_id" if account is None else "the client_secret is another")
    return account


def issue(client_id: str, scope: str, context: Context) -> str:
    """A token that names the space and lives an hour by its clock."""
    ids = Ids() if context.seed is None else Ids.fixed(context.seed, SLUG, "token", client_id, context.now)
    at = context.now // SECOND
    claims = {"iss": "sms-sandbox", "sub": client_id, "scope": scope, "space": context.space}
    return context.tokens.issue({**claims, "iat": at, "exp": at + TOKEN_LIFE, "jti": ids.uuid()})


def bearer(request: Request) -> str:
    """The token of ``Authorization: Bearer …``; empty if there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def holder(request: Request, context: Context) -> Account:
    """Whose token it is. Raises 401."""
    token = bearer(request)
    claims = context.tokens.claims(token) if token else None
    if claims is None or claims["space"] != context.space:
        raise Refusal("401", explanation="the token is not one of this space" if token else "there is no bearer token")
    if claims["exp"] * SECOND <= context.now:
        raise Refusal("401", explanation="the token has expired")
    account = _holder(claims["sub"], context)
    if account is None:
        raise Refusal("401", explanation="the token's account is not declared any more")
    _check_headers(request, account)
    return account


def masked_form(body: bytes) -> bytes:
    """The form without its secret; from where the word stands as no form has it everything goes."""
    if _NAMED.search(body) is None:
        return body
    shown = _SECRET.sub(rb"\1=***", body)
    stray = _STRAY.search(shown)
    return shown if stray is None else shown[: shown.rfind(b"&", 0, stray.start()) + 1] + b"***"


def masked_token(body: bytes) -> bytes:
    return _ISSUED.sub(rb"\1***", body)


def _holder(client_id: str, context: Context) -> Account | None:
    if not context.accounts:
        return Account(SLUG, client_id, {}, declared=False)
    return next((account for account in context.accounts if account.settings["client_id"] == client_id), None)


def _stranger(explanation: str) -> Refusal:
    return Refusal("401", "The client_id or client_secret is missing or wrong.", explanation=explanation)


def _check_headers(request: Request, account: Account) -> None:
    for setting, header in DEMANDED:
        if setting in account.settings and request.headers.get(header) != account.settings[setting]:
            raise Refusal("401", explanation=f"the header {header} does not have the account's {setting}")
