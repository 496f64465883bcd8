"""Settings: what each must be, and what is said when it is not."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from sandbox import option
from sandbox.durations import HOUR
from sandbox.errors import SandboxError
from sandbox.settings import Settings, flag, label, variable


def test_the_defaults_are_those_that_the_documents_name() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.scenario) == ("127.0.0.1", 7670, "default")
    assert (settings.space_ttl, settings.body_limit) == (HOUR, 4 * 1024 * 1024)
    assert settings.max_journal == 64 * 1024 * 1024
    assert (settings.max_spaces, settings.max_messages, settings.max_requests) == (1_000, 100_000, 25_000)
    assert (settings.debug_headers, settings.access_log) == (True, False)
    assert (settings.callback, settings.callback_allow) == ({}, ())


def test_a_field_names_its_option_and_its_variable() -> None:
    (field,) = (each for each in fields(Settings) if each.name == "space_ttl")
    assert (flag(field), variable(field)) == ("--space-ttl", "SMS_SANDBOX_SPACE_TTL")
    assert label(field) == "--space-ttl (SMS_SANDBOX_SPACE_TTL)"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", ""),
        ("host", "two words"),
        ("port", -1),
        ("port", 65_536),
        ("scenario", " "),
        ("scenarios", Path("/no/such/folder")),
        ("token", ""),
        ("token", "two words"),
        ("token", "né"),
        ("callback", {"Sky Core": "http://localhost/"}),
        ("callback", {"skycore": "localhost:9000"}),
        ("callback", {"skycore": "http://localhost:99999/"}),
        ("callback_allow", ("10.0.0.0/33",)),
        ("callback_allow", ("a,b",)),
        ("callback_rewrite", {"localhost": "http://elsewhere"}),
        ("allow_host", ("a b",)),
        ("public_url", "sms.example.test"),
        ("spaces", "closed"),
        ("space_ttl", 0),
        ("max_spaces", 0),
        ("body_limit", 0),
        ("log_format", "xml"),
        ("log_level", "loud"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_the_setting(name: str, value: Any) -> None:
    with pytest.raises(SandboxError) as refusal:
        Settings(**{name: value})
    (line,) = str(refusal.value).splitlines()
    assert line.startswith(f"--{name.replace('_', '-')} (SMS_SANDBOX_{name.upper()}): ")


def test_every_bad_value_is_named_at_once() -> None:
    with pytest.raises(SandboxError) as refusal:
        Settings(port=-1, log_level="loud", max_spaces=0)
    assert len(str(refusal.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", "0.0.0.0"),
        ("host", "::1"),
        ("port", 0),
        ("scenario", "./my scenarios/outage.yaml"),
        ("callback", {"skycore": "http://localhost:9000/sky?x=1"}),
        ("callback_allow", ("any", "10.0.0.0/8", "fd00::/8", "::1", "consumer.example.test")),
        ("callback_rewrite", {"localhost": "host.docker.internal"}),
        ("allow_host", ("sms.example.test",)),
        ("public_url", "https://sms.example.test/base"),
        ("space_ttl", None),
    ],
)
def test_a_good_value_is_taken_as_it_is(name: str, value: Any) -> None:
    assert getattr(Settings(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (option.SIZE, "1000", 1_000),
        (option.SIZE, "512KiB", 524_288),
        (option.SIZE, "4MiB", 4_194_304),
        (option.AGE, "never", None),
        (option.AGE, "90m", HOUR * 3 // 2),
        (option.BASE, "http://sms.test/", "http://sms.test"),
        (option.CALLBACKS, "skycore=http://h/?a=b", ("skycore", "http://h/?a=b")),
        (option.PORT, "0", 0),
    ],
)
def test_text_is_read(kind: option.Kind, text: str, value: Any) -> None:
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (option.SIZE, "4 MB"),
        (option.SIZE, "-1"),
        (option.AGE, "60"),
        (option.CALLBACKS, "skycore"),
        (option.CALLBACKS, "skycore="),
        (option.PORT, "٧"),
        (option.COUNT, "1e3"),
    ],
)
def test_text_that_is_none_is_refused_with_what_was_read(kind: option.Kind, text: str) -> None:
    with pytest.raises(ValueError, match=text.replace("(", "")):
        kind.read(text)
