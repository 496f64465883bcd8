"""Namirial SMS Gateway (PROVIDERS.md §C; S003): a send call and its webhook, and a status API beside it.

"Error (500 Internal Server Error)" (S003) is how this gateway says no, permanent errors included: a client that
retries every 5xx loops on 8, 56 and 61. Only a failed login is a 401 (code 63), and what the gateway could not even
read a 400 (code 0, our convention).
"""

from collections.abc import Sequence
from urllib.parse import unquote

from sandbox.calls import Admission, Ask, Call, Context, Found, Lookup, Operation, Send, Trace
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.base import Provider
from sandbox.providers.namirial import login, reports, requests
from sandbox.sms.message import Message, Receipt
from sandbox.vocabulary import Account
from sandbox.wire import Post, Reply, Request

SEND = Operation("sendSms", "send", "POST", "/api/Services/send")
SERVICE_STATUS = Operation("checkServiceStatus", "service_status", "POST", "/api/Services/checkServiceStatus")
ADMIN_SEND = Operation("adminSendSms", "send", "POST", "/api/Admin/send")
ADMIN_STATUS = Operation("getAdminStatus", "service_status", "POST", "/api/Admin/checkServiceStatus")
BY_ID = Operation("getMessageStatus", "status", "GET", "/api/messagestatus/{messageid}")
BY_NUMBER = Operation("getLatestSmsFromNumber", "status", "GET", "/api/messagestatus/phonenumber/{phonenumber}")
BY_REFERENCE = Operation("getLatestSmsFromReference", "status", "GET", "/api/messagestatus/reference/{referencekey}")

BODIES = {SEND: "SendRequest", ADMIN_SEND: "AdminSendRequest"}
ADMINS = frozenset({ADMIN_SEND, ADMIN_STATUS})
BY_KEY = frozenset({BY_ID, BY_NUMBER, BY_REFERENCE})
STATUS_API = BY_ID.path.removesuffix("{messageid}")
REFERENCES = BY_REFERENCE.path.removesuffix("{referencekey}")

HEALTHY = {
    "globalStatus": True,
    "dbStatus": True,
    "servicesStatus": True,
    "errorMessage": "",
    "versionNumber": "27.1.0.2",
}


class Namirial(Provider):
    slug = "namirial"
    title = "Namirial SMS Gateway"
    operations = (SEND, SERVICE_STATUS, ADMIN_SEND, ADMIN_STATUS, BY_ID, BY_NUMBER, BY_REFERENCE)
    states = reports.NOTIFIED
    step_codes = frozenset()
    step_detail = True
    login = ("username", "password")
    named_by = "username"
    callback_in_request = True

    # --- which operation, whose space ---------------------------------------------------------------

    def operation(self, request: Request) -> Operation:
        if _reference(request):
            if request.method != BY_REFERENCE.method:
                raise self.wrong_method(request, BY_REFERENCE.method)
            return BY_REFERENCE
        return super().operation(request)

    def parameters(self, request: Request, operation: Operation | None) -> dict[str, str]:
        """A reference key is the client's own and may hold a slash."""
        if operation is BY_REFERENCE:
            return {"referencekey": _reference(request)}
        return super().parameters(request, operation)

    def no_such_path(self, request: Request) -> Refusal:
        return Refusal("0", "Not found", status=404, explanation=f"no path {request.path}")

    def wrong_method(self, request: Request, allow: str) -> Refusal:
        explanation = f"{request.method} instead of {allow}"
        return Refusal("0", "Method not allowed", status=405, headers=(("Allow", allow),), explanation=explanation)

    def too_big(self, limit: int) -> Refusal:
        return Refusal("0", "Request too large", status=413, explanation=f"the body is over {limit} bytes")

    def identities(self, request: Request, operation: Operation | None) -> tuple[str, ...]:
        return login.identities(login.username(request), login.key(request))

    def identities_of(self, account: Account) -> tuple[str, ...]:
        return login.identities(account.settings["username"], account.settings.get("api_key", ""))

    def traces(self, request: Request, operation: Operation | None) -> tuple[Trace, ...]:
        return (Trace("message", self.parameters(request, operation)["messageid"]),) if operation is BY_ID else ()

    # --- the call -------------------------------------------------------------------------------------

    def authenticate(self, request: Request, operation: Operation, context: Context) -> Account | None:
        if operation is SERVICE_STATUS:
            return None
        if operation in BY_KEY:
            return login.key_holder(request, context)
        account = login.user(request, context)
        if operation in ADMINS and account.declared and not account.settings.get("admin"):
            raise Refusal("63", explanation=f"{account.name} is no admin account")
        return account

    def read(self, request: Request, operation: Operation, account: Account | None, context: Context) -> Call:
        if account is not None and operation in BODIES:
            return self._send(request, operation, account)
        if account is not None and operation in BY_KEY:
            return self._lookup(request, operation, account)
        return Ask(operation, account)

    def _send(self, request: Request, operation: Operation, account: Account) -> Send:
        body = requests.body(request, self.spec.schema(BODIES[operation]))
        requests.check_webhook(body, account)
        requests.check_account(body, account)
        submission = requests.submission(body, body.get("account") if operation is ADMIN_SEND else None)
        return Send(operation, account, body, (submission,), requests.demands(body, account))

    def _lookup(self, request: Request, operation: Operation, account: Account) -> Lookup:
        named = self.parameters(request, operation)
        owner = account.name if account.declared else None
        if operation is BY_ID:
            return Lookup(operation, owner, id=named["messageid"], receipts=True)
        return Lookup(
            operation,
            owner,
            to=requests.number(named.get("phonenumber")),
            reference=named.get("referencekey"),
            before=requests.send_date(request.query.get("sendDate")),
            limit=requests.count(request.query.get("count")),
            receipts=True,
        )

    def admit(self, send: Send, ids: Sequence[Ids]) -> list[Admission]:
        name = ids[0].uuid()
        return [Admission(name, {"id": name}, {})]

    def answer(self, call: Call, found: Found, context: Context) -> Reply:
        if isinstance(call, Ask):
            return Reply.json(HEALTHY)
        if isinstance(call, Send):
            provider = {"provider": reports.NETWORK} if call.body.get("detailed") else {}
            return Reply.json({"message": "0: Accepted for delivery", **provider, "id": found.messages[0].id})
        told = [{"message": reports.standing(m, found.receipts.get(m.seq))} for m in found.messages]
        if call.operation is not BY_ID:
            return Reply.json({"messages": told})
        if not told:
            raise Refusal("0", "Message not found", status=404)
        return Reply.json(told[0])

    def refused(self, refusal: Refusal, request: Request) -> Reply:
        entry = self.spec.errors[refusal.code]
        details = "; ".join(f"{fault.field} {fault.message}" for fault in refusal.faults) or None
        said = {"code": int(entry.code), "message": refusal.detail or entry.message, "details": details}
        wanted = login.API_KEY if request.path.startswith(STATUS_API) else login.BASIC
        challenge = (wanted,) if entry.status == 401 else ()
        return Reply.json(said, refusal.status or entry.status, (*challenge, *refusal.headers))

    # --- the webhook ----------------------------------------------------------------------------------

    def post(self, message: Message, receipt: Receipt, url: str) -> Post | None:
        return Post.json(url, reports.notification(message, receipt)) if receipt.status in self.states else None


def _reference(request: Request) -> str:
    """The reference key in the path, empty where there is none."""
    return unquote(request.path[len(REFERENCES) :]) if request.path.startswith(REFERENCES) else ""
