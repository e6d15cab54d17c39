"""Giving notices and reading them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contacts.models import ContactPoint
from crm.models import User
from reports.models import Notice


@transaction.atomic
def give_notice(*, to: User, kind: Notice.Kind, actor: User, contact: ContactPoint, source: str) -> Notice:
    """Tell one person in the browser.

    source: the promise behind it. A second call with the same one changes nothing.
    """
    said = {"recipient": to, "kind": kind, "actor": actor, "contact": contact}
    notice, _new = Notice.objects.for_the_house("given by a promise").get_or_create(source=source, defaults=said)
    return notice


@transaction.atomic
def open_notice(*, by: User, notice: Notice, now: datetime) -> Notice:
    """Note that its recipient has opened a notice; the first time counts."""
    Notice.objects.visible_to(by).unread().filter(pk=notice.pk).update(read_at=now)
    return notice


@transaction.atomic
def read_all_notices(*, by: User, now: datetime) -> int:
    """Note that a person has seen all their notices; return how many were new."""
    return Notice.objects.visible_to(by).unread().update(read_at=now)
