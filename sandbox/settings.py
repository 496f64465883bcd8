"""Everything the server can be told, as one frozen value; the command line and the environment are made from it.

A field ``space_ttl`` is the option ``--space-ttl`` and the variable ``SMS_SANDBOX_SPACE_TTL``.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from sandbox import option
from sandbox.errors import SandboxError
from sandbox.option import Kind

PREFIX = "SMS_SANDBOX_"


def _setting(kind: Kind, default: str | bool | None, help: str) -> Any:  # noqa: A002 - as click has it
    """A field whose default is written as its users write it."""
    metadata = {"kind": kind, "default": default, "help": help}
    if collect := kind.collect:
        return field(default_factory=lambda: collect(()), metadata=metadata)
    return field(default=kind.read(default) if isinstance(default, str) else default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Durations in microseconds, sizes in bytes; ``space_ttl`` None = never.

    Raises ``SandboxError`` with one line for each value that is not what it must be.
    """

    host: str = _setting(option.HOST, "127.0.0.1", "Address to listen on; 0.0.0.0 for all of this machine's.")
    port: int = _setting(option.PORT, "7670", "Port to listen on; 0 picks a free one.")
    scenario: str = _setting(option.NAME, "default", "Scenario that spaces begin with: a name on the shelf, or a file.")
    scenarios: Path | None = _setting(option.FOLDER, None, "Folder of scenario files, beside the bundled ones.")
    token: str | None = _setting(option.SECRET, None, "Bearer token that /_sandbox and the page then demand.")
    callback: Mapping[str, str] = _setting(
        option.CALLBACKS, None, "Where reports go of a provider whose requests name no URL (bloomreach: inbound texts)."
    )
    callback_allow: tuple[str, ...] = _setting(
        option.TARGETS, None, "Also call consumers there; else only this machine, private and container networks."
    )
    callback_rewrite: Mapping[str, str] = _setting(
        option.REWRITES, None, "Call the second host where a callback's URL names the first."
    )
    allow_host: tuple[str, ...] = _setting(option.HOSTS, None, "A further Host that control calls may name.")
    public_url: str | None = _setting(option.BASE, None, "Base of short links; else the send call's own.")
    spaces: str = _setting(
        option.one_of("open", "declared"), "open", "Whether a provider call begins an unknown space, or a PUT alone."
    )
    space_ttl: int | None = _setting(option.AGE, "1h", "Real time after which an idle space vanishes.")
    max_spaces: int = _setting(option.COUNT, "1000", "Spaces held at most.")
    max_messages: int = _setting(option.COUNT, "100000", "Messages kept at most; settled ones go first, oldest first.")
    max_requests: int = _setting(option.COUNT, "25000", "Journalled requests kept at most; the oldest go first.")
    max_journal: int = _setting(option.SIZE, "64MiB", "Bytes of journalled requests kept at most; the oldest go first.")
    body_limit: int = _setting(option.SIZE, "4MiB", "Largest request body that is read.")
    data: Path | None = _setting(option.FILE, None, "Keep everything in this SQLite file; else in memory.")
    log_format: str = _setting(option.one_of("text", "json"), "text", "How log lines are written, on stderr.")
    log_level: str = _setting(option.one_of("debug", "info", "warning", "error"), "info", "Least level logged.")
    access_log: bool = _setting(option.FLAG, False, "Log every HTTP request, which doubles its cost.")
    debug_headers: bool = _setting(option.FLAG, True, "Name message and rule in X-Sandbox-… headers of answers.")

    def __post_init__(self) -> None:
        faults = []
        for each in fields(self):
            try:
                each.metadata["kind"].judge(getattr(self, each.name))
            except ValueError as fault:
                faults.append(f"{label(each)}: {fault}")
        if faults:
            raise SandboxError("\n".join(faults))


def flag(each: Field[Any]) -> str:
    return "--" + each.name.replace("_", "-")


def variable(each: Field[Any]) -> str:
    return PREFIX + each.name.upper()


def label(each: Field[Any]) -> str:
    """How a complaint names a setting, however it was given: ``--port (SMS_SANDBOX_PORT)``."""
    return f"{flag(each)} ({variable(each)})"
