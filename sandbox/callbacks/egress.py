"""Where a callback may go: this machine, private networks and containers, and what the operator allows.

A sandbox that is handed a production URL must not call it. Addresses are judged when a socket is about to be
opened, after names were resolved, so no name can change its mind in between; metadata services are never called.
"""

import socket
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit, urlunsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NEAR: tuple[Network, ...] = tuple(
    ip_network(block)
    for block in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "0.0.0.0/32",
        "::1/128",
        "::/128",
        "fc00::/7",
        "fe80::/10",
    )
)
METADATA: tuple[Network, ...] = tuple(
    ip_network(block)
    for block in (
        "169.254.0.0/16",
        "fd00:ec2::254/128",
        "fd20:ce::254/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
    )
)
_NAT64 = ip_network("64:ff9b::/96")
METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data"})

KNOWN = 1024
"""Targets that are not taken apart again at every post."""
_host: ContextVar[str] = ContextVar("callback host")


class Blocked(Exception):  # noqa: N818 - a verdict, recorded as an attempt's state
    """The target is one we do not call; ``str()`` says how to allow it, where it can be allowed."""


class Egress:
    """``allow`` holds host names, addresses, CIDR blocks or ``any``; ``rewrite`` maps host names to others."""

    def __init__(self, allow: Iterable[str] = (), rewrite: Mapping[str, str] | None = None) -> None:
        words = [word.strip().lower() for word in allow]
        self._any = "any" in words
        allowed = [network for word in words if (network := _network(word)) is not None]
        self._networks: tuple[Network, ...] = (*NEAR, *allowed)
        self._names = frozenset(word for word in words if _network(word) is None)
        self._rewrite = {name.lower(): target for name, target in (rewrite or {}).items()}
        self._aimed = lru_cache(KNOWN)(self._aimed_anew)

    def aim(self, url: str) -> str:
        """``url`` as it will be called, after ``rewrite``; its host is judged by name. Raises ``Blocked``."""
        host, aimed = self._aimed(url)
        _host.set(host)
        return aimed

    def _aimed_anew(self, url: str) -> tuple[str, str]:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        if host in self._rewrite:
            login, at, _ = parts.netloc.rpartition("@")
            port = f":{parts.port}" if parts.port else ""
            parts = parts._replace(netloc=f"{login}{at}{_bracketed(self._rewrite[host])}{port}")
            host = self._rewrite[host].strip("[]").lower()
        if host in METADATA_NAMES:
            raise Blocked(f"{host} is a cloud's metadata service: never called")
        return host, urlunsplit(parts)

    def open_socket(self, info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """The connector's socket factory: the one point that literals, names and redirects all pass."""
        family, kind, protocol, _, sockaddr = info
        self.judge(ip_address(str(sockaddr[0]).partition("%")[0]), _host.get(""))
        return socket.socket(family, kind, protocol)

    def judge(self, address: Address, host: str = "") -> None:
        """Raises ``Blocked`` unless ``address`` may be called."""
        address = _inner(address)
        if any(address in network for network in METADATA):
            raise Blocked(f"{address} is a cloud's metadata service: never called")
        if self._any or host in self._names or any(address in network for network in self._networks):
            return
        name = host or str(address)
        raise Blocked(f"{name} ({address}) is outside this machine's networks; allow it with --callback-allow {name}")


def _bracketed(host: str) -> str:
    """``::1`` → ``[::1]``"""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps, if it does."""
    if isinstance(address, IPv6Address):
        translated = IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
        return address.ipv4_mapped or address.sixtofour or translated or address
    return address


def _network(word: str) -> Network | None:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None
