"""Mails that the demo keeps, and deliveries that an administrator tries again."""

from __future__ import annotations

from django.db import transaction

from crm import journal, outbox
from crm.models import User
from reports.models import SentMail


@transaction.atomic
def keep_mail(*, to: str, subject: str, text: str, html: str, message_id: str) -> SentMail:
    """Keep a mail where the demo can show it to its addressee. The same Message-ID a second time changes nothing."""
    said = {"subject": subject[:400], "text": text, "html": html}
    mail, _new = SentMail.objects.for_the_house("the demo's mail server").get_or_create(to=to, message_id=message_id, defaults=said)
    return mail


@transaction.atomic
def try_again(*, by: User, promise_id: int) -> bool:
    """Let workers try a delivery that was given up; return whether there was one."""
    row = outbox.failed().filter(pk=promise_id).first()
    if row is None or not outbox.retry(promise_id=promise_id):
        return False
    journal.record(by, "retry", row, {"failed_at": row.failed_at.isoformat() if row.failed_at else None}, {"failed_at": None})
    return True
