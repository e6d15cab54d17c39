"""What a feed shows: the appointments its owner may see now, in the owner's window, as a whole calendar. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from crm.models import User
from schedule import ical
from schedule.models import Appointment, CalendarFeed

# Google loses events beyond about 1 MB or 1,111 events, and without a word.
MOST_EVENTS = 1_000
MOST_BYTES = 900_000
MONTHS_BACK, MONTHS_AHEAD = 2, 12


@dataclass(frozen=True)
class Shown:
    """One event of a feed. Sorted by start and key, so that the same appointments always give the same bytes."""

    starts_at: datetime
    key: str
    body: bytes


def window(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the span of a feed: whole months, so that it moves once a month and not daily."""
    today = now.astimezone(zone).date()
    month = today.year * 12 + today.month - 1
    first, last = month - MONTHS_BACK, month + MONTHS_AHEAD + 1
    return tuple(datetime.combine(date(at // 12, at % 12 + 1, 1), time(), zone) for at in (first, last))  # type: ignore[return-value]


def calendar_of(feed: CalendarFeed, now: datetime) -> bytes:
    """Return the feed's calendar as of now: future first when it has to be cut, then the latest past."""
    start, end = window(now, ZoneInfo(feed.owner.time_zone))
    rows = _rows(feed).between(start, end).values_list("pk", "starts_at", "body")
    ahead = list(rows.filter(ends_at__gte=now).order_by("starts_at", "pk")[:MOST_EVENTS])
    past = list(rows.filter(ends_at__lt=now).order_by("-starts_at", "-pk")[: MOST_EVENTS - len(ahead)])
    standing = [Shown(starts_at, str(pk), _dressed(feed, body.encode())) for pk, starts_at, body in [*ahead, *past]]
    shown = list(_fitting([*standing, *_shells(feed, {event.key for event in standing}, now)]))
    shown.sort(key=lambda event: (event.starts_at, event.key))
    return _calendar(feed, [event.body for event in shown] or [_nothing(feed, start)])


def notice_of_end(feed: CalendarFeed, ended_at: datetime) -> bytes:
    """Return what is left of a feed whose link was taken back: one notice, which makes every program drop the rest."""
    day = ended_at.astimezone(ZoneInfo(feed.owner.time_zone)).date()
    with translation.override(feed.language):
        summary = _("This Setten calendar link has ended")
        text = _("The link was taken back. To go on, make a new link in Setten and remove this calendar from the device.")
    return _calendar(feed, [ical.notice(f"ended-{feed.public_id}@setten", summary, text, day, ended_at)])


def _rows(feed: CalendarFeed) -> Any:
    of: Any = User.objects.filter(groups=feed.unit.group_id).values("pk") if feed.unit else [feed.owner_id]
    rows = Appointment.objects.visible_to(feed.owner).of_people(of)
    return rows.as_read_by(feed.owner, language=feed.language, detail=feed.detail)


def _dressed(feed: CalendarFeed, body: bytes) -> bytes:
    return ical.with_alarm(body, feed.alarm_minutes) if feed.alarm_minutes is not None else body


def _shells(feed: CalendarFeed, shown: set[str], now: datetime) -> Iterator[Shown]:
    """An appointment that came back into sight shows itself; two events with one UID would be an error."""
    zone = ZoneInfo(feed.owner.time_zone)
    for row in feed.shells.filter(gone_at__gte=now - ical.TOMBSTONES_STAY).order_by("starts_at", "appointment"):
        if str(row.appointment_id) not in shown:
            days = zone if row.all_day else None
            body = ical.shell(row.appointment_id, row.sequence, row.gone_at, row.starts_at, row.ends_at, days, feed.language)
            yield Shown(row.starts_at, str(row.appointment_id), body)


def _fitting(events: Iterable[Shown]) -> Iterator[Shown]:
    size = 0
    for number, event in enumerate(events):
        size += len(event.body)
        if number >= MOST_EVENTS or size > MOST_BYTES:
            return
        yield event


def _nothing(feed: CalendarFeed, start: datetime) -> bytes:
    """Some programs take an empty calendar for a fault and keep what they had; this stands far back, out of the way."""
    with translation.override(feed.language):
        text = _("No appointments in this period")
    return ical.notice(f"empty-{feed.public_id}@setten", text, "", start.date(), start)


def _calendar(feed: CalendarFeed, components: list[bytes]) -> bytes:
    with translation.override(feed.language):
        name = _("Setten schedule (%(who)s)") % {"who": feed.unit.label if feed.unit else str(feed.owner)}
        scope = str(feed.get_kind_display())
        return ical.calendar(name, f"{scope}: {feed.get_detail_display()}", feed.owner.time_zone, feed.colour, components)
