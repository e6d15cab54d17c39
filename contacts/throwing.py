"""What lies in somebody's bin, and for how long yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from contacts.models import KEPT_IN_BIN, ContactPoint
from crm.japanese import terms
from crm.models import Customer, User


def binned(user: User, now: datetime, typed: str = "") -> Any:
    """Return what this user may take back out of the bin, and whose words or customer fit what was typed."""
    rows = ContactPoint.objects.with_faces(user).in_bin_of(user, now)
    return rows.saying(terms(typed), Customer.objects.visible_to(user)) if typed else rows


def days_left(row: ContactPoint, now: datetime) -> int:
    """Return on how many more days a record in the bin can be taken back; today counts."""
    left = row.deleted_at + KEPT_IN_BIN - now if row.deleted_at else timedelta()
    return max(0, -(-left // timedelta(days=1)))
