"""Fixtures for applications that send SMS: a sandbox, and in it a space of its own for every test.

    async def test_the_code_arrives(sms_sandbox, app):
        await app.log_in("+447700900123")
        message = await sms_sandbox.messages.wait_for(to="+447700900123")
        assert message.codes == ["123456"]

In a test that is a plain function nothing is awaited. The server is started once per worker, on a free port; with
``--sms-sandbox-url`` or ``SMS_SANDBOX_URL`` (and ``SMS_SANDBOX_TOKEN``) one that runs elsewhere is used instead.

A module of its own beside the package: an entry point inside it would have pytest import ``sandbox`` in every run,
and stop the runs of whoever has a folder of that name. Nothing of the package is imported before a test asks for it.
"""

import os
import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from inspect import iscoroutinefunction
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.client import SmsSandbox

OPTION = "--sms-sandbox-url"
VARIABLE = "SMS_SANDBOX_URL"
MARKER = "sms_scenario"
_CLIENT = pytest.StashKey[Any]()
"""The ``Client`` of a test's space, as long as there is one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sms-sandbox")
    group.addoption(
        OPTION, metavar="URL", help=f"Use the sandbox that runs there instead of starting one ({VARIABLE})."
    )


def pytest_configure(config: pytest.Config) -> None:
    told = (
        "what the test's space begins with: a scenario by name, file, text or mapping, and PUT /_sandbox/spaces words"
    )
    config.addinivalue_line("markers", f"{MARKER}(scenario, **wishes): {told}")


def pytest_report_header(config: pytest.Config) -> str | None:
    url = _elsewhere(config)
    return f"sms-sandbox: {url}" if url else None


@pytest.fixture(scope="session")
def sms_sandbox_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """Where the sandbox is: its root, below which ``/namirial`` is the same for every test."""
    url = _elsewhere(pytestconfig)
    if url:
        yield url.rstrip("/")
        return
    try:
        from sandbox.background import running
    except ModuleNotFoundError as fault:
        raise _hidden(fault) from None
    with running() as url:
        yield url


@pytest.fixture
def sms_sandbox_wishes() -> dict[str, Any]:
    """What every space begins with, in the words of PUT /_sandbox/spaces; for a ``conftest.py`` to override."""
    return {}


@pytest.fixture
def sms_sandbox(
    request: pytest.FixtureRequest, sms_sandbox_url: str, sms_sandbox_wishes: dict[str, Any]
) -> "Iterator[SmsSandbox]":
    """A fresh space. In a coroutine function its calls are awaited: it is then an ``AsyncSmsSandbox``."""
    try:
        from sandbox.client import Client, Refused, Space, Unreachable
        from sandbox.client.resource import Root
        from sandbox.client.transport import Either, Sync
    except ModuleNotFoundError as fault:
        raise _hidden(fault) from None
    root = Root(sms_sandbox_url, _name(request.node.name), os.environ.get("SMS_SANDBOX_TOKEN") or None)
    space: Any = Space(Either() if iscoroutinefunction(request.function) else Sync(), root)
    client = Client(root.url, root.space, root.token)
    client.configure(**_wishes(request, sms_sandbox_wishes, space.accounts()))
    request.node.stash[_CLIENT] = client
    yield space
    del request.node.stash[_CLIENT]
    with suppress(Refused, Unreachable):  # dropped by the test, or the server is gone, as the test will have noticed
        client.drop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What happened in the space of a test that failed is shown with it."""
    report = yield
    client = item.stash.get(_CLIENT, None)
    if client is not None and report.failed:
        from sandbox.client.story import story

        report.sections.append((f"sms-sandbox, space {client.root.space}", story(client)))
    return report


def _elsewhere(config: pytest.Config) -> str:
    return config.getoption(OPTION) or os.environ.get(VARIABLE, "")


def _name(test: str) -> str:
    """Of the test, so that a person finds it, and of no other run."""
    return f"{re.sub('[^A-Za-z0-9._-]+', '-', test)[:48]}-{token_hex(6)}"


def _wishes(request: pytest.FixtureRequest, wishes: dict[str, Any], logins: dict[str, list[Any]]) -> dict[str, Any]:
    """The conftest's, over them the module's, the class's and the test's own; the fixture's logins always pass."""
    merged = dict(wishes)
    for marker in reversed([*request.node.iter_markers(MARKER)]):
        merged |= _marked(*marker.args, **marker.kwargs)
    declared = merged.get("accounts", {})
    accounts = {**logins, **{slug: _added(logins.get(slug, []), said) for slug, said in declared.items()}}
    return {**merged, "accounts": accounts}


def _marked(*scenario: Any, **wishes: Any) -> dict[str, Any]:
    if len(scenario) > 1 or (scenario and "scenario" in wishes):
        raise pytest.UsageError(f"{MARKER} takes one scenario; what else is wished is named, such as seed=7")
    return {**wishes, "scenario": scenario[0]} if scenario else wishes


def _added(logins: list[Any], said: Any) -> Any:
    """What is no list is the server's to refuse."""
    return [*logins, *said] if isinstance(said, list | tuple) else said


def _hidden(fault: ModuleNotFoundError) -> pytest.UsageError:
    return pytest.UsageError(f"sms-sandbox: {fault}; a folder or package of yours called sandbox hides its own")
