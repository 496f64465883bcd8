"""The pytest plugin, as its users meet it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.background import running
from sandbox.client import Client
from sandbox.settings import Settings
from tests.plugin.running import PLAIN, outcomes
from tests.plugin.running import pytest as run

BOTH = """
import pytest

NAMES = set()

@pytest.fixture
def sent(sms_sandbox):
    login = sms_sandbox.namirial.account
    return lambda: sms_sandbox.send("namirial", to="+447700900901", text="Code 123456", login=login)

@pytest.mark.parametrize("turn", [1, 2])
def test_plain(sms_sandbox, sent, turn):
    NAMES.add(sms_sandbox.name)
    assert len(NAMES) == turn
    sms_sandbox.clock.freeze()
    assert sent().accepted
    message = sms_sandbox.messages.wait_for(to="+447700900901")
    assert message.codes == ["123456"]
    assert sms_sandbox.clock.advance("72h").settled
    assert len(sms_sandbox.messages.all()) == 1

async def test_coroutine(sms_sandbox, sent):
    await sms_sandbox.clock.freeze()
    assert (await sent()).accepted
    assert (await sms_sandbox.messages.wait_for()).status == "queued"

@pytest.fixture
def outage(sms_sandbox):
    return sms_sandbox.use("carrier-outage")

@pytest.mark.usefixtures("outage")
async def test_a_plain_fixture_of_a_coroutine_test_awaits_nothing(sms_sandbox):
    assert (await sms_sandbox.scenario())["name"] == "carrier-outage"

@pytest.mark.sms_scenario("throttled", seed=7, clock={"mode": "manual"})
def test_marked(sms_sandbox):
    assert sms_sandbox.scenario()["name"] == "throttled"
    assert sms_sandbox.scenario()["seed"] == 7
    assert sms_sandbox.clock.get().mode == "manual"
"""

FAILING = """
import pytest
from sandbox.client import Unreachable

def test_failing(sms_sandbox):
    sms_sandbox.clock.freeze()
    login = sms_sandbox.namirial.account
    sms_sandbox.send("namirial", to="+447700900901", text="Hello", callback="http://127.0.0.1:9/", login=login)
    sms_sandbox.send("namirial", to="+447700900064", text="Hello", login=login)
    with pytest.raises(Unreachable):
        sms_sandbox.send("namirial", to="+447700900921", text="Hello", login=login)
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("both")
    (folder / "test_both.py").write_text(BOTH)
    (folder / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    return folder


def test_at_start_it_imports_nothing_of_ours() -> None:
    program = (
        "import sys, pytest_sms_sandbox; found = {'sandbox', 'aiohttp', 'faker', 'asyncio'} & set(sys.modules)\n"
        "sys.exit(','.join(found) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], env=PLAIN, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_plain_and_coroutine_tests_have_a_fresh_space_each(both: Path) -> None:
    assert outcomes(run("--strict-markers", cwd=both)) == "5 passed"


def test_neither_pytest_asyncio_nor_pytest_aiohttp_is_needed(both: Path) -> None:
    done = run(
        "-c", os.devnull, "-p", "no:aiohttp", "-p", "no:asyncio", "-k", "plain and not coroutine or marked", cwd=both
    )
    assert outcomes(done) == "3 passed, 2 deselected"


@pytest.mark.parametrize("way", ["option", "variable"])
def test_a_sandbox_that_runs_elsewhere_is_used_where_one_is_named(both: Path, way: str) -> None:
    with running(Settings(port=0, token="sesame")) as url:
        named = {"SMS_SANDBOX_URL": url + "/"} if way == "variable" else {}
        words = ["--sms-sandbox-url", url] if way == "option" else []
        done = run(*words, cwd=both, SMS_SANDBOX_TOKEN="sesame", **named)
        assert outcomes(done) == "5 passed"
        assert f"sms-sandbox: {url}" in done.stdout
        assert [space["name"] for space in Client(url, token="sesame").spaces()] == ["default"]


def test_a_failure_is_shown_with_what_happened_in_its_space(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING + "    sms_sandbox.clock.advance('1s')\n    assert False\n")
    done = run("-n1", cwd=tmp_path)
    assert outcomes(done) == "1 failed"
    _, _, story = done.stdout.partition("sms-sandbox, space test_failing-")
    lines = [line.strip() for line in story.splitlines()]
    assert any(line.endswith("namirial +447700900901 sent 'Hello' (rule: delivered)") for line in lines)
    refused = "namirial send to +447700900064 rejected 64"
    assert any(refused in line and "(rule: last three digits)" in line for line in lines)
    assert any("namirial send to +" in line and " faulted" in line and "(rule: reset)" in line for line in lines)
    assert any("to http://127.0.0.1:9/ pending (" in line and "next at" in line for line in lines)
    assert any(line.startswith("the clock is manual and shows") for line in lines)


def test_a_failure_shows_that_reports_had_nowhere_to_go(tmp_path: Path) -> None:
    (tmp_path / "test_nowhere.py").write_text(
        "def test_nowhere(sms_sandbox):\n    sms_sandbox.send('skycore', to='+447700900901', text='x')\n"
        "    sms_sandbox.callbacks.wait_for('1ms')\n"
    )
    assert "callbacks: none; messages without a callback URL: 1" in run(cwd=tmp_path).stdout


def test_what_was_waited_for_in_vain_is_a_failure_that_explains_itself(tmp_path: Path) -> None:
    (tmp_path / "test_vain.py").write_text(
        FAILING.replace("test_failing", "test_vain") + "    sms_sandbox.messages.wait_for('1ms', to='+447700900902')\n"
    )
    done = run(cwd=tmp_path)
    assert outcomes(done) == "1 failed"
    assert "to is '+447700900901', not '+447700900902'" in done.stdout
    assert "test_vain.py:" in done.stdout
    assert "transport.py" not in done.stdout
    assert "resource.py" not in done.stdout


def test_a_server_that_is_gone_fails_a_test_at_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "test_gone.py").write_text(
        "from sandbox.client import AsyncClient, Client\nURL = 'http://127.0.0.1:9'\n"
        "def test_plain(): Client(URL).clock.get()\n"
        "async def test_async(): await AsyncClient(URL).clock.get()\n"
    )
    done = run("-o", "asyncio_mode=auto", cwd=tmp_path)
    assert outcomes(done) == "2 failed"
    assert "test_gone.py:3: Unreachable" in done.stdout
    assert "test_gone.py:4: Unreachable" in done.stdout
    assert "contextlib.py" not in done.stdout


def test_a_users_own_folder_called_sandbox_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "__init__.py").write_text("raise RuntimeError('mine')")
    (tmp_path / "test_mine.py").write_text("def test_mine(): pass\n")
    assert outcomes(run(cwd=tmp_path)) == "1 passed"


