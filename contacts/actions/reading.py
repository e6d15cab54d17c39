"""What a recipient does with a report, and telling one of them again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from contacts.actions.errors import NotToldYet
from contacts.models import ContactPoint, Reply, ReportRecipient
from crm import journal
from crm.models import User
from crm.outbox import promise_each

# A slip of the thumb can be taken back before anybody is told.
SECOND_THOUGHTS = timedelta(seconds=10)


@transaction.atomic
def mark_read(*, reader: User, contact: ContactPoint, now: datetime) -> ReportRecipient | None:
    """Note that a recipient has read the record in its present version; None if nothing was reported to this person."""
    row = _told(reader, contact)
    if row:
        row.first_read_at = row.first_read_at or now
        row.last_read_at, row.read_version = now, contact.version
        row.save(update_fields=["first_read_at", "last_read_at", "read_version"])
    return row


@transaction.atomic
def confirm(*, reader: User, contact: ContactPoint, now: datetime) -> ReportRecipient | None:
    """Note that a recipient confirms the record; the first time counts."""
    row = mark_read(reader=reader, contact=contact, now=now)
    if row and row.confirmed_at is None:
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])
    return row


@transaction.atomic
def reply(*, author: User, contact: ContactPoint, body: str, now: datetime) -> Reply:
    """Answer a report; its owner is told ten seconds later. Answering means having read."""
    mark_read(reader=author, contact=contact, now=now)
    answer = Reply.objects.create(contact=contact, author=author, body=body)
    if author.pk != contact.owner_id:
        promise_each([("reply.mail", answer.pk), ("reply.notice", answer.pk)], due_at=now + SECOND_THOUGHTS)
    return answer


@transaction.atomic
def send_again(*, by: User, recipient: ReportRecipient, now: datetime, reason: str = "") -> ReportRecipient:
    """Tell one recipient again, which no change of the record ever does by itself.

    Raises NotToldYet if this person was not told a first time.
    """
    row = ReportRecipient.objects.for_the_house("the recipient that was chosen").select_for_update().get(pk=recipient.pk)
    if row.notified_at is None:
        raise NotToldYet
    before = journal.picture(row)
    row.sent_again_at, row.again_reason = now, reason
    row.save(update_fields=["sent_again_at", "again_reason"])
    promise_each([("again.mail", row.pk), ("again.notice", row.pk)])
    journal.record(by, "send_again", row, before, journal.picture(row))
    return row


def _told(reader: User, contact: ContactPoint) -> ReportRecipient | None:
    rows = ReportRecipient.objects.for_the_house("the reader's own line").filter(contact=contact, user=reader)
    return rows.exclude(notified_at=None).select_for_update().first()
