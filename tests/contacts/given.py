"""Records with sensible defaults, made by the same action that people use; and what a browser sends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from contacts.actions import ContactEntry, NextEntry, log_contact
from contacts.models import ContactPoint
from crm.models import Outbox, User


def an_entry(now: datetime, **fields: Any) -> ContactEntry:
    """An hour's visit that began two hours ago."""
    times = {"started_at": now - timedelta(hours=2), "ended_at": now - timedelta(hours=1), "has_time": True}
    return ContactEntry(**{**times, "content": "見積を説明した。", **fields})


def a_next(now: datetime, days: int = 7, **fields: Any) -> NextEntry:
    starts_at = now + timedelta(days=days)
    return NextEntry(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **fields)


def a_contact(owner: User, now: datetime, **fields: Any) -> ContactPoint:
    doing = {name: fields.pop(name) for name in ("recorder", "draft", "contact_id") if name in fields}
    return log_contact(owner=owner, entry=an_entry(now, **fields), now=now, **{"recorder": owner, **doing})[0]


def promised(prefix: str = "") -> list[str]:
    """The topics promised so far, in order."""
    return list(Outbox.objects.filter(topic__startswith=prefix).order_by("pk").values_list("topic", flat=True))


def a_form(**fields: Any) -> dict[str, Any]:
    """What the form sends when little was entered."""
    lines = {"expenses-TOTAL_FORMS": "0", "expenses-INITIAL_FORMS": "0"}
    return {"contact_id": str(uuid4()), "date": "2026/11/20", "audience": "company", **lines, **fields}
