"""What the facilities are doing: the bookings of a day or of a span, as the viewer may know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.models import User
from schedule.models import Appointment, Facility, FacilityBooking


@dataclass(frozen=True)
class Slot:
    """One booking. appointment is None where the viewer may not see it: then all that is told is that the facility is in use."""

    starts_at: datetime
    ends_at: datetime
    appointment: Appointment | None


@dataclass(frozen=True)
class Line:
    """A facility with its bookings of the day."""

    facility: Facility
    slots: list[Slot]


def lines_of(start: datetime, end: datetime, viewer: User) -> list[Line]:
    """Return every facility with what holds it in the span [start, end). A retired one is shown while it is still booked."""
    rows = list(FacilityBooking.objects.taking(start, end).values_list("facility_id", "appointment_id", "starts_at", "ends_at"))
    seen = Appointment.objects.visible_to(viewer).filter(pk__in={row[1] for row in rows}).with_faces(viewer)
    shown = {one.pk: one for one in seen} if rows else {}
    by_facility: dict[int, list[Slot]] = {}
    for facility, appointment, starts_at, ends_at in rows:
        by_facility.setdefault(facility, []).append(Slot(starts_at, ends_at, shown.get(appointment)))
    return [
        Line(one, by_facility.get(one.pk, [])) for one in Facility.objects.in_order() if one.retired_at is None or one.pk in by_facility
    ]


@dataclass(frozen=True)
class Wish:
    """A facility that somebody wants for a span, and when in it somebody else has it."""

    facility: Facility
    taken: list[tuple[datetime, datetime]]


def wishes_of(wanted: Iterable[Facility], start: datetime, end: datetime, *, besides: Any = None) -> tuple[list[Wish], set[int]]:
    """Return what is in the way of each wanted facility, and the keys of all facilities in use. besides: the appointment that asks."""
    rows = FacilityBooking.objects.taking(start, end)
    rows = rows.exclude(appointment=besides) if besides else rows
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    for facility, starts_at, ends_at in rows.values_list("facility_id", "starts_at", "ends_at"):
        taken.setdefault(facility, []).append((starts_at, ends_at))
    return [Wish(one, taken.get(one.pk, [])) for one in wanted], set(taken)
