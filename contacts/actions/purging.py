"""For good: records that leave the bin, and what nobody needs any more. Small batches, so that nobody waits for a long lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.actions.errors import NotInBin
from contacts.actions.files import forget_files_of
from contacts.actions.unsaved import KEPT_FOR
from contacts.models import (
    KEPT_IN_BIN,
    Attachment,
    Comment,
    CommentEdit,
    ContactPoint,
    Mention,
    Reaction,
    Reply,
    ReportRecipient,
    Unsaved,
    WorkRequest,
)
from crm import journal
from crm.models import User

BATCH = 100


@transaction.atomic
def purge_contact(*, by: User, contact: ContactPoint) -> None:
    """Delete a record in the bin for good, with everything that belongs to it; its files' bytes go once this is certain.

    The journal keeps who did what when, and no longer what it said. Raises NotInBin.
    """
    binned = ContactPoint.objects.for_the_house("the record that was chosen").exclude(deleted_at=None)
    current = binned.select_for_update(of=("self",)).filter(pk=contact.pk).first()
    if current is None:
        raise NotInBin
    _purge([current], by)


@transaction.atomic
def empty_bin(*, now: datetime) -> int:
    """Delete for good what has lain in the bin for 30 days; return how many records of one batch."""
    old = ContactPoint.objects.for_the_house("what lay in the bin long enough").filter(deleted_at__lte=now - KEPT_IN_BIN)
    rows = list(old.select_for_update(of=("self",), skip_locked=True).order_by("deleted_at", "pk")[:BATCH])
    _purge(rows, None)
    return len(rows)


@transaction.atomic
def clear_unsaved(*, now: datetime) -> int:
    """Forget forms that were begun and not touched for 90 days; return how many of one batch."""
    old = Unsaved.objects.for_the_house("forms nobody came back to").filter(updated_at__lt=now - KEPT_FOR)
    keys = list(old.order_by("updated_at").values_list("pk", flat=True)[:BATCH])
    Unsaved.objects.for_the_house("chosen above").filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def clear_removed_comments(*, now: datetime) -> int:
    """Let the texts go of comments that were removed 30 days ago; their places stay. Return how many of one batch."""
    why = "removed comments cannot be put back any more"
    old = Comment.objects.for_the_house(why).filter(removed_at__lte=now - KEPT_IN_BIN).exclude(body="")
    rows = list(old.select_for_update(of=("self",), skip_locked=True).order_by("removed_at", "pk")[:BATCH])
    keys = [row.pk for row in rows]
    belongings: tuple[Any, ...] = (CommentEdit, Mention, Reaction)
    for model in belongings:
        model.objects.for_the_house(why).filter(comment__in=keys).delete()
    Comment.objects.for_the_house(why).filter(pk__in=keys).update(body="")
    journal.silence({"contacts.Comment": keys})
    return len(rows)


def _purge(rows: list[ContactPoint], by: User | None) -> None:
    if not rows:
        return
    keys, why = [row.pk for row in rows], "records that go for good"
    owned: tuple[Any, ...] = (Comment, Attachment, Reaction, WorkRequest, Reply, ReportRecipient)
    parts = {
        model._meta.label: list(model._base_manager.for_the_house(why).filter(contact__in=keys).values_list("pk", flat=True))
        for model in owned
    }
    forget_files_of(contacts=keys)
    Unsaved.objects.for_the_house(why).filter(record__in=keys).delete()
    ContactPoint.objects.for_the_house(why).filter(pk__in=keys).delete()
    journal.silence({"contacts.ContactPoint": keys, **parts})
    for row in rows:
        journal.record(by, "purge", row, {"purged": False}, {"purged": True})
