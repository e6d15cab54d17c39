"""Logging a contact and changing it: one save writes the record, its parts, its readers, the next appointment and the promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from contacts.actions.errors import AlreadyFulfilled, MetInTheFuture, NextAlreadyBooked, NotYourAppointment
from contacts.actions.itemfiles import ItemFiles
from contacts.actions.parts import Parts
from contacts.actions.unsaved import Known
from contacts.entry import ContactEntry, copied_fields, says
from contacts.models import ContactPoint, ReportRecipient, Unsaved
from crm import journal
from crm.actions import NotDelegated, check_together, sent_before, standing
from crm.audience import name_readers, scope_for
from crm.items import fill_items
from crm.japanese import searchable
from crm.models import AccountPlan, Asset, Customer, CustomerDepartment, Deal, Delegation, Membership, Person, User, uuid7
from crm.numbers import next_number
from crm.outbox import promise_each
from schedule.actions import AppointmentEntry, book, fulfil
from schedule.models import Appointment

BELOW: dict[str, Any] = {"department": CustomerDepartment, "asset": Asset, "deal": Deal}
DRAFT, REGISTERED = ContactPoint.State.DRAFT, ContactPoint.State.REGISTERED


@transaction.atomic
def log_contact(
    *,
    owner: User,
    recorder: User,
    entry: ContactEntry,
    now: datetime,
    draft: bool = False,
    contact_id: UUID | None = None,
    source: str = "web",
    known: Known | None = None,
) -> tuple[ContactPoint, bool]:
    """Record a contact, book the next appointment and promise the reports; return (contact, is_new).

    draft: only owner and recorder see it, nobody is told, nothing is booked.
    contact_id: made by the device. A second call with the same one returns the first record unchanged.
    known: what the sender knew of the form that was begun for it (_release_begun).

    Raises NotDelegated, MetInTheFuture, NotYourAppointment, AlreadyFulfilled, IdTaken, and what check_together raises.
    """
    _require_delegation(owner, recorder, now)
    if first := sent_before(ContactPoint, contact_id, recorder):
        return first, False
    _check_time(entry, owner, now, draft=draft)
    check_together(entry, list(entry.people))
    _require_appointment(entry.appointment, recorder)
    unit = _unit_of(owner, now)
    contact = ContactPoint(
        id=contact_id or uuid7(), owner=owner, recorder=recorder, owner_unit_id=unit, source=source, **copied_fields(entry)
    )
    contact.custom = dict(entry.appointment.custom) if entry.appointment else {}
    fill_items(contact, entry.custom, recorder)
    contact.scope = scope_for(entry.audience)
    contact.next_wanted = entry.next.kept() if draft and entry.next else None
    contact.next_appointment = entry.linked if draft else None
    if not draft:
        _register(contact, entry, recorder, now)
    _write(contact, entry, recorder, now, Parts(contact, is_new=True), {})
    _release_begun(contact, recorder, known, is_new=True)
    return contact, True


@transaction.atomic
def change_contact(
    *,
    by: User,
    contact: ContactPoint,
    version: int,
    entry: ContactEntry,
    now: datetime,
    register: bool = False,
    known: Known | None = None,
) -> ContactPoint:
    """Change a record, and register it if it is a draft; only recipients who are new to it are told.

    What the record holds and `by` may not see (customer, people, deal) stays, unless the entry names something that does not go with it.
    known: what the sender knew of the form that was begun for it (_release_begun).

    Raises StaleVersion, NotDelegated, MetInTheFuture, NotYourAppointment, AlreadyFulfilled, NextAlreadyBooked, and what check_together
    raises.
    """
    current = standing(contact, version)
    parts = Parts(current, is_new=False)
    before = parts.picture()
    registering = register and current.state == DRAFT
    stays_draft = current.state == DRAFT and not register
    if registering:
        _require_delegation(current.owner, by, now)
    _check_time(entry, current.owner, now, draft=stays_draft)
    _check_new_links(entry, current, parts)
    entry = _with_hidden_kept(entry, by, current, parts)
    if registering or (entry.appointment and entry.appointment.pk != current.appointment_id):
        _require_appointment(entry.appointment, by)
    for name, value in copied_fields(entry).items():
        setattr(current, name, value)
    fill_items(current, entry.custom, by)
    current.scope = scope_for(entry.audience)
    current.version += 1
    current.next_wanted = entry.next.kept() if stays_draft and entry.next else None
    if stays_draft:
        current.next_appointment = entry.linked
    if registering:
        _register(current, entry, by, now)
    elif not stays_draft:
        _book_next(current, entry, by, now)
    _write(current, entry, by, now, parts, before)
    _release_begun(current, by, known, is_new=False)
    return current


def _require_delegation(owner: User, recorder: User, now: datetime) -> None:
    if owner.pk == recorder.pk:
        return
    today = now.astimezone(ZoneInfo(recorder.time_zone)).date()
    if not Delegation.objects.principals_of(recorder, today).filter(pk=owner.pk).exists():
        raise NotDelegated


def _unit_of(owner: User, now: datetime) -> int | None:
    today = now.astimezone(ZoneInfo(owner.time_zone)).date()
    posts = Membership.objects.on(today).filter(user=owner).order_by("-is_primary", "pk")
    return posts.values_list("unit", flat=True).first()


def _check_time(entry: ContactEntry, owner: User, now: datetime, *, draft: bool) -> None:
    zone = ZoneInfo(owner.time_zone)
    if not draft and (entry.started_at > now if entry.has_time else entry.started_at.astimezone(zone).date() > now.astimezone(zone).date()):
        raise MetInTheFuture


def _check_new_links(entry: ContactEntry, current: ContactPoint, parts: Parts) -> None:
    """Check what is new to the record. What stood there with the same customer may have moved on since: the record says what was true then."""
    people = list(entry.people)
    if entry.customer and entry.customer.pk == current.customer_id:
        standing: dict[str, Any] = {
            name: None for name in BELOW if (link := getattr(entry, name)) and link.pk == getattr(current, f"{name}_id")
        }
        entry, people = replace(entry, **standing), [person for person in people if person.pk not in parts.people]
    check_together(entry, people)


def _require_appointment(appointment: Appointment | None, by: User) -> None:
    """Let a record be made from an appointment once, by somebody who may change it. Drafts do not count: nobody else sees them."""
    if appointment is None:
        return
    # The lock lets two who register at the same moment wait for each other, so that the second hears of the first.
    mine = Appointment.objects.editable_by(by).filter(pk=appointment.pk).select_for_update(of=("self",), no_key=True)
    if mine.first() is None:
        raise NotYourAppointment
    made = ContactPoint.objects.for_the_house("one record per appointment").registered()
    if first := made.filter(appointment=appointment, deleted_at=None).first():
        raise AlreadyFulfilled(first)


def _with_hidden_kept(entry: ContactEntry, by: User, current: ContactPoint, parts: Parts) -> ContactEntry:
    """Fill in what `by` could not have seen and therefore not have meant to empty.

    What does not go with the rest of the entry is dropped instead: a refusal would tell that it is there. With the same customer all of it goes,
    even what has moved to another one since.
    """
    why, kept = "kept unseen", dict[str, Any]()
    same = entry.customer is not None and entry.customer.pk == current.customer_id
    if entry.appointment is None and current.appointment_id:
        kept["appointment"] = _kept_appointment(current, by)
    if entry.customer is None and _fits_unseen(entry, current) and _hidden(Customer, current.customer_id, by):
        people = Person.objects.for_the_house(why).in_bulk(parts.people)
        kept["customer"] = _kept(Customer, current.customer_id)
        kept["people"] = [people[pk] for pk in parts.people if people[pk].customer_id == current.customer_id]
        kept["department"], kept["asset"] = _kept(CustomerDepartment, current.department_id), _kept(Asset, current.asset_id)
    for name in ("department", "asset") if same else ():
        if getattr(entry, name) is None and _hidden(BELOW[name], getattr(current, f"{name}_id"), by):
            kept[name] = _kept(BELOW[name], getattr(current, f"{name}_id"))
    customer = kept.get("customer", entry.customer)
    if entry.deal is None and _hidden(Deal, current.deal_id, by):
        deal = _kept(Deal, current.deal_id)
        kept |= {"deal": deal} if same or customer is None or deal.customer_id in (None, customer.pk) else {}
    if entry.plan is None and _hidden(AccountPlan, current.plan_id, by):
        kept["plan"] = _kept(AccountPlan, current.plan_id)
    return replace(entry, **kept, **parts.unseen_by(by, entry, same=same))


def _fits_unseen(entry: ContactEntry, current: ContactPoint) -> bool:
    """Whether nothing was entered that goes with another customer than the one that is hidden."""
    elsewhere = entry.deal is not None and entry.deal.customer_id not in (None, current.customer_id)
    return not (entry.people or entry.department or entry.asset or elsewhere)


def _kept(model: Any, pk: Any) -> Any:
    return model.objects.for_the_house("kept unseen").get(pk=pk) if pk else None


def _kept_appointment(current: ContactPoint, by: User) -> Appointment | None:
    """A registered record keeps its appointment; a draft keeps only what `by` may still make a record of."""
    standing = Appointment.objects.for_the_house("kept unseen") if current.state == REGISTERED else Appointment.objects.editable_by(by)
    return standing.filter(pk=current.appointment_id).first()


def _hidden(model: Any, pk: Any, by: User) -> bool:
    return pk is not None and not model.objects.visible_to(by).filter(pk=pk).exists()


def _register(contact: ContactPoint, entry: ContactEntry, by: User, now: datetime) -> None:
    contact.state, contact.registered_at, contact.number = REGISTERED, now, next_number("contact")
    _book_next(contact, entry, by, now)
    if entry.appointment:
        fulfil(by=by, appointment=entry.appointment, now=now)


def _book_next(contact: ContactPoint, entry: ContactEntry, by: User, now: datetime) -> None:
    """Book it, or link the one that stands. One that is hidden from `by` makes way in silence: a refusal would tell of it."""
    wanted = entry.next
    if (wanted is None and entry.linked is None) or (entry.linked and entry.linked.pk == contact.next_appointment_id):
        return
    booked = Appointment.objects.visible_to(by).standing().filter(pk=contact.next_appointment_id)
    if contact.next_appointment_id and booked.exists():
        raise NextAlreadyBooked
    if wanted is None:
        contact.next_appointment = entry.linked
        return
    ahead = AppointmentEntry(
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        all_day=wanted.all_day,
        method=wanted.method,
        summary_note=wanted.summary_note,
        customer=entry.customer,
        people=tuple(entry.people),
        deal=entry.deal,
        plan=entry.plan,
        infos=tuple(entry.infos),
        facilities=tuple(wanted.facilities),
        audience=entry.audience,
    )
    # Without its decorator: we are inside a transaction, and a savepoint of its own would be two statements more.
    contact.next_appointment, _new = book.__wrapped__(owner=contact.owner, recorder=by, entry=ahead, now=now, after=contact)  # type: ignore[attr-defined]


def _write(contact: ContactPoint, entry: ContactEntry, by: User, now: datetime, parts: Parts, before: dict[str, Any]) -> None:
    contact.search_text = searchable(*says(contact))
    is_new, registered = contact._state.adding, contact.state == REGISTERED
    newly = registered and contact.registered_at == now
    if not is_new:
        contact.save()
    else:
        # Foreign keys are checked at the end of the transaction: named first, the readers of a new record need no look at the old ones.
        named = {contact.owner_id, contact.recorder_id}
        asked = [line.to for line in entry.requests or ()]
        told = {user.pk for user in (*entry.participants, *entry.recipients(), *asked)} if registered else set()
        name_readers(contact, named | told, started_at=contact.started_at)
        contact.save(force_insert=True)
    parts.keep(entry)
    ItemFiles(contact).keep(entry.custom, by)
    telling = parts.keep_recipients(entry, told_at=now if registered else None, now=now)
    asking = parts.requests.keep(entry.requests, by, now)
    if not is_new:
        name_readers(contact, parts.readers(), started_at=contact.started_at)
    behalf = newly and contact.owner_id != by.pk
    promise_each([*_promises(telling), *asking, *([("behalf.notice", contact.pk)] if behalf else [])])
    journal.record(by, "create" if is_new else "change", contact, before, parts.picture())


def _promises(telling: list[ReportRecipient]) -> list[tuple[str, int]]:
    return [(topic, row.pk) for row in telling for topic in ("report.mail", "report.notice")]


def _release_begun(contact: ContactPoint, by: User, known: Known | None, *, is_new: bool) -> None:
    """The record was just saved: forget what was typed for it, as far as whoever saved it knew it.

    A save that came from no form, as through the API, cannot have meant what is typed somewhere. What another device typed beyond it belongs
    to the record from now on and is offered there.
    """
    row = Unsaved.objects.visible_to(by).filter(record=contact.pk).select_for_update().first()
    if row is None:
        return
    if known is not None and known.knows(row):
        row.delete()
    elif is_new:
        row.is_new = False
        row.save(update_fields=["is_new"])
