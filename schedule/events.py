"""Appointments as the calendar of the page draws them (FullCalendar's event objects).

A month of forty people is two thousand events: columns are read instead of rows, and whatever many share is looked up once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Choice, Customer, Delegation, User
from schedule.models import Appointment

Status = Appointment.Status
MOST = 3_000
TONES = {
    "visit": "blue",
    "incoming_visit": "teal",
    "call": "green",
    "mail": "cyan",
    "web_meeting": "purple",
    "letter": "orange",
    "sms": "cyan",
}
COLUMNS = (
    *("pk", "version", "owner_id", "recorder_id", "customer_id", "method_id", "summary_id", "summary_note"),
    *("starts_at", "ends_at", "all_day", "status", "direct"),
)


def events_of(rows: Any, viewer: User, *, with_owner: bool) -> list[dict[str, Any]]:
    """Return these appointments, which the viewer may see, as events in time order. with_owner: whose it is stands in the title."""
    read = [dict(zip(COLUMNS, row, strict=True)) for row in rows.in_time_order().values_list(*COLUMNS)[:MOST]]
    known = _Known(read, viewer)
    return [known.event(row, with_owner=with_owner) for row in read]


def title_of(row: Appointment, customer: Customer | None) -> str:
    """Name an appointment by its customer, as far as the viewer may see it, and its own words."""
    return _title(str(customer or ""), row.headline, row.method)


def _title(customer: str, headline: str, method: Choice | None) -> str:
    """Customer, then summary; else how it takes place."""
    return " ".join(part for part in (customer, headline) if part) or str(method or _("Appointment"))


class _Known:
    """What the events of one answer share: names, words and the viewer's rights."""

    def __init__(self, read: list[dict[str, Any]], viewer: User) -> None:
        self.viewer, self.zone = viewer, timezone.get_current_timezone()
        self.owners = User.objects.in_bulk({row["owner_id"] for row in read})
        self.choices = Choice.objects.in_bulk({row[name] for row in read for name in ("method_id", "summary_id") if row[name]})
        asked = {row["customer_id"] for row in read if row["customer_id"]}
        self.customers = {row.pk: str(row) for row in Customer.objects.visible_to(viewer).filter(pk__in=asked)} if asked else {}
        self.principals = {viewer.pk, *Delegation.objects.principals_of(viewer).values_list("pk", flat=True)}
        self.zones: dict[int, Any] = {pk: ZoneInfo(user.time_zone) for pk, user in self.owners.items()}
        self.path = reverse("schedule:detail", args=[UUID(int=0)])
        self.directs = {value: str(label) for value, label in Appointment.Direct.choices if value}

    def event(self, row: dict[str, Any], *, with_owner: bool) -> dict[str, Any]:
        owner, method = self.owners[row["owner_id"]], self.choices.get(row["method_id"])
        summary = " ".join(part for part in (str(self.choices.get(row["summary_id"], "")), row["summary_note"]) if part)
        words = _title(self.customers.get(row["customer_id"], ""), summary, method)
        if row["direct"]:
            words = f"{words} ({self.directs[row['direct']]})"
        status = row["status"]
        return {
            "id": str(row["pk"]),
            "title": f"{owner}: {words}" if with_owner and owner.pk != self.viewer.pk else words,
            "start": self._moment(row, row["starts_at"]),
            "end": self._moment(row, row["ends_at"]),
            "allDay": row["all_day"],
            "url": self.path.replace(str(UUID(int=0)), str(row["pk"])),
            "version": row["version"],
            "editable": self._movable(row),
            "direct": row["direct"],
            "tone": TONES.get(method.semantic, "indigo") if method else "indigo",
            "tentative": status == Status.TENTATIVE,
            "cancelled": status in (Status.CANCELLED, Status.NO_SHOW),
            "done": status == Status.DONE,
            "who": str(owner),
        }

    def _moment(self, row: dict[str, Any], at: datetime) -> str:
        if row["all_day"]:
            return at.astimezone(self.zones[row["owner_id"]]).date().isoformat()
        return at.astimezone(self.zone).isoformat()

    def _movable(self, row: dict[str, Any]) -> bool:
        mine = row["recorder_id"] == self.viewer.pk or row["owner_id"] in self.principals
        return mine and row["status"] in (Status.TENTATIVE, Status.CONFIRMED)
