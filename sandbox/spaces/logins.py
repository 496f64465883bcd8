"""Whose login leads to which space, and in which headers logins travel; what one space declares costs no other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sandbox.calls import Operation
from sandbox.providers.base import Provider
from sandbox.vocabulary import Account
from sandbox.wire import Request


class Logins:
    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._accounts: dict[str, Sequence[Account]] = {}
        self._leads: dict[str, list[tuple[str, Account]]] = {}
        self._headers = {slug: Counter[str]() for slug in providers}

    def __bool__(self) -> bool:
        """Whether any login leads anywhere."""
        return bool(self._leads)

    def declare(self, space: str, accounts: Sequence[Account]) -> None:
        """These accounts lead to ``space``, and none else that it declared before."""
        self.forget(space)
        self._accounts[space] = accounts
        for account in accounts:
            self._headers[account.provider] += self._held_in(account)
            for key in self._keys(account):
                self._leads.setdefault(key, []).append((space, account))

    def forget(self, space: str) -> None:
        for account in self._accounts.pop(space, ()):
            self._headers[account.provider] -= self._held_in(account)
            for key in self._keys(account):
                left = [lead for lead in self._leads.pop(key, ()) if lead[0] != space]
                if left:
                    self._leads[key] = left

    def spaces(self, provider: Provider, request: Request, operation: Operation | None) -> set[str]:
        """Those to which the login of a request leads."""
        return {
            space
            for key in provider.identities(request, operation)
            for space, account in self._leads.get(key, ())
            if account.provider == provider.slug and provider.leads_to(request, account)
        }

    def headers(self, provider: str) -> frozenset[str]:
        """What the journal must not show of a call, wherever it ends up."""
        return frozenset(self._headers[provider])

    def _held_in(self, account: Account) -> Counter[str]:
        return Counter([*self._providers[account.provider].login_headers(account)])

    def _keys(self, account: Account) -> Iterator[str]:
        yield from self._providers[account.provider].identities_of(account)
