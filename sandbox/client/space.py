"""A space of one's own, for one test: its calls, and for each provider a base URL and a login that lead into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.client.calls import Calls
from sandbox.client.exchange import W
from sandbox.client.resource import Root
from sandbox.client.wires import slugs, wire_of


@dataclass(frozen=True, slots=True)
class Login:
    """One provider, seen from one space: ``base_url``, and the login's parts by name (``username``, ``api_key``, …).

    Either leads into the space: the base URL with the login, or the login alone at the ``shared_url``, which is the
    same for every space of the server, for applications whose base URL is fixed.
    """

    base_url: str
    shared_url: str
    account: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.account[name]
        except KeyError:
            raise AttributeError(f"no {name!r} here; there are {', '.join(self.account)}") from None


class Space(Calls[W]):
    """``space.namirial.base_url``, ``space.namirial.username``, and all of ``Calls``."""

    def __init__(self, transport: W, root: Root) -> None:
        super().__init__(transport, root)
        self.name = root.space
        self.logins = {slug: self._login(slug) for slug in slugs()}

    def _login(self, slug: str) -> Login:
        shared = f"{self.root.url.rstrip('/')}/{slug}"
        return Login(self.root.provider(slug), shared, wire_of(slug).login(self.name))

    def accounts(self) -> dict[str, list[Mapping[str, Any]]]:
        """What the space has to declare for these logins."""
        return {slug: [login.account] for slug, login in self.logins.items()}

    def _own_login(self, provider: str) -> Mapping[str, Any]:
        """The space's own, for it declares accounts, and then no other passes."""
        return self.logins[provider].account

    def __getattr__(self, slug: str) -> Login:
        """A provider by its slug."""
        try:
            return self.__dict__["logins"][slug]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(f"neither a call nor a provider: {slug!r}") from None
