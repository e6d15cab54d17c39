"""Appointments as the calendar of the page draws them (FullCalendar's event objects)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import User
from schedule.models import Appointment

TONES = {
    "visit": "blue",
    "incoming_visit": "teal",
    "call": "green",
    "mail": "cyan",
    "web_meeting": "purple",
    "letter": "orange",
    "sms": "cyan",
}


def event_of(row: Appointment, viewer: User, principals: Collection[int], *, with_owner: bool) -> dict[str, Any]:
    """Return one event. principals: for whom the viewer may enter. with_owner: whose it is stands in the title."""
    zone: Any = ZoneInfo(row.owner.time_zone) if row.all_day else timezone.get_current_timezone()
    start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    words = title_of(row)
    return {
        "id": str(row.pk),
        "title": f"{row.owner}: {words}" if with_owner and row.owner_id != viewer.pk else words,
        "start": start.date().isoformat() if row.all_day else start.isoformat(),
        "end": end.date().isoformat() if row.all_day else end.isoformat(),
        "allDay": row.all_day,
        "url": reverse("schedule:detail", args=[row.pk]),
        "version": row.version,
        "editable": row.open and bool({row.owner_id, row.recorder_id} & {viewer.pk} or row.owner_id in principals),
        "tone": TONES.get(row.method.semantic, "indigo") if row.method else "indigo",
        "tentative": row.status == Appointment.Status.TENTATIVE,
        "cancelled": not row.open and row.status != Appointment.Status.DONE,
        "done": row.status == Appointment.Status.DONE,
        "direct": row.get_direct_display() if row.direct else "",
        "who": str(row.owner),
    }


def title_of(row: Appointment) -> str:
    """Name an appointment by what the viewer may see of it: customer, then summary; else how it takes place."""
    words = " ".join(part for part in (str(row.customer or ""), row.headline) if part)
    return words or str(row.method or _("Appointment"))
