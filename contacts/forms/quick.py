"""What the short form offers at a tap: today's appointments, recent customers, whoever was reported to last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from contacts.calls import seen
from contacts.forms.contact import ContactForm
from contacts.forms.prefill import from_appointment, still_to_log
from contacts.forms.unsaved import NOT_TYPED, sent_by
from contacts.models import ContactPoint, ReportRecipient
from crm.models import Customer, User
from schedule.models import Appointment

# Fields that the page shows; all others travel hidden.
SHOWN = {"customer", "people", "method", "result", "content", "next_on", "report_to", "files", "pick", "open", *NOT_TYPED}
WORDS = ("method", "summary", "category1", "category2")
RECENT, MOST_RECENT = 40, 6
OWN = (
    *("contact_id", "result", "content", "report_to", "notice_to"),
    *("next_on", "next_starts", "next_ends", "next_method", "next_note", "next_facilities", "next_linked"),
)


@dataclass(frozen=True)
class Offers:
    """Chips. last: the key of one's last record."""

    appointments: list[Appointment] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    last: Any = None

    @classmethod
    def of(cls, viewer: User, now: datetime) -> Offers:
        """Gather them: the appointments nearest to now first. now: local time of the viewer."""
        mine = ContactPoint.objects.visible_to(viewer).registered().filter(owner=viewer)
        recent = list(mine.newest_first().values_list("pk", "customer_id")[:RECENT])
        keys = [key for key in dict.fromkeys(customer for _pk, customer in recent) if key][:MOST_RECENT]
        found = Customer.objects.visible_to(viewer).active().in_bulk(keys) if keys else {}
        near = sorted(still_to_log(viewer, now), key=lambda one: _distance(one, now))
        return cls(near, [found[key] for key in keys if key in found], recent[0][0] if recent else None)


def _distance(one: Appointment, now: datetime) -> tuple[bool, timedelta]:
    if one.starts_at <= now <= one.ends_at:
        return one.all_day, timedelta()
    return one.all_day, min(abs(one.starts_at - now), abs(one.ends_at - now))


def usual_readers(last: Any, viewer: User) -> list[User]:
    """Return who was reported to of one's last record."""
    if last is None:
        return []
    rows = ReportRecipient.objects.visible_to(viewer).filter(contact=last, role=ReportRecipient.Role.REPORT, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("pk")]


def held_early(initial: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return what an appointment fills in, without times that are still to come today: whoever records it by now met sooner than planned.

    The short form shows no times, so nobody could mend them there. now: local time of the viewer.
    """
    ahead = initial.get("date") == now.date() and initial.get("starts") and initial["starts"] > now.time()
    return initial | {"starts": None, "ends": None} if ahead else initial


def picked(sent: QueryDict, pick: str, viewer: User) -> QueryDict:
    """Return the form as sent, with what one tap fills in: a:<appointment> or c:<customer>. What was written stays."""
    kind, _colon, key = pick.partition(":")
    data = sent.copy()
    del data["pick"]
    if kind == "a" and (appointment := seen(Appointment.objects.editable_by(viewer).select_related("scope", *WORDS), key)):
        form = ContactForm(viewer=viewer, initial=held_early(from_appointment(appointment, viewer), timezone.localtime()))
        filled = sent_by(form)
        for name in {*data, *filled} - {*OWN, *NOT_TYPED}:
            data.setlist(name, filled.getlist(name))
    if kind == "c" and (customer := seen(Customer.objects.visible_to(viewer), key)):
        for name in ("appointment", "people", "guests", "department", "deal", "plan", "asset", "infos"):
            data.setlist(name, [])
        data["customer"] = str(customer.pk)
    return data
