"""What the server says when it stands: where to point an application, and what to try first."""

from sandbox import __version__
from sandbox.services import Services


def text(services: Services, port: int) -> str:
    host = services.settings.host
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104 - only compared
    root = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
    width = max(len(provider.title) for provider in services.providers.values()) + 2
    bases = "\n".join(f"  {p.title:<{width}}{root}/{slug}" for slug, p in services.providers.items())
    scenario = services.opening()
    return f"""\
sms-sandbox {__version__}: nothing sent here reaches a phone.

Point your application's base URL at
{bases}

Scenario: {scenario.name} ({scenario.description.strip().splitlines()[0] if scenario.description else ""})
Page:     {root}/
API:      {root}/_sandbox/messages

Try:
  curl -u app:secret {root}/namirial/api/Services/send -H 'Content-Type: application/json' \\
    -d '{{"destination": "+447700900901", "text": "Your code is 123456"}}'
"""
