"""Who calls the Namirial gateway: Basic credentials for sends, an API key for status queries (PROVIDERS.md §C)."""

from base64 import b64decode
from functools import lru_cache

from sandbox.calls import Context
from sandbox.errors import Refusal
from sandbox.vocabulary import Account
from sandbox.wire import Request

BASIC = ("WWW-Authenticate", 'Basic realm="SMS Gateway"')
API_KEY = ("WWW-Authenticate", 'ApiKey realm="SMS Gateway"')


def identities(username: str, api_key: str) -> tuple[str, ...]:
    """Keys of an account: a user name and an API key may read the same and yet be two accounts'."""
    named = (f"username:{username}" if username else "", f"api_key:{api_key}" if api_key else "")
    return tuple(identity for identity in named if identity)


def username(request: Request) -> str:
    """The user name of the Basic header, empty where there is none to read."""
    credentials = _credentials(request.headers.get("authorization", ""))
    return credentials[0] if credentials else ""


def key(request: Request) -> str:
    return request.headers.get("x-api-key", "").strip()


def user(request: Request, context: Context) -> Account:
    """The account of the Basic credentials. Raises 63."""
    credentials = _credentials(request.headers.get("authorization", ""))
    if credentials is None:
        raise Refusal("63", "Missing basic authentication header")
    username, password = credentials
    if not username or not password:
        raise Refusal("63", explanation="the Basic login cannot be read, or lacks the user name or the password")
    if password in context.refuse:
        raise Refusal("63", explanation="the scenario refuses this password")
    if not context.accounts:
        return _anybody(username)
    for account in context.accounts:
        if account.settings["username"] == username and account.settings["password"] == password:
            return account
    raise Refusal("63", explanation="no account has this user name and password")


def key_holder(request: Request, context: Context) -> Account:
    """The account of the API key. Raises 63, in words of its own."""
    api_key = key(request)
    if not api_key:
        raise _bad_key("the X-Api-Key header is missing or empty")
    if api_key in context.refuse:
        raise _bad_key("the scenario refuses this key")
    if not context.accounts:
        return _anybody("account-1")
    for account in context.accounts:
        if account.settings.get("api_key") == api_key:
            return account
    raise _bad_key("no account has this key")


def _bad_key(explanation: str) -> Refusal:
    return Refusal("63", "API key not valid", explanation=explanation)


@lru_cache(256)
def _anybody(name: str) -> Account:
    return Account("namirial", name, {}, declared=False)


@lru_cache(256)
def _credentials(authorization: str) -> tuple[str, str] | None:
    """User name and password, both empty where they cannot be read; None without a Basic header."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        raw = b64decode(encoded.strip(), validate=True)
    except ValueError:
        return "", ""
    username, _, password = _text(raw).partition(":")
    return username, password


def _text(raw: bytes) -> str:
    """RFC 7617 leaves the charset open: UTF-8, or Latin-1 as some HTTP libraries still send."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
