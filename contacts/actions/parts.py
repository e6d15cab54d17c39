"""What belongs to a record, kept equal to what its entry says: people, guests, participants, information, expenses, files, recipients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contacts.actions.fileparts import FileParts
from contacts.actions.requestparts import RequestParts
from contacts.entry import ContactEntry, ExpenseLine, unique
from contacts.models import ContactGuest, ContactInfo, ContactParticipant, ContactPerson, ContactPoint, Expense, ReportRecipient
from crm import journal
from crm.models import CollectedInfo, Customer, Person, User

_EXPENSE_COLUMNS = ("kind", "origin", "destination", "round_trip", "amount_yen", "note")


class Parts:
    """The parts of one record as they stand; `keep` makes them what an entry says, touching only what differs."""

    def __init__(self, contact: ContactPoint, *, is_new: bool) -> None:
        self.contact = contact
        self.people: list[Any] = []
        self.guests: list[tuple[Any, Any]] = []  # (person, customer), one of them None
        self.infos: list[Any] = []
        self.participants: list[int] = []
        self.expenses: list[tuple[Any, ...]] = []
        self.files = FileParts(contact, is_new=is_new)
        self.requests = RequestParts(contact, is_new=is_new)
        self.recipients: dict[int, ReportRecipient] = {}
        if not is_new:
            self._read()

    def _read(self) -> None:
        mine, why = {"contact": self.contact}, "the parts of a record being changed"
        self.people = list(ContactPerson.objects.for_the_house(why).filter(**mine).order_by("place").values_list("person_id", flat=True))
        self.participants = list(
            ContactParticipant.objects.for_the_house(why).filter(**mine).order_by("pk").values_list("user_id", flat=True)
        )
        self.guests = list(ContactGuest.objects.for_the_house(why).filter(**mine).order_by("place").values_list("person_id", "customer_id"))
        self.infos = list(ContactInfo.objects.for_the_house(why).filter(**mine).order_by("pk").values_list("info_id", flat=True))
        columns = ["kind_id", *_EXPENSE_COLUMNS[1:]]
        self.expenses = list(Expense.objects.for_the_house(why).filter(**mine).order_by("place", "pk").values_list(*columns))
        self.recipients = {row.user_id: row for row in ReportRecipient.ever.for_the_house(why).filter(**mine).order_by("pk")}

    def picture(self) -> dict[str, Any]:
        """Return the record with its parts as the journal keeps it."""
        standing = [f"{row.user_id} {row.role}" for row in self.recipients.values() if row.withdrawn_at is None]
        costs = [" ".join(str(part) for part in line) for line in self.expenses]
        guests = [person or customer for person, customer in self.guests]
        return journal.picture(
            self.contact,
            people=self.people,
            guests=guests,
            infos=self.infos,
            participants=self.participants,
            recipients=sorted(standing),
            expenses=costs,
            files=self.files.names(),
            requests=self.requests.picture(),
        )

    def unseen_by(self, by: User, entry: ContactEntry, *, same: bool) -> dict[str, Any]:
        """Return the entry's guests and information, with those that stand and that `by` cannot see and so did not take away.

        same: the customer stays the same; then this holds for the contact people too, each in his place.
        """
        why, kept = "kept unseen", dict[str, Any]()
        guests = [
            *_hidden(Person, [person for person, _ in self.guests if person], by, why),
            *_hidden(Customer, [customer for _, customer in self.guests if customer], by, why),
        ]
        infos = _hidden(CollectedInfo, self.infos, by, why)
        kept |= {"guests": [*entry.guests, *guests]} if guests else {}
        seen = [person.pk for person in entry.people]
        if people := _hidden(Person, [pk for pk in self.people if pk not in seen], by, why) if same else []:
            kept["people"] = list(entry.people)
            for person in people:
                kept["people"].insert(self.people.index(person.pk), person)
        return kept | ({"infos": [*entry.infos, *infos]} if infos else {})

    def keep(self, entry: ContactEntry) -> None:
        self._keep_people([person.pk for person in entry.people])
        self._keep_guests(entry)
        self._keep_infos([info.pk for info in entry.infos])
        self._keep_participants([user.pk for user in unique(entry.participants)])
        if entry.expenses is not None:
            self._keep_expenses(entry.expenses)
        if entry.files is not None:
            self.files.keep(entry.files)

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

    def _keep_guests(self, entry: ContactEntry) -> None:
        wanted = list(dict.fromkeys((one.pk, None) if isinstance(one, Person) else (None, one.pk) for one in entry.guests))
        if wanted == self.guests:
            return
        if self.guests:
            ContactGuest.objects.for_the_house("replaced below").filter(contact=self.contact).delete()
        ContactGuest.objects.bulk_create(
            [ContactGuest(contact=self.contact, person_id=one, customer_id=firm, place=place) for place, (one, firm) in enumerate(wanted)]
        )
        self.guests = wanted

    def _keep_infos(self, wanted: list[Any]) -> None:
        if gone := set(self.infos) - set(wanted):
            ContactInfo.objects.for_the_house("taken off").filter(contact=self.contact, info__in=gone).delete()
        new = [pk for pk in dict.fromkeys(wanted) if pk not in self.infos]
        ContactInfo.objects.bulk_create([ContactInfo(contact=self.contact, info_id=pk) for pk in new])
        self.infos = [pk for pk in self.infos if pk not in gone] + new

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
        return [*own, *self.participants, *told, *self.requests.readers()]


def _hidden(model: Any, keys: list[Any], by: User, why: str) -> list[Any]:
    """Return the rows of these keys that `by` cannot see."""
    if not keys:
        return []
    seen = set(model.objects.visible_to(by).filter(pk__in=keys).values_list("pk", flat=True))
    hidden = [key for key in keys if key not in seen]
    rows = model.objects.for_the_house(why).in_bulk(hidden) if hidden else {}
    return [rows[key] for key in hidden if key in rows]
