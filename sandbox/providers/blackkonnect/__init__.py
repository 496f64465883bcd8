"""BlackKonnect SMS API (S000, S001; PROVIDERS.md §A): tokens, single and bulk sends, status queries.

Two generations of the documentation are public. Fields of both are accepted, answers have the newer form. The token
call answers ``{"token": …}``: OAuth libraries that look for ``access_token`` break on it, here as there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import quote

from sandbox.calls import Admission, Ask, Call, Context, Found, Lookup, Operation, Send, Trace
from sandbox.durations import HOUR
from sandbox.errors import FieldFault, Refusal
from sandbox.ids import Ids
from sandbox.invented import Invented
from sandbox.providers.base import Provider
from sandbox.providers.blackkonnect import credentials, reading, words
from sandbox.sms.message import Message, Receipt
from sandbox.sms.state import State
from sandbox.vocabulary import Account
from sandbox.wire import NotJson, Post, Reply, Request, encode

TOKEN = Operation("retrieveAccessToken", "token", "POST", "/api/sms/authenticate/access-token/token/v1")
SIMPLE = Operation("sendSimpleSms", "send", "POST", "/api/sms/send-message/v1")
BULK = Operation("sendBulkSms", "send", "POST", "/api/sms/send-bulk-messages/v1")
STATUS = Operation("getMessageStatus", "status", "GET", "/api/sms/messages/status/{correlationId}/v1")
BULK_STATUS = Operation("getBulkMessageStatus", "status", "GET", "/api/sms/messages/status/bulk/{bulkCorrelationId}/v1")
RECEIPT = Operation("handleDeliveryReceipt", "", "GET", "/api/sms/delivery-receipt/v1")

PROBLEM = ("Content-Type", "application/problem+json")
CHALLENGE = ("WWW-Authenticate", "Bearer")
PHRASES = {status.value: status.phrase for status in HTTPStatus} | {413: "Content Too Large"}
"""Reason phrases; that of 413 (RFC 9110) hangs on Python's version otherwise."""

DEDUPE_FOR = 48 * HOUR
MOST_FAULTS = 100


