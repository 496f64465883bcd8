"""The sample application's suite, as its authors run it: on four workers, and against a sandbox elsewhere."""

import re
from urllib.request import urlopen

import pytest

from tests.cli.test_serve import serving
from tests.plugin.running import outcomes
from tests.plugin.running import pytest as run
from tests.test_house import ROOT

SUITE = ("tests/sample", "-q", "-n", "4")
pytestmark = pytest.mark.timeout(180)  # four more workers, on a machine that may be busy with as many


def test_it_passes_on_four_workers_with_a_sandbox_each() -> None:
    assert re.fullmatch(r"\d\d passed", outcomes(run(*SUITE, cwd=ROOT)))


def test_it_passes_against_a_sandbox_in_another_process_by_one_variable() -> None:
    with serving() as (_, port):
        done = run(*SUITE, cwd=ROOT, SMS_SANDBOX_URL=f"http://127.0.0.1:{port}")
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            metrics = answer.read().decode()
    assert re.fullmatch(r"\d\d passed", outcomes(done))
    for provider in ("namirial", "blackkonnect"):
        assert f'sms_sandbox_requests_total{{outcome="accepted",provider="{provider}"}}' in metrics
    assert "\nsms_sandbox_spaces 1.0\n" in metrics
