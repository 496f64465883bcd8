"""The sandbox as a container of Testcontainers, which comes with the extra ``sms-sandbox[testcontainers]``.

    with SmsSandboxContainer() as sandbox:
        configure(namirial_url=f"{sandbox.url}/namirial")
        sandbox.client().messages.wait_for(to="+447700900901")

Applications on this machine get their callbacks: inside the container ``localhost`` is rewritten to the host.
"""

from typing import Any

from sandbox.client import Client
from sandbox.client.resource import DEFAULT
from sandbox.settings import Settings

try:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import HttpWaitStrategy
except ModuleNotFoundError as fault:
    raise ModuleNotFoundError(f"{fault}: install sms-sandbox[testcontainers]", name=fault.name) from None

IMAGE = "sms-sandbox"
PORT = Settings().port
HOST = "host.docker.internal"
"""What engines call the machine that they run on."""


class SmsSandboxContainer(DockerContainer):
    """Everything ``SMS_SANDBOX_…`` can be said with ``with_env``."""

    def __init__(self, image: str = IMAGE, **options: Any) -> None:
        super().__init__(image, **{"extra_hosts": {HOST: "host-gateway"}, **options})
        self.with_exposed_ports(PORT)
        self.with_env("SMS_SANDBOX_CALLBACK_REWRITE", f"localhost={HOST} 127.0.0.1={HOST}")
        self.waiting_for(HttpWaitStrategy(PORT, "/readyz"))

    @property
    def url(self) -> str:
        """Where this machine reaches it, once it is started."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def client(self, space: str = DEFAULT) -> Client:
        return Client(self.url, space, self.env.get("SMS_SANDBOX_TOKEN"))
