"""What becomes of a to-do or a request: done, returned, called off, taken up again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contacts.actions.errors import NotForYou, NotOpenAnyMore
from contacts.actions.reading import SECOND_THOUGHTS
from contacts.asking import ANSWERS, answer_key, answered, asked, called_off
from contacts.models import WorkRequest
from crm import journal, outbox
from crm.models import User
from crm.outbox import promise_each

State = WorkRequest.State


@transaction.atomic
def finish(*, by: User, request: WorkRequest, now: datetime) -> WorkRequest:
    """Mark a request as done; its asker is told ten seconds later, unless it is taken back by then.

    Raises NotForYou unless `by` is the addressee, NotOpenAnyMore.
    """
    row = _locked(request)
    _require(row.to_id == by.pk, row.state == State.SENT)
    return _settle(by, row, "finish", State.DONE, now)


@transaction.atomic
def send_back(*, by: User, request: WorkRequest, reason: str, now: datetime) -> WorkRequest:
    """Return a request to its asker with a reason. A to-do for oneself is returned to nobody: call it off.

    Raises NotForYou unless `by` is the addressee, NotOpenAnyMore.
    """
    row = _locked(request)
    _require(row.to_id == by.pk and not row.own, row.state == State.SENT)
    return _settle(by, row, "return", State.RETURNED, now, answer=reason)


@transaction.atomic
def cancel_request(*, by: User, request: WorkRequest, now: datetime) -> WorkRequest:
    """Call a request off; whoever was asked is told. Raises NotForYou unless `by` asked, NotOpenAnyMore."""
    row = _locked(request)
    _require(row.asker_id == by.pk, row.state in (State.SENT, State.RETURNED))
    told = called_off(row) if row.state == State.SENT else []
    row = _settle(by, row, "cancel", State.CANCELLED, now)
    promise_each([(topic, f"{row.pk}:{row.state}") for topic, _key in told])
    return row


@transaction.atomic
def take_back(*, by: User, request: WorkRequest) -> WorkRequest:
    """Open a request again that `by` has finished, returned or called off. Whoever has been told of that is told anew.

    Raises NotForYou unless `by` did it, NotOpenAnyMore if it is open or was never sent.
    """
    row = _locked(request)
    _require(row.done_by_id == by.pk, row.state not in (State.SENT, State.UNSENT))
    return _reopen(by, row)


@transaction.atomic
def ask_again(*, by: User, request: WorkRequest) -> WorkRequest:
    """Ask once more for what was done, returned or called off. Raises NotForYou unless `by` asked, NotOpenAnyMore."""
    row = _locked(request)
    _require(row.asker_id == by.pk, row.state not in (State.SENT, State.UNSENT))
    was = row.state
    row = _reopen(by, row)
    if was != State.CANCELLED:
        promise_each(asked(row))
    return row


def _locked(request: WorkRequest) -> WorkRequest:
    rows = WorkRequest.objects.for_the_house("an action checks what it is about to change")
    row: WorkRequest = rows.select_for_update(of=("self",)).get(pk=request.pk)
    return row


def _require(theirs: bool, fits: bool) -> None:
    if not theirs:
        raise NotForYou
    if not fits:
        raise NotOpenAnyMore


def _settle(by: User, row: WorkRequest, verb: str, state: str, now: datetime, answer: str = "") -> WorkRequest:
    before = journal.picture(row)
    row.state, row.done_at, row.done_by, row.answer = state, now, by, answer
    row.save(update_fields=["state", "done_at", "done_by", "answer"])
    if state != State.CANCELLED:
        promise_each(answered(row), due_at=now + SECOND_THOUGHTS)
    journal.record(by, verb, row, before, journal.picture(row))
    return row


def _reopen(by: User, row: WorkRequest) -> WorkRequest:
    """What was settled a moment ago was told to nobody yet, and then it is not told at all."""
    before, was, key = journal.picture(row), row.state, answer_key(row)
    row.state, row.done_at, row.done_by, row.answer = State.SENT, None, None, ""
    row.save(update_fields=["state", "done_at", "done_by", "answer"])
    if was == State.CANCELLED:
        promise_each(asked(row))
    elif not row.own and not outbox.take_back(ANSWERS, key) and by.pk == row.to_id:
        promise_each([("requestanswer.notice", f"{row.pk}:{State.SENT}")])
    journal.record(by, "reopen", row, before, journal.picture(row))
    return row
