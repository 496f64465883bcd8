"""JSON Web Tokens (HS256): the ones we issue, and the ones we sign callbacks with.

PyJWT is imported where it is used: 3 ms, and not every server meets a token.
"""

import secrets
import warnings
from functools import lru_cache
from typing import Any

ALGORITHM = "HS256"


class Tokens:
    """Issues and recognises this server's tokens; the key lives with the data file, or the process."""

    def __init__(self, key: bytes | None = None) -> None:
        self.key = key or secrets.token_bytes(32)
        self.claims = lru_cache(4096)(self._claims)
        """The claims of a token that we signed; None for any other. Expiry is the caller's to judge."""

    def issue(self, claims: dict[str, Any]) -> str:
        import jwt

        return jwt.encode(claims, self.key, ALGORITHM)

    def _claims(self, token: str) -> dict[str, Any] | None:
        import jwt

        try:
            return jwt.decode(
                token, self.key, [ALGORITHM], options={"verify_exp": False, "verify_iat": False, "verify_nbf": False}
            )
        except (jwt.InvalidTokenError, ValueError):
            return None


def sign(claims: dict[str, Any], secret: str) -> str:
    """A callback's signature; short secrets are allowed here and warned of by ``check``."""
    import jwt

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # PyJWT's own word on short secrets, at every signature
        return jwt.encode(claims, secret or " ", ALGORITHM)
