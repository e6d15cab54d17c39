"""Into the bin and out of it, and back to an earlier text."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contacts.actions.errors import AlreadyFulfilled, NoSuchText
from contacts.entry import says
from contacts.models import ContactPoint
from crm import journal
from crm.actions import standing
from crm.japanese import searchable
from crm.models import AuditEntry, User


@transaction.atomic
def delete_contact(*, by: User, contact: ContactPoint, now: datetime) -> ContactPoint:
    """Put a record into the bin: nobody sees it any more; owner and recorder may take it out for 30 days."""
    return _put(by, contact, "delete", now)


@transaction.atomic
def restore_contact(*, by: User, contact: ContactPoint, now: datetime) -> ContactPoint:
    """Take a record out of the bin, as it was; nobody is told.

    Raises AlreadyFulfilled if another record was made from its appointment in the meantime.
    """
    made = ContactPoint.objects.for_the_house("one record per appointment").registered()
    others = made.filter(appointment=contact.appointment_id, deleted_at=None).exclude(pk=contact.pk)
    if contact.appointment_id and contact.state == ContactPoint.State.REGISTERED and (other := others.first()):
        raise AlreadyFulfilled(other)
    return _put(by, contact, "restore", None)


@transaction.atomic
def restore_content(*, by: User, contact: ContactPoint, version: int, entry: AuditEntry) -> ContactPoint:
    """Give a record the text again that it had before a change: a change like any other, of which nobody is told.

    Raises StaleVersion, NoSuchText.
    """
    current: ContactPoint = standing(contact, version)
    text = entry.before.get("content") if (entry.model, entry.object_id) == (current._meta.label, str(current.pk)) else None
    if not isinstance(text, str):
        raise NoSuchText
    before = journal.picture(current)
    current.content = text
    current.search_text = searchable(*says(current))
    current.version += 1
    current.save(update_fields=["content", "search_text", "version", "updated_at"])
    journal.record(by, "restore_text", current, before, journal.picture(current))
    return current


def _put(by: User, contact: ContactPoint, verb: str, deleted_at: datetime | None) -> ContactPoint:
    current = ContactPoint.objects.for_the_house("the record that was chosen").select_for_update().get(pk=contact.pk)
    if (current.deleted_at is None) == (deleted_at is None):
        return current
    before = journal.picture(current)
    current.deleted_at = deleted_at
    current.version += 1
    current.save(update_fields=["deleted_at", "version", "updated_at"])
    journal.record(by, verb, current, before, journal.picture(current))
    return current
