"""Whose login leads where, as spaces declare accounts and go."""

from sandbox.providers import discover
from sandbox.spaces.logins import Logins
from sandbox.vocabulary import Account
from sandbox.wire import Request
from tests.support.cost import linear

SKYCORE, BLOOMREACH = discover()["skycore"], discover()["bloomreach"]


def key(name: str) -> Account:
    return Account("skycore", name, {"api_key": name})


def header(name: str) -> Account:
    return Account("bloomreach", name, {"headers": {name: "secret"}})


def led(logins: Logins, name: str) -> set[str]:
    return logins.spaces(SKYCORE, Request("POST", "/", {"x-api-key": name}), None)


def test_a_login_leads_to_every_space_that_declares_it_until_that_is_forgotten() -> None:
    logins = Logins(discover())
    logins.declare("one", [key("shared"), key("own")])
    logins.declare("two", [key("shared")])
    assert (led(logins, "shared"), led(logins, "own"), led(logins, "other")) == ({"one", "two"}, {"one"}, set())
    logins.forget("one")
    assert (led(logins, "shared"), led(logins, "own")) == ({"two"}, set())


def test_what_a_space_declares_takes_the_place_of_what_it_declared_before() -> None:
    logins = Logins(discover())
    logins.declare("one", [key("old"), key("kept")])
    logins.declare("one", [key("kept"), key("kept"), key("new")])
    assert (led(logins, "old"), led(logins, "kept"), led(logins, "new")) == (set(), {"one"}, {"one"})
    logins.declare("one", [])
    assert led(logins, "kept") == set()


def test_a_header_is_hidden_as_long_as_any_space_logs_in_with_it() -> None:
    logins = Logins(discover())
    logins.declare("one", [header("X-Shared"), header("X-Own")])
    logins.declare("two", [header("X-Shared")])
    assert logins.headers("bloomreach") == {"x-shared", "x-own"}
    logins.forget("one")
    assert logins.headers("bloomreach") == {"x-shared"}
    assert logins.headers("skycore") == frozenset()


def test_what_one_space_declares_costs_no_other() -> None:
    def begin(count: int) -> None:
        logins = Logins(discover())
        for number in range(count):
            logins.declare(f"space-{number}", [key(f"key-{number}"), header(f"X-{number % 9}")])

    assert linear(begin, 200, 2_000)
