"""From submissions and a scenario's verdict to stored messages and their timelines: one batch, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import timeline
from sandbox.calls import Admission, Send
from sandbox.reports import WORDS, Reports
from sandbox.scenario.verdict import PLAIN, Accept, Decision
from sandbox.scheduler import Scheduler, due
from sandbox.sms import encoding
from sandbox.sms.message import Message, Submission
from sandbox.sms.state import State
from sandbox.spaces.space import Space
from sandbox.store.base import Store
from sandbox.store.rows import NEVER, TIMELINE, Due
from sandbox.timeline import Happening
from sandbox.visit import Outcome, Visit


def admit(
    store: Store, visit: Visit, send: Send, decisions: Sequence[Decision], now: int
) -> tuple[list[Message], list[Admission]]:
    """The messages of a send, named by the provider; nothing is written yet."""
    space, provider = visit.space, visit.provider
    ids = [space.ids(provider.slug, submission.to) for submission in send.submissions]
    admissions = provider.admit(send, ids)
    whose = (space.name, provider.slug, send.account.name)
    callback_url = None if provider.callback_in_request else space.callback(provider.slug)
    first = store.number(len(admissions))
    seqs = range(first, first + len(admissions))
    parts = zip(seqs, send.submissions, admissions, decisions, strict=True)
    return [_message(whose, callback_url, now, *each) for each in parts], admissions


def _message(
    whose: tuple[str, str, str],
    callback_url: str | None,
    now: int,
    seq: int,
    submission: Submission,
    admission: Admission,
    decision: Decision,
) -> Message:
    """``callback_url``: where its reports go unless the submission says so."""
    text, alphabet, segments = submission.text, submission.encoding, submission.segments
    if admission.text is not None:
        text, (alphabet, _, segments) = admission.text, encoding.encode(admission.text)
    data = {**submission.data, **admission.data}
    if State.READ in [step.status for step in decision.steps]:
        data["channel"] = "RCS"  # only there does anybody learn that a message was read
    if decision.callback is not PLAIN:
        data[WORDS] = _words(decision)
    space, provider, account = whose
    return Message(
        seq=seq,
        id=admission.id,
        space=space,
        provider=provider,
        account=account,
        to=submission.to,
        sender=submission.sender,
        text=text,
        encoding=alphabet,
        segments=segments,
        state=decision.answer.status if isinstance(decision.answer, Accept) else State.QUEUED,
        accepted_at=now,
        state_at=now,
        reference=submission.reference,
        callback_url=submission.callback_url or callback_url,
        rule=decision.rule,
        provider_ids=admission.provider_ids,
        data=data,
    )


def _words(decision: Decision) -> Mapping[str, Any]:
    words = decision.callback
    return {
        **({"sign": words.sign} if words.sign else {}),
        **({"unknown_id": True} if words.unknown_id else {}),
        **({"retry": list(words.retry)} if words.retry is not None else {}),
    }


class Planner:
    """Lays out the timelines of stored messages."""

    def __init__(self, scheduler: Scheduler, reports: Reports) -> None:
        self._scheduler = scheduler
        self._reports = reports

    def plan(
        self, visit: Visit, send: Send, decisions: Sequence[Decision], messages: Sequence[Message], outcome: Outcome
    ) -> None:
        """What is due of each message, added to the outcome's batch."""
        for submission, decision, message in zip(send.submissions, decisions, messages, strict=True):
            if decision.steps:
                self._plan(visit, submission, decision, message, outcome)
        self._scheduler.arm_for(visit.space, outcome.batch.dues)

    def _plan(
        self, visit: Visit, submission: Submission, decision: Decision, message: Message, outcome: Outcome
    ) -> None:
        early = decision.callback.before_answer
        begin = message.accepted_at if early else timeline.start(submission, message.accepted_at)
        expires_at = None if submission.validity is None else begin + submission.validity
        if decision.held_by is not None:
            plan = timeline.hold(decision.steps, begin, expires_at, submission.window)
            outcome.batch.dues.append(self._held(visit.space, decision, message, expires_at, plan))
        elif early:
            self._begin_at_once(visit, message, timeline.lay(decision.steps, begin, expires_at), outcome)
        else:
            laid = timeline.plan(decision.steps, begin, expires_at)
            outcome.batch.dues.append(due(message, laid))

    def _begin_at_once(self, visit: Visit, message: Message, plan: list[Happening], outcome: Outcome) -> None:
        """The first step happens now, and its report leaves before the answer."""
        begun = self._reports.happen(visit.space, message, plan.pop(0), outcome.batch, "timeline")
        outcome.first += [(callback, message) for callback in begun]
        if plan:
            outcome.batch.dues.append(due(message, timeline.pack(plan)))

    def _held(self, space: Space, decision: Decision, message: Message, expires_at: int | None, plan: bytes) -> Due:
        at = min(decision.held_until or NEVER, expires_at or NEVER)
        return Due(message.seq, space.name, at, TIMELINE, plan, len(decision.steps), decision.held_by)
