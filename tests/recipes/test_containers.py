"""``SmsSandboxContainer`` against an engine that starts nothing, and shows a sandbox that runs already."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config

from sandbox.containers import SmsSandboxContainer
from tests.recipes.engine import Engine, engine


@pytest.fixture
def docker(sms_sandbox_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    with engine(int(sms_sandbox_url.rpartition(":")[2])) as running:
        monkeypatch.setenv("DOCKER_HOST", running.url)
        monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)
        monkeypatch.setattr(testcontainers_config, "connection_mode_override", ConnectionMode.docker_host)
        yield running


def test_a_container_is_started_waited_for_used_and_removed(docker: Engine) -> None:
    with SmsSandboxContainer() as sandbox:
        assert sandbox.url == f"http://127.0.0.1:{docker.port}"
        assert sandbox.client("container").configure(clock={"mode": "manual"})["clock"]["mode"] == "manual"
        sandbox.client("container").drop()
    assert [call for call in docker.calls if call.startswith(("POST", "DELETE"))] == [
        "POST /containers/create",
        "POST /containers/c1/start",
        "DELETE /containers/c1",
    ]


def test_it_asks_for_the_image_its_port_and_a_way_back_to_the_host(docker: Engine) -> None:
    with SmsSandboxContainer("registry.test/sms-sandbox:1").with_env("SMS_SANDBOX_TOKEN", "sesame") as sandbox:
        assert sandbox.client().root.token == "sesame"
    (asked,) = docker.created
    assert asked["Image"] == "registry.test/sms-sandbox:1"
    assert asked["ExposedPorts"] == {"7670/tcp": {}}
    assert asked["HostConfig"]["ExtraHosts"] == ["host.docker.internal:host-gateway"]
    rewrite = "localhost=host.docker.internal 127.0.0.1=host.docker.internal"
    assert {f"SMS_SANDBOX_CALLBACK_REWRITE={rewrite}", "SMS_SANDBOX_TOKEN=sesame"} <= set(asked["Env"])


def test_where_testcontainers_is_not_installed_it_says_how_to_get_it() -> None:
    program = "import sys; sys.modules['testcontainers.core.container'] = None\nimport sandbox.containers"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("install sms-sandbox[testcontainers]")


def test_nothing_else_needs_testcontainers() -> None:
    program = "import sys, sandbox.app, sandbox.cli.serve, sandbox.client; sys.exit('testcontainers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
