"""BlackKonnect's bulk send, the one call that takes several messages and says when they may leave."""

from typing import Any

from tests.support.checked import Checked, Told

SLUG = "blackkonnect"
PATH = "/api/sms/send-bulk-messages/v1"


def part(*numbers: str, **fields: Any) -> dict[str, Any]:
    """One message of a bulk to these numbers."""
    return {"text": "We are open.", "destinations": [{"destination": number} for number in numbers], **fields}


async def bulk(sandbox: Checked, *parts: dict[str, Any], login: dict[str, Any] | None = None, **fields: Any) -> Told:
    call = await sandbox.wire(SLUG, login)
    return await sandbox.tell(call.but(path=PATH, json={**fields, "messages": list(parts)}))
