"""Write a year of contact records with people, expenses, reports and replies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from contacts.entry import says
from contacts.models import ContactParticipant, ContactPerson, ContactPoint, Expense, Reply, ReportRecipient
from crm.demo import plan
from crm.demo.days import TOKYO
from crm.japanese import searchable
from crm.models import NumberSequence, User
from reports.demo.cast import Cast, named_rows, permission_to_view
from schedule.models import Appointment

BATCH = 500
Made = list[tuple[plan.Contact, ContactPoint]]


def bring_contacts(cast: Cast, company: plan.DemoCompany, booked: dict[UUID, Appointment]) -> None:
    """Write the records, oldest first, and everything that belongs to them. Nothing is promised: they were told long ago."""
    made = [(wanted, _contact(cast, wanted, booked)) for wanted in company.contacts]
    ContactPoint.objects.bulk_create([row for _wanted, row in made], batch_size=BATCH)
    NumberSequence.objects.update_or_create(name="contact", defaults={"value": max(row.number or 0 for _wanted, row in made)})
    _date_records(made)
    _name_readers(cast, made)
    _bring_parts(cast, made)
    _bring_reports(cast, made)


def _contact(cast: Cast, wanted: plan.Contact, booked: dict[UUID, Appointment]) -> ContactPoint:
    state = ContactPoint.State.DRAFT if wanted.draft else ContactPoint.State.REGISTERED
    row = ContactPoint(
        id=wanted.id,
        owner=cast.users[wanted.owner],
        owner_unit=cast.unit_on(wanted.owner, wanted.recorded_at.date()),
        recorder=cast.users[wanted.recorder],
        customer=cast.customers[wanted.customer] if wanted.customer else None,
        deal=cast.deals[wanted.deal] if wanted.deal else None,
        method=cast.choices["method", wanted.method],
        summary=cast.choices["summary", wanted.summary],
        result=cast.choices["result", wanted.result],
        summary_note=wanted.summary_note,
        content=wanted.content,
        direct=wanted.direct,
        started_at=started_at(wanted),
        ended_at=wanted.ends_at if wanted.timed else None,
        has_time=wanted.timed,
        appointment=booked[wanted.appointment] if wanted.appointment else None,
        next_appointment=booked[wanted.next_appointment] if wanted.next_appointment else None,
        scope=cast.scope(wanted.audience),
        state=state,
        number=wanted.number,
        registered_at=None if wanted.draft else wanted.recorded_at,
    )
    row.search_text = searchable(*says(row))
    return row


def started_at(wanted: plan.Contact) -> datetime:
    """Return when it was; local midnight if only the day was noted."""
    return wanted.starts_at if wanted.timed else datetime.combine(wanted.starts_at.date(), time(), TOKYO)


def _date_records(made: Made) -> None:
    """A registered record was made and last changed when it was registered; a draft when it was written."""
    ContactPoint.objects.exclude(registered_at=None).update(created_at=F("registered_at"), updated_at=F("registered_at"))
    for wanted, row in made:
        if wanted.draft:
            ContactPoint.objects.filter(pk=row.pk).update(created_at=wanted.recorded_at, updated_at=wanted.recorded_at)


def _name_readers(cast: Cast, made: Made) -> None:
    permission = permission_to_view(ContactPoint)
    lines = [line for wanted, row in made for line in named_rows(row, _readers(cast, wanted, row), permission, started_at=row.started_at)]
    ContactPoint.named_model().objects.bulk_create(lines, batch_size=BATCH)


def _readers(cast: Cast, wanted: plan.Contact, row: ContactPoint) -> Iterable[User]:
    told = () if wanted.draft else (*wanted.participants, *(report.to for report in wanted.reports))
    return [row.owner, row.recorder, *(cast.users[code] for code in told)]


def _bring_parts(cast: Cast, made: Made) -> None:
    people = [
        ContactPerson(contact=row, person=cast.people[key], place=place)
        for wanted, row in made
        for place, key in enumerate([key for key in (wanted.person, *wanted.visitors) if key])
    ]
    ContactPerson.objects.bulk_create(people, batch_size=BATCH)
    participants = [ContactParticipant(contact=row, user=cast.users[code]) for wanted, row in made for code in wanted.participants]
    ContactParticipant.objects.bulk_create(participants, batch_size=BATCH)
    expenses = [_expense(cast, row, line, place) for wanted, row in made for place, line in enumerate(wanted.expenses)]
    Expense.objects.bulk_create(expenses, batch_size=BATCH)


def _expense(cast: Cast, row: ContactPoint, line: plan.Expense, place: int) -> Expense:
    return Expense(
        contact=row,
        kind=cast.choices["expense_kind", line.kind],
        origin=line.from_place,
        destination=line.to_place,
        round_trip=line.round_trip,
        amount_yen=line.amount_yen,
        place=place,
    )


def _bring_reports(cast: Cast, made: Made) -> None:
    recipients = [_recipient(cast, row, report) for wanted, row in made for report in wanted.reports]
    ReportRecipient.objects.bulk_create(recipients, batch_size=BATCH)
    replies = [
        Reply(contact=row, author=cast.users[report.to], body=answer.text)
        for wanted, row in made
        for report in wanted.reports
        for answer in report.answers
    ]
    Reply.objects.bulk_create(replies, batch_size=BATCH)
    answered = ReportRecipient.objects.filter(contact=OuterRef("contact"), user=OuterRef("author")).values("last_read_at")
    Reply.objects.update(created_at=Subquery(answered))


def _recipient(cast: Cast, row: ContactPoint, report: plan.Report) -> ReportRecipient:
    """Answering means having read: the last look was the answer's."""
    last = report.answers[-1].at if report.answers else report.read_at
    return ReportRecipient(
        contact=row,
        user=cast.users[report.to],
        notified_at=report.told_at,
        first_read_at=report.read_at,
        last_read_at=last,
        read_version=1 if report.read_at else None,
        confirmed_at=report.read_at if report.confirmed else None,
    )
