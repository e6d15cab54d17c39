"""Appointments as calendars read them (RFC 5545): text in, bytes out; no database, no HTTP.

Why each property is there or not: times are UTC or whole days, because several programs misread time zones; a cancelled
appointment says so in its title, because some show nothing else; no METHOD and no UID on the calendar, because one lets
programs refuse it and the other lets them fold it into a single event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

RENDER_VERSION = 1  # raise it when the bytes change: every client then reads anew
TOMBSTONES_STAY = timedelta(days=30)
REFRESH = timedelta(minutes=15)
LANGUAGES = ("ja", "en")
DETAILS = ("full", "title", "busy")
TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 500
CRLF = b"\r\n"

# Ends of line that some programs honour inside a value, where the rest would become a property of its own.
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Other controls, halves of surrogate pairs, non-characters, and marks that turn the reading direction around.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
# CSS3 names, as RFC 7986 wants them, with what Apple wants.
COLOURS = {
    "steelblue": "#4682b4",
    "seagreen": "#2e8b57",
    "darkorange": "#ff8c00",
    "crimson": "#dc143c",
    "mediumpurple": "#9370db",
    "slategray": "#708090",
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An appointment with everything about it that a calendar may show. `address` stands in for a missing place."""

    appointment: Any
    owner: Any
    method: Any
    summary: Any
    customer: Any
    address: str
    people: Sequence[Any]
    deal: Any
    participants: Sequence[Any]
    private: bool
    base_url: str


def variants(seen: Seen) -> dict[tuple[str, str, bool], bytes]:
    """Return the component in every variant: language, detail, and with or without customer and deal. Busy has no words to leave out."""
    wanted = [variant for variant in product(LANGUAGES, DETAILS, (True, False)) if variant[1] != "busy" or not variant[2]]
    return {variant: component(seen, *variant) for variant in wanted}


def component(seen: Seen, language: str, detail: str, with_customer: bool) -> bytes:
    """Return one appointment as a VEVENT."""
    row = seen.appointment
    event = _bare(
        row.pk, row.sequence, row.exported_at, row.starts_at, row.ends_at, ZoneInfo(seen.owner.time_zone) if row.all_day else None
    )
    event.add("LAST-MODIFIED", _second(row.exported_at))
    event.add("CREATED", _second(row.created_at))
    free = row.cancelled or row.all_day
    event.add("STATUS", "CANCELLED" if row.cancelled else "TENTATIVE" if row.status == "tentative" else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if free else "OPAQUE")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE" if free else "TENTATIVE" if row.status == "tentative" else "BUSY")
    if seen.private:
        event.add("CLASS", "PRIVATE")
    with translation.override(language):
        _add_words(event, seen, detail, with_customer)
    return bytes(event.to_ical())


def shell(
    appointment_id: UUID, sequence: int, gone_at: datetime, starts_at: datetime, ends_at: datetime, zone: ZoneInfo | None, language: str
) -> bytes:
    """Return what is left of an appointment for somebody who no longer sees it. zone: that of its days, None for one with times."""
    event = _bare(appointment_id, sequence, gone_at, starts_at, ends_at, zone)
    event.add("LAST-MODIFIED", _second(gone_at))
    event.add("STATUS", "CANCELLED")
    event.add("TRANSP", "TRANSPARENT")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    with translation.override(language):
        event.add("SUMMARY", _("No appointment"))
    return bytes(event.to_ical())


def notice(uid: str, summary: str, description: str, day: date, at: datetime) -> bytes:
    """Return an all-day event that only says something: an empty calendar would leave old appointments on some devices."""
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", _second(at))
    event.add("DTSTART", day)
    event.add("DTEND", day + timedelta(days=1))
    event.add("SUMMARY", one_line(summary))
    event.add("DESCRIPTION", clean(description))
    event.add("TRANSP", "TRANSPARENT")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    return bytes(event.to_ical())


def with_alarm(body: bytes, minutes: int) -> bytes:
    """Return the component with a reminder that many minutes before its start; a cancelled one needs none."""
    if b"\r\nSTATUS:CANCELLED\r\n" in body:
        return body
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", "Setten")
    alarm.add("TRIGGER", timedelta(minutes=-minutes))
    end = b"END:VEVENT\r\n"
    return body.removesuffix(end) + bytes(alarm.to_ical()) + end


