"""The facilities that a company offers for booking: added, named, put in order, retired. For administrators; the doors see to that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from crm import journal
from crm.models import User
from schedule.models import Facility


class UnknownFacility(Exception):
    """An order names a facility that there is not."""


@transaction.atomic
def add_facility(*, by: User, **fields: Any) -> Facility:
    """Offer a new facility at the end of the list. fields: name_ja, name_en, note, capacity."""
    last = Facility.objects.aggregate(last=Max("place"))["last"] or 0
    row = Facility.objects.create(place=last + 10, **fields)
    journal.record(by, "create", row, {}, journal.picture(row))
    return row


@transaction.atomic
def change_facility(*, by: User, facility: Facility, **fields: Any) -> Facility:
    """Change the words about a facility. fields: name_ja, name_en, note, capacity."""
    return _changed(by, "change", facility, fields)


@transaction.atomic
def retire_facility(*, by: User, facility: Facility, now: datetime) -> Facility:
    """Offer it no longer; what is booked stays booked."""
    return _changed(by, "retire", facility, {"retired_at": facility.retired_at or now})


@transaction.atomic
def restore_facility(*, by: User, facility: Facility) -> Facility:
    """Offer a retired facility again."""
    return _changed(by, "restore", facility, {"retired_at": None})


@transaction.atomic
def reorder_facilities(*, by: User, order: Sequence[int]) -> None:
    """Put the facilities named by their keys in this order; those not named keep their order behind them. Raises UnknownFacility."""
    rows = {row.pk: row for row in Facility.objects.select_for_update().in_order()}
    if not set(order) <= set(rows):
        raise UnknownFacility
    named = list(dict.fromkeys(order))
    for place, pk in enumerate([*named, *(pk for pk in rows if pk not in set(named))], start=1):
        if rows[pk].place != place * 10:
            _changed(by, "change", rows[pk], {"place": place * 10})


@transaction.atomic
def move_facility(*, by: User, facility: Facility, steps: int) -> None:
    """Move a facility up (negative) or down in the list, for the keyboard."""
    order = [row.pk for row in Facility.objects.in_order()]
    place = order.index(facility.pk)
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    reorder_facilities(by=by, order=order)


def _changed(by: User, verb: str, facility: Facility, fields: dict[str, Any]) -> Facility:
    row: Facility = Facility.objects.select_for_update().get(pk=facility.pk)
    before = journal.picture(row)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    journal.record(by, verb, row, before, journal.picture(row))
    return row
