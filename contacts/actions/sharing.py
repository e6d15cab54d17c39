"""A record and the appointment it was made from share one audience (公開範囲): that of one is given to the other, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.actions.errors import NotYourAppointment
from contacts.models import ContactPoint
from contacts.sharing import Side
from crm import journal
from crm.actions import StaleVersion
from crm.audience import Audience, scope_for
from crm.models import User, VisibilityScope
from schedule import actions as schedule
from schedule.models import Appointment


@dataclass(frozen=True)
class Shared:
    """What was done: which side got another audience, its version now, and the audience it had."""

    side: Side
    version: int
    before: VisibilityScope


@transaction.atomic
def share_audience(*, by: User, contact: ContactPoint, source: Side, version: int, now: datetime) -> Shared:
    """Give the audience of one side, the source, to the other one.

    version: of the source, as it was read: nobody spreads an audience that they have not seen.

    Raises NotYourAppointment if `by` may not change both, StaleVersion.
    """
    record, appointment = _both(by, contact)
    rows: dict[Side, ContactPoint | Appointment] = {Side.RECORD: record, Side.APPOINTMENT: appointment}
    if rows[source].version != version:
        raise StaleVersion(rows[source])
    before = rows[source.other].scope
    changed = _give(by, rows[source.other], Audience.of(rows[source].scope), now)
    return Shared(source.other, changed.version, before)


@transaction.atomic
def unshare_audience(*, by: User, contact: ContactPoint, side: Side, version: int, audience: Audience, now: datetime) -> None:
    """Give one side back the audience it had, while nobody has changed it since.

    Raises NotYourAppointment if `by` may not change both, StaleVersion.
    """
    record, appointment = _both(by, contact)
    row = record if side == Side.RECORD else appointment
    if row.version != version:
        raise StaleVersion(row)
    _give(by, row, audience, now)


def _both(by: User, contact: ContactPoint) -> tuple[ContactPoint, Appointment]:
    """Lock the two, in the order of every save: the record first."""
    mine: dict[str, Any] = {"of": ("self",), "no_key": True}
    record = ContactPoint.objects.editable_by(by).filter(pk=contact.pk).select_for_update(**mine).first()
    key = record.appointment_id if record else None
    appointment = Appointment.objects.editable_by(by).filter(pk=key).select_for_update(**mine).first()
    if record is None or appointment is None:
        raise NotYourAppointment
    return record, appointment


def _give(by: User, row: ContactPoint | Appointment, audience: Audience, now: datetime) -> ContactPoint | Appointment:
    if isinstance(row, Appointment):
        return schedule.change_audience(by=by, appointment=row, version=row.version, audience=audience, now=now)
    before = journal.picture(row)
    row.scope = scope_for(audience)
    row.version += 1
    row.save()
    journal.record(by, "change", row, before, journal.picture(row))
    return row
