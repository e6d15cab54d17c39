"""The facilities that an appointment holds for its time (設備予約)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from schedule.models import Appointment, Facility, FacilityBooking

FREE_STATES = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)


class FacilityTaken(Exception):
    """Another standing appointment holds the facility from starts_at to ends_at. Whose it is, is not said."""

    def __init__(self, facility: Facility, starts_at: datetime, ends_at: datetime) -> None:
        super().__init__(f"{facility.pk} is taken")
        self.facility, self.starts_at, self.ends_at = facility, starts_at, ends_at


def holding(row: Appointment) -> bool:
    """Tell whether the appointment needs what it has booked: what was called off, missed or thrown away holds nothing."""
    return row.deleted_at is None and row.status not in FREE_STATES


def keep_bookings(row: Appointment, now: datetime, wanted: Iterable[Facility] | None = None) -> None:
    """Make the bookings of a written appointment fit its time and state.

    wanted: the facilities it shall have from now on; None keeps those it has. What it does not hold stays noted, so that it can
    be booked again.

    Raises FacilityTaken.
    """
    bookings = {one.facility_id: one for one in row.bookings.select_related("facility")}
    facilities = {one.pk: one for one in wanted} if wanted is not None else {pk: one.facility for pk, one in bookings.items()}
    if gone := [one.pk for pk, one in bookings.items() if pk not in facilities]:
        row.bookings.filter(pk__in=gone).delete()
    if not holding(row):
        if facilities:
            row.bookings.filter(released_at=None).update(released_at=now)
        return
    span = (row.starts_at, row.ends_at, None)
    moved = [pk for pk in facilities if (one := bookings.get(pk)) is None or (one.starts_at, one.ends_at, one.released_at) != span]
    if moved:
        _require_free(row, [facilities[pk] for pk in moved])
        row.bookings.filter(facility__in=moved).update(starts_at=row.starts_at, ends_at=row.ends_at, released_at=None)
        _book(row, [facilities[pk] for pk in moved if pk not in bookings])


def book_first(row: Appointment, wanted: Iterable[Facility]) -> None:
    """Book facilities for an appointment that is being made. Raises FacilityTaken."""
    facilities = list(dict.fromkeys(wanted))
    if facilities:
        _require_free(row, facilities)
        _book(row, facilities)


def _book(row: Appointment, facilities: Iterable[Facility]) -> None:
    FacilityBooking.objects.bulk_create(
        [FacilityBooking(appointment=row, facility=one, starts_at=row.starts_at, ends_at=row.ends_at) for one in facilities]
    )


def _require_free(row: Appointment, facilities: list[Facility]) -> None:
    keys = [one.pk for one in facilities]
    # Two who book one facility at the same moment wait for each other here, so that the second sees the first; in one order, so that
    # they never wait in a circle.
    list(Facility.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    taken = FacilityBooking.objects.taking(row.starts_at, row.ends_at).filter(facility__in=keys).exclude(appointment=row)
    if first := taken.select_related("facility").first():
        raise FacilityTaken(first.facility, first.starts_at, first.ends_at)