class BlackKonnect(Provider):
    slug = credentials.SLUG
    title = "BlackKonnect SMS API"
    operations = (TOKEN, SIMPLE, BULK, STATUS, BULK_STATUS, RECEIPT)
    states = frozenset(words.STATES) - {State.QUEUED}
    login = ("client_id", "client_secret")
    named_by = "client_id"

    # --- which operation, whose space ---------------------------------------------------------------

    def no_such_path(self, request: Request) -> Refusal:
        return Refusal("400", "There is nothing at this path.", status=404)

    def wrong_method(self, request: Request, allow: str) -> Refusal:
        return Refusal("400", f"This path takes {allow} alone.", status=405, headers=(("Allow", allow),))

    def too_big(self, limit: int) -> Refusal:
        return Refusal("400", f"The body has more than {limit} bytes.", status=413)

    def identities(self, request: Request, operation: Operation | None) -> tuple[str, ...]:
        form = credentials.form(request) if operation is TOKEN else None
        return (form["client_id"],) if form and form.get("client_id") else ()

    def identities_of(self, account: Account) -> tuple[str, ...]:
        return (account.settings["client_id"],)

    def traces(self, request: Request, operation: Operation | None) -> tuple[Trace, ...]:
        token = credentials.bearer(request)
        return (Trace("token", token),) if token else ()

    # --- what they want -------------------------------------------------------------------------------

    def authenticate(self, request: Request, operation: Operation, context: Context) -> Account:
        if operation is not TOKEN:
            return credentials.holder(request, context)
        if request.oversize:  # the login is in the body, which was not read
            raise self.too_big(request.oversize)
        return credentials.log_in(request, context)

    def read(self, request: Request, operation: Operation, account: Account | None, context: Context) -> Call:
        return self._readers[operation.name](self, request, account, context)

    def _credentials(self, request: Request, account: Account, context: Context) -> Ask:
        form = credentials.form(request) or {}
        if form.get("grant_type") != "client_credentials":
            raise reading.at_fault(FieldFault("grant_type", "must be client_credentials"))
        return Ask(TOKEN, account, form)

    def _simple(self, request: Request, account: Account, context: Context) -> Send:
        body = self._body(request, "SimpleSmsMessageRequest")
        key = reading.dedupe(request, body, account)
        return Send(SIMPLE, account, body, (reading.simple(body, account),), dedupe=key, dedupe_for=DEDUPE_FOR)

    def _bulk(self, request: Request, account: Account, context: Context) -> Send:
        body = self._body(request, "BulkSmsMessageRequest")
        key = reading.dedupe(request, body, account)
        return Send(BULK, account, body, reading.bulk(body, account, context.now), dedupe=key, dedupe_for=DEDUPE_FOR)

    def _status(self, request: Request, account: Account, context: Context) -> Lookup:
        return Lookup(STATUS, account.name, id=self.parameters(request, STATUS)["correlationId"], limit=1)

    def _bulk_status(self, request: Request, account: Account, context: Context) -> Lookup:
        known_as = self.parameters(request, BULK_STATUS)["bulkCorrelationId"]
        return Lookup(BULK_STATUS, account.name, id=known_as, view=reading.view(request.query))

    def _receipt(self, request: Request, account: Account, context: Context) -> Lookup:
        reference, status = request.query.get("messageReference"), request.query.get("status", "")
        if not reference:
            raise reading.at_fault(FieldFault("messageReference", "is required"))
        if status not in words.SMPP:
            raise reading.at_fault(FieldFault("status", f"must be one of {', '.join(words.SMPP)}"))
        moves, view = words.SMPP[status], {"reference": reference}
        return Lookup(RECEIPT, account.name, id=reference, limit=1, moves=moves, view=view)

    _readers: ClassVar[Mapping[str, Callable[..., Call]]] = {
        TOKEN.name: _credentials,
        SIMPLE.name: _simple,
        BULK.name: _bulk,
        STATUS.name: _status,
        BULK_STATUS.name: _bulk_status,
        RECEIPT.name: _receipt,
    }

    def _body(self, request: Request, schema: str) -> dict[str, Any]:
        """The body, checked. Raises 400."""
        try:
            body = request.json
        except NotJson as fault:
            raise Refusal("400", "The body must be JSON.", explanation=f"no JSON: {fault}") from None
        if not isinstance(body, dict):
            raise Refusal("400", "The body must be a JSON object.")
        if not self.spec.schema(schema).valid(body):
            raise reading.at_fault(*islice(self._faults(schema, body), MOST_FAULTS))
        return body

    def _faults(self, name: str, value: Any, place: str = "") -> Iterator[FieldFault]:
        """Part by part: the gate is quick to find the bad ones, and they alone are worth the slow explainer."""
        schema = self.spec.schema(name)
        if schema.valid(value):
            return
        items, part, any_item = reading.PARTS.get(name, (None, "", None))  # no field of a JSON object is called None
        listed = value.get(items) if isinstance(value, dict) else None
        parts = listed if isinstance(listed, list) else []
        whole = {**value, items: [any_item]} if parts else value
        found = {f"{place}{fault.field}".rstrip("."): reading.wrong(fault) for fault in schema.faults(whole)}
        yield from (FieldFault(field, message) for field, message in found.items())
        for turn, item in enumerate(parts):
            yield from self._faults(part, item, f"{place}{items}[{turn}].")

    # --- what they are told ---------------------------------------------------------------------------

    def admit(self, send: Send, ids: Sequence[Ids]) -> list[Admission]:
        """A message's ``id`` is its ``uuid``; ``correlationId`` and ``bulkId`` are all the request's."""
        names, destinations = {"correlationId": ids[0].uuid()}, [send.body]
        data = {"conversationId": ids[0].uuid()}
        if send.operation is BULK:
            names["bulkId"] = send.body.get("bulkId") or ids[0].uuid()
            destinations = [destination for part in send.body["messages"] for destination in part["destinations"]]
        return [
            Admission(source.uuid(), {**names, "messageId": destination.get("messageId") or source.uuid()}, data)
            for destination, source in zip(destinations, ids, strict=True)
        ]

    def answer(self, call: Call, found: Found, context: Context) -> Reply:
        if isinstance(call, Lookup) and not found.messages:
            raise Refusal("400", "No message is known by this id.")
        return Reply.json(self._answers[call.operation.name](self, call, found.messages, context))

    def _token(self, call: Ask, messages: Sequence[Message], context: Context) -> dict[str, Any]:
        return {"token": credentials.issue(call.body["client_id"], call.body.get("scope", ""), context)}

    def _queued(self, call: Send, messages: Sequence[Message], context: Context) -> dict[str, Any]:
        status = words.STATES[messages[0].state].status
        return {**words.envelope(call, messages[0], [None]), "deliveryStatus": status, "isSuccessful": True}

    def _queued_in_bulk(self, call: Send, messages: Sequence[Message], context: Context) -> dict[str, Any]:
        return {
            **words.envelope(call, messages[0], words.as_sent(call.body["messages"])),
            "bulkId": messages[0].provider_ids["bulkId"],
            "smsMessageDeliveryStatuses": [words.taken(message) for message in messages],
            "isSuccessful": True,
        }

    def _one(self, call: Lookup, messages: Sequence[Message], context: Context) -> dict[str, Any]:
        return words.item(messages[0], messages[0].state, messages[0].state_at)

    def _many(self, call: Lookup, messages: Sequence[Message], context: Context) -> list[dict[str, Any]]:
        """Those of the newest send, in request order unless sorted."""
        send, view = messages[0].provider_ids["correlationId"], call.view
        found = sorted((m for m in messages if m.provider_ids["correlationId"] == send), key=lambda m: m.seq)
        items = [words.item(message, message.state, message.state_at) for message in found]
        if view["by"]:
            items.sort(key=lambda item: item[view["by"]] or "", reverse=view["descending"])
        return items[view["page"] * view["size"] : (view["page"] + 1) * view["size"]]

    def _operators_word(self, call: Lookup, messages: Sequence[Message], context: Context) -> dict[str, Any]:
        operator = Invented(context.seed).operator(messages[0].to)
        data = words.operator_delivery(messages[0], call.view["reference"], operator)
        return {"code": 0, "message": None, "data": data}

    _answers: ClassVar[Mapping[str, Callable[..., Any]]] = {
        TOKEN.name: _token,
        SIMPLE.name: _queued,
        BULK.name: _queued_in_bulk,
        STATUS.name: _one,
        BULK_STATUS.name: _many,
        RECEIPT.name: _operators_word,
    }

    def refused(self, refusal: Refusal, request: Request) -> Reply:
        """A ProblemDetail; ``errors`` where fields are at fault."""
        entry = self.spec.errors[refusal.code]
        status = refusal.status or entry.status
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": PHRASES[status],
            "status": status,
            "detail": refusal.detail or entry.message,
            "instance": quote(request.path or "/", safe="/:@!$&'()*+,;=%", errors="replace"),
        }
        if refusal.faults:
            problem["errors"] = [{"field": fault.field, "message": fault.message} for fault in refusal.faults]
        challenge = (CHALLENGE,) if status == 401 else ()
        return Reply(status, encode(problem), (PROBLEM, *challenge, *refusal.headers))

    # --- reports, and what the journal may show ---------------------------------------------------------

    def post(self, message: Message, receipt: Receipt, url: str) -> Post | None:
        if receipt.status not in self.states:
            return None
        item = words.item(message, receipt.status, receipt.at)
        return Post.json(url, {**item, "callbackData": message.data.get("callbackData"), "smsCount": message.segments})

    def masked_body(self, operation: Operation | None, body: bytes) -> bytes:
        return credentials.masked_form(body) if operation in (TOKEN, None) else body

    def masked_answer(self, operation: Operation | None, body: bytes) -> bytes:
        return credentials.masked_token(body) if operation is TOKEN else body
