"""What the form shows before anything is typed: for a new record, a copy, an edit, or one made from an appointment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from contacts.calls import caller, method_of
from contacts.entry import NextEntry
from contacts.forms.requests import open_requests
from contacts.forms.templates import from_template
from contacts.models import Attachment, ContactPoint, ContactTemplate, ReportRecipient
from crm.audience import Audience
from crm.models import AccountPlan, Asset, Choice, CollectedInfo, Customer, CustomerDepartment, Deal, Person, User, uuid7
from schedule.models import Appointment, AppointmentPerson

OPEN = (Appointment.Status.TENTATIVE, Appointment.Status.CONFIRMED)
MOST_CHIPS = 5
GUEST_NAMES = {"person": ("family_name", "given_name"), "customer": ("name", "legal_form", "legal_position")}
LINKS = ("department", "deal", "plan", "asset")
SHARED = ("method", "summary", "summary_note", "content", "direct", "category1", "category2", "custom")


def prefilled(asked: Any, viewer: User, today: date) -> dict[str, Any]:
    """Read what a link asks for; what the viewer may not see is as if it was not asked.

    From whom or what: ?customer= ?person= ?deal= ?asset= ?plan= ?appointment= ?copy= ?call=<phone>. How it begins: ?template= ?method=<meaning>
    ?internal=1 (work of our own, without customer and deal).
    """
    blank: dict[str, Any] = {"contact_id": uuid7(), "date": today, "owner": viewer.pk, "audience": Audience.whole_company()}
    return blank | _manner(asked, viewer) | _source(asked, viewer)


def _manner(asked: Any, viewer: User) -> dict[str, Any]:
    template = _numbered(ContactTemplate.objects.visible_to(viewer), asked.get("template"))
    begun = from_template(template) if template else {}
    if asked.get("internal"):
        begun["summary"] = Choice.objects.of("summary").offered().filter(semantic="internal").in_order().first()
    kind = asked.get("method") or ("call" if asked.get("call") else "")
    if kind and (method := method_of(kind)):
        begun |= {"method": method, "starts": timezone.localtime().time().replace(second=0, microsecond=0)}
    return begun


def _source(asked: Any, viewer: User) -> dict[str, Any]:
    if appointment := _seen(
        Appointment.objects.editable_by(viewer).select_related("scope", "method", "summary", "category1", "category2"),
        asked.get("appointment"),
    ):
        return from_appointment(appointment, viewer)
    if source := _seen(
        ContactPoint.objects.visible_to(viewer).select_related("scope", "method", "summary", "result", "category1", "category2"),
        asked.get("copy"),
    ):
        return _copied(source, _people(source, viewer), viewer)
    if phone := asked.get("call"):
        firm, person = caller(phone, viewer)
        return {"customer": firm and firm.pk, "people": [person.pk] if person else []}
    return _named(asked, viewer)


def _named(asked: Any, viewer: User) -> dict[str, Any]:
    if asset := _seen(Asset.objects.visible_to(viewer), asked.get("asset")):
        return {"asset": asset.pk, "customer": asset.customer_id}
    if plan := _seen(AccountPlan.objects.visible_to(viewer), asked.get("plan")):
        customer = _seen(Customer.objects.visible_to(viewer), asked.get("customer"))
        return {"plan": plan.pk, "customer": customer and customer.pk}
    if deal := _seen(Deal.objects.visible_to(viewer), asked.get("deal")):
        customer = Customer.objects.visible_to(viewer).filter(pk=deal.customer_id).first()
        return {"deal": deal.pk, "customer": customer and customer.pk}
    if person := _seen(Person.objects.visible_to(viewer), asked.get("person")):
        return {"customer": person.customer_id, "people": [person.pk]}
    if customer := _seen(Customer.objects.visible_to(viewer), asked.get("customer")):
        return {"customer": customer.pk}
    return {}


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
        "guests": guests_of(appointment.guests.order_by("place"), viewer),
        "infos": infos_of(appointment.infos, viewer),
        **{name: getattr(appointment, f"{name}_id") for name in LINKS},
        "participants": [row.user for row in appointment.participants.select_related("user").order_by("pk")],
        "audience": Audience.of(appointment.scope),
        **{name: getattr(appointment, name) for name in SHARED},
    }


def initial_of(contact: ContactPoint, viewer: User) -> dict[str, Any]:
    """Return a record, read with_surroundings, as the form shows it to this viewer."""
    started, ended = timezone.localtime(contact.started_at), contact.ended_at and timezone.localtime(contact.ended_at)
    people = _people(contact, viewer)
    return {
        **_copied(contact, people, viewer),
        "known": known_of(contact) | {"people": people},
        "contact_id": contact.pk,
        "version": contact.version,
        "date": started.date(),
        "starts": started.time() if contact.has_time else None,
        "ends": ended.time() if ended else None,
        "result": contact.result,
        "expenses": [_expense(line) for line in contact.expenses.select_related("kind").order_by("place", "pk")],
        "requests": open_requests(contact),
        "files": list(Attachment.objects.visible_to(viewer).filter(contact=contact, item="").in_order()),
        **_next(contact),
    }


def known_of(contact: ContactPoint) -> dict[str, list[Any]]:
    """Return the rows that the form need not look up again, as far as the viewer may see them."""
    models: dict[str, Any] = {"department": CustomerDepartment, "deal": Deal, "plan": AccountPlan, "asset": Asset}
    names = {field: getattr(contact, f"{field}_name", None) for field in models}
    linked = {field: [model(pk=getattr(contact, f"{field}_id"), name=names[field])] for field, model in models.items() if names[field]}
    return {**{field: [] for field in models}, **linked, "customer": [contact.customer] if contact.customer else []}


def _copied(contact: ContactPoint, people: list[Person], viewer: User) -> dict[str, Any]:
    """Return what a copy takes over: all but day, result, expenses and the next appointment."""
    role = ReportRecipient.Role
    staff = _staff(contact)
    told = sorted((user for user in staff if user.told), key=lambda user: user.told)
    return {
        "customer": contact.customer_id,
        "people": [person.pk for person in people],
        "guests": guests_of(contact.guests.order_by("place"), viewer),
        "infos": infos_of(contact.infos, viewer),
        **{name: getattr(contact, f"{name}_id") for name in LINKS},
        "participants": sorted((user for user in staff if user.took_part), key=lambda user: user.took_part),
        "audience": Audience.of(contact.scope),
        "report_to": [user for user in told if user.told_as == role.REPORT],
        "notice_to": [user for user in told if user.told_as == role.NOTICE],
        **{name: getattr(contact, name) for name in SHARED},
    }


def _people(contact: ContactPoint, viewer: User) -> list[Person]:
    place = contact.people.filter(person=OuterRef("pk")).values("place")[:1]
    seen = Person.objects.visible_to(viewer).filter(pk__in=contact.people.values("person"))
    return list(seen.annotate(stands=Subquery(place)).order_by("stands", "pk"))


def _staff(contact: ContactPoint) -> list[Any]:
    """Return who took part and who is told, with one query: `took_part` and `told` say in which order, `told_as` in which role."""
    took_part, told = contact.participants, contact.recipients
    mine = {
        "took_part": took_part.filter(user=OuterRef("pk")).values("pk"),
        "told": told.filter(user=OuterRef("pk")).values("pk"),
        "told_as": told.filter(user=OuterRef("pk")).values("role"),
    }
    rows = User.objects.filter(Q(pk__in=took_part.values("user")) | Q(pk__in=told.values("user")))
    return list(rows.annotate(**{name: Subquery(values[:1]) for name, values in mine.items()}).order_by("pk"))


def guests_of(there: Any, viewer: User) -> list[Person | Customer]:
    """Return who was there on the customers' side, in order, as far as the viewer may see them; only their names are at hand."""
    seen: dict[str, Any] = {"person": Person.objects.visible_to(viewer), "customer": Customer.objects.visible_to(viewer)}
    names = {
        f"{kind}_{column}": Subquery(seen[kind].filter(pk=OuterRef(f"{kind}_id")).values(column)[:1])
        for kind, columns in GUEST_NAMES.items()
        for column in columns
    }
    models: dict[str, Any] = {"person": Person, "customer": Customer}
    guests = []
    for row in there.annotate(**names):
        kind = "person" if row.person_id else "customer"
        said = {column: getattr(row, f"{kind}_{column}") for column in GUEST_NAMES[kind]}
        if None not in said.values():
            guests.append(models[kind](pk=getattr(row, f"{kind}_id"), **said))
    return guests


