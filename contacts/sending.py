"""One send, one record, even when a device sends twice at the same moment."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError

from contacts.actions import log_contact
from contacts.actions.comments import write_comment
from contacts.models import Comment, ContactPoint


def log_once(**said: Any) -> tuple[ContactPoint, bool]:
    """Log a contact as log_contact does. When two sends meet, the database lets one through; the other then finds its record.

    The same holds for two people who make a record of one appointment: the second hears AlreadyFulfilled.
    """
    try:
        return log_contact(**said)
    except IntegrityError:
        return log_contact(**said)


def comment_once(**said: Any) -> tuple[Comment, bool]:
    """Comment as write_comment does; of two sends of one comment that meet, the second finds the first."""
    try:
        return write_comment(**said)
    except IntegrityError:
        return write_comment(**said)
