"""Dates, times and amounts on pages and in mails, in the reader's language, zone and date style."""

from datetime import date, datetime, time
from typing import Literal

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from crm.japanese import current_date_style, format_date, format_time

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """2026/11/20(金)"""
    return _day(value, weekday=True) if value else ""


@register.filter
def day_short(value: date | None) -> str:
    """2026/11/20, for narrow columns: no weekday, eras by their letter."""
    return _day(value, weekday=False) if value else ""


@register.filter
def clock(value: datetime | time | None) -> str:
    """09:05"""
    if value is None or value == "":
        return ""
    return format_time(_local(value).time() if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime | None) -> str:
    """2026/11/20(金) 09:05"""
    return f"{day(value)} {clock(value)}" if value else ""


@register.filter
def period(start: date | datetime | time | None, end: date | datetime | time | None) -> str:
    """2026/11/20(金) 09:05～10:00; the day is not repeated, and an open end stays open."""
    if start is None or start == "":
        return ""
    if start == end and not isinstance(start, datetime | time):
        return day(start)
    until = _end(start, end) if end is not None and end != "" else ""
    return f"{_full(start)}{'～' if _japanese() else '–'}{until}"


@register.filter
def yen(value: int | Literal[""] | None) -> str:
    """¥1,200"""
    if value is None or value == "":
        return ""
    return f"{'-' if value < 0 else ''}¥{abs(value):,}"


def _japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _day(value: date, *, weekday: bool) -> str:
    local = _local(value).date() if isinstance(value, datetime) else value
    return format_date(local, current_date_style.get(), weekday=weekday, lang="ja" if _japanese() else "en", short=not weekday)


def _full(value: date | datetime | time) -> str:
    if isinstance(value, time):
        return clock(value)
    return moment(value) if isinstance(value, datetime) else day(value)


def _end(start: date | datetime | time, end: date | datetime | time) -> str:
    same_day = isinstance(start, datetime) and isinstance(end, datetime) and _local(start).date() == _local(end).date()
    if isinstance(end, datetime) and same_day:
        return clock(end)
    return _full(end)
