"""Appointments: book, change, move, call off, keep, delete. Each writes in the same transaction what calendars will read."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from crm import journal
from crm.actions import NotDelegated, sent_before, standing
from crm.audience import Audience, name_readers, scope_for
from crm.items import fill_items
from crm.models import Activity, Delegation, Membership, User, uuid7
from schedule import export
from schedule.bookings import FacilityTaken, book_first, keep_bookings
from schedule.entry import COPIED, AppointmentEntry, check_times
from schedule.models import Appointment
from schedule.parts import Parts

Status = Appointment.Status


class NotOpen(Exception):
    """The appointment was called off or has become a record; reopen it first."""


@transaction.atomic
def book(
    *,
    owner: User,
    recorder: User,
    entry: AppointmentEntry,
    now: datetime,
    appointment_id: UUID | None = None,
    after: Activity | None = None,
) -> tuple[Appointment, bool]:
    """Put an appointment into somebody's schedule; return (appointment, is_new).

    appointment_id: made by the phone. A second call with the same one returns the first appointment unchanged.
    after: the record it follows from; unit and scope are taken from there instead of being looked up again.

    Raises NotDelegated if the recorder may not enter for the owner, IdTaken for somebody else's id, FacilityTaken, and what entry.check
    raises.
    """
    if appointment_id and (first := _sent_before(appointment_id, recorder)):
        return first, False
    entry.check(owner)
    if owner.pk != recorder.pk and not Delegation.objects.principals_of(recorder, _day(recorder, now)).filter(pk=owner.pk).exists():
        raise NotDelegated
    unit = after.owner_unit_id if after else _unit_of(owner, now)
    appointment = Appointment(id=appointment_id or uuid7(), owner=owner, recorder=recorder, owner_unit_id=unit, exported_at=now)
    _fill(appointment, entry, recorder, after)
    # Foreign keys are checked at the end: named before it is written, the readers of a new one need no look at old ones.
    name_readers(appointment, {owner.pk, recorder.pk, *(user.pk for user in entry.participants)})
    appointment.save(force_insert=True)
    parts = Parts(appointment, is_new=True)
    parts.keep(entry)
    book_first(appointment, entry.facilities)
    export.write(appointment, entry)
    export.bump({owner.pk, *parts.participants}, now)
    journal.record(recorder, "create", appointment, {}, parts.picture())
    return appointment, True


@transaction.atomic
def change_appointment(*, by: User, appointment: Appointment, version: int, entry: AppointmentEntry, now: datetime) -> Appointment:
    """Change an open appointment. Owner and recorder stay.

    What it holds and `by` may not see (customer, people, deal) stays too, unless the entry names something that does not go with it.

    Raises StaleVersion, NotOpen, FacilityTaken, and what entry.check raises.
    """
    row = _open(appointment, version)
    parts = Parts(row, is_new=False)
    entry = parts.with_unseen(entry, by)
    entry.check(row.owner)
    before, people_before, shown_before = parts.picture(), {row.owner_id, *parts.participants}, export.feeds_showing(row)
    shell = export.shell_of(row)
    _fill(row, entry, by)
    _save(row, now)
    parts.keep(entry)
    keep_bookings(row, now, entry.facilities)
    name_readers(row, {row.owner_id, row.recorder_id, *(user.pk for user in entry.participants)})
    export.write(row, entry)
    export.leave_shells(row, shell, shown_before - export.feeds_showing(row), now)
    export.bump(people_before | {row.owner_id, *parts.participants}, now)
    journal.record(by, "change", row, before, parts.picture())
    return row


@transaction.atomic
def move(
    *, by: User, appointment: Appointment, version: int, starts_at: datetime, ends_at: datetime, now: datetime, all_day: bool | None = None
) -> Appointment:
    """Give an open appointment another time; its facilities move along. all_day: None leaves it as it is.

    Raises StaleVersion, NotOpen, EndsBeforeStart, TooLong, NotWholeDays, FacilityTaken.
    """
    row = _open(appointment, version)
    before = journal.picture(row)
    row.all_day = row.all_day if all_day is None else all_day
    check_times(row.owner, starts_at, ends_at, all_day=row.all_day)
    row.starts_at, row.ends_at = starts_at, ends_at
    keep_bookings(row, now)
    return _rewritten(by, "move", row, before, now)


@transaction.atomic
def change_audience(*, by: User, appointment: Appointment, version: int, audience: Audience, now: datetime) -> Appointment:
    """Say anew who may read an appointment, also one that is done; everything else stays. Raises StaleVersion."""
    row = standing(appointment, version)
    before, shell, shown = journal.picture(row), export.shell_of(row), export.feeds_showing(row)
    row.scope = scope_for(audience)
    _rewritten(by, "change", row, before, now)
    export.leave_shells(row, shell, shown - export.feeds_showing(row), now)
    return row


@transaction.atomic
def cancel(*, by: User, appointment: Appointment, reason: str, now: datetime) -> Appointment:
    """Call an open appointment off. It stays, calendars show it as cancelled, and its facilities are free again. Raises NotOpen."""
    row = _open(appointment, None)
    before = journal.picture(row)
    row.status, row.cancel_reason = Status.CANCELLED, reason
    keep_bookings(row, now)
    return _rewritten(by, "cancel", row, before, now)


@transaction.atomic
def reopen(*, by: User, appointment: Appointment, now: datetime, without_facilities: bool = False) -> Appointment:
    """Let an appointment that was called off, missed or done stand again as confirmed. Its facilities are booked again.

    without_facilities: give them up instead. Raises FacilityTaken if somebody has booked one in the meantime.
    """
    row = _locked(appointment)
    before = journal.picture(row)
    row.status, row.cancel_reason = Status.CONFIRMED, ""
    keep_bookings(row, now, [] if without_facilities else None)
    return _rewritten(by, "reopen", row, before, now)


@transaction.atomic
def fulfil(*, by: User, appointment: Appointment, now: datetime) -> Appointment:
    """Mark an appointment as done, because a record of it was made (実績). One that was called off took place after all."""
    row = _locked(appointment)
    before = journal.picture(row)
    row.status, row.cancel_reason = Status.DONE, ""
    return _rewritten(by, "fulfil", row, before, now)


@transaction.atomic
def delete_appointment(*, by: User, appointment: Appointment, now: datetime) -> Appointment:
    """Put an appointment into the bin. Calendars that showed it get a shell without text for 30 days."""
    row = _locked(appointment)
    before, shell, shown = journal.picture(row), export.shell_of(row), export.feeds_showing(row)
    row.deleted_at = now
    keep_bookings(row, now)
    _rewritten(by, "delete", row, before, now)
    export.leave_shells(row, shell, shown, now)
    return row


@transaction.atomic
def restore_appointment(*, by: User, appointment: Appointment, now: datetime) -> Appointment:
    """Take an appointment back out of the bin. Its facilities are booked again, unless one of them is taken by now."""
    row = _locked(appointment)
    before = journal.picture(row)
    row.deleted_at = None
    with suppress(FacilityTaken), transaction.atomic():
        keep_bookings(row, now)
    return _rewritten(by, "restore", row, before, now)


def _sent_before(appointment_id: UUID, recorder: User) -> Appointment | None:
    # The lock lets two sends of one device wait for each other; without it both would find nothing and the second would fail.
    User.objects.select_for_update(no_key=True).get(pk=recorder.pk)
    return sent_before(Appointment, appointment_id, recorder)


def _day(user: User, now: datetime) -> Any:
    return now.astimezone(ZoneInfo(user.time_zone)).date()


def _unit_of(owner: User, now: datetime) -> int | None:
    posts = Membership.objects.on(_day(owner, now)).filter(user=owner).order_by("-is_primary", "pk")
    return posts.values_list("unit", flat=True).first()


def _fill(row: Appointment, entry: AppointmentEntry, by: User, after: Activity | None = None) -> None:
    row.scope = after.scope if after else scope_for(entry.audience)
    for name in COPIED:
        setattr(row, name, getattr(entry, name))
    fill_items(row, entry.custom, by)


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.for_the_house("an action checks what it is about to change")
    return rows.select_for_update(of=("self",)).select_related("owner", "method", "summary").get(pk=appointment.pk)


def _open(appointment: Appointment, version: int | None) -> Appointment:
    row = _locked(appointment) if version is None else standing(appointment, version)
    if not row.open or row.deleted_at:
        raise NotOpen
    return row


def _save(row: Appointment, now: datetime) -> None:
    row.version += 1
    row.sequence += 1
    row.exported_at = now
    row.save()


def _rewritten(by: User, verb: str, row: Appointment, before: dict[str, Any], now: datetime) -> Appointment:
    _save(row, now)
    export.write(row)
    export.bump(export.people_of(row), now)
    journal.record(by, verb, row, before, journal.picture(row))
    return row
