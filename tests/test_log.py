"""The server's own log: one line an event, and no credential in any."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest

from sandbox import log


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, as it was, when the test is over."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    logger.handlers.clear()  # so that configure closes none of pytest's own
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def written(form: str, message: str, **more: object) -> str:
    stream = io.StringIO()
    log.configure(form, "info", stream)
    logging.getLogger("sandbox.test").info(message, **more)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("Authorization: Basic Zm9vOmJhcg==", "Authorization: Basic ***"),
        ('{"password": "a \\"quoted\\" one", "to": "x"}', '{"password": "***", "to": "x"}'),
        ("{'client_secret': 'two words'}", "{'client_secret': '***'}"),
        ("token=abc&page=1", "token=***&page=1"),
        ('x-api-key: "S3CR3T"', 'x-api-key: "***"'),
        ("Chan-Token: abc", "Chan-Token: ***"),
        ("http://user:word@host/path", "http://***@host/path"),
        ("saw eyJhbGciOi.eyJzdWIi.c2ln here", "saw *** here"),
        ("the token was refused", "the token was refused"),
        ("see http://host/a@b", "see http://host/a@b"),
    ],
)
def test_what_looks_like_a_credential_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert log.masked(text) == shown


@pytest.mark.usefixtures("root")
def test_a_text_line_has_time_level_logger_and_message() -> None:
    line = written("text", "listening")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z info sandbox\.test: listening\n", line)


@pytest.mark.usefixtures("root")
def test_a_client_cannot_forge_a_line() -> None:
    assert written("text", "from \r\nfalse\x1b[2J\udc80").count("\n") == 1


@pytest.mark.usefixtures("root")
def test_a_json_line_is_one_object_with_the_extra_fields() -> None:
    line = json.loads(written("json", "said\n{'password': 'p'}", extra={"space": "t1", "api_key": "k-1"}))
    assert (line["level"], line["logger"], line["space"]) == ("info", "sandbox.test", "t1")
    assert line["message"] == "said\\n{'password': '***'}"
    assert line["api_key"] == "***"


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_is_written_without_its_credentials(form: str) -> None:
    line = written(form, "failed", exc_info=ValueError("Bearer abc.def \udc80"))
    assert "ValueError: Bearer *** " in line
    assert "abc.def" not in line
    assert line.count("\n") == 1 or form == "text"


def test_lines_below_the_level_are_left_out(root: logging.Logger) -> None:
    stream = io.StringIO()
    log.configure("text", "warning", stream)
    root.info("quiet")
    root.warning("loud")
    assert "loud" in stream.getvalue()
    assert "quiet" not in stream.getvalue()
