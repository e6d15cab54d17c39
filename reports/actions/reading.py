"""Reading a report, and thinking again about an answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contacts import actions as contacts
from contacts.models import ContactPoint, Reply
from crm import journal, outbox
from crm.models import User
from reports.models import Notice


class OnItsWay(Exception):
    """The answer has been sent and cannot be taken back."""


@transaction.atomic
def read_report(*, reader: User, contact: ContactPoint, now: datetime) -> None:
    """Note that a recipient has read a report; notices of it have thereby said what they had to say."""
    contacts.mark_read(reader=reader, contact=contact, now=now)
    Notice.objects.visible_to(reader).unread().filter(contact=contact).update(read_at=now)


@transaction.atomic
def take_back_reply(*, author: User, reply: Reply) -> None:
    """Undo an answer that nobody was told of yet.

    Raises OnItsWay if mail or notice went out, or is just going.
    """
    if not outbox.take_back(["reply.mail", "reply.notice"], reply.pk):
        raise OnItsWay
    journal.record(author, "take_back", reply, journal.picture(reply), {})
    reply.delete()