def test_where_such_a_folder_hides_the_package_the_fixture_says_so(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "__init__.py").touch()
    (tmp_path / "test_hidden.py").write_text("def test_hidden(sms_sandbox): pass\n")
    done = run(cwd=tmp_path)
    assert outcomes(done) == "1 error"
    assert "a folder or package of yours called sandbox hides its own" in done.stdout


def test_a_conftest_says_what_every_space_begins_with(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import pytest\n@pytest.fixture\ndef sms_sandbox_wishes():\n"
        "    return {'accounts': {'namirial': [{'username': 'app', 'password': 'secret'}]}, 'seed': 3}\n"
    )
    (tmp_path / "test_own.py").write_text(
        "def test_own(sms_sandbox):\n"
        "    send = lambda login: sms_sandbox.send('namirial', to='+447700900901', text='x', login=login).accepted\n"
        "    assert send({'username': 'app', 'password': 'secret'})\n"
        "    assert send(sms_sandbox.namirial.account)\n"
        "    assert not send({'username': 'app', 'password': 'other'})\n"
        "    sms_sandbox.drop()\n"
    )
    assert outcomes(run(cwd=tmp_path)) == "1 passed"


def test_markers_of_a_class_and_of_its_test_add_up_and_the_nearer_one_wins(tmp_path: Path) -> None:
    (tmp_path / "test_class.py").write_text(
        "import pytest\npytestmark = pytest.mark.sms_scenario(seed=1, clock={'mode': 'manual'})\n"
        "@pytest.mark.sms_scenario('throttled', seed=2)\nclass TestClass:\n"
        "    @pytest.mark.sms_scenario(seed=3)\n    def test_own(self, sms_sandbox):\n"
        "        scenario = sms_sandbox.scenario()\n"
        "        assert (scenario['name'], scenario['seed']) == ('throttled', 3)\n"
        "        assert sms_sandbox.clock.get().mode == 'manual'\n"
    )
    assert outcomes(run(cwd=tmp_path)) == "1 passed"


@pytest.mark.parametrize(
    "words", ["'throttled', 'slow-carrier'", "'throttled', {'seed': 7}", "'throttled', scenario='x'"]
)
def test_a_marker_with_two_scenarios_is_refused(tmp_path: Path, words: str) -> None:
    (tmp_path / "test_two.py").write_text(
        f"import pytest\n@pytest.mark.sms_scenario({words})\ndef test_two(sms_sandbox): pass\n"
    )
    done = run(cwd=tmp_path)
    assert outcomes(done) == "1 error"
    assert "sms_scenario takes one scenario; what else is wished is named, such as seed=7" in done.stdout


def test_accounts_that_are_no_list_are_refused_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / "test_accounts.py").write_text(
        "import pytest\n@pytest.mark.sms_scenario(accounts={'namirial': {'username': 'app', 'password': 'secret'}})\n"
        "def test_accounts(sms_sandbox): pass\n"
    )
    done = run(cwd=tmp_path)
    assert outcomes(done) == "1 error"
    assert "/accounts/namirial: " in done.stdout
    assert "is not a list" in done.stdout