def infos_of(linked: Any, viewer: User) -> list[CollectedInfo]:
    """Return the information that hangs on a whole, as far as the viewer may see it."""
    return list(CollectedInfo.objects.visible_to(viewer).filter(pk__in=linked.values("info")).order_by("pk"))


def _expense(line: Any) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("kind", "origin", "destination", "round_trip", "amount_yen", "note")}


def _next(contact: ContactPoint) -> dict[str, Any]:
    """Return the next appointment that a draft asks for; a registered record has booked it."""
    if not contact.next_wanted:
        return {"next_linked": contact.next_appointment_id} if contact.next_appointment_id else {}
    wanted = NextEntry.of(contact.next_wanted)
    starts, ends = (timezone.localtime(moment) for moment in (wanted.starts_at, wanted.ends_at))
    times = {} if wanted.all_day else {"next_starts": starts.time(), "next_ends": ends.time()}
    words = {"next_method": wanted.method, "next_note": wanted.summary_note, "next_facilities": list(wanted.facilities)}
    return {"next_on": starts.date(), **times, **words}


def _seen(rows: Any, asked: str | None) -> Any:
    try:
        return rows.filter(pk=UUID(asked)).first() if asked else None
    except ValueError:
        return None


def _numbered(rows: Any, asked: str | None) -> Any:
    return rows.filter(pk=int(asked)).first() if asked and asked.isascii() and asked.isdigit() and len(asked) < 12 else None
