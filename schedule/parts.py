"""What belongs to an appointment, kept equal to what its entry says: participants, people, guests and information."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from crm import journal
from crm.company import uses
from crm.models import AccountPlan, Asset, CollectedInfo, Customer, CustomerDepartment, Deal, Person, User
from schedule.entry import AppointmentEntry
from schedule.models import Appointment, AppointmentGuest, AppointmentInfo, AppointmentParticipant, AppointmentPerson, Facility

WHY = "kept unseen"
# What an appointment names once: the model, and the part of the product that a company may switch off.
NAMED: dict[str, tuple[Any, str]] = {
    "department": (CustomerDepartment, ""),
    "deal": (Deal, "deals"),
    "plan": (AccountPlan, "plans"),
    "asset": (Asset, "assets"),
}


class Parts:
    """The parts of one appointment as they stand; `keep` makes them what an entry says, touching only what differs."""

    def __init__(self, appointment: Appointment, *, is_new: bool) -> None:
        self.appointment = appointment
        self.participants: list[int] = []
        self.people: list[Any] = []
        self.guests: list[tuple[Any, Any]] = []  # (person, customer), one of them None
        self.infos: list[Any] = []
        self.facilities: list[int] = []
        if not is_new:
            self._read()

    def _read(self) -> None:
        row = self.appointment
        self.participants = list(row.participants.order_by("pk").values_list("user_id", flat=True))
        self.people = list(row.people.order_by("pk").values_list("person_id", flat=True))
        self.guests = list(row.guests.order_by("place", "pk").values_list("person_id", "customer_id"))
        self.infos = list(row.infos.order_by("pk").values_list("info_id", flat=True))
        self.facilities = sorted(row.bookings.filter(released_at=None).values_list("facility_id", flat=True))

    def picture(self) -> dict[str, Any]:
        """Return the appointment with its parts as the journal keeps it."""
        return journal.picture(
            self.appointment,
            people=sorted(self.people),
            participants=sorted(self.participants),
            guests=[person or customer for person, customer in self.guests],
            infos=sorted(self.infos),
            facilities=self.facilities,
        )

    def keep(self, entry: AppointmentEntry) -> None:
        row = self.appointment
        self._keep(AppointmentParticipant, "user_id", self.participants, [user.pk for user in invited(row.owner_id, entry)])
        self._keep(AppointmentPerson, "person_id", self.people, [one.pk for one in entry.people])
        self._keep(AppointmentInfo, "info_id", self.infos, [one.pk for one in entry.infos])
        self._keep_guests(entry)
        self.facilities = sorted({one.pk for one in entry.facilities})

    def _keep(self, model: Any, column: str, standing: list[Any], wanted: list[Any]) -> None:
        """Add and take off rows of one kind; `standing` is brought up to date."""
        if gone := set(standing) - set(wanted):
            model.objects.for_the_house("taken off").filter(appointment=self.appointment, **{f"{column}__in": gone}).delete()
        new = [pk for pk in dict.fromkeys(wanted) if pk not in standing]
        model.objects.bulk_create([model(appointment=self.appointment, **{column: pk}) for pk in new])
        standing[:] = [pk for pk in standing if pk not in gone] + new

    def _keep_guests(self, entry: AppointmentEntry) -> None:
        wanted = list(dict.fromkeys((one.pk, None) if isinstance(one, Person) else (None, one.pk) for one in entry.guests))
        if wanted == self.guests:
            return
        if self.guests:
            AppointmentGuest.objects.for_the_house("replaced below").filter(appointment=self.appointment).delete()
        rows = [
            AppointmentGuest(appointment=self.appointment, person_id=person, customer_id=firm, place=place)
            for place, (person, firm) in enumerate(wanted)
        ]
        AppointmentGuest.objects.bulk_create(rows)
        self.guests = wanted

    def with_unseen(self, entry: AppointmentEntry, by: User) -> AppointmentEntry:
        """Fill in what `by` could not have seen, or what the company has switched off, and therefore was not meant to be emptied.

        What does not go with the rest of the entry is dropped instead: a refusal would tell that it is there.
        """
        row, kept = self.appointment, dict[str, Any]()
        if entry.customer is None and self._fits_unseen(entry) and _hidden(Customer, row.customer_id, by):
            people = Person.objects.for_the_house(WHY).in_bulk(self.people)
            kept["customer"] = Customer.objects.for_the_house(WHY).get(pk=row.customer_id)
            kept["people"] = [one for pk in self.people if (one := people[pk]).customer_id == row.customer_id]
        customer = kept.get("customer", entry.customer)
        for name, (model, module) in NAMED.items():
            key = getattr(row, f"{name}_id")
            if getattr(entry, name) is None and key and (_off(module) or _hidden(model, key, by)):
                standing = model.objects.for_the_house(WHY).get(pk=key)
                kept |= {name: standing} if _goes_with(standing, customer) else {}
        return replace(entry, **kept, **self._unseen_parts(entry, by))

    def _fits_unseen(self, entry: AppointmentEntry) -> bool:
        """Whether nothing was entered that goes with another customer than the one that is hidden."""
        elsewhere = entry.deal is not None and entry.deal.customer_id not in (None, self.appointment.customer_id)
        return not (entry.people or entry.department or entry.asset or elsewhere)

    def _unseen_parts(self, entry: AppointmentEntry, by: User) -> dict[str, Any]:
        people = _unseen(Person, [person for person, _ in self.guests if person], by)
        firms = _unseen(Customer, [firm for _, firm in self.guests if firm], by)
        said = {one.pk for one in entry.infos}
        infos = [one for one in _unseen(CollectedInfo, self.infos, by, off=_off_infos) if one.pk not in said]
        kept: dict[str, Any] = {"guests": [*entry.guests, *people, *firms]} if people or firms else {}
        kept |= {"infos": [*entry.infos, *infos]} if infos else {}
        if not uses("facilities"):
            kept["facilities"] = list(Facility.objects.filter(pk__in=self.facilities))
        return kept


def invited(owner: int, entry: AppointmentEntry) -> list[User]:
    """Return the participants; the owner is there anyway."""
    return [user for user in dict.fromkeys(entry.participants) if user.pk != owner]


def _goes_with(standing: Any, customer: Customer | None) -> bool:
    if isinstance(standing, Deal):
        return customer is None or standing.customer_id in (None, customer.pk)
    return isinstance(standing, AccountPlan) or (customer is not None and standing.customer_id == customer.pk)


def _off(module: str) -> bool:
    return bool(module) and not uses(module)


def _off_infos(info: CollectedInfo) -> bool:
    return not uses("voices" if info.voice else "infos")


def _hidden(model: Any, pk: Any, by: User) -> bool:
    return pk is not None and not model.objects.visible_to(by).filter(pk=pk).exists()


def _unseen(model: Any, keys: Iterable[Any], by: User, off: Any = None) -> list[Any]:
    """Return the rows of these keys that `by` cannot see, or that belong to what the company has switched off."""
    wanted = list(keys)
    if not wanted:
        return []
    seen = set(model.objects.visible_to(by).filter(pk__in=wanted).values_list("pk", flat=True))
    rows = model.objects.for_the_house(WHY).in_bulk(wanted)
    return [rows[key] for key in wanted if key in rows and (key not in seen or (off is not None and off(rows[key])))]
