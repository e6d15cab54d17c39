"""What belongs to a record, kept equal to what its entry says: people, participants, expenses, recipients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contacts.entry import ContactEntry, ExpenseLine, unique
from contacts.models import ContactParticipant, ContactPerson, ContactPoint, Expense, ReportRecipient
from crm import journal

_EXPENSE_COLUMNS = ("kind", "origin", "destination", "round_trip", "amount_yen", "note")


class Parts:
    """The parts of one record as they stand; `keep` makes them what an entry says, touching only what differs."""

    def __init__(self, contact: ContactPoint, *, is_new: bool) -> None:
        self.contact = contact
        self.people: list[Any] = []
        self.participants: list[int] = []
        self.expenses: list[tuple[Any, ...]] = []
        self.recipients: dict[int, ReportRecipient] = {}
        if not is_new:
            self._read()

    def _read(self) -> None:
        mine, why = {"contact": self.contact}, "the parts of a record being changed"
        self.people = list(ContactPerson.objects.for_the_house(why).filter(**mine).order_by("place").values_list("person_id", flat=True))
        self.participants = list(
            ContactParticipant.objects.for_the_house(why).filter(**mine).order_by("pk").values_list("user_id", flat=True)
        )
        columns = ["kind_id", *_EXPENSE_COLUMNS[1:]]
        self.expenses = list(Expense.objects.for_the_house(why).filter(**mine).order_by("place", "pk").values_list(*columns))
        self.recipients = {row.user_id: row for row in ReportRecipient.ever.for_the_house(why).filter(**mine).order_by("pk")}

    def picture(self) -> dict[str, Any]:
        """Return the record with its parts as the journal keeps it."""
        standing = [f"{row.user_id} {row.role}" for row in self.recipients.values() if row.withdrawn_at is None]
        costs = [" ".join(str(part) for part in line) for line in self.expenses]
        return journal.picture(
            self.contact, people=self.people, participants=self.participants, recipients=sorted(standing), expenses=costs
        )

    def keep(self, entry: ContactEntry) -> None:
        self._keep_people([person.pk for person in entry.people])
        self._keep_participants([user.pk for user in unique(entry.participants)])
        self._keep_expenses(entry.expenses)

    def _keep_people(self, wanted: list[Any]) -> None:
        wanted = list(dict.fromkeys(wanted))
        if wanted == self.people:
            return
        if self.people:
            ContactPerson.objects.for_the_house("replaced below").filter(contact=self.contact).delete()
        ContactPerson.objects.bulk_create(
            [ContactPerson(contact=self.contact, person_id=pk, place=place) for place, pk in enumerate(wanted)]
        )
        self.people = wanted

    def _keep_participants(self, wanted: list[int]) -> None:
        if gone := set(self.participants) - set(wanted):
            ContactParticipant.objects.for_the_house("taken off").filter(contact=self.contact, user__in=gone).delete()
        new = [pk for pk in wanted if pk not in self.participants]
        ContactParticipant.objects.bulk_create([ContactParticipant(contact=self.contact, user_id=pk) for pk in new])
        self.participants = [pk for pk in self.participants if pk not in gone] + new

    def _keep_expenses(self, lines: Sequence[ExpenseLine]) -> None:
        wanted = [(line.kind.pk if line.kind else None, *(getattr(line, name) for name in _EXPENSE_COLUMNS[1:])) for line in lines]
        if wanted == self.expenses:
            return
        if self.expenses:
            Expense.objects.for_the_house("replaced below").filter(contact=self.contact).delete()
        columns = ["kind_id", *_EXPENSE_COLUMNS[1:]]
        rows = [Expense(contact=self.contact, place=place, **dict(zip(columns, line, strict=True))) for place, line in enumerate(wanted)]
        Expense.objects.bulk_create(rows)
        self.expenses = wanted

    def keep_recipients(self, entry: ContactEntry, *, told_at: datetime | None, now: datetime) -> list[ReportRecipient]:
        """Make the list of recipients what the entry says; return those who are to be told now.

        told_at: the moment to tell newcomers, None while the record is a draft. Who was told before is never told again.
        """
        wanted = {user.pk: role for user, role in entry.recipients().items()}
        self._take_off([row for pk, row in self.recipients.items() if pk not in wanted and row.withdrawn_at is None], now)
        newcomers = [
            ReportRecipient(contact=self.contact, user_id=pk, role=role, notified_at=told_at)
            for pk, role in wanted.items()
            if pk not in self.recipients
        ]
        untold = self._keep_standing(wanted, told_at)
        ReportRecipient.objects.bulk_create(newcomers)
        self.recipients |= {row.user_id: row for row in newcomers}
        return [*untold, *newcomers] if told_at else []

    def _take_off(self, rows: list[ReportRecipient], now: datetime) -> None:
        for row in rows:
            if row.notified_at is None:
                del self.recipients[row.user_id]
                row.delete()
            else:
                row.withdrawn_at = now
                row.save(update_fields=["withdrawn_at"])

    def _keep_standing(self, wanted: dict[int, str], told_at: datetime | None) -> list[ReportRecipient]:
        untold = []
        for row in (row for pk, row in self.recipients.items() if pk in wanted):
            telling = told_at is not None and row.notified_at is None
            if telling:
                row.notified_at = told_at
                untold.append(row)
            if telling or row.withdrawn_at is not None or row.role != wanted[row.user_id]:
                row.withdrawn_at, row.role = None, wanted[row.user_id]
                row.save(update_fields=["notified_at", "withdrawn_at", "role"])
        return untold

    def readers(self) -> list[int]:
        """Return who reads the record by name: a draft only its owner and recorder."""
        own = [self.contact.owner_id, self.contact.recorder_id]
        if self.contact.state == ContactPoint.State.DRAFT:
            return own
        told = [pk for pk, row in self.recipients.items() if row.withdrawn_at is None]
        return [*own, *self.participants, *told]
