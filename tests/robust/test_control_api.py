"""Whatever its document allows, and what it does not: the control API answers as documented, and never breaks."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sandbox.background import running
from sandbox.client import Client
from sandbox.control.document import document
from sandbox.providers import discover
from sandbox.settings import Settings

FEW = settings(max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATIENT = {"wait": "1ms", "settle": "1ms", "timeout": "100ms"}
"""What holds a call up, in as short a form as it has; the rest of each call is drawn."""
SCHEMA = schemathesis.openapi.from_dict(dict(document())).exclude(path="/_sandbox/events")
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """With something in it."""
    with running(Settings(port=0)) as url:
        for slug in discover():
            Client(url).send(slug, to="+447700900999", text="Your code is 123456")
        yield url


@SCHEMA.parametrize()
@FEW
def test_every_call_is_answered_as_documented(case: Case[Any], server: str, caplog: pytest.LogCaptureFixture) -> None:
    for part in (case.query, case.body):
        if isinstance(part, dict):
            part.update({name: value for name, value in PATIENT.items() if isinstance(part.get(name), str)})
    answer = case.call(base_url=server, timeout=20)
    case.validate_response(answer, checks=CHECKS)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
