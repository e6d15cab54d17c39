"""What the form shows before anything is typed: for a new record, a copy, an edit, or one made from an appointment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from contacts.entry import NextEntry
from contacts.models import ContactPoint, ReportRecipient
from crm.audience import Audience
from crm.models import Customer, Deal, Person, User, uuid7
from schedule.models import Appointment, AppointmentPerson

OPEN = (Appointment.Status.TENTATIVE, Appointment.Status.CONFIRMED)
MOST_CHIPS = 5
SHARED = ("method", "summary", "summary_note", "content", "direct")


def prefilled(asked: Any, viewer: User, today: date) -> dict[str, Any]:
    """Read ?customer= ?person= ?deal= ?appointment= ?copy=; what the viewer may not see is as if it was not asked."""
    blank: dict[str, Any] = {"contact_id": uuid7(), "date": today, "owner": viewer.pk, "audience": Audience.whole_company()}
    if appointment := _seen(Appointment.objects.editable_by(viewer).select_related("scope", "method", "summary"), asked.get("appointment")):
        return blank | from_appointment(appointment, viewer)
    if source := _seen(ContactPoint.objects.visible_to(viewer).select_related("scope", "method", "summary", "result"), asked.get("copy")):
        return blank | _copied(source, _people(source, viewer))
    if deal := _seen(Deal.objects.visible_to(viewer), asked.get("deal")):
        customer = Customer.objects.visible_to(viewer).filter(pk=deal.customer_id).first()
        return blank | {"deal": deal.pk, "customer": customer and customer.pk}
    if person := _seen(Person.objects.visible_to(viewer), asked.get("person")):
        return blank | {"customer": person.customer_id, "people": [person.pk]}
    if customer := _seen(Customer.objects.visible_to(viewer), asked.get("customer")):
        return blank | {"customer": customer.pk}
    return blank


def still_to_log(viewer: User, now: datetime) -> list[Appointment]:
    """Return today's own appointments that have begun or will, and of which no record was made. now: local time of the viewer."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Appointment.objects.editable_by(viewer).filter(owner=viewer, status__in=OPEN).between(start, start + timedelta(days=1))
    logged = ContactPoint.objects.visible_to(viewer).filter(owner=viewer).exclude(appointment=None)
    return list(mine.exclude(pk__in=logged.values("appointment")).with_faces(viewer).in_time_order()[:MOST_CHIPS])


def from_appointment(appointment: Appointment, viewer: User) -> dict[str, Any]:
    """Carry everything over that an appointment says (B16)."""
    people = AppointmentPerson.objects.visible_to(viewer).filter(appointment=appointment).order_by("pk")
    starts, ends = (timezone.localtime(moment) for moment in (appointment.starts_at, appointment.ends_at))
    times = {} if appointment.all_day else {"starts": starts.time(), "ends": ends.time() if ends.date() == starts.date() else None}
    return {
        "appointment": appointment.pk,
        "owner": appointment.owner_id,
        "date": starts.date(),
        **times,
        "customer": appointment.customer_id,
        "people": list(people.values_list("person_id", flat=True)),
        "deal": appointment.deal_id,
        "participants": [row.user for row in appointment.participants.select_related("user").order_by("pk")],
        "audience": Audience.of(appointment.scope),
        **{name: getattr(appointment, name) for name in SHARED},
    }


def initial_of(contact: ContactPoint, viewer: User) -> dict[str, Any]:
    """Return a record, read with_surroundings, as the form shows it to this viewer."""
    started, ended = timezone.localtime(contact.started_at), contact.ended_at and timezone.localtime(contact.ended_at)
    people = _people(contact, viewer)
    return {
        **_copied(contact, people),
        "known": known_of(contact) | {"people": people},
        "contact_id": contact.pk,
        "version": contact.version,
        "date": started.date(),
        "starts": started.time() if contact.has_time else None,
        "ends": ended.time() if ended else None,
        "result": contact.result,
        "expenses": [_expense(line) for line in contact.expenses.select_related("kind").order_by("place", "pk")],
        **_next(contact),
    }


def known_of(contact: ContactPoint) -> dict[str, list[Any]]:
    """Return the rows that the form need not look up again, as far as the viewer may see them."""
    deal_name = getattr(contact, "deal_name", None)
    return {
        "customer": [contact.customer] if contact.customer else [],
        "deal": [Deal(pk=contact.deal_id, name=deal_name)] if deal_name else [],
    }


def _copied(contact: ContactPoint, people: list[Person]) -> dict[str, Any]:
    """Return what a copy takes over: all but day, result, expenses and the next appointment."""
    role = ReportRecipient.Role
    told = list(contact.recipients.select_related("user").order_by("pk"))
    return {
        "customer": contact.customer_id,
        "people": [person.pk for person in people],
        "deal": contact.deal_id,
        "participants": [row.user for row in contact.participants.select_related("user").order_by("pk")],
        "audience": Audience.of(contact.scope),
        "report_to": [row.user for row in told if row.role == role.REPORT],
        "notice_to": [row.user for row in told if row.role == role.NOTICE],
        **{name: getattr(contact, name) for name in SHARED},
    }


def _people(contact: ContactPoint, viewer: User) -> list[Person]:
    seen = {row.pk: row for row in Person.objects.visible_to(viewer).filter(pk__in=contact.people.values("person"))}
    places = contact.people.order_by("place").values_list("person_id", flat=True) if len(seen) > 1 else seen
    return [seen[pk] for pk in places if pk in seen]


def _expense(line: Any) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("kind", "origin", "destination", "round_trip", "amount_yen", "note")}


def _next(contact: ContactPoint) -> dict[str, Any]:
    """Return the next appointment that a draft asks for; a registered record has booked it."""
    if not contact.next_wanted:
        return {}
    wanted = NextEntry.of(contact.next_wanted)
    starts, ends = (timezone.localtime(moment) for moment in (wanted.starts_at, wanted.ends_at))
    times = {} if wanted.all_day else {"next_starts": starts.time(), "next_ends": ends.time()}
    return {"next_on": starts.date(), **times, "next_method": wanted.method, "next_note": wanted.summary_note}


def _seen(rows: Any, asked: str | None) -> Any:
    try:
        return rows.filter(pk=UUID(asked)).first() if asked else None
    except ValueError:
        return None
