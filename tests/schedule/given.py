"""Appointments and links with sensible defaults, made by the same actions that people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crm.models import User
from schedule.actions import AppointmentEntry, add_feed, book
from schedule.models import Appointment


def an_entry(now: datetime, *, days: float = 1, minutes: int = 60, **fields: Any) -> AppointmentEntry:
    starts_at = fields.pop("starts_at", now + timedelta(days=days))
    return AppointmentEntry(starts_at=starts_at, ends_at=fields.pop("ends_at", starts_at + timedelta(minutes=minutes)), **fields)


def an_appointment(owner: User, now: datetime, **fields: Any) -> Appointment:
    recorder = fields.pop("recorder", owner)
    appointment_id = fields.pop("appointment_id", None)
    return book(owner=owner, recorder=recorder, entry=an_entry(now, **fields), now=now, appointment_id=appointment_id)[0]


def a_link(owner: User, now: datetime, **fields: Any) -> str:
    """Return the path of a new calendar link."""
    feed, secret = add_feed(by=owner, label=fields.pop("label", "iPhone"), now=now, **fields)
    return f"/ical/{feed.public_id}/{secret}/Setten.ics"
