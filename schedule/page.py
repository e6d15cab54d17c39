"""What the page and the form of one appointment show of those it concerns, gathered with a fixed number of queries."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from crm.company import uses
from crm.forms import guest_key
from crm.models import CollectedInfo, Customer, Person, User
from schedule.models import Appointment, Facility, FacilityBooking
from schedule.parts import NAMED


class Concerned:
    """Everybody and everything that an appointment, read with_names(viewer), names: as far as the viewer may see them."""

    def __init__(self, row: Appointment, viewer: User) -> None:
        self.row, self.viewer = row, viewer

    @cached_property
    def _persons(self) -> list[Any]:
        there, guests = self.row.people.all(), self.row.guests.all()
        rows = Person.objects.visible_to(self.viewer).filter(Q(pk__in=there.values("person")) | Q(pk__in=guests.values("person")))
        came = Exists(there.filter(person=OuterRef("pk")))
        at = Subquery(guests.filter(person=OuterRef("pk")).values("place")[:1])
        return list(rows.annotate(came=came, guest_place=at).order_by("sort_key", "pk"))

    @cached_property
    def _firms(self) -> list[Any]:
        guests = self.row.guests.all()
        rows = Customer.objects.visible_to(self.viewer).filter(Q(pk=self.row.customer_id) | Q(pk__in=guests.values("customer")))
        return list(rows.annotate(guest_place=Subquery(guests.filter(customer=OuterRef("pk")).values("place")[:1])).order_by("pk"))

    @property
    def customer(self) -> Customer | None:
        return next((firm for firm in self._firms if firm.pk == self.row.customer_id), None)

    @property
    def people(self) -> list[Person]:
        return [one for one in self._persons if one.came]

    @property
    def guests(self) -> list[Person | Customer]:
        """Return the other ones on the customers' side, in the order they were named."""
        return sorted((one for one in (*self._persons, *self._firms) if one.guest_place is not None), key=lambda one: one.guest_place)

    @cached_property
    def infos(self) -> list[CollectedInfo]:
        rows = CollectedInfo.objects.visible_to(self.viewer).filter(pk__in=self.row.infos.values("info"))
        return list(rows.order_by("-collected_on", "pk"))

    @cached_property
    def participants(self) -> list[User]:
        return list(User.objects.filter(pk__in=self.row.participants.values("user")).by_name())

    @cached_property
    def bookings(self) -> list[FacilityBooking]:
        """Return what is booked, and what it gave back when it was called off."""
        return list(self.row.bookings.select_related("facility").order_by("facility__place", "pk"))

    @cached_property
    def facilities_offered(self) -> list[Any]:
        """Return what can be booked and what is booked; `held` tells which."""
        held = self.row.bookings.filter(released_at=None, facility=OuterRef("pk"))
        rows = Facility.objects.annotate(held=Exists(held))
        return list(rows.filter(Q(retired_at=None) | Q(held=True)).in_order())

    def about(self) -> dict[str, Any]:
        """Return department, deal, plan and asset, each with its key and name, or None."""
        return {name: self._named(name, model) if not module or uses(module) else None for name, (model, module) in NAMED.items()}

    def _named(self, name: str, model: Any) -> Any:
        words = getattr(self.row, f"{name}_name")
        return model(pk=getattr(self.row, f"{name}_id"), name=words) if words else None

    @property
    def guest_lines(self) -> list[tuple[str, Any]]:
        """Return the guests with the name of the page that tells of them."""
        return [("crm:person" if isinstance(one, Person) else "crm:customer", one) for one in self.guests]

    def at_hand(self) -> dict[str, dict[str, Any]]:
        """Return what the form's type-aheads show as chosen, by field and key."""
        one: dict[str, Any] = {"customer": self.customer, **self.about()}
        many: dict[str, list[Any]] = {"people": self.people, "infos": self.infos, "participants": self.participants}
        rows = {name: [row] if row else [] for name, row in one.items()} | many
        known = {name: {str(row.pk): row for row in found} for name, found in rows.items()}
        return known | {"guests": {guest_key(row): row for row in self.guests}}