def calendar(name: str, description: str, zone: str, colour: str, components: Sequence[bytes]) -> bytes:
    """Return a whole calendar: the head, then the components as they are."""
    head = Calendar()
    head.add("VERSION", "2.0")
    head.add("PRODID", f"-//Setten//Setten CRM {RENDER_VERSION}//JA")
    head.add("CALSCALE", "GREGORIAN")
    for property_name, text in (("X-WR-CALNAME", name), ("NAME", name), ("X-WR-CALDESC", description), ("DESCRIPTION", description)):
        head.add(property_name, one_line(text))
    head.add("X-WR-TIMEZONE", zone)
    head.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    head.add("X-PUBLISHED-TTL", f"PT{int(REFRESH.total_seconds()) // 60}M")
    head.add("COLOR", colour)
    head.add("X-APPLE-CALENDAR-COLOR", COLOURS[colour])
    end = b"END:VCALENDAR\r\n"
    return b"".join([bytes(head.to_ical(sorted=False)).removesuffix(end), *components, end])


def clean(text: str) -> str:
    """Return text without anything that could end a line, hide or turn around what follows; line breaks become LF."""
    return _UNWANTED.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def uid_of(appointment_id: UUID) -> str:
    """Return the UID: random in itself, and without a host name, which may change while the UID must not."""
    return f"{appointment_id}@setten"


def _bare(appointment_id: UUID, sequence: int, stamp: datetime, starts_at: datetime, ends_at: datetime, zone: ZoneInfo | None) -> Event:
    event = Event()
    event.add("UID", uid_of(appointment_id))
    event.add("DTSTAMP", _second(stamp))
    event.add("SEQUENCE", sequence)
    event.add("DTSTART", starts_at.astimezone(zone).date() if zone else _second(starts_at))
    event.add("DTEND", ends_at.astimezone(zone).date() if zone else _second(ends_at))
    return event


def _add_words(event: Event, seen: Seen, detail: str, with_customer: bool) -> None:
    row = seen.appointment
    cancelled = _bracketed(_("Cancelled")) if row.cancelled else ""
    if detail == "busy":
        event.add("SUMMARY", cancelled + _("Busy"))
        return
    url = f"{seen.base_url}/schedule/{row.pk}/"
    event.add("SUMMARY", _cut(one_line(cancelled + _title(seen, with_customer)), TITLE_LENGTH))
    event.add("URL", url)
    if seen.method:
        event.add("CATEGORIES", [one_line(str(seen.method))])
    if detail == "title":
        return
    place = row.place or (seen.address if with_customer else "")
    if place:
        event.add("LOCATION", _cut(one_line(place), TITLE_LENGTH))
    lines = "\n".join(one_line(line) for line in _lines(seen, with_customer))
    event.add("DESCRIPTION", f"{_cut(lines, DESCRIPTION_LENGTH - len(url) - 1)}\n{url}".lstrip("\n"))


def _title(seen: Seen, with_customer: bool) -> str:
    method = _bracketed(str(seen.method)) if seen.method else ""
    customer = str(seen.customer) if seen.customer and with_customer else ""
    words = " ".join(part for part in (customer, str(seen.summary or ""), seen.appointment.summary_note) if part)
    return f"{method}{words or _('Appointment')}"


def _bracketed(word: str) -> str:
    return f"【{word}】" if translation.get_language() == "ja" else f"[{word}] "


def _lines(seen: Seen, with_customer: bool) -> Iterator[str]:
    row = seen.appointment
    yield from _line(_("Owner"), [str(seen.owner)])
    if with_customer:
        yield from _line(_("Customer"), [str(seen.customer)] if seen.customer else [])
        yield from _line(_("Contact person"), [person.addressed for person in seen.people])
        yield from _line(_("Deal"), [str(seen.deal)] if seen.deal else [])
    yield from _line(_("Participants"), [str(user) for user in seen.participants])
    if row.direct:
        yield str(row.get_direct_display())


def _line(label: str, values: Sequence[str]) -> Iterator[str]:
    if values:
        yield f"{label}: {', '.join(values)}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
