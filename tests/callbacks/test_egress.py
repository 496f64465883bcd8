"""Where a callback may go."""

from ipaddress import ip_address

import pytest

from sandbox.callbacks.dispatch import Dispatcher
from sandbox.callbacks.egress import Blocked, Egress
from sandbox.wire import Post

NEAR = [
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.17.0.1",
    "192.168.1.1",
    "::1",
    "fd12::1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "0.0.0.0",
]
FAR = ["8.8.8.8", "172.32.0.1", "192.169.0.1", "100.64.0.1", "2001:4860::8888", "::ffff:8.8.8.8", "2002:808:808::1"]
METADATA = ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "::ffff:169.254.169.254"]


@pytest.mark.parametrize("address", NEAR)
def test_this_machine_and_private_networks_may_be_called(address: str) -> None:
    Egress().judge(ip_address(address))


@pytest.mark.parametrize("address", FAR)
def test_the_rest_of_the_world_may_not_unless_allowed(address: str) -> None:
    with pytest.raises(Blocked, match="--callback-allow"):
        Egress().judge(ip_address(address))
    Egress(["any"]).judge(ip_address(address))


@pytest.mark.parametrize("address", METADATA)
def test_a_metadata_service_is_never_called(address: str) -> None:
    with pytest.raises(Blocked, match="never called"):
        Egress(["any", "169.254.0.0/16"]).judge(ip_address(address))


def test_a_network_or_a_name_can_be_allowed() -> None:
    egress = Egress(["203.0.113.0/24", "hooks.example.com"])
    egress.judge(ip_address("203.0.113.9"))
    egress.judge(ip_address("8.8.8.8"), "hooks.example.com")
    with pytest.raises(Blocked):
        egress.judge(ip_address("8.8.8.8"), "other.example.com")


def test_a_host_is_rewritten_and_its_port_and_path_are_kept() -> None:
    egress = Egress(rewrite={"localhost": "host.docker.internal"})
    assert egress.aim("http://localhost:9000/a?b=c") == "http://host.docker.internal:9000/a?b=c"
    assert egress.aim("http://other:9000/a") == "http://other:9000/a"


@pytest.mark.parametrize(
    ("target", "aimed"),
    [
        ("host.docker.internal", "http://app:p%40ss@host.docker.internal:9000/hook?a=b"),
        ("::1", "http://app:p%40ss@[::1]:9000/hook?a=b"),
        ("[::1]", "http://app:p%40ss@[::1]:9000/hook?a=b"),
    ],
)
def test_a_rewritten_host_keeps_the_login_before_it_and_an_address_its_brackets(target: str, aimed: str) -> None:
    assert Egress(rewrite={"localhost": target}).aim("http://app:p%40ss@localhost:9000/hook?a=b") == aimed


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:8.8.8.8]/",
        "http://METADATA.google.internal./",
    ],
)
async def test_a_blocked_target_is_told_apart_from_one_that_does_not_answer(url: str) -> None:
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(url, b"{}"), timeout=5)
    assert heard.blocked
    assert heard.status is None


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "http://[::1", "ftp://localhost/", "http://127.0.0.1:99999/", "http:///", "http://127.0.0.1:1/"],
)
async def test_an_unusable_url_is_an_attempt_that_failed_and_says_why(url: str) -> None:
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(url, b"{}"), timeout=5)
    assert (heard.status, heard.blocked) == (None, False)
    assert heard.error
