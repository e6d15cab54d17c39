"""Facilities with their bookings, and the to-dos and requests of recent records."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from contacts.models import ContactPoint, WorkRequest
from crm.demo.desk_work import FACILITIES, REQUESTS, TODOS
from crm.japanese import searchable
from schedule.bookings import holding
from schedule.models import Appointment, Facility, FacilityBooking

HELD_WITH_US = ("incoming_visit", "web_meeting")
RECENT = timedelta(days=45)
SETTLED_AFTER = timedelta(days=8)
EVERY = 4  # one in so many recent records left something to do


def bring_facilities() -> None:
    """Make the facilities and book one for each appointment that is held with us, the first that is free."""
    names = ("name_ja", "name_en", "capacity", "note")
    rooms = Facility.objects.bulk_create(
        [Facility(place=(place + 1) * 10, **dict(zip(names, one, strict=True))) for place, one in enumerate(FACILITIES)]
    )
    held = Appointment.objects.filter(method__semantic__in=HELD_WITH_US, all_day=False).in_time_order()
    until: dict[int, datetime] = {}
    bookings = []
    for row in (row for row in held if holding(row)):
        if room := next((room for room in rooms if room.pk not in until or until[room.pk] <= row.starts_at), None):
            until[room.pk] = row.ends_at
            bookings.append(FacilityBooking(appointment=row, facility=room, starts_at=row.starts_at, ends_at=row.ends_at))
    FacilityBooking.objects.bulk_create(bookings)


def bring_requests(now: datetime) -> None:
    """Write to-dos and requests of recent records. Whoever is asked took part or was reported to, and so reads the record."""
    recent = ContactPoint.objects.registered().filter(registered_at__gt=now - RECENT).order_by("registered_at", "pk")
    rows = recent.select_related("owner").prefetch_related("participants__user", "recipients__user")
    WorkRequest.objects.bulk_create([_request(row, place, now) for place, row in enumerate(rows) if place % EVERY == 0])


def _request(row: ContactPoint, place: int, now: datetime) -> WorkRequest:
    sent_at: Any = row.registered_at
    parts: list[Any] = [*row.participants.all(), *row.recipients.all()]
    there = [one.user for one in parts if one.user.is_active]
    to = there[0] if there and place % (2 * EVERY) else row.owner
    words = TODOS if to == row.owner else REQUESTS
    title = words[place // EVERY % len(words)]
    settled = now - sent_at > SETTLED_AFTER and place % (3 * EVERY) != 0
    return WorkRequest(
        contact=row,
        asker=row.owner,
        to=to,
        title=title,
        search_text=searchable(title),
        due_on=(sent_at + timedelta(days=3 + place % 9)).date(),
        urgent=place % (5 * EVERY) == 0,
        state=WorkRequest.State.DONE if settled else WorkRequest.State.SENT,
        sent_at=sent_at,
        done_at=sent_at + timedelta(days=2) if settled else None,
        done_by=to if settled else None,
    )
