"""Write the appointments, past and coming, with what calendars read of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crm.demo import plan
from reports.demo.cast import Cast, named_rows, permission_to_view
from reports.demo.clientele import dated
from schedule import export
from schedule.entry import AppointmentEntry
from schedule.models import Appointment, AppointmentParticipant, AppointmentPerson


def bring_appointments(cast: Cast, company: plan.DemoCompany, now: datetime) -> dict[UUID, Appointment]:
    """Write the appointments. One that became a record, or was called off, has changed once since it was booked.

    What calendars read is written for those they can still show: it takes longest of all.
    """
    done_at = {contact.appointment: contact.recorded_at for contact in company.contacts if contact.appointment}
    made = [(wanted, _appointment(cast, wanted, done_at.get(wanted.id, wanted.created_at))) for wanted in company.appointments]
    rows = Appointment.objects.bulk_create([row for _wanted, row in made])
    dated(Appointment, rows, {wanted.id: wanted.created_at for wanted in company.appointments}, {row.pk: row.exported_at for row in rows})
    AppointmentParticipant.objects.bulk_create(
        [AppointmentParticipant(appointment=row, user=cast.users[code]) for wanted, row in made for code in wanted.participants]
    )
    AppointmentPerson.objects.bulk_create(
        [AppointmentPerson(appointment=row, person=cast.people[wanted.person]) for wanted, row in made if wanted.person]
    )
    permission = permission_to_view(Appointment)
    Appointment.named_model().objects.bulk_create(
        [line for wanted, row in made for line in named_rows(row, [row.owner, row.recorder, *_ours(cast, wanted)], permission)]
    )
    shown = set(Appointment.objects.in_feeds_reach(now).values_list("pk", flat=True))
    for wanted, row in ((wanted, row) for wanted, row in made if row.pk in shown):
        export.write(row, _entry(cast, wanted, row))
    return {row.pk: row for row in rows}


def _ours(cast: Cast, wanted: plan.Appointment) -> list:
    return [cast.users[code] for code in wanted.participants]


def _appointment(cast: Cast, wanted: plan.Appointment, changed_at: datetime) -> Appointment:
    times = 1 if wanted.status in ("done", "cancelled") else 0
    return Appointment(
        id=wanted.id,
        owner=cast.users[wanted.owner],
        owner_unit=cast.unit_on(wanted.owner, wanted.created_at.date()),
        recorder=cast.users[wanted.recorder],
        customer=cast.customers[wanted.customer] if wanted.customer else None,
        deal=cast.deals[wanted.deal] if wanted.deal else None,
        method=cast.choices["method", wanted.method],
        summary=cast.choices["summary", wanted.summary],
        summary_note=wanted.summary_note,
        content=wanted.content,
        direct=wanted.direct,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        all_day=wanted.all_day,
        status=wanted.status,
        cancel_reason=wanted.cancel_reason,
        place=wanted.place,
        scope=cast.scope(wanted.audience),
        version=1 + times,
        sequence=times,
        exported_at=changed_at,
    )


def _entry(cast: Cast, wanted: plan.Appointment, row: Appointment) -> AppointmentEntry:
    """What was entered, at hand: it spares calendars' bytes the look-ups."""
    return AppointmentEntry(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        customer=row.customer,
        deal=row.deal,
        people=[cast.people[wanted.person]] if wanted.person else [],
        participants=_ours(cast, wanted),
    )
